// SQL of the schema metering and its mapping.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "metering/installation.hpp"
#include "metering/packing.hpp"
#include "org/sha256.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

struct Device {
    CellId cell;
    std::int64_t device_id = 0;
    std::string serial, maker, model;
};

struct DeviceEvent {
    std::int32_t event_no = 0;
    Date on;
    DeviceState state = DeviceState::stock;
    CellId point_cell;
    std::int64_t service_point_id = 0;  // 0: at none
};

std::vector<Device> select_devices(Tx& tx, std::span<const CellId> cells, std::span<const std::string> serials);
struct LastEvent {
    std::int64_t device_id = 0;
    DeviceEvent event;
};
std::vector<LastEvent> select_last_events(Tx& tx, CellId cell, std::span<const std::int64_t> devices);
std::int64_t select_last_device_id(Tx& tx, CellId cell);

struct PointInstallations {
    std::int64_t service_point_id = 0;
    std::vector<InstallationFact> rows;  // by (valid_from, version)
};
// Ascending by service_point_id; points without any are left out.
std::vector<PointInstallations> select_installations(Tx& tx, CellId cell, std::span<const std::int64_t> points);

class MeterRows {
public:
    MeterRows(std::int32_t actor_id, Instant at) : actor_id_(actor_id), at_(at) {}
    void add(const Device& device);
    void add(const Device& device, const DeviceEvent& event);
    struct PointRef {
        CellId cell;
        std::int64_t service_point_id = 0;
    };
    void add(const PointRef& point, const InstallationFact& fact);
    void copy_to(Tx& tx);

private:
    std::int32_t actor_id_;
    Instant at_;
    CopyBuffer devices_, events_, installations_;
};

struct ReadSource {
    std::string_view kind, name;
    org::Sha256 sha256{};
    std::int32_t actor_id = 0;
    Instant at;  // of the transaction that writes the reads (org::moment_of_facts)
};
// REQUIRES: one for each transaction that writes reads, in that transaction.
std::int64_t insert_source(Tx& tx, const ReadSource& source);
// Every source of this content (kind and SHA-256) so far, ascending.
std::vector<std::int64_t> select_sources_of(Tx& tx, const ReadSource& content);

// One row of metering.register_read.
struct RegisterRead {
    CellId cell;
    std::int64_t service_point_id = 0;
    Instant read_at;
    std::int64_t device_id = 0;
    std::int16_t version = 1;
    bool voided = false;
    Date read_on;
    std::vector<std::int16_t> register_no;
    std::vector<std::int64_t> value_micro;
    char quality = 'A', status = 'v';
    std::string reason = "billing", method;
    std::int64_t source = 0;
    std::int32_t source_line = 0;
};
void add_read(CopyBuffer& rows, const RegisterRead& read);
void copy_reads(Tx& tx, const CopyBuffer& rows);
// All versions of the reads at these (service point, instant) pairs, by (service point, instant, device, version).
struct ReadKeys {
    CellId cell;
    std::span<const std::int64_t> points;
    std::span<const Instant> instants;
};
std::vector<RegisterRead> select_reads(Tx& tx, const ReadKeys& keys);

// One row of metering.interval_day.
struct IntervalDay {
    CellId cell;
    std::int64_t service_point_id = 0;
    std::int16_t register_no = 0;
    Instant start;
    std::int16_t version = 1;
    bool voided = false;
    std::int64_t device_id = 0;
    std::int16_t interval_minutes = 30;
    PackedValues values;
    std::string qualities, method;
    std::int64_t source = 0;
    std::int32_t source_line = 0;
};
void add_day(CopyBuffer& rows, const IntervalDay& day);
void copy_days(Tx& tx, const CopyBuffer& rows);
struct DayKeys {
    CellId cell;
    std::span<const std::int64_t> points;
    std::span<const std::int16_t> registers;
    std::span<const Instant> starts;
};
std::vector<IntervalDay> select_days(Tx& tx, const DayKeys& keys);

struct CalorificValue {
    std::string gas_zone;
    Date valid_from;
    std::int16_t version = 1;
    std::int64_t value_e4 = 0;  // MJ/m3
};
// All versions, by (gas_zone, valid_from, version).
std::vector<CalorificValue> select_calorific_values(Tx& tx, Instant known_at = kEndOfTime);
void insert_calorific_value(Tx& tx, const CalorificValue& value, Instant at);

}  // namespace mainspring::metering
