#include "year_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "rating/interval_schedule.hpp"
#include "rating/interval_sums.hpp"
#include "tariff/tariff_text.hpp"

using namespace mainspring;
using namespace mainspring::rating;

namespace {

// Tariff d of the reference: 2 seasons x 3 periods, 3 tiers a month, demand of all hours in tiers, demand by period.
constexpr const char* kTariffD = R"(
tariff: year
version: "1"
name: {en: Year}
commodity: electricity
unit: kWh
currency: USD
zone: UTC+00:00
effective: 2000-01-01
classes: [residential]
source: {document: none}
demands: {md: {unit: kW, window: WINDOW}}
calendar:
  seasons: {summer: [{from: 06-01, to: 09-30}], winter: [{from: 10-01, to: 05-31}]}
  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}
  periods:
    - {period: peak, day_types: [weekday], hours: ["12:00-18:00"]}
    - {period: shoulder, day_types: [weekday], hours: ["08:00-12:00", "18:00-22:00"]}
    - {period: night}
charges:
  - {clause: summer, kind: energy_time_of_use, name: {en: S}, account: revenue, season: summer,
     prices: {peak: "0.25", shoulder: "0.15", night: "0.08"}}
  - {clause: winter, kind: energy_time_of_use, name: {en: W}, account: revenue, season: winter,
     prices: {peak: "0.18", shoulder: "0.12", night: "0.07"}}
  - {clause: tiers, kind: energy_tiered, name: {en: T}, account: revenue,
     tiers: [{upto: "300", price: "0"}, {upto: "600", price: "0.02"}, {price: "0.05"}]}
  - {clause: demand, kind: demand, name: {en: D}, account: revenue, of: md,
     tiers: [{upto: "2", price: "1"}, {price: "2"}]}
  - {clause: peak_demand, kind: demand, name: {en: P}, account: revenue, of: md.peak, price: "4"}
  - {clause: shoulder_demand, kind: demand, name: {en: P}, account: revenue, of: md.shoulder, price: "2"}
  - {clause: fixed, kind: fixed_per_period, name: {en: F}, account: revenue, price: "10"}
examples:
  - {name: none, origin: hand, working: none, from: 2007-01-01, to: 2007-02-01, usage: {total: "0"},
     lines: {rounding: "0"}, total: "0"}
)";
constexpr const char* kMarket = R"(
tariff: market
version: "1"
name: {en: Market}
commodity: electricity
unit: kWh
currency: USD
zone: UTC+00:00
effective: 2000-01-01
classes: [residential]
source: {document: none}
charges:
  - {clause: market, kind: energy_indexed, name: {en: M}, account: revenue, series: spot}
  - {clause: fixed, kind: fixed_per_period, name: {en: F}, account: revenue, price: "10"}
examples:
  - {name: none, origin: hand, working: none, from: 2007-01-01, to: 2007-02-01, usage: {total: "0"},
     lines: {rounding: "0"}, total: "0"}
)";

constexpr std::int64_t kCent = 1'000'000'000'000;  // in steps of an amount
constexpr std::size_t kMonths = 12;

// Demand is measured over as many minutes as the values.
tariff::Tariff tariff_of(std::string yaml, int minutes) {
    const std::string window = "WINDOW";
    if (const auto at = yaml.find(window); at != std::string::npos)
        yaml.replace(at, window.size(), std::to_string(minutes));
    auto plan = tariff::compile_tariff(yaml, "bench");
    if (!plan) {
        std::fputs(tariff::text_of(plan.error()).c_str(), stderr);
        std::exit(1);
    }
    return {plan->key, {std::make_shared<const tariff::Plan>(std::move(*plan))}};
}

std::vector<DateRange> months_of_year() {
    std::vector<DateRange> months;
    for (Date day = std::chrono::sys_days{std::chrono::year{2007} / 1 / 1}; months.size() < kMonths;) {
        months.push_back({day, first_of_next_month(day)});
        day = months.back().to;
    }
    return months;
}

IntervalSchedule schedule_of(const IntervalSchedule::Shared& shared) {
    auto schedule = IntervalSchedule::compile(shared);
    if (!schedule) std::exit(1);
    return std::move(*schedule);
}

std::int64_t cents(std::int64_t exact) { return (exact + kCent / 2) / kCent; }

}  // namespace

struct YearBench::Parts {
    int minutes;
    std::vector<DateRange> months = months_of_year();
    Zone zone = Zone::named("UTC+00:00").value();
    tariff::Tariff tariff, market;
    AgreementSpan span{{}, &tariff, tariff::CustomerClass::residential};
    AgreementSpan market_span{{}, &market, tariff::CustomerClass::residential};
    IntervalSchedule schedule, market_schedule;
    IntervalUsage usage{schedule}, market_usage{market_schedule};
    std::vector<std::vector<std::int64_t>> customers;
    std::vector<std::int64_t> prices;
    std::vector<std::uint8_t> periods;  // of each value: 0 peak, 1 shoulder, 2 night
    std::vector<std::size_t> first;     // value of each month, and the end
    Rater rater;
    RatedSection rated;

    explicit Parts(int interval_minutes)
        : minutes(interval_minutes),
          tariff(tariff_of(kTariffD, minutes)),
          market(tariff_of(kMarket, minutes)),
          schedule(schedule_of({span, &zone, minutes, months})),
          market_schedule(schedule_of({market_span, &zone, minutes, months})) {
        const auto per_day = static_cast<std::size_t>(1440 / minutes);
        for (const DateRange month : months) {
            first.push_back(periods.size());
            for (Date day = month.from; day < month.to; day += std::chrono::days{1}) {
                const auto& table = tariff.versions.front()->calendar.minutes_of(day);
                for (std::size_t i = 0; i < per_day; ++i)
                    periods.push_back(table[i * static_cast<std::size_t>(minutes)]);
            }
        }
        first.push_back(periods.size());
        for (std::int64_t c = 0; c < kCustomers; ++c) {
            auto& values = customers.emplace_back();
            for (std::int64_t i = 0; i < static_cast<std::int64_t>(periods.size()); ++i)
                values.push_back((200'000 + (i * 7919 + c * 104'729) % 1'300'000) * minutes / 60);
        }
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(periods.size()); ++i)
            prices.push_back(2'000'000 + i * 31'337 % 30'000'000 - (i % 97 == 0 ? 9'000'000 : 0));
    }
};

YearBench::YearBench(int interval_minutes) : parts_(std::make_unique<Parts>(interval_minutes)) {}
YearBench::~YearBench() = default;

std::int64_t YearBench::rate(std::int64_t customer) {
    Parts& p = *parts_;
    p.usage.sum(p.customers[static_cast<std::size_t>(customer % kCustomers)]);
    std::int64_t total = 0;
    for (std::size_t month = 0; month < kMonths; ++month) {
        p.span.dates = p.months[month];
        if (!p.rater.rate({p.months[month], {&p.span, 1}, p.usage.pieces(month), p.usage.peaks(month)}, p.rated))
            std::exit(1);
        total += p.rated.total_minor;
    }
    return total;
}

std::int64_t YearBench::rate_plainly(std::int64_t customer) const {
    const Parts& p = *parts_;
    const std::int64_t* values = p.customers[static_cast<std::size_t>(customer % kCustomers)].data();
    constexpr std::int64_t kPrices[2][3] = {{25'000'000, 15'000'000, 8'000'000}, {18'000'000, 12'000'000, 7'000'000}};
    std::int64_t total = 0;
    for (std::size_t month = 0; month < kMonths; ++month) {
        std::int64_t sum[3]{}, highest[3]{};
        for (std::size_t i = p.first[month]; i < p.first[month + 1]; ++i) {
            const std::uint8_t period = p.periods[i];
            sum[period] += values[i];
            highest[period] = std::max(highest[period], values[i]);
        }
        const auto& prices = kPrices[month >= 5 && month < 9 ? 0 : 1];
        for (std::size_t period = 0; period < 3; ++period) total += cents(sum[period] * prices[period]);
        const std::int64_t use = sum[0] + sum[1] + sum[2];
        total += cents(std::clamp<std::int64_t>(use - 300'000'000, 0, 300'000'000) * 2'000'000);
        total += cents(std::max<std::int64_t>(use - 600'000'000, 0) * 5'000'000);
        const std::int64_t per_hour = 60 / p.minutes;
        const std::int64_t top = std::max({highest[0], highest[1], highest[2]}) * per_hour;
        total += cents(std::min<std::int64_t>(top, 2'000'000) * 100'000'000);
        total += cents(std::max<std::int64_t>(top - 2'000'000, 0) * 200'000'000);
        total += cents(highest[0] * per_hour * 400'000'000) + cents(highest[1] * per_hour * 200'000'000) + 1'000;
    }
    return total;
}

std::int64_t YearBench::rate_market(std::int64_t customer) {
    Parts& p = *parts_;
    const auto& values = p.customers[static_cast<std::size_t>(customer % kCustomers)];
    p.market_usage.sum(values);
    const DateRange year{p.months.front().from, p.months.back().to};
    const IntervalRun run{tariff::kTotal, year, p.minutes, values};
    const PriceSeries series{"spot", year.from, p.minutes, p.prices};
    std::int64_t total = 0;
    for (std::size_t month = 0; month < kMonths; ++month) {
        p.market_span.dates = p.months[month];
        SectionInput input{p.months[month], {&p.market_span, 1}, p.market_usage.pieces(month)};
        input.intervals = {&run, 1};
        input.series = {&series, 1};
        input.zone = &p.zone;
        if (!p.rater.rate(input, p.rated)) std::exit(1);
        total += p.rated.total_minor;
    }
    return total;
}

std::int64_t YearBench::price_market(std::int64_t customer) const {
    const Parts& p = *parts_;
    const std::span<const std::int64_t> values = p.customers[static_cast<std::size_t>(customer % kCustomers)];
    std::int64_t total = 0;
    for (std::size_t month = 0; month < kMonths; ++month) {
        const std::size_t from = p.first[month], count = p.first[month + 1] - from;
        const PricedSum sum = sum_of_products(values.subspan(from, count), std::span(p.prices).subspan(from, count));
        total += narrow(divide_rounded(sum.products, kCent, RoundingMode::half_up)) + 1'000;
    }
    return total;
}

std::int64_t YearBench::price_market_plainly(std::int64_t customer) const {
    const Parts& p = *parts_;
    const auto& values = p.customers[static_cast<std::size_t>(customer % kCustomers)];
    std::int64_t total = 0;
    for (std::size_t month = 0; month < kMonths; ++month) {
        std::int64_t sum = 0;
        for (std::size_t i = p.first[month]; i < p.first[month + 1]; ++i) sum += values[i] * p.prices[i];
        total += cents(sum) + 1'000;
    }
    return total;
}

std::int64_t YearBench::sum_plainly(std::int64_t customer) const {
    std::int64_t sum = 0;
    for (const std::int64_t value : parts_->customers[static_cast<std::size_t>(customer % kCustomers)]) sum += value;
    return sum;
}
