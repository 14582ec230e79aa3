#include "rating/roots.hpp"

namespace mainspring::rating {

std::int64_t rounded_factor(std::int64_t active, std::int64_t reactive, std::int64_t one) {
    if (active <= 0) return active == 0 && reactive == 0 ? one : 0;
    const Uint128 apparent = sum_of_squares(active, reactive), square = sum_of_squares(active, 0);
    const auto doubled = static_cast<std::uint64_t>(2 * one);
    const Wide wanted = product_of(square, doubled * doubled);
    // The highest n with n - 1/2 <= one * active / sqrt(apparent).
    std::int64_t low = 0, high = one;
    while (low < high) {
        const std::int64_t middle = (low + high + 1) / 2;
        const auto below = static_cast<std::uint64_t>(2 * middle - 1);
        if (product_of(apparent, below * below) <= wanted)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

}  // namespace mainspring::rating
