#include "base/decimal.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace mainspring {

std::string_view text_of(DecimalError error) {
    switch (error) {
        case DecimalError::empty: return "is empty";
        case DecimalError::not_a_number: return "is not a decimal number";
        case DecimalError::too_many_decimals: return "has too many decimal places";
        case DecimalError::out_of_range: return "is out of range";
    }
    return "";
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Parts {
    bool negative = false;
    std::string_view whole, fraction;
};

std::expected<Parts, DecimalError> split(std::string_view text) {
    if (text.empty()) return std::unexpected(DecimalError::empty);
    Parts parts;
    if (text.front() == '-' || text.front() == '+') {
        parts.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const auto point = text.find('.');
    parts.whole = text.substr(0, point);
    if (point != std::string_view::npos) parts.fraction = text.substr(point + 1);
    if (parts.whole.empty() && parts.fraction.empty()) return std::unexpected(DecimalError::not_a_number);
    if (!std::ranges::all_of(parts.whole, is_digit) || !std::ranges::all_of(parts.fraction, is_digit))
        return std::unexpected(DecimalError::not_a_number);
    return parts;
}

}  // namespace

std::expected<std::int64_t, DecimalError> parse_decimal(std::string_view text, int scale) {
    auto parts = split(text);
    if (!parts) return std::unexpected(parts.error());
    auto& fraction = parts->fraction;
    while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
    if (fraction.size() > static_cast<std::size_t>(scale)) return std::unexpected(DecimalError::too_many_decimals);
    constexpr Int128 kLimit = std::numeric_limits<std::int64_t>::max();
    Int128 value = 0;
    for (char c : parts->whole) {
        value = value * 10 + (c - '0');
        if (value > kLimit) return std::unexpected(DecimalError::out_of_range);
    }
    for (int i = 0; i < scale; ++i) {
        const auto at = static_cast<std::size_t>(i);
        value = value * 10 + (at < fraction.size() ? fraction[at] - '0' : 0);
        if (value > kLimit) return std::unexpected(DecimalError::out_of_range);
    }
    return static_cast<std::int64_t>(parts->negative ? -value : value);
}

std::expected<Int128, DecimalError> parse_whole(std::string_view text) {
    const auto parts = split(text);
    if (!parts) return std::unexpected(parts.error());
    if (!parts->fraction.empty()) return std::unexpected(DecimalError::too_many_decimals);
    const Int128 limit = power_of_ten(37);
    Int128 value = 0;
    for (const char c : parts->whole) {
        value = value * 10 + (c - '0');
        if (value >= limit) return std::unexpected(DecimalError::out_of_range);
    }
    return parts->negative ? -value : value;
}

namespace {

std::string digits_of(Int128 magnitude) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
        magnitude /= 10;
    } while (magnitude != 0);
    std::ranges::reverse(digits);
    return digits;
}

}  // namespace

std::string format_fixed(Int128 value, int scale, int decimals) {
    if (decimals < scale) {
        const Int128 unit = power_of_ten(scale - decimals);
        ensure(value % unit == 0, "format_fixed would lose a digit");
        value /= unit;
    } else {
        value = multiply(value, power_of_ten(decimals - scale));
    }
    const bool negative = value < 0;
    std::string digits = digits_of(negative ? -value : value);
    const auto places = static_cast<std::size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (decimals > 0) digits.insert(digits.size() - places, 1, '.');
    if (negative) digits.insert(0, 1, '-');
    return digits;
}

std::string format_decimal(Int128 value, int scale) {
    std::string text = format_fixed(value, scale, scale);
    if (scale == 0) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

namespace {

constexpr std::array<std::pair<RoundingMode, std::string_view>, 7> kModes{{{RoundingMode::half_up, "half_up"},
                                                                           {RoundingMode::half_even, "half_even"},
                                                                           {RoundingMode::half_down, "half_down"},
                                                                           {RoundingMode::up, "up"},
                                                                           {RoundingMode::down, "down"},
                                                                           {RoundingMode::ceiling, "ceiling"},
                                                                           {RoundingMode::floor, "floor"}}};

}  // namespace

std::string_view text_of(RoundingMode mode) {
    for (const auto& [value, name] : kModes)
        if (value == mode) return name;
    return "";
}

std::expected<RoundingMode, std::string> rounding_mode_of(std::string_view text) {
    for (const auto& [value, name] : kModes)
        if (name == text) return value;
    return std::unexpected("'" + std::string(text) +
                           "' is no rounding mode (half_up, half_even, half_down, up, down, ceiling, floor)");
}

namespace {

// Whether the magnitude of the quotient grows by one step.
bool rounds_away(RoundingMode mode, bool negative, bool odd, int compared_with_half) {
    switch (mode) {
        case RoundingMode::half_up: return compared_with_half >= 0;
        case RoundingMode::half_down: return compared_with_half > 0;
        case RoundingMode::half_even: return compared_with_half > 0 || (compared_with_half == 0 && odd);
        case RoundingMode::up: return true;
        case RoundingMode::down: return false;
        case RoundingMode::ceiling: return !negative;
        case RoundingMode::floor: return negative;
    }
    return false;
}

}  // namespace

Int128 divide_rounded(Int128 numerator, Int128 denominator, RoundingMode mode) {
    ensure(denominator > 0, "divide_rounded needs a positive denominator");
    const Int128 quotient = numerator / denominator;
    const Int128 rest = numerator % denominator;
    if (rest == 0) return quotient;
    const bool negative = numerator < 0;
    const Int128 magnitude = negative ? -rest : rest;
    const Int128 other = denominator - magnitude;
    const int compared = magnitude < other ? -1 : (magnitude > other ? 1 : 0);
    if (!rounds_away(mode, negative, quotient % 2 != 0, compared)) return quotient;
    return negative ? quotient - 1 : quotient + 1;
}

Int128 power_of_ten(int exponent) {
    static const auto kPowers = [] {
        std::array<Int128, 39> powers{};
        powers[0] = 1;
        for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
        return powers;
    }();
    ensure(exponent >= 0 && exponent < static_cast<int>(kPowers.size()), "power_of_ten out of range");
    return kPowers[static_cast<std::size_t>(exponent)];
}

std::int64_t narrow(Int128 value) {
    if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max())
        throw OverflowError("value leaves 64 bits");
    return static_cast<std::int64_t>(value);
}

Int128 multiply(Int128 a, Int128 b) {
    Int128 product = 0;
    if (__builtin_mul_overflow(a, b, &product)) throw OverflowError("product leaves 128 bits");
    return product;
}

Int128 add(Int128 a, Int128 b) {
    Int128 sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) throw OverflowError("sum leaves 128 bits");
    return sum;
}

}  // namespace mainspring
