// SQL of the schema org.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "org/org_service.hpp"

namespace mainspring::org {

// Held until the transaction ends: one writer of utilities, units, actors and new cells at a time.
void lock_org(Tx& tx);
std::int32_t insert_utility(Tx& tx, const UtilityFile& file);
struct UnitRow {
    std::int32_t org_unit_id = 0, legal_entity_id = 0;
    std::optional<std::int32_t> parent_id;
    std::string code, name;
};
std::vector<UnitRow> select_units(Tx& tx);
std::int32_t insert_unit(Tx& tx, const UnitRow& unit);
std::optional<Actor> select_actor(Tx& tx, std::string_view code);
// One of the roles, and not this actor.
bool any_other_has_role(Tx& tx, std::int32_t actor_id, const std::vector<std::string>& roles);
// With the unit and those above it; none for a unit that there is not.
struct ActorWithUnits {
    Actor actor;
    std::vector<OrgTree::Unit> units;
};
std::optional<ActorWithUnits> select_actor_with_units(Tx& tx, std::int32_t actor_id, std::int32_t org_unit_id);
// The same of the unit of a cell, which comes first.
std::optional<ActorWithUnits> select_actor_with_units(Tx& tx, std::int32_t actor_id, CellId cell);
std::int32_t insert_actor(Tx& tx, const Actor& actor);

}  // namespace mainspring::org
