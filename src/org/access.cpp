#include "org/access.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/ensure.hpp"

namespace mainspring::org {
namespace {

constexpr std::array kRoles{Role::administrator, Role::billing, Role::cashier, Role::auditor};

}  // namespace

std::string_view text_of(Role role) {
    switch (role) {
        case Role::administrator: return "administrator";
        case Role::billing: return "billing";
        case Role::cashier: return "cashier";
        case Role::auditor: return "auditor";
    }
    return "";
}

std::optional<Role> role_of(std::string_view text) {
    for (const Role role : kRoles)
        if (text_of(role) == text) return role;
    return std::nullopt;
}

std::string_view text_of(Permission permission) {
    switch (permission) {
        case Permission::look: return "look";
        case Permission::set_up: return "set up";
        case Permission::change_customers: return "change customers";
        case Permission::change_meters: return "change meters";
        case Permission::bill: return "bill";
        case Permission::take_payment: return "take payments";
        case Permission::keep_books: return "keep books";
    }
    return "";
}

bool grants(Role role, Permission permission) {
    if (permission == Permission::look || role == Role::administrator) return true;
    switch (role) {
        case Role::billing:
            return permission == Permission::change_customers || permission == Permission::change_meters ||
                   permission == Permission::bill;
        case Role::cashier: return permission == Permission::take_payment;
        case Role::administrator:
        case Role::auditor: return false;
    }
    return false;
}

OrgTree::OrgTree(std::vector<Unit> units) : units_(std::move(units)) {
    std::ranges::sort(units_, {}, &Unit::org_unit_id);
    for (const Unit& unit : units_) {
        const Unit* at = &unit;
        for (std::size_t steps = 0; at != nullptr && at->parent_id; ++steps) {
            ensure(steps <= units_.size(), "organisation units form a tree");
            at = find(*at->parent_id);
        }
    }
}

const OrgTree::Unit* OrgTree::find(std::int32_t org_unit_id) const {
    const auto at = std::ranges::lower_bound(units_, org_unit_id, {}, &Unit::org_unit_id);
    return at != units_.end() && at->org_unit_id == org_unit_id ? &*at : nullptr;
}

const OrgTree::Unit* OrgTree::find(std::string_view code) const {
    const auto at = std::ranges::find(units_, code, &Unit::code);
    return at != units_.end() ? &*at : nullptr;
}

bool OrgTree::contains(std::int32_t outer, std::int32_t inner) const {
    for (const Unit* at = find(inner); at != nullptr; at = at->parent_id ? find(*at->parent_id) : nullptr)
        if (at->org_unit_id == outer) return true;
    return false;
}

std::vector<std::int32_t> OrgTree::below(std::int32_t org_unit_id) const {
    std::vector<std::int32_t> units;
    for (const Unit& unit : units_)
        if (contains(org_unit_id, unit.org_unit_id)) units.push_back(unit.org_unit_id);
    return units;
}

std::expected<void, AccessRefusal> require(const Actor& actor, const OrgTree& tree, const AccessQuestion& question) {
    const auto allowed = [&](Role role) { return grants(role, question.permission); };
    if (std::ranges::none_of(actor.roles, allowed))
        return std::unexpected(AccessRefusal{
            AccessDenied::no_permission,
            fmt::format("{} may not {}: no role of theirs allows it", actor.code, text_of(question.permission))});
    if (actor.org_unit_id && !tree.contains(*actor.org_unit_id, question.org_unit_id))
        return std::unexpected(AccessRefusal{
            AccessDenied::outside_unit,
            fmt::format("{} may {} in the own organisation unit only", actor.code, text_of(question.permission))});
    return {};
}

}  // namespace mainspring::org
