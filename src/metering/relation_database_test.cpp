// Sub-meters and check meters, dated.
#include "customer/customer_service.hpp"
#include "metering/import_world.hpp"
#include "metering/point_view_service.hpp"
#include "metering/relation_import.hpp"

namespace mainspring::metering {
namespace {

// Without the file's folder.
std::string short_text(formats::Problem problem) {
    problem.file = std::filesystem::path(problem.file).filename();
    return formats::text_of(problem);
}

}  // namespace

TEST_CASE("relations are dated and versioned, and refused line by line") {
    ImportWorld world;
    world.points({"A", "B", "C", "D"});
    const auto import = [&](std::string_view rows, DryRun dry_run = DryRun::no) {
        auto order =
            world.order(world.write("relations.csv", "parent,child,kind,valid_from,ended\n" + std::string(rows)));
        order.dry_run = dry_run;
        return *import_relations(world.database.app(), kTestClock, order);
    };
    constexpr std::string_view kFirst =
        "A,B,sub_meter,2026-01-01,\nB,C,sub_meter,2026-01-01,no\nA,D,check_meter,2026-02-01,\n";
    CHECK(import(kFirst, DryRun::yes).added == 3);
    CHECK(world.count("metering.relation") == 0);
    CHECK(import(kFirst).added == 3);
    CHECK(import(kFirst).unchanged == 3);
    CHECK(world.count("metering.relation") == 3);

    const auto bad = import(
        "C,A,sub_meter,2026-06-01,\nA,X,sub_meter,2026-01-01,\nX,A,sub_meter,2026-01-01,\nA,A,sub_meter,2026-01-01,\n"
        "A,B,twin,2026-01-01,\nA,B,sub_meter,x,\nA,B,sub_meter,2026-01-01,perhaps\nC,D,sub_meter,2026-01-01,yes\n"
        ",B,sub_meter,2026-01-01,\n");
    CHECK(bad.rejected == 9);
    std::vector<std::string> problems;
    for (const auto& problem : bad.problems) problems.push_back(short_text(problem));
    std::ranges::sort(problems);
    CHECK(problems == std::vector<std::string>{
                          "relations.csv:10: parent: is empty", "relations.csv:2: child: 'A' stands above 'C' already",
                          "relations.csv:3: child: utility u has no service point 'X'",
                          "relations.csv:4: parent: utility u has no service point 'X'",
                          "relations.csv:5: child: is the parent itself",
                          "relations.csv:6: kind: 'twin' is no kind of relation (sub_meter, check_meter)",
                          "relations.csv:7: valid_from: " + parse_date("x").error(),
                          "relations.csv:8: ended: 'perhaps' is neither yes nor no",
                          "relations.csv:9: ended: there is nothing to end on this day"});

    // The other way round once the first has ended.
    CHECK(import("B,C,sub_meter,2026-05-01,yes\nC,A,sub_meter,2026-05-01,\n").added == 2);
    // B above C again from the day on which it ended: A above B above C above A.
    CHECK(import("B,C,sub_meter,2026-05-01,no\n").rejected == 1);
    CHECK(import("A,D,check_meter,2026-02-01,yes\n").changed == 1);
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        const auto point =
            customer::find_service_points(tx, org::cells_of(tx, 1), std::array<std::string, 1>{"C"}).at(0);
        const auto views = relations_of(tx, point.cell, std::array{point.service_point_id});
        REQUIRE(views.size() == 3);
        const auto ended = std::ranges::count_if(views, [](const RelationView& view) { return view.ended; });
        CHECK(ended == 1);
    });
}

TEST_CASE("how a sub-meter is taken off is a part of the fact") {
    ImportWorld world;
    world.points({"A", "B", "C"});
    const auto import = [&](std::string_view rows) {
        const auto order = world.order(
            world.write("relations.csv", "parent,child,kind,valid_from,taken_by,amount\n" + std::string(rows)));
        return *import_relations(world.database.app(), kTestClock, order);
    };
    CHECK(import("A,B,sub_meter,2026-01-01,ratio,0.25\nA,C,sub_meter,2026-01-01,quantity,310\n").added == 2);
    CHECK(import("A,B,sub_meter,2026-01-01,ratio,0.250\n").unchanged == 1);
    CHECK(import("A,B,sub_meter,2026-01-01,ratio,0.3\n").changed == 1);
    CHECK(import("A,B,sub_meter,2026-01-01,meter,\n").changed == 1);
    CHECK(world.count("metering.relation where taken_by = 'ratio' and amount = 30000000 and version = 2") == 1);
    const auto bad = import(
        "A,B,sub_meter,2026-02-01,guess,\nA,B,sub_meter,2026-02-01,meter,3\nA,B,check_meter,2026-02-01,ratio,0.5\n"
        "A,B,sub_meter,2026-02-01,ratio,1.00000001\nA,B,sub_meter,2026-02-01,ratio,0\n"
        "A,B,sub_meter,2026-02-01,quantity,\n");
    CHECK(bad.rejected == 6);
    std::vector<std::string> fields;
    for (const auto& problem : bad.problems) fields.push_back(problem.field);
    CHECK(fields == std::vector<std::string>{"taken_by", "amount", "taken_by", "amount", "amount", "amount"});
}

TEST_CASE("an older file of relations again does not undo a correction, a new file does") {
    ImportWorld world;
    world.points({"A", "B", "C"});
    const auto import = [&](std::string_view rows) {
        const auto order =
            world.order(world.write("relations.csv", "parent,child,kind,valid_from,ended\n" + std::string(rows)));
        const auto report = import_relations(world.database.app(), kTestClock, order);
        REQUIRE(report);
        return *report;
    };
    const auto last_ended = [&] {
        return world.count(
            "(select from (select distinct on (parent_id, child_id, valid_from) ended from "
            "metering.relation order by parent_id, child_id, valid_from, version desc) f where ended) e");
    };
    // The second says the same as the first in other words: it brings nothing, but it too is older than the correction.
    constexpr std::string_view kOld =
        "A,B,sub_meter,2026-01-01,no\nB,C,sub_meter,2026-01-01,\nX,C,sub_meter,2026-01-01,\n";
    constexpr std::string_view kSame = "B,C,sub_meter,2026-01-01,\nA,B,sub_meter,2026-01-01,\n";
    constexpr std::string_view kCorrection = "A,B,sub_meter,2026-01-01,yes\nC,A,sub_meter,2026-01-01,\n";
    CHECK(import(kOld).added == 2);
    CHECK(import(kSame).unchanged == 2);
    const auto corrected = import(kCorrection);
    CHECK(corrected.changed == 1);
    CHECK(corrected.added == 1);
    CHECK(last_ended() == 1);
    for (const std::string_view old : {kOld, kSame, kCorrection}) {
        const auto again = import(old);
        CHECK(again.unchanged == 2);
        CHECK(again.added + again.changed == 0);
    }
    CHECK(last_ended() == 1);
    CHECK(world.count("metering.relation") == 4);

    // What was refused comes in when it fits.
    world.points({"A", "B", "C", "X"});
    const auto with_x = import(kOld);
    CHECK(with_x.added == 1);
    CHECK(with_x.unchanged == 2);
    CHECK(import("C,A,sub_meter,2026-01-01,yes\nA,B,sub_meter,2026-01-01,no\n").changed == 2);
    CHECK(last_ended() == 1);
    CHECK(import(kCorrection).unchanged == 2);
    CHECK(last_ended() == 1);

    // A file that says two things of one day: the later line, and nothing more the second time.
    constexpr std::string_view kTwice = "X,A,check_meter,2026-03-01,no\nX,A,check_meter,2026-03-01,yes\n";
    const auto twice = import(kTwice);
    CHECK(twice.added == 1);
    CHECK(twice.changed == 1);
    CHECK(import(kTwice).unchanged == 2);
    // The same file is no older one to another utility.
    world.add_utility("v", "Europe/London");
    world.points({"A", "B", "C"});
    CHECK(import("A,B,sub_meter,2026-01-01,no\n").added == 1);
    CHECK(import(kCorrection).changed == 1);
}

TEST_CASE("relations stay within a cell") {
    ImportWorld world;
    std::string text =
        "party_code,party_name,account_code,opened_on,premise_code,premise_address,service_point_code,commodity,tariff,"
        "valid_from\n";
    for (const char* code : {"A", "B"})
        text += fmt::format("P{0},N,A{0},2000-01-01,R{0},x,{0},electricity,std,2000-01-01\n", code);
    customer::AccountImport accounts{.file = world.write("accounts.csv", text),
                                     .utility = world.utility,
                                     .actor = world.actor,
                                     .command_id = Uuid::random_v7(kTestClock)};
    accounts.points_of_cell = 1;
    REQUIRE(customer::import_accounts(world.database.app(), kTestClock, accounts));
    const auto file = world.write("relations.csv", "parent,child,kind,valid_from\nA,B,sub_meter,2026-01-01\n");
    const auto report = import_relations(world.database.app(), kTestClock, world.order(file));
    REQUIRE(report);
    REQUIRE(report->problems.size() == 1);
    CHECK(short_text(report->problems[0]) == "relations.csv:2: child: 'B' lies in another cell than 'A'");
}

}  // namespace mainspring::metering
