#include "billing/run.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/ensure.hpp"

namespace mainspring::billing {

namespace {

constexpr std::array<std::string_view, 5> kRunStates{"rating", "checked", "issuing", "issued", "cancelled"};

// A whole number after "key": in a flat JSON object of ours.
std::int64_t number_in(std::string_view json, std::string_view key) {
    const auto at = json.find(fmt::format("\"{}\"", key));
    ensure(at != std::string_view::npos, fmt::format("run parameters lack {}", key));
    auto from = json.find(':', at) + 1;
    while (from < json.size() && json[from] == ' ') ++from;
    std::int64_t value = 0;
    const auto end = std::from_chars(json.data() + from, json.data() + json.size(), value);
    ensure(end.ec == std::errc{}, fmt::format("run parameter {} is no number", key));
    return value;
}

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

void read_rules_json(std::string_view json, RunRules& rules) {
    rules.window_before_days = static_cast<int>(number_in(json, "before"));
    rules.window_after_days = static_cast<int>(number_in(json, "after"));
    rules.limits.high_factor_percent = number_in(json, "high_factor_percent");
    rules.limits.high_excess_micro = number_in(json, "high_excess_micro");
    rules.limits.low_factor_percent = number_in(json, "low_factor_percent");
    rules.limits.low_mean_micro_per_day = number_in(json, "low_mean_micro_per_day");
}

}  // namespace mainspring::billing
