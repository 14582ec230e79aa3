// Quantities from what meters show: advances of registers, estimates, gaps of intervals, checks of plausibility.
// Pure. Rules: docs/BILLING.md, "Quantities". All values are millionths.
#pragma once
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"

namespace mainspring::rating {

struct RegisterFacts {
    int dials = 5;                           // digits before the point: the register turns over at 10^dials
    int decimals = 0;                        // digits after the point, 0..6
    std::int64_t multiplier_e6 = 1'000'000;  // CT x PT
};

enum class RolloverCheck : std::uint8_t {
    above_90_percent,  // a lower reading is a rollover only if the previous one was above 90 % of the full scale
    confirmed,         // a person has said that it is one
};

struct RegisterReads {
    std::int64_t previous = 0, current = 0;
    RolloverCheck rollover = RolloverCheck::above_90_percent;
};

struct RegisterAdvance {
    std::int64_t micro = 0;  // (current - previous) mod 10^dials, times the multiplier, half up
    bool rolled = false;
};

enum class AdvanceProblem : std::uint8_t {
    backward,      // lower than before and no rollover: flag it, do not bill it
    beyond_dials,  // negative, or a reading that the dials cannot show
};
std::string_view text_of(AdvanceProblem problem);

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

// Scales estimated values so that they add up to `total` exactly; each is rounded half up, the residue goes to the
// largest (of equals the first). All zero: shared out evenly.
// False, and nothing changed: no values, or a negative sum or total, or a factor above `max_factor`.
struct ScaleTarget {
    std::int64_t total = 0;
    std::int64_t max_factor = 5;
};
bool scale_to_total(std::span<std::int64_t> values, ScaleTarget target);

// What looks wrong about a use of some days, beside the history of the same meter.
enum class UsageFlag : std::uint8_t { negative, zero, high, low };
std::string_view text_of(UsageFlag flag);

struct UsageLimits {
    std::int64_t high_percent = 180;      // of the expected use
    std::int64_t low_percent = 40;
    std::int64_t high_floor_micro = 0;    // no alarm for use up to here
    std::int64_t expected_floor_micro = 0;  // no `low` and no `zero` where less than this is expected
};

// history.days == 0: nothing is known; then only negative use is flagged.
std::vector<UsageFlag> check_usage(UsageOfDays usage, UsageOfDays history, const UsageLimits& limits);

// [first, last] positions without a value. `present[i]` is not zero where interval i has one.
struct Gap {
    std::size_t first = 0, last = 0;
    friend bool operator==(const Gap&, const Gap&) = default;
};
std::vector<Gap> find_gaps(std::span<const std::uint8_t> present);

}  // namespace mainspring::rating
