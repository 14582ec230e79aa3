// Exact fractions and the one division of rating: wide where it must be, 64 bits where that suffices.
#pragma once
#include <cstdint>
#include <numeric>

#include "base/decimal.hpp"

namespace mainspring::rating {

inline bool fits_64(Int128 value) { return static_cast<std::int64_t>(value) == value; }

// As divide_rounded. Most bills fit into 64 bits, where a division costs a tenth.
// REQUIRES: denominator > 0.
inline Int128 divide_exactly_rounded(Int128 numerator, Int128 denominator, RoundingMode mode) {
    if (mode != RoundingMode::half_up || !fits_64(numerator) || !fits_64(denominator))
        return divide_rounded(numerator, denominator, mode);
    const auto n = static_cast<std::int64_t>(numerator), d = static_cast<std::int64_t>(denominator);
    const std::int64_t quotient = n / d, rest = n % d;
    const std::int64_t magnitude = rest < 0 ? -rest : rest;
    if (magnitude < d - magnitude) return quotient;
    return Int128{quotient} + (n < 0 ? -1 : 1);
}

inline Int128 greatest_common_divisor(Int128 a, Int128 b) {
    if (a < 0) a = -a;
    while (b != 0) {
        const Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// numerator / denominator, denominator > 0.
struct Fraction {
    Int128 numerator = 0, denominator = 1;

    void add(Int128 other_numerator, Int128 other_denominator) {
        if (other_denominator == denominator) {
            numerator = mainspring::add(numerator, other_numerator);
            return;
        }
        const Int128 common = greatest_common_divisor(denominator, other_denominator);
        const Int128 mine = other_denominator / common, theirs = denominator / common;
        numerator = mainspring::add(multiply(numerator, mine), multiply(other_numerator, theirs));
        denominator = multiply(denominator, mine);
    }
};

// A small ratio in lowest terms: months, facts.
struct Ratio {
    std::int64_t numerator = 1, denominator = 1;

    static Ratio reduced(std::int64_t numerator, std::int64_t denominator) {
        const std::int64_t common = std::gcd(numerator, denominator);
        return {numerator / common, denominator / common};
    }

    Ratio times(Ratio other) const {
        if (other.numerator == 1 && other.denominator == 1) return *this;
        const Ratio a = reduced(numerator, other.denominator), b = reduced(other.numerator, denominator);
        return {narrow(Int128{a.numerator} * b.numerator), narrow(Int128{a.denominator} * b.denominator)};
    }
};

}  // namespace mainspring::rating
