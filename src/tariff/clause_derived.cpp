// Charges that are made from other charges.
#include <algorithm>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

void read_of_clause(ClauseReading& c, const Value& item) {
    const auto name = c.in.text(item);
    if (!name) return;
    const auto& above = c.reading.plan.clauses;
    const auto found = std::ranges::find(above, *name, &Clause::name);
    if (found == above.end()) {
        std::vector<std::string_view> names;
        for (const Clause& clause : above) names.push_back(clause.name);
        return c.in.problem(item, fmt::format("'{}' is no clause above{}", shown(*name), suggestion(*name, names)));
    }
    const auto index = static_cast<std::uint16_t>(found - above.begin());
    if (std::ranges::find(c.clause.of_clauses, index) != c.clause.of_clauses.end())
        c.in.problem(item, "stands here twice");
    c.clause.of_clauses.push_back(index);
}

void take_all_above(ClauseReading& c, const Value& all, std::size_t listed) {
    const std::size_t above = c.reading.plan.clauses.size();
    if (listed > 1) c.in.problem(all, "must stand alone");
    if (above == 0) c.in.problem(all, "no clause stands above");
    for (std::size_t i = 0; i < above; ++i) c.clause.of_clauses.push_back(static_cast<std::uint16_t>(i));
}

}  // namespace

void read_of_clauses(ClauseReading& c, const Value& value) {
    for (const Value& item : c.in.list(value)) {
        if (item.node->kind == YamlNode::Kind::scalar && item.node->text == "all")
            take_all_above(c, item, value.node->items.size());
        else
            read_of_clause(c, item);
    }
}

void read_percent(ClauseReading& c) {
    c.clause.ratio_e8 = c.in.decimal(c.map.required("percent"), {6, Sign::not_negative}).value_or(0);
    read_of_clauses(c, c.map.required("of"));
}

void read_tax(ClauseReading& c) {
    read_percent(c);
    const Value above = c.map.optional("above");
    const Value bounds = c.map.optional("bounds");
    c.clause.tax_above_micro = c.in.decimal(above, {Quantity::kScale, Sign::positive}).value_or(0);
    if (bounds && !above) c.in.problem(bounds, "stands without above");
    c.clause.tiering.bounds = read_section_bounds(c, bounds);
    const Value inclusive = c.map.optional("inclusive");
    const bool contained = c.in.flag(inclusive).value_or(false);
    const Value account = contained ? c.map.required("contained_in") : c.map.optional("contained_in");
    if (account && !contained) c.in.problem(account, "stands only beside inclusive: true");
    if (above && contained) c.in.problem(above, "stands beside inclusive (use one of them)");
    c.clause.contained_in = c.in.account(account).value_or("");
}

void read_limit(ClauseReading& c) {
    c.clause.limit_minor =
        c.in.decimal(c.map.required("amount"), {c.reading.minor_digits(), Sign::not_negative}).value_or(0);
    read_proration(c);
    read_of_clauses(c, c.map.required("of"));
}

}  // namespace mainspring::tariff
