#include "calendar/zone.hpp"

#include <doctest/doctest.h>

using namespace mainspring;
using std::chrono::minutes;

namespace {

Date on(std::string_view text) { return parse_date(text).value(); }
Zone zone(std::string_view name) { return Zone::named(name).value(); }

// "2026-03-29 02:30"
WallTime wall(std::string_view text) {
    const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + text[at + 1] - '0'; };
    return {on(text.substr(0, 10)), two(11) * 60 + two(14)};
}
Instant utc(std::string_view text) {
    const WallTime time = wall(text);
    return Instant{time.date} + minutes{time.minute_of_day};
}
Instant at(const Zone& where, std::string_view text, DoubledTime doubled = DoubledTime::first) {
    return where.instant_of(wall(text), MissingTime::next_valid, doubled).value();
}

struct Day {
    const char* zone;
    const char* date;
    const char* start_utc;
    int minutes;
};

}  // namespace

TEST_CASE("local days start and last as their zone says") {
    const Day days[] = {
        {"Europe/Berlin", "2026-01-15", "2026-01-14 23:00", 1440},
        {"Europe/Berlin", "2026-03-29", "2026-03-28 23:00", 1380},
        {"Europe/Berlin", "2026-10-25", "2026-10-24 22:00", 1500},
        {"Europe/Berlin", "2040-07-01", "2040-06-30 22:00", 1440},
        {"Europe/Berlin", "2199-07-01", "2199-06-30 22:00", 1440},
        {"Europe/Berlin", "2040-03-25", "2040-03-24 23:00", 1380},
        {"America/New_York", "2026-03-08", "2026-03-08 05:00", 1380},
        {"America/New_York", "2026-11-01", "2026-11-01 04:00", 1500},
        {"America/New_York", "2040-07-04", "2040-07-04 04:00", 1440},
        {"Australia/Lord_Howe", "2026-04-05", "2026-04-04 13:00", 1470},
        {"Australia/Lord_Howe", "2026-10-04", "2026-10-03 13:30", 1410},
        {"Australia/Lord_Howe", "2040-01-10", "2040-01-09 13:00", 1440},
        {"Asia/Shanghai", "2026-07-01", "2026-06-30 16:00", 1440},
        {"Asia/Shanghai", "1991-04-14", "1991-04-13 16:00", 1380},
        {"Asia/Kolkata", "2026-07-01", "2026-06-30 18:30", 1440},
        {"Asia/Kathmandu", "2026-07-01", "2026-06-30 18:15", 1440},
        {"Pacific/Apia", "2011-12-29", "2011-12-29 10:00", 1440},
        {"Pacific/Apia", "2011-12-30", "2011-12-30 10:00", 0},
        {"Pacific/Apia", "2011-12-31", "2011-12-30 10:00", 1440},
        {"Africa/Cairo", "2010-09-10", "2010-09-09 22:00", 1380},
        {"Africa/Cairo", "2024-04-26", "2024-04-25 22:00", 1380},
        {"America/Santiago", "2024-09-08", "2024-09-08 04:00", 1380},
        {"America/Santiago", "2024-04-06", "2024-04-06 03:00", 1500},
        {"UTC", "2026-03-29", "2026-03-29 00:00", 1440},
        {"UTC+10:00", "2026-03-29", "2026-03-28 14:00", 1440},
        {"UTC-03:30", "2026-03-29", "2026-03-29 03:30", 1440},
    };
    for (const Day& day : days) {
        CAPTURE(day.zone);
        CAPTURE(day.date);
        CHECK(zone(day.zone).start_of(on(day.date)) == utc(day.start_utc));
        CHECK(zone(day.zone).minutes_in(on(day.date)) == day.minutes);
    }
}

TEST_CASE("a skipped midnight: the day starts at the first minute that exists") {
    const Zone santiago = zone("America/Santiago");
    CHECK(santiago.wall_time_of(santiago.start_of(on("2024-09-08"))) == wall("2024-09-08 01:00"));
    const Zone cairo = zone("Africa/Cairo");
    CHECK(cairo.wall_time_of(cairo.start_of(on("2024-04-26"))) == wall("2024-04-26 01:00"));
    CHECK(cairo.instant_of(wall("2024-04-26 00:10"), MissingTime::next_valid, DoubledTime::first).value() ==
          cairo.start_of(on("2024-04-26")));
}

TEST_CASE("wall time of an instant") {
    CHECK(zone("Asia/Kolkata").wall_time_of(utc("2026-01-31 18:29")) == wall("2026-01-31 23:59"));
    CHECK(zone("Asia/Kolkata").wall_time_of(utc("2026-01-31 18:30")) == wall("2026-02-01 00:00"));
    CHECK(zone("Europe/Berlin").wall_time_of(utc("2026-03-29 00:59")) == wall("2026-03-29 01:59"));
    CHECK(zone("Europe/Berlin").wall_time_of(utc("2026-03-29 01:00")) == wall("2026-03-29 03:00"));
    CHECK(zone("America/New_York").date_of(utc("2040-07-04 03:59")) == on("2040-07-03"));
    CHECK(zone("America/New_York").wall_time_of(utc("1970-01-01 00:00")) == wall("1969-12-31 19:00"));
    const Instant late = utc("2026-01-31 18:29") + std::chrono::milliseconds{59'999};
    CHECK(zone("Asia/Kolkata").wall_time_of(late) == wall("2026-01-31 23:59"));
}

TEST_CASE("missing and doubled times do what the caller says") {
    const Zone berlin = zone("Europe/Berlin");
    CHECK(at(berlin, "2026-03-29 02:30") == utc("2026-03-29 01:00"));
    CHECK(berlin.instant_of(wall("2026-03-29 02:30"), MissingTime::refuse, DoubledTime::first).error() ==
          "2026-03-29 02:30 does not exist in Europe/Berlin");
    CHECK(at(berlin, "2026-10-25 02:30", DoubledTime::first) == utc("2026-10-25 00:30"));
    CHECK(at(berlin, "2026-10-25 02:30", DoubledTime::second) == utc("2026-10-25 01:30"));
    CHECK(berlin.instant_of(wall("2026-10-25 02:30"), MissingTime::refuse, DoubledTime::refuse).error() ==
          "2026-10-25 02:30 exists twice in Europe/Berlin");
    CHECK(berlin.instant_of(wall("2026-10-25 03:00"), MissingTime::refuse, DoubledTime::refuse).value() ==
          utc("2026-10-25 02:00"));
    const Zone lord_howe = zone("Australia/Lord_Howe");
    CHECK(at(lord_howe, "2026-10-04 02:10") == utc("2026-10-03 15:30"));
    CHECK(at(lord_howe, "2026-04-05 01:40", DoubledTime::second) - at(lord_howe, "2026-04-05 01:40") == minutes{30});
    const Zone apia = zone("Pacific/Apia");
    CHECK(at(apia, "2011-12-30 12:00") == utc("2011-12-30 10:00"));
    CHECK_FALSE(apia.instant_of(wall("2011-12-30 12:00"), MissingTime::refuse, DoubledTime::first).has_value());
}

TEST_CASE("offsets hold before 1970 and after 2200") {
    CHECK(zone("Asia/Shanghai").start_of(on("1900-01-02")) == utc("1900-01-01 16:00"));
    CHECK(zone("Asia/Shanghai").start_of(on("2200-12-31")) == utc("2200-12-30 16:00"));
    CHECK(zone("Asia/Shanghai").start_of(kForever) == utc("2199-12-31 16:00"));
}

TEST_CASE("segments are few, ascending and change the offset") {
    const Zone shanghai = zone("Asia/Shanghai");
    CHECK(shanghai.segments().size() == 13);  // summer time in 1986 to 1991
    const Zone berlin_zone = zone("Europe/Berlin");
    const auto berlin = berlin_zone.segments();
    CHECK(berlin.size() == 1 + 2 * (2200 - 1980));
    for (std::size_t i = 1; i < berlin.size(); ++i) {
        CHECK(berlin[i - 1].from < berlin[i].from);
        CHECK(berlin[i - 1].offset_minutes != berlin[i].offset_minutes);
    }
    CHECK(zone("UTC").segments().size() == 1);
}

TEST_CASE("names that are no zones are refused") {
    for (const char* name : {"", "Asia/Shanghi", "localtime", "/etc/localtime", "file:/etc/localtime", "../UTC",
                             "right/UTC", "posix/UTC", "Fixed/UTC+10:00:00", "UTC+10", "UTC+15:00", "UTC+10:60",
                             "UTC+1a:00", "UTC*10:00", "utc", "Europe/../UTC", "Europe", "zone.tab"}) {
        CAPTURE(name);
        const auto found = Zone::named(name);
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().ends_with("is no time zone (an IANA name such as Asia/Shanghai, or UTC+10:00)"));
    }
    CHECK(Zone::named(std::string(100'000, 'A')).error().size() < 200);
    CHECK(zone("Asia/Shanghai").name() == "Asia/Shanghai");
}
