// Facts of the agreement that charges use. docs/TARIFFS.md, "Facts".
#include <algorithm>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

constexpr std::array<std::pair<std::string_view, Unit>, 5> kFactUnits{
    {{"kW", Unit::kw}, {"kVA", Unit::kva}, {"kWh", Unit::kwh}, {"m3", Unit::cubic_metre}, {"none", Unit::none}}};

FactRule read_fact(Reading& reading, const Value& value, const std::string& name) {
    FactRule rule;
    MapReader map(reading.in, value);
    if (name == "dwellings") reading.in.problem(value, "every tariff has it: leave it out");
    if (name == "class" || name == "entitlements")
        reading.in.problem(value, "cannot be the name of a fact: every agreement states it");
    rule.fact = reading.fact(name);
    rule.unit = one_of(reading.in, map.required("unit"), kFactUnits).value_or(Unit::none);
    const Value otherwise = map.optional("default");
    rule.otherwise_micro = reading.in.decimal(otherwise, {Quantity::kScale, DecimalLimits::Sign::not_negative});
    map.finish();
    return rule;
}

}  // namespace

void read_facts(Reading& reading, const Value& value) {
    reading.facts = {"dwellings"};
    reading.plan.facts.push_back({kDwellings, Unit::none, 1'000'000});
    if (!value) return;
    MapReader map(reading.in, value);
    std::vector<std::string> names;
    const std::vector<Value> values = map.values(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!is_code(names[i])) reading.in.problem(values[i], "its name must be [a-z] first, then [a-z0-9_]");
        reading.plan.facts.push_back(read_fact(reading, values[i], names[i]));
        reading.facts.push_back(names[i]);
    }
}

std::optional<FactId> known_fact(ClauseReading& c, const Value& value) {
    const auto name = c.in.text(value);
    return name ? known_fact_named(c, value, *name) : std::nullopt;
}

std::optional<FactId> known_fact_named(ClauseReading& c, const Value& value, const std::string& name) {
    const auto& facts = c.reading.facts;
    if (std::ranges::find(facts, name) != facts.end()) return c.reading.fact(name);
    c.in.problem(value,
                 fmt::format("'{}' is no fact of this version{}", shown(name), suggestion(name, views_of(facts))));
    return std::nullopt;
}

}  // namespace mainspring::tariff
