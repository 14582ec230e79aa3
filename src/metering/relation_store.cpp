#include "metering/relation_store.hpp"

namespace mainspring::metering {
namespace {

const Statement kRelations{"metering.relations", R"(
    select cell_id, parent_id, child_id, kind, valid_from, version, voided, ended, source, taken_by, amount
    from metering.relation
    where cell_id = any($1) order by cell_id, parent_id, child_id, kind, valid_from, version)"};
const Statement kRelationsOfPoints{"metering.relations_of_points", R"(
    select cell_id, parent_id, child_id, kind, valid_from, version, voided, ended, source, taken_by, amount
    from metering.relation
    where cell_id = $1 and (parent_id = any($2) or child_id = any($2)) and recorded_at <= $3
    order by cell_id, parent_id, child_id, kind, valid_from, version)"};
const Statement kKeepRelations{"metering.keep_relations", "select pg_advisory_xact_lock(19543, $1::int4)"};

std::vector<StoredRelation> relations_from(const Result& rows) {
    std::vector<StoredRelation> out;
    for (const Row row : rows)
        out.push_back({row.get<CellId>(0),
                       {row.get<std::int64_t>(1), row.get<std::int64_t>(2),
                        relation_kind_of(row.get<std::string_view>(3)).value()},
                       {row.get<Date>(4),
                        row.get<std::int16_t>(5),
                        row.get<bool>(6),
                        row.get<bool>(7),
                        row.get<std::int64_t>(8),
                        {taken_by_of(row.get<std::string_view>(9)).value(), row.get<std::int64_t>(10)}}});
    return out;
}

}  // namespace

std::vector<StoredRelation> select_relations(Tx& tx, std::span<const CellId> cells) {
    std::vector<std::int32_t> numbers;
    for (const CellId cell : cells) numbers.push_back(cell.value);
    return relations_from(tx.exec(kRelations, numbers));
}

std::vector<StoredRelation> select_relations_of_points(Tx& tx, CellId cell, std::span<const std::int64_t> points,
                                                       Instant known_at) {
    return relations_from(tx.exec(kRelationsOfPoints, cell, points, known_at));
}

void copy_relations(Tx& tx, std::span<const StoredRelation> relations, const RelationMark& mark) {
    if (relations.empty()) return;
    CopyIn copy = tx.copy_in({"metering.relation",
                              "cell_id, parent_id, child_id, kind, valid_from, version, voided, ended, taken_by, "
                              "amount, source, actor_id, recorded_at"});
    for (const auto& [cell, key, fact] : relations)
        copy.row(cell, key.parent_id, key.child_id, text_of(key.kind), fact.valid_from, fact.version, fact.voided,
                 fact.ended, text_of(fact.terms.by), fact.terms.amount, mark.source, mark.actor_id, mark.at);
    copy.finish();
}

void keep_relations(Tx& tx, std::int32_t legal_entity_id) { tx.exec(kKeepRelations, legal_entity_id); }

}  // namespace mainspring::metering
