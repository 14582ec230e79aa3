#include "rating/interval_sums.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/ensure.hpp"
#include "rating/rating.hpp"

namespace mainspring::rating {

namespace {

// Sums of a block modulo 2^64, and the bits that the magnitudes of its values and prices have.
struct BlockSum {
    std::uint64_t sum = 0, values = 0, prices = 0;
};

struct DayBlock {
    const std::int64_t* values;
    std::span<const std::uint32_t> first_values;
    std::size_t per_day;
    std::int64_t *sums, *highest;
};

constexpr std::size_t kBlock = 2'048;  // values
constexpr int kBlockBits = 11;
constexpr std::uint64_t kSafeOffset = std::uint64_t{1} << kSafeBits;

std::uint64_t magnitude(std::int64_t value) { return static_cast<std::uint64_t>(value ^ (value >> 63)); }

void multiply_plain(const std::int64_t* values, const std::int64_t* prices, std::size_t count, BlockSum& out) {
    for (std::size_t i = 0; i < count; ++i) {
        out.sum += static_cast<std::uint64_t>(values[i]) * static_cast<std::uint64_t>(prices[i]);
        out.values |= magnitude(values[i]);
        out.prices |= magnitude(prices[i]);
    }
}

void add_plain(const std::int64_t* values, std::size_t count, BlockSum& out) {
    for (std::size_t i = 0; i < count; ++i) {
        out.sum += static_cast<std::uint64_t>(values[i]);
        out.values |= magnitude(values[i]);
    }
}

// Returns bits above the safe range where a value leaves it.
std::uint64_t add_days_plain(const DayBlock& days) {
    std::fill_n(days.sums, days.per_day, 0);
    std::copy_n(days.values + days.first_values.front(), days.per_day, days.highest);
    std::uint64_t bits = 0;
    for (const std::uint32_t first : days.first_values)
        for (std::size_t i = 0; i < days.per_day; ++i) {
            const std::int64_t value = days.values[first + i];
            const auto raw = static_cast<std::uint64_t>(value);
            bits |= raw + kSafeOffset;
            days.sums[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(days.sums[i]) + raw);
            days.highest[i] = std::max(days.highest[i], value);
        }
    return bits;
}

#if defined(__x86_64__) && defined(__GNUC__)

// The same with several values side by side.
#define MAINSPRING_INLINE [[gnu::always_inline]] inline

struct FourLanes {
    using Signed = std::int64_t __attribute__((vector_size(32)));
    using Unsigned = std::uint64_t __attribute__((vector_size(32)));
    static constexpr std::size_t kLanes = 4;
};
struct EightLanes {
    using Signed = std::int64_t __attribute__((vector_size(64)));
    using Unsigned = std::uint64_t __attribute__((vector_size(64)));
    static constexpr std::size_t kLanes = 8;
};

template <class V>
MAINSPRING_INLINE void multiply_wide(const std::int64_t* values, const std::int64_t* prices, std::size_t count,
                                     BlockSum& out) {
    typename V::Unsigned sum{}, value_bits{}, price_bits{};
    std::size_t i = 0;
    for (; i + V::kLanes <= count; i += V::kLanes) {
        typename V::Signed value, price;
        std::memcpy(&value, values + i, sizeof value);
        std::memcpy(&price, prices + i, sizeof price);
        sum += reinterpret_cast<typename V::Unsigned>(value) * reinterpret_cast<typename V::Unsigned>(price);
        value_bits |= reinterpret_cast<typename V::Unsigned>(value ^ (value >> 63));
        price_bits |= reinterpret_cast<typename V::Unsigned>(price ^ (price >> 63));
    }
    for (std::size_t lane = 0; lane < V::kLanes; ++lane) {
        out.sum += sum[lane];
        out.values |= value_bits[lane];
        out.prices |= price_bits[lane];
    }
    multiply_plain(values + i, prices + i, count - i, out);
}

template <class V>
MAINSPRING_INLINE void add_wide(const std::int64_t* values, std::size_t count, BlockSum& out) {
    typename V::Unsigned sum{}, bits{};
    std::size_t i = 0;
    for (; i + V::kLanes <= count; i += V::kLanes) {
        typename V::Signed value;
        std::memcpy(&value, values + i, sizeof value);
        sum += reinterpret_cast<typename V::Unsigned>(value);
        bits |= reinterpret_cast<typename V::Unsigned>(value ^ (value >> 63));
    }
    for (std::size_t lane = 0; lane < V::kLanes; ++lane) {
        out.sum += sum[lane];
        out.values |= bits[lane];
    }
    add_plain(values + i, count - i, out);
}

template <class V>
MAINSPRING_INLINE std::uint64_t add_days_wide(const DayBlock& days) {
    typename V::Unsigned all{};
    for (std::size_t at = 0; at < days.per_day; at += V::kLanes) {
        const std::int64_t* column = days.values + at;
        typename V::Signed top;
        typename V::Unsigned sum{};
        std::memcpy(&top, column + days.first_values.front(), sizeof top);
        for (const std::uint32_t first : days.first_values) {
            typename V::Signed value;
            std::memcpy(&value, column + first, sizeof value);
            const auto raw = reinterpret_cast<typename V::Unsigned>(value);
            sum += raw;
            all |= raw + kSafeOffset;
            top = value > top ? value : top;
        }
        std::memcpy(days.sums + at, &sum, sizeof sum);
        std::memcpy(days.highest + at, &top, sizeof top);
    }
    std::uint64_t bits = 0;
    for (std::size_t lane = 0; lane < V::kLanes; ++lane) bits |= all[lane];
    return bits;
}

#define MAINSPRING_KERNELS(NAME, LANES, ARCHITECTURE)                                                                  \
    __attribute__((target(ARCHITECTURE))) void multiply_##NAME(const std::int64_t* values, const std::int64_t* prices, \
                                                               std::size_t count, BlockSum& out) {                     \
        multiply_wide<LANES>(values, prices, count, out);                                                              \
    }                                                                                                                  \
    __attribute__((target(ARCHITECTURE))) void add_##NAME(const std::int64_t* values, std::size_t count,               \
                                                          BlockSum& out) {                                             \
        add_wide<LANES>(values, count, out);                                                                           \
    }                                                                                                                  \
    __attribute__((target(ARCHITECTURE))) std::uint64_t add_days_##NAME(const DayBlock& days) {                        \
        return add_days_wide<LANES>(days);                                                                             \
    }
MAINSPRING_KERNELS(avx2, FourLanes, "arch=x86-64-v3")
MAINSPRING_KERNELS(avx512, EightLanes, "arch=x86-64-v4")

#endif

struct Kernels {
    void (*multiply)(const std::int64_t*, const std::int64_t*, std::size_t, BlockSum&) = multiply_plain;
    void (*add)(const std::int64_t*, std::size_t, BlockSum&) = add_plain;
    std::uint64_t (*add_days)(const DayBlock&) = add_days_plain;
    int bytes = 8;
};

// The widest of at most so many bytes that this machine has.
Kernels kernels_of(int bytes) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (bytes >= 64 && __builtin_cpu_supports("avx512dq") != 0)
        return {multiply_avx512, add_avx512, add_days_avx512, 64};
    if (bytes >= 32 && __builtin_cpu_supports("avx2") != 0) return {multiply_avx2, add_avx2, add_days_avx2, 32};
#endif
    return {};
}

Kernels kernels = kernels_of(64);

// The way for values and prices whose products leave 64 bits.
PricedSum multiply_exactly(std::span<const std::int64_t> values, std::span<const std::int64_t> prices) {
    PricedSum sum;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum.has_hole |= prices[i] == kNoPrice;
        sum.products = add(sum.products, Int128{values[i]} * prices[i]);
    }
    return sum;
}

}  // namespace

int limit_vector_bytes(int bytes) {
    kernels = kernels_of(bytes);
    return kernels.bytes;
}

Int128 sum_of(std::span<const std::int64_t> values) {
    Int128 sum = 0;
    while (!values.empty()) {
        const auto block = values.first(std::min(values.size(), kBlock));
        BlockSum found;
        kernels.add(block.data(), block.size(), found);
        if (std::bit_width(found.values) + kBlockBits < 63) {
            sum += static_cast<std::int64_t>(found.sum);
        } else {
            for (const std::int64_t value : block) sum += value;
        }
        values = values.subspan(block.size());
    }
    return sum;
}

PricedSum sum_of_products(std::span<const std::int64_t> values, std::span<const std::int64_t> prices) {
    ensure(values.size() == prices.size(), "every value needs its price");
    PricedSum sum;
    while (!values.empty()) {
        const std::size_t count = std::min(values.size(), kBlock);
        BlockSum block;
        kernels.multiply(values.data(), prices.data(), count, block);
        if (std::bit_width(block.values) + std::bit_width(block.prices) + kBlockBits < 63) {
            sum.products = add(sum.products, static_cast<std::int64_t>(block.sum));
        } else {
            const PricedSum exact = multiply_exactly(values.first(count), prices.first(count));
            sum.products = add(sum.products, exact.products);
            sum.has_hole |= exact.has_hole;
        }
        values = values.subspan(count);
        prices = prices.subspan(count);
    }
    return sum;
}

Range add_days(std::span<const std::int64_t> values, std::span<const std::uint32_t> first_values, DayColumns out) {
    const std::size_t per_day = out.sums.size();
    ensure(per_day % 8 == 0 && out.highest.size() == per_day, "a day has a multiple of 8 intervals");
    ensure(!first_values.empty() && first_values.size() * per_day <= kMostAdded, "too many or no days are added");
    ensure(first_values.back() + per_day <= values.size(), "a day lies beyond the values");
    const std::uint64_t bits =
        kernels.add_days({values.data(), first_values, per_day, out.sums.data(), out.highest.data()});
    return bits >> (kSafeBits + 1) == 0 ? Range::safe : Range::beyond;
}

}  // namespace mainspring::rating
