#include "quantity/quantity.hpp"

#include <array>

#include "base/ensure.hpp"

namespace mainspring {

namespace {

constexpr std::array<std::string_view, 8> kUnits{"", "kWh", "kvarh", "kVAh", "kW", "kVA", "m3", "day"};
constexpr std::array<std::string_view, 4> kCommodities{"", "electricity", "gas", "water"};

}  // namespace

std::string_view text_of(Unit unit) { return kUnits.at(static_cast<std::size_t>(unit)); }

std::expected<Unit, std::string> unit_of(std::string_view text) {
    for (std::size_t i = 1; i < kUnits.size(); ++i)
        if (kUnits[i] == text) return static_cast<Unit>(i);
    return std::unexpected("'" + std::string(text) + "' is no unit (kWh, kvarh, kVAh, kW, kVA, m3, day)");
}

std::string_view text_of(Commodity commodity) { return kCommodities.at(static_cast<std::size_t>(commodity)); }

std::expected<Commodity, std::string> commodity_of(std::string_view text) {
    for (std::size_t i = 1; i < kCommodities.size(); ++i)
        if (kCommodities[i] == text) return static_cast<Commodity>(i);
    return std::unexpected("'" + std::string(text) + "' is no commodity (electricity, gas, water)");
}

Quantity operator+(Quantity a, Quantity b) {
    ensure(a.unit == b.unit, "sum of two units");
    return {narrow(Int128{a.micro} + b.micro), a.unit};
}

Quantity operator-(Quantity a, Quantity b) {
    ensure(a.unit == b.unit, "difference of two units");
    return {narrow(Int128{a.micro} - b.micro), a.unit};
}

std::string format_quantity(Quantity quantity) {
    std::string text = format_decimal(quantity.micro, Quantity::kScale);
    if (quantity.unit != Unit::none) text.append(" ").append(text_of(quantity.unit));
    return text;
}

Amount operator*(Quantity quantity, Price price) {
    ensure(quantity.unit == price.per, "price and quantity have different units");
    return {Int128{quantity.micro} * price.e8};
}

Quantity energy_of(Quantity volume, GasConversion conversion) {
    ensure(volume.unit == Unit::cubic_metre, "gas conversion takes a volume");
    const Int128 product = multiply(multiply(volume.micro, conversion.volume_factor_e8), conversion.calorific_value_e4);
    // scales: 6 + 8 + 4; divided by 3.6 = 36 / 10
    const Int128 micro = divide_rounded(multiply(product, 10), multiply(36, power_of_ten(12)), RoundingMode::half_up);
    return {narrow(micro), Unit::kwh};
}

}  // namespace mainspring
