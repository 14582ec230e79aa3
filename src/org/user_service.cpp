#include "org/user_service.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/json_writer.hpp"
#include "org/user_store.hpp"

namespace mainspring::org {
namespace {

using Checked = std::expected<void, AdminRefusal>;

std::unexpected<AdminRefusal> unknown_user(std::string_view code) {
    return refuse_admin(AdminRefusalCode::unknown_user, fmt::format("there is no user '{}'", code));
}

// Duties of one person, or of one role.
bool are_apart(std::span<const Permission> permissions) {
    std::set<Duty> duties;
    for (const Permission permission : permissions)
        if (const auto duty = duty_of(permission)) duties.insert(*duty);
    return duties.size() > 1;
}

Checked check_separation(Tx& tx, const AssignmentRow& row, std::string_view user) {
    if (const auto other = select_role_apart(tx, row))
        return refuse_admin(AdminRefusalCode::roles_apart,
                            fmt::format("{} is {} on some of these days, which may not be held together with {}", user,
                                        *other, row.role));
    if (row.role != Role::administrator.code && are_apart(select_permissions_with(tx, row)))
        return refuse_admin(AdminRefusalCode::duties_apart,
                            fmt::format("{} would do two of reading, billing and cash on some of these days", user));
    return {};
}

Checked check_assignment(Tx& tx, const AssignmentRow& row, const UserView& user, const Order& order) {
    if (!role_exists(tx, row.role))
        return refuse_admin(AdminRefusalCode::unknown_role, fmt::format("there is no role '{}'", row.role));
    if (row.valid_to && *row.valid_to <= row.valid_from)
        return refuse_admin(AdminRefusalCode::dates_reversed, "an assignment ends after the day on which it begins");
    if (user.actor_id == order.actor_id)
        return refuse_admin(AdminRefusalCode::own_rights, "nobody changes the own rights; ask another administrator");
    if ((user.kind == "customer") != (row.role == Role::customer.code))
        return refuse_admin(AdminRefusalCode::not_for_customers,
                            "customers have the role customer, and nobody else has it");
    return check_separation(tx, row, user.code);
}

// A role of everywhere is a matter of all units; a customer, of the unit that the customer's party is kept in.
Checked may_manage(Tx& tx, std::int32_t actor_id, const UserView& user) {
    if (!may_anywhere(tx, actor_id, Permission::manage_users))
        return require_admin(tx, actor_id, {Permission::manage_users, 0});
    if (user.kind == "customer")
        return require_admin(tx, actor_id, {Permission::manage_users, select_unit_of_customer(tx, user.actor_id)});
    const OrgTree tree = load_org_tree(tx);
    for (const AssignmentView& each : user.assignments) {
        const auto* unit = tree.find(each.unit);
        const std::int32_t unit_id = unit != nullptr ? unit->org_unit_id : 0;
        if (auto allowed = require_admin(tx, actor_id, {Permission::manage_users, unit_id}); !allowed) return allowed;
    }
    return {};
}

std::expected<NewActor, AdminRefusal> actor_to_insert(Tx& tx, const NewUser& user) {
    if (find_user(tx, user.code))
        return refuse_admin(AdminRefusalCode::code_taken, fmt::format("there is a user '{}' already", user.code));
    NewActor actor{.code = user.code, .name = user.name};
    if (!user.party) return actor;
    actor.kind = "customer";
    actor.party_cell = user.party->cell;
    actor.party_id = user.party->party_id;
    return actor;
}

}  // namespace

AdminResult add_user(Pool& pool, const Clock& clock, const Order& order, const NewUser& user) {
    JsonObject asked;
    asked.text("user", user.code).text("name", user.name);
    if (user.party) asked.text("party", fmt::format("{}/{}", user.party->cell.value, user.party->party_id));
    const std::string request = asked.done();
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        lock_org(tx);
        const Instant at = clock.now();
        if (!may_anywhere(tx, order.actor_id, Permission::manage_users))
            return std::unexpected(require_admin(tx, order.actor_id, {Permission::manage_users, 0}).error());
        return change_once(tx, order, {"org.add_user", user.code, request}, at, [&]() -> AdminResult {
            const auto actor = actor_to_insert(tx, user);
            if (!actor) return std::unexpected(actor.error());
            const std::int32_t actor_id = insert_actor(tx, *actor);
            if (actor->party_id)
                insert_assignment(tx, {.actor_id = actor_id,
                                       .role = Role::customer.code,
                                       .org_unit_id = {},
                                       .valid_from = kFromTheBeginning,
                                       .valid_to = {},
                                       .given_by = order.actor_id,
                                       .at = at});
            return JsonObject().text("user", user.code).number("id", actor_id).done();
        });
    });
}

std::expected<UserView, AdminRefusal> user_to_manage(Tx& tx, std::int32_t actor_id, std::string_view code) {
    auto user = find_user(tx, code);
    if (auto allowed = may_manage(tx, actor_id, user.value_or(UserView())); !allowed)
        return std::unexpected(allowed.error());
    if (!user) return unknown_user(code);
    return *std::move(user);
}

AdminResult set_presence(Pool& pool, const Clock& clock, const Order& order, const std::string& code,
                         Presence presence) {
    const bool disable = presence == Presence::disabled;
    const std::string_view kind = disable ? "org.disable_user" : "org.enable_user";
    const std::string request = json_object({{"user", code}});
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        lock_org(tx);
        const auto user = user_to_manage(tx, order.actor_id, code);
        if (!user) return std::unexpected(user.error());
        return change_once(tx, order, {kind, code, request}, clock.now(), [&]() -> AdminResult {
            if (user->actor_id == order.actor_id)
                return refuse_admin(AdminRefusalCode::own_rights, "nobody disables oneself");
            update_disabled(tx, user->actor_id, presence);
            return request;
        });
    });
}

AdminResult assign(Pool& pool, const Clock& clock, const Order& order, const NewAssignment& wanted) {
    const std::string request = json_object({{"user", wanted.user},
                                             {"role", wanted.role},
                                             {"unit", wanted.unit},
                                             {"from", format_date(wanted.from)},
                                             {"to", wanted.to ? format_date(*wanted.to) : ""}});
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        lock_org(tx);
        const Instant at = clock.now();
        const OrgTree tree = load_org_tree(tx);
        const auto* unit = tree.find(wanted.unit);
        const std::int32_t unit_id = unit != nullptr ? unit->org_unit_id : 0;
        if (auto allowed = require_admin(tx, order.actor_id, {Permission::manage_users, unit_id}); !allowed)
            return std::unexpected(allowed.error());
        if (unit == nullptr && !wanted.unit.empty())
            return refuse_admin(AdminRefusalCode::unknown_unit, fmt::format("there is no org unit '{}'", wanted.unit));
        const auto user = find_user(tx, wanted.user);
        if (!user) return unknown_user(wanted.user);
        return change_once(tx, order, {"org.assign", wanted.user, request, unit_id}, at, [&]() -> AdminResult {
            const AssignmentRow row{.assignment_id = 0,
                                    .actor_id = user->actor_id,
                                    .role = wanted.role,
                                    .org_unit_id = unit != nullptr ? std::optional(unit_id) : std::nullopt,
                                    .valid_from = wanted.from,
                                    .valid_to = wanted.to,
                                    .given_by = order.actor_id,
                                    .at = at};
            if (auto fine = check_assignment(tx, row, *user, order); !fine) return std::unexpected(fine.error());
            return JsonObject().number("assignment", insert_assignment(tx, row)).done();
        });
    });
}

AdminResult end_assignment(Pool& pool, const Clock& clock, const Order& order, const AssignmentEnd& end) {
    const std::string object = fmt::format("assignment:{}", end.assignment_id);
    const std::string request = json_object({{"assignment", object}, {"to", format_date(end.to)}});
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        lock_org(tx);
        const Instant at = clock.now();
        const OrgTree tree = load_org_tree(tx);
        const auto row = select_assignment(tx, end.assignment_id);
        const std::int32_t unit_id = row ? row->org_unit_id.value_or(0) : 0;
        if (auto allowed = require_admin(tx, order.actor_id, {Permission::manage_users, unit_id}); !allowed)
            return std::unexpected(allowed.error());
        if (!row) return refuse_admin(AdminRefusalCode::unknown_assignment, fmt::format("there is no {}", object));
        return change_once(tx, order, {"org.end_assignment", object, request, unit_id}, at, [&]() -> AdminResult {
            if (row->actor_id == order.actor_id)
                return refuse_admin(AdminRefusalCode::own_rights, "nobody changes the own rights");
            const auto* unit = tree.find(unit_id);
            const Date today = unit != nullptr ? local_date(tx, unit->legal_entity_id, at)
                                               : Date(std::chrono::floor<std::chrono::days>(at));
            if (end.to < today || end.to < row->valid_from)
                return refuse_admin(AdminRefusalCode::in_the_past,
                                    fmt::format("an assignment ends today ({}) or later", format_date(today)));
            update_end(tx, end.assignment_id, end.to);
            return request;
        });
    });
}

AdminResult put_role(Pool& pool, const Clock& clock, const Order& order, const RoleChange& change) {
    std::vector<std::string> names;
    for (const Permission permission : change.permissions) names.emplace_back(name_of(permission));
    const std::string request = JsonObject()
                                    .text("role", change.role)
                                    .raw("name", change.name_json)
                                    .raw("permissions", json_texts(names))
                                    .done();
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        lock_org(tx);
        if (auto allowed = require_admin(tx, order.actor_id, {Permission::manage_users, 0}); !allowed)
            return std::unexpected(allowed.error());
        return change_once(tx, order, {"org.put_role", change.role, request}, clock.now(), [&]() -> AdminResult {
            if (change.role == Role::administrator.code || change.role == Role::customer.code)
                return refuse_admin(AdminRefusalCode::administrator_stays,
                                    "what administrators and customers may is fixed");
            if (are_apart(change.permissions))
                return refuse_admin(AdminRefusalCode::duties_apart,
                                    "a role does one of reading, billing and cash, not two");
            replace_role(tx, change);
            for (const AssignmentRow& each : select_assignments_of(tx, change.role))
                if (are_apart(select_permissions_with(tx, each)))
                    return refuse_admin(AdminRefusalCode::duties_apart,
                                        fmt::format("{} would come to do two of reading, billing and cash",
                                                    stored_actor(tx, each.actor_id).code));
            return request;
        });
    });
}

void lock_users(Tx& tx) { lock_org(tx); }

Actor first_administrator(Tx& tx, const NewUser& user) {
    auto there = select_actor(tx, user.code);
    Actor actor = there ? *std::move(there) : Actor{0, user.code, user.name.empty() ? user.code : user.name};
    if (actor.actor_id != 0 && may_anywhere(tx, actor.actor_id, Permission::manage_users)) return actor;
    if (actor.actor_id == 0) actor.actor_id = insert_actor(tx, {.code = actor.code, .name = actor.name});
    insert_assignment(tx, {.actor_id = actor.actor_id,
                           .role = Role::administrator.code,
                           .org_unit_id = {},
                           .valid_from = kFromTheBeginning,
                           .valid_to = {},
                           .given_by = actor.actor_id,
                           .at = Instant{}});
    return actor;
}

bool may_anywhere(Tx& tx, std::int32_t actor_id, Permission permission) {
    const auto permissions = permissions_of(tx, actor_id);
    return std::ranges::find(permissions, name_of(permission)) != permissions.end();
}

}  // namespace mainspring::org
