// Reads one charge of a tariff text: what all kinds share, and one function for each family of kinds. Private to this
// room.
#pragma once
#include <array>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tariff/tariff_parts.hpp"

namespace mainspring::tariff {

// The word of a closed list; any other is a problem.
template <class T, std::size_t N>
std::optional<T> one_of(TextReader& in, const Value& value,
                        const std::array<std::pair<std::string_view, T>, N>& choices) {
    const auto word = in.text(value);
    if (!word) return std::nullopt;
    std::string names;
    for (const auto& [name, choice] : choices) {
        if (name == *word) return choice;
        names.append(names.empty() ? "" : " or ").append(name);
    }
    in.problem(value, fmt::format("must be {}, not '{}'", names, shown(*word)));
    return std::nullopt;
}

// One charge on its way from text to plan.
struct ClauseReading {
    Reading& reading;
    TextReader& in;
    MapReader& map;
    Clause clause{};
};

// Families of kinds: each reads the keys of its own.
void read_fixed_per_day(ClauseReading& c);
void read_fixed_per_period(ClauseReading& c);
void read_energy_flat(ClauseReading& c);
void read_energy_time_of_use(ClauseReading& c);
void read_energy_tiered(ClauseReading& c);
void read_energy_slab(ClauseReading& c);
void read_energy_indexed(ClauseReading& c);
void read_percent(ClauseReading& c);
void read_tax(ClauseReading& c);
void read_discount(ClauseReading& c);
void read_limit(ClauseReading& c);    // minimum, maximum
void read_demand(ClauseReading& c);
void read_power_factor(ClauseReading& c);

// When a charge applies: facts of `for`, and `when`.
void read_fact_conditions(ClauseReading& c, const Value& value);
void read_use_condition(ClauseReading& c, const Value& value);
// How a bound is scaled that holds for the whole section; for the bill where the text does not say it.
TierBounds read_section_bounds(ClauseReading& c, const Value& value);

// Shared by the families.
void read_price_or_bands(ClauseReading& c);  // of fixed charges
void read_price_or_formula(ClauseReading& c);  // of energy
std::int64_t read_price(ClauseReading& c, const Value& value, DecimalLimits::Sign sign);
void read_times(ClauseReading& c);
// A fact whose value an agreement may have in place of the price.
void read_agreed(ClauseReading& c);
// A day of every year.
std::optional<MonthDay> read_year_from(ClauseReading& c, const Value& value);
void read_proration(ClauseReading& c);
void read_of_clauses(ClauseReading& c, const Value& value);
// The streams that `of` and its like name; empty where the text does not have it.
Streams read_streams(ClauseReading& c, const Value& value);
// The same for demands: `<demand>`, `<demand>.<period>` or a list of demands in one unit.
Streams read_demand_streams(ClauseReading& c, const Value& value);
std::optional<Stream> known_period(ClauseReading& c, const Value& value, const std::string& name);
// The streams that the clause is over; the total where the text names none.
void read_of(ClauseReading& c);
// share, less, at_least, at_most, limits.
void read_quantity_keys(ClauseReading& c);
// Prices for periods, one for each that occurs in the clause's seasons.
std::vector<PeriodPrice> read_period_prices(ClauseReading& c, const Value& value);
// Ascending tiers with prices, the last without a bound.
std::vector<Tier> read_tiers(ClauseReading& c, const Value& value, DecimalLimits::Sign price_sign);
std::optional<FactId> known_fact(ClauseReading& c, const Value& value);
// The same for a name that stands as a key; `value` is where a problem is shown.
std::optional<FactId> known_fact_named(ClauseReading& c, const Value& value, const std::string& name);

}  // namespace mainspring::tariff
