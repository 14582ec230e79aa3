// Laws of demands and power factors that hold for any values.
#include <rapidcheck.h>

#include "rating/peaks.hpp"
#include "rating/rating_test_help.hpp"
#include "rating/roots.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

template <class Law>
void holds(const std::string& name, Law law) {
    CHECK(rc::check(name, law));
}

constexpr const char* kHead =
    "facts: {contract_kw: {unit: kW}}\ncalendar:\n  periods: [{period: peak, hours: ['08:00-21:45']}, {period: "
    "valley}]\ndemands: {fixed: {unit: kW, window: 60}, rolling: {unit: kW, window: 60, step: 15}, apparent: {unit: "
    "kVA, window: 60}}\n";

std::vector<std::int64_t> any_quarters() {
    std::vector<std::int64_t> values(96);
    for (auto& value : values) value = *rc::gen::inRange<std::int64_t>(0, 5'000'000'000);
    return values;
}

std::int64_t highest(const std::vector<Peak>& peaks, const char* stream) {
    for (const Peak& peak : peaks)
        if (peak.stream == tariff::stream_of(stream)) return peak.micro;
    return -1;
}

// Every window of an hour from `step` to `step` quarters that lies in [first, last).
std::int64_t highest_sum(const std::vector<std::int64_t>& values, std::size_t step, std::size_t first,
                         std::size_t last) {
    std::int64_t best = -1;
    for (std::size_t from = 0; from + 4 <= values.size(); from += step)
        if (from >= first && from + 4 <= last)
            best = std::max(best, values[from] + values[from + 1] + values[from + 2] + values[from + 3]);
    return best;
}

}  // namespace

TEST_CASE("laws of peaks from intervals") {
    const auto plan = plan_of({.head = kHead, .charges = "e energy_flat price: '1'"});
    const Zone zone = Zone::named("Asia/Shanghai").value();
    holds("windows of one period", [&] {
        const auto active = any_quarters(), reactive = any_quarters();
        std::vector<Peak> peaks;
        peaks_of_day(*plan, zone, 15, {day("2026-01-05"), active, reactive}, peaks);
        RC_ASSERT(highest(peaks, "fixed.peak") == highest_sum(active, 4, 32, 87));
        RC_ASSERT(highest(peaks, "rolling.peak") == highest_sum(active, 1, 32, 87));
        RC_ASSERT(highest(peaks, "fixed.valley") ==
                  std::max(highest_sum(active, 4, 0, 32), highest_sum(active, 4, 87, 96)));
        RC_ASSERT(highest(peaks, "rolling.valley") ==
                  std::max(highest_sum(active, 1, 0, 32), highest_sum(active, 1, 87, 96)));
        RC_ASSERT(highest(peaks, "apparent.peak") >= highest(peaks, "fixed.peak"));
        RC_ASSERT(highest(peaks, "apparent.peak") >= highest_sum(reactive, 4, 32, 87));
    });
}

TEST_CASE("laws of factors") {
    holds("nearest step", [] {
        const auto active = *rc::gen::inRange<std::int64_t>(0, 2'000'000);
        const auto reactive = *rc::gen::inRange<std::int64_t>(-2'000'000, 2'000'000);
        const auto one = *rc::gen::element<std::int64_t>(1, 10, 100, 1000, 10'000);
        if (active == 0 && reactive == 0) return;
        const Int128 n = rounded_factor(active, reactive, one);
        const Int128 square = Int128{active} * active + Int128{reactive} * reactive;
        const Int128 wanted = Int128{4} * one * one * active * active;
        RC_ASSERT(n == 0 || (2 * n - 1) * (2 * n - 1) * square <= wanted);
        RC_ASSERT((2 * n + 1) * (2 * n + 1) * square > wanted);
    });
    holds("nearest root", [] {
        const auto root = *rc::gen::inRange<std::int64_t>(0, 3'000'000'000);
        const auto more = *rc::gen::inRange<std::int64_t>(0, 3'000'000'000);
        const Int128 value = Int128{root} * root + more;
        const Int128 n = rounded_root(static_cast<Uint128>(value));
        RC_ASSERT(n * n - n < value || n == 0);
        RC_ASSERT(n * n + n >= value);
    });
}

TEST_CASE("laws of demand charges") {
    const auto tariff = tariff_of(
        {{.head = kHead,
          .charges = "d demand of: fixed, proration: month_days, at_least: [{fact: contract_kw, percent: '80'}], "
                     "tiers: [{upto: '100', price: '3'}, {price: '2'}]\n"
                     "once demand price: '2', of: fixed"}});
    const FactValue fact{tariff::fact_of("contract_kw"), micro("120")};
    holds("a cut costs at most half a cent a line, and leaves the same", [&] {
        const DateRange dates{day("2026-01-10"), day("2026-03-05")};
        const Date cut = dates.from + std::chrono::days{*rc::gen::inRange(1, dates.days())};
        const auto commercial = tariff::CustomerClass::commercial;
        const AgreementSpan whole{dates, &tariff, commercial, 0, 1, {&fact, 1}};
        const AgreementSpan parts[] = {{{dates.from, cut}, &tariff, commercial, 0, 1, {&fact, 1}},
                                       {{cut, dates.to}, &tariff, commercial, 0, 1, {&fact, 1}}};
        const Peak peak{tariff::stream_of("fixed"), dates, *rc::gen::inRange<std::int64_t>(0, 500'000'000)};
        RatedSection one, two;
        RC_ASSERT(
            Rater().rate({.dates = dates, .spans = {&whole, 1}, .pieces = {}, .peaks = {&peak, 1}}, one).has_value());
        RC_ASSERT(Rater().rate({.dates = dates, .spans = parts, .pieces = {}, .peaks = {&peak, 1}}, two).has_value());
        RC_ASSERT(2 * std::abs(one.total_minor - two.total_minor) <=
                  static_cast<std::int64_t>(one.lines.size() + two.lines.size()));
        RC_ASSERT(one.after.demands.size() == 2);
        RC_ASSERT(two.after.demands.size() == 2);
        RC_ASSERT(one.after.demands[0].micro == peak.micro);
        RC_ASSERT(two.after.demands[0].micro == peak.micro);
        for (const RatedSection* rated : {&one, &two})
            for (const Line& line : rated->lines) RC_ASSERT(line.quantity_micro <= std::max(peak.micro, micro("96")));
    });
}
