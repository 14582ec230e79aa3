#include "rating/usage.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace mainspring::rating {

namespace {

constexpr int kScale = 6;

Int128 full_scale(const RegisterFacts& facts) { return power_of_ten(facts.dials + kScale); }

}  // namespace

std::string_view text_of(AdvanceProblem problem) {
    switch (problem) {
        case AdvanceProblem::backward: return "reads lower than before";
        case AdvanceProblem::beyond_dials: return "does not fit the dials";
    }
    return "";
}

std::string_view text_of(UsageFlag flag) {
    switch (flag) {
        case UsageFlag::negative: return "negative";
        case UsageFlag::zero: return "zero";
        case UsageFlag::high: return "high";
        case UsageFlag::low: return "low";
    }
    return "";
}

std::expected<RegisterAdvance, AdvanceProblem> register_advance(const RegisterReads& reads,
                                                                const RegisterFacts& facts) {
    const Int128 full = full_scale(facts);
    for (const Int128 value : {Int128{reads.previous}, Int128{reads.current}})
        if (value < 0 || value >= full) return std::unexpected(AdvanceProblem::beyond_dials);
    Int128 advance = Int128{reads.current} - reads.previous;
    const bool rolled = advance < 0;
    if (rolled) {
        const bool near_the_end = Int128{reads.previous} * 10 > full * 9;
        if (!near_the_end && reads.rollover != RolloverCheck::confirmed)
            return std::unexpected(AdvanceProblem::backward);
        advance += full;
    }
    const Int128 used =
        divide_rounded(multiply(advance, facts.multiplier_e6), power_of_ten(kScale), RoundingMode::half_up);
    return RegisterAdvance{narrow(used), rolled};
}

std::int64_t estimated_read(std::int64_t opening, UsageOfDays history, int days, const RegisterFacts& facts) {
    ensure(history.days > 0, "an estimate needs a history");
    // opening + use x days / (history days x multiplier), in steps of the register's last decimal
    const Int128 denominator = multiply(history.days, facts.multiplier_e6);
    const Int128 advance = multiply(multiply(history.micro, days), power_of_ten(kScale));
    const Int128 value = add(multiply(opening, denominator), advance);
    const Int128 step = power_of_ten(kScale - facts.decimals);
    const Int128 rounded = divide_rounded(value, multiply(denominator, step), RoundingMode::half_up) * step;
    const Int128 full = full_scale(facts);
    return narrow((rounded % full + full) % full);
}

std::int64_t mean_of(std::span<const std::int64_t> values) {
    ensure(!values.empty(), "a mean needs a value");
    Int128 sum = 0;
    for (const std::int64_t value : values) sum += value;
    return narrow(divide_rounded(sum, static_cast<Int128>(values.size()), RoundingMode::half_up));
}

void fill_linear(Neighbours neighbours, std::span<std::int64_t> gap) {
    const auto parts = static_cast<Int128>(gap.size()) + 1;
    const Int128 rise = Int128{neighbours.after} - neighbours.before;
    for (std::size_t i = 0; i < gap.size(); ++i) {
        const Int128 value = neighbours.before * parts + rise * static_cast<Int128>(i + 1);
        gap[i] = narrow(divide_rounded(value, parts, RoundingMode::half_up));
    }
}

bool scale_to_total(std::span<std::int64_t> values, ScaleTarget target) {
    if (values.empty() || target.total < 0) return false;
    Int128 sum = 0;
    for (const std::int64_t value : values) sum += value;
    if (sum < 0 || (sum > 0 && target.total > sum * target.max_factor)) return false;
    const auto largest = std::ranges::max_element(values);
    const auto count = static_cast<Int128>(values.size());
    Int128 rest = target.total;
    for (std::int64_t& value : values) {
        value = narrow(sum == 0 ? divide_rounded(target.total, count, RoundingMode::half_up)
                                : divide_rounded(multiply(value, target.total), sum, RoundingMode::half_up));
        rest -= value;
    }
    *largest = narrow(*largest + rest);
    return true;
}

std::vector<UsageFlag> check_usage(UsageOfDays usage, UsageOfDays history, const UsageLimits& limits) {
    if (usage.micro < 0) return {UsageFlag::negative};
    if (history.days <= 0) return {};
    // Both sides times the days of the history: expected = history.micro x usage.days / history.days
    const Int128 expected = multiply(history.micro, usage.days);
    const Int128 used = multiply(usage.micro, history.days);
    const bool enough_expected = expected >= multiply(limits.expected_floor_micro, history.days);
    if (usage.micro == 0)
        return enough_expected && expected > 0 ? std::vector{UsageFlag::zero} : std::vector<UsageFlag>{};
    if (multiply(used, 100) > multiply(expected, limits.high_percent) && usage.micro > limits.high_floor_micro)
        return {UsageFlag::high};
    if (multiply(used, 100) < multiply(expected, limits.low_percent) && enough_expected) return {UsageFlag::low};
    return {};
}

std::vector<Gap> find_gaps(std::span<const std::uint8_t> present) {
    std::vector<Gap> gaps;
    for (std::size_t i = 0; i < present.size(); ++i) {
        if (present[i] != 0) continue;
        if (!gaps.empty() && gaps.back().last + 1 == i)
            gaps.back().last = i;
        else
            gaps.push_back({i, i});
    }
    return gaps;
}

}  // namespace mainspring::rating
