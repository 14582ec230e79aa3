// Highest demands from interval values. Pure. docs/TARIFFS.md, "Demands".
#pragma once
#include <span>
#include <vector>

#include "calendar/zone.hpp"
#include "rating/rating.hpp"

namespace mainspring::rating {

// Interval values from the midnight of one local day on: energy in kWh (millionths) and, where it is measured,
// `reactive` in kvarh. Values beyond the day, of those that follow, fill the windows that begin in it.
struct DemandDay {
    Date date;
    std::span<const std::int64_t> energy;
    std::span<const std::int64_t> reactive{};  // empty: not measured
};

// Appends a Peak for each demand of the plan over that one day; where the calendar has periods, one for each of them,
// and one of the bare name only if a window that no period holds is higher than all of theirs. None for a demand whose
// step is no multiple of the interval, none in kVA without reactive values, none for a period that holds no whole
// window.
// REQUIRES: values of the whole day at least: size * interval_minutes >= zone.minutes_in(date); interval_minutes
// divides 60.
void peaks_of_day(const tariff::Plan& plan, const Zone& zone, int interval_minutes, const DemandDay& day,
                  std::vector<Peak>& out);

// The same for every day of the runs of energy, each by the version that holds on it; days before the first version
// give nothing. Reactive values count where a run of the same interval covers the day.
void peaks_of_runs(const tariff::Tariff& tariff, const Zone& zone, std::span<const IntervalRun> runs,
                   std::vector<Peak>& out);

}  // namespace mainspring::rating
