// Organisation units: a tree of any depth for each utility, whose shape is dated.
#pragma once
#include "calendar/date.hpp"
#include "org/administration.hpp"

namespace mainspring::org {

struct UnitView {
    std::string code, name, utility;
    std::string parent;  // empty: the root
};
// On this day, by utility and code.
std::vector<UnitView> units_on(Tx& tx, Date day);

struct NewUnit {
    std::string utility, code, name, parent;
};
// In its place from the beginning. Needs Permission::set_up in the parent.
AdminResult add_unit(Pool& pool, const Clock& clock, const Order& order, const NewUnit& unit);

struct UnitMove {
    std::string unit, parent;
    Date from;
};
// From that day on, today at the earliest, it hangs below another unit of its utility; a move of the same day is
// replaced. Needs Permission::set_up in both places.
AdminResult move_unit(Pool& pool, const Clock& clock, const Order& order, const UnitMove& move);

}  // namespace mainspring::org
