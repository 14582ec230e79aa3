// The second wall: what row-level security lets a person see, whatever the statement forgets to ask.
#include <doctest/doctest.h>

#include "org/unit_service.hpp"
#include "org/user_service.hpp"
#include "storage/catalogue.hpp"
#include "support/org_world.hpp"

namespace mainspring::org {
namespace {

using Codes = std::vector<std::string>;

// What a statement sees that asks for no cell.
Codes seen(OrgWorld& world, const Actor& actor, const std::string& table = "customer.account",
           Instant at = kWorldClock.now()) {
    Pool pool = world.as(actor, at);
    return with_tx(pool, {}, [&](Tx& tx) {
        Codes codes;
        const Result rows = tx.exec_once("select code from " + table + " order by code");
        for (const Row row : rows) codes.push_back(row.get<std::string>(0));
        return codes;
    });
}

std::int64_t rows_of(Pool& pool, const std::string& table) {
    return with_tx(pool, {},
                   [&](Tx& tx) { return tx.exec_once("select count(*) from " + table).one().get<std::int64_t>(0); });
}

}  // namespace

TEST_CASE("people see the units of their assignments and below, and no sibling's") {
    OrgWorld world;
    CHECK(seen(world, world.user("all", Role::auditor)) == Codes{"D", "N", "O", "R", "S"});
    CHECK(seen(world, world.user("head", Role::auditor, "riverside")) == Codes{"D", "N", "R", "S"});
    CHECK(seen(world, world.user("north", Role::billing, "north")) == Codes{"D", "N"});
    CHECK(seen(world, world.user("south", Role::cashier, "south")) == Codes{"S"});
    CHECK(seen(world, world.user("desk", Role::cashier, "north-desk")) == Codes{"D"});
    CHECK(seen(world, world.user("other", Role::auditor, "otherville")) == Codes{"O"});
    CHECK(seen(world, world.user("none", std::nullopt)).empty());
    CHECK(seen(world, Actor{9999, "nobody", ""}).empty());
    CHECK(rows_of(world.database.app(), "customer.account") == 5);
    CHECK(rows_of(world.database.read(), "customer.account") == 5);
}

TEST_CASE("where nothing was said nothing is seen, also after a transaction that said something") {
    OrgWorld world;
    const Actor all = world.user("all", Role::auditor);
    Pool one({.connection = world.database.connection(kWebRole), .size = 1});
    CHECK(rows_of(one, "customer.account") == 0);
    Pool person = one.acting_for({.actor_id = all.actor_id});
    CHECK(rows_of(person, "customer.account") == 5);
    // The settings of the transaction before are '' now, not null.
    CHECK(rows_of(one, "customer.account") == 0);
    CHECK(with_tx(one, {}, [](Tx& tx) {
        return tx
            .exec_once(
                "select current_setting('mainspring.sees_all', true) is not null and not core.sees_all() "
                "and core.visible_cells() is null")
            .one()
            .get<bool>(0);
    }));
    for (const auto& table : table_catalogue())
        if (table.placement == Placement::by_cell) CHECK(rows_of(one, std::string(table.name)) == 0);
}

TEST_CASE("a row of another unit can be neither written nor found by its key") {
    OrgWorld world;
    Pool north = world.as(world.user("north", Role::billing, "north"));
    const auto write = [&](const std::string& cell) {
        with_tx(north, {}, [&](Tx& tx) {
            tx.exec_once(
                "insert into customer.premise (cell_id, premise_id, code, address, org_unit_id) select cell_id, "
                "77, 'X', '{}', org_unit_id from org.cell where cell_id = " +
                cell);
        });
    };
    write(world.cell("north"));
    CHECK_THROWS_WITH_AS(write(world.cell("south")), doctest::Contains("row-level security"), DbError);
    CHECK(rows_of(north, "customer.account where cell_id = " + world.cell("south")) == 0);
    for (Pool* pool : {&world.app(), &north})
        for (const std::string sql : {"delete from core.audit", "update core.audit set action = ''"})
            CHECK_THROWS_WITH_AS(with_tx(*pool, {}, [&](Tx& tx) { tx.exec_once(sql); }),
                                 doctest::Contains("permission denied"), DbError);
    CHECK_THROWS_WITH_AS(rows_of(north, "identity.credential"), doctest::Contains("permission denied"), DbError);
    CHECK_THROWS_WITH_AS(with_tx(north, {}, [](Tx& tx) { tx.exec_once("update org.actor set disabled = true"); }),
                         doctest::Contains("permission denied"), DbError);
}

TEST_CASE("a unit that moves is seen from its new place from that day on") {
    OrgWorld world;
    const Actor north = world.user("north", Role::billing, "north");
    const Actor south = world.user("south", Role::billing, "south");
    const Date moves = std::chrono::year{2026} / 8 / 1;
    REQUIRE(move_unit(world.app(), kWorldClock, world.order(), {"north-desk", "south", moves}));
    // 1 August begins at 23:00 UTC of the day before, in London.
    const Instant before = std::chrono::sys_days{moves} - std::chrono::minutes{61};
    const Instant after = std::chrono::sys_days{moves} - std::chrono::minutes{60};
    CHECK(seen(world, north, "customer.account", before) == Codes{"D", "N"});
    CHECK(seen(world, south, "customer.account", before) == Codes{"S"});
    CHECK(seen(world, north, "customer.account", after) == Codes{"N"});
    CHECK(seen(world, south, "customer.account", after) == Codes{"D", "S"});
    for (const auto& [at, actor, allowed] : {std::tuple(before, north, true), std::tuple(after, north, false),
                                             std::tuple(before, south, false), std::tuple(after, south, true)}) {
        Pool pool = world.as(actor, at);
        CHECK(with_tx(pool, {}, [&](Tx& tx) {
                  return require(tx, actor.actor_id, {Permission::bill, world.unit("north-desk")}).has_value();
              }) == allowed);
    }
}

TEST_CASE("an assignment holds from its first day to its last; who is disabled sees nothing") {
    OrgWorld world;
    const Actor temp = world.user("temp", std::nullopt);
    const Date from = std::chrono::year{2026} / 8 / 1;
    const Date to = std::chrono::year{2026} / 8 / 3;
    REQUIRE(assign(world.app(), kWorldClock, world.order(), {"temp", "auditor", "south", from, to}));
    const auto day = [&](int shift) {
        return seen(world, temp, "customer.account", std::chrono::sys_days{from} + std::chrono::days{shift});
    };
    CHECK(day(-1).empty());
    CHECK(day(0) == Codes{"S"});
    CHECK(day(1) == Codes{"S"});
    CHECK(day(2).empty());
    REQUIRE(set_presence(world.app(), kWorldClock, world.order(), "temp", Presence::disabled));
    CHECK(day(1).empty());
    REQUIRE(set_presence(world.app(), kWorldClock, world.order(), "temp", Presence::enabled));
    CHECK(day(1) == Codes{"S"});
}

TEST_CASE("a customer sees the accounts of the own party, wherever they are, and nothing of staff's") {
    OrgWorld world;
    const Actor ann = world.customer("ann", "north", 1);  // party 1 of north: account N, and R at head office
    CHECK(seen(world, ann) == Codes{"N", "R"});
    CHECK(seen(world, ann, "customer.party") == Codes{"PN"});
    CHECK(seen(world, ann, "customer.service_point") == Codes{"SN"});
    Pool pool = world.as(ann);
    for (const auto& table : table_catalogue()) {
        const std::string name(table.name);
        if (table.placement != Placement::by_cell || name.starts_with("customer.") || name.starts_with("core."))
            continue;
        CAPTURE(name);
        CHECK(rows_of(pool, name) == (name == "billing.bill" ? 2 : name == "metering.installation" ? 1 : 0));
    }
}

TEST_CASE("staff see a party whose account they see, wherever the party lives") {
    OrgWorld world;
    CHECK(seen(world, world.user("north", Role::billing, "north"), "customer.party") == Codes{"PD", "PN"});
    // Account R at head office is of the party of north.
    CHECK(seen(world, world.user("south", Role::billing, "south"), "customer.party") == Codes{"PS"});
}

TEST_CASE("a token that is good for some permissions is good for no other") {
    OrgWorld world;
    const Actor all = world.user("all", Role::administrator);
    Pool pool = world.database.people().acting_for(
        {.actor_id = all.actor_id, .at = kWorldClock.now(), .only_permissions = "{look}"});
    with_tx(pool, {}, [&](Tx& tx) {
        CHECK(require(tx, all.actor_id, {Permission::look, 0}));
        CHECK(require(tx, all.actor_id, {Permission::bill, 0}).error().code == AccessDenied::no_permission);
        CHECK(permissions_of(tx, all.actor_id) == std::vector<std::string>{"look"});
    });
}

TEST_CASE("every table by cell is confined") {
    TestDatabase database;
    const auto lease = database.owner().acquire();
    for (const std::string& hole : confinement_violations(*lease, table_catalogue())) FAIL_CHECK(hole);
    lease->exec_script("drop policy own on billing.bill; alter table payment.payment disable row level security");
    CHECK(confinement_violations(*lease, table_catalogue()) ==
          std::vector<std::string>{"billing.bill: by cell, but has no restrictive policy for mainspring_web",
                                   "payment.payment: by cell, but its row-level security is off"});
}

}  // namespace mainspring::org
