// Bills, tariffs and loads that others have published, where they are there: outside of this tree, in ../shared/data.
// Without them a test says that it is skipped.
#pragma once
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "base/decimal.hpp"

namespace mainspring::rating::testing {

// Nothing, with a message, where the file is not there. `file` is below ../shared/data.
inline std::optional<std::string> published_text(const std::string& file) {
    std::ifstream in(std::filesystem::path(MAINSPRING_SOURCE_DIR) / "../shared/data" / file);
    if (!in) {
        MESSAGE("SKIPPED: " << file << " is not there");
        return std::nullopt;
    }
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// "1.25", "1E-1", "4.3e-05" at a scale; digits beyond it are rounded half up.
inline std::int64_t decimal_of_text(std::string_view text, int scale) {
    const auto exponent_at = text.find_first_of("eE");
    const int exponent = exponent_at == text.npos ? 0 : std::stoi(std::string(text.substr(exponent_at + 1)));
    std::string digits(text.substr(0, exponent_at));
    const bool negative = digits.starts_with('-');
    if (negative) digits.erase(0, 1);
    const auto point = digits.find('.');
    int decimals = point == digits.npos ? 0 : static_cast<int>(digits.size() - point - 1);
    if (point != digits.npos) digits.erase(point, 1);
    Int128 value = 0;
    for (const char digit : digits) {
        ensure(digit >= '0' && digit <= '9', "a published number is made of digits");
        value = value * 10 + (digit - '0');
    }
    decimals -= exponent + scale;
    const Int128 scaled = decimals > 0 ? divide_rounded(value, power_of_ten(decimals), RoundingMode::half_up)
                                       : value * power_of_ten(-decimals);
    return narrow(negative ? -scaled : scaled);
}

}  // namespace mainspring::rating::testing
