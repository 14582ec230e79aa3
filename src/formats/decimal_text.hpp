// Decimal text of outside files at the scale it was written with. No floating point.
#pragma once
#include <cstdint>
#include <expected>
#include <string_view>

#include "base/decimal.hpp"

namespace mainspring::formats {

// value * 10^-scale, 0 <= scale <= kMaxScale, the smallest scale that is exact ("1.500" is 15 at scale 1).
struct ScaledDecimal {
    static constexpr int kMaxScale = 9;
    std::int64_t value = 0;
    int scale = 0;
    friend bool operator==(const ScaledDecimal&, const ScaledDecimal&) = default;
};

enum class Exponent { refuse, accept };

struct DecimalStyle {
    char mark = '.';
    Exponent exponent = Exponent::refuse;
};

// "-12,50" with mark ',' -> {-125, 1}; "1.5E3" with exponents accepted -> {1500, 0}. No thousands marks.
std::expected<ScaledDecimal, DecimalError> parse_scaled(std::string_view text, DecimalStyle style = {});

}  // namespace mainspring::formats
