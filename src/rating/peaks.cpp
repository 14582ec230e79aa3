#include "rating/peaks.hpp"

#include <algorithm>
#include <optional>

#include "base/ensure.hpp"
#include "rating/roots.hpp"
#include "rating/segments.hpp"

namespace mainspring::rating {

using tariff::DemandRule;

namespace {

constexpr Date next_of(Date day) { return day + std::chrono::days{1}; }

// The period of each value of the day by its start, and of those that windows of the day reach; empty where the
// calendar has none.
std::vector<std::uint8_t> periods_of(const tariff::Plan& plan, const Zone& zone, int interval_minutes,
                                     const DemandDay& day) {
    std::vector<std::uint8_t> periods;
    if (plan.calendar.period_names().empty()) return periods;
    const Date next = next_of(day.date);
    const Instant end = zone.start_of(next) + std::chrono::hours{1};
    Instant at = zone.start_of(day.date);
    for (std::size_t i = 0; i < day.energy.size() && at < end; ++i, at += std::chrono::minutes{interval_minutes}) {
        const auto& table = plan.calendar.minutes_of(at < zone.start_of(next) ? day.date : next);
        periods.push_back(table[static_cast<std::size_t>(zone.wall_time_of(at).minute_of_day)]);
    }
    return periods;
}

// Which values of the day lie in the hours that the rule names.
std::vector<bool> counted_of(const DemandRule& rule, const Zone& zone, int interval_minutes, Date day) {
    std::vector<bool> counted;
    for (Instant at = zone.start_of(day); at < zone.start_of(next_of(day));
         at += std::chrono::minutes{interval_minutes}) {
        const int minute = zone.wall_time_of(at).minute_of_day;
        counted.push_back(std::ranges::any_of(rule.at, [&](const DemandRule::Event& event) {
            return event.date == day && event.from_minute <= minute && minute < event.to_minute;
        }));
    }
    return counted;
}

// The windows of one demand on one day.
class Windows {
public:
    Windows(const DemandRule& rule, int interval_minutes, const DemandDay& day, std::size_t per_day)
        : rule_(rule),
          day_(day),
          per_day_(per_day),
          values_(rule.unit == Unit::kva ? std::min(day.energy.size(), day.reactive.size()) : day.energy.size()),
          size_(static_cast<std::size_t>(rule.window_minutes / interval_minutes)),
          step_(static_cast<std::size_t>(rule.step_minutes / interval_minutes)) {}

    // The values that count; without any, all do.
    void only(std::vector<bool> counted) { counted_ = std::move(counted); }

    // Of the windows that begin in the day, those whose values all have this period.
    std::optional<std::int64_t> highest_in(std::span<const std::uint8_t> periods, std::uint8_t period) const {
        return highest_of([&](std::size_t from) {
            const auto is_other = [&](std::uint8_t other) { return other != period; };
            return counts(from) && std::ranges::none_of(periods.subspan(from, size_), is_other);
        });
    }

    // Of all windows that begin in the day.
    std::optional<std::int64_t> highest() const {
        return highest_of([&](std::size_t from) { return counts(from); });
    }

private:
    bool counts(std::size_t from) const {
        for (std::size_t i = from; i < from + size_ && !counted_.empty(); ++i)
            if (i >= counted_.size() || !counted_[i]) return false;
        return true;
    }

    template <class Counts>
    std::optional<std::int64_t> highest_of(Counts is_counted) const {
        std::optional<std::int64_t> best;
        std::optional<Uint128> best_square;
        for (std::size_t from = 0; from < per_day_ && from + size_ <= values_; from += step_) {
            if (!is_counted(from)) continue;
            const std::int64_t active = demand_of(day_.energy, from);
            if (rule_.unit == Unit::kva)
                best_square = std::max(best_square, {sum_of_squares(active, demand_of(day_.reactive, from))});
            else
                best = std::max(best, {active});
        }
        if (best_square) best = rounded_root(*best_square);
        return best;
    }

    // In kW or kvar, exact: a window divides the hour.
    std::int64_t demand_of(std::span<const std::int64_t> micro, std::size_t from) const {
        Int128 sum = 0;
        for (const std::int64_t value : micro.subspan(from, size_)) sum += value;
        return narrow(sum * (60 / rule_.window_minutes));
    }

    const DemandRule& rule_;
    const DemandDay& day_;
    std::vector<bool> counted_;
    std::size_t per_day_, values_, size_, step_;
};

void add_peaks(const DemandRule& rule, const Windows& windows, Date date, std::span<const std::uint8_t> periods,
               std::vector<Peak>& out) {
    const auto add = [&](tariff::Stream stream, std::optional<std::int64_t> highest) {
        if (highest) out.push_back({stream, {date, next_of(date)}, *highest});
    };
    const auto highest = windows.highest();
    std::optional<std::int64_t> of_periods;
    for (std::size_t period = 0; period < rule.periods.size() && !periods.empty(); ++period) {
        const auto inside = windows.highest_in(periods, static_cast<std::uint8_t>(period));
        add(rule.periods[period], inside);
        of_periods = std::max(of_periods, inside);
    }
    if (highest > of_periods) add(rule.stream, highest);
}

// The values of a run that has the day, from it on.
std::span<const std::int64_t> values_from(const IntervalRun& run, const Zone& zone, Date day) {
    const auto before = (zone.start_of(day) - zone.start_of(run.dates.from)) / std::chrono::minutes{run.minutes};
    return run.micro.subspan(static_cast<std::size_t>(before));
}

}  // namespace

void peaks_of_day(const tariff::Plan& plan, const Zone& zone, int interval_minutes, const DemandDay& day,
                  std::vector<Peak>& out) {
    if (plan.demands.empty() || day.energy.empty()) return;
    ensure(interval_minutes > 0 && 60 % interval_minutes == 0, "intervals divide the hour");
    const auto per_day = static_cast<std::size_t>(zone.minutes_in(day.date) / interval_minutes);
    ensure(day.energy.size() >= per_day && (day.reactive.empty() || day.reactive.size() >= per_day),
           "a day needs as many values as it has intervals");
    const auto periods = periods_of(plan, zone, interval_minutes, day);
    for (const DemandRule& rule : plan.demands) {
        if (rule.step_minutes % interval_minutes != 0) continue;
        if (rule.unit == Unit::kva && day.reactive.empty()) continue;
        Windows windows(rule, interval_minutes, day, per_day);
        if (!rule.at.empty()) {
            auto counted = counted_of(rule, zone, interval_minutes, day.date);
            if (std::ranges::find(counted, true) == counted.end()) continue;
            windows.only(std::move(counted));
        }
        add_peaks(rule, windows, day.date, periods, out);
    }
}

void peaks_of_runs(const tariff::Tariff& tariff, const Zone& zone, std::span<const IntervalRun> runs,
                   std::vector<Peak>& out) {
    const tariff::Stream reactive = tariff::stream_of("reactive");
    for (const IntervalRun& run : runs) {
        if (run.measure != tariff::kTotal) continue;
        for (Date day = run.dates.from; day < run.dates.to; day = next_of(day)) {
            const int version = version_on(tariff, day);
            if (version < 0) continue;
            const auto& plan = tariff.versions[static_cast<std::size_t>(version)];
            DemandDay values{day, values_from(run, zone, day)};
            for (const IntervalRun& other : runs)
                if (other.measure == reactive && other.minutes == run.minutes && other.dates.contains(day))
                    values.reactive = values_from(other, zone, day);
            peaks_of_day(*plan, zone, run.minutes, values, out);
        }
    }
}

}  // namespace mainspring::rating
