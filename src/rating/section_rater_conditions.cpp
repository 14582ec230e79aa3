// When a clause applies, and prices that facts or the section's use choose. docs/TARIFFS.md, "Charges", "Facts",
// "Conditions", "Bands".
#include <algorithm>

#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Bands;
using tariff::Clause;
using tariff::Proration;
using tariff::TierBounds;

bool SectionRater::fits_facts(const Clause& clause, std::size_t segment) const {
    return std::ranges::all_of(clause.fact_conditions, [&](const tariff::FactCondition& condition) {
        const auto value = fact_in(condition.fact, segment);
        return value && *value >= condition.from_micro && *value < condition.below_micro;
    });
}

bool SectionRater::fits_use(const Clause& clause) const {
    const tariff::UseCondition& when = clause.when;
    if (when.of.empty()) return true;
    const Int128 used = section_quantity(when.of);
    return (when.above_micro == tariff::UseCondition{}.above_micro ||
            used > section_bound(when.above_micro, when.bounds)) &&
           (when.upto_micro == tariff::UseCondition{}.upto_micro ||
            used <= section_bound(when.upto_micro, when.bounds));
}

// The facts of `for` are needed wherever the rest of the clause's conditions fits, the others where all do.
std::optional<tariff::FactId> SectionRater::lacking_fact(const Clause& clause, std::size_t segment) const {
    const auto missing = [&](tariff::FactId fact) { return fact != tariff::kNoFact && !fact_in(fact, segment); };
    for (const tariff::FactCondition& condition : clause.fact_conditions)
        if (missing(condition.fact)) {
            const bool fits = fits_days(clause, segment) && fits_agreement(clause, segment) && fits_use(clause);
            return fits ? std::optional(condition.fact) : std::nullopt;
        }
    std::optional<tariff::FactId> lacks;
    for (const tariff::FactId fact : {clause.times, clause.bands.fact, clause.demand.tolerance_fact})
        if (!lacks && missing(fact)) lacks = fact;
    for (const auto& item : clause.demand.at_least)
        if (!lacks && missing(item.fact)) lacks = item.fact;
    return lacks && applies(clause, segment) ? lacks : std::nullopt;
}

bool SectionRater::facts_missing() const {
    for (std::uint16_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const auto& clauses = out_.plans[version]->clauses;
        for (std::uint16_t at = 0; at < clauses.size(); ++at)
            if (clauses[at].asks_facts)
                if (const auto fact = lacking_fact(clauses[at], segment))
                    return refuse({version, at, segment, std::nullopt, *fact});
    }
    return false;
}

Int128 SectionRater::section_quantity(const tariff::Streams& streams) const {
    Int128 sum = 0;
    for (std::size_t segment = 0; segment < segments_; ++segment) sum += quantity_of(streams, segment);
    return sum;
}

// Scaled by the days of the section, half up to a millionth.
Int128 SectionRater::section_bound(std::int64_t bound_micro, TierBounds bounds) const {
    Ratio ratio;
    if (bounds == TierBounds::day) ratio.numerator = input_.dates.days();
    if (bounds == TierBounds::month_days) ratio = months_of(input_.dates, Proration::month_days);
    if (bounds == TierBounds::days_30) ratio = months_of(input_.dates, Proration::days_30);
    return divide_exactly_rounded(Int128{bound_micro} * ratio.numerator, ratio.denominator, RoundingMode::half_up);
}

// Index of the tier that the use or the fact reaches.
std::size_t SectionRater::band_of(Place place) const {
    const Clause& clause = at(place);
    const bool by_fact = clause.bands.by == Bands::By::fact;
    const Int128 reached =
        by_fact ? fact_in(clause.bands.fact, place.segment).value_or(0) : section_quantity(clause.bands.of);
    std::size_t tier = 0;
    for (; tier + 1 < clause.tiers.size(); ++tier) {
        const std::int64_t upto = clause.tiers[tier].upto_micro;
        if (reached <= (by_fact ? Int128{upto} : section_bound(upto, clause.tiering.bounds))) break;
    }
    return tier;
}

}  // namespace mainspring::rating
