// The only door to time zones. Offsets come from the IANA database as cached segments (1970 to 2200; before and after,
// the first and last offset hold). Offsets are whole minutes (the one exception since 1970, Liberia before 1972, is
// cut).
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "calendar/date.hpp"

namespace mainspring {

// A wall time that does not exist (spring) or exists twice (autumn): the caller says what it wants.
enum class MissingTime { next_valid, refuse };
enum class DoubledTime { first, second, refuse };

struct WallTime {
    Date date;
    int minute_of_day = 0;  // 0..1439
    friend bool operator==(const WallTime&, const WallTime&) = default;
};

// Cheap to copy; thread-safe.
class Zone {
public:
    // IANA name such as "Asia/Shanghai"; refuses unknown names. A fixed offset is written "UTC+10:00" (up to 14 hours).
    static std::expected<Zone, std::string> named(std::string_view name);

    const std::string& name() const;
    WallTime wall_time_of(Instant at) const;
    Date date_of(Instant at) const;
    // First instant of the local day (the first that exists, where midnight is skipped). A day that the zone skipped as
    // a whole (Apia, 2011-12-30) starts and ends where the next one starts.
    Instant start_of(Date day) const;
    int minutes_in(Date day) const;  // 1380, 1440, 1500 and the rarer ones; 0 for a skipped day
    std::expected<Instant, std::string> instant_of(WallTime wall, MissingTime missing, DoubledTime doubled) const;

    struct OffsetSegment {
        Instant from;  // the segment holds until the next one's `from`
        std::int32_t offset_minutes;
    };
    std::span<const OffsetSegment> segments() const;

private:
    struct Data;
    explicit Zone(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

}  // namespace mainspring
