// Interval values of a channel over some days, to look at: a year of quarter hours in one pass.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "metering/billing_stream.hpp"
#include "metering/installation.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

struct IntervalQuestion {
    CellId cell;
    std::int64_t service_point_id = 0;
    std::int16_t register_no = 0;
    InstantRange instants;
};

// A row of metering.interval_day as it counts now.
struct IntervalDayView {
    Instant start;
    std::int64_t device_id = 0;
    std::int16_t interval_minutes = 0;
    int scale = 0;
    std::uint32_t first = 0, values = 0;  // in IntervalView::values
    std::string qualities;                // one letter for all, or one each
};
struct IntervalView {
    std::vector<IntervalDayView> days;  // in time, those that have a value in the range
    std::vector<std::int64_t> values;   // at 10^-scale of their day, before any multiplier
    std::span<const std::int64_t> values_of(const IntervalDayView& day) const {
        return std::span(values).subspan(day.first, day.values);
    }
};
IntervalView intervals_of(Tx& tx, const IntervalQuestion& question);

}  // namespace mainspring::metering
