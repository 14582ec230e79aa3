#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "org/access.hpp"
#include "org/command_log.hpp"
#include "org/org_service.hpp"
#include "support/test_database.hpp"

namespace mainspring::org {
namespace {

constexpr std::string_view kFile = R"(code: riverside
name: {en: Riverside Utilities, zh: 河岸公用}
currency: GBP
zone: Europe/London
language: en
address: [1 Mill Lane, Riverside]
contact: {phone: "0100", web: example.org}
bill_prefix: R
org_units:
  - {code: riverside, name: Head office}
  - {code: north, name: North, parent: riverside}
  - {code: north-desk, name: Cash desk, parent: north}
)";
const FixedClock kClock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}}};

UtilityFile good_file() {
    auto file = parse_utility(kFile, "utility.yaml");
    REQUIRE_MESSAGE(file, file.error());
    return *file;
}

std::string with(std::string_view from, std::string_view to) {
    std::string text(kFile);
    return text.replace(text.find(from), from.size(), to);
}

std::string error_of(const std::string& text) {
    const auto file = parse_utility(text, "u.yaml");
    REQUIRE(!file);
    return file.error();
}

}  // namespace

TEST_CASE("a utility file says where it is wrong") {
    CHECK(good_file().org_units.size() == 3);
    CHECK(error_of(with("currency: GBP", "currency: QQQ")).starts_with("u.yaml:3: currency: "));
    CHECK(error_of(with("zone: Europe/London", "zone: Mars/Base")).starts_with("u.yaml:4: zone: "));
    CHECK(error_of(with("bill_prefix: R", "bill_prefx: R")) == "u.yaml:8: bill_prefx: unknown key");
    CHECK(error_of(with("parent: north}", "parent: south}")).find("'south'") != std::string::npos);
    CHECK(error_of(with("en: Riverside Utilities, ", "")).find("'en'") != std::string::npos);
    CHECK(error_of("code: [").starts_with("u.yaml:"));
    CHECK(error_of("- a") == "u.yaml:1: is not a map of keys");
}

TEST_CASE("units form a tree") {
    const OrgTree tree({{1, std::nullopt, 1, "root"}, {2, 1, 1, "north"}, {3, 2, 1, "desk"}, {4, 1, 1, "south"}});
    CHECK(tree.contains(2, 3));
    CHECK_FALSE(tree.contains(4, 3));
    CHECK_THROWS(OrgTree({{1, 2, 1, "a"}, {2, 1, 1, "b"}}));
}

TEST_CASE("a utility is set up once; another text is refused") {
    TestDatabase database;
    const UtilityFile file = good_file();
    const std::int32_t actor = command_line_actor(database.app(), kClock).actor_id;
    CHECK(*add_utility(database.app(), kClock, {file, actor}) == Change::added);
    CHECK(*add_utility(database.app(), kClock, {file, actor}) == Change::unchanged);
    UtilityFile other = file;
    other.currency = *currency_of("EUR");
    const auto refused = add_utility(database.app(), kClock, {other, actor});
    REQUIRE(!refused);
    CHECK(refused.error().code == RefusalCode::utility_differs);
    CHECK(refused.error().text.find("currency") != std::string::npos);
    UtilityFile more = file;
    more.org_units.push_back({.code = "south", .name = "South", .parent = "riverside"});
    CHECK(*add_utility(database.app(), kClock, {more, actor}) == Change::added);
    const auto eye = ensure_actor(database.app(), kClock, {.code = "eye", .name = "Eye", .roles = {Role::auditor}});
    CHECK(add_utility(database.app(), kClock, {more, eye->actor_id}).error().code == RefusalCode::access);
    const auto desk = ensure_actor(
        database.app(), kClock, {.code = "desk", .name = "Desk", .roles = {Role::administrator}, .org_unit = "north"});
    CHECK(add_utility(database.app(), kClock, {more, desk->actor_id}).error().code == RefusalCode::access);
    with_tx(database.app(), {}, [&](Tx& tx) {
        const auto count = [&](const std::string& rows) {
            return tx.exec_once("select count(*) from core.audit where " + rows).one().get<std::int64_t>(0);
        };
        CHECK(count(fmt::format("action = 'org.add_utility' and actor_id = {} and org_unit_id > 0", actor)) == 2);
        CHECK(count("action = 'org.add_utility'") == 2);
        CHECK(count(fmt::format("action = 'org.add_actor' and object = 'eye' and actor_id = {}", eye->actor_id)) == 1);
        const auto utility = find_utility(tx, "riverside");
        REQUIRE(utility);
        CHECK(utility->address.size() == 2);
        CHECK(utility->zone_rules().name() == "Europe/London");
        const OrgTree tree = load_org_tree(tx);
        CHECK(tree.contains(utility->root_unit_id, tree.find("north-desk")->org_unit_id));
    });
}

TEST_CASE("actors and cells") {
    TestDatabase database;
    REQUIRE(add_utility(database.app(), kClock, {good_file(), command_line_actor(database.app(), kClock).actor_id}));
    const auto first = ensure_actor(database.app(), kClock, {.code = "ann", .name = "Ann", .roles = {Role::billing}});
    const auto again = ensure_actor(database.app(), kClock, {.code = "ann", .name = "Ann", .roles = {Role::cashier}});
    CHECK(first->actor_id == again->actor_id);
    CHECK(ensure_actor(database.app(), kClock, {.code = "x", .name = "x", .roles = {}, .org_unit = "nowhere"})
              .error()
              .code == RefusalCode::unknown_unit);
    const Actor operating = command_line_actor(database.app(), kClock);
    const auto desk =
        ensure_actor(database.app(), kClock, {.code = "d", .name = "d", .roles = {Role::cashier}, .org_unit = "north"});
    REQUIRE(desk);
    with_tx(database.app(), {}, [&](Tx& tx) {
        const auto utility = find_utility(tx, "riverside");
        const OrgTree tree = load_org_tree(tx);
        const auto answer = [&](std::int32_t actor_id, Permission permission, std::int32_t unit) {
            const auto allowed = require(tx, actor_id, {permission, unit});
            return allowed ? std::optional<AccessDenied>() : allowed.error().code;
        };
        const auto north_desk = tree.find("north-desk")->org_unit_id;
        CHECK_FALSE(answer(first->actor_id, Permission::bill, utility->root_unit_id));
        CHECK_FALSE(answer(operating.actor_id, Permission::keep_books, 0));
        CHECK(answer(first->actor_id, Permission::take_payment, north_desk) == AccessDenied::no_permission);
        CHECK_FALSE(answer(desk->actor_id, Permission::take_payment, north_desk));
        CHECK(answer(desk->actor_id, Permission::take_payment, utility->root_unit_id) == AccessDenied::outside_unit);
        CHECK(answer(desk->actor_id, Permission::take_payment, 0) == AccessDenied::outside_unit);
        CHECK(answer(99, Permission::look, north_desk) == AccessDenied::no_permission);
        CHECK(require_of_utility(tx, first->actor_id, Permission::bill, utility->legal_entity_id));
        CHECK_FALSE(require_of_utility(tx, desk->actor_id, Permission::take_payment, utility->legal_entity_id));
    });
    with_tx(database.app(), {}, [&](Tx& tx) {
        const auto utility = find_utility(tx, "riverside");
        const CellRequest request{utility->legal_entity_id, utility->root_unit_id, 10};
        const Cell cell = cell_with_room(tx, request);
        add_service_points(tx, cell.cell, 9);
        CHECK(cell_with_room(tx, request).cell == cell.cell);
        add_service_points(tx, cell.cell, 1);
        CHECK(cell_with_room(tx, request).cell != cell.cell);
        const std::int32_t north = load_org_tree(tx).find("north")->org_unit_id;
        const Cell below = cell_with_room(tx, {utility->legal_entity_id, north, 10});
        const auto home = require_of_cell(tx, desk->actor_id, Permission::take_payment, below.cell);
        REQUIRE(home);
        CHECK(home->org_unit_id == north);
        CHECK(home->legal_entity_id == utility->legal_entity_id);
        const auto denied = [&](std::int32_t actor_id, CellId of) {
            return require_of_cell(tx, actor_id, Permission::take_payment, of).error().code;
        };
        CHECK(denied(desk->actor_id, cell.cell) == AccessDenied::outside_unit);
        CHECK(denied(desk->actor_id, CellId{99}) == AccessDenied::outside_unit);
        CHECK(denied(first->actor_id, below.cell) == AccessDenied::no_permission);
        CHECK(denied(99, below.cell) == AccessDenied::no_permission);
        CHECK(lock_cells(tx, utility->legal_entity_id).size() == 3);
    });
}

TEST_CASE("a command answers once; its id serves one request") {
    TestDatabase database;
    const Uuid id = Uuid::random_v7(kClock);
    with_tx(database.app(), {}, [&](Tx& tx) {
        const Command command{kNoCell, id, "test", "a"};
        CHECK(!find_command(tx, command)->has_value());
        record_command(tx, command, {1, 1, kClock.now()}, json_object({{"said", "\"x\"\n"}}));
        CHECK(find_command(tx, command)->value() == R"({"said": "\"x\"\n"})");
        CHECK(!find_command(tx, {kNoCell, id, "test", "b"}));
        CHECK(!find_command(tx, {kNoCell, id, "other", "a"}));
        write_audit(tx, {1, 1, kClock.now()}, {.cell = kNoCell, .command_id = id, .action = "a", .object = "o"});
        write_outbox(tx, kClock.now(), {.cell = kNoCell, .topic = "t", .key = "k"});
    });
}

}  // namespace mainspring::org
