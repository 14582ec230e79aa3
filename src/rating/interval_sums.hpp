// Sums over columns of interval values. Vector code where the machine has it; the results are exact and the same
// everywhere. Internal to rating.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/decimal.hpp"

namespace mainspring::rating {

Int128 sum_of(std::span<const std::int64_t> values);

struct PricedSum {
    Int128 products = 0;   // sum of values[i] * prices[i]
    bool has_hole = false;  // a price is kNoPrice; then the sum means nothing
};
// REQUIRES: as many prices as values.
PricedSum sum_of_products(std::span<const std::int64_t> values, std::span<const std::int64_t> prices);

// Days of one length, added interval by interval: sums[i] and highest[i] over all days at position i.
// Exact only while every value lies within +-2^kSafeBits: the result says whether all did.
inline constexpr int kSafeBits = 45;
inline constexpr std::size_t kMostAdded = std::size_t{1} << 17;  // values
struct DayColumns {
    std::span<std::int64_t> sums, highest;  // as many as a day has intervals
};
// `first_values`: where each day begins in `values`. REQUIRES: at least one day, at most kMostAdded values; a day
// has a multiple of 8 intervals.
enum class Range : std::uint8_t { safe, beyond };
Range add_days(std::span<const std::int64_t> values, std::span<const std::uint32_t> first_values, DayColumns out);

// For tests: from here on registers of at most so many bytes (8, 32, 64) are used. Returns what this machine has of it.
int limit_vector_bytes(int bytes);

}  // namespace mainspring::rating
