// Charges that no meter counts.
#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

constexpr std::array<std::pair<std::string_view, Proration>, 3> kProrations{
    {{"none", Proration::none}, {"month_days", Proration::month_days}, {"days_30", Proration::days_30}}};
constexpr std::array<std::pair<std::string_view, ClauseKind>, 2> kPer{
    {{"day", ClauseKind::discount_per_day}, {"period", ClauseKind::discount_per_period}}};

}  // namespace

std::int64_t read_price(ClauseReading& c, const Value& value, Sign sign) {
    return c.in.decimal(value, {Price::kScale, sign}).value_or(0);
}

void read_times(ClauseReading& c) {
    if (const Value times = c.map.optional("times")) c.clause.times = known_fact(c, times).value_or(kNoFact);
}

void read_agreed(ClauseReading& c) {
    const Value agreed = c.map.optional("agreed");
    if (!agreed) return;
    c.clause.agreed = known_fact(c, agreed).value_or(kNoFact);
    if (agreed.node->text == name_of_fact(kDwellings)) c.in.problem(agreed, "is no price");
    if (!c.clause.formula.steps.empty() || c.clause.bands.by != Bands::By::nothing || !c.clause.tiers.empty())
        c.in.problem(agreed, "stands only beside price");
}

void read_proration(ClauseReading& c) {
    c.clause.proration = one_of(c.in, c.map.optional("proration"), kProrations).value_or(Proration::none);
}

void read_fixed_per_day(ClauseReading& c) {
    read_price_or_bands(c);
    read_agreed(c);
    read_times(c);
}

void read_fixed_per_period(ClauseReading& c) {
    read_price_or_bands(c);
    read_agreed(c);
    read_proration(c);
    read_times(c);
}

void read_discount(ClauseReading& c) {
    const Value percent = c.map.optional("percent"), price = c.map.optional("price");
    if (percent && price) return c.in.problem(price, "stands beside percent (use one of them)");
    if (!percent && !price) {
        for (const auto* key : {"per", "of", "times", "proration"}) c.map.optional(key);
        return c.in.problem(c.map.value(), "a discount must have percent or price");
    }
    if (percent) {
        read_percent(c);
        if (c.clause.ratio_e8 > kWholeE8) c.in.problem(percent, "takes off more than 100 %");
        return;
    }
    c.clause.price_e8 = read_price(c, price, Sign::not_negative);
    c.clause.kind = one_of(c.in, c.map.required("per"), kPer).value_or(ClauseKind::discount_per_period);
    if (c.clause.kind == ClauseKind::discount_per_period) read_proration(c);
    read_times(c);
}

}  // namespace mainspring::tariff
