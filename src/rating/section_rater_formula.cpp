// Prices that are formulas over published values. docs/TARIFFS.md, "Formulas".
#include <algorithm>

#include "rating/formula.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;

Date input_month(const tariff::Formula& formula, Date segment_from) {
    const std::chrono::year_month_day day{segment_from};
    return std::chrono::sys_days{(day.year() / day.month() - std::chrono::months{formula.lag_months}) / 1};
}

bool SectionRater::inputs_missing() {
    for (std::uint16_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const tariff::Plan& plan = *out_.plans[version];
        if (!plan.has_formula) continue;
        for (std::uint16_t at = 0; at < plan.clauses.size(); ++at) {
            const Clause& clause = plan.clauses[at];
            if (clause.formula.steps.empty() || !applies(clause, segment)) continue;
            out_.published.push_back({version, at, segment});
            if (!formula_price(clause, segment)) return refuse({version, at, segment});
        }
    }
    return false;
}

std::optional<std::int64_t> SectionRater::formula_price(const Clause& clause, std::size_t segment) {
    const Date month = input_month(clause.formula, out_.segments[segment].dates.from);
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
