#include "org/org_store.hpp"

#include <algorithm>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"

namespace mainspring::org {
namespace {

// Any fixed number serves; it must differ from other advisory locks of the program.
const Statement kLockOrg{"org.lock", "select pg_advisory_xact_lock(7316001)"};
const Statement kInsertUtility{
    "org.insert_utility",
    "insert into org.legal_entity (legal_entity_id, code, name, currency, zone, language, address, contact, "
    "bill_prefix) select coalesce(max(legal_entity_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 "
    "from org.legal_entity returning legal_entity_id"};
const Statement kUtilityByCode{
    "org.utility_by_code",
    "select e.legal_entity_id, e.code, e.name::text, e.currency::text, e.zone, e.language, e.address, "
    "e.contact::text, e.bill_prefix, coalesce((select min(u.org_unit_id) from org.org_unit u "
    "where u.legal_entity_id = e.legal_entity_id and u.parent_id is null), 0) "
    "from org.legal_entity e where e.code = $1"};
const Statement kUtilityById{
    "org.utility_by_id",
    "select e.legal_entity_id, e.code, e.name::text, e.currency::text, e.zone, e.language, e.address, "
    "e.contact::text, e.bill_prefix, coalesce((select min(u.org_unit_id) from org.org_unit u "
    "where u.legal_entity_id = e.legal_entity_id and u.parent_id is null), 0) "
    "from org.legal_entity e where e.legal_entity_id = $1"};
const Statement kAllUtilities{
    "org.all_utilities",
    "select e.legal_entity_id, e.code, e.name::text, e.currency::text, e.zone, e.language, e.address, "
    "e.contact::text, e.bill_prefix, coalesce((select min(u.org_unit_id) from org.org_unit u "
    "where u.legal_entity_id = e.legal_entity_id and u.parent_id is null), 0) "
    "from org.legal_entity e order by e.legal_entity_id"};
const Statement kUnits{"org.units",
                       "select org_unit_id, legal_entity_id, parent_id, code, name from org.org_unit "
                       "order by org_unit_id"};
const Statement kInsertUnit{
    "org.insert_unit",
    "insert into org.org_unit (org_unit_id, parent_id, legal_entity_id, code, name) "
    "select coalesce(max(org_unit_id), 0) + 1, $1, $2, $3, $4 from org.org_unit returning org_unit_id"};
const Statement kActor{"org.actor_by_code",
                       "select actor_id, code, name, org_unit_id, roles from org.actor where code = $1"};
const Statement kAnyOtherHasRole{"org.any_other_has_role",
                                 "select exists (select from org.actor where actor_id <> $1 and roles && $2)"};
const Statement kActorWithUnits{
    "org.actor_with_units",
    "with recursive up as (select org_unit_id, parent_id, legal_entity_id, code from org.org_unit "
    "where org_unit_id = $2 union all select u.org_unit_id, u.parent_id, u.legal_entity_id, u.code "
    "from org.org_unit u join up on u.org_unit_id = up.parent_id) "
    "select a.actor_id, a.code, a.name, a.org_unit_id, a.roles, up.org_unit_id, up.parent_id, up.legal_entity_id, "
    "up.code from org.actor a left join up on true where a.actor_id = $1"};
// The unit of the cell comes first.
const Statement kActorWithUnitsOfCell{
    "org.actor_with_units_of_cell",
    "with recursive up as (select u.org_unit_id, u.parent_id, u.legal_entity_id, u.code, 0 as steps "
    "from org.cell c join org.org_unit u using (org_unit_id) where c.cell_id = $2 union all "
    "select u.org_unit_id, u.parent_id, u.legal_entity_id, u.code, up.steps + 1 "
    "from org.org_unit u join up on u.org_unit_id = up.parent_id) "
    "select a.actor_id, a.code, a.name, a.org_unit_id, a.roles, up.org_unit_id, up.parent_id, up.legal_entity_id, "
    "up.code from org.actor a left join up on true where a.actor_id = $1 order by up.steps"};
const Statement kInsertActor{"org.insert_actor",
                             "insert into org.actor (actor_id, code, name, org_unit_id, roles) "
                             "select coalesce(max(actor_id), 0) + 1, $1, $2, $3, $4 from org.actor returning actor_id"};
const Statement kLockCells{"org.lock_cells",
                           "select cell_id, org_unit_id, service_points from org.cell where legal_entity_id = $1 "
                           "order by cell_id for no key update"};
const Statement kLockCell{"org.lock_cell", "select cell_id from org.cell where cell_id = $1 for no key update"};
const Statement kCells{"org.cells", "select cell_id from org.cell where legal_entity_id = $1 order by cell_id"};
const Statement kLockNewestCell{
    "org.lock_newest_cell",
    "select cell_id, org_unit_id, service_points from org.cell where legal_entity_id = $1 and org_unit_id = $2 "
    "order by cell_id desc limit 1 for no key update"};
const Statement kInsertCell{"org.insert_cell",
                            "insert into org.cell (cell_id, legal_entity_id, org_unit_id) "
                            "select coalesce(max(cell_id), 0) + 1, $1, $2 from org.cell returning cell_id"};
const Statement kAddServicePoints{"org.add_service_points",
                                  "update org.cell set service_points = service_points + $2 where cell_id = $1"};

Utility utility_from(const Row& row) {
    Utility utility;
    utility.legal_entity_id = row.get<std::int32_t>(0);
    utility.code = row.get<std::string>(1);
    utility.name_json = row.get<std::string>(2);
    const auto currency = currency_of(row.get<std::string_view>(3));
    ensure(currency.has_value(), "the currency of a stored utility is known");
    utility.currency = *currency;
    utility.zone = row.get<std::string>(4);
    utility.language = row.get<std::string>(5);
    utility.address = row.get<std::vector<std::string>>(6);
    utility.contact_json = row.get<std::string>(7);
    utility.bill_prefix = row.get<std::string>(8);
    utility.root_unit_id = row.get<std::int32_t>(9);
    return utility;
}

std::optional<Utility> maybe_utility(const Result& rows) {
    const auto row = rows.maybe_one();
    return row ? std::optional(utility_from(*row)) : std::nullopt;
}

}  // namespace

void lock_org(Tx& tx) { tx.exec(kLockOrg); }

std::optional<Utility> find_utility(Tx& tx, std::string_view code) {
    return maybe_utility(tx.exec(kUtilityByCode, code));
}

std::optional<Utility> find_utility(Tx& tx, std::int32_t legal_entity_id) {
    return maybe_utility(tx.exec(kUtilityById, legal_entity_id));
}

std::vector<Utility> all_utilities(Tx& tx) {
    std::vector<Utility> out;
    const Result rows = tx.exec(kAllUtilities);
    for (const Row row : rows) out.push_back(utility_from(row));
    return out;
}

std::int32_t insert_utility(Tx& tx, const UtilityFile& file) {
    const Result rows =
        tx.exec(kInsertUtility, file.code, Jsonb{json_object(file.name)}, file.currency.text(), file.zone,
                file.language, file.address, Jsonb{json_object(file.contact)}, file.bill_prefix);
    return rows.one().get<std::int32_t>(0);
}

std::vector<UnitRow> select_units(Tx& tx) {
    std::vector<UnitRow> out;
    const Result rows = tx.exec(kUnits);
    for (const Row row : rows)
        out.push_back({.org_unit_id = row.get<std::int32_t>(0),
                       .legal_entity_id = row.get<std::int32_t>(1),
                       .parent_id = row.get<std::optional<std::int32_t>>(2),
                       .code = row.get<std::string>(3),
                       .name = row.get<std::string>(4)});
    return out;
}

std::int32_t insert_unit(Tx& tx, const UnitRow& unit) {
    return tx.exec(kInsertUnit, unit.parent_id, unit.legal_entity_id, unit.code, unit.name).one().get<std::int32_t>(0);
}

namespace {

Actor actor_from(const Row& row) {
    Actor actor{.actor_id = row.get<std::int32_t>(0),
                .code = row.get<std::string>(1),
                .name = row.get<std::string>(2),
                .org_unit_id = row.get<std::optional<std::int32_t>>(3)};
    for (const std::string& text : row.get<std::vector<std::string>>(4))
        if (const auto role = role_of(text)) actor.roles.push_back(*role);
    return actor;
}

}  // namespace

std::optional<Actor> select_actor(Tx& tx, std::string_view code) {
    const Result rows = tx.exec(kActor, code);
    const auto row = rows.maybe_one();
    return row ? std::optional(actor_from(*row)) : std::nullopt;
}

bool any_other_has_role(Tx& tx, std::int32_t actor_id, const std::vector<std::string>& roles) {
    return tx.exec(kAnyOtherHasRole, actor_id, roles).one().get<bool>(0);
}

namespace {

std::optional<ActorWithUnits> actor_with_units(const Result& rows) {
    std::optional<ActorWithUnits> found;
    for (const Row row : rows) {
        if (!found) found = ActorWithUnits{actor_from(row), {}};
        if (const auto unit = row.get<std::optional<std::int32_t>>(5))
            found->units.push_back(
                {*unit, row.get<std::optional<std::int32_t>>(6), row.get<std::int32_t>(7), row.get<std::string>(8)});
    }
    return found;
}

}  // namespace

std::optional<ActorWithUnits> select_actor_with_units(Tx& tx, std::int32_t actor_id, std::int32_t org_unit_id) {
    return actor_with_units(tx.exec(kActorWithUnits, actor_id, org_unit_id));
}

std::optional<ActorWithUnits> select_actor_with_units(Tx& tx, std::int32_t actor_id, CellId cell) {
    return actor_with_units(tx.exec(kActorWithUnitsOfCell, actor_id, cell));
}

std::int32_t insert_actor(Tx& tx, const Actor& actor) {
    std::vector<std::string> roles;
    for (const Role role : actor.roles) roles.emplace_back(text_of(role));
    return tx.exec(kInsertActor, actor.code, actor.name, actor.org_unit_id, roles).one().get<std::int32_t>(0);
}

std::vector<Cell> lock_cells(Tx& tx, std::int32_t legal_entity_id) {
    std::vector<Cell> cells;
    const Result rows = tx.exec(kLockCells, legal_entity_id);
    for (const Row row : rows)
        cells.push_back({row.get<CellId>(0), row.get<std::int32_t>(1), row.get<std::int32_t>(2)});
    return cells;
}

void lock_cell(Tx& tx, CellId cell) { tx.exec(kLockCell, cell); }

std::vector<CellId> cells_of(Tx& tx, std::int32_t legal_entity_id) {
    std::vector<CellId> cells;
    const Result rows = tx.exec(kCells, legal_entity_id);
    for (const Row row : rows) cells.push_back(row.get<CellId>(0));
    return cells;
}

Cell cell_with_room(Tx& tx, const CellRequest& request) {
    lock_org(tx);
    const Result rows = tx.exec(kLockNewestCell, request.legal_entity_id, request.org_unit_id);
    if (const auto row = rows.maybe_one(); row && row->get<std::int32_t>(2) < request.limit)
        return {row->get<CellId>(0), row->get<std::int32_t>(1), row->get<std::int32_t>(2)};
    const Result made = tx.exec(kInsertCell, request.legal_entity_id, request.org_unit_id);
    return {made.one().get<CellId>(0), request.org_unit_id, 0};
}

void add_service_points(Tx& tx, CellId cell, std::int32_t count) { tx.exec(kAddServicePoints, cell, count); }

}  // namespace mainspring::org
