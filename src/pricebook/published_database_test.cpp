// Published prices and values from files to what runs know, against a database.
#include <doctest/doctest.h>

#include "metering/import_world.hpp"
#include "pricebook/published_import.hpp"

using namespace mainspring;
using namespace mainspring::pricebook;
using metering::ImportReport;
using metering::ImportWorld;
using metering::kTestClock;
using rating::kNoPrice;

namespace {

struct World : ImportWorld {
    using ImportWorld::ImportWorld;

    ImportReport prices(std::string_view rows, int minutes = 0, const std::string& series = "spot") {
        PriceImport import{order(write("p.csv", "date,position,price\n" + std::string(rows))), series, minutes};
        const auto report = import_prices(database.app(), kTestClock, import);
        REQUIRE_MESSAGE(report, report.error().text);
        return *report;
    }
    ImportReport inputs(std::string_view rows) {
        const auto file = write("i.csv", "name,month,value\n" + std::string(rows));
        const auto report = import_inputs(database.app(), kTestClock, order(file));
        REQUIRE_MESSAGE(report, report.error().text);
        return *report;
    }
    rating::Published known(Instant at = kEndOfTime) {
        return with_tx(database.app(), {}, [&](Tx& tx) { return load_published(tx, at); });
    }
};

std::string problems(const ImportReport& report) {
    std::string text;
    for (auto problem : report.problems) {
        problem.file = std::filesystem::path(problem.file).filename();
        text += formats::text_of(problem) + "\n";
    }
    return text;
}

std::string hours(std::string_view date, int count, std::string_view price) {
    std::string rows;
    for (int n = 1; n <= count; ++n) rows += fmt::format("{},{},{}\n", date, n, price);
    return rows;
}

Date day(std::string_view text) { return parse_date(text).value(); }

}  // namespace

TEST_CASE("prices come in by local day, in versions, and what a file does not name stays") {
    World world;
    // The day of 23 hours; nothing of the day after; two hours of the third.
    CHECK(world.prices(hours("2026-03-29", 23, "0.5") + "2026-03-31,1,-0.01\n2026-03-31,24,0.00000001\n", 60).added ==
          25);
    const auto first = world.known();
    REQUIRE(first.series.size() == 1);
    const auto& series = first.series[0];
    CHECK(series.name == "spot");
    CHECK(series.zone == "Europe/London");
    CHECK(series.minutes == 60);
    CHECK(series.first == day("2026-03-29"));
    REQUIRE(series.e8.size() == 23 + 24 + 24);
    CHECK(series.e8[22] == 50'000'000);
    CHECK(series.e8[23] == kNoPrice);
    CHECK(series.e8[23 + 24] == -1'000'000);
    CHECK(series.e8[23 + 24 + 1] == kNoPrice);
    CHECK(series.e8.back() == 1);
    CHECK(series.versions == std::vector<std::int16_t>{1, 0, 1});

    const auto again = world.prices("2026-03-31,1,-0.01\n2026-03-31,24,0.00000002\n2026-03-31,2,0.3\n");
    CHECK(again.unchanged == 1);
    CHECK(again.changed == 1);
    CHECK(again.added == 1);
    CHECK(world.prices("2026-03-29,1,\n").changed == 1);  // taken back
    const auto second = world.known();
    CHECK(second.series[0].versions == std::vector<std::int16_t>{2, 0, 2});
    CHECK(second.series[0].e8[0] == kNoPrice);
    CHECK(second.series[0].e8[1] == 50'000'000);
    CHECK(second.series[0].e8[23 + 24] == -1'000'000);
    CHECK(second.series[0].e8[23 + 24 + 1] == 30'000'000);
    CHECK(second.series[0].version_on(day("2026-03-28")) == 0);
    CHECK(second.series[0].version_on(day("2026-03-31")) == 2);
    CHECK(second.series[0].version_on(day("2026-04-01")) == 0);
    CHECK(world.prices("2026-03-29,1,\n").unchanged == 1);
    CHECK(world.count("tariff.price_series") == 4);
    CHECK(world.known(kTestClock.now() - std::chrono::milliseconds{1}).series.empty());
    CHECK(world.count("core.audit where action = 'tariff.import_prices' and object = 'p.csv series spot'") == 4);
}

TEST_CASE("bad prices are named by line and field, good ones kept") {
    World world;
    CHECK(problems(world.prices("2026-03-29,1,1\n")) ==
          "p.csv: 'spot' is a new series: --minutes says how long a price lasts\n");
    const auto report = world.prices(
        "2026-03-29,23,1\n2026-03-29,24,1\n2026-10-25,25,1\nx,1,1\n2026-03-30,1,1.123456789\n2026-03-30,0,1\n"
        "2026-03-29,23,2\n1999-12-31,1,1\n2026-03-30,2,1000000001\n",
        60);
    CHECK(report.added == 2);
    CHECK(report.rejected == 7);
    CHECK(problems(report) ==
          "p.csv:3: position: '24' is none of the day: it has 1 to 23\n"
          "p.csv:5: date: 'x' is no date like 2026-01-31\n"
          "p.csv:6: price: '1.123456789': has too many decimal places\n"
          "p.csv:7: position: '0' is none of the day: it has 1 to 24\n"
          "p.csv:8: position: stands at line 2 already; only that one is read\n"
          "p.csv:9: date: '1999-12-31' is not between 2000 and 2199\n"
          "p.csv:10: price: is beyond 1000000000\n");
    CHECK(problems(world.prices("2026-03-29,1,1\n", 30)) ==
          "p.csv: a price of series 'spot' lasts 60 minutes, not 30\n");
    world.add_utility("abroad", "Asia/Shanghai");
    CHECK(problems(world.prices("2026-03-29,1,1\n")) ==
          "p.csv: series 'spot' is of zone Europe/London, the utility of Asia/Shanghai\n");
    const auto refused =
        import_prices(world.database.app(), kTestClock, {world.order(world.write("p.csv", "date,price\n")), "Spot"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text == "'Spot' is no name of a series: a-z first, then a-z, 0-9 and _");
}

TEST_CASE("a price for each local day needs no position") {
    World world;
    const auto file = world.write("d.csv", "date,price\n2026-03-29,1\n2026-03-30,2\n");
    const auto report = import_prices(world.database.app(), kTestClock, {world.order(file), "daily", 1440});
    REQUIRE(report);
    CHECK(report->added == 2);
    CHECK(world.known().series.at(0).e8 == std::vector<std::int64_t>{100'000'000, 200'000'000});
}

TEST_CASE("published values of months are versioned") {
    World world;
    CHECK(world.inputs("fuel,2026-01,61.2\nfx,2026-01,4.5\nfuel,2026-02,-63\n").added == 3);
    const auto report = world.inputs(
        "fuel,2026-01,61.2\nfuel,2026-02,64\nFuel,2026-01,1\nfuel,2026-13,1\nfuel,2026-1,1\nfuel,2026-01-01,1\n"
        "fuel,2026-03,x\n");
    CHECK(report.unchanged == 1);
    CHECK(report.changed == 1);
    CHECK(problems(report) ==
          "i.csv:4: name: 'Fuel' is no name of an input: a-z first, then a-z, 0-9 and _\n"
          "i.csv:5: month: '2026-13' is no month such as 2026-06\n"
          "i.csv:6: month: '2026-1' is no month such as 2026-06\n"
          "i.csv:7: month: '2026-01-01' is no month such as 2026-06\n"
          "i.csv:8: value: 'x': is not a decimal number\n");
    const auto known = world.known().inputs;
    REQUIRE(known.size() == 3);
    CHECK(known[1].name == "fuel");
    CHECK(known[1].month == day("2026-02-01"));
    CHECK(known[1].e8 == 6'400'000'000);
    CHECK(known[1].version == 2);
    CHECK(known[2].name == "fx");
}

TEST_CASE("prices and values are set up by who may, and a dry run writes nothing") {
    World world;
    auto order = world.order(world.write("i.csv", "name,month,value\nfuel,2026-01,1\n"));
    order.dry_run = customer::DryRun::yes;
    CHECK(import_inputs(world.database.app(), kTestClock, order)->added == 1);
    CHECK(world.known().inputs.empty());
    order.dry_run = customer::DryRun::no;
    order.actor = world.actor_of(org::Role::billing);
    for (const auto& refused : {import_inputs(world.database.app(), kTestClock, order),
                                import_prices(world.database.app(), kTestClock, {order, "spot", 60})}) {
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == metering::ImportRefusalCode::access);
    }
    order.actor = world.actor;
    CHECK(import_inputs(world.database.app(), kTestClock, order)->added == 1);
    CHECK(import_inputs(world.database.app(), kTestClock, order)->done_before);
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        const Instant now = kTestClock.now();
        CHECK(any_published(tx, now - std::chrono::hours{1}, now));
        CHECK_FALSE(any_published(tx, now, kEndOfTime));
    });
}
