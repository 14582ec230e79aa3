#include "metering/meter_search_service.hpp"

namespace mainspring::metering {
namespace {

const Statement kPoints{
    "metering.find_points",
    "select s.cell_id, s.service_point_id, c.legal_entity_id, s.code, '' from customer.service_point s "
    "join org.cell c using (cell_id) where s.code >= $1 and s.code < $2 order by s.code limit $3"};
// Where each device was put last.
const Statement kMeters{
    "metering.find_meters",
    "select p.cell_id, p.service_point_id, c.legal_entity_id, p.code, d.serial from metering.device d "
    "join lateral (select e.service_point_cell_id, e.service_point_id from metering.device_event e "
    "where e.cell_id = d.cell_id and e.device_id = d.device_id and e.service_point_id is not null "
    "order by e.event_no desc limit 1) e on true "
    "join customer.service_point p on p.cell_id = e.service_point_cell_id and p.service_point_id = e.service_point_id "
    "join org.cell c on c.cell_id = p.cell_id "
    "where d.serial >= $1 and d.serial < $2 order by d.serial limit $3"};

void add(const Result& rows, std::vector<FoundPoint>& found) {
    for (const Row row : rows)
        found.push_back({row.get<CellId>(0), row.get<std::int64_t>(1), row.get<std::int32_t>(2),
                         row.get<std::string>(3), row.get<std::string>(4)});
}

}  // namespace

std::vector<FoundPoint> find_points(Tx& tx, std::string_view from, std::string_view to, std::int32_t limit) {
    std::vector<FoundPoint> found;
    add(tx.exec(kPoints, from, to, std::int64_t{limit}), found);
    add(tx.exec(kMeters, from, to, std::int64_t{limit}), found);
    return found;
}

}  // namespace mainspring::metering
