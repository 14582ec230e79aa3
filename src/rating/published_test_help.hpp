// Bills, tariffs and loads that others have published, where they are there: outside of this tree, in ../shared/data.
// Without them a test says that it is skipped.
#pragma once
#include <boost/json.hpp>
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

inline std::optional<boost::json::value> published_json(const std::string& file) {
    const auto text = published_text(file);
    return text ? std::optional(boost::json::parse(*text)) : std::nullopt;
}

inline std::optional<boost::json::value> published_cases() { return published_json("rating/cases.json"); }

inline const boost::json::value& case_of(const boost::json::value& all, std::string_view id) {
    for (const auto& item : all.at("cases").as_array())
        if (item.at("id").as_string() == id) return item;
    FAIL("no case " << std::string(id));
    return all;
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

// A number, or a decimal in quotes.
inline std::int64_t decimal_of(const boost::json::value& value, int scale) {
    return decimal_of_text(value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value), scale);
}
inline std::int64_t micro_of(const boost::json::value& value) { return decimal_of(value, 6); }
inline std::string text_of(const boost::json::value& value) { return std::string(value.as_string()); }

}  // namespace mainspring::rating::testing
