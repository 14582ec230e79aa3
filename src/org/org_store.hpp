// SQL of the schema org.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"
#include "org/org_service.hpp"

namespace mainspring::org {

// Held until the transaction ends: one writer of utilities, units, actors and new cells at a time.
void lock_org(Tx& tx);
std::int32_t insert_utility(Tx& tx, const UtilityFile& file);
struct UnitRow {
    std::int32_t org_unit_id = 0, legal_entity_id = 0;
    std::optional<std::int32_t> parent_id;      // at the moment of the transaction
    std::optional<std::int32_t> set_up_below;   // its first place
    std::string code, name;
};
std::vector<UnitRow> select_units(Tx& tx);
std::int32_t insert_unit(Tx& tx, const UnitRow& unit);
struct PlaceRow {
    std::int32_t org_unit_id = 0, parent_id = 0;
    Date valid_from;
    std::int32_t actor_id = 0;
    Instant at;
};
void insert_place(Tx& tx, const PlaceRow& place);  // in the next version of the day
// From the first of January of year 1: "always".
inline constexpr Date kFromTheBeginning = std::chrono::year{1} / 1 / 1;

struct NewActor {
    std::string_view code, name;
    std::string_view kind = "staff";
    std::optional<CellId> party_cell = std::nullopt;
    std::optional<std::int64_t> party_id = std::nullopt;
};
std::optional<Actor> select_actor(Tx& tx, std::string_view code);
std::int32_t insert_actor(Tx& tx, const NewActor& actor);

struct AssignmentRow {
    std::int32_t assignment_id = 0, actor_id = 0;
    std::string role;
    std::optional<std::int32_t> org_unit_id;
    Date valid_from;
    std::optional<Date> valid_to;
    std::int32_t given_by = 0;
    Instant at;
};
std::int32_t insert_assignment(Tx& tx, const AssignmentRow& assignment);

}  // namespace mainspring::org
