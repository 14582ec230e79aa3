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

// A role by its code. Roles are data (org.role); these come with the program.
struct Role {
    std::string code;
    friend bool operator==(const Role&, const Role&) = default;

    static const Role administrator, supervisor, billing, cashier, auditor, meter_reader, meter_data, call_agent,
        tariff_analyst, accountant, customer;
};
inline const Role Role::administrator{"administrator"};
inline const Role Role::supervisor{"supervisor"};
inline const Role Role::billing{"billing"};
inline const Role Role::cashier{"cashier"};
inline const Role Role::auditor{"auditor"};
inline const Role Role::meter_reader{"meter_reader"};
inline const Role Role::meter_data{"meter_data"};
inline const Role Role::call_agent{"call_agent"};
inline const Role Role::tariff_analyst{"tariff_analyst"};
inline const Role Role::accountant{"accountant"};
inline const Role Role::customer{"customer"};

enum class Permission : std::uint8_t {
    look,               // read anything of the unit
    see_personal_data,  // telephone, e-mail, tax number unmasked
    set_up,             // utilities, units, what others publish
    change_tariffs,     // import and activate versions and prices
    manage_users,       // users, roles, assignments
    see_audit,
    change_customers,  // parties, accounts, agreements
    change_meters,     // devices, installations, reads
    bill,              // runs, exceptions, cancellation
    release_bills,     // the second pair of eyes on a run
    take_payment,
    undo_payments,
    keep_books,       // journal, periods
    see_own_account,  // a customer: the own accounts and nothing else
};
std::span<const Permission> all_permissions();
std::string_view text_of(Permission permission);  // in a sentence: "take payments"
std::string_view name_of(Permission permission);  // in the database and the API: "take_payment"
std::optional<Permission> permission_of(std::string_view name);

// Reading, billing and cash are separate duties: no role but the administrator's has two of them.
enum class Duty : std::uint8_t { reading, billing, cash };
std::optional<Duty> duty_of(Permission permission);

// Who acts. What they may do is asked of the database (org::require).
struct Actor {
    std::int32_t actor_id = 0;
    std::string code, name;
};

// The tree of units on some day, for containment.
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
    std::int32_t org_unit_id = 0;  // 0: it concerns all units
};

}  // namespace mainspring::org
