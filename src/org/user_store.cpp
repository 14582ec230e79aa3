#include "org/user_store.hpp"

#include "base/ensure.hpp"

namespace mainspring::org {
namespace {

#define MAINSPRING_USER                                                                                      \
    "select a.actor_id, a.code, a.name, a.kind, a.disabled, s.assignment_id, s.role, coalesce(u.code, ''), " \
    "s.valid_from, s.valid_to from org.actor a left join org.assignment s using (actor_id) "                 \
    "left join org.org_unit u on u.org_unit_id = s.org_unit_id "

const Statement kUsers{"org.users", MAINSPRING_USER
                       "where a.actor_id in (select actor_id from org.actor where code > $1 order by code limit $2) "
                       "order by a.code, s.assignment_id"};
const Statement kUserByCode{"org.user_by_code", MAINSPRING_USER "where a.code = $1 order by s.assignment_id"};
const Statement kUserById{"org.user_by_id", MAINSPRING_USER "where a.actor_id = $1 order by s.assignment_id"};
const Statement kUnitOfCustomer{"org.unit_of_customer",
                                "select c.org_unit_id from org.actor a join org.cell c on c.cell_id = a.party_cell_id "
                                "where a.actor_id = $1"};
const Statement kSetDisabled{"org.set_disabled", "update org.actor set disabled = $2 where actor_id = $1"};
const Statement kAssignment{"org.assignment",
                            "select assignment_id, actor_id, role, org_unit_id, valid_from, valid_to from "
                            "org.assignment where assignment_id = $1"};
const Statement kAssignmentsOf{"org.assignments_of",
                               "select assignment_id, actor_id, role, org_unit_id, valid_from, valid_to "
                               "from org.assignment where role = $1 and valid_from < coalesce(valid_to, 'infinity')"};
const Statement kEndAssignment{"org.end_assignment",
                               "update org.assignment set valid_to = $2 where assignment_id = $1"};
const Statement kRoleExists{"org.role_exists", "select exists (select from org.role where role = $1)"};
#define MAINSPRING_OVERLAPS                                              \
    "s.actor_id = $1 and s.valid_from < coalesce($4::date, 'infinity') " \
    "and coalesce(s.valid_to, 'infinity') > $3 and s.valid_from < coalesce(s.valid_to, 'infinity') "
const Statement kRoleApart{"org.role_apart",
                           "select s.role from org.assignment s join org.separate_role x "
                           "on (x.role = s.role and x.other = $2) or (x.role = $2 and x.other = s.role) "
                           "where " MAINSPRING_OVERLAPS "order by s.role limit 1"};
const Statement kPermissionsWith{
    "org.permissions_with",
    "select distinct p.permission from org.role_permission p where p.role <> 'administrator' and (p.role = $2 "
    "or p.role in (select s.role from org.assignment s where " MAINSPRING_OVERLAPS "))"};
const Statement kRoles{"org.roles",
                       "select r.role, r.name::text, array(select p.permission from org.role_permission p "
                       "where p.role = r.role order by p.permission) from org.role r order by r.role"};
const Statement kInsertRole{"org.insert_role",
                            "insert into org.role (role, name) values ($1, $2) "
                            "on conflict (role) do update set name = excluded.name"};
const Statement kClearRole{"org.clear_role", "delete from org.role_permission where role = $1"};
const Statement kInsertRolePermissions{
    "org.insert_role_permissions", "insert into org.role_permission (role, permission) select $1, unnest($2::text[])"};
const Statement kPermissionsOf{
    "org.permissions_of",
    "select distinct p.permission from org.holding h join org.role_permission p using (role) "
    "where h.actor_id = $1 and (core.said('permissions') is null "
    "or p.permission = any (core.said('permissions')::text[])) order by 1"};

std::vector<UserView> users_from(const Result& rows) {
    std::vector<UserView> users;
    for (const Row row : rows) {
        const auto actor_id = row.get<std::int32_t>(0);
        if (users.empty() || users.back().actor_id != actor_id)
            users.push_back({actor_id, row.get<std::string>(1), row.get<std::string>(2), row.get<std::string>(3),
                             row.get<bool>(4)});
        if (row.is_null(5)) continue;
        users.back().assignments.push_back({row.get<std::int32_t>(5), row.get<std::string>(6), row.get<std::string>(7),
                                            row.get<Date>(8), row.get<std::optional<Date>>(9)});
    }
    return users;
}

std::optional<UserView> maybe_user(const Result& rows) {
    auto users = users_from(rows);
    return users.empty() ? std::nullopt : std::optional(std::move(users.front()));
}

}  // namespace

std::vector<UserView> list_users(Tx& tx, const UserQuery& query) {
    return users_from(tx.exec(kUsers, query.after, std::int64_t{query.limit}));
}

std::optional<UserView> find_user(Tx& tx, std::string_view code) { return maybe_user(tx.exec(kUserByCode, code)); }
std::optional<UserView> find_user(Tx& tx, std::int32_t actor_id) { return maybe_user(tx.exec(kUserById, actor_id)); }

std::int32_t select_unit_of_customer(Tx& tx, std::int32_t actor_id) {
    return tx.exec(kUnitOfCustomer, actor_id).one().get<std::int32_t>(0);
}

void update_disabled(Tx& tx, std::int32_t actor_id, Presence presence) {
    tx.exec(kSetDisabled, actor_id, presence == Presence::disabled);
}

namespace {

AssignmentRow assignment_from(const Row& row) {
    return {.assignment_id = row.get<std::int32_t>(0),
            .actor_id = row.get<std::int32_t>(1),
            .role = row.get<std::string>(2),
            .org_unit_id = row.get<std::optional<std::int32_t>>(3),
            .valid_from = row.get<Date>(4),
            .valid_to = row.get<std::optional<Date>>(5),
            .given_by = 0,
            .at = {}};
}

}  // namespace

std::optional<AssignmentRow> select_assignment(Tx& tx, std::int32_t assignment_id) {
    const Result rows = tx.exec(kAssignment, assignment_id);
    const auto row = rows.maybe_one();
    return row ? std::optional(assignment_from(*row)) : std::nullopt;
}

std::vector<AssignmentRow> select_assignments_of(Tx& tx, std::string_view role) {
    std::vector<AssignmentRow> assignments;
    const Result rows = tx.exec(kAssignmentsOf, role);
    for (const Row row : rows) assignments.push_back(assignment_from(row));
    return assignments;
}

void update_end(Tx& tx, std::int32_t assignment_id, Date to) { tx.exec(kEndAssignment, assignment_id, to); }

bool role_exists(Tx& tx, std::string_view role) { return tx.exec(kRoleExists, role).one().get<bool>(0); }

std::optional<std::string> select_role_apart(Tx& tx, const AssignmentRow& wanted) {
    const Result rows = tx.exec(kRoleApart, wanted.actor_id, wanted.role, wanted.valid_from, wanted.valid_to);
    const auto row = rows.maybe_one();
    return row ? std::optional(row->get<std::string>(0)) : std::nullopt;
}

std::vector<Permission> select_permissions_with(Tx& tx, const AssignmentRow& wanted) {
    std::vector<Permission> permissions;
    const Result rows = tx.exec(kPermissionsWith, wanted.actor_id, wanted.role, wanted.valid_from, wanted.valid_to);
    for (const Row row : rows)
        if (const auto permission = permission_of(row.get<std::string_view>(0))) permissions.push_back(*permission);
    return permissions;
}

std::vector<RoleView> list_roles(Tx& tx) {
    std::vector<RoleView> roles;
    const Result rows = tx.exec(kRoles);
    for (const Row row : rows)
        roles.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::vector<std::string>>(2)});
    return roles;
}

void replace_role(Tx& tx, const RoleChange& change) {
    std::vector<std::string> permissions;
    for (const Permission permission : change.permissions) permissions.emplace_back(name_of(permission));
    tx.exec(kInsertRole, change.role, Jsonb{change.name_json});
    tx.exec(kClearRole, change.role);
    tx.exec(kInsertRolePermissions, change.role, permissions);
}

std::vector<std::string> permissions_of(Tx& tx, std::int32_t actor_id) {
    std::vector<std::string> permissions;
    const Result rows = tx.exec(kPermissionsOf, actor_id);
    for (const Row row : rows) permissions.push_back(row.get<std::string>(0));
    return permissions;
}

}  // namespace mainspring::org
