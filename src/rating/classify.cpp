#include <algorithm>
#include <array>

#include "base/ensure.hpp"
#include "rating/rating.hpp"

namespace mainspring::rating {

namespace {

constexpr int kMinutes = 1440;
constexpr std::size_t kMaxPeriods = 256;

// Sums of one day by period.
struct DaySums {
    std::array<std::int64_t, kMaxPeriods> sum;
    std::array<bool, kMaxPeriods> occurs;
    std::size_t periods;
    bool overflow = false;

    explicit DaySums(std::size_t count) : periods(count) {
        std::fill_n(sum.begin(), periods, 0);
        std::fill_n(occurs.begin(), periods, false);
    }

    void add(std::uint8_t period, std::int64_t micro) {
        overflow |= __builtin_add_overflow(sum[period], micro, &sum[period]);
        occurs[period] = true;
    }
};

using Table = std::array<std::uint8_t, kMinutes>;

// Neighbouring values mostly belong to one period: runs are summed in a register.
void add_plain_day(const Table& table, std::size_t step, std::span<const std::int64_t> micro, DaySums& sums) {
    for (std::size_t i = 0, minute = 0; i < micro.size();) {
        const std::uint8_t here = table[minute];
        std::int64_t sum = 0;
        for (; i < micro.size() && table[minute] == here; ++i, minute += step)
            sums.overflow |= __builtin_add_overflow(sum, micro[i], &sum);
        sums.add(here, sum);
    }
}

// A day on which the clock is changed: the wall time of each interval's start is asked for.
void add_changed_day(const Table& table, const Zone& zone, std::chrono::minutes step, IntervalDay day, DaySums& sums) {
    Instant at = zone.start_of(day.date);
    for (const std::int64_t micro : day.micro) {
        sums.add(table[static_cast<std::size_t>(zone.wall_time_of(at).minute_of_day)], micro);
        at += step;
    }
}

// The days around the last one asked for, in which the zone does not change its clock.
struct QuietDays {
    const Zone::OffsetSegment* zone = nullptr;
    DateRange days;
};

bool is_plain_day(const Zone& zone, Date day) {
    thread_local QuietDays quiet;
    const auto segments = zone.segments();
    if (quiet.zone == segments.data() && quiet.days.contains(day)) return true;
    const Instant start = zone.start_of(day);
    if (zone.minutes_in(day) != kMinutes) return false;
    const auto next = std::ranges::upper_bound(segments, start, {}, &Zone::OffsetSegment::from);
    const Date end = next == segments.end() ? kForever : zone.date_of(next->from) - std::chrono::days{1};
    quiet = {segments.data(), {day, std::max(end, day + std::chrono::days{1})}};
    return true;
}

Piece piece_of(tariff::Stream stream, Date day, std::int64_t micro) {
    return {stream, {day, day + std::chrono::days{1}}, micro};
}

// Looked up by name once, not for every day. A plan is known by its periods' names, not by its address alone.
struct StreamsOfPlan {
    std::vector<std::string> names;
    std::vector<tariff::Stream> streams;
};

const std::vector<tariff::Stream>& streams_of(const std::vector<std::string>& names) {
    thread_local StreamsOfPlan known;
    if (known.names != names) {
        known.names = names;
        known.streams.clear();
        for (const auto& name : names) known.streams.push_back(tariff::stream_of(name));
    }
    return known.streams;
}

std::int64_t sum_of(std::span<const std::int64_t> micro) {
    std::int64_t sum = 0;
    bool overflow = false;
    for (const std::int64_t value : micro) overflow |= __builtin_add_overflow(sum, value, &sum);
    if (overflow) throw OverflowError("the sum of a day leaves 64 bits");
    return sum;
}

}  // namespace

void classify_day(const tariff::Plan& plan, const Zone& zone, int interval_minutes, IntervalDay day,
                  std::vector<Piece>& out) {
    const bool plain = is_plain_day(zone, day.date);
    ensure(interval_minutes > 0 &&
               static_cast<int>(day.micro.size()) * interval_minutes == (plain ? kMinutes : zone.minutes_in(day.date)),
           "a day needs as many values as it has intervals");
    const auto& names = plan.calendar.period_names();
    if (day.micro.empty()) return;
    if (names.empty()) return out.push_back(piece_of(day.measure, day.date, sum_of(day.micro)));
    DaySums sums(names.size());
    const Table& table = plan.calendar.minutes_of(day.date);
    if (plain)
        add_plain_day(table, static_cast<std::size_t>(interval_minutes), day.micro, sums);
    else
        add_changed_day(table, zone, std::chrono::minutes{interval_minutes}, day, sums);
    if (sums.overflow) throw OverflowError("the sum of a day leaves 64 bits");
    const auto& streams = streams_of(names);
    for (std::size_t period = 0; period < sums.periods; ++period)
        if (sums.occurs[period])
            out.push_back(piece_of(tariff::in_measure(day.measure, streams[period]), day.date, sums.sum[period]));
}

}  // namespace mainspring::rating
