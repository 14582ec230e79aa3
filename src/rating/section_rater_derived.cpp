// Lines that are made from lines: percentages, taxes, discounts in percent, minima and maxima.
#include <algorithm>

#include "base/ensure.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::Proration;

namespace {

bool is_limit(ClauseKind kind) { return kind == ClauseKind::minimum || kind == ClauseKind::maximum; }

bool is_derived(ClauseKind kind) {
    return kind == ClauseKind::percentage || kind == ClauseKind::tax || kind == ClauseKind::discount_percent ||
           is_limit(kind) || kind == ClauseKind::power_factor;
}

bool names(const Clause& clause, std::uint16_t other) {
    return std::ranges::find(clause.of_clauses, other) != clause.of_clauses.end();
}

// Whether the clause asks anything of a segment.
bool is_limited(const Clause& clause) {
    return ~clause.seasons != 0 || clause.classes != 0xff || clause.entitlement != 0 || clause.asks_more ||
           clause.dates.from != Date{} || clause.dates.to != kForever;
}

}  // namespace

// Each version goes down its own clauses. A minimum or maximum looks into all versions, so that it waits until every
// version has made the lines it is compared with.
void SectionRater::derive_in_order() {
    work_.next.assign(out_.plans.size(), 0);
    for (;;) {
        bool moved = false;
        for (std::size_t version = 0; version < out_.plans.size(); ++version) moved |= derive_until_blocked(version);
        if (moved) continue;
        // Only versions whose limits name each other the wrong way round wait for each other: the first goes on.
        const auto blocked = std::ranges::find_if(work_.next, [&](const std::size_t& next) {
            return next < out_.plans[static_cast<std::size_t>(&next - work_.next.data())]->clauses.size();
        });
        if (blocked == work_.next.end()) return;
        const auto version = static_cast<std::uint16_t>(blocked - work_.next.begin());
        derive({version, static_cast<std::uint16_t>((*blocked)++)});
    }
}

bool SectionRater::derive_until_blocked(std::size_t version) {
    bool moved = false;
    for (std::size_t& next = work_.next[version]; next < out_.plans[version]->clauses.size(); ++next) {
        const Derived derived{static_cast<std::uint16_t>(version), static_cast<std::uint16_t>(next)};
        if (is_limit(out_.plans[version]->clauses[next].kind) && !is_ready(derived)) return moved;
        derive(derived);
        moved = true;
    }
    return moved;
}

bool SectionRater::is_ready(Derived limit) const {
    const std::size_t rank = work_.order.rank(limit.version, limit.clause);
    const Clause& clause = out_.plans[limit.version]->clauses[limit.clause];
    const Place chosen = choose_once(rank, clause.kind);
    if (chosen.segment == kNoSegment || chosen.version != limit.version) return true;
    for (const std::uint16_t of : clause.of_clauses)
        for (std::size_t version = 0; version < out_.plans.size(); ++version) {
            const std::uint16_t other = work_.order.clause(work_.order.rank(limit.version, of), version);
            if (other == kNoClause || other < work_.next[version]) continue;
            if (is_derived(out_.plans[version]->clauses[other].kind)) return false;
        }
    return true;
}

void SectionRater::derive(Derived derived) {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    switch (clause.kind) {
        case ClauseKind::percentage:
        case ClauseKind::tax:
        case ClauseKind::discount_percent: percentage(derived); break;
        case ClauseKind::minimum:
        case ClauseKind::maximum: limit(derived); break;
        case ClauseKind::power_factor: power_factor(derived); break;
        default: break;
    }
}

bool SectionRater::applies_anywhere(Derived derived) const {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    for (std::size_t segment = 0; segment < segments_; ++segment)
        if (out_.segments[segment].version == derived.version && applies(clause, segment)) return true;
    return false;
}

Int128 SectionRater::percentage_base(Derived derived) const {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    const bool limited = is_limited(clause);
    Int128 base = 0;
    if (limited && !applies_anywhere(derived)) return base;
    for (const Line& line : out_.lines) {
        if (line.version != derived.version || !names(clause, line.clause)) continue;
        if (limited && line.segment != kNoSegment && !applies(clause, line.segment)) continue;
        base += line.amount_minor;
    }
    return base;
}

// Of the base: the net part if it contains the tax, the share of the section's use that lies beyond `above` (zero if
// none does), else all.
Ratio SectionRater::taxed_share(const Clause& clause) const {
    if (!clause.contained_in.empty())
        return Ratio::reduced(tariff::kWholeE8, narrow(Int128{tariff::kWholeE8} + clause.ratio_e8));
    if (clause.tax_above_micro == 0) return {};
    const std::int64_t used = narrow(section_quantity({tariff::kTotal}));
    const std::int64_t above = narrow(section_bound(clause.tax_above_micro, clause.tiering.bounds));
    if (used <= above) return {0, 1};
    return Ratio::reduced(used - above, used);
}

void SectionRater::percentage(Derived derived) {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    const Ratio share = taxed_share(clause);
    const std::int64_t base = share.numerator == 0 ? 0 : narrow(percentage_base(derived));
    if (base == 0) return;
    const Line line = share_line(derived, base, clause.ratio_e8, share);
    if (clause.contained_in.empty()) return;
    Line& taken_out = out_.lines.emplace_back(line);
    taken_out.part = kTakenOut;
    taken_out.amount_minor = -line.amount_minor;
}

Line& SectionRater::share_line(Derived derived, std::int64_t base, std::int64_t ratio_e8, Ratio share) {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    Int128 exact = Int128{base} * ratio_e8, step = Int128{clause.round.step_minor} * tariff::kWholeE8;
    if (share.numerator != 1) exact = multiply(exact, share.numerator);
    if (share.denominator != 1) step = multiply(step, share.denominator);
    const Int128 steps = divide_exactly_rounded(exact, step, clause.round.mode);
    const std::int64_t amount = narrow(multiply(steps, clause.round.step_minor));
    Line& line = out_.lines.emplace_back();
    line.version = derived.version;
    line.clause = derived.clause;
    line.base_minor = base;
    line.price_e8 = ratio_e8;
    line.numerator = share.numerator;
    line.denominator = share.denominator;
    line.amount_minor = clause.kind == ClauseKind::discount_percent ? -amount : amount;
    return line;
}

// The last segment if the clause is of the kind and applies there, else the first such; kNoSegment if there is none.
SectionRater::Place SectionRater::choose_once(std::size_t rank, ClauseKind kind) const {
    Place chosen{0, kNoClause, kNoSegment};
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const Place place{version, work_.order.clause(rank, version), static_cast<std::uint16_t>(segment)};
        if (place.clause == kNoClause || at(place).kind != kind || !applies(at(place), segment)) continue;
        if (chosen.segment == kNoSegment || segment + 1 == segments_) chosen = place;
    }
    return chosen;
}

void SectionRater::limit(Derived derived) {
    const std::size_t rank = work_.order.rank(derived.version, derived.clause);
    const Place chosen = choose_once(rank, out_.plans[derived.version]->clauses[derived.clause].kind);
    if (chosen.segment == kNoSegment || chosen.version != derived.version) return;
    const Clause& clause = at(chosen);
    Line line;
    line.version = chosen.version;
    line.clause = chosen.clause;
    line.quantity_micro = 1'000'000;
    line.price_e8 =
        narrow(divide_rounded(Int128{clause.limit_minor} * work_.minor_unit, power_of_ten(6), RoundingMode::half_up));
    const std::int64_t bound = limit_of(rank, chosen, line);
    line.base_minor = narrow(limit_base(derived));
    const bool kept = clause.kind == ClauseKind::minimum ? line.base_minor >= bound : line.base_minor <= bound;
    if (kept) return;
    line.amount_minor = narrow(Int128{bound} - line.base_minor);
    out_.lines.push_back(line);
}

// The least or most that is to be paid, rounded; writes the months it is for into the line.
std::int64_t SectionRater::limit_of(std::size_t rank, Place chosen, Line& line) const {
    const Clause& clause = at(chosen);
    Fraction amount, months;
    if (clause.proration == Proration::none) {
        amount.numerator = clause.limit_minor;
        months.numerator = 1;
    }
    for (std::size_t segment = 0; segment < segments_ && clause.proration != Proration::none; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const Place place{version, work_.order.clause(rank, version), static_cast<std::uint16_t>(segment)};
        if (place.clause == kNoClause || at(place).kind != clause.kind || !applies(at(place), segment)) continue;
        const Ratio ratio = months_of(out_.segments[segment].dates, clause.proration);
        months.add(ratio.numerator, ratio.denominator);
        amount.add(multiply(at(place).limit_minor, ratio.numerator), ratio.denominator);
    }
    const Ratio total = Ratio::reduced(narrow(months.numerator), narrow(months.denominator));
    line.numerator = total.numerator;
    line.denominator = total.denominator;
    const Int128 step = multiply(clause.round.step_minor, amount.denominator);
    return narrow(multiply(divide_rounded(amount.numerator, step, clause.round.mode), clause.round.step_minor));
}

Int128 SectionRater::limit_base(Derived derived) const {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    Int128 base = 0;
    for (const Line& line : out_.lines) {
        const std::size_t rank = work_.order.rank(line.version, line.clause);
        const std::uint16_t here = work_.order.clause(rank, derived.version);
        if (here != kNoClause && names(clause, here)) base += line.amount_minor;
    }
    return base;
}

}  // namespace mainspring::rating
