// What hangs on service points and what was read there, for a person to look at.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "metering/installation.hpp"
#include "metering/relation.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

struct PointMeters {
    std::int64_t service_point_id = 0;
    std::vector<InstallationFact> timeline;
};
// Ascending by service point; points that never had a meter are left out.
std::vector<PointMeters> meters_of(Tx& tx, CellId cell, std::span<const std::int64_t> points);

// A relation of a point, as it holds from a day on.
struct RelationView {
    std::int64_t parent_id = 0, child_id = 0;
    RelationKind kind{};
    Date valid_from;
    bool ended = false;
    RelationTerms terms{};
};
// Those that have one of the points on either side; by (parent, child, kind, valid_from).
std::vector<RelationView> relations_of(Tx& tx, CellId cell, std::span<const std::int64_t> points);

struct ReadView {
    Instant read_at;
    Date read_on;
    std::int64_t device_id = 0;
    std::int16_t version = 0;  // the latest
    std::vector<std::int16_t> register_no;
    std::vector<std::int64_t> value_micro;
    std::string quality, status, reason;  // letters as in metering.register_read
};
struct ReadQuestion {
    CellId cell;
    std::int64_t service_point_id = 0;
    DateRange days;  // of read_on
};
// Register reads, each in its latest version, without those taken back; by (read_at, device).
std::vector<ReadView> reads_of(Tx& tx, const ReadQuestion& question);

}  // namespace mainspring::metering
