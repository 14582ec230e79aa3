// Prices that are formulas over published values. docs/TARIFFS.md, "Formulas".
#include <algorithm>

#include "rating/formula.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;

bool SectionRater::inputs_missing() {
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const tariff::Plan& plan = *out_.plans[out_.segments[segment].version];
        if (!plan.has_formula) continue;
        for (const Clause& clause : plan.clauses)
            if (!clause.formula.steps.empty() && applies(clause, segment) && !formula_price(clause, segment))
                return true;
    }
    return false;
}

std::optional<std::int64_t> SectionRater::formula_price(const Clause& clause, std::size_t segment) {
    const std::chrono::year_month_day day{out_.segments[segment].dates.from};
    const auto months = std::chrono::months{clause.formula.lag_months};
    const Date month = std::chrono::sys_days{(day.year() / day.month() - months) / 1};
    work_.formula_inputs.clear();
    for (const std::string& name : clause.formula.inputs) {
        const auto found = std::ranges::find_if(
            input_.inputs, [&](const MonthlyInput& input) { return input.month == month && input.name == name; });
        if (found == input_.inputs.end()) return std::nullopt;
        work_.formula_inputs.push_back(found->e8);
    }
    return evaluate(clause.formula, work_.formula_inputs);
}

}  // namespace mainspring::rating
