// SQL of metering.relation.
#pragma once
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "metering/relation.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

struct StoredRelation {
    CellId cell;
    RelationKey key;
    RelationFact fact;
};
// All versions, by (cell, parent, child, kind, valid_from, version).
std::vector<StoredRelation> select_relations(Tx& tx, std::span<const CellId> cells);
// The same, of those that have one of the points on either side.
std::vector<StoredRelation> select_relations_of_points(Tx& tx, CellId cell, std::span<const std::int64_t> points,
                                                       Instant known_at = kEndOfTime);
struct RelationMark {
    std::int64_t source = 0;
    std::int32_t actor_id = 0;
    Instant at;
};
void copy_relations(Tx& tx, std::span<const StoredRelation> relations, const RelationMark& mark);
// Until the end of the transaction: two importers could close a cycle that neither sees.
void keep_relations(Tx& tx, std::int32_t legal_entity_id);

}  // namespace mainspring::metering
