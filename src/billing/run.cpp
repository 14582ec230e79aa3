#include "billing/run.hpp"

#include <array>
#include <fmt/format.h>

#include "base/json.hpp"

namespace mainspring::billing {

namespace {

constexpr std::array<std::string_view, 5> kRunStates{"rating", "checked", "issuing", "issued", "cancelled"};

}  // namespace

std::string_view text_of(RunState state) { return kRunStates[static_cast<std::size_t>(state)]; }

std::optional<RunState> run_state_of(std::string_view text) {
    for (std::size_t i = 0; i < kRunStates.size(); ++i)
        if (kRunStates[i] == text) return static_cast<RunState>(i);
    return std::nullopt;
}

std::string rules_json(const RunRules& rules) {
    return fmt::format(R"({{"before": {}, "after": {}, "high_factor_percent": {}, "high_excess_micro": {}, )"
                       R"("low_factor_percent": {}, "low_mean_micro_per_day": {}}})",
                       rules.window_before_days, rules.window_after_days, rules.limits.high_factor_percent,
                       rules.limits.high_excess_micro, rules.limits.low_factor_percent,
                       rules.limits.low_mean_micro_per_day);
}

void read_rules_json(std::string_view text, RunRules& rules) {
    const Json json = stored_json(text);
    rules.window_before_days = static_cast<int>(json.at("before").integer());
    rules.window_after_days = static_cast<int>(json.at("after").integer());
    rules.limits.high_factor_percent = json.at("high_factor_percent").integer();
    rules.limits.high_excess_micro = json.at("high_excess_micro").integer();
    rules.limits.low_factor_percent = json.at("low_factor_percent").integer();
    rules.limits.low_mean_micro_per_day = json.at("low_mean_micro_per_day").integer();
}

}  // namespace mainspring::billing
