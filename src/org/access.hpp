// Who may do what, and where: roles give permissions, organisation units bound them.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mainspring::org {

enum class Role : std::uint8_t { administrator, billing, cashier, auditor };
std::string_view text_of(Role role);
std::optional<Role> role_of(std::string_view text);

enum class Permission : std::uint8_t {
    look,              // read anything of the unit
    set_up,            // utilities, units, actors, tariffs
    change_customers,  // parties, accounts, agreements
    change_meters,     // devices, installations, reads
    bill,              // runs, exceptions, cancellation
    take_payment,
    keep_books,        // journal, periods
};
std::string_view text_of(Permission permission);

bool grants(Role role, Permission permission);

struct Actor {
    std::int32_t actor_id = 0;
    std::string code, name;
    std::optional<std::int32_t> org_unit_id = std::nullopt;  // none: everywhere
    std::vector<Role> roles = {};
};

// The tree of units, for containment.
class OrgTree {
public:
    struct Unit {
        std::int32_t org_unit_id = 0;
        std::optional<std::int32_t> parent_id;
        std::int32_t legal_entity_id = 0;
        std::string code;
    };
    explicit OrgTree(std::vector<Unit> units);  // any order; BugError on a loop

    const Unit* find(std::int32_t org_unit_id) const;
    const Unit* find(std::string_view code) const;
    // Is `inner` the unit `outer` or below it?
    bool contains(std::int32_t outer, std::int32_t inner) const;
    // The unit and all below it, ascending.
    std::vector<std::int32_t> below(std::int32_t org_unit_id) const;

private:
    std::vector<Unit> units_;  // by id
};

enum class AccessDenied : std::uint8_t { no_permission, outside_unit };

struct AccessRefusal {
    AccessDenied code{};
    std::string text;
};

struct AccessQuestion {
    Permission permission{};
    std::int32_t org_unit_id = 0;
};

// no_permission comes before outside_unit.
std::expected<void, AccessRefusal> require(const Actor& actor, const OrgTree& tree, const AccessQuestion& question);

}  // namespace mainspring::org
