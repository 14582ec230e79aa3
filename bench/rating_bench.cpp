// How fast one core rates, beside a plain loop that computes the same products in the same run.
//   rating_bench [seconds per measurement, default 1]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fmt/core.h>
#include <functional>
#include <new>

#include "measure.hpp"
#include "rating/rating.hpp"
#include "tariff/tariff_text.hpp"
#include "year_bench.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using bench::compare;

namespace {

constexpr const char* kTariff = R"(
tariff: bench
version: "1"
name: {en: Bench}
commodity: electricity
unit: kWh
currency: CNY
zone: Asia/Shanghai
effective: 2020-01-01
classes: [residential]
source: {document: none}
calendar:
  periods: [{period: peak, hours: ["08:00-22:00"]}, {period: valley}]
charges:
  - {clause: standing, kind: fixed_per_day, name: {en: S}, account: revenue, price: "0.25"}
)";
constexpr const char* kTiers = R"(
  - {clause: energy, kind: energy_tiered, name: {en: E}, account: revenue,
     tiers: [{upto: "120", price: "0.5"}, {upto: "200", price: "0.6"}, {price: "0.8"}]}
)";
constexpr const char* kTimeOfUse = R"(
  - {clause: use, kind: energy_time_of_use, name: {en: T}, account: revenue, prices: {peak: "0.03", valley: "0.01"}}
)";
constexpr const char* kEnd = R"(
  - {clause: vat, kind: tax, name: {en: V}, account: tax, percent: "9", of: [all]}
examples:
  - {name: none, origin: hand, working: none, from: 2026-01-01, to: 2026-02-01, usage: {total: "0"},
     lines: {rounding: "0"}, total: "0"}
)";

tariff::Tariff tariff_of(const std::string& yaml) {
    auto plan = tariff::compile_tariff(yaml, "bench");
    if (!plan) {
        std::fputs(tariff::text_of(plan.error()).c_str(), stderr);
        std::exit(1);
    }
    return {"bench", {std::make_shared<const tariff::Plan>(std::move(*plan))}};
}

volatile std::int64_t sink = 0;
std::int64_t allocations = 0;

constexpr int kBatch = 1000;

struct Registers {
    tariff::Tariff tariff = tariff_of(std::string(kTariff) + kTiers + kTimeOfUse + kEnd);
    Date from = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}, to = from + std::chrono::days{31};
    AgreementSpan span{{from, to}, &tariff, tariff::CustomerClass::residential};
    Rater rater;
    RatedSection rated;
};

std::int64_t rate_registers(Registers& r, std::int64_t seed) {
    const auto peak = tariff::stream_of("peak"), valley = tariff::stream_of("valley");
    for (int i = 0; i < kBatch; ++i) {
        const std::int64_t use = 250'000'000 + (seed + i) % 1000 * 100'000;
        const Piece pieces[] = {{peak, {r.from, r.to}, use}, {valley, {r.from, r.to}, use / 3}};
        if (!r.rater.rate({{r.from, r.to}, {&r.span, 1}, pieces}, r.rated)) std::exit(1);
        sink = sink + r.rated.total_minor;
    }
    return kBatch;
}

// The same six products and roundings, with nothing around them.
std::int64_t plain_registers(std::int64_t seed) {
    constexpr std::int64_t kStep = 1'000'000'000'000;
    const auto minor = [](std::int64_t quantity, std::int64_t price) { return (quantity * price + kStep / 2) / kStep; };
    for (int i = 0; i < kBatch; ++i) {
        const std::int64_t peak = 250'000'000 + (seed + i) % 1000 * 100'000, valley = peak / 3, use = peak + valley;
        std::int64_t sum = minor(31'000'000, 25'000'000);
        sum += minor(std::min<std::int64_t>(use, 120'000'000), 50'000'000);
        sum += minor(std::clamp<std::int64_t>(use - 120'000'000, 0, 80'000'000), 60'000'000);
        sum += minor(std::max<std::int64_t>(use - 200'000'000, 0), 80'000'000);
        sum += minor(peak, 3'000'000) + minor(valley, 1'000'000);
        sink = sink + sum + (sum * 9 + 50) / 100;
    }
    return kBatch;
}

struct Intervals {
    tariff::Tariff tariff = tariff_of(std::string(kTariff) + kTimeOfUse + kEnd);
    Zone zone = Zone::named("Asia/Shanghai").value();
    Date from = std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}, to = from + std::chrono::days{30};
    AgreementSpan span{{from, to}, &tariff, tariff::CustomerClass::residential};
    std::vector<std::int64_t> values;
    std::vector<Piece> pieces;
    Rater rater;
    RatedSection rated;

    Intervals() {
        for (int i = 0; i < 30 * 48; ++i) values.push_back(200'000 + i * 7919 % 300'000);
    }
};

std::int64_t rate_intervals(Intervals& r) {
    for (int i = 0; i < kBatch / 100; ++i) {
        r.pieces.clear();
        std::span<const std::int64_t> rest = r.values;
        for (Date day = r.from; day < r.to; day += std::chrono::days{1}) {
            classify_day(*r.tariff.versions.front(), r.zone, 30, {day, rest.first(48)}, r.pieces);
            rest = rest.subspan(48);
        }
        if (!r.rater.rate({{r.from, r.to}, {&r.span, 1}, r.pieces}, r.rated)) std::exit(1);
        sink = sink + r.rated.total_minor;
    }
    return kBatch / 100;
}

std::int64_t plain_intervals(const Intervals& r) {
    for (int i = 0; i < kBatch / 100; ++i) {
        std::int64_t sum = 0;
        for (const std::int64_t value : r.values) sum += value;
        sink = sink + sum;
    }
    return kBatch / 100;
}

// Both ways must come to the same bills, and ours without allocating.
void check_years(YearBench& years) {
    for (std::int64_t c = 0; c < YearBench::kCustomers; ++c)
        if (years.rate(c) != years.rate_plainly(c) || years.rate_market(c) != years.price_market_plainly(c) ||
            years.price_market(c) != years.price_market_plainly(c)) {
            fmt::print(stderr, "customer {} is billed otherwise by the plain loop\n", c);
            std::exit(1);
        }
    const std::int64_t before = allocations;
    for (std::int64_t c = 0; c < YearBench::kCustomers; ++c) sink = sink + years.rate(c) + years.rate_market(c);
    fmt::print("  allocations of {} bill-years: {}\n", 2 * YearBench::kCustomers, allocations - before);
}

void measure_years(int minutes, std::int64_t budget_ms) {
    YearBench years(minutes);
    const auto one = [&](std::int64_t (YearBench::*work)(std::int64_t)) {
        return [&years, work](std::int64_t customer) {
            sink = sink + (years.*work)(customer);
            return 1;
        };
    };
    const auto plain = [&](std::int64_t (YearBench::*work)(std::int64_t) const) {
        return [&years, work](std::int64_t customer) {
            sink = sink + (years.*work)(customer);
            return 1;
        };
    };
    const std::string name = fmt::format("year of {} values", 365 * 24 * 60 / minutes);
    compare((name + ", tariff d").c_str(), budget_ms, one(&YearBench::rate), plain(&YearBench::rate_plainly));
    compare((name + ", market price").c_str(), budget_ms, one(&YearBench::rate_market), plain(&YearBench::sum_plainly));
    compare("  its priced sums alone", budget_ms, plain(&YearBench::price_market), plain(&YearBench::sum_plainly));
    check_years(years);
}

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main(int argc, char** argv) {
    const std::int64_t budget_ms = (argc > 1 ? std::atoll(argv[1]) : 1) * 1000;
    Registers registers;
    compare(
        "monthly register bill", budget_ms, [&](std::int64_t seed) { return rate_registers(registers, seed); },
        plain_registers);
    const std::int64_t before = allocations;
    rate_registers(registers, 0);
    fmt::print("  lines a bill: {}, allocations of {} bills: {}\n", registers.rated.lines.size(), kBatch,
               allocations - before);
    Intervals intervals;
    compare(
        "30 days x 48 values, two periods", budget_ms, [&](std::int64_t) { return rate_intervals(intervals); },
        [&](std::int64_t) { return plain_intervals(intervals); });
    for (const int minutes : {60, 15}) measure_years(minutes, budget_ms);
    return 0;
}
