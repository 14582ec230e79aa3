// Meters and reads against a real database.
#include <map>
#include <thread>

#include "metering/import_world.hpp"
#include "org/fact_moment.hpp"

namespace mainspring::metering {
namespace {

constexpr std::string_view kMeters =
    "S1,2026-01-01,,M1,T1,peak,kWh,5,,\n"
    "S1,2026-01-01,,M1,T2,valley,kWh,5,,\n"
    "S2,2026-01-01,2026-06-01,M2,R,total,kWh,5,,\n"
    "S2,2026-06-01,,M3,R,total,kWh,6,,40\n";

std::map<int, std::string> fields_of(const ImportReport& report) {
    std::map<int, std::string> fields;
    for (const auto& problem : report.problems) fields[problem.line] = problem.field;
    return fields;
}

ReadBatch stream(ImportWorld& world, std::string_view from, std::string_view to, Instant known_at = kEndOfTime) {
    ReadBatch batch;
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        const std::vector<std::int64_t> ids{1, 2};
        register_reads(tx, {CellId{1}, ids, known_at}, {*parse_date(from), *parse_date(to)}, batch);
    });
    return batch;
}

// What a run that starts now takes as its clock.
Instant look(ImportWorld& world) {
    return with_tx(world.database.app(), {}, [](Tx& tx) { return org::moment_of_look(tx, kTestClock.now()); });
}

}  // namespace

TEST_CASE("meters come in once, an exchange leaves no gap") {
    ImportWorld world;
    world.points({"S1", "S2"});
    const ImportReport first = world.meters(kMeters);
    CHECK(first.added == 4);
    CHECK(first.problems.empty());
    CHECK(world.count("metering.device") == 3);
    const ImportReport again = world.meters(kMeters);
    CHECK(again.unchanged == 4);
    CHECK(world.count("metering.device_event where state = 'removed'") == 1);
    CHECK(world.count("metering.device_event") == 7);
    customer::TextTable texts;
    InstallationBatch batch;
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        const std::vector<std::int64_t> ids{1, 2};
        installations(tx, {CellId{1}, ids}, texts, batch);
    });
    REQUIRE(batch.rows.size() >= 3);
    CHECK(batch.rows[0].registers == 2);
    CHECK(texts.text_of(batch.registers_of(batch.rows[0])[1].stream) == "valley");
    CHECK(batch.registers_of(batch.rows.back())[0].multiplier_e6 == 40'000'000);
    CHECK(batch.registers_of(batch.rows.back())[0].dials == 6);
    CHECK(batch.rows.back().device_id == 3);
}

TEST_CASE("meters that cannot be") {
    ImportWorld world;
    world.points({"S1", "S2"});
    world.meters(kMeters);
    const ImportReport report = world.meters(
        "S9,2026-01-01,,M9,R,total,kWh,5,,\n"            // no such point
        "S1,2026-02-01,,M3,R,total,kWh,5,,\n"            // hangs at S2
        "S2,2026-03-01,,M8,R,total,kWh,5,,\n"            // M2 hangs there until M3 comes
        "S1,2026-05-01,,M7,R,total,furlong,5,,\n"        // unit
        "S1,2026-05-01,,M7,R,total,kWh,,,\n"             // dials
        "S1,2026-05-01,2026-05-01,M7,R,total,kWh,5,,\n"  // ends before it begins
        "S1,2026-06-01,,M7,R,total,kWh,5,,100000000.000001\n"
        "S1,2026-07-01,,M6,R,total,kWh,5,,\n"
        "S1,2026-07-01,,M5,Q,total,kWh,5,,\n");  // two devices on one day
    const auto fields = fields_of(report);
    CHECK(fields.at(2) == "service_point_code");
    CHECK(fields.at(3) == "serial");
    CHECK(fields.at(4) == "installed_on");
    CHECK(fields.at(5) == "unit");
    CHECK(fields.at(6) == "dials");
    CHECK(fields.at(7) == "removed_on");
    CHECK(fields.at(8) == "multiplier");
    CHECK(fields.at(10) == "serial");
}

TEST_CASE("a corrected meter is a new version, a removed one leaves nothing") {
    ImportWorld world;
    world.points({"S1"});
    world.meters("S1,2026-01-01,,M1,R,total,kWh,5,,\n");
    CHECK(world.meters("S1,2026-01-01,,M1,R,total,kWh,6,,\n").changed == 1);
    CHECK(world.count("metering.installation where version = 2") == 1);
    CHECK(world.meters("S1,2026-01-01,2026-08-01,M1,R,total,kWh,6,,\n").changed == 1);
    CHECK(world.count("metering.installation where device_id is null") == 1);
    CHECK(world.meters("S1,2026-01-01,2026-08-01,M1,R,total,kWh,6,,\n").unchanged == 1);
    // Taken down here, it may go up elsewhere.
    world.points({"S1", "S2"});
    CHECK(world.meters("S2,2026-09-01,,M1,R,total,kWh,6,,\n").added == 1);
}

TEST_CASE("losses belong to the installation: others are a new version, a later day a new fact") {
    ImportWorld world;
    world.points({"S1"});
    const auto import = [&](std::string_view rows) {
        const std::string text =
            "service_point_code,installed_on,serial,register_code,stream,unit,dials,transformer_kva,"
            "transformer_iron_kw,transformer_copper_kw\n" +
            std::string(rows);
        return *import_meters(world.database.app(), kTestClock, world.order(world.write("meters.csv", text)));
    };
    CHECK(import("S1,2026-01-01,M1,R,total,kWh,5,100,0.2,1.5\n").added == 1);
    CHECK(import("S1,2026-01-01,M1,R,total,kWh,5,100,0.2,1.5\n").unchanged == 1);
    CHECK(import("S1,2026-01-01,M1,R,total,kWh,5,100,0.3,1.5\n").changed == 1);
    CHECK(import("S1,2026-03-01,M1,R,total,kWh,5,200,0.4,2.6\n").changed == 1);
    CHECK(world.count("metering.installation") == 3);
    CHECK(import("S1,2026-05-01,M1,R,total,kWh,5,100,0.2,1.5\nS1,2026-05-01,M1,Q,,,5,200,0.2,1.5\n").rejected == 2);
    customer::TextTable texts;
    InstallationBatch batch;
    with_tx(world.database.app(), {},
            [&](Tx& tx) { installations(tx, {CellId{1}, std::vector<std::int64_t>{1}}, texts, batch); });
    REQUIRE(batch.rows.size() == 3);
    REQUIRE(batch.rows[1].conditions == 2);
    CHECK(batch.conditions[1].transformer.iron_micro == 300'000);
    CHECK(batch.conditions[2].transformer.rated_micro == 200'000'000);
}

TEST_CASE("reads come in once; other values are a new version") {
    ImportWorld world;
    world.points({"S1", "S2"});
    world.meters(kMeters);
    const std::string rows =
        "S1,M1,T1,2026-02-01,100.5,A,\n"
        "S1,M1,T2,2026-02-01,50,A,\n"
        "S2,M2,R,2026-06-01,980,A,remove\n"
        "S2,M3,R,2026-06-01,3,A,install\n"
        "S2,,R,2026-07-01 08:30,145,C,\n";
    const ImportReport first = world.reads(rows);
    CHECK(first.added == 5);
    CHECK(first.problems.empty());
    CHECK(world.count("metering.register_read") == 4);
    CHECK(world.reads(rows).unchanged == 5);
    CHECK(world.count("metering.register_read") == 4);
    CHECK(world.count("metering.source") == 1);
    const ReadBatch batch = stream(world, "2026-02-01", "2026-07-02");
    REQUIRE(batch.rows.size() == 4);
    CHECK(batch.values_of(batch.rows[0])[0] == 100'500'000);
    CHECK(batch.values_of(batch.rows[0])[1] == 50'000'000);
    CHECK(batch.rows[1].device_id == 2);
    CHECK(batch.rows[2].device_id == 3);
    CHECK(batch.rows[3].quality == 'C');
    CHECK(batch.rows[3].read_on == *parse_date("2026-07-01"));
    CHECK(stream(world, "2026-02-02", "2026-07-01").rows.size() == 2);

    const ImportReport other = world.reads("S1,M1,T1,2026-02-01,101,A,\n");
    CHECK(other.changed == 1);
    const ReadBatch after = stream(world, "2026-02-01", "2026-02-02");
    REQUIRE(after.rows.size() == 2);
    CHECK(after.rows[1].version == 2);
    CHECK(after.values_of(after.rows[1])[0] == 101'000'000);
    CHECK(after.values_of(after.rows[1])[1] == 50'000'000);  // T2 stays known
    CHECK(world.reads(rows).unchanged == 5);  // the first file again does not undo the correction
}

TEST_CASE("bad reads are named, good ones kept") {
    ImportWorld world;
    world.points({"S1", "S2"});
    world.meters(kMeters);
    const ImportReport report = world.reads(
        "S9,,R,2026-02-01,1,A,\n"
        "S1,M2,T1,2026-02-01,1,A,\n"
        "S1,M1,T3,2026-02-01,1,A,\n"
        "S1,M1,T1,2025-12-31,1,A,\n"
        "S1,M1,T1,2026-12-02,1,A,\n"
        "S1,M1,T1,2026-02-01,100000,A,\n"
        "S1,M1,T1,2026-02-01,-1,A,\n"
        "S1,M1,T1,2026-02-01,x,A,\n"
        "S1,M1,T1,2026-02-01,1,Z,\n"
        "S1,M1,T1,2026-02-01,1,A,holiday\n"
        "S1,M1,T1,01/02/2026,1,A,\n"
        "S2,,R,2026-06-01,1,A,\n"
        "S1,M1,T1,2026-02-01,99999.999999,A,\n"
        "S1,M1,T1,2026-02-01,99999.999999,A,\n"
        "S1,M1,T1,2026-02-01,5,A,\n");
    CHECK(report.added == 1);
    CHECK(report.unchanged == 1);
    CHECK(report.rejected == 13);
    CHECK(fields_of(report) == std::map<int, std::string>{{2, "service_point"},
                                                          {3, "serial"},
                                                          {4, "register"},
                                                          {5, "serial"},
                                                          {6, "read_at"},
                                                          {7, "value"},
                                                          {8, "value"},
                                                          {9, "value"},
                                                          {10, "quality"},
                                                          {11, "reason"},
                                                          {12, "read_at"},
                                                          {13, "serial"},
                                                          {16, "value"}});
}

TEST_CASE("registers of measures and demands") {
    ImportWorld world;
    world.points({"S1"});
    const ImportReport report = world.meters(
        "S1,2026-01-01,,M1,A,total,kWh,5,,\n"
        "S1,2026-01-01,,M1,B,export.peak,kWh,5,,\n"
        "S1,2026-01-01,,M1,C,reactive,kvarh,5,,\n"
        "S1,2026-01-01,,M1,D,md.peak,kW,3,,60\n"
        "S1,2026-01-01,,M1,E,,kW,3,,\n");
    CHECK(report.added == 5);
    const ImportReport wrong = world.meters(
        "S1,2026-01-01,,M2,A,reactive.peak,kWh,5,,\n"
        "S1,2026-01-01,,M3,A,total,kW,5,,\n"
        "S1,2026-01-01,,M4,A,export,kVA,5,,\n"
        "S1,2026-01-01,,M5,A,md,kW,,30,\n");
    CHECK(wrong.rejected == 4);
    CHECK(fields_of(wrong) == std::map<int, std::string>{{2, "unit"}, {3, "stream"}, {4, "stream"}, {5, "unit"}});
}

TEST_CASE("small transactions come to the same, and a dry run keeps nothing") {
    ImportWorld world;
    std::vector<std::string> codes;
    std::string meters, rows;
    for (int i = 0; i < 40; ++i) {
        codes.push_back(fmt::format("S{}", i));
        meters += fmt::format("S{0},2026-01-01,,M{0},A,total,kWh,5,,\nS{0},2026-01-01,,M{0},B,,kvarh,5,,\n", i);
        rows += fmt::format("S{0},,A,2026-02-01,{0},,\nS{0},,B,2026-02-01,{0}.5,,\n", i);
    }
    world.points(codes);
    CHECK(world.meters(meters).added == 80);
    const auto file = world.write("r.csv", "service_point,serial,register,read_at,value,quality,reason\n" + rows);
    ReadImport import{.order = world.order(file), .rows_of_transaction = 7};
    import.order.dry_run = DryRun::yes;
    CHECK(import_reads(world.database.app(), kTestClock, import)->added == 80);
    CHECK(world.count("metering.register_read") == 0);
    CHECK(world.import(ReadFormat::csv, file, 7).added == 80);
    CHECK(world.count("metering.register_read where cardinality(register_no) = 2") == 40);
}

TEST_CASE("intervals by profile: a day in two files, and the long day of autumn") {
    ImportWorld world;
    world.points({"S1"});
    world.meters("S1,2026-01-01,,M1,E1,total,kWh,0,60,\n");
    world.profile = world.write(
        "p.yaml",
        "profile: p\nkind: interval\ntime:\n  format: \"%Y-%m-%d %H:%M\"\n  means: start\n  zone: Europe/London\n"
        "columns:\n  service_point: sp\n  read_at: at\n  value: v\n"
        "constants:\n  register: E1\n  unit: Wh\n  interval_minutes: 60\n");
    const auto hours = [](std::string_view date, int from, int to) {
        std::string text = "sp,at,v\n";
        for (int hour = from; hour < to; ++hour) text += fmt::format("S1,{} {:02}:00,{}\n", date, hour, 1000 + hour);
        return text;
    };
    CHECK(world.import(ReadFormat::profile, world.write("a.csv", hours("2026-02-01", 0, 12))).added == 12);
    CHECK(world.import(ReadFormat::profile, world.write("b.csv", hours("2026-02-01", 12, 24))).changed == 12);
    CHECK(world.import(ReadFormat::profile, world.write("a.csv", hours("2026-02-01", 0, 12))).unchanged == 12);
    std::string autumn = hours("2026-10-25", 0, 24);
    autumn.insert(autumn.find("S1,2026-10-25 02:00"), "S1,2026-10-25 01:00,7\n");
    CHECK(world.import(ReadFormat::profile, world.write("c.csv", autumn)).added == 25);
    IntervalBatch batch;
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        const std::vector<std::int64_t> ids{1};
        const auto at = [](std::string_view date) { return Instant(*parse_date(date)); };
        interval_days(tx, {CellId{1}, ids}, {at("2026-01-01"), at("2026-12-01")}, batch);
    });
    REQUIRE(batch.rows.size() == 3);
    CHECK(batch.qualities_of(batch.rows[0]).back() == 'N');
    CHECK(batch.rows[1].version == 2);
    CHECK(batch.qualities_of(batch.rows[1]) == "A");
    CHECK(batch.rows[1].scale == 3);
    CHECK(batch.values_of(batch.rows[1])[23] == 1023);
    CHECK(batch.rows[2].values == 25);
    CHECK(batch.values_of(batch.rows[2])[2] == 7);
}

TEST_CASE("calorific values are dated and versioned") {
    ImportWorld world;
    const auto import = [&](std::string_view rows) {
        const auto file = world.write("cv.csv", "gas_zone,valid_from,value\n" + std::string(rows));
        return *import_calorific(world.database.app(), kTestClock, world.order(file));
    };
    CHECK(import("SE,2026-01-01,39.4\nSE,2026-02-01,39.5\n").added == 2);
    CHECK(import("SE,2026-01-01,39.4\nSE,2026-02-01,39.6\nSE,2026-03-01,0\nSE,x,39\n").changed == 1);
    with_tx(world.database.app(), {}, [](Tx& tx) {
        const auto values = calorific_values(tx);
        REQUIRE(values.size() == 2);
        CHECK(values[1].version == 2);
        CHECK(values[1].value_e4 == 396'000);
    });
}

TEST_CASE("the same file imported again with a run in between: what it adds is of the later moment") {
    ImportWorld world;
    world.points({"S1", "S2"});
    world.meters("S1,2026-01-01,,M1,T1,total,kWh,5,,\n");
    const std::string rows = "S1,M1,T1,2026-02-01,100,A,\nS2,M2,R,2026-02-01,7,A,\n";
    CHECK(world.reads(rows).rejected == 1);  // M2 is not known yet
    const Instant run = look(world);
    world.meters("S2,2026-01-01,,M2,R,total,kWh,5,,\n");
    CHECK(world.reads(rows).added == 1);
    CHECK(world.count("metering.source") == 2);
    CHECK(stream(world, "2026-01-01", "2026-03-01", run).rows.size() == 1);
    CHECK(stream(world, "2026-01-01", "2026-03-01", look(world)).rows.size() == 2);
    CHECK(world.reads(rows).unchanged == 2);
    CHECK(world.count("metering.source") == 2);  // nothing was written
    customer::TextTable texts;
    InstallationBatch batch;
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        const std::vector<std::int64_t> ids{1, 2};
        installations(tx, {CellId{1}, ids, run}, texts, batch);
    });
    CHECK(batch.rows.size() == 1);
}

TEST_CASE("a meter exchanged and a point added while an import is under way: the chunks after see them") {
    ImportWorld world;
    world.points({"S1"});
    world.meters("S1,2026-01-01,,M1,R,total,kWh,5,,\n");
    ImportOrder order = world.order(world.write("five.csv",
                                                "service_point,register,read_at,value\n"
                                                "S2,R,2026-02-01,1\nS1,R,2026-02-01,100\nS2,R,2026-07-01,2\n"
                                                "S1,R,2026-07-01,5\nS2,R,2026-08-01,3\n"));
    int chunks = 0;
    order.on_progress = [&](const customer::ImportProgress&) {
        if (++chunks > 1) return;
        world.points({"S1", "S2"});
        world.meters("S1,2026-06-01,,M3,R,total,kWh,5,,\nS2,2026-01-01,,M2,R,total,kWh,5,,\n");
    };
    const auto report = import_reads(world.database.app(), kTestClock, {.order = order, .rows_of_transaction = 2});
    REQUIRE(report);
    CHECK(chunks == 3);
    CHECK(report->added == 4);
    CHECK(fields_of(*report) == std::map<int, std::string>{{2, "service_point"}});
    CHECK(world.count("metering.register_read r join metering.device d using (cell_id, device_id) "
                      "where (serial, read_on) in (('M1', '2026-02-01'), ('M3', '2026-07-01'), ('M2', '2026-07-01'), "
                      "('M2', '2026-08-01'))") == 4);
}

TEST_CASE("a read that another transaction writes first: the chunk is decided anew") {
    ImportWorld world;
    world.points({"S1", "S2"});
    world.meters("S1,2026-01-01,,M1,R,total,kWh,5,,\nS2,2026-01-01,,M2,R,total,kWh,5,,\n");
    REQUIRE(world.reads("S1,M1,R,2026-02-01,1,A,\n").added == 1);
    ImportReport report;
    std::thread import;
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        // The same read of M2 as the file has, with another value, not yet committed.
        tx.exec_once(
            "insert into metering.register_read (cell_id, service_point_id, read_at, device_id, version, read_on, "
            "register_no, value_micro, quality, source) "
            "select r.cell_id, i.service_point_id, r.read_at, i.device_id, 1, r.read_on, i.register_no, '{7000000}', "
            "'A', r.source from metering.register_read r, metering.installation i where i.serial = 'M2'");
        // That of M1 is known, so the chunk compares; that of M2 it cannot see yet.
        import = std::thread([&] { report = world.reads("S1,M1,R,2026-02-01,1,A,\nS2,M2,R,2026-02-01,9,A,\n"); });
        while (tx.exec_once("select 1 from pg_locks where locktype = 'transactionid' and not granted and "
                            "transactionid = pg_current_xact_id()::xid")
                   .empty())
            std::this_thread::yield();
    });
    import.join();
    CHECK(report.unchanged == 1);
    CHECK(report.changed == 1);
    CHECK(report.added == 0);
    CHECK(world.count("metering.register_read where (version, value_micro) in ((1, '{7000000}'), (2, '{9000000}'))") ==
          2);
    CHECK(world.count("metering.register_read") == 3);
}

TEST_CASE("runs that start while an import is under way see whole chunks, as many as had come") {
    ImportWorld world;
    world.points({"S1", "S2"});
    world.meters("S1,2026-01-01,,M1,R,total,kWh,5,,\nS2,2026-01-01,,M2,R,total,kWh,5,,\n");
    std::string rows = "service_point,serial,register,read_at,value,quality,reason\n";
    for (int i = 0; i < 9; ++i) rows += fmt::format("S{0},M{0},R,2026-02-0{1},{1},A,\n", 1 + i % 2, 1 + i);
    ImportOrder order = world.order(world.write("nine.csv", rows));
    std::vector<Instant> runs;
    order.on_progress = [&](const customer::ImportProgress&) { runs.push_back(look(world)); };
    const ReadImport import{.order = order, .rows_of_transaction = 2};
    const auto report = import_reads(world.database.app(), kTestClock, import);
    REQUIRE(report);
    CHECK(report->added == 9);
    REQUIRE(runs.size() == 5);
    for (std::size_t i = 0; i < runs.size(); ++i)
        CHECK(stream(world, "2026-02-01", "2026-03-01", runs[i]).rows.size() == std::min<std::size_t>(2 * i + 2, 9));
    CHECK(import_reads(world.database.app(), kTestClock, import)->done_before);
    CHECK(world.count("metering.source") == 5);
}

}  // namespace mainspring::metering
