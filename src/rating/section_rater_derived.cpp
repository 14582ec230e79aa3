// Lines that are made from lines: percentages, taxes, discounts in percent, minima.
#include <algorithm>

#include "base/ensure.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::Proration;

namespace {

bool is_derived(ClauseKind kind) {
    return kind == ClauseKind::percentage || kind == ClauseKind::tax || kind == ClauseKind::discount_percent ||
           kind == ClauseKind::minimum || kind == ClauseKind::power_factor;
}

bool names(const Clause& clause, std::uint16_t other) {
    return std::ranges::find(clause.of_clauses, other) != clause.of_clauses.end();
}

// Whether the clause asks anything of a segment.
bool is_limited(const Clause& clause) {
    return ~clause.seasons != 0 || clause.classes != 0xff || clause.entitlement != 0 || clause.dates != Clause{}.dates;
}

}  // namespace

// Each version goes down its own clauses. A minimum looks into all versions, so that it waits until every version has
// made the lines it is compared with.
void SectionRater::derive_in_order() {
    work_.next.assign(out_.plans.size(), 0);
    for (;;) {
        bool moved = false;
        for (std::size_t version = 0; version < out_.plans.size(); ++version) moved |= derive_until_blocked(version);
        if (moved) continue;
        // Only versions whose minima name each other the wrong way round wait for each other: the first goes on.
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
        if (out_.plans[version]->clauses[next].kind == ClauseKind::minimum && !is_ready(derived)) return moved;
        derive(derived);
        moved = true;
    }
    return moved;
}

bool SectionRater::is_ready(Derived minimum) const {
    const std::size_t rank = work_.order.rank(minimum.version, minimum.clause);
    const Place chosen = choose_once(rank);
    if (chosen.segment == kNoSegment || chosen.version != minimum.version) return true;
    for (const std::uint16_t of : out_.plans[minimum.version]->clauses[minimum.clause].of_clauses)
        for (std::size_t version = 0; version < out_.plans.size(); ++version) {
            const std::uint16_t other = work_.order.clause(work_.order.rank(minimum.version, of), version);
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
        case ClauseKind::minimum: minimum(derived); break;
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

void SectionRater::percentage(Derived derived) {
    const std::int64_t base = narrow(percentage_base(derived));
    if (base != 0) share_line(derived, base, out_.plans[derived.version]->clauses[derived.clause].ratio_e8);
}

Line& SectionRater::share_line(Derived derived, std::int64_t base, std::int64_t ratio_e8) {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    constexpr std::int64_t kRatioScale = 100'000'000;
    const Int128 steps = divide_exactly_rounded(Int128{base} * ratio_e8, Int128{clause.round.step_minor} * kRatioScale,
                                                clause.round.mode);
    const std::int64_t amount = narrow(multiply(steps, clause.round.step_minor));
    Line& line = out_.lines.emplace_back();
    line.version = derived.version;
    line.clause = derived.clause;
    line.base_minor = base;
    line.price_e8 = ratio_e8;
    line.amount_minor = clause.kind == ClauseKind::discount_percent ? -amount : amount;
    return line;
}

// The last segment if the clause is a minimum that applies there, else the first such; kNoSegment if there is none.
SectionRater::Place SectionRater::choose_once(std::size_t rank) const {
    Place chosen{0, kNoClause, kNoSegment};
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const Place place{version, work_.order.clause(rank, version), static_cast<std::uint16_t>(segment)};
        if (place.clause == kNoClause || at(place).kind != ClauseKind::minimum || !applies(at(place), segment))
            continue;
        if (chosen.segment == kNoSegment || segment + 1 == segments_) chosen = place;
    }
    return chosen;
}

void SectionRater::minimum(Derived derived) {
    const std::size_t rank = work_.order.rank(derived.version, derived.clause);
    const Place chosen = choose_once(rank);
    if (chosen.segment == kNoSegment || chosen.version != derived.version) return;
    const Clause& clause = at(chosen);
    Line line;
    line.version = chosen.version;
    line.clause = chosen.clause;
    line.quantity_micro = 1'000'000;
    line.price_e8 =
        narrow(divide_rounded(Int128{clause.limit_minor} * work_.minor_unit, power_of_ten(6), RoundingMode::half_up));
    const std::int64_t floor = minimum_floor(rank, chosen, line);
    line.base_minor = narrow(minimum_base(derived));
    if (line.base_minor >= floor) return;
    line.amount_minor = narrow(Int128{floor} - line.base_minor);
    out_.lines.push_back(line);
}

// The least that is to be paid, rounded; writes the months it is for into the line.
std::int64_t SectionRater::minimum_floor(std::size_t rank, Place chosen, Line& line) const {
    const Clause& clause = at(chosen);
    Fraction amount, months;
    if (clause.proration == Proration::none) {
        amount.numerator = clause.limit_minor;
        months.numerator = 1;
    }
    for (std::size_t segment = 0; segment < segments_ && clause.proration != Proration::none; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const Place place{version, work_.order.clause(rank, version), static_cast<std::uint16_t>(segment)};
        if (place.clause == kNoClause || at(place).kind != ClauseKind::minimum || !applies(at(place), segment))
            continue;
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

Int128 SectionRater::minimum_base(Derived derived) const {
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
