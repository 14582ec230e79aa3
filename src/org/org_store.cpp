#include "org/org_store.hpp"

#include <algorithm>
#include <fmt/format.h>

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
    "where u.legal_entity_id = e.legal_entity_id "
    "and not exists (select from org.unit_place p where p.org_unit_id = u.org_unit_id)), 0) "
    "from org.legal_entity e where e.code = $1"};
const Statement kUtilityById{
    "org.utility_by_id",
    "select e.legal_entity_id, e.code, e.name::text, e.currency::text, e.zone, e.language, e.address, "
    "e.contact::text, e.bill_prefix, coalesce((select min(u.org_unit_id) from org.org_unit u "
    "where u.legal_entity_id = e.legal_entity_id "
    "and not exists (select from org.unit_place p where p.org_unit_id = u.org_unit_id)), 0) "
    "from org.legal_entity e where e.legal_entity_id = $1"};
const Statement kAllUtilities{
    "org.all_utilities",
    "select e.legal_entity_id, e.code, e.name::text, e.currency::text, e.zone, e.language, e.address, "
    "e.contact::text, e.bill_prefix, coalesce((select min(u.org_unit_id) from org.org_unit u "
    "where u.legal_entity_id = e.legal_entity_id "
    "and not exists (select from org.unit_place p where p.org_unit_id = u.org_unit_id)), 0) "
    "from org.legal_entity e order by e.legal_entity_id"};
const Statement kUnits{"org.units",
                       "select org_unit_id, legal_entity_id, org.parent_on(org_unit_id, org.day_at(org_unit_id)), "
                       "(select p.parent_id from org.unit_place p where p.org_unit_id = u.org_unit_id "
                       "order by p.valid_from, p.version limit 1), code, name from org.org_unit u "
                       "order by org_unit_id"};
const Statement kInsertUnit{
    "org.insert_unit",
    "insert into org.org_unit (org_unit_id, legal_entity_id, code, name) "
    "select coalesce(max(org_unit_id), 0) + 1, $1, $2, $3 from org.org_unit returning org_unit_id"};
const Statement kInsertPlace{
    "org.insert_place",
    "insert into org.unit_place (org_unit_id, valid_from, version, parent_id, actor_id, recorded_at) "
    "select $1, $2::date, coalesce((select max(version) from org.unit_place where org_unit_id = $1 and valid_from = "
    "$2), "
    "0) + 1, $3, $4, $5"};
const Statement kActor{"org.actor_by_code", "select actor_id, code, name from org.actor where code = $1"};
const Statement kActorById{"org.actor_by_id", "select actor_id, code, name from org.actor where actor_id = $1"};
const Statement kMaySeeUtility{"org.may_see_utility",
                               "select exists (select from org.holding h join org.role_permission p using (role) "
                               "left join org.org_unit u on u.org_unit_id = h.org_unit_id where h.actor_id = $1 "
                               "and p.permission = 'look' and (h.org_unit_id is null or u.legal_entity_id = $2))"};
const Statement kAnyOtherMay{"org.any_other_may",
                             "select exists (select from org.holding h join org.role_permission p using (role) "
                             "where h.actor_id <> $1 and p.permission = $2)"};
const Statement kMay{"org.may",
                     "select a.code, m.anywhere, m.here from org.actor a, org.may(a.actor_id, $2, $3) m "
                     "where a.actor_id = $1"};
const Statement kHomeOfCell{"org.home_of_cell", "select legal_entity_id, org_unit_id from org.cell where cell_id = $1"};
const Statement kInsertActor{"org.insert_actor",
                             "insert into org.actor (actor_id, code, name, kind, party_cell_id, party_id) "
                             "select coalesce(max(actor_id), 0) + 1, $1, $2, $3, $4, $5 from org.actor "
                             "returning actor_id"};
const Statement kInsertAssignment{
    "org.insert_assignment",
    "insert into org.assignment (assignment_id, actor_id, role, org_unit_id, valid_from, valid_to, given_by, "
    "recorded_at) select coalesce(max(assignment_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 from org.assignment "
    "returning assignment_id"};
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
                       .set_up_below = row.get<std::optional<std::int32_t>>(3),
                       .code = row.get<std::string>(4),
                       .name = row.get<std::string>(5)});
    return out;
}

std::int32_t insert_unit(Tx& tx, const UnitRow& unit) {
    return tx.exec(kInsertUnit, unit.legal_entity_id, unit.code, unit.name).one().get<std::int32_t>(0);
}

void insert_place(Tx& tx, const PlaceRow& place) {
    tx.exec(kInsertPlace, place.org_unit_id, place.valid_from, place.parent_id, place.actor_id, place.at);
}

namespace {

std::optional<Actor> maybe_actor(const Result& rows) {
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    return Actor{row->get<std::int32_t>(0), row->get<std::string>(1), row->get<std::string>(2)};
}

}  // namespace

std::optional<Actor> select_actor(Tx& tx, std::string_view code) { return maybe_actor(tx.exec(kActor, code)); }

Actor stored_actor(Tx& tx, std::int32_t actor_id) {
    auto found = maybe_actor(tx.exec(kActorById, actor_id));
    ensure(found.has_value(), "who calls is stored");
    return *std::move(found);
}

bool may_see_utility(Tx& tx, std::int32_t actor_id, std::int32_t legal_entity_id) {
    return tx.exec(kMaySeeUtility, actor_id, legal_entity_id).one().get<bool>(0);
}

bool any_other_may(Tx& tx, std::int32_t actor_id, Permission permission) {
    return tx.exec(kAnyOtherMay, actor_id, name_of(permission)).one().get<bool>(0);
}

std::expected<void, AccessRefusal> require(Tx& tx, std::int32_t actor_id, const AccessQuestion& question) {
    const Result rows = tx.exec(kMay, actor_id, name_of(question.permission), question.org_unit_id);
    const auto row = rows.maybe_one();
    const auto refuse = [](AccessDenied code, std::string text) {
        return std::unexpected(AccessRefusal{code, std::move(text)});
    };
    if (!row) return refuse(AccessDenied::no_permission, fmt::format("there is no actor {}", actor_id));
    const auto [code, anywhere, here] = row->as<std::string, bool, bool>();
    const std::string_view what = text_of(question.permission);
    if (!anywhere)
        return refuse(AccessDenied::no_permission,
                      fmt::format("{} may not {}: no role of theirs allows it", code, what));
    if (!here)
        return refuse(AccessDenied::outside_unit,
                      fmt::format("{} may {} in the own organisation unit only", code, what));
    return {};
}

CellHome home_of_cell(Tx& tx, CellId cell) {
    const Result rows = tx.exec(kHomeOfCell, cell);
    const auto row = rows.maybe_one();
    return row ? CellHome{row->get<std::int32_t>(0), row->get<std::int32_t>(1)} : CellHome{};
}

std::int32_t insert_actor(Tx& tx, const NewActor& actor) {
    return tx.exec(kInsertActor, actor.code, actor.name, actor.kind, actor.party_cell, actor.party_id)
        .one()
        .get<std::int32_t>(0);
}

std::int32_t insert_assignment(Tx& tx, const AssignmentRow& row) {
    return tx
        .exec(kInsertAssignment, row.actor_id, row.role, row.org_unit_id, row.valid_from, row.valid_to, row.given_by,
              row.at)
        .one()
        .get<std::int32_t>(0);
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
