#include "formats/decimal_text.hpp"

#include <limits>

namespace mainspring::formats {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Beyond this every decimal of ours over- or underflows.
constexpr int kMaxExponent = 40;

std::expected<int, DecimalError> parse_exponent(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty()) return std::unexpected(DecimalError::not_a_number);
    int value = 0;
    for (char c : text) {
        if (!is_digit(c)) return std::unexpected(DecimalError::not_a_number);
        if (value <= kMaxExponent) value = value * 10 + (c - '0');
    }
    if (value > kMaxExponent) return std::unexpected(DecimalError::out_of_range);
    return negative ? -value : value;
}

struct Digits {
    Int128 value = 0;
    int scale = 0;  // may be negative: zeros to append
};

std::expected<Digits, DecimalError> parse_digits(std::string_view text, char mark) {
    constexpr Int128 kLimit = std::numeric_limits<std::int64_t>::max();
    Digits digits;
    bool seen_digit = false, seen_mark = false;
    int zeros = 0;  // trailing ones, held back until another digit follows
    for (char c : text) {
        if (c == mark && !seen_mark) {
            seen_mark = true;
            for (; zeros > 0; --zeros) {
                digits.value *= 10;
                if (digits.value > kLimit) return std::unexpected(DecimalError::out_of_range);
            }
            continue;
        }
        if (!is_digit(c)) return std::unexpected(DecimalError::not_a_number);
        seen_digit = true;
        if (c == '0') {
            if (digits.value != 0 || seen_mark) ++zeros;
            continue;
        }
        for (int i = 0; i <= zeros; ++i) {
            digits.value *= 10;
            digits.scale += seen_mark ? 1 : 0;
            if (digits.value > kLimit) return std::unexpected(DecimalError::out_of_range);
        }
        zeros = 0;
        digits.value += c - '0';
        if (digits.value > kLimit) return std::unexpected(DecimalError::out_of_range);
        if (digits.scale > kMaxExponent) return std::unexpected(DecimalError::too_many_decimals);
    }
    if (!seen_digit) return std::unexpected(DecimalError::not_a_number);
    if (!seen_mark) digits.scale = -zeros;
    return digits;
}

}  // namespace

std::expected<ScaledDecimal, DecimalError> parse_scaled(std::string_view text, DecimalStyle style) {
    if (text.empty()) return std::unexpected(DecimalError::empty);
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') text.remove_prefix(1);
    int exponent = 0;
    const std::size_t letter = text.find_first_of("eE");
    if (style.exponent == Exponent::accept && letter != std::string_view::npos) {
        auto parsed = parse_exponent(text.substr(letter + 1));
        if (!parsed) return std::unexpected(parsed.error());
        exponent = *parsed;
        text = text.substr(0, letter);
    }
    auto digits = parse_digits(text, style.mark);
    if (!digits) return std::unexpected(digits.error());
    if (digits->value == 0) return ScaledDecimal{};
    digits->scale -= exponent;
    for (; digits->scale > 0 && digits->value % 10 == 0; --digits->scale) digits->value /= 10;
    for (; digits->scale < 0; ++digits->scale) {
        digits->value *= 10;
        if (digits->value > std::numeric_limits<std::int64_t>::max())
            return std::unexpected(DecimalError::out_of_range);
    }
    if (digits->scale > ScaledDecimal::kMaxScale) return std::unexpected(DecimalError::too_many_decimals);
    const auto value = static_cast<std::int64_t>(digits->value);
    return ScaledDecimal{negative ? -value : value, digits->scale};
}

}  // namespace mainspring::formats
