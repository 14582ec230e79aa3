#include "org/administration.hpp"

#include "org/command_log.hpp"

namespace mainspring::org {

// tidy: flat-list
std::string_view name_of(AdminRefusalCode code) {
    switch (code) {
        case AdminRefusalCode::access: return "not_allowed";
        case AdminRefusalCode::command_reused: return "command_reused";
        case AdminRefusalCode::unknown_utility: return "unknown_utility";
        case AdminRefusalCode::unknown_unit: return "unknown_unit";
        case AdminRefusalCode::unknown_user: return "unknown_user";
        case AdminRefusalCode::unknown_role: return "unknown_role";
        case AdminRefusalCode::unknown_assignment: return "unknown_assignment";
        case AdminRefusalCode::unknown_approval: return "unknown_approval";
        case AdminRefusalCode::code_taken: return "code_taken";
        case AdminRefusalCode::other_utility: return "other_utility";
        case AdminRefusalCode::root_stays: return "root_stays";
        case AdminRefusalCode::below_itself: return "below_itself";
        case AdminRefusalCode::in_the_past: return "in_the_past";
        case AdminRefusalCode::dates_reversed: return "dates_reversed";
        case AdminRefusalCode::own_rights: return "own_rights";
        case AdminRefusalCode::not_for_customers: return "not_for_customers";
        case AdminRefusalCode::administrator_stays: return "administrator_stays";
        case AdminRefusalCode::roles_apart: return "roles_apart";
        case AdminRefusalCode::duties_apart: return "duties_apart";
        case AdminRefusalCode::same_person: return "same_person";
        case AdminRefusalCode::already_decided: return "already_decided";
        case AdminRefusalCode::expired: return "expired";
        case AdminRefusalCode::not_approved: return "not_approved";
    }
    return "";
}

std::unexpected<AdminRefusal> refuse_admin(AdminRefusalCode code, std::string text) {
    return std::unexpected(AdminRefusal{code, std::move(text)});
}

std::expected<void, AdminRefusal> require_admin(Tx& tx, std::int32_t actor_id, const AccessQuestion& question) {
    if (const auto allowed = require(tx, actor_id, question); !allowed)
        return refuse_admin(AdminRefusalCode::access, allowed.error().text);
    return {};
}

std::expected<std::optional<std::string>, AdminRefusal> done_before(Tx& tx, const Order& order,
                                                                    const OneChange& change) {
    auto before = find_command(tx, {kNoCell, order.command_id, change.kind, change.request});
    if (!before) return refuse_admin(AdminRefusalCode::command_reused, before.error());
    return *std::move(before);
}

void keep_result(Tx& tx, const Order& order, const OneChange& change, Instant at, std::string_view result_json) {
    const Doer doer{order.actor_id, change.org_unit_id, at};
    record_command(tx, {kNoCell, order.command_id, change.kind, change.request}, doer, result_json);
    write_trail(tx, doer,
                {.cell = kNoCell,
                 .command_id = order.command_id,
                 .action = change.kind,
                 .object = change.object,
                 .detail_json = change.request});
}

}  // namespace mainspring::org
