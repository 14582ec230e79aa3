// Interval values and price series of an example. docs/TARIFFS.md, "Examples".
#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "calendar/zone.hpp"
#include "tariff/tariff_parts.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

// The measure of a stream's name; empty: the energy taken.
std::string_view measure_in(std::string_view name) {
    const std::string_view head = name.substr(0, name.find('.'));
    return is_measure(head) ? head : "";
}

// The days that so many values fill, from the first day on. Nothing where they end inside a day.
std::optional<Date> end_of(std::size_t values, int minutes, const Zone& zone, Date day) {
    while (values > 0) {
        const auto in_day = static_cast<std::size_t>(zone.minutes_in(day) / minutes);
        if (values < in_day || zone.minutes_in(day) % minutes != 0) return std::nullopt;
        values -= in_day;
        day += std::chrono::days{1};
    }
    return day;
}

void check_days(Reading& reading, const Value& value, const Example::Intervals& intervals, const CountedDays& counted,
                DateRange dates) {
    const auto zone = Zone::named(reading.plan.zone);
    if (!zone || dates.from >= dates.to) return;
    const auto end = end_of(intervals.micro.size(), intervals.minutes, *zone, dates.from);
    if (!end)
        return reading.in.problem(value, fmt::format("{} values of {} minutes are no whole local days",
                                                     intervals.micro.size(), intervals.minutes));
    if (*end > dates.to) return reading.in.problem(value, "has values of days after the example");
    const DateRange days{dates.from, *end};
    const std::string_view path = value.path;
    const std::string_view measure = measure_in(path.substr(path.rfind('.') + 1));
    const auto counts_too = [&](const auto& one) {
        return measure_in(one.first) == measure && intersect(one.second, days).days() > 0;
    };
    if (std::ranges::any_of(counted, counts_too))
        reading.in.problem(value, "counts days that a piece of usage has counted");
}

}  // namespace

void read_example_series(Reading& reading, const Value& value, Example& example) {
    if (!value) return;
    TextReader& in = reading.in;
    MapReader map(in, value);
    std::vector<std::string> names;
    const std::vector<Value> values = map.values(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!is_code(names[i])) in.problem(values[i], "its name must be [a-z] first, then [a-z0-9_]");
        MapReader one(in, values[i]);
        const Value resolution = one.required("resolution");
        Example::Series series{names[i], in.whole(resolution, {15, 1440}).value_or(60), {}};
        constexpr std::array<int, 4> kResolutions{15, 30, 60, 1440};
        if (std::ranges::find(kResolutions, series.minutes) == kResolutions.end())
            in.problem(resolution, "must be 15, 30, 60 or 1440");
        series.e8 = in.column(one.required("prices"), {Price::kScale, Sign::any});
        one.finish();
        example.series.push_back(std::move(series));
    }
}

void read_example_intervals(Reading& reading, const Value& value, const CountedDays& counted, Example& example) {
    if (!value) return;
    TextReader& in = reading.in;
    MapReader map(in, value);
    if (!map.is_map()) return;
    const Value minutes_value = map.required("minutes");
    const auto minutes = in.whole(minutes_value, {5, 60});
    if (minutes && 60 % *minutes != 0) in.problem(minutes_value, "must divide 60");
    const bool usable = minutes && 60 % *minutes == 0;
    const std::size_t before = example.intervals.size();
    for (const std::string_view measure : {"total", "export", "reactive", "reactive_export"}) {
        const Value column = map.optional(measure);
        if (!column) continue;
        Example::Intervals intervals{reading.stream(measure), minutes.value_or(60), {}};
        intervals.micro = in.column(column, {Quantity::kScale, Sign::any});
        if (usable) check_days(reading, column, intervals, counted, example.dates);
        example.intervals.push_back(std::move(intervals));
    }
    if (example.intervals.size() == before) in.problem(value, "has no values (total, export, reactive)");
    map.finish();
}

}  // namespace mainspring::tariff
