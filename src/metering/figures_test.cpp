// Imports and streams at size, with their speed. The tests do it small; by hand at full size:
// MAINSPRING_FIGURES=100000 metering_test -tc="figures*".
#include <cstdio>
#include <cstdlib>

#include "metering/import_world.hpp"

namespace mainspring::metering {
namespace {

int size_asked() {
    const char* asked = std::getenv("MAINSPRING_FIGURES");
    return asked != nullptr ? std::atoi(asked) : 300;
}
const int kPoints = size_asked();
const int kIntervalPoints = std::max(1, kPoints / 100);
const int kIntervalDays = kIntervalPoints * 28;

template <class F>
void timed(const char* what, std::int64_t rows, F work) {
    const auto from = std::chrono::steady_clock::now();
    work();
    const auto took = std::chrono::steady_clock::now() - from;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    std::printf("%-34s %9lld rows %7lld ms %10lld rows/s\n", what, static_cast<long long>(rows),
                static_cast<long long>(ms), static_cast<long long>(rows * 1000 / std::max<std::int64_t>(ms, 1)));
}

std::string accounts() {
    std::string text =
        "party_code,party_name,language,party_address,email,phone,tax_number,account_code,opened_on,cycle,"
        "premise_code,premise_address,service_point_code,commodity,gas_zone,tariff,class,entitlements,dwellings,"
        "valid_from,valid_to\n";
    for (int i = 0; i < kPoints; ++i)
        text += fmt::format(
            "P{0:07},Customer Number {0},en,{0} Long Street|Some Town,,,,A{0:07},2024-01-01,monthly,R{0:07},"
            "{0} Long Street|Some Town,S{0:07},electricity,,res-step,residential,,1,2024-01-01,\n",
            i);
    return text;
}

std::string rows_of(std::string_view header, std::string_view row) {
    std::string text(header);
    for (int i = 0; i < kPoints; ++i) text += fmt::format(fmt::runtime(row), i, 1000 + i % 977);
    return text;
}

void stream_all(ImportWorld& world) {
    std::int64_t rows = 0;
    std::vector<std::int64_t> ids;
    for (std::int64_t id = 1; id <= org::kServicePointsOfCell; ++id) ids.push_back(id);
    ReadBatch batch;
    const DateRange dates{*parse_date("2026-01-01"), *parse_date("2026-03-01")};
    const auto run = [&] {
        rows = 0;
        with_tx(world.database.app(), {}, [&](Tx& tx) {
            for (const int cell : {1, 2}) {
                register_reads(tx, {CellId{cell}, ids}, dates, batch);
                rows += static_cast<std::int64_t>(batch.rows.size());
            }
        });
    };
    run();
    timed("stream register reads", rows, run);
    timed("stream installations", kPoints, [&] {
        customer::TextTable texts;
        InstallationBatch installed;
        with_tx(world.database.app(), {}, [&](Tx& tx) {
            for (const int cell : {1, 2}) installations(tx, {CellId{cell}, ids}, texts, installed);
        });
    });
    timed("stream agreements", kPoints, [&] {
        customer::TextTable texts;
        std::vector<customer::AgreementRecord> agreements;
        with_tx(world.database.app(), {}, [&](Tx& tx) {
            for (const int cell : {1, 2})
                customer::agreements_in_range(tx, {CellId{cell}, 1, 1'000'000, 0}, texts, agreements);
        });
    });
}

}  // namespace

TEST_CASE("figures") {
    ImportWorld world;
    const auto accounts_file = world.write("a.csv", accounts());
    const auto import = [&] {
        const auto report = customer::import_accounts(
            world.database.app(), kTestClock,
            {.file = accounts_file, .utility = "u", .actor = world.actor, .command_id = Uuid::random_v7(kTestClock)});
        REQUIRE(report);
        REQUIRE(report->rejected == 0);
    };
    timed("import accounts, new", kPoints, import);
    timed("import accounts, again", kPoints, import);
    const std::string meters = rows_of("", "S{0:07},2024-01-01,,M{0:07},R,total,kWh,5,,1\n");
    timed("import meters, new", kPoints, [&] { REQUIRE(world.meters(meters).added == kPoints); });
    constexpr std::string_view kHeader = "service_point,serial,register,read_at,value,quality,reason\n";
    const auto first = world.write("1.csv", rows_of(kHeader, "S{0:07},M{0:07},R,2026-01-31,{1},A,billing\n"));
    const auto second = world.write("2.csv", rows_of(kHeader, "S{0:07},M{0:07},R,2026-02-28,{1},A,billing\n"));
    timed("import reads, new", kPoints, [&] { REQUIRE(world.import(ReadFormat::csv, first).added == kPoints); });
    timed("import reads, next month", kPoints,
          [&] { REQUIRE(world.import(ReadFormat::csv, second).added == kPoints); });
    timed("import reads, again", kPoints, [&] { REQUIRE(world.import(ReadFormat::csv, second).unchanged == kPoints); });
    stream_all(world);

    ImportWorld nem("Australia/Brisbane");
    std::vector<std::string> codes;
    std::string channels, days = "100,NEM12,202602010000,A,B\n";
    for (int i = 0; i < kIntervalPoints; ++i) {
        codes.push_back(fmt::format("N{:09}", i));
        channels += fmt::format("N{0:09},2024-01-01,,M{0:05},E1,total,kWh,,30,1\n", i);
        days += fmt::format("200,N{0:09},E1,1,E1,N1,M{0:05},KWH,30,\n", i);
        for (int day = 1; day <= 28; ++day) {
            days += fmt::format("300,202602{:02}", day);
            for (int value = 0; value < 48; ++value)
                days += fmt::format(",{}.{:03}", value % 3, (i * 7 + value * 13) % 1000);
            days += ",A,,,20260301000000,\n";
        }
    }
    days += "900\n";
    nem.points(codes);
    nem.meters(channels);
    const auto nem_file = nem.write("n.csv", days);
    timed("import interval days, new", kIntervalDays,
          [&] { REQUIRE(nem.import(ReadFormat::nem, nem_file).added == kIntervalDays); });
    timed("import interval days, again", kIntervalDays,
          [&] { REQUIRE(nem.import(ReadFormat::nem, nem_file).unchanged == kIntervalDays); });
    timed("stream interval days", kIntervalDays, [&] {
        IntervalBatch batch;
        std::vector<std::int64_t> ids;
        for (std::int64_t id = 1; id <= kIntervalPoints; ++id) ids.push_back(id);
        with_tx(nem.database.app(), {}, [&](Tx& tx) {
            interval_days(tx, {CellId{1}, ids},
                          {Instant(*parse_date("2026-01-01")), Instant(*parse_date("2026-04-01"))}, batch);
        });
        REQUIRE(std::ssize(batch.rows) == kIntervalDays);
    });
}

}  // namespace mainspring::metering
