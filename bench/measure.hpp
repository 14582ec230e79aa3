// CPU time of one item of work, beside that of a limit, in the same run.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <fmt/core.h>
#include <functional>
#include <stdexcept>
#include <vector>

namespace mainspring::bench {

inline constexpr int kRounds = 7;

// Of this program: what else the machine does in the meantime does not count.
inline std::int64_t cpu_ns() { return std::int64_t{std::clock()} * (1'000'000'000 / CLOCKS_PER_SEC); }

// CPU time of one item. `run_many` is told how many were done before and returns how many it did.
inline std::int64_t thousandths_of_ns(std::int64_t budget_ms,
                                      const std::function<std::int64_t(std::int64_t)>& run_many) {
    using Clock = std::chrono::steady_clock;
    if (budget_ms < 1) throw std::invalid_argument("the time for each figure is at least a millisecond");
    const auto until = Clock::now() + std::chrono::milliseconds{budget_ms};
    const std::int64_t start = cpu_ns();
    std::int64_t items = 0;
    while (Clock::now() < until) items += run_many(items);
    return (cpu_ns() - start) * 1000 / items;
}

inline std::int64_t median(std::vector<std::int64_t> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

// Measures both in turn, so that a disturbance meets both.
inline void compare(const char* name, std::int64_t budget_ms, const std::function<std::int64_t(std::int64_t)>& ours,
                    const std::function<std::int64_t(std::int64_t)>& floor) {
    std::vector<std::int64_t> a, b;
    for (int i = 0; i < kRounds; ++i) {
        a.push_back(thousandths_of_ns(budget_ms / kRounds, ours));
        b.push_back(thousandths_of_ns(budget_ms / kRounds, floor));
    }
    const std::int64_t mine = median(a), plain = median(b);
    fmt::print("{:<34} {:>9} bills/s {:>7} ns  plain loop {:>10}/s {:>7} ns  ratio {}.{:02}\n", name,
               1'000'000'000'000 / mine, mine / 1000, 1'000'000'000'000 / plain, plain / 1000, mine / plain,
               mine * 100 / plain % 100);
}

}  // namespace mainspring::bench
