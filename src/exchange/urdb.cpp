#include "exchange/urdb.hpp"

#include <fmt/core.h>

#include "exchange/number_text.hpp"
#include "exchange/urdb_parts.hpp"
#include "formats/problem.hpp"

namespace mainspring::exchange {

namespace {

using urdb::Fields;

std::string first_text(const Fields& fields, std::initializer_list<std::string_view> names) {
    for (const auto name : names)
        if (std::string text = fields.text(name); !text.empty()) return text;
    return {};
}

// The first day: seconds since 1970 (midnight somewhere in America, so the day is that of UTC), or a date as text.
std::string effective_of(const Fields& fields) {
    Gathering& gathering = fields.gathering();
    if (gathering.choices().effective) return format_date(*gathering.choices().effective);
    const Json* start = fields.find("startdate");
    if (start == nullptr) {
        gathering.refuse("startdate", "is missing: the first day of the prices (--effective says it)");
        return {};
    }
    std::optional<Date> day;
    if (start->kind() == Json::Kind::number) {
        const auto seconds = scaled_number(start->text(), 0);
        if (seconds && seconds->value > 0 && seconds->value < 7'000'000'000)
            day = Date{} + std::chrono::days{seconds->value / 86'400};
    } else if (const auto parsed = parse_date(start->text().substr(0, 10))) {
        day = *parsed;
    }
    if (day) return format_date(*day);
    gathering.refuse("startdate", fmt::format("'{}' is no date", formats::shown(start->text())));
    return {};
}

std::string class_of(const Fields& fields) {
    Gathering& gathering = fields.gathering();
    if (gathering.choices().customer_class) return std::string(text_of(*gathering.choices().customer_class));
    const std::string sector = fields.text("sector");
    if (sector == "Residential") return "residential";
    if (sector == "Commercial" || sector == "General") return "commercial";
    if (sector == "Industrial") return "industrial";
    if (sector == "Lighting") return "public";
    gathering.refuse("sector",
                     fmt::format("'{}': which customers the tariff serves (--class says it)", formats::shown(sector)));
    return {};
}

TariffSheet head_of(const Fields& fields, std::string_view file_name) {
    TariffSheet sheet;
    const std::string name = first_text(fields, {"name", "label"});
    const std::string utility = first_text(fields, {"utility", "utilityName"});
    const std::string file(file_name.substr(0, file_name.rfind('.')));
    sheet.name = one_line(name.empty() ? file : name, 190);
    sheet.key = slug(name.empty() ? file : utility + " " + name, {});
    if (sheet.key.empty()) sheet.key = "tariff";
    sheet.commodity = "electricity";
    sheet.unit = "kWh";
    const Choices& choices = fields.gathering().choices();
    sheet.currency = choices.currency.empty() ? "USD" : choices.currency;
    sheet.zone = choices.zone;
    if (sheet.zone.empty())
        fields.gathering().refuse("zone", "the form does not say where its hours and months are (--zone says it)");
    sheet.effective = effective_of(fields);
    sheet.version = sheet.effective;
    sheet.customer_class = class_of(fields);
    sheet.document = one_line("OpenEI Utility Rate Database: " + utility + ", " + (name.empty() ? file : name), 400);
    const std::string place = first_text(fields, {"uri", "source", "sourceReference", "sourceparent"});
    if (!place.empty()) sheet.place = one_line(place, 400);
    return sheet;
}

urdb::Rates read_rates(const Fields& fields) {
    urdb::Rates rates;
    rates.pattern.energy = read_axis(fields, urdb::AxisName::energy);
    rates.pattern.demand = read_axis(fields, urdb::AxisName::demand);
    rates.flat_demand = read_flat_demand(fields);
    rates.pattern.flat_demand = rates.flat_demand.rate_of;
    if (const auto fuel = fields.by_month("fueladjustmentsmonthly", 8)) rates.fuel_e8 = *fuel;
    for (std::size_t month = 0; month < 12; ++month)  // the first month with the same adjustment
        rates.pattern.fuel[month] =
            static_cast<int>(std::ranges::find(rates.fuel_e8, rates.fuel_e8[month]) - rates.fuel_e8.begin());
    return rates;
}

Conversion convert_rate(const Json& object, std::string_view file_name, const Choices& choices) {
    Conversion made;
    made.name = std::string(file_name);
    Gathering gathering(choices, made);
    if (object.kind() != Json::Kind::object) {
        gathering.refuse("items", "must be objects");
        return made;
    }
    const Fields fields(object, gathering);
    TariffSheet sheet = head_of(fields, file_name);
    made.name = sheet.name;
    const std::string told = urdb::judge_fields(object, gathering);
    urdb::Rates rates = read_rates(fields);
    rates.calendar = urdb::make_calendar(rates.pattern);
    sheet.calendar = rates.calendar.text;
    add_fixed_charges(fields, sheet);
    add_energy_charges(rates, sheet);
    add_demand_charges(fields, rates, sheet);
    add_export_charges(rates, gathering, sheet);
    add_minimum(fields, sheet);
    if (sheet.charges.empty()) gathering.refuse("energyratestructure", "no price at all is in the rate");
    const std::string left_out = gathering.left_out();
    sheet.note = told + (told.empty() || left_out.empty() ? "" : "; ") + left_out;
    if (!sheet.note.empty()) sheet.note = one_line(sheet.note, 15'000);
    if (!gathering.clean()) return made;
    made.file_name = fmt::format("{}-{}.yaml", sheet.key, sheet.version);
    made.text = yaml_of(sheet);
    return made;
}

}  // namespace

std::expected<std::vector<Conversion>, std::string> convert_urdb(std::string_view json, std::string_view file_name,
                                                                 const Choices& choices) {
    auto root = Json::parse(json);
    if (root && root->kind() == Json::Kind::text) root = Json::parse(std::string(root->text()));  // JSON in a text
    if (!root)
        return std::unexpected(
            fmt::format("{}:{}:{}: no JSON: {}", file_name, root.error().line, root.error().column, root.error().text));
    const Json* items = root->find("items");
    if (root->kind() != Json::Kind::object || (items != nullptr && items->items().empty()))
        return std::unexpected(fmt::format("{}: must be a rate, or an object with rates in \"items\"", file_name));
    std::vector<Conversion> made;
    if (items == nullptr)
        made.push_back(convert_rate(*root, file_name, choices));
    else
        for (const Json& item : items->items()) made.push_back(convert_rate(item, file_name, choices));
    return made;
}

}  // namespace mainspring::exchange
