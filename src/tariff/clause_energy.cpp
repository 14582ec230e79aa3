// Charges for what meters count.
#include <algorithm>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

constexpr std::array<std::pair<std::string_view, TierBounds>, 4> kBounds{{{"bill", TierBounds::bill},
                                                                          {"day", TierBounds::day},
                                                                          {"month_days", TierBounds::month_days},
                                                                          {"days_30", TierBounds::days_30}}};

// A period without a price would be energy for nothing.
void check_complete(ClauseReading& c, const Value& value, const std::vector<std::string>& names) {
    const auto& calendar = c.reading.plan.calendar;
    for (std::size_t p = 0; p < calendar.period_names().size(); ++p) {
        const std::string& period = calendar.period_names()[p];
        if (std::ranges::find(names, period) != names.end()) continue;
        for (std::size_t s = 0; s < calendar.season_names().size(); ++s) {
            if ((c.clause.seasons >> s & 1) == 0 || !calendar.occurs(static_cast<int>(s), static_cast<int>(p)))
                continue;
            c.in.problem(value, fmt::format("has no price for the period '{}'", period));
            break;
        }
    }
}

enum class Place { inner, last };

Tier read_tier(ClauseReading& c, const Value& value, Place place, Sign sign) {
    MapReader map(c.in, value);
    Tier tier;
    tier.price_e8 = read_price(c, map.required("price"), sign);
    if (place == Place::last) {
        if (const Value upto = map.optional("upto")) c.in.problem(upto, "the last tier must have no bound");
    } else {
        tier.upto_micro = c.in.decimal(map.required("upto"), {Quantity::kScale, Sign::positive}).value_or(0);
    }
    map.finish();
    return tier;
}

void read_of(ClauseReading& c) {
    Streams of = read_streams(c, c.map.optional("of"));
    if (!of.empty()) c.clause.of = std::move(of);
}

}  // namespace

std::optional<Stream> known_period(ClauseReading& c, const Value& value, const std::string& name) {
    const auto& periods = c.reading.periods;
    if (std::ranges::find(periods, name) != periods.end()) return c.reading.stream(name);
    c.in.problem(value, periods.empty() ? std::string("the calendar has no periods")
                                        : fmt::format("'{}' is no period of the calendar{}", shown(name),
                                                      suggestion(name, views_of(periods))));
    return std::nullopt;
}

Streams read_streams(ClauseReading& c, const Value& value) {
    const auto name = c.in.text(value);
    if (!name) return {};
    if (*name == "total") return {kTotal};
    const auto stream = known_period(c, value, *name);
    return stream ? Streams{*stream} : Streams{};
}

std::vector<PeriodPrice> read_period_prices(ClauseReading& c, const Value& value) {
    std::vector<PeriodPrice> found;
    if (!value) return found;
    MapReader prices(c.in, value);
    std::vector<std::string> names;
    const std::vector<Value> values = prices.values(names);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto stream = known_period(c, values[i], names[i]);
        found.push_back({stream.value_or(kTotal), read_price(c, values[i], Sign::any)});
    }
    if (!names.empty() && c.reading.calendar_right) check_complete(c, value, names);
    return found;
}

std::vector<Tier> read_tiers(ClauseReading& c, const Value& value, Sign price_sign) {
    const std::vector<Value> items = c.in.list(value);
    std::vector<Tier> tiers;
    std::int64_t below = 0;
    for (const Value& item : items) {
        const bool last = tiers.size() + 1 == items.size();
        const Tier tier = read_tier(c, item, last ? Place::last : Place::inner, price_sign);
        if (!last && tier.upto_micro != 0 && tier.upto_micro <= below)
            c.in.problem(MapReader(c.in, item).optional("upto"), "must be above the bound of the tier before");
        below = std::max(below, tier.upto_micro);
        tiers.push_back(tier);
    }
    return tiers;
}

void read_energy_flat(ClauseReading& c) {
    read_price_or_formula(c);
    read_of(c);
}

void read_energy_time_of_use(ClauseReading& c) {
    c.clause.period_prices = read_period_prices(c, c.map.required("prices"));
}

void read_energy_tiered(ClauseReading& c) {
    read_of(c);
    read_times(c);
    Tiering& tiering = c.clause.tiering;
    tiering.bounds = one_of(c.in, c.map.optional("bounds"), kBounds).value_or(TierBounds::bill);
    tiering.round_bounds = read_quantity_rounding(c.reading, c.map.optional("round_bounds"));
    c.clause.tiers = read_tiers(c, c.map.required("tiers"), Sign::any);
}

}  // namespace mainspring::tariff
