// Charges for the highest demand. docs/TARIFFS.md, "Demand".
#include <algorithm>
#include <limits>

#include "base/ensure.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::DemandCharge;

namespace {

// Months since the beginning of our era, of the last day.
int month_of_end(DateRange dates) {
    const std::chrono::year_month_day day{dates.to - std::chrono::days{1}};
    return static_cast<int>(day.year()) * 12 + static_cast<int>(static_cast<unsigned>(day.month())) - 1;
}

bool has_month(std::uint16_t months, DateRange dates) { return (months >> (month_of_end(dates) % 12 + 1) & 1) != 0; }

// Whether a bare demand takes this peak of one of its periods.
bool is_of_period(const tariff::Plan& plan, tariff::Stream bare, tariff::Stream stream) {
    const auto rule = std::ranges::find(plan.demands, bare, &tariff::DemandRule::stream);
    return rule != plan.demands.end() && std::ranges::find(rule->periods, stream) != rule->periods.end();
}

}  // namespace

// Keeps what was measured for the lines.
bool SectionRater::demands_missing() {
    if (std::ranges::none_of(out_.plans, [](const tariff::Plan* plan) { return plan->has_demand; })) return false;
    work_.measured.assign(work_.order.size(), 0);
    for (std::size_t rank = 0; rank < work_.order.size(); ++rank) {
        // In a single version the rank is the place of the clause.
        if (work_.order.has_one_version() && out_.plans.front()->clauses[rank].kind != ClauseKind::demand) continue;
        const Place last = last_demand(rank);
        if (last.segment == kNoSegment) continue;
        const auto measured = measured_demand(rank, at(last).demand.average_of);
        if (!measured) return true;
        work_.measured[rank] = *measured;
    }
    return false;
}

// The clause in the last segment in which it applies; kNoSegment if there is none.
SectionRater::Place SectionRater::last_demand(std::size_t rank) const {
    for (std::size_t segment = segments_; segment-- > 0;) {
        const std::uint16_t version = out_.segments[segment].version;
        const Place place{version, work_.order.clause(rank, version), static_cast<std::uint16_t>(segment)};
        if (place.clause != kNoClause && at(place).kind == ClauseKind::demand && applies(at(place), segment))
            return place;
    }
    return {0, kNoClause, kNoSegment};
}

// A peak of a period stands in for one of the bare name on days without such.
bool SectionRater::names_peak(const tariff::Plan& plan, const Clause& clause, const Peak& peak) const {
    return std::ranges::any_of(clause.of, [&](tariff::Stream stream) {
        if (stream == peak.stream) return true;
        return is_of_period(plan, stream, peak.stream) && std::ranges::none_of(input_.peaks, [&](const Peak& bare) {
                   return bare.stream == stream && overlap(bare.dates, peak.dates);
               });
    });
}

bool SectionRater::counts_peak(std::size_t rank, const Peak& peak) const {
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const Segment& s = out_.segments[segment];
        const std::uint16_t index = work_.order.clause(rank, s.version);
        if (index == kNoClause || !overlap(s.dates, peak.dates)) continue;
        const tariff::Plan& plan = *out_.plans[s.version];
        const Clause& clause = plan.clauses[index];
        if (clause.kind == ClauseKind::demand && applies(clause, segment) && names_peak(plan, clause, peak))
            return true;
    }
    return false;
}

// The highest peak, or the mean of the highest of several days; empty without a peak.
std::optional<std::int64_t> SectionRater::measured_demand(std::size_t rank, int days) {
    auto& peaks = work_.peaks;
    peaks.clear();
    for (const Peak& peak : input_.peaks) {
        ensure(peak.dates.from < peak.dates.to, "a peak has at least one day");
        if (days > 1 && peak.dates.days() != 1) continue;
        if (counts_peak(rank, peak)) peaks.emplace_back(peak.dates.from, peak.micro);
    }
    if (peaks.empty()) return std::nullopt;
    if (days == 1) return std::ranges::max_element(peaks, {}, &DayPeak::second)->second;
    // The highest of each day, then the highest days.
    std::ranges::sort(peaks, std::greater{});
    const auto repeated = std::ranges::unique(peaks, {}, &DayPeak::first);
    peaks.erase(repeated.begin(), repeated.end());
    std::ranges::sort(peaks, std::greater{}, &DayPeak::second);
    const std::size_t count = std::min(peaks.size(), static_cast<std::size_t>(days));
    Int128 sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += peaks[i].second;
    return narrow(divide_rounded(sum, static_cast<Int128>(count), RoundingMode::half_up));
}

// In millionths of a millionth of a percent.
Int128 SectionRater::least_demand(const DemandCharge::AtLeast& item, Place place) const {
    using By = DemandCharge::AtLeast::By;
    switch (item.by) {
        case By::amount: return Int128{item.amount_micro} * tariff::kWholeE8;
        case By::fact: return Int128{fact_in(item.fact, place.segment).value_or(0)} * item.ratio_e8;
        case By::past: break;
    }
    Int128 highest = std::numeric_limits<std::int64_t>::min();
    if (input_.before == nullptr) return highest;
    for (const PastDemand& past : input_.before->demands) {
        const bool counts = past.clause == at(place).name && past.dates.to <= input_.dates.from &&
                            month_of_end(past.dates) + item.past_months >= month_of_end(input_.dates) &&
                            has_month(item.months, past.dates);
        if (counts) highest = std::max(highest, Int128{past.micro} * item.ratio_e8);
    }
    return highest;
}

// What is billed; leaves what was measured to later sections.
std::int64_t SectionRater::billed_demand(std::size_t rank) {
    const Place place = last_demand(rank);
    const DemandCharge& demand = at(place).demand;
    const std::int64_t measured = work_.measured[rank];
    out_.after.demands.push_back({at(place).name, input_.dates, measured});
    Int128 billed =
        Int128{measured} * (has_month(demand.current_months, input_.dates) ? demand.current_e8 : tariff::kWholeE8);
    if (demand.tolerance_fact != tariff::kNoFact) {
        const Int128 fact = fact_in(demand.tolerance_fact, place.segment).value_or(0);
        if (Int128{measured} * tariff::kWholeE8 <= fact * demand.tolerance_e8) billed = fact * tariff::kWholeE8;
    }
    for (const auto& item : demand.at_least) billed = std::max(billed, least_demand(item, place));
    const Int128 step = power_of_ten(Quantity::kScale - demand.round_demand.decimals);
    return narrow(divide_exactly_rounded(billed, step * tariff::kWholeE8, demand.round_demand.mode) * step);
}

void SectionRater::rate_demand(Place place, Progress& progress) {
    if (!progress.demand_micro) progress.demand_micro = billed_demand(work_.order.rank(place.version, place.clause));
    const Clause& clause = at(place);
    if (clause.proration == tariff::Proration::none)
        once(place, progress);
    else
        demand_lines(place, *progress.demand_micro,
                     {months_of(out_.segments[place.segment].dates, clause.proration), place.segment});
}

void SectionRater::demand_lines(Place place, std::int64_t billed, DemandLine line) {
    const Clause& clause = at(place);
    if (clause.tiers.empty() && billed != 0) priced(place, billed, clause.price_e8, line.months).segment = line.segment;
    std::int64_t low = std::numeric_limits<std::int64_t>::min();
    for (std::size_t i = 0; i < clause.tiers.size(); ++i) {
        const bool last = i + 1 == clause.tiers.size();
        const std::int64_t high = last ? std::numeric_limits<std::int64_t>::max()
                                       : scaled_bound(clause, clause.tiers[i].upto_micro, place.segment);
        const std::int64_t share = std::clamp(billed, low, high) - std::clamp(std::int64_t{0}, low, high);
        if (share != 0) {
            Line& made = priced(place, share, clause.tiers[i].price_e8, line.months);
            made.part = static_cast<std::uint16_t>(i + 1);
            made.segment = line.segment;
        }
        low = high;
    }
}

}  // namespace mainspring::rating
