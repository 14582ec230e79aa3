// Quantities from what meters show: advances of registers, estimates, gaps of intervals.
// Pure. Rules: docs/BILLING.md, "Quantities". All values are millionths.
#pragma once
#include <cstdint>
#include <expected>
#include <span>

#include "base/decimal.hpp"

namespace mainspring::rating {

struct RegisterFacts {
    int dials = 5;                           // digits before the point: the register turns over at 10^dials
    int decimals = 0;                        // digits after the point, 0..6
    std::int64_t multiplier_e6 = 1'000'000;  // CT x PT
};

struct RegisterReads {
    std::int64_t previous = 0, current = 0;
};

struct RegisterAdvance {
    std::int64_t micro = 0;  // (current - previous) mod 10^dials, times the multiplier, half up
    bool rolled = false;
};

enum class AdvanceProblem : std::uint8_t {
    backward,      // lower than before, and before was not above 90 % of the full scale: no rollover
    beyond_dials,  // negative, or a reading that the dials cannot show
};

std::expected<RegisterAdvance, AdvanceProblem> register_advance(const RegisterReads& reads, const RegisterFacts& facts);

// What was used over some days of the past, after the multiplier.
struct UsageOfDays {
    std::int64_t micro = 0;
    std::int64_t days = 0;
};

// opening + daily use x days / multiplier, half up to the register's decimals, wrapped at its dials.
// REQUIRES: history.days > 0.
std::int64_t estimated_read(std::int64_t opening, UsageOfDays history, int days, const RegisterFacts& facts);

// Mean of the values, half up to a millionth. For the same position of up to three like days. REQUIRES: not empty.
std::int64_t mean_of(std::span<const std::int64_t> values);

// Fills `gap` between its good neighbours: a + (b - a) x i / (n + 1), each half up.
struct Neighbours {
    std::int64_t before = 0, after = 0;
};
void fill_linear(Neighbours neighbours, std::span<std::int64_t> gap);

}  // namespace mainspring::rating
