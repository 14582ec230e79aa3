#include "rating/peaks.hpp"

#include <map>

#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kPeriods = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n";

std::shared_ptr<const tariff::Plan> plan_with(const std::string& head) {
    return plan_of({.head = head, .charges = "e energy_flat price: '1'"});
}

// A day of nothing but some values: (index, kWh).
std::vector<std::int64_t> day_of(std::size_t count, const std::map<std::size_t, const char*>& some) {
    std::vector<std::int64_t> values(count, 0);
    for (const auto& [index, value] : some) values[index] = micro(value);
    return values;
}

std::string text_of_peaks(const std::vector<Peak>& peaks) {
    std::string text;
    for (const Peak& peak : peaks)
        text += fmt::format("{} {} {} {}; ", tariff::name_of(peak.stream), format_date(peak.dates.from),
                            peak.dates.days(), format_decimal(peak.micro, 6));
    return text;
}

struct Setting {
    int minutes = 15;
    const char* date = "2026-01-05";
    const char* zone = "Asia/Shanghai";
};

std::string peaks(const std::string& head, const DemandDay& values, const Setting& with = {}) {
    const auto plan = plan_with(head);
    std::vector<Peak> found;
    DemandDay on_day = values;
    on_day.date = day(with.date);
    peaks_of_day(*plan, Zone::named(with.zone).value(), with.minutes, on_day, found);
    return text_of_peaks(found);
}

}  // namespace

TEST_CASE("windows on the clock, and sliding windows") {
    // kW 2, 8, 8, 2 in quarters
    const auto values = day_of(96, {{0, "0.5"}, {1, "2"}, {2, "2"}, {3, "0.5"}});
    CHECK(peaks("demands: {md: {unit: kW, window: 15}}\n", {{}, values}) == "md 2026-01-05 1 8; ");
    CHECK(peaks("demands: {md: {unit: kW, window: 30}}\n", {{}, values}) == "md 2026-01-05 1 5; ");
    CHECK(peaks("demands: {md: {unit: kW, window: 30, step: 15}}\n", {{}, values}) == "md 2026-01-05 1 8; ");
    CHECK(peaks("demands: {md: {unit: kW, window: 60}}\n", {{}, values}) == "md 2026-01-05 1 5; ");
}

TEST_CASE("an interval that does not divide the step gives no peak") {
    const auto hours = day_of(24, {{3, "7"}});
    CHECK(peaks("demands: {md: {unit: kW, window: 30}, hour: {unit: kW, window: 60}}\n", {{}, hours},
                {.minutes = 60}) == "hour 2026-01-05 1 7; ");
    CHECK(peaks("demands: {md: {unit: kW, window: 60, step: 30}}\n", {{}, hours}, {.minutes = 60}) == "");
}

TEST_CASE("a window of a period lies in it; one of the bare name may lie over edges") {
    // 07:45 and 08:00: 60 kW in the sliding half hour that neither period holds whole.
    const auto values = day_of(96, {{31, "15"}, {32, "15"}, {33, "1"}, {0, "2"}, {1, "2"}, {95, "9"}});
    const std::string head = fmt::format("{}demands: {{md: {{unit: kW, window: 30, step: 15}}}}\n", kPeriods);
    CHECK(peaks(head, {{}, values}) == "md.peak 2026-01-05 1 32; md.valley 2026-01-05 1 30; md 2026-01-05 1 60; ");
    // The hour from 08:00 on lies in both; no whole hour is peak.
    const std::string few =
        "calendar:\n  periods: [{period: peak, hours: ['08:15-09:00']}, {period: valley}]\n"
        "demands: {md: {unit: kW, window: 60}}\n";
    CHECK(peaks(few, {{}, values}) == "md.valley 2026-01-05 1 15; md 2026-01-05 1 16; ");
}

TEST_CASE("a window that begins before midnight goes on in the next day, and belongs to the day in which it begins") {
    // 23:45 and 00:00: 40 kW in the sliding half hour, which is all valley.
    auto values = day_of(192, {{95, "10"}, {96, "10"}, {97, "6"}});
    const std::string head = fmt::format("{}demands: {{md: {{unit: kW, window: 30, step: 15}}}}\n", kPeriods);
    CHECK(peaks(head, {{}, values}) == "md.peak 2026-01-05 1 0; md.valley 2026-01-05 1 40; ");
    CHECK(peaks(head, {{}, std::span(values).subspan(96)}, {.date = "2026-01-06"}) ==
          "md.peak 2026-01-06 1 0; md.valley 2026-01-06 1 32; ");
    // Where the section ends at midnight, the window is not whole.
    CHECK(peaks(head, {{}, std::span(values).first(96)}) == "md.peak 2026-01-05 1 0; md.valley 2026-01-05 1 20; ");
    CHECK(peaks("demands: {md: {unit: kW, window: 30}}\n", {{}, values}) == "md 2026-01-05 1 20; ");
    // Of the apparent power, where reactive values go as far.
    const std::string apparent = "demands: {md: {unit: kVA, window: 30, step: 15}}\n";
    CHECK(peaks(apparent, {{}, values, values}) == "md 2026-01-05 1 56.568542; ");
    CHECK(peaks(apparent, {{}, values, std::span(values).first(96)}) == "md 2026-01-05 1 28.284271; ");
    // Saturday's night goes on into a Sunday that is another period.
    const std::string days =
        "calendar:\n  day_types: {plain: [mon, tue, wed, thu, fri, sat], sunday: [sun]}\n  periods: [{period: off, "
        "day_types: [sunday]}, {period: on}]\ndemands: {md: {unit: kW, window: 30, step: 15}}\n";
    CHECK(peaks(days, {{}, values}, {.date = "2026-01-10"}) == "md.on 2026-01-10 1 20; md 2026-01-10 1 40; ");
}

TEST_CASE("runs give the windows over midnight") {
    const auto tariff = tariff_of(
        {{.head = "demands: {md: {unit: kW, window: 60, step: 30}}\n", .charges = "e energy_flat price: '1'"}});
    const auto values = day_of(96, {{47, "8"}, {48, "9"}});
    const IntervalRun run{tariff::kTotal, {day("2026-01-05"), day("2026-01-07")}, 30, values};
    std::vector<Peak> found;
    peaks_of_runs(tariff, Zone::named("Asia/Shanghai").value(), {&run, 1}, found);
    CHECK(text_of_peaks(found) == "md 2026-01-05 1 17; md 2026-01-06 1 9; ");
}

TEST_CASE("apparent power from active and reactive energy") {
    const std::string head = "demands: {md: {unit: kVA, window: 30}, kw: {unit: kW, window: 30}}\n";
    const auto active = day_of(48, {{0, "4"}, {1, "3"}}), reactive = day_of(48, {{1, "4"}, {2, "1"}});
    const Setting half{.minutes = 30};
    CHECK(peaks(head, {{}, active, reactive}, half) == "md 2026-01-05 1 10; kw 2026-01-05 1 8; ");
    CHECK(peaks(head, {{}, active}, half) == "kw 2026-01-05 1 8; ");
    // 2 x sqrt(1 + 1) = 2.828427..; the sums come first, then the root
    const auto one = day_of(48, {{5, "1"}});
    CHECK(peaks("demands: {md: {unit: kVA, window: 30}}\n", {{}, one, one}, half) == "md 2026-01-05 1 2.828427; ");
    const auto first = day_of(96, {{4, "1"}}), second = day_of(96, {{5, "1"}});
    CHECK(peaks("demands: {md: {unit: kVA, window: 30}}\n", {{}, first, second}) == "md 2026-01-05 1 2.828427; ");
}

TEST_CASE("days of 23 and 25 hours are counted in elapsed minutes, periods by wall time") {
    const std::string head =
        "calendar:\n  periods: [{period: early, hours: ['02:00-03:00']}, {period: late, hours: ['03:00-04:00']}, "
        "{period: rest}]\ndemands: {md: {unit: kW, window: 60}}\n";
    // Spring: 02:00 to 03:00 does not exist; the third hour begins at 03:00.
    CHECK(peaks(head, {{}, day_of(23, {{2, "5"}, {22, "1"}})},
                {.minutes = 60, .date = "2026-03-29", .zone = "Europe/Zurich"}) ==
          "md.late 2026-03-29 1 5; md.rest 2026-03-29 1 1; ");
    // Autumn: 02:00 to 03:00 comes twice.
    CHECK(peaks(head, {{}, day_of(25, {{2, "5"}, {3, "6"}, {4, "7"}, {24, "1"}})},
                {.minutes = 60, .date = "2026-10-25", .zone = "Europe/Zurich"}) ==
          "md.early 2026-10-25 1 6; md.late 2026-10-25 1 7; md.rest 2026-10-25 1 1; ");
    CHECK_THROWS_AS(peaks(head, {{}, day_of(24, {})}, {.minutes = 60, .date = "2026-10-25", .zone = "Europe/Zurich"}),
                    BugError);
}

TEST_CASE("runs of days, each by the version that holds") {
    const auto tariff = tariff_of({{.effective = "2026-01-02",
                                    .head = "demands: {a: {unit: kW, window: 60}}\n",
                                    .charges = "e energy_flat price: '1'"},
                                   {.effective = "2026-01-03",
                                    .head = "demands: {b: {unit: kVA, window: 60}}\n",
                                    .charges = "e energy_flat price: '1'"}});
    const auto active = day_of(96, {{0, "1"}, {24, "2"}, {48, "3"}, {72, "4"}}), reactive = day_of(24, {{0, "4"}});
    const IntervalRun runs[] = {{tariff::kTotal, {day("2026-01-01"), day("2026-01-05")}, 60, active},
                                {tariff::stream_of("reactive"), {day("2026-01-03"), day("2026-01-04")}, 60, reactive}};
    std::vector<Peak> found;
    peaks_of_runs(tariff, Zone::named("Asia/Shanghai").value(), runs, found);
    CHECK(text_of_peaks(found) == "a 2026-01-02 1 2; b 2026-01-03 1 5; ");
}
