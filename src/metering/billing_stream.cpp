#include "metering/billing_stream.hpp"

#include <algorithm>

namespace mainspring::metering {
namespace {

#define MAINSPRING_INSTALLATION_COLUMNS                                                                             \
    "select service_point_id, valid_from, version, voided, coalesce(device_id, 0), volume_factor_e8, register_no, " \
    "stream, unit, dials, decimals, multiplier_e6, interval_minutes, line_loss_e8, transformer, gas_state from "    \
    "metering.installation where "                                                                                  \
    "cell_id = $1 and recorded_at <= $2 "
#define MAINSPRING_INSTALLATION_ORDER "order by service_point_id, valid_from, version"
const Statement kInstallationsBetween{"metering.stream_installations_between", MAINSPRING_INSTALLATION_COLUMNS
                                      "and service_point_id between $3 and $4 " MAINSPRING_INSTALLATION_ORDER};
const Statement kInstallationsAny{"metering.stream_installations_any", MAINSPRING_INSTALLATION_COLUMNS
                                  "and service_point_id = any($3) " MAINSPRING_INSTALLATION_ORDER};

// Rows of sources recorded later are not known. Nearly every row is of a source older than all of those: one
// comparison.
#define MAINSPRING_NEWER(known_at) \
    "with newer as materialized (select source_id from metering.source where recorded_at > " known_at ") "
#define MAINSPRING_KNOWN                                                                         \
    "and (source < coalesce((select min(source_id) from newer), 9223372036854775807) or source " \
    "<> all (array(select source_id from newer))) "

// read_at bounds the index scan; it lies within two days of the local day in every zone.
#define MAINSPRING_READ_COLUMNS(known_at)                                                                              \
    MAINSPRING_NEWER(known_at)                                                                                         \
    "select service_point_id, read_at, device_id, version, voided, read_on, register_no, value_micro, quality::text, " \
    "status::text from metering.register_read where cell_id = $1 and read_at >= $2 and read_at < $3 "                  \
    "and read_on >= $4 and read_on < $5 " MAINSPRING_KNOWN
#define MAINSPRING_READ_ORDER "order by service_point_id, read_at, device_id, version"
const Statement kReadsBetween{
    "metering.stream_reads_between",
    MAINSPRING_READ_COLUMNS("$6") "and service_point_id between $7 and $8 " MAINSPRING_READ_ORDER};
const Statement kReadsAny{"metering.stream_reads_any",
                          MAINSPRING_READ_COLUMNS("$6") "and service_point_id = any($7) " MAINSPRING_READ_ORDER};

#define MAINSPRING_DAY_COLUMNS(known_at)                                                                           \
    MAINSPRING_NEWER(known_at)                                                                                     \
    "select service_point_id, register_no, start_at, version, voided, device_id, interval_minutes, scale, width, " \
    "packed, qualities from metering.interval_day where cell_id = $1 and start_at >= $2 and start_at < "           \
    "$3 " MAINSPRING_KNOWN
#define MAINSPRING_DAY_ORDER "order by service_point_id, register_no, start_at, version"
const Statement kAnyCalorificValue{
    "metering.any_calorific_value",
    "select exists (select from metering.calorific_value where recorded_at > $1 and recorded_at <= $2)"};
const Statement kDaysBetween{
    "metering.stream_days_between",
    MAINSPRING_DAY_COLUMNS("$4") "and service_point_id between $5 and $6 " MAINSPRING_DAY_ORDER};
const Statement kDaysAny{"metering.stream_days_any",
                         MAINSPRING_DAY_COLUMNS("$4") "and service_point_id = any($5) " MAINSPRING_DAY_ORDER};

// A range scan reads few rows in vain then.
bool is_dense(const Points& points) {
    const auto span = points.ids.back() - points.ids.front() + 1;
    return span <= 2 * static_cast<std::int64_t>(points.ids.size());
}

// Gives each row whose service point was asked for to `take`; rows and ids are both ascending.
template <class Take>
void each_asked(CopyOut& rows, const Points& points, Take take) {
    auto at = points.ids.begin();
    while (rows.next()) {
        const auto id = rows.get<std::int64_t>(0);
        while (at != points.ids.end() && *at < id) ++at;
        if (at == points.ids.end()) continue;
        if (*at == id) take(id);
    }
}

void add_conditions(CopyOut& rows, InstallationRecord& record, InstallationBatch& out) {
    const auto line_loss = rows.get<std::int64_t>(13);
    const auto plate = rows.get<std::optional<std::vector<std::int64_t>>>(14);
    const auto gas = rows.get<std::optional<std::vector<std::int64_t>>>(15);
    if (line_loss == 0 && !plate && !gas) return;
    out.conditions.push_back({line_loss, plate ? transformer_of(*plate) : TransformerPlate(),
                              gas ? gas_condition_of(*gas) : GasCondition()});
    record.conditions = static_cast<std::uint32_t>(out.conditions.size());
}

void add_installation(CopyOut& rows, std::int64_t id, customer::TextTable& texts, InstallationBatch& out) {
    const auto numbers = rows.get<ArrayView<std::int16_t>>(6);
    InstallationRecord& record = out.rows.emplace_back();
    record.service_point_id = id;
    record.valid_from = rows.get<Date>(1);
    record.version = rows.get<std::int16_t>(2);
    record.voided = rows.get<bool>(3);
    record.device_id = rows.get<std::int64_t>(4);
    record.volume_factor_e8 = rows.get<std::int64_t>(5);
    record.first_register = static_cast<std::uint32_t>(out.registers.size());
    record.registers = static_cast<std::uint16_t>(numbers.size());
    if (numbers.empty()) return;
    const auto streams = rows.get<std::vector<std::string>>(7);
    const auto units = rows.get<ArrayView<std::int16_t>>(8);
    const auto dials = rows.get<ArrayView<std::int16_t>>(9);
    const auto decimals = rows.get<ArrayView<std::int16_t>>(10);
    const auto multipliers = rows.get<ArrayView<std::int64_t>>(11);
    const auto minutes = rows.get<ArrayView<std::int16_t>>(12);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        out.registers.push_back({.multiplier_e6 = multipliers[i],
                                 .stream = texts.number_of(streams[i]),
                                 .register_no = numbers[i],
                                 .dials = dials[i],
                                 .decimals = decimals[i],
                                 .interval_minutes = minutes[i],
                                 .unit = static_cast<Unit>(units[i])});
    add_conditions(rows, record, out);
}

void add_read_row(CopyOut& rows, std::int64_t id, ReadBatch& out) {
    const auto numbers = rows.get<ArrayView<std::int16_t>>(6);
    const auto values = rows.get<ArrayView<std::int64_t>>(7);
    ReadRecord& record = out.rows.emplace_back();
    record.service_point_id = id;
    record.read_at = rows.get<Instant>(1);
    record.device_id = rows.get<std::int64_t>(2);
    record.version = rows.get<std::int16_t>(3);
    record.voided = rows.get<bool>(4);
    record.read_on = rows.get<Date>(5);
    record.quality = rows.get<std::string_view>(8)[0];
    record.status = rows.get<std::string_view>(9)[0];
    record.first = static_cast<std::uint32_t>(out.register_no.size());
    record.values = static_cast<std::uint16_t>(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        out.register_no.push_back(numbers[i]);
        out.value_micro.push_back(values[i]);
    }
}

void add_day_row(CopyOut& rows, std::int64_t id, IntervalBatch& out) {
    IntervalDayRecord& record = out.rows.emplace_back();
    record.service_point_id = id;
    record.register_no = rows.get<std::int16_t>(1);
    record.start = rows.get<Instant>(2);
    record.version = rows.get<std::int16_t>(3);
    record.voided = rows.get<bool>(4);
    record.device_id = rows.get<std::int64_t>(5);
    record.interval_minutes = rows.get<std::int16_t>(6);
    record.scale = rows.get<std::int16_t>(7);
    record.first = static_cast<std::uint32_t>(out.values.size());
    unpack(rows.get<std::span<const std::byte>>(9), rows.get<std::int16_t>(8), out.values);
    record.values = static_cast<std::uint16_t>(out.values.size() - record.first);
    const auto qualities = rows.get<std::string_view>(10);
    record.first_quality = static_cast<std::uint32_t>(out.qualities.size());
    record.quality_count = static_cast<std::uint16_t>(qualities.size());
    out.qualities += qualities;
}

std::vector<std::int64_t> copy_of(std::span<const std::int64_t> ids) { return {ids.begin(), ids.end()}; }

}  // namespace

void installations(Tx& tx, const Points& points, customer::TextTable& texts, InstallationBatch& out) {
    out.rows.clear();
    out.registers.clear();
    out.conditions.clear();
    if (points.ids.empty()) return;
    const auto take = [&](CopyOut& rows) {
        each_asked(rows, points, [&](std::int64_t id) { add_installation(rows, id, texts, out); });
    };
    if (is_dense(points)) {
        CopyOut rows =
            tx.copy_out(kInstallationsBetween, points.cell, points.known_at, points.ids.front(), points.ids.back());
        return take(rows);
    }
    CopyOut rows = tx.copy_out(kInstallationsAny, points.cell, points.known_at, copy_of(points.ids));
    take(rows);
}

std::vector<StoredRelation> sub_meters(Tx& tx, const Points& points) {
    if (points.ids.empty()) return {};
    auto relations = select_relations_of_points(tx, points.cell, points.ids, points.known_at);
    std::erase_if(relations, [](const StoredRelation& each) { return each.key.kind != RelationKind::sub_meter; });
    return relations;
}

void register_reads(Tx& tx, const Points& points, DateRange dates, ReadBatch& out) {
    out.rows.clear();
    out.register_no.clear();
    out.value_micro.clear();
    if (points.ids.empty()) return;
    const Instant first = dates.from - std::chrono::days(2), last = dates.to + std::chrono::days(2);
    const auto take = [&](CopyOut& rows) {
        each_asked(rows, points, [&](std::int64_t id) { add_read_row(rows, id, out); });
    };
    if (is_dense(points)) {
        CopyOut rows = tx.copy_out(kReadsBetween, points.cell, first, last, dates.from, dates.to, points.known_at,
                                   points.ids.front(), points.ids.back());
        return take(rows);
    }
    CopyOut rows =
        tx.copy_out(kReadsAny, points.cell, first, last, dates.from, dates.to, points.known_at, copy_of(points.ids));
    take(rows);
}

void interval_days(Tx& tx, const Points& points, InstantRange starts, IntervalBatch& out) {
    out.rows.clear();
    out.values.clear();
    out.qualities.clear();
    if (points.ids.empty()) return;
    const auto take = [&](CopyOut& rows) {
        each_asked(rows, points, [&](std::int64_t id) { add_day_row(rows, id, out); });
    };
    if (is_dense(points)) {
        CopyOut rows = tx.copy_out(kDaysBetween, points.cell, starts.from, starts.to, points.known_at,
                                   points.ids.front(), points.ids.back());
        return take(rows);
    }
    CopyOut rows = tx.copy_out(kDaysAny, points.cell, starts.from, starts.to, points.known_at, copy_of(points.ids));
    take(rows);
}

bool any_calorific_value(Tx& tx, Instant from, Instant to) {
    return tx.exec(kAnyCalorificValue, from, to).one().get<bool>(0);
}

std::vector<CalorificValue> calorific_values(Tx& tx, Instant known_at) {
    std::vector<CalorificValue> out;
    for (CalorificValue& value : select_calorific_values(tx, known_at)) {
        const bool again =
            !out.empty() && out.back().gas_zone == value.gas_zone && out.back().valid_from == value.valid_from;
        if (again)
            out.back() = std::move(value);
        else
            out.push_back(std::move(value));
    }
    return out;
}

}  // namespace mainspring::metering
