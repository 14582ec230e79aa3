#include <algorithm>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

// Every key that some kind of clause has.
const std::vector<std::string_view> kKindKeys{
    "price",     "times",        "proration", "of",         "prices",       "tiers",   "bounds",
    "percent",   "per",          "share",     "less",       "at_least",     "at_most", "limits",
    "year_from", "round_bounds", "split",     "on_version", "amount",       "active",  "reactive",
    "current",   "average_of",   "tolerance", "decimals",   "round_demand", "table",   "current_months",
    "bands",     "formula",      "above",     "inclusive",  "contained_in", "series",  "factor",
    "adder",     "agreed",       "hours_of",  "each_month"};

struct Kind {
    ClauseKind kind;
    void (*read)(ClauseReading&);
};

// `discount` stands for three kinds; which one, its other keys say.
constexpr std::array<std::pair<std::string_view, Kind>, 14> kKinds{
    {{"fixed_per_day", {ClauseKind::fixed_per_day, read_fixed_per_day}},
     {"fixed_per_period", {ClauseKind::fixed_per_period, read_fixed_per_period}},
     {"energy_flat", {ClauseKind::energy_flat, read_energy_flat}},
     {"energy_time_of_use", {ClauseKind::energy_time_of_use, read_energy_time_of_use}},
     {"energy_tiered", {ClauseKind::energy_tiered, read_energy_tiered}},
     {"energy_slab", {ClauseKind::energy_slab, read_energy_slab}},
     {"energy_indexed", {ClauseKind::energy_indexed, read_energy_indexed}},
     {"percentage", {ClauseKind::percentage, read_percent}},
     {"tax", {ClauseKind::tax, read_tax}},
     {"discount", {ClauseKind::discount_percent, read_discount}},
     {"minimum", {ClauseKind::minimum, read_limit}},
     {"maximum", {ClauseKind::maximum, read_limit}},
     {"demand", {ClauseKind::demand, read_demand}},
     {"power_factor", {ClauseKind::power_factor, read_power_factor}}}};

void read_names(ClauseReading& c) {
    const Value name = c.map.required("clause");
    c.clause.name = c.in.code(name).value_or("");
    if (c.clause.name == "rounding" || c.clause.name == "all")
        c.in.problem(name, fmt::format("'{}' cannot be the name of a clause", c.clause.name));
    for (const Clause& other : c.reading.plan.clauses)
        if (!c.clause.name.empty() && other.name == c.clause.name) c.in.problem(name, "is the name of a clause above");
    PrintedName printed = read_name(c.reading, c.map.required("name"));
    c.clause.name_en = std::move(printed.en);
    c.clause.name_local = std::move(printed.local);
    c.clause.local_language = std::move(printed.language);
    c.clause.account = c.in.account(c.map.required("account")).value_or("");
    c.clause.item = c.in.code(c.map.optional("item")).value_or(std::string(text_of(c.reading.plan.commodity)));
}

std::uint64_t season_bit(ClauseReading& c, const Value& value) {
    const auto name = c.in.text(value);
    if (!name) return 0;
    const auto& seasons = c.reading.seasons;
    const auto found = std::ranges::find(seasons, *name);
    if (found != seasons.end()) return std::uint64_t{1} << (found - seasons.begin());
    c.in.problem(
        value, fmt::format("'{}' is no season of the calendar{}", shown(*name), suggestion(*name, views_of(seasons))));
    return 0;
}

void read_seasons(ClauseReading& c) {
    const Value one = c.map.optional("season"), several = c.map.optional("seasons");
    if (one && several) c.in.problem(several, "stands beside season (use one of them)");
    if (one) c.clause.seasons = season_bit(c, one);
    if (!several) return;
    c.clause.seasons = 0;
    for (const Value& item : c.in.list(several)) {
        const std::uint64_t bit = season_bit(c, item);
        if ((c.clause.seasons & bit) != 0) c.in.problem(item, "stands here twice");
        c.clause.seasons |= bit;
    }
}

void read_for(ClauseReading& c, const Value& value) {
    if (!value) return;
    MapReader condition(c.in, value);
    const Value classes = condition.optional("classes"), entitlement = condition.optional("entitlement");
    const Value facts = condition.optional("facts");
    if (condition.is_map() && !classes && !entitlement && !facts)
        c.in.problem(value, "must name classes, an entitlement or facts");
    if (classes) c.clause.classes = read_classes(c.reading, classes, c.reading.plan.classes);
    if (const auto name = c.in.code(entitlement)) c.clause.entitlement = c.reading.entitlement(*name);
    read_fact_conditions(c, facts);
    condition.finish();
}

void read_when(ClauseReading& c) {
    read_seasons(c);
    const Value until = c.map.optional("until");
    c.clause.dates.from = c.in.date(c.map.optional("from")).value_or(Date{});
    c.clause.dates.to = c.in.date(until).value_or(kForever);
    if (c.clause.dates.from >= c.clause.dates.to && until) c.in.problem(until, "must be later than from");
    read_for(c, c.map.optional("for"));
    read_use_condition(c, c.map.optional("when"));
}

Clause read_clause(Reading& reading, const Value& value) {
    MapReader map(reading.in, value);
    if (!map.is_map()) return {};
    ClauseReading c{reading, reading.in, map};
    read_names(c);
    read_when(c);
    c.clause.round = read_money_rounding(reading, map.optional("round"), reading.plan.round_line);
    c.clause.source = c.in.text(map.optional("source")).value_or("");
    const Value kind = map.required("kind");
    if (const auto known = one_of(c.in, kind, kKinds)) {
        c.clause.kind = known->kind;
        known->read(c);
        map.finish({kKindKeys, fmt::format("is no key of the kind {}", kind.node->text)});
    } else {
        map.finish({kKindKeys, ""});
    }
    return std::move(c.clause);
}

// What a clause makes rating look at.
void note_in_plan(Plan& plan, Clause& clause) {
    for (const Stream stream : named_streams(clause)) {
        clause.asks_registers |= stream != kTotal;
        plan.names_measures |= measure_of(stream) != kTotal;
    }
    clause.asks_registers |= clause.hours_of.has_value();
    const auto bit = [](Stream stream) { return static_cast<std::uint8_t>(1U << measure_index(stream)); };
    for (const Stream stream : priced_streams(clause)) {
        clause.counts_in_segment |= bit(stream);
        if (period_of(stream) != 0) clause.priced_by_period |= bit(stream);
    }
    for (const Streams* streams : {&clause.when.of, &clause.bands.of})
        for (const Stream stream : *streams) clause.counts_in_section |= bit(stream);
    if (clause.tax_above_micro != 0) clause.counts_in_section |= bit(kTotal);
    plan.counts |= clause.counts_in_segment | clause.counts_in_section;
    clause.asks_facts = (clause.times != kNoFact && clause.times != kDwellings) || clause.bands.by == Bands::By::fact ||
                        !clause.fact_conditions.empty() || clause.kind == ClauseKind::demand;
    plan.has_demand |= clause.kind == ClauseKind::demand;
    plan.has_indexed |= clause.kind == ClauseKind::energy_indexed;
    plan.has_formula |= !clause.formula.steps.empty();
    plan.cuts_at_months |= clause.tiering.bounds == TierBounds::month || !clause.formula.steps.empty();
    plan.cuts_at_months |= clause.demand.each_month;
    plan.cuts_at_quarters |= clause.tiering.bounds == TierBounds::quarter;
    const auto counts_from = [&](MonthDay from) {
        if (std::ranges::find(plan.counting_years, from) == plan.counting_years.end())
            plan.counting_years.push_back(from);
    };
    if (clause.tiering.bounds == TierBounds::year) counts_from(clause.tiering.year_from);
    if (clause.quantity.carries) counts_from(clause.quantity.credit_ends);
}

}  // namespace

void read_charges(Reading& reading, const Value& value) {
    for (const Value& item : reading.in.list(value)) {
        Clause clause = read_clause(reading, item);
        std::ranges::sort(clause.of_clauses);
        note_in_plan(reading.plan, clause);
        reading.plan.clauses.push_back(std::move(clause));
    }
}

}  // namespace mainspring::tariff
