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

SectionRater::DemandTime SectionRater::demand_time(Place place) const {
    const std::size_t rank = work_.order.rank(place.version, place.clause);
    if (!at(place).demand.each_month) return {rank, input_.dates};
    const std::chrono::year_month_day day{out_.segments[place.segment].dates.from};
    const Date first{day.year() / day.month() / 1};
    return {rank, intersect(input_.dates, {first, first_of_next_month(first)})};
}

// Of each rank there is a place for the section, and one for each segment: that of a month is the one it begins in.
std::int64_t& SectionRater::measured_at(DemandTime time) const {
    const std::size_t first = time.rank * (segments_ + 1);
    if (time.dates == input_.dates) return work_.measured[first];
    std::size_t segment = 0;
    while (out_.segments[segment].dates.to <= time.dates.from) ++segment;
    return work_.measured[first + 1 + segment];
}

// Keeps what was measured for the lines.
bool SectionRater::demands_missing() {
    if (std::ranges::none_of(out_.plans, [](const tariff::Plan* plan) { return plan->has_demand; })) return false;
    work_.measured.assign(work_.order.size() * (segments_ + 1), 0);
    for (std::size_t rank = 0; rank < work_.order.size(); ++rank) {
        DateRange done{};
        for (std::uint16_t segment = 0; segment < segments_; ++segment) {
            const std::uint16_t version = out_.segments[segment].version;
            const Place place{version, work_.order.clause(rank, version), segment};
            if (place.clause == kNoClause || at(place).kind != ClauseKind::demand || !applies(at(place), segment))
                continue;
            const DemandTime time = demand_time(place);
            if (time.dates == done) continue;
            done = time.dates;
            const auto measured = measured_demand(time, at(last_demand(time)).demand.average_of);
            if (!measured) return refuse({version, place.clause, segment, at(place).of.front()});
            measured_at(time) = *measured;
        }
    }
    return false;
}

// The clause in the last segment of the time in which it applies; kNoSegment if there is none.
SectionRater::Place SectionRater::last_demand(DemandTime time) const {
    for (std::size_t segment = segments_; segment-- > 0;) {
        const std::uint16_t version = out_.segments[segment].version;
        const Place place{version, work_.order.clause(time.rank, version), static_cast<std::uint16_t>(segment)};
        if (!overlap(out_.segments[segment].dates, time.dates) || place.clause == kNoClause) continue;
        if (at(place).kind == ClauseKind::demand && applies(at(place), segment)) return place;
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

bool SectionRater::counts_peak(DemandTime time, const Peak& peak) const {
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const Segment& s = out_.segments[segment];
        const std::uint16_t index = work_.order.clause(time.rank, s.version);
        if (index == kNoClause || !overlap(s.dates, peak.dates) || !overlap(s.dates, time.dates)) continue;
        const tariff::Plan& plan = *out_.plans[s.version];
        const Clause& clause = plan.clauses[index];
        if (clause.kind == ClauseKind::demand && applies(clause, segment) && names_peak(plan, clause, peak))
            return true;
    }
    return false;
}

// Whether the clause is over demands of named days alone, and none of these lies where it applies.
bool SectionRater::has_no_event(DemandTime time) const {
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const Segment& s = out_.segments[segment];
        const std::uint16_t index = work_.order.clause(time.rank, s.version);
        if (index == kNoClause || !overlap(s.dates, time.dates)) continue;
        const tariff::Plan& plan = *out_.plans[s.version];
        const Clause& clause = plan.clauses[index];
        if (clause.kind != ClauseKind::demand || !applies(clause, segment)) continue;
        for (const tariff::DemandRule& rule : plan.demands) {
            const bool named = std::ranges::any_of(clause.of, [&](tariff::Stream stream) {
                return stream == rule.stream || std::ranges::find(rule.periods, stream) != rule.periods.end();
            });
            if (named && (rule.at.empty() || std::ranges::any_of(rule.at, [&](const auto& event) {
                              return s.dates.contains(event.date);
                          })))
                return false;
        }
    }
    return true;
}

// The highest peak, or the mean of the highest of several days; empty without a peak.
std::optional<std::int64_t> SectionRater::measured_demand(DemandTime time, int days) {
    auto& peaks = work_.peaks;
    peaks.clear();
    for (const Peak& peak : input_.peaks) {
        ensure(peak.dates.from < peak.dates.to, "a peak has at least one day");
        if (days > 1 && peak.dates.days() != 1) continue;
        if (counts_peak(time, peak)) peaks.emplace_back(peak.dates.from, peak.micro);
    }
    if (peaks.empty()) return has_no_event(time) ? std::optional(std::int64_t{0}) : std::nullopt;
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
Int128 SectionRater::least_demand(const DemandCharge::AtLeast& item, Place place, DateRange dates) const {
    using By = DemandCharge::AtLeast::By;
    switch (item.by) {
        case By::amount: return Int128{item.amount_micro} * tariff::kWholeE8;
        case By::fact: return Int128{fact_in(item.fact, place.segment).value_or(0)} * item.ratio_e8;
        case By::past: break;
    }
    Int128 highest = std::numeric_limits<std::int64_t>::min();
    const auto look_at = [&](const PastDemand& past) {
        const bool counts = past.clause == at(place).name && past.dates.to <= dates.from &&
                            month_of_end(past.dates) + item.past_months >= month_of_end(dates) &&
                            has_month(item.months, past.dates);
        if (counts) highest = std::max(highest, Int128{past.micro} * item.ratio_e8);
    };
    if (input_.before != nullptr) std::ranges::for_each(input_.before->demands, look_at);
    std::ranges::for_each(out_.after.demands, look_at);  // earlier months of this section
    return highest;
}

std::int64_t SectionRater::billed_demand(DemandTime time) const {
    const Place place = last_demand(time);
    const DemandCharge& demand = at(place).demand;
    const std::int64_t measured = measured_at(time);
    Int128 billed =
        Int128{measured} * (has_month(demand.current_months, time.dates) ? demand.current_e8 : tariff::kWholeE8);
    if (demand.tolerance_fact != tariff::kNoFact) {
        const Int128 fact = fact_in(demand.tolerance_fact, place.segment).value_or(0);
        if (Int128{measured} * tariff::kWholeE8 <= fact * demand.tolerance_e8) billed = fact * tariff::kWholeE8;
    }
    for (const auto& item : demand.at_least) billed = std::max(billed, least_demand(item, place, time.dates));
    const Int128 step = power_of_ten(Quantity::kScale - demand.round_demand.decimals);
    return narrow(divide_exactly_rounded(billed, step * tariff::kWholeE8, demand.round_demand.mode) * step);
}

// Of the section, by the demand clause that the bounds of a clause follow.
std::int64_t SectionRater::demand_of_hours(const Clause& clause, std::size_t segment) const {
    const std::size_t rank = work_.order.rank(out_.segments[segment].version, *clause.hours_of);
    const DemandTime time{rank, input_.dates};
    return last_demand(time).segment == kNoSegment ? 0 : billed_demand(time);
}

// Leaves what was measured to later sections.
void SectionRater::rate_demand(Place place, Progress& progress) {
    const DemandTime time = demand_time(place);
    if (!progress.demand_micro || progress.demand_dates != time.dates) {
        progress.demand_micro = billed_demand(time);
        progress.demand_dates = time.dates;
        out_.after.demands.push_back({at(place).name, time.dates, measured_at(time)});
    }
    const Clause& clause = at(place);
    if (clause.proration == tariff::Proration::none)
        once(place, progress);
    else
        demand_lines(place, *progress.demand_micro,
                     {months_of(out_.segments[place.segment].dates, clause.proration), place.segment});
}

void SectionRater::demand_lines(Place place, std::int64_t billed, DemandLine line) {
    const Clause& clause = at(place);
    if (clause.tiers.empty() && billed != 0)
        priced(place, billed, price_of(clause, place.segment), line.months).segment = line.segment;
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
