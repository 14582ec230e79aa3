// SQL of users, roles and assignments.
#pragma once
#include "org/org_store.hpp"
#include "org/user_service.hpp"

namespace mainspring::org {

std::int32_t select_unit_of_customer(Tx& tx, std::int32_t actor_id);  // REQUIRES: the actor is a customer
void update_disabled(Tx& tx, std::int32_t actor_id, Presence presence);
std::optional<AssignmentRow> select_assignment(Tx& tx, std::int32_t assignment_id);
void update_end(Tx& tx, std::int32_t assignment_id, Date to);

bool role_exists(Tx& tx, std::string_view role);
// A role that the actor holds on some of these days and that may not be held together with this one.
std::optional<std::string> select_role_apart(Tx& tx, const AssignmentRow& wanted);
// What the actor's roles of these days allow together with this one, without the administrator's.
std::vector<Permission> select_permissions_with(Tx& tx, const AssignmentRow& wanted);
// Of all days.
std::vector<AssignmentRow> select_assignments_of(Tx& tx, std::string_view role);
void replace_role(Tx& tx, const RoleChange& change);

}  // namespace mainspring::org
