#include "metering/interval_view_service.hpp"

#include "metering/packing.hpp"

namespace mainspring::metering {
namespace {

const Statement kIntervalsOfPoint{"metering.intervals_of_point", R"(
    select start_at, device_id, interval_minutes, scale, width, packed, qualities
    from (select distinct on (start_at) start_at, voided, device_id, interval_minutes, scale, width, packed, qualities
          from metering.interval_day
          where cell_id = $1 and service_point_id = $2 and register_no = $3 and start_at >= $4 and start_at < $5
          order by start_at, version desc) latest
    where not voided order by start_at)"};

// A day row may begin so long before its last value.
constexpr std::chrono::hours kLongestDay{25};

}  // namespace

IntervalView intervals_of(Tx& tx, const IntervalQuestion& question) {
    IntervalView view;
    const InstantRange& asked = question.instants;
    const Result rows = tx.exec(kIntervalsOfPoint, question.cell, question.service_point_id, question.register_no,
                                asked.from - kLongestDay, asked.to);
    for (const Row row : rows) {
        IntervalDayView day{.start = row.get<Instant>(0),
                            .device_id = row.get<std::int64_t>(1),
                            .interval_minutes = row.get<std::int16_t>(2),
                            .scale = row.get<std::int16_t>(3),
                            .first = static_cast<std::uint32_t>(view.values.size()),
                            .qualities = row.get<std::string>(6)};
        unpack(row.get<std::span<const std::byte>>(5), row.get<std::int16_t>(4), view.values);
        day.values = static_cast<std::uint32_t>(view.values.size()) - day.first;
        if (day.start + std::chrono::minutes(std::int64_t{day.interval_minutes} * day.values) <= asked.from)
            view.values.resize(day.first);
        else
            view.days.push_back(std::move(day));
    }
    return view;
}

}  // namespace mainspring::metering
