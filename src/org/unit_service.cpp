#include "org/unit_service.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "org/org_store.hpp"

namespace mainspring::org {
namespace {

const Statement kUnitsOn{"org.units_on",
                         "select u.code, u.name, e.code, coalesce(p.code, '') from org.org_unit u "
                         "join org.legal_entity e using (legal_entity_id) "
                         "left join org.org_unit p on p.org_unit_id = org.parent_on(u.org_unit_id, $1) "
                         "order by e.code, u.code"};
// Is the unit above its own new parent on the day, or on any later day on which something moves?
const Statement kHangsBelowItself{
    "org.hangs_below_itself",
    "select exists (select from (select $3::date as day union select distinct valid_from from org.unit_place "
    "where valid_from > $3) d where $1 = any (org.units_above($2, d.day)))"};

template <class Units>
const UnitRow* find_unit(const Units& units, std::string_view code) {
    const auto at = std::ranges::find(units, code, &UnitRow::code);
    return at != units.end() ? &*at : nullptr;
}

std::unexpected<AdminRefusal> unknown_unit(std::string_view code) {
    return refuse_admin(AdminRefusalCode::unknown_unit, fmt::format("there is no org unit '{}'", code));
}

AdminResult insert_new_unit(Tx& tx, const NewUnit& unit, const UnitRow& parent, const PlaceRow& place) {
    if (find_unit(select_units(tx), unit.code) != nullptr)
        return refuse_admin(AdminRefusalCode::code_taken, fmt::format("there is an org unit '{}' already", unit.code));
    PlaceRow first = place;
    first.org_unit_id = insert_unit(tx, {.org_unit_id = 0,
                                         .legal_entity_id = parent.legal_entity_id,
                                         .parent_id = {},
                                         .set_up_below = {},
                                         .code = unit.code,
                                         .name = unit.name});
    insert_place(tx, first);
    return json_object({{"unit", unit.code}, {"parent", unit.parent}});
}

std::expected<void, AdminRefusal> check_move(Tx& tx, const UnitMove& move, const UnitRow& unit, const UnitRow& parent,
                                             Date today) {
    if (unit.legal_entity_id != parent.legal_entity_id)
        return refuse_admin(AdminRefusalCode::other_utility,
                            fmt::format("'{}' and '{}' belong to different utilities", move.unit, move.parent));
    if (!unit.set_up_below)
        return refuse_admin(AdminRefusalCode::root_stays,
                            fmt::format("'{}' is the root of its utility and stays", move.unit));
    if (move.from < today)
        return refuse_admin(AdminRefusalCode::in_the_past,
                            fmt::format("{} is past: a unit moves from today on or later", format_date(move.from)));
    if (tx.exec(kHangsBelowItself, unit.org_unit_id, parent.org_unit_id, move.from).one().get<bool>(0))
        return refuse_admin(AdminRefusalCode::below_itself,
                            fmt::format("'{}' is below '{}' then, or will be", move.parent, move.unit));
    return {};
}

}  // namespace

std::vector<UnitView> units_on(Tx& tx, Date day) {
    std::vector<UnitView> units;
    const Result rows = tx.exec(kUnitsOn, day);
    for (const Row row : rows)
        units.push_back(
            {row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<std::string>(3)});
    return units;
}

AdminResult add_unit(Pool& pool, const Clock& clock, const Order& order, const NewUnit& unit) {
    const std::string request =
        json_object({{"unit", unit.code}, {"name", unit.name}, {"utility", unit.utility}, {"parent", unit.parent}});
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        lock_org(tx);
        const Instant at = clock.now();
        const auto units = select_units(tx);
        const UnitRow* parent = find_unit(units, unit.parent);
        const std::int32_t parent_id = parent != nullptr ? parent->org_unit_id : 0;
        if (auto allowed = require_admin(tx, order.actor_id, {Permission::set_up, parent_id}); !allowed)
            return std::unexpected(allowed.error());
        const auto utility = find_utility(tx, unit.utility);
        if (!utility)
            return refuse_admin(AdminRefusalCode::unknown_utility,
                                fmt::format("there is no utility '{}'", unit.utility));
        if (parent == nullptr) return unknown_unit(unit.parent);
        if (parent->legal_entity_id != utility->legal_entity_id)
            return refuse_admin(AdminRefusalCode::other_utility,
                                fmt::format("'{}' is no unit of '{}'", unit.parent, unit.utility));
        const PlaceRow place{.org_unit_id = 0,
                             .parent_id = parent_id,
                             .valid_from = kFromTheBeginning,
                             .actor_id = order.actor_id,
                             .at = at};
        return change_once(tx, order, {"org.add_unit", unit.code, request, parent_id}, at,
                           [&] { return insert_new_unit(tx, unit, *parent, place); });
    });
}

AdminResult move_unit(Pool& pool, const Clock& clock, const Order& order, const UnitMove& move) {
    const std::string request =
        json_object({{"unit", move.unit}, {"parent", move.parent}, {"from", format_date(move.from)}});
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        lock_org(tx);
        const Instant at = clock.now();
        const auto units = select_units(tx);
        const UnitRow* unit = find_unit(units, move.unit);
        const UnitRow* parent = find_unit(units, move.parent);
        for (const UnitRow* each : {unit, parent})
            if (auto allowed =
                    require_admin(tx, order.actor_id, {Permission::set_up, each != nullptr ? each->org_unit_id : 0});
                !allowed)
                return std::unexpected(allowed.error());
        if (unit == nullptr) return unknown_unit(move.unit);
        if (parent == nullptr) return unknown_unit(move.parent);
        return change_once(tx, order, {"org.move_unit", move.unit, request, unit->org_unit_id}, at,
                           [&]() -> AdminResult {
                               const Date today = local_date(tx, unit->legal_entity_id, at);
                               if (auto fine = check_move(tx, move, *unit, *parent, today); !fine)
                                   return std::unexpected(fine.error());
                               insert_place(tx, {.org_unit_id = unit->org_unit_id,
                                                 .parent_id = parent->org_unit_id,
                                                 .valid_from = move.from,
                                                 .actor_id = order.actor_id,
                                                 .at = at});
                               return request;
                           });
    });
}

}  // namespace mainspring::org
