// Utilities, actors and cells: the use cases that everything else stands on.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "calendar/zone.hpp"
#include "money/currency.hpp"
#include "org/access.hpp"
#include "org/utility_file.hpp"
#include "storage/pool.hpp"

namespace mainspring::org {

enum class RefusalCode : std::uint8_t {
    access,
    utility_differs,
    unit_taken,
    unknown_utility,
    unknown_unit,
    unknown_role,
};
struct Refusal {
    RefusalCode code{};
    std::string text;
};

// A legal entity as stored.
struct Utility {
    std::int32_t legal_entity_id = 0;
    std::string code;
    std::string name_json;  // {"en": …}
    Currency currency;
    std::string zone, language;
    std::vector<std::string> address;
    std::string contact_json;
    std::string bill_prefix;
    std::int32_t root_unit_id = 0;

    Zone zone_rules() const;  // the IANA zone, checked when the utility was set up
};

std::optional<Utility> find_utility(Tx& tx, std::string_view code);
std::optional<Utility> find_utility(Tx& tx, std::int32_t legal_entity_id);
std::vector<Utility> all_utilities(Tx& tx);
// The day that it is at the utility. REQUIRES: there is such a utility.
Date local_date(Tx& tx, std::int32_t legal_entity_id, Instant at);

enum class Change : std::uint8_t { added, unchanged };

// Again with the same file changes nothing. A stored utility that differs is refused, naming what differs: bills refer
// to it. New org units of a stored utility are added.
struct UtilityOrder {
    const UtilityFile& file;
    std::int32_t actor_id = 0;
};
std::expected<Change, Refusal> add_utility(Pool& pool, const Clock& clock, const UtilityOrder& order);

struct ActorSpec {
    std::string code, name;
    std::vector<Role> roles;
    std::string org_unit = {};  // code; empty: everywhere
};
// The stored actor of this code, made when there is none, by itself; an existing one keeps its roles.
std::expected<Actor, Refusal> ensure_actor(Pool& pool, const Clock& clock, const ActorSpec& spec);
// The operating system's user who runs this program, as administrator.
Actor command_line_actor(Pool& pool, const Clock& clock);

// REQUIRES: there is such an actor.
std::string code_of_actor(Tx& tx, std::int32_t actor_id);
// Whether anybody but this actor has a role that grants it, wherever.
bool any_other_may(Tx& tx, std::int32_t actor_id, Permission permission);

OrgTree load_org_tree(Tx& tx);

// What every use case that writes asks first: may the stored actor? One who is not stored may nothing. In one
// statement.
std::expected<void, AccessRefusal> require(Tx& tx, std::int32_t actor_id, const AccessQuestion& question);
// The same of the whole utility: in its root unit. One that there is not is in no unit.
std::expected<void, AccessRefusal> require_of_utility(Tx& tx, std::int32_t actor_id, Permission permission,
                                                      std::int32_t legal_entity_id);
// The same of a cell: in its unit. A cell that there is not is in no unit, and its home is 0.
struct CellHome {
    std::int32_t legal_entity_id = 0;
    std::int32_t org_unit_id = 0;
};
CellHome home_of_cell(Tx& tx, CellId cell);
std::expected<CellHome, AccessRefusal> require_of_cell(Tx& tx, std::int32_t actor_id, Permission permission,
                                                       CellId cell);

// May the actor look at anything of the utility: in its root unit or in one below?
bool may_see_utility(Tx& tx, std::int32_t actor_id, std::int32_t legal_entity_id);
// REQUIRES: there is such an actor.
Actor stored_actor(Tx& tx, std::int32_t actor_id);

struct Cell {
    CellId cell;
    std::int32_t org_unit_id = 0;
    std::int32_t service_points = 0;
};
inline constexpr std::int32_t kServicePointsOfCell = 50'000;

// All cells of a legal entity, ascending, locked until the transaction ends: ids in them may be given out.
std::vector<Cell> lock_cells(Tx& tx, std::int32_t legal_entity_id);
void lock_cell(Tx& tx, CellId cell);
std::vector<CellId> cells_of(Tx& tx, std::int32_t legal_entity_id);

struct CellRequest {
    std::int32_t legal_entity_id = 0;
    std::int32_t org_unit_id = 0;
    std::int32_t limit = kServicePointsOfCell;
};
// The newest cell of the unit when it has fewer than `limit` service points, else a new one; locked either way.
Cell cell_with_room(Tx& tx, const CellRequest& request);
void add_service_points(Tx& tx, CellId cell, std::int32_t count);

}  // namespace mainspring::org
