// What the use cases of units, users, roles and approvals share: who asks, what is refused, and doing it once.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "org/org_service.hpp"
#include "storage/pool.hpp"

namespace mainspring::org {

// The order is the precedence: the first that fits is given.
enum class AdminRefusalCode : std::uint8_t {
    access,
    command_reused,
    unknown_utility,
    unknown_unit,
    unknown_user,
    unknown_role,
    unknown_assignment,
    unknown_approval,
    code_taken,
    other_utility,  // a unit stays in its utility
    root_stays,     // the root of a utility has no place to move to
    below_itself,
    in_the_past,  // who was where on days gone by does not change
    dates_reversed,
    own_rights,      // nobody changes the own rights
    not_for_customers,
    administrator_stays,
    roles_apart,     // roles that one person may not hold together
    duties_apart,    // reading, billing and cash
    same_person,     // four eyes
    already_decided,
    expired,
    not_approved,
};
std::string_view name_of(AdminRefusalCode code);  // "unknown_unit", as the API says it

struct AdminRefusal {
    AdminRefusalCode code{};
    std::string text;
};
std::unexpected<AdminRefusal> refuse_admin(AdminRefusalCode code, std::string text);

// Who asks, with the client's id of the command.
struct Order {
    std::int32_t actor_id = 0;
    Uuid command_id;
};

// What is to be done once: its kind is the audit's action, the request all that was asked as JSON, which the audit
// keeps. REQUIRES: no secret in it.
struct OneChange {
    std::string_view kind, object, request;
    std::int32_t org_unit_id = 0;
};
using AdminResult = std::expected<std::string, AdminRefusal>;  // JSON

// The stored result of the same order; nothing when it is new. Refused: access, or its id was used otherwise.
std::expected<std::optional<std::string>, AdminRefusal> done_before(Tx& tx, const Order& order,
                                                                    const OneChange& change);
// The result is kept, the change audited and announced.
void keep_result(Tx& tx, const Order& order, const OneChange& change, Instant at, std::string_view result_json);

// make() gives the result; it is asked only for a new order.
template <class Make>
AdminResult change_once(Tx& tx, const Order& order, const OneChange& change, Instant at, Make&& make) {
    auto before = done_before(tx, order, change);
    if (!before) return std::unexpected(before.error());
    if (*before) return **std::move(before);
    AdminResult result = make();
    if (!result) return result;
    keep_result(tx, order, change, at, *result);
    return **done_before(tx, order, change);  // as it will be told again, to the letter
}

// As AdminRefusal: access.
std::expected<void, AdminRefusal> require_admin(Tx& tx, std::int32_t actor_id, const AccessQuestion& question);

}  // namespace mainspring::org
