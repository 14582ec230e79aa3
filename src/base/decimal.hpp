// Exact decimal text <-> scaled integers, 128-bit arithmetic and rounding. No floating point anywhere.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/ensure.hpp"

namespace mainspring {

__extension__ typedef __int128 Int128;

enum class DecimalError { empty, not_a_number, too_many_decimals, out_of_range };
std::string_view text_of(DecimalError error);

// "-12.345" at scale 6 -> -12345000. Accepts an optional sign, digits, one point; no exponent, no separators.
// More decimals than the scale are refused unless they are zeros.
std::expected<std::int64_t, DecimalError> parse_decimal(std::string_view text, int scale);

// A whole number that need not fit 64 bits, such as a sum that the database made in numeric. More than 37
// digits are out_of_range.
std::expected<Int128, DecimalError> parse_whole(std::string_view text);

// Shortest exact text: 12345000 at scale 6 -> "12.345".
std::string format_decimal(Int128 value, int scale);
// Exactly `decimals` places: format_fixed(53880, 2, 2) -> "538.80". REQUIRES: no digit is lost.
std::string format_fixed(Int128 value, int scale, int decimals);

// How a value between two steps is decided. Names are those of the tariff text.
enum class RoundingMode {
    half_up,    // to the nearest, ties away from zero
    half_even,  // to the nearest, ties to the even step
    half_down,  // to the nearest, ties toward zero
    up,         // away from zero
    down,       // toward zero
    ceiling,    // toward plus infinity
    floor,      // toward minus infinity
};
std::string_view text_of(RoundingMode mode);
std::expected<RoundingMode, std::string> rounding_mode_of(std::string_view text);

// numerator / denominator, rounded to an integer. REQUIRES: denominator > 0.
Int128 divide_rounded(Int128 numerator, Int128 denominator, RoundingMode mode);

// 10^exponent. REQUIRES: 0 <= exponent <= 38.
Int128 power_of_ten(int exponent);

// A result that leaves 64 (128) bits: a bug like any other, unless a caller who works on outside facts says what it
// means there (billing: the account's exception `beyond_range`).
class OverflowError : public BugError {
    using BugError::BugError;
};
// Throw OverflowError, never wrap around.
std::int64_t narrow(Int128 value);
Int128 multiply(Int128 a, Int128 b);
Int128 add(Int128 a, Int128 b);

}  // namespace mainspring
