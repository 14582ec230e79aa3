#include "metering/plausibility.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mainspring::metering {
namespace {

constexpr std::array<std::string_view, 6> kDoubts{"digits", "backward", "ahead", "use_zero", "use_high", "use_low"};

// As billing::UseLimits has them.
constexpr int kHighPercent = 300, kLowPercent = 10;
constexpr std::int64_t kHighExcessMicro = 300'000'000, kLowMeanMicroPerDay = 2'000'000;
constexpr std::size_t kPeriods = 12;

// A maximum begins anew at each read: it has no advance.
bool is_maximum(const InstalledRegister& installed) {
    return installed.unit == Unit::kw || installed.unit == Unit::kva;
}

std::int64_t multiplied(const InstalledRegister& installed, std::int64_t advance_micro) {
    return narrow(divide_rounded(multiply(advance_micro, installed.multiplier_e6), 1'000'000, RoundingMode::half_up));
}

struct Mean {
    Int128 use_micro = 0;
    std::int64_t days = 0;
};

Mean mean_of(const PlausibilityQuestion& question) {
    Mean mean;
    std::size_t taken = 0;
    for (std::size_t i = question.before.size(); i-- > 1 && taken < kPeriods;) {
        const Mark &from = question.before[i - 1], &to = question.before[i];
        const auto advance = advance_of(question.installed, {from.value_micro, to.value_micro});
        if (!advance || from.on == to.on) continue;
        mean.use_micro += multiplied(question.installed, *advance);
        mean.days += days_between(from.on, to.on);
        ++taken;
    }
    return mean;
}

std::string shown(std::int64_t micro) { return format_decimal(micro, Quantity::kScale); }

class Judge {
public:
    explicit Judge(const PlausibilityQuestion& question) : question_(question) {}

    Plausibility run() {
        check_digits();
        if (!question_.before.empty()) out_.previous = question_.before.back();
        if (is_maximum(question_.installed)) return std::move(out_);
        check_neighbours();
        check_use();
        return std::move(out_);
    }

private:
    void doubt(Doubt doubt, std::string sentence) {
        if (out_.doubt) return;
        out_.doubt = doubt;
        out_.sentence = std::move(sentence);
    }
    const std::string& code() const { return question_.installed.code; }

    void check_digits() {
        const Int128 step = power_of_ten(std::max(0, Quantity::kScale - int{question_.installed.decimals}));
        if (question_.read.value_micro % step != 0)
            doubt(Doubt::digits, fmt::format("Register {} shows {} decimals, not {}.", code(),
                                             question_.installed.decimals, shown(question_.read.value_micro)));
    }

    void check_neighbours() {
        const std::int64_t value = question_.read.value_micro;
        if (out_.previous) {
            const auto advance = advance_of(question_.installed, {out_.previous->value_micro, value});
            if (advance)
                out_.use_micro = multiplied(question_.installed, *advance);
            else
                doubt(Doubt::backward,
                      fmt::format("Register {} showed {} on {}: {} is lower.", code(),
                                  shown(out_.previous->value_micro), format_date(out_.previous->on), shown(value)));
        }
        if (question_.after && !advance_of(question_.installed, {value, question_.after->value_micro}))
            doubt(Doubt::ahead,
                  fmt::format("Register {} showed {} on {}, later than this: {} is higher.", code(),
                              shown(question_.after->value_micro), format_date(question_.after->on), shown(value)));
    }

    // Products are compared, so that nothing is divided: use / days against mean.use / mean.days.
    void check_use() {
        const Mean mean = mean_of(question_);
        if (!out_.previous || mean.days == 0) return;
        const Int128 days = days_between(out_.previous->on, question_.read.on);
        const Int128 expected_x = multiply(mean.use_micro, days);
        const bool used_before = mean.use_micro >= Int128{kLowMeanMicroPerDay} * mean.days;
        const auto per_day = [&](Int128 product) {
            return narrow(divide_rounded(product, mean.days, RoundingMode::half_up));
        };
        const std::int64_t highest =
            std::max(per_day(expected_x * kHighPercent / 100), narrow(per_day(expected_x) + Int128{kHighExcessMicro}));
        out_.usual = {used_before ? per_day(expected_x * kLowPercent / 100) : 0, highest};
        if (!out_.use_micro) return;
        const Int128 use_x = multiply(*out_.use_micro, mean.days);
        if (*out_.use_micro == 0) {
            if (used_before) say(Doubt::use_zero);
        } else if (use_x * 100 > expected_x * kHighPercent &&
                   use_x - expected_x > Int128{kHighExcessMicro} * mean.days) {
            say(Doubt::use_high);
        } else if (used_before && use_x * 100 < expected_x * kLowPercent) {
            say(Doubt::use_low);
        }
    }

    void say(Doubt what) {
        const Unit unit = question_.installed.unit;
        doubt(what,
              fmt::format("Register {} would have used {} in {} days; {} to {} are usual.", code(),
                          format_quantity({*out_.use_micro, unit}), days_between(out_.previous->on, question_.read.on),
                          shown(out_.usual->from_micro), format_quantity({out_.usual->to_micro, unit})));
    }

    const PlausibilityQuestion& question_;
    Plausibility out_;
};

}  // namespace

std::string_view text_of(Doubt doubt) { return kDoubts.at(static_cast<std::size_t>(doubt)); }

std::optional<std::int64_t> advance_of(const InstalledRegister& installed, const Values& values) {
    if (values.current_micro >= values.previous_micro) return values.current_micro - values.previous_micro;
    const Int128 round = power_of_ten(installed.dials + Quantity::kScale);
    if (Int128{values.previous_micro} * 10 <= round * 9) return std::nullopt;
    return narrow(round - values.previous_micro + values.current_micro);
}

Plausibility judge(const PlausibilityQuestion& question) { return Judge(question).run(); }

}  // namespace mainspring::metering
