#include "org/org_service.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "org/command_log.hpp"
#include "org/org_store.hpp"

namespace mainspring::org {
namespace {

const Statement kSameJson{"org.same_json", "select $1::jsonb = $2::jsonb"};

// The first thing in which the stored utility differs from the file; empty when nothing does.
std::string difference(Tx& tx, const Utility& stored, const UtilityFile& file) {
    const auto same_json = [&](const std::string& a, const std::string& b) {
        return tx.exec(kSameJson, Jsonb{a}, Jsonb{b}).one().get<bool>(0);
    };
    if (!same_json(stored.name_json, json_object(file.name))) return "name";
    if (stored.currency != file.currency) return "currency";
    if (stored.zone != file.zone) return "zone";
    if (stored.language != file.language) return "language";
    if (stored.address != file.address) return "address";
    if (!same_json(stored.contact_json, json_object(file.contact))) return "contact";
    if (stored.bill_prefix != file.bill_prefix) return "bill_prefix";
    return "";
}

// How many units were new.
std::expected<int, Refusal> add_units(Tx& tx, std::int32_t legal_entity_id, const UtilityFile& file,
                                      Instant recorded_at) {
    std::vector<UnitRow> units = select_units(tx);
    const auto find = [&](std::string_view code) -> const UnitRow* {
        const auto at = std::ranges::find(units, code, &UnitRow::code);
        return at != units.end() ? &*at : nullptr;
    };
    int added = 0;
    for (const auto& wanted : file.org_units) {
        const UnitRow* parent = wanted.parent.empty() ? nullptr : find(wanted.parent);
        const auto parent_id = parent != nullptr ? std::optional(parent->org_unit_id) : std::nullopt;
        if (const UnitRow* there = find(wanted.code)) {
            if (there->legal_entity_id != legal_entity_id)
                return std::unexpected(Refusal{RefusalCode::unit_taken,
                                               fmt::format("org unit '{}' belongs to another utility", wanted.code)});
            if (there->name != wanted.name || there->set_up_below != parent_id)
                return std::unexpected(
                    Refusal{RefusalCode::utility_differs,
                            fmt::format("org unit '{}' is stored with another name or parent", wanted.code)});
            continue;
        }
        UnitRow row{.org_unit_id = 0,
                    .legal_entity_id = legal_entity_id,
                    .parent_id = parent_id,
                    .set_up_below = parent_id,
                    .code = wanted.code,
                    .name = wanted.name};
        row.org_unit_id = insert_unit(tx, row);
        if (parent_id)
            insert_place(tx, {.org_unit_id = row.org_unit_id,
                              .parent_id = *parent_id,
                              .valid_from = kFromTheBeginning,
                              .at = recorded_at});
        units.push_back(std::move(row));
        ++added;
    }
    return added;
}

}  // namespace

Date local_date(Tx& tx, std::int32_t legal_entity_id, Instant at) {
    const auto utility = find_utility(tx, legal_entity_id);
    ensure(utility.has_value(), "the day is asked of a utility that there is");
    return utility->zone_rules().date_of(at);
}

Zone Utility::zone_rules() const {
    auto rules = Zone::named(zone);
    ensure(rules.has_value(), "the zone of a stored utility is known");
    return *rules;
}

std::expected<Change, Refusal> add_utility(Pool& pool, const Clock& clock, const UtilityOrder& order) {
    const UtilityFile& file = order.file;
    return with_tx(pool, {}, [&](Tx& tx) -> std::expected<Change, Refusal> {
        if (const auto allowed = require(tx, order.actor_id, {Permission::set_up, 0}); !allowed)
            return std::unexpected(Refusal{RefusalCode::access, allowed.error().text});
        lock_org(tx);
        const auto stored = find_utility(tx, file.code);
        if (stored) {
            if (const std::string what = difference(tx, *stored, file); !what.empty())
                return std::unexpected(
                    Refusal{RefusalCode::utility_differs,
                            fmt::format("utility '{}' is stored with another {}; bills refer to it, so it cannot be "
                                        "changed by an import",
                                        file.code, what)});
        }
        const std::int32_t id = stored ? stored->legal_entity_id : insert_utility(tx, file);
        const auto units = add_units(tx, id, file, clock.now());
        if (!units) return std::unexpected(units.error());
        if (stored && *units == 0) return Change::unchanged;
        write_audit(tx, {order.actor_id, find_utility(tx, id)->root_unit_id, clock.now()},
                    {.cell = kNoCell, .command_id = {}, .action = "org.add_utility", .object = file.code});
        return Change::added;
    });
}

std::expected<Actor, Refusal> ensure_actor(Pool& pool, const Clock& clock, const ActorSpec& spec) {
    return with_tx(pool, {}, [&](Tx& tx) -> std::expected<Actor, Refusal> {
        if (auto actor = select_actor(tx, spec.code)) return *actor;
        lock_org(tx);
        if (auto actor = select_actor(tx, spec.code)) return *actor;
        std::optional<std::int32_t> unit_id;
        if (!spec.org_unit.empty()) {
            const OrgTree tree = load_org_tree(tx);
            const auto* unit = tree.find(spec.org_unit);
            if (unit == nullptr)
                return std::unexpected(
                    Refusal{RefusalCode::unknown_unit, fmt::format("there is no org unit '{}'", spec.org_unit)});
            unit_id = unit->org_unit_id;
        }
        const Actor actor{insert_actor(tx, {.code = spec.code, .name = spec.name}), spec.code, spec.name};
        for (const Role& role : spec.roles)
            insert_assignment(tx, {.actor_id = actor.actor_id,
                                   .role = role.code,
                                   .org_unit_id = unit_id,
                                   .valid_from = kFromTheBeginning,
                                   .valid_to = {},
                                   .given_by = actor.actor_id,
                                   .at = Instant{}});
        write_audit(tx, {actor.actor_id, unit_id.value_or(0), clock.now()},
                    {.cell = kNoCell, .command_id = {}, .action = "org.add_actor", .object = actor.code});
        return actor;
    });
}

Actor command_line_actor(Pool& pool, const Clock& clock) {
    const passwd* entry = getpwuid(geteuid());
    const std::string user = entry != nullptr ? entry->pw_name : fmt::format("uid-{}", geteuid());
    auto actor = ensure_actor(pool, clock, {.code = user, .name = user, .roles = {Role::administrator}});
    ensure(actor.has_value(), "an actor without unit cannot be refused");
    return *actor;
}

std::string code_of_actor(Tx& tx, std::int32_t actor_id) { return stored_actor(tx, actor_id).code; }

std::expected<CellHome, AccessRefusal> require_of_cell(Tx& tx, std::int32_t actor_id, Permission permission,
                                                       CellId cell) {
    const CellHome home = home_of_cell(tx, cell);
    if (auto allowed = require(tx, actor_id, {permission, home.org_unit_id}); !allowed)
        return std::unexpected(std::move(allowed.error()));
    return home;
}

std::expected<void, AccessRefusal> require_of_utility(Tx& tx, std::int32_t actor_id, Permission permission,
                                                      std::int32_t legal_entity_id) {
    const auto utility = find_utility(tx, legal_entity_id);
    return require(tx, actor_id, {permission, utility ? utility->root_unit_id : 0});
}

OrgTree load_org_tree(Tx& tx) {
    std::vector<OrgTree::Unit> units;
    for (const UnitRow& row : select_units(tx))
        units.push_back({row.org_unit_id, row.parent_id, row.legal_entity_id, row.code});
    return OrgTree(std::move(units));
}

}  // namespace mainspring::org
