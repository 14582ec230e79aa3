// Prices that are formulas over published values. docs/TARIFFS.md, "Formulas".
#include <algorithm>

#include "tariff/clause_reader.hpp"
#include "tariff/formula_text.hpp"

namespace mainspring::tariff {

namespace {

constexpr WholeLimits kLag{0, 24};

void read_inputs(ClauseReading& c, const Value& value, Formula& formula) {
    for (const Value& item : c.in.list(value)) {
        const auto name = c.in.code(item);
        if (!name) continue;
        if (std::ranges::find(formula.inputs, *name) != formula.inputs.end()) c.in.problem(item, "stands here twice");
        formula.inputs.push_back(*name);
    }
}

void read_steps(ClauseReading& c, const Value& value, Formula& formula) {
    const auto text = c.in.text(value);
    if (!text || formula.inputs.empty()) return;
    formula.text = *text;
    auto steps = parse_formula(*text, formula.inputs);
    if (!steps) return c.in.problem(value, std::move(steps.error()));
    formula.steps = std::move(*steps);
    for (std::size_t i = 0; i < formula.inputs.size(); ++i) {
        const bool used = std::ranges::any_of(formula.steps, [&](const Formula::Step& step) {
            return step.op == Formula::Step::Op::input && step.input == i;
        });
        if (!used) c.in.problem(value, fmt::format("does not use the input '{}'", formula.inputs[i]));
    }
}

}  // namespace

void read_price_or_formula(ClauseReading& c) {
    const Value value = c.map.optional("formula");
    if (!value) {
        c.clause.price_e8 = read_price(c, c.map.required("price"), DecimalLimits::Sign::any);
        return;
    }
    if (const Value price = c.map.optional("price")) c.in.problem(price, "stands beside formula (use one of them)");
    MapReader map(c.in, value);
    if (!map.is_map()) return;
    Formula& formula = c.clause.formula;
    read_inputs(c, map.required("inputs"), formula);
    read_steps(c, map.required("text"), formula);
    formula.lag_months = c.in.whole(map.optional("lag"), kLag).value_or(0);
    formula.decimals = c.in.whole(map.optional("decimals"), {0, Price::kScale}).value_or(formula.decimals);
    formula.mode = c.in.parsed<RoundingMode>(map.optional("mode"), rounding_mode_of).value_or(formula.mode);
    map.finish();
}

}  // namespace mainspring::tariff
