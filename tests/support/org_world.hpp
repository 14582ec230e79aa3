// Two utilities with units, a cell and an account in each unit, and people with roles, for tests of access.
#pragma once
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "org/user_service.hpp"
#include "support/test_database.hpp"

namespace mainspring {

inline const FixedClock kWorldClock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}}};

class OrgWorld {
public:
    OrgWorld() {
        add("code: riverside\nname: {en: Riverside}\ncurrency: GBP\nzone: Europe/London\norg_units:\n"
            "  - {code: riverside, name: Head office}\n  - {code: north, name: North, parent: riverside}\n"
            "  - {code: north-desk, name: Desk, parent: north}\n  - {code: south, name: South, parent: riverside}\n");
        add("code: otherville\nname: {en: Otherville}\ncurrency: EUR\nzone: Europe/Paris\n");
        for (const auto& [unit, mark] :
             {std::pair("riverside", "R"), std::pair("north", "N"), std::pair("north-desk", "D"),
              std::pair("south", "S"), std::pair("otherville", "O")})
            add_cell(unit, mark);
        // The head office has an account of the party of north, and each cell a bill.
        change("update customer.account set party_cell_id = " + cell("north") + " where code = 'R'");
        boss_ = user("boss", org::Role::administrator);
    }

    // Without a role where none is named; without a unit everywhere.
    org::Actor user(const std::string& code, const std::optional<org::Role>& role, const std::string& unit = "") {
        org::ActorSpec spec{.code = code, .name = code, .roles = {}, .org_unit = unit};
        if (role) spec.roles.push_back(*role);
        return org::ensure_actor(app(), kWorldClock, spec).value();
    }
    org::Actor customer(const std::string& code, const std::string& unit, std::int64_t party_id) {
        const org::NewUser wanted{code, code, org::PartyKey{CellId{std::stoi(cell(unit))}, party_id}};
        REQUIRE(org::add_user(app(), kWorldClock, order(), wanted));
        return with_tx(app(), {}, [&](Tx& tx) {
            const auto found = org::find_user(tx, code);
            return org::Actor{found->actor_id, found->code, found->name};
        });
    }
    Pool as(const org::Actor& actor, Instant at = kWorldClock.now()) {
        return database.people().acting_for({.actor_id = actor.actor_id, .at = at});
    }
    // Of an administrator of everything.
    org::Order order() { return {boss_.actor_id, Uuid::random_v7(kWorldClock)}; }
    static org::Order order_of(const org::Actor& actor) { return {actor.actor_id, Uuid::random_v7(kWorldClock)}; }
    Pool& app() { return database.app(); }
    std::int32_t unit(const std::string& code) {
        return with_tx(app(), {}, [&](Tx& tx) { return org::load_org_tree(tx).find(code)->org_unit_id; });
    }
    std::string cell(const std::string& unit_code) { return fmt::to_string(unit(unit_code)); }
    void change(const std::string& sql) {
        const auto lease = database.superuser().acquire();
        lease->exec_script(sql);
    }

    TestDatabase database;

private:
    void add(const std::string& text) {
        const auto file = org::parse_utility(text, "utility.yaml");
        REQUIRE_MESSAGE(file, file.error());
        const auto actor = org::command_line_actor(app(), kWorldClock);
        REQUIRE(org::add_utility(app(), kWorldClock, {*file, actor.actor_id}));
    }
    // The cell has the number of its unit.
    void add_cell(const std::string& unit_code, const std::string& mark) {
        const std::string id = cell(unit_code);
        change(fmt::format(
            "insert into org.cell select {0}, legal_entity_id, org_unit_id, 1 from org.org_unit where org_unit_id = "
            "{0};"
            "insert into customer.party (cell_id, party_id, valid_from, version, code, name, actor_id, recorded_at) "
            "values ({0}, 1, '2026-01-01', 1, 'P{1}', 'Name', 1, '2026-01-01');"
            "insert into customer.premise values ({0}, 1, 'H{1}', '{{}}', {0});"
            "insert into customer.service_point values ({0}, 1, 1, 'S{1}', 1, null);"
            "insert into customer.account select {0}, 1, '{1}', {0}, 1, legal_entity_id, {0}, 'GBP', 'monthly', "
            "'2026-01-01' from org.org_unit where org_unit_id = {0};"
            "insert into metering.installation (cell_id, service_point_id, valid_from, version, actor_id, recorded_at) "
            "values ({0}, 1, '2026-01-01', 1, 1, '2026-01-01');"
            "insert into billing.bill values ({0}, 1, 1, 1, 1, 1, {0}, null, null, '2026-01-01', '2026-02-01', "
            "'2026-02-01', '2026-03-01', 'GBP', 0, null, 0, '', '', '', '2026-02-01')",
            id, mark));
        // Only in the north is there supply.
        if (mark == "N")
            change(
                fmt::format("insert into customer.agreement (cell_id, account_id, agreement_id, valid_from, version, "
                            "service_point_id, tariff, customer_class, actor_id, recorded_at) values ({}, 1, 1, "
                            "'2026-01-01', 1, 1, 'std', 1, 1, '2026-01-01')",
                            id));
    }

    org::Actor boss_;
};

}  // namespace mainspring
