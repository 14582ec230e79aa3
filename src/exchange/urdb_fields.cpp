#include <algorithm>
#include <fmt/core.h>

#include "exchange/number_text.hpp"
#include "exchange/urdb_parts.hpp"
#include "formats/problem.hpp"

namespace mainspring::exchange::urdb {

namespace {

enum class Bearing : std::uint8_t {
    carried,  // becomes part of the tariff
    label,    // no bearing on money
    told,     // says who may have the tariff, or explains its prices: goes into the source's note
    refused,  // bears on money and cannot be carried over, unless it is empty or zero
};
struct FieldRule {
    std::string_view field;
    Bearing bearing;
    const char* reason = "";  // of what is refused
};

constexpr const char* kNamedValues = "may hold discounts or charges in words; write them as clauses of the tariff";
constexpr const char* kReactive =
    "a charge for each kvar of reactive demand; tariffs measure demands in kW and kVA (power_factor or an energy "
    "clause "
    "over `reactive` are near)";
constexpr const char* kCoincident =
    "a charge on the demand in the hours of the system's peak; tariffs know demands of their own periods only";
constexpr const char* kNetting =
    "energy fed in is set off against energy taken; tariffs price what is fed in by itself (of: export)";

// Every field that the database has had.
constexpr FieldRule kFields[] = {
    {"_id", Bearing::label},
    {"adjustmentlabels", Bearing::label},
    {"annualmincharge", Bearing::carried},
    {"approved", Bearing::label},
    {"basicinformationcomments", Bearing::told},
    {"coincidentratelabels", Bearing::label},
    {"coincidentrateschedule", Bearing::label},  // only names rates of the next
    {"coincidentratestructure", Bearing::refused, kCoincident},
    {"coincidentrateunit", Bearing::label},
    {"country", Bearing::label},
    {"demandComments", Bearing::told},
    {"demandRateUnits", Bearing::carried},
    {"demandReactPwrCharge", Bearing::refused, kReactive},
    {"demandUnits", Bearing::carried},
    {"demandattrs", Bearing::refused, kNamedValues},
    {"demandcomments", Bearing::told},
    {"demandkeyvals", Bearing::refused, kNamedValues},
    {"demandlabels", Bearing::label},
    {"demandratchetpercentage", Bearing::carried},
    {"demandratestructure", Bearing::carried},
    {"demandrateunit", Bearing::carried},
    {"demandreactivepowercharge", Bearing::refused, kReactive},
    {"demandtoulabels", Bearing::label},
    {"demandunits", Bearing::carried},
    {"demandweekdayschedule", Bearing::carried},
    {"demandweekendschedule", Bearing::carried},
    {"demandwindow", Bearing::carried},
    {"description", Bearing::label},
    {"dgRules", Bearing::carried},
    {"dgrules", Bearing::carried},
    {"eiaid", Bearing::label},
    {"enddate", Bearing::told},
    {"energyComments", Bearing::told},
    {"energyattrs", Bearing::refused, kNamedValues},
    {"energycomments", Bearing::told},
    {"energykeyvals", Bearing::refused, kNamedValues},
    {"energylabels", Bearing::label},
    {"energyratestructure", Bearing::carried},
    {"energytoulabels", Bearing::carried},
    {"energyweekdayschedule", Bearing::carried},
    {"energyweekendschedule", Bearing::carried},
    {"fixedattrs", Bearing::refused, kNamedValues},
    {"fixedchargeeaaddl", Bearing::carried},
    {"fixedchargefirstmeter", Bearing::carried},
    {"fixedchargeunits", Bearing::carried},
    {"fixedkeyvals", Bearing::refused, kNamedValues},
    {"fixedmonthlycharge", Bearing::carried},
    {"flatDemandUnits", Bearing::carried},
    {"flatdemandmonths", Bearing::carried},
    {"flatdemandstructure", Bearing::carried},
    {"flatdemandunit", Bearing::carried},
    {"flatdemandunits", Bearing::carried},
    {"fueladjustmentsmonthly", Bearing::carried},
    {"is_default", Bearing::label},
    {"label", Bearing::label},
    {"latest_update", Bearing::label},
    {"lookbackMonths", Bearing::carried},
    {"lookbackPercent", Bearing::carried},
    {"lookbackRange", Bearing::carried},
    {"lookbackmonths", Bearing::carried},
    {"lookbackpercent", Bearing::carried},
    {"lookbackrange", Bearing::carried},
    {"maxdemand", Bearing::told},
    {"mincharge", Bearing::carried},
    {"minchargeunits", Bearing::carried},
    {"mindemand", Bearing::told},
    {"minmonthlycharge", Bearing::carried},
    {"name", Bearing::label},
    {"peakkwcapacityhistory", Bearing::told},
    {"peakkwcapacitymax", Bearing::told},
    {"peakkwcapacitymin", Bearing::told},
    {"peakkwhusagehistory", Bearing::told},
    {"peakkwhusagemax", Bearing::told},
    {"peakkwhusagemin", Bearing::told},
    {"phasewiring", Bearing::told},
    {"reactivepowercharge", Bearing::refused, kReactive},
    {"revisions", Bearing::label},
    {"sector", Bearing::carried},
    {"serviceMax", Bearing::told},
    {"serviceMin", Bearing::told},
    {"servicetype", Bearing::told},
    {"source", Bearing::label},
    {"sourceReference", Bearing::label},
    {"sourceparent", Bearing::label},
    {"startdate", Bearing::carried},
    {"supercedes", Bearing::label},
    {"supersedes", Bearing::label},
    {"uri", Bearing::label},
    {"usenetmetering", Bearing::refused, kNetting},
    {"utility", Bearing::label},
    {"utilityName", Bearing::label},
    {"voltagecategory", Bearing::told},
    {"voltagemaximum", Bearing::told},
    {"voltageminimum", Bearing::told},
};

// Nothing in it, or only zeros, blanks and "false".
bool is_nothing(const Json& value) {
    switch (value.kind()) {
        case Json::Kind::null: return true;
        case Json::Kind::boolean: return value.text() == "false";
        case Json::Kind::number: {
            const auto number = scaled_number(value.text(), 8);
            return number && number->value == 0 && !number->rounded;
        }
        case Json::Kind::text: return value.text().find_first_not_of(' ') == std::string::npos;
        case Json::Kind::array: return std::ranges::all_of(value.items(), is_nothing);
        case Json::Kind::object:
            return std::ranges::all_of(value.members(), [](const auto& member) { return is_nothing(member.second); });
    }
    return false;
}

// "Net Billing Instantaneous": what is fed in is counted and priced by itself, as `sell` says.
void judge_generation(const Json& object, std::string_view field, Gathering& gathering) {
    const Json* value = object.find(field);
    if (value == nullptr || is_nothing(*value) || value->text() == "Net Billing Instantaneous") return;
    gathering.refuse_unless_left_out(std::string(field),
                                     fmt::format("'{}': {}", formats::shown(value->text()), kNetting));
}

}  // namespace

const Json* Fields::find(std::string_view field) const {
    const Json* found = object_.find(field);
    return found == nullptr || found->kind() == Json::Kind::null ? nullptr : found;
}

std::string Fields::text(std::string_view field) const {
    const Json* found = find(field);
    return found == nullptr ? std::string{} : found->text();
}

std::optional<std::int64_t> Fields::number_of(const Json& value, const std::string& place, int scale) const {
    if (value.kind() != Json::Kind::number) {
        gathering_.refuse(place, "must be a number");
        return std::nullopt;
    }
    const auto number = scaled_number(value.text(), scale);
    if (!number) {
        gathering_.refuse(place, number.error());
        return std::nullopt;
    }
    if (number->rounded)
        gathering_.note(fmt::format("{}: {} is rounded half up to {} decimals", place, value.text(), scale));
    return number->value;
}

std::optional<std::int64_t> Fields::number(std::string_view field, int scale) const {
    const Json* found = find(field);
    return found == nullptr ? std::nullopt : number_of(*found, std::string(field), scale);
}

std::optional<int> Fields::index_of(const Json& value, const std::string& place, int most) const {
    const auto number =
        value.kind() == Json::Kind::number ? scaled_number(value.text(), 0) : std::unexpected(std::string());
    if (number && !number->rounded && number->value >= 0 && number->value <= most)
        return static_cast<int>(number->value);
    gathering_.refuse(place, fmt::format("must be a whole number from 0 to {}", most));
    return std::nullopt;
}

std::optional<std::array<std::int64_t, 12>> Fields::by_month(std::string_view field, int scale) const {
    const Json* found = find(field);
    if (found == nullptr) return std::nullopt;
    if (found->items().size() != 12) {
        gathering_.refuse(std::string(field), "must have one number for each month");
        return std::nullopt;
    }
    std::array<std::int64_t, 12> made{};
    for (std::size_t month = 0; month < made.size(); ++month)
        made[month] = number_of(found->items()[month], fmt::format("{}[{}]", field, month), scale).value_or(0);
    return made;
}

std::string judge_fields(const Json& object, Gathering& gathering) {
    std::string told;
    for (const auto& [name, value] : object.members()) {
        const auto* rule = std::ranges::find(kFields, name, &FieldRule::field);
        if (is_nothing(value)) continue;
        if (rule == std::end(kFields))
            gathering.refuse_unless_left_out(name, "is not known, so that it may bear on money");
        else if (rule->bearing == Bearing::refused)
            gathering.refuse_unless_left_out(name, rule->reason);
        else if (rule->bearing == Bearing::told)
            told += fmt::format("{}{}: {}", told.empty() ? "" : "; ", name, one_line(value.text(), 1'500));
    }
    judge_generation(object, "dgrules", gathering);
    judge_generation(object, "dgRules", gathering);
    return told;
}

}  // namespace mainspring::exchange::urdb
