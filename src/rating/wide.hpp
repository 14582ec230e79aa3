// Products of three 64-bit numbers, exact. Private to rating.
#pragma once
#include <compare>
#include <cstdint>

#include "base/decimal.hpp"

namespace mainspring::rating {

__extension__ typedef unsigned __int128 Uint128;

// 192 bits: high * 2^64 + low.
struct Wide {
    Uint128 high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Wide&, const Wide&) = default;
};

inline Wide product_of(Uint128 value, std::uint64_t factor) {
    const Uint128 low = static_cast<Uint128>(static_cast<std::uint64_t>(value)) * factor;
    return {(value >> 64) * factor + (low >> 64), static_cast<std::uint64_t>(low)};
}

// value / denominator, rounded. Throws OverflowError beyond 125 bits. REQUIRES: denominator > 0.
Int128 divide_wide(const Wide& value, Int128 denominator, RoundingMode mode);

// a^2 + b^2
inline Uint128 sum_of_squares(std::int64_t a, std::int64_t b) {
    const auto square = [](std::int64_t value) {
        const Uint128 magnitude = value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
        return magnitude * magnitude;
    };
    return square(a) + square(b);
}

}  // namespace mainspring::rating
