// Sorted streams of installations, reads and intervals, for bill runs. Binary, into batches that are reused from range
// to range: rows hold offsets into shared arrays, so that a range costs no allocation a row.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "calendar/date.hpp"
#include "customer/billing_stream.hpp"
#include "metering/metering_store.hpp"
#include "metering/relation_store.hpp"
#include "quantity/quantity.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

// Some service points of one cell. REQUIRES: `ids` ascending, no doubles.
struct Points {
    CellId cell;
    std::span<const std::int64_t> ids;
    Instant known_at = kEndOfTime;  // only what was recorded by then
};

struct RegisterRecord {
    std::int64_t multiplier_e6 = 1'000'000;
    std::int32_t stream = 0;  // TextTable; 0 = not billed
    std::int16_t register_no = 0;
    std::int16_t dials = 0, decimals = 0;
    std::int16_t interval_minutes = 0;
    Unit unit = Unit::none;
};

struct InstallationRecord {
    std::int64_t service_point_id = 0, device_id = 0;  // device 0: nothing
    std::int64_t volume_factor_e8 = 0;
    std::uint32_t conditions = 0;  // in InstallationBatch::conditions, from 1; 0: none
    Date valid_from;
    std::int16_t version = 1;
    bool voided = false;
    std::uint16_t registers = 0;       // how many,
    std::uint32_t first_register = 0;  // from here in InstallationBatch::registers
};

struct InstallationBatch {
    std::vector<InstallationRecord> rows;  // by (service_point_id, valid_from, version)
    std::vector<RegisterRecord> registers;
    std::vector<MeasuringConditions> conditions;
    std::span<const RegisterRecord> registers_of(const InstallationRecord& row) const {
        return std::span(registers).subspan(row.first_register, row.registers);
    }
};
void installations(Tx& tx, const Points& points, customer::TextTable& texts, InstallationBatch& out);

// The sub-meter relations that have one of the points on either side, all versions; in the order of their keys.
std::vector<StoredRelation> sub_meters(Tx& tx, const Points& points);

struct ReadRecord {
    std::int64_t service_point_id = 0, device_id = 0;
    Instant read_at;
    Date read_on;
    std::uint32_t first = 0;   // in register_no and value_micro
    std::uint16_t values = 0;  // registers of the row
    std::int16_t version = 1;
    char quality = 'A', status = 'v';
    bool voided = false;
};

struct ReadBatch {
    std::vector<ReadRecord> rows;  // by (service_point_id, read_at, device_id, version)
    std::vector<std::int16_t> register_no;
    std::vector<std::int64_t> value_micro;
    std::span<const std::int16_t> registers_of(const ReadRecord& row) const {
        return std::span(register_no).subspan(row.first, row.values);
    }
    std::span<const std::int64_t> values_of(const ReadRecord& row) const {
        return std::span(value_micro).subspan(row.first, row.values);
    }
};
// All versions of the reads with read_on in [dates.from, dates.to).
void register_reads(Tx& tx, const Points& points, DateRange dates, ReadBatch& out);

struct IntervalDayRecord {
    std::int64_t service_point_id = 0, device_id = 0;
    Instant start;
    std::uint32_t first = 0;          // in IntervalBatch::values
    std::uint32_t first_quality = 0;  // in IntervalBatch::qualities
    std::uint16_t values = 0;
    std::uint16_t quality_count = 0;  // 1 or as many as values
    std::int16_t register_no = 0;
    std::int16_t version = 1;
    std::int16_t interval_minutes = 30;
    std::int16_t scale = 0;
    bool voided = false;
};

struct IntervalBatch {
    std::vector<IntervalDayRecord> rows;  // by (service_point_id, register_no, start, version)
    std::vector<std::int64_t> values;     // at 10^-scale of their row
    std::string qualities;
    std::span<const std::int64_t> values_of(const IntervalDayRecord& row) const {
        return std::span(values).subspan(row.first, row.values);
    }
    std::string_view qualities_of(const IntervalDayRecord& row) const {
        return std::string_view(qualities).substr(row.first_quality, row.quality_count);
    }
};
struct InstantRange {
    Instant from, to;
};
// All versions of the days whose start lies in [from, to). A day row may begin up to 25 hours before the first instant
// of interest: ask for that much more.
void interval_days(Tx& tx, const Points& points, InstantRange starts, IntervalBatch& out);

// The highest version of each (zone, day) recorded by then, by zone and day.
std::vector<CalorificValue> calorific_values(Tx& tx, Instant known_at = kEndOfTime);
// Was one recorded in (from, to]?
bool any_calorific_value(Tx& tx, Instant from, Instant to);

}  // namespace mainspring::metering
