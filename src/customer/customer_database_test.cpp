// Imports and moves against a real database.
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "customer/account_import.hpp"
#include "customer/account_view_service.hpp"
#include "customer/billing_stream.hpp"
#include "customer/customer_service.hpp"
#include "support/test_database.hpp"

namespace mainspring::customer {
namespace {

const FixedClock kClock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}}};
constexpr std::string_view kHeader =
    "party_code,party_name,language,party_address,email,phone,tax_number,account_code,opened_on,cycle,premise_code,"
    "premise_address,service_point_code,commodity,gas_zone,tariff,class,entitlements,dwellings,valid_from,valid_to\n";
constexpr std::string_view kRows =
    "P1,Ann,en,1 Mill Lane|Riverside,a@example.org,,,A1,2026-01-01,monthly,R1,1 Mill Lane,S1,electricity,,std,"
    "residential,low_income;solar,1,2026-01-01,\n"
    "P1,Ann,en,1 Mill Lane|Riverside,a@example.org,,,A1,2026-01-01,monthly,R1,1 Mill Lane,G1,gas,SE,gas-std,"
    "residential,,1,2026-01-01,\n"
    "P2,Bob,en,,,,,A2,2026-02-01,monthly,R2,2 Mill Lane,S2,electricity,,std,commercial,,2,2026-02-01,\n";

Date day(std::string_view text) { return *parse_date(text); }

struct World {
    World() {
        actor = org::command_line_actor(database.app(), kClock);
        add_utility("u");
    }
    ~World() { std::filesystem::remove(path); }

    void add_utility(const std::string& code, const std::string& more = "") {
        const auto file = org::parse_utility(
            fmt::format("{{code: {}, name: {{en: U}}, currency: GBP, zone: Europe/London{}}}", code, more), "u.yaml");
        REQUIRE_MESSAGE(file, file.error());
        REQUIRE(org::add_utility(database.app(), kClock, {*file, actor.actor_id}));
    }
    // A stored one of this role, in the unit of this code; none: everywhere.
    org::Actor actor_of(org::Role role, const std::string& unit) {
        return org::ensure_actor(database.app(), kClock, {.code = "x", .name = "X", .roles = {role}, .org_unit = unit})
            .value();
    }
    AccountImport options(const std::string& rows) {
        std::ofstream(path) << kHeader << rows;
        return {.file = path, .utility = "u", .actor = actor, .command_id = Uuid::random_v7(kClock)};
    }
    ImportReport import(const std::string& rows) { return import(options(rows)); }
    ImportReport import(const AccountImport& import) {
        auto report = import_accounts(database.app(), kClock, import);
        REQUIRE_MESSAGE(report, report.error().text);
        return *report;
    }
    std::int64_t count(const std::string& table) {
        return with_tx(database.app(), {}, [&](Tx& tx) {
            return tx.exec_once("select count(*) from " + table).one().get<std::int64_t>(0);
        });
    }

    TestDatabase database;
    org::Actor actor;
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / fmt::format("mainspring-accounts-{}.csv", database.name());
};

}  // namespace

TEST_CASE("accounts come in once") {
    World world;
    const ImportReport first = world.import(std::string(kRows));
    CHECK(first.added == 3);
    CHECK(first.problems.empty());
    CHECK(world.count("customer.party") == 2);
    CHECK(world.count("customer.premise") == 2);
    CHECK(world.count("customer.service_point") == 3);
    CHECK(world.count("customer.account") == 2);
    CHECK(world.count("customer.agreement") == 3);
    const ImportReport again = world.import(std::string(kRows));
    CHECK(again.unchanged == 3);
    CHECK(again.added + again.changed + again.rejected == 0);
    CHECK(world.count("customer.agreement") == 3);
    CHECK(world.count("core.audit where action = 'customer.import_accounts'") == 2);
}

TEST_CASE("the same command id answers without reading; another request is refused") {
    World world;
    AccountImport import = world.options(std::string(kRows));
    CHECK(world.import(import).added == 3);
    const ImportReport again = world.import(import);
    CHECK(again.done_before);
    CHECK(again.added == 3);
    import.org_unit = "u";
    CHECK(import_accounts(world.database.app(), kClock, import).error().code == ImportRefusalCode::command_reused);
    import.command_id = Uuid::random_v7(kClock);
    import.utility = "v";
    CHECK(import_accounts(world.database.app(), kClock, import).error().code == ImportRefusalCode::unknown_utility);
    import.utility = "u";
    import.actor = world.actor_of(org::Role::auditor, "");
    CHECK(import_accounts(world.database.app(), kClock, import).error().code == ImportRefusalCode::access);
}

TEST_CASE("an actor of another utility imports and moves nothing, whatever the caller says of them") {
    World world;
    world.add_utility("v");
    AccountImport import = world.options(std::string(kRows));
    CHECK(world.import(import).added == 3);
    import.actor = world.actor_of(org::Role::administrator, "v");
    CHECK(import_accounts(world.database.app(), kClock, import).error().code == ImportRefusalCode::access);
    import.command_id = Uuid::random_v7(kClock);
    CHECK(import_accounts(world.database.app(), kClock, import).error().code == ImportRefusalCode::access);
    const MoveOut out{.utility = "u",
                      .account = "A1",
                      .service_point = "S1",
                      .on = day("2026-05-01"),
                      .actor = import.actor,
                      .command_id = Uuid::random_v7(kClock)};
    CHECK(move_out(world.database.app(), kClock, out).error().code == RefusalCode::access);
    const MoveIn in{.utility = "u",
                    .account = "A1",
                    .service_point = "S1",
                    .on = day("2026-05-01"),
                    .terms = {},
                    .actor = import.actor,
                    .command_id = Uuid::random_v7(kClock)};
    CHECK(move_in(world.database.app(), kClock, in).error().code == RefusalCode::access);
    CHECK(world.count("customer.agreement") == 3);
}

TEST_CASE("an import for a unit leaves what is of another unit alone; what is new is of the unit of its cell") {
    World world;
    world.add_utility("w",
                      ", org_units: [{code: w, name: W}, {code: north, name: N, parent: w}, "
                      "{code: south, name: S, parent: w}]");
    const auto in_unit = [&](const std::string& unit, const std::string& rows) {
        AccountImport import = world.options(rows);
        import.utility = "w";
        import.org_unit = unit;
        return world.import(import);
    };
    const auto row = [](int n, std::string_view premise, std::string_view name = "Ann") {
        return fmt::format("P{0},{2},en,,,,,A{0},2026-01-01,monthly,{1},x,S{0},electricity,,std,,,1,2026-01-01,\n", n,
                           premise, name);
    };
    CHECK(in_unit("north", row(1, "R1")).added == 1);
    for (const auto& [rows, field] :
         {std::pair(row(1, "R1"), "account_code"), std::pair(row(2, "R1"), "premise_code")}) {
        const ImportReport refused = in_unit("south", rows);
        REQUIRE(refused.problems.size() == 1);
        CHECK(refused.problems[0].field == field);
        CHECK(refused.problems[0].reason == "belongs to org unit 'north', which is neither 'south' nor below it");
    }
    std::string moved = row(1, "R3", "Anna");
    moved.replace(moved.find("A1"), 2, "A3").replace(moved.find("S1"), 2, "S3");
    CHECK(in_unit("south", moved).problems.at(0).field == "party_code");
    CHECK(in_unit("w", row(2, "R1")).added == 1);  // from above
    CHECK(world.count("customer.account where org_unit_id = (select org_unit_id from org.org_unit where code = "
                      "'north')") == 2);
    CHECK(world.count("customer.account") == 2);
}

TEST_CASE("a dry run reports everything and keeps nothing") {
    World world;
    AccountImport import = world.options(std::string(kRows));
    import.dry_run = DryRun::yes;
    import.rows_of_transaction = 1;
    CHECK(world.import(import).added == 3);
    CHECK(world.count("customer.party") == 0);
    CHECK(world.count("core.command") == 0);
}

TEST_CASE("bad rows are named and good ones kept") {
    World world;
    const ImportReport report =
        world.import(std::string(kRows) +
                     "P2,Bobby,en,,,,,A2,2026-02-01,monthly,R2,2 Mill Lane,S9,electricity,,std,,,1,2026-02-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-01,monthly,R3,3 Mill Lane,S3,steam,,std,,,1,2026-02-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-30,monthly,R3,3 Mill Lane,S3,water,,std,,,1,2026-02-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-01,monthly,R2,another address,S3,water,,std,,,1,2026-02-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-01,monthly,R3,3 Mill Lane,S1,electricity,,std,,,1,2026-02-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-01,monthly,R2,2 Mill Lane,S2,electricity,,std,,,1,2026-02-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-01,monthly,R3,3 Mill Lane,S3,gas,,std,,,1,2026-02-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-01,monthly,R3,3 Mill Lane,S3,water,,std,,,0,2026-02-01,\n"
                     "P1,Ann,en,1 Mill Lane|Riverside,a@example.org,,,A1,2026-01-02,monthly,R1,1 Mill "
                     "Lane,S4,water,,w,,,1,2026-03-01,\n"
                     "P3,Cy,en,,,,,A3,2026-02-01,monthly,R3,3 Mill Lane,S3,water,,std,,,1,2026-02-01,\n");
    CHECK(report.added == 4);
    CHECK(report.rejected == 9);
    std::map<int, std::string> fields;
    for (const auto& problem : report.problems) fields[problem.line] = problem.field;
    CHECK(fields == std::map<int, std::string>{{5, "party_code"},
                                               {6, "commodity"},
                                               {7, "opened_on"},
                                               {8, "premise_address"},
                                               {9, "premise_code"},
                                               {10, "valid_from"},
                                               {11, "gas_zone"},
                                               {12, "dwellings"},
                                               {13, "opened_on"}});
    CHECK(world.count("customer.account") == 3);
}

TEST_CASE("changed facts become versions or dated rows") {
    World world;
    world.import(std::string(kRows));
    std::string changed(kRows);
    changed.replace(changed.find("P2,Bob"), 6, "P2,Rob");
    changed.replace(changed.find(",std,residential"), 4, ",eco");
    const ImportReport report = world.import(changed);
    CHECK(report.changed == 2);
    CHECK(report.unchanged == 1);
    CHECK(world.count("customer.agreement where tariff = 'eco' and version = 2 and valid_from = '2026-01-01'") == 1);
    CHECK(world.count("customer.party where name = 'Rob' and version = 1 and valid_from = '2026-07-01'") == 1);
    CHECK(world.import(changed).unchanged == 3);
    changed.replace(changed.find("2026-02-01,\n"), 12, "2026-05-01,\n");
    changed.replace(changed.find(",std,commercial"), 4, ",eco");
    CHECK(world.import(changed).changed == 1);
    CHECK(world.count("customer.agreement where tariff = 'eco' and valid_from = '2026-05-01' and version = 1") == 1);
}

TEST_CASE("small cells fill up one after the other, and chunks continue them") {
    World world;
    std::string rows;
    for (int i = 0; i < 25; ++i)
        rows +=
            fmt::format("P{0},N{0},en,,,,,A{0},2026-01-01,monthly,R{0},{0} Lane,S{0},water,,w,,,1,2026-01-01,\n", i);
    AccountImport import = world.options(rows);
    import.points_of_cell = 10;
    import.rows_of_transaction = 7;
    CHECK(world.import(import).added == 25);
    CHECK(world.count("org.cell where service_points = 10") == 2);
    CHECK(world.count("org.cell where service_points = 5") == 1);
    import.command_id = Uuid::random_v7(kClock);
    CHECK(world.import(import).unchanged == 25);
    with_tx(world.database.app(), {}, [](Tx& tx) {
        const auto utility = org::find_utility(tx, "u");
        const auto ranges = account_ranges(tx, {utility->legal_entity_id, "monthly", 4});
        REQUIRE(ranges.size() == 8);
        std::int64_t count = 0;
        for (const auto& range : ranges) count += range.count;
        CHECK(count == 25);
        CHECK(ranges[0].account_from == 1);
        CHECK(ranges[0].account_to == 5);
        std::vector<AccountRecord> accounts;
        accounts_in_range(tx, {ranges[0], utility->legal_entity_id, "monthly"}, accounts);
        CHECK(accounts.size() == 4);
        accounts_in_range(tx, {ranges[0], utility->legal_entity_id, "yearly"}, accounts);
        CHECK(accounts.empty());
    });
}

TEST_CASE("streams give agreements with what billing needs of the point") {
    World world;
    world.import(std::string(kRows));
    with_tx(world.database.app(), {}, [](Tx& tx) {
        TextTable texts;
        std::vector<AgreementRecord> rows;
        agreements_in_range(tx, {CellId{1}, 1, 100, 0}, texts, rows);
        REQUIRE(rows.size() == 3);
        CHECK(texts.text_of(rows[0].tariff) == "std");
        CHECK(texts.text_of(rows[0].entitlements) == "low_income;solar");
        CHECK(rows[0].gas_zone == 0);
        CHECK(rows[1].commodity == Commodity::gas);
        CHECK(texts.text_of(rows[1].gas_zone) == "SE");
        CHECK(rows[2].dwellings == 2);
        CHECK(rows[2].customer_class == CustomerClass::commercial);
        CHECK(rows[2].valid_from == day("2026-02-01"));
    });
}

TEST_CASE("facts of agreements are dated with their versions and come with the stream") {
    World world;
    AccountImport import = world.options("");
    const auto write = [&](const std::string& facts, std::string_view from, std::string_view second) {
        std::string header(kHeader);
        header.insert(header.find("valid_from"), "facts,");
        std::string row = "P1,Ann,en,,,,,A1,2026-01-01,monthly,R1,1 Mill Lane,S1,electricity,,std,,,1,";
        std::ofstream(world.path) << header << row << facts << ',' << from << ",\n" << second;
        import.command_id = Uuid::random_v7(kClock);
        return world.import(import);
    };
    CHECK(write("persons=5;contract_kw=200", "2026-01-01", "").added == 1);
    CHECK(write("contract_kw=200;persons=5.0", "2026-01-01", "").unchanged == 1);
    CHECK(write("contract_kw=250", "2026-04-01", "").changed == 1);
    const auto bad = write("contract_kw=250", "2026-04-01",
                           "P2,Bob,en,,,,,A2,2026-01-01,monthly,R2,2 Mill Lane,S2,electricity,,std,,,1,persons=x,"
                           "2026-01-01,\n");
    CHECK(bad.rejected == 1);
    REQUIRE(bad.problems.size() == 1);
    CHECK(bad.problems[0].line == 3);
    CHECK(bad.problems[0].field == "facts");
    with_tx(world.database.app(), {}, [](Tx& tx) {
        TextTable texts;
        std::vector<AgreementRecord> rows;
        agreements_in_range(tx, {CellId{1}, 1, 100, 0}, texts, rows);
        REQUIRE(rows.size() == 2);
        CHECK(texts.text_of(rows[0].facts) == "contract_kw=200000000;persons=5000000");
        CHECK(texts.text_of(rows[1].facts) == "contract_kw=250000000");
        const auto view = account_view(tx, *find_account(tx, 1, "A1"), day("2026-07-01"));
        CHECK(text_of(view.services.at(0).facts.at(1).terms.facts) == "contract_kw=250");
        const auto stated = stated_facts_of(tx, CellId{1}, 1);
        REQUIRE(stated.size() == 2);
        CHECK(stated[1].facts == "contract_kw=250");
    });
    Terms terms{.tariff = "std", .entitlements = {}, .facts = {{"contract_kw", 100'000'000}}};
    MoveIn in{.utility = "u",
              .account = "A1",
              .service_point = "S1",
              .on = day("2026-08-01"),
              .terms = terms,
              .actor = world.actor,
              .command_id = Uuid::random_v7(kClock)};
    const MoveOut out{.utility = "u",
                      .account = "A1",
                      .service_point = "S1",
                      .on = in.on,
                      .actor = world.actor,
                      .command_id = Uuid::random_v7(kClock)};
    REQUIRE(move_out(world.database.app(), kClock, out));
    REQUIRE(move_in(world.database.app(), kClock, in));
    CHECK(world.count("customer.agreement where fact_names = '{contract_kw}' and fact_values_micro = '{100000000}'") ==
          1);
    in.terms.facts[0].micro += 1;  // another request under the same command id
    CHECK(move_in(world.database.app(), kClock, in).error().code == RefusalCode::command_reused);
}

TEST_CASE("moving out and in on one day, with a gap, and not twice") {
    World world;
    world.import(std::string(kRows) +
                 "P3,Cy,en,,,,,A3,2026-02-01,monthly,R3,3 Mill Lane,S3,water,,w,,,1,2026-02-01,\n");
    Pool& pool = world.database.app();
    const Terms terms{
        .tariff = "std", .customer_class = CustomerClass::residential, .entitlements = {}, .dwellings = 1};
    MoveIn in{.utility = "u",
              .account = "A2",
              .service_point = "S1",
              .on = day("2026-06-01"),
              .terms = terms,
              .actor = world.actor,
              .command_id = Uuid::random_v7(kClock)};
    CHECK(move_in(pool, kClock, in).error().code == RefusalCode::supplied);
    const MoveOut out{.utility = "u",
                      .account = "A1",
                      .service_point = "S1",
                      .on = day("2026-06-01"),
                      .actor = world.actor,
                      .command_id = Uuid::random_v7(kClock)};
    const auto left = move_out(pool, kClock, out);
    REQUIRE_MESSAGE(left, left.error().text);
    CHECK(move_out(pool, kClock, out)->agreement_id == left->agreement_id);  // the same command again
    MoveOut other = out;
    other.command_id = Uuid::random_v7(kClock);
    CHECK(move_out(pool, kClock, other).error().code == RefusalCode::already_ended);
    other.on = day("2026-06-02");
    CHECK(move_out(pool, kClock, other).error().code == RefusalCode::not_supplied);
    const auto arrived = move_in(pool, kClock, in);
    REQUIRE_MESSAGE(arrived, arrived.error().text);
    CHECK(arrived->gap_days == 0);
    CHECK(move_in(pool, kClock, in)->agreement_id == arrived->agreement_id);
    in.on = day("2026-06-05");
    CHECK(move_in(pool, kClock, in).error().code == RefusalCode::command_reused);
    in.command_id = Uuid::random_v7(kClock);
    in.service_point = "S3";
    CHECK(move_in(pool, kClock, in).error().code == RefusalCode::supplied);
    MoveOut third{.utility = "u",
                  .account = "A3",
                  .service_point = "S3",
                  .on = day("2026-06-01"),
                  .actor = world.actor,
                  .command_id = Uuid::random_v7(kClock)};
    REQUIRE(move_out(pool, kClock, third));
    CHECK(move_in(pool, kClock, in)->gap_days == 4);
    in.command_id = Uuid::random_v7(kClock);
    in.on = day("2026-01-05");
    CHECK(move_in(pool, kClock, in).error().code == RefusalCode::before_opening);
    in.account = "A99";
    CHECK(move_in(pool, kClock, in).error().code == RefusalCode::unknown_account);
    // The first file again does not undo the moves.
    CHECK(world.import(std::string(kRows)).unchanged == 3);
    with_tx(pool, {}, [](Tx& tx) {
        const auto utility = org::find_utility(tx, "u");
        CHECK(find_account(tx, utility->legal_entity_id, "A2")->currency == "GBP");
        CHECK(!find_account(tx, utility->legal_entity_id, "A99"));
    });
}

}  // namespace mainspring::customer
