// The pure part: packing, devices in time, life cycle, times and units.
#include <doctest/doctest.h>
#include <limits>

#include "metering/installation.hpp"
#include "metering/packing.hpp"
#include "metering/read_feed.hpp"

namespace mainspring::metering {
namespace {

Date day(std::string_view text) { return *parse_date(text); }

std::vector<std::int64_t> unpacked(const PackedValues& packed) {
    std::vector<std::int64_t> out;
    unpack(packed.bytes, packed.width, out);
    return out;
}

}  // namespace

TEST_CASE("packing is exact, small and canonical") {
    constexpr auto kLow = std::numeric_limits<std::int64_t>::min(), kHigh = std::numeric_limits<std::int64_t>::max();
    const std::vector<std::vector<std::int64_t>> days{{0, 1, 127, -128}, {0, 128},      {-129, 3},
                                                      {32767, -32768},   {32768, 1},    {2147483647, -2147483648LL},
                                                      {2147483648LL, 1}, {kLow, kHigh}, {}};
    const std::vector<int> widths{1, 2, 2, 2, 4, 4, 8, 8, 1};
    for (std::size_t i = 0; i < days.size(); ++i) {
        const auto packed = pack({days[i], 0});
        REQUIRE(packed);
        CHECK(packed->width == widths[i]);
        CHECK(unpacked(*packed) == days[i]);
    }
    const std::vector<std::int64_t> a{1500, 20}, b{150, 2}, c{15, 1};
    CHECK(*pack({a, 3}) == *pack({b, 2}));
    CHECK(pack({a, 3})->scale == 2);
    CHECK(unpacked(*pack({c, -3})) == std::vector<std::int64_t>{15000, 1000});
    CHECK(pack({c, 10}).error() == PackError::too_fine);
    CHECK(pack({a, 10})->scale == 9);
    CHECK(pack({{{kHigh}}, -1}).error() == PackError::too_large);
    CHECK(compact_qualities("AAA") == "A");
    CHECK(compact_qualities("AAN") == "AAN");
}

TEST_CASE("a read belongs to the device that hung there; on the day of an exchange the serial decides") {
    std::vector<InstallationFact> line(3);
    line[0] = {.valid_from = day("2026-01-01"), .device_cell = {}, .device_id = 1, .serial = "A", .registers = {}};
    line[1] = {.valid_from = day("2026-06-01"), .device_cell = {}, .device_id = 2, .serial = "B", .registers = {}};
    line[2] = {.valid_from = day("2026-09-01"), .device_cell = {}, .serial = {}, .registers = {}};
    const auto serial_on = [&](std::string_view on, std::string_view serial, ReadReason reason) -> std::string {
        const auto fact = device_on(line, {day(on), serial, reason});
        return fact ? (*fact)->serial : "!" + fact.error();
    };
    CHECK(serial_on("2026-03-01", "", ReadReason::billing) == "A");
    CHECK(serial_on("2026-06-01", "A", ReadReason::billing) == "A");
    CHECK(serial_on("2026-06-01", "B", ReadReason::billing) == "B");
    CHECK(serial_on("2026-06-01", "", ReadReason::install) == "B");
    CHECK(serial_on("2026-06-01", "", ReadReason::remove) == "A");
    CHECK(serial_on("2026-06-01", "", ReadReason::billing).find("exchanged") != std::string::npos);
    CHECK(serial_on("2026-06-02", "A", ReadReason::billing) ==
          "!meter 'A' hangs there from 2026-01-01 until 2026-06-01, not on 2026-06-02");
    CHECK(serial_on("2026-09-01", "B", ReadReason::billing) == "B");
    CHECK(serial_on("2026-09-01", "", ReadReason::billing) == "B");
    CHECK(serial_on("2026-09-02", "", ReadReason::billing) == "!no meter hangs there on 2026-09-02");
    CHECK(serial_on("2025-12-31", "", ReadReason::billing)[0] == '!');
    CHECK(serial_on("2026-03-01", "C", ReadReason::billing) == "!meter 'C' was never installed there");
}

TEST_CASE("times and units of files") {
    CHECK(parse_wall_time("2026-07-01")->minute_of_day == 0);
    CHECK(parse_wall_time("2026-07-01 08:30")->minute_of_day == 510);
    CHECK(parse_wall_time("2026-07-01T23:59:59")->minute_of_day == 1439);
    for (const char* bad : {"", "2026-07", "2026-02-30", "2026-07-01 24:00", "2026-07-01 8:30", "2026-07-01 08:30x"})
        CHECK_MESSAGE(!parse_wall_time(bad), bad);
    CHECK(read_unit("Wh")->more_decimals == 3);
    CHECK(read_unit("MWH")->more_decimals == -3);
    CHECK(read_unit("kWh")->unit == Unit::kwh);
    CHECK(read_unit("m3")->unit == Unit::cubic_metre);
    CHECK(read_unit("V")->statement == UnitStatement::foreign);
    CHECK(read_unit("")->statement == UnitStatement::unstated);
    CHECK(!read_unit("furlong"));
}

}  // namespace mainspring::metering
