#include "proof/bill_json.hpp"

#include <fmt/format.h>
#include <unordered_map>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "billing/derivation.hpp"
#include "metering/packing.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::proof {

namespace {

const Statement kIntervalDays{"proof.interval_days", R"(
    select d.cell_id, d.service_point_id, d.register_no, d.start_at, d.version, d.voided, d.interval_minutes,
           d.scale, d.width,
           d.packed, d.qualities, s.recorded_at, d.device_id
    from metering.interval_day d join metering.source s on s.source_id = d.source
    where d.cell_id in (select cell_id from org.cell where legal_entity_id = $1) order by 1, 2, 3, 4, 5)"};
const Statement kBills{"proof.bills", R"(
    select cell_id, account_id, bill_seq, kind, run_id, number, cancels_seq, replaces_seq, period_from, period_to,
           issued_on,
           due_on, currency, total_minor, entry_seq, flags, derivation, recorded_at
    from billing.bill where legal_entity_id = $1 order by 5, 1, 2, 3)"};

std::string instant_text(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const auto ms = (at - day).count();
    return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date(day), ms / 3'600'000, ms / 60'000 % 60,
                       ms / 1000 % 60, ms % 1000);
}

std::string optional_text(const std::optional<std::int32_t>& value) {
    return value ? fmt::format("{}", *value) : "null";
}

using PlansById = std::unordered_map<std::int64_t, const tariff::Plan*>;

// The part as the tariff text names it: the period, the tier counted from 1, or both: "2.peak".
std::string part_text(const rating::Line& line, const tariff::Clause* clause) {
    if (clause == nullptr) return "null";
    if (clause->kind == tariff::ClauseKind::energy_time_of_use)
        return fmt::format("\"{}\"", tariff::name_of(clause->period_prices.at(line.part).stream));
    if (!clause->tiering.periods.empty()) {
        const rating::TierPart part = rating::tier_part(*clause, line.part);
        return fmt::format("\"{}.{}\"", part.tier, tariff::name_of(part.period));
    }
    return fmt::format("{}", line.part);
}

// Of a percentage, the percent, as the tariff text has it.
std::string price_text(const rating::Line& line, const tariff::Clause* clause) {
    const bool percent = clause != nullptr && tariff::form_of(clause->kind) == tariff::LineForm::share;
    return format_decimal(percent ? Int128{line.price_e8} * 100 : line.price_e8, 8);
}

std::string line_json(const billing::ProvenSection& section, const rating::Line& line, const PlansById& plans) {
    const tariff::Plan& plan = *plans.at(section.plan_version_ids.at(line.version));
    const tariff::Clause* clause = line.clause < plan.clauses.size() ? &plan.clauses[line.clause] : nullptr;
    std::string from = "null", to = "null";
    if (line.segment != rating::kNoSegment) {
        const DateRange dates = section.segments.at(line.segment).dates;
        from = fmt::format("\"{}\"", format_date(dates.from));
        to = fmt::format("\"{}\"", format_date(dates.to));
    }
    return fmt::format(R"({{"clause": "{}", "version": "{}", "segment_from": {}, "segment_to": {}, "part": {}, )"
                       R"("quantity": "{}", "price": "{}", )"
                       R"("base_minor": {}, "numerator": {}, "denominator": {}, "amount_minor": {}}})",
                       clause != nullptr ? clause->name : "rounding", plan.version, from, to, part_text(line, clause),
                       format_decimal(line.quantity_micro, 6), price_text(line, clause), line.base_minor,
                       line.numerator, line.denominator, line.amount_minor);
}

// What the charges of earlier sections have left to this one; nothing where that is nothing.
std::string left_json(const billing::Accumulation& left) {
    if (left.empty()) return {};
    const std::string counters = json_list(left.counters, [](const billing::CarriedCounter& counter) {
        return fmt::format(R"({{"clause": "{}", "since": "{}", "value": "{}"}})", counter.clause,
                           format_date(counter.since), format_decimal(counter.micro, 6));
    });
    const std::string peaks = json_list(left.demands, [](const rating::PastDemand& demand) {
        return fmt::format(R"({{"clause": "{}", "from": "{}", "to": "{}", "value": "{}"}})", demand.clause,
                           format_date(demand.dates.from), format_date(demand.dates.to),
                           format_decimal(demand.micro, 6));
    });
    return fmt::format(R"("left_before": {{"counters": {}, "peaks": {}}}, )", counters, peaks);
}

std::string row_json(const billing::ProvenRow& row) {
    return fmt::format(R"({{"start_at": "{}", "version": {}}})", instant_text(row.start), row.version);
}

std::string channel_json(const billing::ProvenChannel& channel) {
    return fmt::format(R"({{"register_no": {}, "installed_from": "{}", "rows": {}, "like_day_rows": {}}})",
                       channel.register_no, format_date(channel.installed_from), json_list(channel.rows, row_json),
                       json_list(channel.like_rows, row_json));
}

std::string pin_json(const billing::PublishedPin& pin) {
    return fmt::format(R"({{"name": "{}", "on": "{}", "version": {}}})", pin.name, format_date(pin.on), pin.version);
}

std::string section_json(const billing::ProvenSection& section, const PlansById& plans) {
    const std::string lines =
        json_list(section.lines, [&](const rating::Line& line) { return line_json(section, line, plans); });
    const std::string values = json_list(section.calorific_values, [&](const billing::ProvenCalorificValue& value) {
        return fmt::format(R"({{"gas_zone": "{}", "valid_from": "{}", "version": {}}})", section.gas_zone,
                           format_date(value.valid_from), value.version);
    });
    const std::string relations = json_list(section.adjustments.relations, [](const billing::RelationPin& pin) {
        return fmt::format(R"({{"parent_id": {}, "child_id": {}, "valid_from": "{}", "version": {}}})", pin.parent_id,
                           pin.child_id, format_date(pin.valid_from), pin.version);
    });
    return fmt::format(
        R"({{"agreement_id": {}, "from": "{}", "to": "{}", "estimated": {}, {}"lines": {}, )"
        R"("channels": {}, "calorific_values": {}, "relations": {}, "prices": {}, "inputs": {}, "total_minor": {}}})",
        section.agreement_id, format_date(section.dates.from), format_date(section.dates.to), section.estimated,
        left_json(section.left_before), lines, json_list(section.channels, channel_json), values, relations,
        json_list(section.published.prices, pin_json), json_list(section.published.inputs, pin_json),
        section.total_minor);
}

std::string bill_json(const CopyOut& row, const PlansById& plans) {
    const auto bytes = row.get<std::span<const std::byte>>(16);
    const auto derivation =
        billing::decode_derivation({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    std::string sections;
    for (const auto& section : derivation.sections)
        sections += (sections.empty() ? "" : ", ") + section_json(section, plans);
    return fmt::format(
        R"({{"cell_id": {}, "account_id": {}, "bill_seq": {}, "kind": {}, "run_id": {}, "number": {}, )"
        R"("cancels_seq": {}, )"
        R"("replaces_seq": {}, "period_from": "{}", "period_to": "{}", "issued_on": "{}", "due_on": "{}", )"
        R"("currency": "{}", )"
        R"("total_minor": {}, "entry_seq": {}, "flags": {}, "recorded_at": "{}", "sections": [{}]}})",
        row.get<std::int32_t>(0), row.get<std::int64_t>(1), row.get<std::int32_t>(2), row.get<std::int16_t>(3),
        row.get<std::int64_t>(4), row.get<std::int64_t>(5), optional_text(row.get<std::optional<std::int32_t>>(6)),
        optional_text(row.get<std::optional<std::int32_t>>(7)), format_date(row.get<Date>(8)),
        format_date(row.get<Date>(9)), format_date(row.get<Date>(10)), format_date(row.get<Date>(11)),
        row.get<std::string_view>(12), row.get<std::int64_t>(13),
        optional_text(row.get<std::optional<std::int32_t>>(14)), row.get<std::int32_t>(15),
        instant_text(row.get<Instant>(17)), sections);
}

}  // namespace

void each_interval_day(Tx& tx, std::int32_t legal_entity_id, const JsonLine& line) {
    CopyOut rows = tx.copy_out(kIntervalDays, legal_entity_id);
    std::vector<std::int64_t> values;
    while (rows.next()) {
        values.clear();
        metering::unpack(rows.get<std::span<const std::byte>>(9), rows.get<std::int16_t>(8), values);
        std::string list;
        for (const auto value : values)
            list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", format_decimal(value, rows.get<std::int16_t>(7)));
        line(fmt::format(
            R"({{"cell_id": {}, "service_point_id": {}, "register_no": {}, "start_at": "{}", "version": {}, )"
            R"("voided": {}, )"
            R"("interval_minutes": {}, "values": [{}], "qualities": "{}", "recorded_at": "{}", "device_id": {}}})",
            rows.get<std::int32_t>(0), rows.get<std::int64_t>(1), rows.get<std::int16_t>(2),
            instant_text(rows.get<Instant>(3)), rows.get<std::int16_t>(4), rows.get<bool>(5), rows.get<std::int16_t>(6),
            list, rows.get<std::string_view>(10), instant_text(rows.get<Instant>(11)), rows.get<std::int64_t>(12)));
    }
}

void each_bill(Tx& tx, std::int32_t legal_entity_id, const JsonLine& line) {
    const auto tariffs = pricebook::load_active(tx);
    PlansById plans;
    for (const auto& [key, tariff] : tariffs)
        for (const auto& plan : tariff.versions) plans.emplace(plan->version_id, plan.get());
    CopyOut rows = tx.copy_out(kBills, legal_entity_id);
    while (rows.next()) line(bill_json(rows, plans));
}

}  // namespace mainspring::proof
