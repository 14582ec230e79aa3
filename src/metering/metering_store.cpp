#include "metering/metering_store.hpp"

#include "base/ensure.hpp"

namespace mainspring::metering {
namespace {

const Statement kDevices{"metering.devices_by_serial",
                         "select cell_id, device_id, serial, maker, model from metering.device "
                         "where serial = any($1) and cell_id = any($2)"};
const Statement kLastEvents{
    "metering.last_events",
    "select distinct on (device_id) device_id, event_no, on_date, state, service_point_cell_id, service_point_id "
    "from metering.device_event where cell_id = $1 and device_id = any($2) order by device_id, event_no desc"};
const Statement kLastDevice{"metering.last_device",
                            "select coalesce(max(device_id), 0) from metering.device where cell_id = $1"};
const Statement kInstallations{
    "metering.installations_of_points",
    "select service_point_id, valid_from, version, voided, device_cell_id, device_id, serial, register_no, "
    "register_code, stream, unit, dials, decimals, multiplier_e6, interval_minutes, volume_factor_e8, "
    "line_loss_e8, coalesce(transformer, '{}'), coalesce(gas_state, '{}') "
    "from metering.installation where cell_id = $1 and service_point_id = any($2) "
    "order by service_point_id, valid_from, version"};
const Statement kSourcesOf{"metering.sources_of",
                           "select source_id from metering.source where sha256 = $1 and kind = $2 order by source_id"};
const Statement kInsertSource{"metering.insert_source",
                              "insert into metering.source (source_id, kind, name, sha256, actor_id, recorded_at) "
                              "values (nextval('metering.source_id'), $1, $2, $3, $4, $5) returning source_id"};
const Statement kReads{
    "metering.reads_by_key",
    "select r.service_point_id, r.read_at, r.device_id, r.version, r.voided, r.read_on, r.register_no, r.value_micro, "
    "r.quality::text, r.status::text, r.reason, r.method, r.source, r.source_line "
    "from (select distinct * from unnest($2::int8[], $3::timestamptz[]) as k(point, at)) k "
    "join metering.register_read r on r.cell_id = $1 and r.service_point_id = k.point and r.read_at = k.at "
    "order by r.service_point_id, r.read_at, r.device_id, r.version"};
const Statement kDays{
    "metering.days_by_key",
    "select r.service_point_id, r.register_no, r.start_at, r.version, r.voided, r.device_id, r.interval_minutes, "
    "r.scale, r.width, r.packed, r.qualities, r.method, r.source, r.source_line "
    "from unnest($2::int8[], $3::int2[], $4::timestamptz[]) as k(point, register, at) "
    "join metering.interval_day r on r.cell_id = $1 and r.service_point_id = k.point and r.register_no = k.register "
    "and r.start_at = k.at order by r.service_point_id, r.register_no, r.start_at, r.version"};
const Statement kCalorific{"metering.calorific_values",
                           "select gas_zone, valid_from, version, value_e4 from metering.calorific_value "
                           "where recorded_at <= $1 order by gas_zone, valid_from, version"};
const Statement kInsertCalorific{
    "metering.insert_calorific_value",
    "insert into metering.calorific_value (gas_zone, valid_from, version, value_e4, recorded_at) "
    "values ($1, $2, $3, $4, $5)"};

std::vector<std::int32_t> numbers_of(std::span<const CellId> cells) {
    std::vector<std::int32_t> out;
    for (const CellId cell : cells) out.push_back(cell.value);
    return out;
}

InstallationFact fact_from(const Row& row) {
    InstallationFact fact;
    fact.valid_from = row.get<Date>(1);
    fact.version = row.get<std::int16_t>(2);
    fact.voided = row.get<bool>(3);
    fact.device_cell = CellId{row.get<std::optional<std::int32_t>>(4).value_or(0)};
    fact.device_id = row.get<std::optional<std::int64_t>>(5).value_or(0);
    fact.serial = row.get<std::optional<std::string>>(6).value_or("");
    const auto numbers = row.get<ArrayView<std::int16_t>>(7);
    auto codes = row.get<std::vector<std::string>>(8);
    auto streams = row.get<std::vector<std::string>>(9);
    const auto units = row.get<ArrayView<std::int16_t>>(10);
    const auto dials = row.get<ArrayView<std::int16_t>>(11);
    const auto decimals = row.get<ArrayView<std::int16_t>>(12);
    const auto multipliers = row.get<ArrayView<std::int64_t>>(13);
    const auto minutes = row.get<ArrayView<std::int16_t>>(14);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        fact.registers.push_back({.register_no = numbers[i],
                                  .code = std::move(codes[i]),
                                  .stream = std::move(streams[i]),
                                  .unit = static_cast<Unit>(units[i]),
                                  .dials = dials[i],
                                  .decimals = decimals[i],
                                  .multiplier_e6 = multipliers[i],
                                  .interval_minutes = minutes[i]});
    fact.volume_factor_e8 = row.get<std::int64_t>(15);
    fact.conditions = {row.get<std::int64_t>(16), transformer_of(row.get<std::vector<std::int64_t>>(17)),
                       gas_condition_of(row.get<std::vector<std::int64_t>>(18))};
    return fact;
}

void copy(Tx& tx, const CopyTarget& target, const CopyBuffer& rows) {
    if (rows.rows() == 0) return;
    CopyIn in = tx.copy_in(target);
    in.put_raw(rows);
    in.finish();
}

}  // namespace

std::vector<Device> select_devices(Tx& tx, std::span<const CellId> cells, std::span<const std::string> serials) {
    std::vector<Device> out;
    const Result rows = tx.exec(kDevices, serials, numbers_of(cells));
    for (const Row row : rows)
        out.push_back({row.get<CellId>(0), row.get<std::int64_t>(1), row.get<std::string>(2), row.get<std::string>(3),
                       row.get<std::string>(4)});
    return out;
}

std::vector<LastEvent> select_last_events(Tx& tx, CellId cell, std::span<const std::int64_t> devices) {
    std::vector<LastEvent> out;
    const Result rows = tx.exec(kLastEvents, cell, devices);
    for (const Row row : rows) {
        const auto state = device_state_of(row.get<std::string_view>(3));
        ensure(state.has_value(), "a stored device is in a known state");
        out.push_back({row.get<std::int64_t>(0),
                       {.event_no = row.get<std::int32_t>(1),
                        .on = row.get<Date>(2),
                        .state = *state,
                        .point_cell = CellId{row.get<std::optional<std::int32_t>>(4).value_or(0)},
                        .service_point_id = row.get<std::optional<std::int64_t>>(5).value_or(0)}});
    }
    return out;
}

std::int64_t select_last_device_id(Tx& tx, CellId cell) {
    return tx.exec(kLastDevice, cell).one().get<std::int64_t>(0);
}

std::vector<PointInstallations> select_installations(Tx& tx, CellId cell, std::span<const std::int64_t> points) {
    std::vector<PointInstallations> out;
    const Result rows = tx.exec(kInstallations, cell, points);
    for (const Row row : rows) {
        const auto id = row.get<std::int64_t>(0);
        if (out.empty() || out.back().service_point_id != id) out.push_back({id, {}});
        out.back().rows.push_back(fact_from(row));
    }
    return out;
}

void MeterRows::add(const Device& device) {
    devices_.row(device.cell, device.device_id, device.serial, device.maker, device.model);
}

void MeterRows::add(const Device& device, const DeviceEvent& event) {
    const bool at_point = event.service_point_id != 0;
    events_.row(device.cell, device.device_id, event.event_no, event.on, text_of(event.state),
                at_point ? std::optional(event.point_cell) : std::nullopt,
                at_point ? std::optional(event.service_point_id) : std::nullopt, actor_id_, at_);
}

void MeterRows::add(const PointRef& point, const InstallationFact& fact) {
    std::vector<std::int16_t> numbers, units, dials, decimals, minutes;
    std::vector<std::string> codes, streams;
    std::vector<std::int64_t> multipliers;
    for (const InstalledRegister& each : fact.registers) {
        numbers.push_back(each.register_no);
        codes.push_back(each.code);
        streams.push_back(each.stream);
        units.push_back(static_cast<std::int16_t>(each.unit));
        dials.push_back(each.dials);
        decimals.push_back(each.decimals);
        multipliers.push_back(each.multiplier_e6);
        minutes.push_back(each.interval_minutes);
    }
    const bool hangs = fact.device_id != 0;
    const auto kept = [](const std::vector<std::int64_t>& values) {
        return values.empty() ? std::nullopt : std::optional(values);
    };
    installations_.row(point.cell, point.service_point_id, fact.valid_from, fact.version, fact.voided,
                       hangs ? std::optional(fact.device_cell) : std::nullopt,
                       hangs ? std::optional(fact.device_id) : std::nullopt,
                       hangs ? std::optional(fact.serial) : std::nullopt, numbers, codes, streams, units, dials,
                       decimals, multipliers, minutes, fact.volume_factor_e8, fact.conditions.line_loss_e8,
                       kept(stored(fact.conditions.transformer)), kept(stored(fact.conditions.gas)), actor_id_, at_);
}

void MeterRows::copy_to(Tx& tx) {
    copy(tx, {"metering.device", "cell_id, device_id, serial, maker, model"}, devices_);
    copy(tx,
         {"metering.device_event",
          "cell_id, device_id, event_no, on_date, state, service_point_cell_id, service_point_id, actor_id, "
          "recorded_at"},
         events_);
    copy(tx,
         {"metering.installation",
          "cell_id, service_point_id, valid_from, version, voided, device_cell_id, device_id, serial, register_no, "
          "register_code, stream, unit, dials, decimals, multiplier_e6, interval_minutes, volume_factor_e8, "
          "line_loss_e8, transformer, gas_state, actor_id, recorded_at"},
         installations_);
}

std::int64_t insert_source(Tx& tx, const ReadSource& source) {
    const std::span<const std::byte> digest(source.sha256);
    const Result made = tx.exec(kInsertSource, source.kind, source.name, digest, source.actor_id, source.at);
    return made.one().get<std::int64_t>(0);
}

std::vector<std::int64_t> select_sources_of(Tx& tx, const ReadSource& content) {
    std::vector<std::int64_t> ids;
    const Result rows = tx.exec(kSourcesOf, std::span<const std::byte>(content.sha256), content.kind);
    for (const Row row : rows) ids.push_back(row.get<std::int64_t>(0));
    return ids;
}

void add_read(CopyBuffer& rows, const RegisterRead& read) {
    rows.row(read.cell, read.service_point_id, read.read_at, read.device_id, read.version, read.voided, read.read_on,
             read.register_no, read.value_micro, std::string_view(&read.quality, 1), std::string_view(&read.status, 1),
             read.reason, read.method, read.source, read.source_line);
}

void copy_reads(Tx& tx, const CopyBuffer& rows) {
    copy(tx,
         {"metering.register_read",
          "cell_id, service_point_id, read_at, device_id, version, voided, read_on, register_no, value_micro, quality, "
          "status, reason, method, source, source_line"},
         rows);
}

std::vector<RegisterRead> select_reads(Tx& tx, const ReadKeys& keys) {
    std::vector<RegisterRead> out;
    const Result rows = tx.exec(kReads, keys.cell, keys.points, keys.instants);
    for (const Row row : rows)
        out.push_back({.cell = keys.cell,
                       .service_point_id = row.get<std::int64_t>(0),
                       .read_at = row.get<Instant>(1),
                       .device_id = row.get<std::int64_t>(2),
                       .version = row.get<std::int16_t>(3),
                       .voided = row.get<bool>(4),
                       .read_on = row.get<Date>(5),
                       .register_no = row.get<std::vector<std::int16_t>>(6),
                       .value_micro = row.get<std::vector<std::int64_t>>(7),
                       .quality = row.get<std::string_view>(8)[0],
                       .status = row.get<std::string_view>(9)[0],
                       .reason = row.get<std::string>(10),
                       .method = row.get<std::string>(11),
                       .source = row.get<std::int64_t>(12),
                       .source_line = row.get<std::int32_t>(13)});
    return out;
}

void add_day(CopyBuffer& rows, const IntervalDay& day) {
    rows.row(day.cell, day.service_point_id, day.register_no, day.start, day.version, day.voided, day.device_id,
             day.interval_minutes, day.values.scale, day.values.width, std::span<const std::byte>(day.values.bytes),
             day.qualities, day.method, day.source, day.source_line);
}

void copy_days(Tx& tx, const CopyBuffer& rows) {
    copy(tx,
         {"metering.interval_day",
          "cell_id, service_point_id, register_no, start_at, version, voided, device_id, interval_minutes, scale, "
          "width, packed, qualities, method, source, source_line"},
         rows);
}

std::vector<IntervalDay> select_days(Tx& tx, const DayKeys& keys) {
    std::vector<IntervalDay> out;
    const Result rows = tx.exec(kDays, keys.cell, keys.points, keys.registers, keys.starts);
    for (const Row row : rows)
        out.push_back({.cell = keys.cell,
                       .service_point_id = row.get<std::int64_t>(0),
                       .register_no = row.get<std::int16_t>(1),
                       .start = row.get<Instant>(2),
                       .version = row.get<std::int16_t>(3),
                       .voided = row.get<bool>(4),
                       .device_id = row.get<std::int64_t>(5),
                       .interval_minutes = row.get<std::int16_t>(6),
                       .values = {.scale = row.get<std::int16_t>(7),
                                  .width = row.get<std::int16_t>(8),
                                  .bytes = row.get<std::vector<std::byte>>(9)},
                       .qualities = row.get<std::string>(10),
                       .method = row.get<std::string>(11),
                       .source = row.get<std::int64_t>(12),
                       .source_line = row.get<std::int32_t>(13)});
    return out;
}

std::vector<CalorificValue> select_calorific_values(Tx& tx, Instant known_at) {
    std::vector<CalorificValue> out;
    const Result rows = tx.exec(kCalorific, known_at);
    for (const Row row : rows)
        out.push_back({row.get<std::string>(0), row.get<Date>(1), row.get<std::int16_t>(2), row.get<std::int64_t>(3)});
    return out;
}

void insert_calorific_value(Tx& tx, const CalorificValue& value, Instant at) {
    tx.exec(kInsertCalorific, value.gas_zone, value.valid_from, value.version, value.value_e4, at);
}

}  // namespace mainspring::metering
