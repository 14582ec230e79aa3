#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "exchange/number_text.hpp"
#include "exchange/urdb_parts.hpp"
#include "formats/problem.hpp"

namespace mainspring::exchange::urdb {

namespace {

constexpr int kMostRates = 100;
constexpr std::int64_t kBoundless = 1'000'000'000'000'000;  // a bound of 10^9 units in a bill stands for none

struct AxisFields {
    std::string_view rates, weekday, weekend, labels;
};
constexpr AxisFields kEnergy{"energyratestructure", "energyweekdayschedule", "energyweekendschedule",
                             "energytoulabels"};
constexpr AxisFields kDemand{"demandratestructure", "demandweekdayschedule", "demandweekendschedule", ""};

class RateReader {
public:
    RateReader(const Fields& fields, std::string field) : fields_(fields), field_(std::move(field)) {}

    // Only the rates that are used are looked at.
    std::vector<Rate> run(const Json& structure, const std::set<int>& used) {
        std::vector<Rate> rates(structure.items().size());
        std::string unused;
        for (std::size_t i = 0; i < rates.size(); ++i) {
            if (used.contains(static_cast<int>(i)))
                rates[i] = rate(structure.items()[i], fmt::format("{}[{}]", field_, i));
            else
                unused.append(unused.empty() ? "" : ", ").append(fmt::format("{}", i));
        }
        if (!unused.empty())
            fields_.gathering().note(fmt::format("{}: never used, so not written: {}", field_, unused));
        return rates;
    }

private:
    Rate rate(const Json& tiers, const std::string& place) {
        Rate made;
        if (tiers.kind() != Json::Kind::array || tiers.items().empty() || tiers.items().size() > 100) {
            fields_.gathering().refuse(place, "must be a list of 1 to 100 tiers");
            return made;
        }
        std::set<std::string> units;
        for (std::size_t i = 0; i < tiers.items().size(); ++i) {
            const std::string where = fmt::format("{}[{}]", place, i);
            made.tiers.push_back(tier(tiers.items()[i], where));
            units.insert(unit(tiers.items()[i]));
        }
        check_bounds(made, place);
        if (units.size() > 1) fields_.gathering().refuse(place, "tiers of one period have different units");
        read_unit(made, *units.begin(), place);
        return made;
    }

    static std::string unit(const Json& tier) {
        const Json* unit = tier.find("unit");
        return unit == nullptr ? std::string{} : unit->text();
    }

    Tier tier(const Json& json, const std::string& place) {
        Tier made;
        if (json.kind() != Json::Kind::object) {
            fields_.gathering().refuse(place, "must be an object with a rate");
            return made;
        }
        const Json *rate = json.find("rate"), *adjustment = json.find("adj"), *sell = json.find("sell");
        if (rate == nullptr || rate->kind() == Json::Kind::null)
            fields_.gathering().refuse(place + ".rate", "is missing: what the energy or demand costs is not said");
        else
            made.price_e8 = fields_.number_of(*rate, place + ".rate", 8).value_or(0);
        if (adjustment != nullptr && adjustment->kind() != Json::Kind::null)
            made.price_e8 += fields_.number_of(*adjustment, place + ".adj", 8).value_or(0);
        if (sell != nullptr && sell->kind() != Json::Kind::null)
            made.sell_e8 = fields_.number_of(*sell, place + ".sell", 8).value_or(0);
        if (const Json* bound = json.find("max"); bound != nullptr && bound->kind() != Json::Kind::null)
            made.upto_micro = upto(*bound, place + ".max");
        for (const auto& [key, value] : json.members())
            if (key != "rate" && key != "adj" && key != "sell" && key != "max" && key != "unit")
                fields_.gathering().refuse(place + "." + formats::shown(key),
                                           "is not known, so that it may bear on money");
        return made;
    }

    std::optional<std::int64_t> upto(const Json& bound, const std::string& place) {
        const bool number = bound.kind() == Json::Kind::number;
        const auto scaled = scaled_number(number ? bound.text() : "0", 6);
        if (!number || bound.text().starts_with('-') || (scaled && scaled->value <= 0)) {
            fields_.gathering().refuse(place, "must be a number above zero");
            return std::nullopt;
        }
        if (!scaled || scaled->value >= kBoundless) return std::nullopt;  // beyond any number of ours: 1e38
        return fields_.number_of(bound, place, 6);
    }

    void check_bounds(Rate& rate, const std::string& place) {
        for (std::size_t i = 0; i < rate.tiers.size(); ++i) {
            const bool last = i + 1 == rate.tiers.size();
            auto& upto = rate.tiers[i].upto_micro;
            const std::string where = fmt::format("{}[{}].max", place, i);
            if (last && upto) {
                fields_.gathering().refuse_unless_left_out(
                    field_ + ".max", fmt::format("{} ends the last tier: what lies beyond has no price", where));
                upto.reset();
            } else if (!last && !upto) {
                fields_.gathering().refuse(where, "is missing: where the tier ends is not said");
            } else if (!last && i > 0 && rate.tiers[i - 1].upto_micro >= upto) {
                fields_.gathering().refuse(where, "is not above the tier before");
            }
        }
    }

    void read_unit(Rate& rate, const std::string& unit, const std::string& place) {
        rate.daily = unit == "kWh daily";
        const bool tiered = rate.tiers.size() > 1;
        if (field_ != kEnergy.rates) {
            if (!unit.empty() && unit != "kW" && unit != "kVA")
                fields_.gathering().refuse(
                    place + ".unit", fmt::format("'{}': demands are measured in kW or kVA", formats::shown(unit)));
            return;
        }
        if (unit.empty() && tiered) fields_.gathering().refuse(place + ".unit", "is missing: what the bounds count");
        if (unit.starts_with("kWh/kW") && tiered)
            fields_.gathering().refuse(place + ".unit",
                                       fmt::format("'{}': bounds that grow with the demand of the bill; tariffs scale "
                                                   "bounds by days and by facts of the agreement",
                                                   formats::shown(unit)));
        else if (!unit.empty() && unit != "kWh" && unit != "kWh daily" && !unit.starts_with("kWh/kW"))
            fields_.gathering().refuse(place + ".unit", fmt::format("'{}' is not known", formats::shown(unit)));
    }

    const Fields& fields_;
    std::string field_;
};

bool read_schedule(const Fields& fields, std::string_view field, int most, Schedule& out) {
    const Json* json = fields.find(field);
    if (json == nullptr) return false;
    const bool shaped = json->items().size() == 12 &&
                        std::ranges::all_of(json->items(), [](const Json& row) { return row.items().size() == 24; });
    if (!shaped) {
        fields.gathering().refuse(std::string(field), "must be 12 rows (months) of 24 numbers (hours)");
        return true;
    }
    for (std::size_t month = 0; month < 12; ++month)
        for (std::size_t hour = 0; hour < 24; ++hour) {
            const auto& cell = json->items()[month].items()[hour];
            out[month][hour] = fields.index_of(cell, fmt::format("{}[{}][{}]", field, month, hour), most).value_or(0);
        }
    return true;
}

// The list of rates, if it is one.
const Json* structure_of(const Fields& fields, std::string_view field) {
    const Json* structure = fields.find(field);
    if (structure == nullptr) return nullptr;
    const auto count = structure->items().size();
    if (structure->kind() == Json::Kind::array && count <= kMostRates) return count == 0 ? nullptr : structure;
    fields.gathering().refuse(std::string(field), fmt::format("must be a list of at most {} periods", kMostRates));
    return nullptr;
}

}  // namespace

bool Rate::priced() const {
    return std::ranges::any_of(tiers, [](const Tier& tier) { return tier.price_e8 != 0; });
}

bool Rate::same_bounds(const Rate& other) const {
    return daily == other.daily && std::ranges::equal(tiers, other.tiers, {}, &Tier::upto_micro, &Tier::upto_micro);
}

Axis read_axis(const Fields& fields, AxisName name) {
    const AxisFields& names = name == AxisName::energy ? kEnergy : kDemand;
    Axis axis;
    axis.field = names.rates;
    const Json* structure = structure_of(fields, names.rates);
    if (structure == nullptr) {
        axis.rates.resize(1);
        return axis;
    }
    const int most = static_cast<int>(structure->items().size()) - 1;
    const bool weekday = read_schedule(fields, names.weekday, most, axis.weekday);
    const bool weekend = read_schedule(fields, names.weekend, most, axis.weekend);
    if (most > 0 || weekday || weekend)
        for (const auto& [there, field] : {std::pair{weekday, names.weekday}, {weekend, names.weekend}})
            if (!there) fields.gathering().refuse(std::string(field), "is missing: when the periods hold");
    std::set<int> used;
    for (int month = 0; month < 12; ++month)
        for (const int rate : rates_in(axis, month)) used.insert(rate);
    axis.rates = RateReader(fields, axis.field).run(*structure, used);
    axis.present = std::ranges::any_of(axis.rates, &Rate::priced);
    if (const Json* labels = names.labels.empty() ? nullptr : fields.find(names.labels))
        for (const Json& label : labels->items()) axis.labels.push_back(label.text());
    if (name == AxisName::demand && !axis.present) axis.weekday = axis.weekend = {};
    return axis;
}

FlatDemand read_flat_demand(const Fields& fields) {
    FlatDemand made;
    const Json* structure = structure_of(fields, "flatdemandstructure");
    if (structure == nullptr) return made;
    const int most = static_cast<int>(structure->items().size()) - 1;
    const Json* months = fields.find("flatdemandmonths");
    if (months != nullptr && months->items().size() != 12) {
        fields.gathering().refuse("flatdemandmonths", "must have one number for each month");
    } else if (months != nullptr) {
        for (std::size_t month = 0; month < 12; ++month)
            made.rate_of[month] =
                fields.index_of(months->items()[month], fmt::format("flatdemandmonths[{}]", month), most).value_or(0);
    } else if (most > 0) {
        fields.gathering().refuse("flatdemandmonths", "is missing: in which months the rates hold");
    }
    made.rates = RateReader(fields, "flatdemandstructure").run(*structure, {made.rate_of.begin(), made.rate_of.end()});
    made.present = std::ranges::any_of(made.rates, &Rate::priced);
    if (!made.present) made.rate_of = {};
    return made;
}

}  // namespace mainspring::exchange::urdb
