// Published cases for the tests of rating: JSON beside the project, exact numbers out of it.
#pragma once
#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/decimal.hpp"

namespace mainspring::rating::testing {

// Nothing, with a message, where the published data are not there.
inline std::optional<boost::json::value> published(const char* file) {
    const auto path = std::filesystem::path(MAINSPRING_SOURCE_DIR) / "../shared/data" / file;
    std::ifstream in(path);
    if (!in) {
        MESSAGE("SKIPPED: " << file << " is not there");
        return std::nullopt;
    }
    std::stringstream text;
    text << in.rdbuf();
    return boost::json::parse(text.str());
}

// A number or a decimal string at the scale; "1.32E1" -> 13.2. Digits beyond the scale are rounded half up.
inline std::int64_t decimal_of(const boost::json::value& value, int scale) {
    const std::string text = value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
    const auto exponent_at = text.find('E');
    if (exponent_at == std::string::npos) return parse_decimal(text, scale).value();
    const int exponent = std::stoi(text.substr(exponent_at + 1));
    const std::int64_t mantissa = parse_decimal(std::string_view(text).substr(0, exponent_at), 16).value();
    return narrow(divide_rounded(mantissa, power_of_ten(16 - scale - exponent), RoundingMode::half_up));
}

}  // namespace mainspring::rating::testing
