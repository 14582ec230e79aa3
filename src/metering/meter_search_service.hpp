// Service points by how their code, or the serial of a meter that hung there, begins.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

struct FoundPoint {
    CellId cell;
    std::int64_t service_point_id = 0;
    std::int32_t legal_entity_id = 0;
    std::string service_point;  // code
    std::string serial;         // of the meter that was found; empty: the code was
};
// Text in [from, to), in the order of code points. Points before meters.
std::vector<FoundPoint> find_points(Tx& tx, std::string_view from, std::string_view to, std::int32_t limit);

}  // namespace mainspring::metering
