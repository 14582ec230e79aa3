#include "formats/csv_profile.hpp"

#include <doctest/doctest.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

using namespace mainspring;
using namespace mainspring::formats;

namespace {

const std::string kHandheld = R"(profile: handheld
kind: register
delimiter: ";"
decimal_mark: ","
encoding: latin-1
time:
  format: "%d.%m.%Y %H:%M"
  zone: Europe/Berlin
columns:
  service_point: Punkt
  device: Zähler
  read_at: [Datum, Zeit]
  value: Stand
constants:
  register: 1.8.0
  unit: kWh
)";

const std::string kIntervals = R"(kind: interval
time: {format: "%Y-%m-%dT%H:%M:%S%z", means: end, zone: utc}
columns: {service_point: id, read_at: at, value: v, quality: q}
constants: {interval_minutes: 15, unit: kWh}
)";

std::string text_of(const StampedTime& stamp) {
    const auto days = std::chrono::floor<std::chrono::days>(stamp.local);
    const std::chrono::year_month_day date{days};
    return fmt::format("{:04}-{:02}-{:02} {}{}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()), (stamp.local - days).count(),
                       stamp.offset ? fmt::format(" {:+}", stamp.offset->count()) : "");
}

std::string reads(const std::string& yaml, std::string bytes) {
    const auto profile = parse_csv_profile(yaml, "p.yaml");
    if (!profile) return "!" + formats::text_of(profile.error());
    const auto file = TextFile::from_bytes("f", std::move(bytes), profile->encoding);
    if (!file) return "!" + formats::text_of(file.error());
    std::string out;
    const auto summary =
        read_csv_reads(*file, *profile,
                       {[&](const CsvRead& read) {
                            out += fmt::format("{}: {} {} {} {} = {} {} {} {}\n", read.line, read.service_point,
                                               read.device, read.register_id, text_of(read.read_at),
                                               format_decimal(read.value.value, read.value.scale), read.unit,
                                               read.quality, read.interval_minutes);
                        },
                        [&](const Problem& problem) { out += "!" + formats::text_of(problem) + "\n"; }});
    CHECK(summary.reads + summary.refused == summary.rows);
    return out;
}

std::string refusal(const std::string& yaml) {
    const auto profile = parse_csv_profile(yaml, "p");
    return profile ? "ok" : formats::text_of(profile.error());
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("register reads by a profile") {
    CHECK(reads(kHandheld, "Punkt;Datum;Zeit;Z\xE4hler;Stand;Notiz\nP1;31.12.2025;24:00;M1;00123,50;x\n") ==
          "2: P1 M1 1.8.0 2026-01-01 0 = 123.5 kWh  0\n");
    CHECK(reads(kHandheld, "Punkt;Datum;Zeit;Z\xE4hler;Stand\nP1;1.2.2026;7:05;;-1\n;1.2.2026;7:05;M1;2\n") ==
          "2: P1  1.8.0 2026-02-01 25500 = -1 kWh  0\n3:  M1 1.8.0 2026-02-01 25500 = 2 kWh  0\n");
}

TEST_CASE("a bad row is refused with line and column, the others are kept") {
    CHECK(reads(kHandheld,
                "Punkt;Datum;Zeit;Z\xE4hler;Stand\n"
                "P1;30.02.2026;07:05;M;1\nP1;01.02.2026;24:01;M;1\nP1;01.02.2026;07:05;M;1.5\n"
                "P1;01.02.2026;07:05;M;\n;01.02.2026;07:05;;1\nP1;x\nP1;01.02.2026;07:05;M;7\n") ==
          "!f:2: Datum: '30.02.2026 07:05' is no time of the form %d.%m.%Y %H:%M\n"
          "!f:3: Datum: '01.02.2026 24:01' is no time of the form %d.%m.%Y %H:%M\n"
          "!f:4: Stand: '1.5' is not a decimal number\n"
          "!f:5: Stand: '' is empty\n"
          "!f:6: Punkt: is empty\n"
          "!f:7: 2 fields, the header has 5\n"
          "8: P1 M 1.8.0 2026-02-01 25500 = 7 kWh  0\n");
    CHECK(reads(kHandheld, "Punkt;Datum;Zeit;Stand\n") == "!f:1: column 'Zähler' is missing\n");
}

TEST_CASE("interval values by a profile") {
    CHECK(reads(kIntervals, "id,at,v,q\nP,2026-03-29T00:15:00+10:00,0.125,A\nP,2026-03-29T00:30:00Z,1,E\n") ==
          "2: P   2026-03-29 900 +600 = 0.125 kWh A 15\n3: P   2026-03-29 1800 +0 = 1 kWh E 15\n");
    const std::string column =
        replaced(replaced(kIntervals, "interval_minutes: 15, ", ""), "quality: q", "interval_minutes: m");
    CHECK(reads(column, "id,at,v,m\nP,2026-03-29T00:15:00Z,1,60\nP,2026-03-29T00:15:00Z,1,0\n") ==
          "2: P   2026-03-29 900 +0 = 1 kWh  60\n!f:3: m: '0' is no number of minutes\n");
}

TEST_CASE("time stamps") {
    const auto stamp = [](std::string_view text, std::string_view format) {
        const auto parsed = parse_stamp(text, format);
        return parsed ? text_of(*parsed) : "!" + parsed.error();
    };
    CHECK(stamp("20260131", "%Y%m%d") == "2026-01-31 0");
    CHECK(stamp("31/1/26 9h", "%d/%m/%y %Hh") == "2026-01-31 32400");
    CHECK(stamp("2026-01-31 23:59:59-0330", "%Y-%m-%d %H:%M:%S%z") == "2026-01-31 86399 -210");
    CHECK(stamp("100% 2026-01-31", "100%% %Y-%m-%d") == "2026-01-31 0");
    for (const char* bad : {"", "2026-01-3x", "2026-13-01", "2026-02-29", "2026-01-31 ", "20x6-01-31", "0000-01-01"})
        CHECK(stamp(bad, "%Y-%m-%d").starts_with("!"));
    CHECK(stamp("2026-01-31+25:00", "%Y-%m-%d%z").starts_with("!"));
}

TEST_CASE("mistakes in a profile are told with line and column") {
    CHECK(refusal(kHandheld) == "ok");
    CHECK(refusal(kHandheld + "colour: red\n") == "p:17: column 1: unknown key 'colour'");
    CHECK(refusal(replaced(kHandheld, "  device:", "  meter:")) == "p:11: column 3: unknown field 'meter'");
    CHECK(refusal(replaced(kHandheld, "kind: register", "kind: both")) ==
          "p:2: column 7: unknown kind (register, interval) 'both'");
    CHECK(refusal(replaced(kHandheld, "latin-1", "ebcdic")) ==
          "p:5: column 11: 'ebcdic' is no encoding (utf-8, latin-1, gb18030)");
    CHECK(refusal(replaced(kHandheld, "\";\"", "\";;\"")) ==
          "p:3: column 12: delimiter must be one character, not a quote");
    CHECK(refusal(replaced(kHandheld, "%H:%M\"", "%H:%Q\"")) == "p:7: column 11: %Q is no part of a time format");
    CHECK(refusal(replaced(kHandheld, ".%Y", "")) == "p:7: column 11: the time format lacks %Y");
    CHECK(refusal(replaced(kHandheld, "  value: Stand\n", "")) == "p:10: column 3: field 'value' is missing");
    CHECK(refusal(kHandheld + "  device: x\n") == "p:17: column 3: 'device' is both a column and a constant");
    CHECK(refusal(kHandheld + "  unit: x\n") == "p:17: column 3: key 'unit' is there twice");
    CHECK(refusal(replaced(kHandheld, "  zone: Europe/Berlin\n", "")) == "p:7: column 3: key 'zone' is missing");
    CHECK(refusal(replaced(kHandheld, "  zone:", "  means: end\n  zone:")) ==
          "p:8: column 10: time.means is for kind interval");
    CHECK(refusal(replaced(kIntervals, "means: end, ", "")).find("key 'means' is missing") != std::string::npos);
    CHECK(refusal(replaced(kIntervals, "minutes: 15", "minutes: 0")).find("must be a number of minutes") !=
          std::string::npos);
    CHECK(refusal("kind: [register]\n") == "p:1: column 7: kind must be a single value");
    CHECK(refusal("- a\n") == "p:1: column 1: a profile must be a map");
    CHECK(refusal("kind: register\n").find("key 'time' is missing") != std::string::npos);
    CHECK(refusal("a: [b\n").starts_with("p:"));
    CHECK(refusal("").starts_with("p"));
    CHECK(refusal(std::string(70'000, 'x')) == "p: is too long for a profile");
    CHECK(refusal("kind: \xE4\n") == "p: is not UTF-8");
    CHECK(refusal(std::string(60'000, '[')).starts_with("p"));
}
