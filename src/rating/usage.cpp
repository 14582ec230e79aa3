#include "rating/usage.hpp"

#include "base/ensure.hpp"

namespace mainspring::rating {

namespace {

constexpr int kScale = 6;

Int128 full_scale(const RegisterFacts& facts) { return power_of_ten(facts.dials + kScale); }

}  // namespace

std::expected<RegisterAdvance, AdvanceProblem> register_advance(const RegisterReads& reads,
                                                                const RegisterFacts& facts) {
    const Int128 full = full_scale(facts);
    for (const Int128 value : {Int128{reads.previous}, Int128{reads.current}})
        if (value < 0 || value >= full) return std::unexpected(AdvanceProblem::beyond_dials);
    Int128 advance = Int128{reads.current} - reads.previous;
    const bool rolled = advance < 0;
    if (rolled) {
        if (Int128{reads.previous} * 10 <= full * 9) return std::unexpected(AdvanceProblem::backward);
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

}  // namespace mainspring::rating
