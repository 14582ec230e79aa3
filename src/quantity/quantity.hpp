// Quantities carry their unit; units are never mere labels: mixing two is a bug, converting is a named function.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/decimal.hpp"
#include "money/money.hpp"

namespace mainspring {

// Stored in SQL and in derivations by this number: append only.
enum class Unit : std::uint8_t { none = 0, kwh = 1, kvarh = 2, kvah = 3, kw = 4, kva = 5, cubic_metre = 6, day = 7 };

std::string_view text_of(Unit unit);  // "kWh", "kvarh", "kVAh", "kW", "kVA", "m3", "day", ""
std::expected<Unit, std::string> unit_of(std::string_view text);

enum class Commodity : std::uint8_t { electricity = 1, gas = 2, water = 3 };
std::string_view text_of(Commodity commodity);
std::expected<Commodity, std::string> commodity_of(std::string_view text);

// micro = value * 10^6. Range about 9.2e12 units.
struct Quantity {
    static constexpr int kScale = 6;
    std::int64_t micro = 0;
    Unit unit = Unit::none;
    friend bool operator==(const Quantity&, const Quantity&) = default;
};
Quantity operator+(Quantity a, Quantity b);  // BugError on two units or overflow
Quantity operator-(Quantity a, Quantity b);
std::string format_quantity(Quantity quantity);  // "123.4 kWh"

// Price of one unit in major units of a currency: e8 = price * 10^8.
struct Price {
    static constexpr int kScale = 8;
    std::int64_t e8 = 0;
    Unit per = Unit::none;
    friend bool operator==(const Price&, const Price&) = default;
};

// Exact. BugError when the units differ.
Amount operator*(Quantity quantity, Price price);

// Energy of gas: volume (m3 at metering conditions) * volume_factor (dated, to base conditions) * calorific value
// (MJ/m3) / 3.6, rounded half up to 6 decimals of a kWh. Source: UK Gas (Calculation of Thermal Energy) rules,
// kWh = m3 * 1.02264 * CV / 3.6.
struct GasConversion {
    std::int64_t volume_factor_e8 = 100'000'000;  // 1.02264 = 102264000
    std::int64_t calorific_value_e4 = 0;          // MJ/m3: 39.4 = 394000
    friend bool operator==(const GasConversion&, const GasConversion&) = default;
};
Quantity energy_of(Quantity volume, GasConversion conversion);

}  // namespace mainspring
