#include "metering/point_view_service.hpp"

#include "customer/dated.hpp"
#include "metering/metering_store.hpp"
#include "metering/relation_store.hpp"

namespace mainspring::metering {
namespace {

const Statement kReadsOfPoint{"metering.reads_of_point", R"(
    select read_at, read_on, device_id, version, register_no, value_micro, quality, status, reason
    from (select distinct on (read_at, device_id) read_at, read_on, device_id, version, voided, register_no,
                 value_micro, quality::text as quality, status::text as status, reason
          from metering.register_read
          where cell_id = $1 and service_point_id = $2 order by read_at, device_id, version desc) latest
    where not voided and read_on >= $3 and read_on < $4 order by read_at, device_id)"};

}  // namespace

std::vector<PointMeters> meters_of(Tx& tx, CellId cell, std::span<const std::int64_t> points) {
    std::vector<PointMeters> out;
    for (PointInstallations& point : select_installations(tx, cell, points)) {
        customer::resolve_sorted(point.rows);
        out.push_back({point.service_point_id, std::move(point.rows)});
    }
    return out;
}

std::vector<RelationView> relations_of(Tx& tx, CellId cell, std::span<const std::int64_t> points) {
    std::map<RelationKey, std::vector<RelationFact>> facts;
    for (const auto& stored : select_relations_of_points(tx, cell, points)) facts[stored.key].push_back(stored.fact);
    std::vector<RelationView> out;
    for (auto& [key, rows] : facts) {
        customer::resolve_sorted(rows);
        for (const auto& fact : rows)
            out.push_back({key.parent_id, key.child_id, key.kind, fact.valid_from, fact.ended, fact.terms});
    }
    return out;
}

std::vector<ReadView> reads_of(Tx& tx, const ReadQuestion& question) {
    std::vector<ReadView> out;
    for (const Row row :
         tx.exec(kReadsOfPoint, question.cell, question.service_point_id, question.days.from, question.days.to))
        out.push_back({.read_at = row.get<Instant>(0),
                       .read_on = row.get<Date>(1),
                       .device_id = row.get<std::int64_t>(2),
                       .version = row.get<std::int16_t>(3),
                       .register_no = row.get<std::vector<std::int16_t>>(4),
                       .value_micro = row.get<std::vector<std::int64_t>>(5),
                       .quality = row.get<std::string>(6),
                       .status = row.get<std::string>(7),
                       .reason = row.get<std::string>(8)});
    return out;
}

}  // namespace mainspring::metering
