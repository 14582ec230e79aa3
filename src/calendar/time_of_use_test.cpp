#include "calendar/time_of_use.hpp"

#include <doctest/doctest.h>

using namespace mainspring;

namespace {

Date on(std::string_view text) { return parse_date(text).value(); }

constexpr std::array<bool, 7> kWeekdays{true, true, true, true, true, false, false};
constexpr std::array<bool, 7> kWeekend{false, false, false, false, false, true, true};

CalendarRules two_seasons() {
    CalendarRules rules;
    rules.seasons = {{"summer", {{{3, 1}, {10, 31}}}}, {"winter", {{{11, 1}, {2, 28}}}}};
    return rules;
}

CalendarRules office_hours() {
    CalendarRules rules = two_seasons();
    rules.day_types = {{"weekday", kWeekdays}, {"weekend", kWeekend}};
    rules.holiday_type = "weekend";
    rules.holidays = {on("2026-12-25"), on("2026-05-01")};
    rules.periods = {{"peak", {"summer"}, {"weekday"}, {{8 * 60, 12 * 60}, {17 * 60, 21 * 60}}},
                     {"flat", {}, {}, {{8 * 60, 22 * 60}}},
                     {"valley", {}, {}, {}}};
    return rules;
}

std::string period_at(const TimeOfUse& calendar, std::string_view date, int minute) {
    return calendar.period_names()[calendar.minutes_of(on(date))[static_cast<std::size_t>(minute)]];
}

std::string problem(const CalendarRules& rules) {
    const auto made = TimeOfUse::compile(rules);
    return made ? "accepted" : made.error();
}

}  // namespace

TEST_CASE("without rules there is one season and no period") {
    const TimeOfUse calendar = TimeOfUse::compile({}).value();
    CHECK(calendar.season_names() == std::vector<std::string>{"all"});
    CHECK(calendar.period_names().empty());
    CHECK(calendar.season_of(on("2026-07-01")) == 0);
    CHECK(calendar.next_season_start(on("2026-07-01")) == kForever);
    CHECK_THROWS(calendar.minutes_of(on("2026-07-01")));
}

TEST_CASE("a season that wraps the year holds 29 February") {
    const TimeOfUse calendar = TimeOfUse::compile(two_seasons()).value();
    CHECK(calendar.season_of(on("2026-10-31")) == 0);
    CHECK(calendar.season_of(on("2026-11-01")) == 1);
    CHECK(calendar.season_of(on("2026-12-31")) == 1);
    CHECK(calendar.season_of(on("2024-02-29")) == 1);
    CHECK(calendar.season_of(on("2024-03-01")) == 0);
    CHECK(calendar.next_season_start(on("2026-10-31")) == on("2026-11-01"));
    CHECK(calendar.next_season_start(on("2026-11-01")) == on("2027-03-01"));
    CHECK(calendar.next_season_start(on("2024-02-28")) == on("2024-03-01"));
    CHECK(calendar.next_season_start(on("2024-02-29")) == on("2024-03-01"));
}

TEST_CASE("a season of several ranges") {
    CalendarRules rules;
    rules.seasons = {{"high", {{{1, 1}, {2, 29}}, {{6, 15}, {9, 14}}}},
                     {"low", {{{3, 1}, {6, 14}}, {{9, 15}, {12, 31}}}}};
    const TimeOfUse calendar = TimeOfUse::compile(rules).value();
    CHECK(calendar.season_of(on("2026-06-14")) == 1);
    CHECK(calendar.season_of(on("2026-06-15")) == 0);
    CHECK(calendar.next_season_start(on("2026-06-15")) == on("2026-09-15"));
    CHECK(calendar.next_season_start(on("2026-09-15")) == on("2027-01-01"));
}

TEST_CASE("a season that fills the year alone never ends") {
    CalendarRules rules;
    rules.seasons = {{"year", {{{4, 1}, {3, 31}}}}};
    CHECK(TimeOfUse::compile(rules).value().next_season_start(on("2026-07-01")) == kForever);
}

TEST_CASE("gaps and overlaps of seasons are refused") {
    CalendarRules rules = two_seasons();
    rules.seasons[1].ranges[0].second = {2, 27};
    CHECK(problem(rules) == "seasons: 02-28 is in no season");
    rules.seasons[1].ranges[0].second = {3, 1};
    CHECK(problem(rules) == "seasons.winter[0]: 03-01 is already in season 'summer'");
    rules.seasons[1].ranges[0].second = {2, 30};
    CHECK(problem(rules) == "seasons.winter[0]: names a day that no year has");
    rules = two_seasons();
    rules.seasons[0].ranges[0].first = {2, 29};
    CHECK(problem(rules) == "seasons.summer[0]: begins on 02-29, which most years do not have (use 03-01)");
    rules = two_seasons();
    rules.seasons[1].name = "summer";
    CHECK(problem(rules) == "seasons.summer: is named twice");
    rules.seasons[1] = {"empty", {}};
    CHECK(problem(rules) == "seasons.empty: has no days");
    rules.seasons.assign(65, {"s", {}});
    CHECK(problem(rules) == "seasons: more than 64 seasons");
}

TEST_CASE("the first period rule that fits a minute wins") {
    const TimeOfUse calendar = TimeOfUse::compile(office_hours()).value();
    CHECK(calendar.period_names() == std::vector<std::string>{"peak", "flat", "valley"});
    CHECK(period_at(calendar, "2026-07-01", 7 * 60 + 59) == "valley");
    CHECK(period_at(calendar, "2026-07-01", 8 * 60) == "peak");
    CHECK(period_at(calendar, "2026-07-01", 12 * 60) == "flat");
    CHECK(period_at(calendar, "2026-07-01", 20 * 60 + 59) == "peak");
    CHECK(period_at(calendar, "2026-07-01", 22 * 60) == "valley");
    CHECK(period_at(calendar, "2026-07-04", 8 * 60) == "flat");
    CHECK(period_at(calendar, "2026-01-07", 8 * 60) == "flat");
}

TEST_CASE("which periods a season has") {
    const TimeOfUse calendar = TimeOfUse::compile(office_hours()).value();
    CHECK(calendar.occurs(0, 0));
    CHECK_FALSE(calendar.occurs(1, 0));
    CHECK(calendar.occurs(1, 1));
}

TEST_CASE("a holiday counts as the type it is given") {
    CHECK(period_at(TimeOfUse::compile(office_hours()).value(), "2026-05-01", 8 * 60) == "flat");
    CalendarRules ordinary = office_hours();
    ordinary.holiday_type = "";
    CHECK(period_at(TimeOfUse::compile(ordinary).value(), "2026-05-01", 8 * 60) == "peak");
    CalendarRules own = office_hours();
    own.holiday_type = "holiday";
    own.periods.insert(own.periods.begin(), {"free", {}, {"holiday"}, {}});
    const TimeOfUse calendar = TimeOfUse::compile(own).value();
    CHECK(period_at(calendar, "2026-05-01", 8 * 60) == "free");
    CHECK(period_at(calendar, "2026-05-02", 8 * 60) == "flat");
}

TEST_CASE("day types must hold every weekday once") {
    CalendarRules rules = office_hours();
    rules.day_types[1].weekdays[6] = false;
    CHECK(problem(rules) == "day_types: sun is in no day type");
    rules.day_types[1].weekdays[6] = true;
    rules.day_types[1].weekdays[0] = true;
    CHECK(problem(rules) == "day_types.weekend: mon is already in day type 'weekday'");
    rules = office_hours();
    rules.holiday_type = "sunday";
    CHECK(problem(rules) == "day_types.holiday: 'sunday' is no day type of this calendar");
    rules = office_hours();
    rules.day_types.push_back({"never", {}});
    CHECK(problem(rules) == "day_types.never: has no days");
    rules = office_hours();
    rules.day_types[1].name = "weekday";
    CHECK(problem(rules) == "day_types.weekday: is named twice");
}

TEST_CASE("period rules must fit every minute and name what exists") {
    CalendarRules rules = office_hours();
    rules.periods.pop_back();
    CHECK(problem(rules) == "periods: no rule fits 00:00 in season 'summer' on day type 'weekday'");
    rules = office_hours();
    rules.periods[0].seasons = {"spring"};
    CHECK(problem(rules) == "periods[0].seasons: 'spring' is no season of this calendar");
    rules = office_hours();
    rules.periods[0].day_types = {"holiday"};
    CHECK(problem(rules) == "periods[0].day_types: 'holiday' is no day type of this calendar");
    rules = office_hours();
    rules.periods.push_back({"never", {}, {}, {}});
    CHECK(problem(rules) == "periods[3]: can never apply: the rules before it take all its minutes");
    rules = office_hours();
    rules.periods[0].minutes = {{600, 1441}};
    CHECK(problem(rules) == "periods[0].hours: is no range of minutes of a day");
    rules.periods.assign(201, {"p", {}, {}, {}});
    CHECK(problem(rules) == "periods: more than 200 rules");
}

TEST_CASE("every problem is reported") {
    CalendarRules rules = office_hours();
    rules.seasons[1].ranges[0].second = {3, 1};
    rules.day_types[1].weekdays[6] = false;
    rules.periods[0].seasons = {"spring"};
    CHECK(TimeOfUse::compile_all(rules).error().size() == 3);
}
