// ISO 4217 currencies, packed into three letters.
#pragma once
#include <array>
#include <compare>
#include <expected>
#include <string>
#include <string_view>

namespace mainspring {

struct Currency {
    std::array<char, 3> code{'X', 'X', 'X'};
    std::string_view text() const { return {code.data(), code.size()}; }
    friend auto operator<=>(const Currency&, const Currency&) = default;
};

// Refuses codes that are not in our ISO 4217 list, naming the code.
std::expected<Currency, std::string> currency_of(std::string_view code);

// Digits after the point of the minor unit: CNY 2, JPY 0, KWD 3.
int minor_digits(Currency currency);

}  // namespace mainspring
