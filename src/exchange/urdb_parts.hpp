// The parts of the URDB reader. Private to this room.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "exchange/conversion.hpp"
#include "exchange/tariff_sheet.hpp"

namespace mainspring::exchange::urdb {

using Schedule = std::array<std::array<int, 24>, 12>;  // months from January, hours of the day
using ByMonth = std::array<int, 12>;

struct Tier {
    std::optional<std::int64_t> upto_micro;  // none: the last
    std::int64_t price_e8 = 0, sell_e8 = 0;
};
struct Rate {  // a period of energyratestructure, demandratestructure or flatdemandstructure
    std::vector<Tier> tiers;  // empty: the period is never used
    bool daily = false;       // the bounds are those of a day
    bool priced() const;
    bool same_bounds(const Rate& other) const;
};

// Rates with the hours that they hold.
struct Axis {
    std::string field;
    std::vector<Rate> rates;
    Schedule weekday{}, weekend{};
    std::vector<std::string> labels;  // names of rates, where the file has them
    bool present = false;             // some rate has a price
};

// What the months differ in.
struct Pattern {
    Axis energy, demand;
    ByMonth flat_demand{}, fuel{};  // any numbers: equal where the months are
};

struct Calendar {
    struct Period {
        std::string name;
        int energy = 0, demand = 0;  // index of the rate
        std::uint16_t seasons = 0;   // bit s
    };
    std::vector<std::string> seasons;  // at least one; written only if there are more
    ByMonth season_of{};
    std::vector<Period> periods;  // empty: none are needed
    std::string text;             // as TariffSheet::calendar
    std::uint16_t all_seasons() const { return static_cast<std::uint16_t>((1U << seasons.size()) - 1U); }
    int month_of(std::size_t season) const;  // one that lies in it, from 0
};
Calendar make_calendar(const Pattern& pattern);
// The rates that occur on a day of the month, ascending.
std::vector<int> rates_in(const Axis& axis, int month);

// A rate with the seasons where it holds all day (periods empty), or shares the day with others.
struct Use {
    int rate = 0;
    std::uint16_t seasons = 0;
    std::vector<std::string> periods;
};
enum class AxisName : std::uint8_t { energy, demand };
std::vector<Use> uses_of(const Calendar& calendar, const Axis& axis, AxisName name);
// The names of the calendar's periods that belong to the rate in these seasons.
std::vector<std::string> periods_of(const Calendar& calendar, AxisName name, int rate, std::uint16_t seasons);

// Adds `seasons: [...]` where the clause does not hold in all.
void limit_to_seasons(SheetCharge& charge, const Calendar& calendar, std::uint16_t seasons);
std::string season_words(const Calendar& calendar, std::uint16_t seasons, std::string_view joint);

// Reads values of one rate of the database.
class Fields {
public:
    Fields(const Json& object, Gathering& gathering) : object_(object), gathering_(gathering) {}

    Gathering& gathering() const { return gathering_; }
    // Null for a field that is not there, or null.
    const Json* find(std::string_view field) const;
    std::string text(std::string_view field) const;  // empty when it is not there
    // A number at the scale; nothing (and a refusal) when it is none. Rounded numbers are noted.
    std::optional<std::int64_t> number(std::string_view field, int scale) const;
    std::optional<std::int64_t> number_of(const Json& value, const std::string& place, int scale) const;
    // A whole number from `least` to `most`, also written as 3.0; a refusal otherwise.
    std::optional<int> index_of(const Json& value, const std::string& place, int most) const;
    // Twelve numbers; nothing when the field is not there.
    std::optional<std::array<std::int64_t, 12>> by_month(std::string_view field, int scale) const;

private:
    const Json& object_;
    Gathering& gathering_;
};

// Refuses what has a value, bears on money and cannot be carried over, and what is not known at all; gives the fields
// that say who may have the tariff as a text for its source.
std::string judge_fields(const Json& object, Gathering& gathering);

// energyratestructure or demandratestructure with its schedules.
Axis read_axis(const Fields& fields, AxisName name);
struct FlatDemand {
    std::vector<Rate> rates;
    ByMonth rate_of{};
    bool present = false;
};
FlatDemand read_flat_demand(const Fields& fields);

struct Rates {
    Pattern pattern;
    FlatDemand flat_demand;
    std::array<std::int64_t, 12> fuel_e8{};
    Calendar calendar;
};
void add_fixed_charges(const Fields& fields, TariffSheet& sheet);
void add_energy_charges(const Rates& rates, TariffSheet& sheet);
void add_export_charges(const Rates& rates, Gathering& gathering, TariffSheet& sheet);
void add_demand_charges(const Fields& fields, const Rates& rates, TariffSheet& sheet);
void add_minimum(const Fields& fields, TariffSheet& sheet);

inline constexpr const char* kAccount = "revenue.electricity";

}  // namespace mainspring::exchange::urdb
