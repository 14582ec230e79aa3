// A customer's sums in columns come to what the values come to day by day, whatever the calendar, zone and values.
#include "rating/interval_schedule.hpp"

#include <random>

#include "rating/interval_sums.hpp"
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

using Random = std::mt19937_64;

std::int64_t pick(Random& random, std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(to - from + 1));
}

std::string hours_of(Random& random) {
    const std::int64_t from = pick(random, 0, 21), to = pick(random, from + 1, 24);
    return fmt::format("hours: ['{:02}:{}-{:02}:00']", from, pick(random, 0, 1) == 0 ? "00" : "30", to);
}

// Seasons that begin inside months, two kinds of day, holidays, three periods.
std::string calendar_of(Random& random) {
    return fmt::format(
        "calendar:\n  holidays: [2026-01-01, 2026-07-{:02}]\n"
        "  seasons: {{summer: [{{from: 04-{:02}, to: 10-15}}], winter: [{{from: 10-16, to: 04-{:02}}}]}}\n"
        "  day_types: {{weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun], holiday: {}}}\n"
        "  periods: [{{period: peak, seasons: [summer], day_types: [weekday], {}}}, {{period: shoulder, day_types: "
        "[weekend], {}}}, {{period: peak, seasons: [winter], {}}}, {{period: night}}]\n",
        pick(random, 10, 28), 16, 15, pick(random, 0, 1) == 0 ? "weekend" : "weekday", hours_of(random),
        hours_of(random), hours_of(random));
}

constexpr const char* kCharges =
    "fixed fixed_per_period price: '10'\n"
    "energy energy_tiered bounds: month_days, tiers: [{upto: '100', price: '0.1'}, {upto: '300', price: '0.2'}, "
    "{price: "
    "'0.3'}]\n"
    "summer energy_time_of_use season: summer, prices: {peak: '0.31', shoulder: '0.2', night: '0.1'}\n"
    "winter energy_time_of_use season: winter, prices: {peak: '0.21', shoulder: '0.12', night: '0.05'}\n"
    "some energy_flat of: peak, price: '0.007', from: 2026-05-10, until: 2026-08-07\n"
    "vat tax percent: '9', of: [all]";

struct Year {
    Zone zone;
    int minutes;
    std::vector<DateRange> sections;
    std::vector<std::int64_t> values;
};

Year year_of(Random& random, std::int64_t largest) {
    constexpr const char* kZones[] = {"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                      "America/Sao_Paulo"};
    constexpr int kMinutes[] = {5, 10, 15, 30, 60};
    Year year{Zone::named(kZones[random() % 5]).value(), kMinutes[random() % 5], {}, {}};
    if (year.zone.name() == "Australia/Lord_Howe") year.minutes = std::min(year.minutes, 30);
    Date day_of_year = day("2026-01-01");
    while (day_of_year < day("2027-01-01")) {
        const Date next = pick(random, 0, 3) > 0 ? first_of_next_month(day_of_year)
                                                 : day_of_year + std::chrono::days{pick(random, 1, 80)};
        year.sections.push_back({day_of_year, std::min(next, day("2027-01-01"))});
        day_of_year = next;
    }
    const auto count = std::chrono::duration_cast<std::chrono::minutes>(year.zone.start_of(day("2027-01-01")) -
                                                                        year.zone.start_of(day("2026-01-01")))
                           .count() /
                       year.minutes;
    for (std::int64_t i = 0; i < count; ++i) year.values.push_back(pick(random, -largest / 4, largest));
    return year;
}

std::vector<Piece> day_by_day(const tariff::Plan& plan, const Year& year, DateRange dates) {
    std::vector<Piece> pieces;
    const auto start = year.zone.start_of(day("2026-01-01"));
    for (Date at = dates.from; at < dates.to; at += std::chrono::days{1}) {
        const auto first =
            std::chrono::duration_cast<std::chrono::minutes>(year.zone.start_of(at) - start).count() / year.minutes;
        const auto count = static_cast<std::size_t>(year.zone.minutes_in(at) / year.minutes);
        classify_day(plan, year.zone, year.minutes,
                     {at, std::span(year.values).subspan(static_cast<std::size_t>(first), count)}, pieces);
    }
    return pieces;
}

std::string rate(const tariff::Tariff& tariff, DateRange dates, std::span<const Piece> pieces) {
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
    return rate_text({dates, {&span, 1}, pieces});
}

void compare_years(Random& random, const tariff::Tariff& tariff, std::int64_t largest) {
    const Year year = year_of(random, largest);
    CAPTURE(year.zone.name());
    CAPTURE(year.minutes);
    const AgreementSpan span{{}, &tariff, tariff::CustomerClass::residential};
    const auto schedule = IntervalSchedule::compile({span, &year.zone, year.minutes, year.sections});
    REQUIRE(schedule.has_value());
    REQUIRE(schedule->values() == year.values.size());
    IntervalUsage usage(*schedule);
    for (const int bytes : {8, 32, 64}) {
        limit_vector_bytes(bytes);
        usage.sum(year.values);
        for (std::size_t s = 0; s < year.sections.size(); ++s) {
            const DateRange dates = year.sections[s];
            const auto daily = day_by_day(*tariff.versions.front(), year, dates);
            CHECK(rate(tariff, dates, usage.pieces(s)) == rate(tariff, dates, daily));
        }
    }
}

}  // namespace

TEST_CASE("columns of a year rate to the same lines as days and periods") {
    Random random(20'260'101);
    for (int i = 0; i < 12; ++i) {
        const auto tariff = tariff_of({{.head = calendar_of(random), .charges = kCharges}});
        compare_years(random, tariff, 3'000'000);
    }
}

TEST_CASE("columns of values too large for them, and of a tariff without periods") {
    Random random(7);
    compare_years(random, tariff_of({{.head = calendar_of(random), .charges = kCharges}}), std::int64_t{1} << 47);
    compare_years(random, tariff_of({{.charges = "energy energy_flat price: '0.1'"}}), 1'000'000);
}

TEST_CASE("the highest interval of each segment and period is a peak of a demand that has its window") {
    auto plan = *plan_of({.head = "calendar:\n  periods: [{period: peak, hours: ['08:00-12:00']}, {period: night}]\n",
                          .charges = "energy energy_flat price: '1'"});
    plan.demands = {{"md", tariff::stream_of("md"), {}, Unit::kw, 30, 30}};
    const tariff::Tariff tariff{"test", {std::make_shared<const tariff::Plan>(plan)}};
    const Zone zone = Zone::named("Europe/Berlin").value();
    // The day of the missing hour, a plain one, and a month's end.
    const DateRange sections[] = {{day("2026-03-29"), day("2026-03-31")}, {day("2026-03-31"), day("2026-04-01")}};
    const AgreementSpan span{{}, &tariff, tariff::CustomerClass::residential};
    const auto schedule = IntervalSchedule::compile({span, &zone, 30, sections});
    REQUIRE(schedule.has_value());
    std::vector<std::int64_t> values(46 + 48 + 48, 1'000'000);
    values[14] = 7'000'000;        // 08:00 of the short day
    values[46 + 23] = 6'000'000;   // 11:30
    values[46 + 24] = 3'000'000;   // 12:00
    values[46 + 48 + 1] = 500'000;
    IntervalUsage usage(*schedule);
    usage.sum(values);
    std::string text;
    for (std::size_t s = 0; s < 2; ++s)
        for (const Peak& peak : usage.peaks(s))
            text += fmt::format("{} {} {}; ", tariff::name_of(peak.stream), format_date(peak.dates.from),
                                format_decimal(peak.micro, 6));
    CHECK(text == "md.peak 2026-03-29 14; md.night 2026-03-29 6; md.peak 2026-03-31 2; md.night 2026-03-31 2; ");
    CHECK(IntervalSchedule::compile({span, &zone, 15, sections}).error() ==
          "the demand 'md' is not that of single intervals");
    const DateRange early[] = {{day("2019-01-01"), day("2019-02-01")}};
    CHECK(IntervalSchedule::compile({span, &zone, 30, early}).error() == "2019-01-01: no_tariff_version");
}

TEST_CASE("prices of hours, the same by quarter hours, and period by period come to the same") {
    Random random(11);
    for (int i = 0; i < 10; ++i) {
        const auto tariff = tariff_of({{.head = calendar_of(random),
                                        .charges = "whole energy_indexed series: hours, adder: '0.013'\n"
                                                   "fine energy_indexed series: quarters, adder: '0.013'\n"
                                                   "peak energy_indexed series: hours, adder: '0.013', of: peak\n"
                                                   "other energy_indexed series: hours, adder: '0.013', of: shoulder\n"
                                                   "night energy_indexed series: hours, adder: '0.013', of: night"}});
        Year year = year_of(random, 5'000'000);
        if (year.minutes < 15) continue;
        std::vector<std::int64_t> hours, quarters;
        for (int hour = 0; hour < 8'761; ++hour) {
            hours.push_back(pick(random, -20'000'000, 300'000'000));
            quarters.insert(quarters.end(), 4, hours.back());
        }
        const Date first = year.sections.front().from, last = year.sections.back().to;
        const IntervalRun run{tariff::kTotal, {first, last}, year.minutes, year.values};
        const PriceSeries series[] = {{"hours", first, 60, hours}, {"quarters", first, 15, quarters}};
        RatedSection rated;
        for (const DateRange dates : year.sections) {
            const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
            const auto pieces = day_by_day(*tariff.versions.front(), year, dates);
            SectionInput input{dates, {&span, 1}, pieces};
            input.intervals = {&run, 1};
            input.series = series;
            input.zone = &year.zone;
            REQUIRE(Rater().rate(input, rated).has_value());
            std::array<std::int64_t, 5> sums{};  // by clause
            for (const Line& line : rated.lines) sums[line.clause] += line.amount_minor;
            CHECK(sums[0] == sums[1]);
            CHECK(std::abs(sums[0] - sums[2] - sums[3] - sums[4]) <=
                  2 * static_cast<std::int64_t>(rated.segments.size()));
        }
    }
}

TEST_CASE("sums of columns are exact and the same on every machine") {
    Random random(3);
    for (const std::int64_t largest : {std::int64_t{1'000}, std::int64_t{1} << 40, std::int64_t{1} << 61})
        for (const std::size_t size : {0U, 1U, 7U, 8U, 31U, 2'048U, 2'049U, 8'760U}) {
            std::vector<std::int64_t> values(size), prices(size);
            Int128 sum = 0, products = 0;
            for (std::size_t i = 0; i < size; ++i) {
                values[i] = pick(random, -largest, largest);
                prices[i] = pick(random, -largest, largest);
                sum += values[i];
                products += Int128{values[i]} * (prices[i] >> 8);
                prices[i] >>= 8;
            }
            for (const int bytes : {8, 32, 64}) {
                limit_vector_bytes(bytes);
                CHECK(bool(sum_of(values) == sum));
                CHECK(bool(sum_of_products(values, prices).products == products));
                CHECK_FALSE(sum_of_products(values, prices).has_hole);
            }
            if (size == 0) continue;
            prices[size - 1] = kNoPrice;
            values[size - 1] = 0;
            CHECK(sum_of_products(values, prices).has_hole);
        }
    limit_vector_bytes(64);
}
