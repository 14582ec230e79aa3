// Users, the roles that they hold in units and on days, and what the roles allow.
#pragma once
#include "calendar/date.hpp"
#include "org/administration.hpp"

namespace mainspring::org {

struct AssignmentView {
    std::int32_t assignment_id = 0;
    std::string role, unit;  // unit: a code; empty: everywhere
    Date from;
    std::optional<Date> to;  // the first day without it
};
struct UserView {
    std::int32_t actor_id = 0;
    std::string code, name, kind;  // "staff", "customer", "program"
    bool disabled = false;
    std::vector<AssignmentView> assignments = {};
};
struct UserQuery {
    std::string after;  // code; empty: from the first
    std::int32_t limit = 50;
};
std::vector<UserView> list_users(Tx& tx, const UserQuery& query);
std::optional<UserView> find_user(Tx& tx, std::string_view code);
std::optional<UserView> find_user(Tx& tx, std::int32_t actor_id);

struct PartyKey {
    CellId cell;
    std::int64_t party_id = 0;
};
struct NewUser {
    std::string code, name;
    std::optional<PartyKey> party = std::nullopt;  // who the customer is; none: staff
};
// Needs Permission::manage_users in some unit: a new user may nothing. A customer gets the role `customer` at once.
AdminResult add_user(Pool& pool, const Clock& clock, const Order& order, const NewUser& user);

// The user, if this actor may manage the own rights of it: manage_users wherever the user holds a role.
std::expected<UserView, AdminRefusal> user_to_manage(Tx& tx, std::int32_t actor_id, std::string_view code);

enum class Presence : std::uint8_t { enabled, disabled };
// Needs Permission::manage_users wherever the user holds a role.
AdminResult set_presence(Pool& pool, const Clock& clock, const Order& order, const std::string& code,
                         Presence presence);

struct NewAssignment {
    std::string user, role, unit;  // unit: empty for everywhere
    Date from;
    std::optional<Date> to;
};
// Needs Permission::manage_users in that unit. Roles that are kept apart, and two of the duties reading, billing and
// cash, are refused where their days overlap.
AdminResult assign(Pool& pool, const Clock& clock, const Order& order, const NewAssignment& assignment);
struct AssignmentEnd {
    std::int32_t assignment_id = 0;
    Date to;  // today or later
};
AdminResult end_assignment(Pool& pool, const Clock& clock, const Order& order, const AssignmentEnd& end);

struct RoleView {
    std::string role, name_json;
    std::vector<std::string> permissions;
};
std::vector<RoleView> list_roles(Tx& tx);
struct RoleChange {
    std::string role, name_json;
    std::vector<Permission> permissions;
};
// Makes the role or says anew what it allows. Needs Permission::manage_users everywhere.
AdminResult put_role(Pool& pool, const Clock& clock, const Order& order, const RoleChange& change);

// Held until the transaction ends: one writer of users, roles and units at a time.
void lock_users(Tx& tx);
// Administrator of everything; a user of this code who is there already becomes one. REQUIRES: lock_users.
Actor first_administrator(Tx& tx, const NewUser& user);

// Has the actor the permission in any unit?
bool may_anywhere(Tx& tx, std::int32_t actor_id, Permission permission);
// All that the actor may in some unit, by name.
std::vector<std::string> permissions_of(Tx& tx, std::int32_t actor_id);

}  // namespace mainspring::org
