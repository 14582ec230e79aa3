// Reads as files state them, not yet tied to a device.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "calendar/date.hpp"
#include "metering/installation.hpp"
#include "quantity/quantity.hpp"

namespace mainspring::metering {

// What the file says of the unit.
enum class UnitStatement : std::uint8_t { unstated, ours, foreign };  // foreign: none of ours (V, A, pf, kvar)

struct StatedChannel {
    std::string point, serial;
    std::string code, other_code;  // of the register; the second is tried when the first is not installed
    UnitStatement unit_statement = UnitStatement::unstated;
    Unit unit = Unit::none;
};

struct StatedRead {
    int line = 0;
    StatedChannel channel;
    Instant at;
    Date on;  // local day
    std::int64_t value_micro = 0;
    char quality = 'A', status = 'v';
    ReadReason reason = ReadReason::billing;
    std::string method = {};
    bool only_if_unknown = false;
};

// Values of one channel from `start` on. In a partial one the quality 'N' means: nothing stated here.
struct StatedDay {
    int line = 0;
    int lines = 1;  // rows of the file it comes from
    StatedChannel channel;
    Instant start;
    int interval_minutes = 30;
    int scale = 0;  // may be outside 0..9 after a change of unit
    std::vector<std::int64_t> values;
    std::string qualities;  // one for all or one each
    std::string method;
    std::string updated_at;
    bool partial = false;
};

struct StatedBatch {
    std::vector<StatedRead> reads;
    std::vector<StatedDay> days;
};

}  // namespace mainspring::metering
