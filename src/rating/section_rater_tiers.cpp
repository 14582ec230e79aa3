// Quantity keys, tiers with their counters, slabs. docs/TARIFFS.md, "Quantity keys", "Tiers", "Slabs".
#include <algorithm>
#include <limits>

#include "rating/section_rater.hpp"
#include "rating/segments.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::Proration;
using tariff::QuantityRounding;
using tariff::TierBounds;

namespace {

constexpr auto kNoBound = std::numeric_limits<std::int64_t>::max();
constexpr auto kNoLowerBound = std::numeric_limits<std::int64_t>::min();

// What lies between the bounds of a tier when the fill goes up from `before` to `after`.
std::int64_t share_of(std::int64_t before, std::int64_t after, std::int64_t low, std::int64_t high) {
    return std::clamp(after, low, high) - std::clamp(before, low, high);
}

// numerator / denominator in millionths, rounded as quantities are.
std::int64_t round_quantity(Int128 numerator, Int128 denominator, QuantityRounding rounding) {
    const Int128 step = power_of_ten(Quantity::kScale - rounding.decimals);
    return narrow(divide_exactly_rounded(numerator, multiply(denominator, step), rounding.mode) * step);
}

bool is_counted(const Clause& clause) {
    return clause.kind == ClauseKind::energy_tiered && tariff::counts_over_bills(clause.tiering.bounds);
}

bool is_same(const tariff::Plan* a, const tariff::Plan* b) {
    return a == b || (a->key == b->key && a->version == b->version);
}

}  // namespace

// The last version rounds the quantities of the whole section.
QuantityRounding SectionRater::quantity_rounding() const {
    return out_.plans[out_.segments.back().version]->round_quantity;
}

std::int64_t SectionRater::keyed_quantity(const Clause& clause, std::size_t segment, std::int64_t quantity) const {
    const tariff::QuantityKeys& keys = clause.quantity;
    const QuantityRounding rounding = quantity_rounding();
    if (keys.share_e8 != tariff::kWholeE8)
        quantity = round_quantity(Int128{quantity} * keys.share_e8, tariff::kWholeE8, rounding);
    if (!keys.less.empty()) {
        const Int128 off = Int128{quantity_of(keys.less, segment)} * keys.less_e8;
        const Int128 left = Int128{quantity} * tariff::kWholeE8 - off;
        quantity = round_quantity(std::max<Int128>(0, left), tariff::kWholeE8, rounding);
    }
    if (!keys.has_limits) return quantity;
    const Ratio scale = scale_of(clause, keys.limits, segment);
    const auto limit = [&](std::int64_t of_unit) {
        return round_quantity(multiply(of_unit, scale.numerator), scale.denominator, rounding);
    };
    if (keys.at_least_micro != kNoLowerBound) quantity = std::max(quantity, limit(keys.at_least_micro));
    if (keys.at_most_micro != kNoBound) quantity = std::min(quantity, limit(keys.at_most_micro));
    return quantity;
}

Ratio SectionRater::scale_of(const Clause& clause, TierBounds bounds, std::size_t segment) const {
    const DateRange dates = out_.segments[segment].dates;
    Ratio ratio;
    switch (bounds) {
        case TierBounds::bill:
        case TierBounds::month:
        case TierBounds::quarter:
        case TierBounds::year:
        case TierBounds::each_day: break;
        case TierBounds::day: ratio.numerator = dates.days(); break;
        case TierBounds::month_days: ratio = months_of(dates, Proration::month_days); break;
        case TierBounds::days_30: ratio = months_of(dates, Proration::days_30); break;
    }
    if (clause.hours_of) ratio = ratio.times(Ratio::reduced(demand_of_hours(clause, segment), 1'000'000));
    return ratio.times(times_of(clause, segment));
}

std::int64_t SectionRater::scaled_bound(const Clause& clause, std::int64_t bound, std::size_t segment) const {
    const Ratio ratio = scale_of(clause, clause.tiering.bounds, segment);
    const Int128 numerator = Int128{bound} * ratio.numerator;
    const QuantityRounding rounding = clause.tiering.round_bounds;
    if (ratio.denominator == 1 && rounding.decimals == Quantity::kScale) return narrow(numerator);
    return round_quantity(numerator, ratio.denominator, rounding);
}

bool SectionRater::energy_tiered(Place place, Progress& progress) {
    const Clause& clause = at(place);
    const std::int64_t quantity =
        clause.quantity.carries ? credited_quantity(place, progress.counter) : billed_quantity(clause, place.segment);
    const bool counted = is_counted(clause);
    if (counted) enter_counter(place, progress.counter);
    if (clause.tiering.bounds == TierBounds::each_day) return fill_each_day(place);
    if (quantity == 0) return false;
    std::int64_t alone = 0;
    std::int64_t& fill = counted                                     ? progress.counter.micro
                         : clause.tiering.bounds == TierBounds::bill ? progress.filled_micro
                                                                     : alone;
    const std::int64_t before = fill;
    fill = narrow(Int128{before} + quantity);
    return fill_tiers(place, before, fill);
}

bool SectionRater::fill_tiers(Place place, std::int64_t before, std::int64_t after) {
    const Clause& clause = at(place);
    std::int64_t low = kNoLowerBound;
    bool any = false;
    for (std::size_t i = 0; i < clause.tiers.size(); ++i) {
        const bool last = i + 1 == clause.tiers.size();
        const std::int64_t high = last ? kNoBound : scaled_bound(clause, clause.tiers[i].upto_micro, place.segment);
        if (const std::int64_t share = share_of(before, after, low, high); share != 0)
            any |= price_tier(place, i, share);
        low = high;
        if (before <= high && after <= high) break;
    }
    return any;
}

// Tiers that every day fills from the first on; a line has what all days of the segment put into its tier.
bool SectionRater::fill_each_day(Place place) {
    const Clause& clause = at(place);
    auto& sums = work_.tier_sums;
    sums.assign(clause.tiers.size(), 0);
    const DateRange dates = out_.segments[place.segment].dates;
    for (Date day = dates.from; day < dates.to; day += std::chrono::days{1}) {
        Int128 used = 0;
        for (const tariff::Stream stream : clause.of) used += work_.quantities.on(stream, day);
        std::int64_t low = kNoLowerBound;
        for (std::size_t i = 0; i < clause.tiers.size(); ++i) {
            const bool last = i + 1 == clause.tiers.size();
            const std::int64_t high = last ? kNoBound : scaled_bound(clause, clause.tiers[i].upto_micro, place.segment);
            sums[i] += share_of(0, narrow(used), low, high);
            low = high;
        }
    }
    bool any = false;
    for (std::size_t i = 0; i < sums.size(); ++i)
        if (sums[i] != 0) any |= price_tier(place, i, narrow(sums[i]));
    return any;
}

bool SectionRater::price_tier(Place place, std::size_t tier, std::int64_t quantity) {
    const Clause& clause = at(place);
    if (!clause.tiering.periods.empty()) return split_tier(place, tier, quantity);
    priced(place, quantity, clause.tiers[tier].price_e8, {}).part = static_cast<std::uint16_t>(tier + 1);
    return true;
}

// The part of a period is what it adds to the rounded part of the periods up to it.
bool SectionRater::split_tier(Place place, std::size_t tier, std::int64_t quantity) {
    const Clause& clause = at(place);
    const auto& periods = clause.tiering.periods;
    // The whole may be negative: only the quotient counts.
    const Int128 whole = quantity_of(periods, place.segment), sign = whole < 0 ? -1 : 1;
    if (whole == 0) return false;
    Int128 sum = 0;
    bool any = false;
    std::int64_t before = 0;
    for (std::size_t i = 0; i < periods.size(); ++i) {
        sum += work_.quantities.of(periods[i], place.segment);
        const std::int64_t upto = round_quantity(multiply(quantity, sum * sign), whole * sign, quantity_rounding());
        if (const std::int64_t part = upto - before; part != 0) {
            priced(place, part, clause.tiers[tier].period_prices_e8[i], {}).part =
                static_cast<std::uint16_t>(tier + 1 + kFirstPeriod * (i + 1));
            any = true;
        }
        before = upto;
    }
    return any;
}

bool SectionRater::energy_slab(Place place, Progress& progress) {
    const Clause& clause = at(place);
    const std::int64_t quantity = billed_quantity(clause, place.segment);
    std::int64_t reached = quantity;
    if (clause.tiering.bounds == TierBounds::bill) {
        if (!progress.slab_micro) progress.slab_micro = slab_quantity(place);
        reached = *progress.slab_micro;
    }
    if (quantity == 0) return false;
    std::size_t tier = 0;
    while (tier + 1 < clause.tiers.size() &&
           reached > scaled_bound(clause, clause.tiers[tier].upto_micro, place.segment))
        ++tier;
    priced(place, quantity, clause.tiers[tier].price_e8, {}).part = static_cast<std::uint16_t>(tier + 1);
    return true;
}

// What the clause prices in the section by slabs for the whole bill.
std::int64_t SectionRater::slab_quantity(Place place) const {
    const std::size_t rank = work_.order.rank(place.version, place.clause);
    Int128 sum = 0;
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const Place other{version, work_.order.clause(rank, version), static_cast<std::uint16_t>(segment)};
        if (other.clause == kNoClause || at(other).kind != ClauseKind::energy_slab) continue;
        if (at(other).tiering.bounds == TierBounds::bill && applies(at(other), segment))
            sum += billed_quantity(at(other), segment);
    }
    return narrow(sum);
}

// Brings the counter to the month or year of the segment, and to its version.
void SectionRater::enter_counter(Place place, CounterState& counter) const {
    const Clause& clause = at(place);
    const tariff::Plan* version = out_.plans[place.version];
    const Date since = counting_since(clause.tiering, out_.segments[place.segment].dates.from);
    if (!counter.counts) {
        const Counter* before = counter_before(clause.name, since);
        if (before != nullptr) counter = {true, since, before->version, before->micro};
    }
    const bool restarts = clause.tiering.on_version == tariff::Tiering::OnVersion::restarts;
    const bool same_version = counter.version == nullptr || is_same(counter.version, version);
    if (!counter.counts || counter.since != since || (restarts && !same_version)) counter.micro = 0;
    counter.counts = true;
    counter.since = since;
    counter.version = version;
}

// What is left after credit of earlier sections; credit that is left goes on, until its year is over.
std::int64_t SectionRater::credited_quantity(Place place, CounterState& credit) const {
    const Clause& clause = at(place);
    const tariff::QuantityKeys& keys = clause.quantity;
    const Date since = credit_since(keys, out_.segments[place.segment].dates.from);
    if (!credit.counts) {
        const Counter* before = counter_before(clause.name, since);
        if (before != nullptr) credit.micro = before->micro;
    } else if (credit.since != since) {
        credit.micro = 0;
    }
    credit.counts = true;
    credit.since = since;
    credit.version = out_.plans[place.version];
    std::int64_t quantity = quantity_of(clause.of, place.segment);
    if (keys.share_e8 != tariff::kWholeE8)
        quantity = round_quantity(Int128{quantity} * keys.share_e8, tariff::kWholeE8, quantity_rounding());
    const Int128 off = Int128{quantity_of(keys.less, place.segment)} * keys.less_e8;
    const Int128 left = (Int128{quantity} - credit.micro) * tariff::kWholeE8 - off;
    const std::int64_t rest = round_quantity(left < 0 ? -left : left, tariff::kWholeE8, quantity_rounding());
    credit.micro = left < 0 ? rest : 0;
    return left < 0 ? 0 : rest;
}

const Counter* SectionRater::counter_before(std::string_view clause, Date since) const {
    if (input_.before == nullptr) return nullptr;
    for (const Counter& counter : input_.before->counters)
        if (counter.clause == clause && counter.since == since) return &counter;
    return nullptr;
}

void SectionRater::leave_counter(std::string_view clause, const CounterState& counter) {
    out_.after.counters.push_back({std::string(clause), counter.since, counter.version, counter.micro});
}

// Counters of clauses that did not count in the section, as long as their month or year may go on.
void SectionRater::pass_counters_on() {
    const std::size_t own = out_.after.counters.size();
    for (const Counter& counter : input_.before->counters) {
        const auto end = out_.after.counters.begin() + static_cast<std::ptrdiff_t>(own);
        const bool counted = std::find_if(out_.after.counters.begin(), end,
                                          [&](const Counter& other) { return other.clause == counter.clause; }) != end;
        if (!counted && next_anniversary(counter.since) > input_.dates.to) out_.after.counters.push_back(counter);
    }
}

}  // namespace mainspring::rating
