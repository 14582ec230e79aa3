#include "rating/wide.hpp"

namespace mainspring::rating {

Int128 divide_wide(const Wide& value, Int128 denominator, RoundingMode mode) {
    const auto divisor = static_cast<Uint128>(denominator);
    Uint128 quotient = 0, rest = 0;
    for (int bit = 191; bit >= 0; --bit) {
        const Uint128 next = bit >= 64 ? value.high >> (bit - 64) & 1 : Uint128{value.low >> bit & 1};
        if (quotient >> 124 != 0) throw OverflowError("a quotient leaves 125 bits");
        quotient <<= 1;
        rest = rest << 1 | next;
        if (rest < divisor) continue;
        rest -= divisor;
        quotient |= 1;
    }
    // What is left, as quarters: none, below a half, a half, above.
    const Uint128 other = divisor - rest;
    const int quarters = rest == 0 ? 0 : rest < other ? 1 : rest == other ? 2 : 3;
    return divide_rounded(static_cast<Int128>(quotient) * 4 + quarters, 4, mode);
}

}  // namespace mainspring::rating
