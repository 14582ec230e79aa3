#include "calendar/date.hpp"

#include <doctest/doctest.h>

using namespace mainspring;

namespace {

Date on(std::string_view text) { return parse_date(text).value(); }

std::string refusal(std::string_view text) {
    const auto date = parse_date(text);
    return date ? "accepted" : date.error();
}

}  // namespace

TEST_CASE("dates read and write as 2026-01-31") {
    for (const char* text : {"1900-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "2200-12-31"})
        CHECK(format_date(on(text)) == text);
    CHECK(on("1970-01-02").time_since_epoch().count() == 1);
}

TEST_CASE("dates that do not exist are refused") {
    CHECK(refusal("2026-02-29") == "'2026-02-29' does not exist in the calendar");
    CHECK(refusal("1900-02-29") == "'1900-02-29' does not exist in the calendar");
    CHECK(refusal("2026-13-01") == "'2026-13-01' does not exist in the calendar");
    CHECK(refusal("2026-00-10") == "'2026-00-10' does not exist in the calendar");
    CHECK(refusal("2026-04-00") == "'2026-04-00' does not exist in the calendar");
    CHECK(refusal("1899-12-31") == "'1899-12-31' is outside 1900 to 2200");
    CHECK(refusal("2201-01-01") == "'2201-01-01' is outside 1900 to 2200");
}

TEST_CASE("other shapes are refused") {
    for (const char* text : {"", "2026-1-31", "2026/01/31", "26-01-31", "2026-01-31T00", " 2026-01-31", "+026-01-31",
                             "2026-01-3a", "2026-01-31\n"})
        CHECK(refusal(text).ends_with("' is no date like 2026-01-31"));
    CHECK(refusal(std::string(100'000, 'x')).size() < 100);
}

TEST_CASE("ranges are half-open") {
    const DateRange january{on("2026-01-01"), on("2026-02-01")};
    CHECK(january.days() == 31);
    CHECK(january.contains(on("2026-01-01")));
    CHECK(january.contains(on("2026-01-31")));
    CHECK_FALSE(january.contains(on("2026-02-01")));
    CHECK(intersect(january, {on("2026-01-20"), kForever}) == DateRange{on("2026-01-20"), on("2026-02-01")});
    CHECK(intersect(january, {on("2026-03-01"), kForever}).days() < 0);
}

TEST_CASE("months") {
    CHECK(days_in_month_of(on("2024-02-10")) == 29);
    CHECK(days_in_month_of(on("2026-02-28")) == 28);
    CHECK(days_in_month_of(on("2026-12-31")) == 31);
    CHECK(first_of_month(on("2026-12-31")) == on("2026-12-01"));
    CHECK(first_of_next_month(on("2026-12-01")) == on("2027-01-01"));
    CHECK(first_of_next_month(on("2024-01-31")) == on("2024-02-01"));
}
