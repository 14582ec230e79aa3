// Square roots in exact integers: apparent power and power factors. Private to rating.
#pragma once
#include <cstdint>

#include "rating/wide.hpp"

namespace mainspring::rating {

// floor(sqrt(value)).
inline std::uint64_t floor_of_root(Uint128 value) {
    Uint128 root = 0, bit = Uint128{1} << 126;
    while (bit > value) bit >>= 2;
    for (; bit != 0; bit >>= 2) {
        if (value >= root + bit) {
            value -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return static_cast<std::uint64_t>(root);
}

// sqrt(value), half up. A half is never met: the square of n + 1/2 is no integer.
inline std::int64_t rounded_root(Uint128 value) {
    const Uint128 root = floor_of_root(value);
    return narrow(static_cast<Int128>(value - root * root > root ? root + 1 : root));
}

// active / sqrt(active^2 + reactive^2) in steps of 1 / one, half up: 0.95 of 100 is 95. `one` where both are zero; a
// negative `active` counts as zero. REQUIRES: 0 < one <= 10^6.
std::int64_t rounded_factor(std::int64_t active, std::int64_t reactive, std::int64_t one);

}  // namespace mainspring::rating
