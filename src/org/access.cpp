#include "org/access.hpp"

#include <algorithm>
#include <array>

#include "base/ensure.hpp"

namespace mainspring::org {
namespace {

constexpr std::array kPermissions{
    Permission::look,         Permission::see_personal_data, Permission::set_up,           Permission::change_tariffs,
    Permission::manage_users, Permission::see_audit,         Permission::change_customers, Permission::change_meters,
    Permission::bill,         Permission::release_bills,     Permission::take_payment,     Permission::undo_payments,
    Permission::keep_books,   Permission::see_own_account};

}  // namespace

std::span<const Permission> all_permissions() { return kPermissions; }

std::string_view text_of(Permission permission) {
    switch (permission) {
        case Permission::look: return "look";
        case Permission::see_personal_data: return "see personal data";
        case Permission::set_up: return "set up";
        case Permission::change_tariffs: return "change tariffs";
        case Permission::manage_users: return "manage users";
        case Permission::see_audit: return "see the audit";
        case Permission::change_customers: return "change customers";
        case Permission::change_meters: return "change meters";
        case Permission::bill: return "bill";
        case Permission::release_bills: return "release bills";
        case Permission::take_payment: return "take payments";
        case Permission::undo_payments: return "undo payments";
        case Permission::keep_books: return "keep books";
        case Permission::see_own_account: return "see the own account";
    }
    return "";
}

std::string_view name_of(Permission permission) {
    switch (permission) {
        case Permission::look: return "look";
        case Permission::see_personal_data: return "see_personal_data";
        case Permission::set_up: return "set_up";
        case Permission::change_tariffs: return "change_tariffs";
        case Permission::manage_users: return "manage_users";
        case Permission::see_audit: return "see_audit";
        case Permission::change_customers: return "change_customers";
        case Permission::change_meters: return "change_meters";
        case Permission::bill: return "bill";
        case Permission::release_bills: return "release_bills";
        case Permission::take_payment: return "take_payment";
        case Permission::undo_payments: return "undo_payments";
        case Permission::keep_books: return "keep_books";
        case Permission::see_own_account: return "see_own_account";
    }
    return "";
}

std::optional<Permission> permission_of(std::string_view name) {
    for (const Permission permission : kPermissions)
        if (name_of(permission) == name) return permission;
    return std::nullopt;
}

std::optional<Duty> duty_of(Permission permission) {
    switch (permission) {
        case Permission::change_meters: return Duty::reading;
        case Permission::bill: return Duty::billing;
        case Permission::take_payment: return Duty::cash;
        default: return std::nullopt;
    }
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

}  // namespace mainspring::org
