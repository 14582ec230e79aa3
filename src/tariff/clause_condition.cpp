// When a charge applies by facts and by use, and prices in bands. docs/TARIFFS.md, "Charges", "Conditions", "Bands".
#include <limits>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

constexpr DecimalLimits kBound{Quantity::kScale, Sign::not_negative};

constexpr std::array<std::pair<std::string_view, TierBounds>, 4> kSectionBounds{{{"bill", TierBounds::bill},
                                                                                 {"day", TierBounds::day},
                                                                                 {"month_days", TierBounds::month_days},
                                                                                 {"days_30", TierBounds::days_30}}};

// One of two keys, in millionths; "the second is one millionth further".
std::optional<std::int64_t> read_one_bound(ClauseReading& c, const Value& first, const Value& further) {
    if (first && further) c.in.problem(further, "stands beside another bound of the same side (use one of them)");
    if (first) return c.in.decimal(first, kBound);
    const auto value = c.in.decimal(further, kBound);
    if (!value || *value == std::numeric_limits<std::int64_t>::max()) return value;
    return *value + 1;
}

FactCondition read_fact_condition(ClauseReading& c, const Value& value, const std::string& name) {
    FactCondition condition;
    condition.fact = known_fact_named(c, value, name).value_or(kNoFact);
    MapReader map(c.in, value);
    const Value from = map.optional("from"), above = map.optional("above");
    const Value below = map.optional("below"), upto = map.optional("upto");
    if (map.is_map() && !from && !above && !below && !upto) c.in.problem(value, "must have from, above, upto or below");
    condition.from_micro = read_one_bound(c, from, above).value_or(0);
    condition.below_micro = read_one_bound(c, below, upto).value_or(std::numeric_limits<std::int64_t>::max());
    if (condition.from_micro >= condition.below_micro) c.in.problem(value, "no number fits");
    map.finish();
    return condition;
}

}  // namespace

TierBounds read_section_bounds(ClauseReading& c, const Value& value) {
    return one_of(c.in, value, kSectionBounds).value_or(TierBounds::bill);
}

void read_fact_conditions(ClauseReading& c, const Value& value) {
    if (!value) return;
    MapReader map(c.in, value);
    std::vector<std::string> names;
    const std::vector<Value> values = map.values(names);
    for (std::size_t i = 0; i < names.size(); ++i)
        c.clause.fact_conditions.push_back(read_fact_condition(c, values[i], names[i]));
    c.clause.asks_more |= !names.empty();
}

void read_use_condition(ClauseReading& c, const Value& value) {
    if (!value) return;
    MapReader map(c.in, value);
    if (!map.is_map()) return;
    UseCondition& when = c.clause.when;
    when.of = read_streams(c, map.optional("of"));
    if (when.of.empty()) when.of = {kTotal};
    const Value above = map.optional("above"), upto = map.optional("upto");
    if (!above && !upto) c.in.problem(value, "must have above or upto");
    when.above_micro = c.in.decimal(above, kBound).value_or(when.above_micro);
    when.upto_micro = c.in.decimal(upto, kBound).value_or(when.upto_micro);
    if (when.above_micro >= when.upto_micro) c.in.problem(upto, "must be more than above");
    when.bounds = read_section_bounds(c, map.optional("bounds"));
    map.finish();
    c.clause.asks_more = true;
}

void read_price_or_bands(ClauseReading& c) {
    const Value bands = c.map.optional("bands");
    if (!bands) {
        c.clause.price_e8 = read_price(c, c.map.required("price"), Sign::not_negative);
        return;
    }
    if (const Value price = c.map.optional("price")) c.in.problem(price, "stands beside bands (use one of them)");
    MapReader map(c.in, bands);
    if (!map.is_map()) return;
    const Value fact = map.optional("fact"), of = map.optional("of"), bounds = map.optional("bounds");
    c.clause.bands.by = fact ? Bands::By::fact : Bands::By::use;
    if (fact) {
        for (const Value& other : {of, bounds})
            if (other) c.in.problem(other, "stands beside fact (bands go by use or by a fact)");
        c.clause.bands.fact = known_fact(c, fact).value_or(kNoFact);
    } else {
        c.clause.bands.of = read_streams(c, of);
        if (c.clause.bands.of.empty()) c.clause.bands.of = {kTotal};
        c.clause.tiering.bounds = read_section_bounds(c, bounds);
    }
    c.clause.tiers = read_tiers(c, map.required("tiers"), Sign::not_negative);
    map.finish();
}

}  // namespace mainspring::tariff
