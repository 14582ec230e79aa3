// Charges for the highest demand, and the adjustment for the power factor.
// docs/TARIFFS.md, "Demand", "Power factor".
#include <algorithm>
#include <limits>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

constexpr int kMostPast = 60;  // months

std::int64_t read_ratio(ClauseReading& c, const Value& value, Sign sign) {
    return c.in.decimal(value, {6, sign}).value_or(kWholeE8);
}

// Bit n: month n.
std::uint16_t read_months(ClauseReading& c, const Value& value, std::uint16_t otherwise) {
    if (!value) return otherwise;
    unsigned bits = 0;
    for (const Value& item : c.in.list(value)) {
        const auto month = c.in.whole(item, {1, 12});
        if (!month) continue;
        const unsigned bit = 1U << static_cast<unsigned>(*month);
        if ((bits & bit) != 0) c.in.problem(item, "stands here twice");
        bits |= bit;
    }
    return static_cast<std::uint16_t>(bits);
}

DemandCharge::AtLeast read_at_least(ClauseReading& c, const Value& value) {
    using By = DemandCharge::AtLeast::By;
    DemandCharge::AtLeast item;
    MapReader map(c.in, value);
    const Value amount = map.optional("amount"), fact = map.optional("fact"), past = map.optional("past");
    if (map.is_map() && (amount ? 1 : 0) + (fact ? 1 : 0) + (past ? 1 : 0) != 1)
        c.in.problem(value, "must have one of amount, fact and past");
    if (amount) {
        item.by = By::amount;
        item.amount_micro = c.in.decimal(amount, {Quantity::kScale, Sign::not_negative}).value_or(0);
    } else {
        item.by = past ? By::past : By::fact;
        item.ratio_e8 = read_ratio(c, map.optional("percent"), Sign::not_negative);
    }
    if (fact) item.fact = known_fact(c, fact).value_or(kNoFact);
    if (past) {
        item.past_months = c.in.whole(past, {1, kMostPast}).value_or(1);
        item.months = read_months(c, map.optional("months"), item.months);
    }
    map.finish({{"percent", "months"}, amount ? "is no key beside amount" : "is no key beside fact"});
    return item;
}

void read_current(ClauseReading& c) {
    DemandCharge& demand = c.clause.demand;
    const Value current = c.map.optional("current"), months = c.map.optional("current_months");
    demand.current_e8 = read_ratio(c, current, Sign::not_negative);
    demand.current_months = read_months(c, months, demand.current_months);
    if (months && !current) c.in.problem(months, "stands without current");
}

void read_tolerance(ClauseReading& c, const Value& value) {
    if (!value) return;
    MapReader map(c.in, value);
    c.clause.demand.tolerance_fact = known_fact(c, map.required("fact")).value_or(kNoFact);
    c.clause.demand.tolerance_e8 = read_ratio(c, map.optional("percent"), Sign::not_negative);
    map.finish();
}

// Of a demand without tiers the fact would have nothing to multiply.
void read_demand_price(ClauseReading& c) {
    const Value price = c.map.optional("price"), tiers = c.map.optional("tiers"), times = c.map.optional("times");
    if (price && tiers) c.in.problem(tiers, "stands beside price (use one of them)");
    if (!price && !tiers) c.in.problem(c.map.value(), "a demand must have price or tiers");
    if (price) c.clause.price_e8 = read_price(c, price, Sign::not_negative);
    if (tiers) c.clause.tiers = read_tiers(c, tiers, Sign::not_negative);
    if (times && !tiers) c.in.problem(times, "multiplies bounds of tiers only");
    read_times(c);
}

// Units of the last decimal.
std::optional<int> read_factor(ClauseReading& c, const Value& value) {
    const int decimals = c.clause.power_factor.decimals;
    const auto factor = c.in.decimal(value, {decimals, Sign::not_negative});
    if (!factor) return std::nullopt;
    if (*factor <= power_of_ten(decimals)) return static_cast<int>(*factor);
    c.in.problem(value, "is above 1");
    return std::nullopt;
}

void read_rows(ClauseReading& c, const Value& value) {
    auto& rows = c.clause.power_factor.rows;
    const std::vector<Value> items = c.in.list(value);
    int above = std::numeric_limits<int>::max();
    for (const Value& item : items) {
        MapReader map(c.in, item);
        const Value from = map.required("from"), each = map.optional("each");
        PowerFactorTable::Row row;
        const auto factor = read_factor(c, from);
        row.ratio_e8 = c.in.decimal(map.required("percent"), {6, Sign::any}).value_or(0);
        row.each_e8 = c.in.decimal(each, {6, Sign::any}).value_or(0);
        map.finish();
        // A wrong factor is reported once.
        row.from = factor.value_or(above - 1);
        if (factor && *factor >= above) c.in.problem(from, "must be below the factor of the row before");
        above = row.from;
        rows.push_back(row);
        if (factor && rows.size() == items.size() && *factor != 0) c.in.problem(from, "must be 0 in the last row");
    }
}

}  // namespace

void read_demand(ClauseReading& c) {
    read_demand_price(c);
    if (Streams of = read_demand_streams(c, c.map.required("of")); !of.empty()) c.clause.of = std::move(of);
    read_proration(c);
    DemandCharge& demand = c.clause.demand;
    read_agreed(c);
    const Value by_month = c.map.optional("each_month");
    demand.each_month = c.in.flag(by_month).value_or(false);
    if (demand.each_month && c.clause.proration == Proration::none)
        c.in.problem(by_month, "needs proration: month_days or days_30, for parts of months");
    demand.average_of = c.in.whole(c.map.optional("average_of"), {1, 366}).value_or(1);
    for (const Value& item : c.in.list(c.map.optional("at_least"))) demand.at_least.push_back(read_at_least(c, item));
    read_current(c);
    read_tolerance(c, c.map.optional("tolerance"));
    demand.round_demand = read_quantity_rounding(c.reading, c.map.optional("round_demand"));
}

void read_power_factor(ClauseReading& c) {
    PowerFactorTable& table = c.clause.power_factor;
    read_of_clauses(c, c.map.required("of"));
    const Value active = c.map.optional("active"), reactive = c.map.optional("reactive");
    table.reactive = {c.reading.stream("reactive")};
    if (Streams named = read_streams(c, active); !named.empty()) table.active = std::move(named);
    if (Streams named = read_streams(c, reactive); !named.empty()) table.reactive = std::move(named);
    table.decimals = c.in.whole(c.map.optional("decimals"), {0, Quantity::kScale}).value_or(table.decimals);
    read_rows(c, c.map.required("table"));
}

}  // namespace mainspring::tariff
