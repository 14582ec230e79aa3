// Tariffs made for measuring: six keys of different build, four versions each, in CNY. Part of the generator.
//
//   bench-flat       energy, fund                 residential
//   bench-standing   monthly charge, energy, tax  residential
//   bench-step       two steps, discount          residential
//   bench-two        two periods, monthly charge  residential, commercial
//   bench-three      three periods                commercial, industrial
//   bench-business   energy, fund, monthly charge commercial
// Versions 1 to 4 hold from two years before the last month, from its first day, from its 16th, and from the first day
// of the next month: a bill of the last month cuts at each, as far as its reads reach.
#pragma once
#include <cstdint>
#include <filesystem>

#include "calendar/date.hpp"

namespace mainspring::sample {

struct BenchTariffReport {
    std::int64_t files = 0, bytes = 0;
};
// Into `folder`, which must exist. Throws OutputError.
BenchTariffReport write_bench_tariffs(const std::filesystem::path& folder, Date last_month);

}  // namespace mainspring::sample
