// The one list that says of every table where its rows live; the rules that follow from it, checked against the
// database; the SQL for a Citus cluster.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/connection.hpp"

namespace mainspring {

enum class Placement {
    by_cell,     // grows with the customers: key begins with cell_id, distributed by it, all such tables co-located
    replicated,  // small, the same on every node: tariffs, calendars, organisation
    local,       // on one node only: job queue
};

struct CatalogueTable {
    std::string_view name;  // "ledger.entry"
    Placement placement;
};

// Every table of the migrations (catalogue_tables.cpp); storage.migration belongs to the mechanism and is not listed.
std::span<const CatalogueTable> table_catalogue();

// create_reference_table(…) and create_distributed_table(…), one a line, in the order of the list.
std::string citus_sql(std::span<const CatalogueTable> tables);

// One sentence for each breach: a table that is not listed or not there; by cell: no cell_id, a primary key that does
// not begin with it or a unique index without it, a trigger, a foreign key out of the cell other than to a replicated
// table; replicated: a foreign key to one that is not; local: a foreign key to one by cell.
std::vector<std::string> catalogue_violations(Connection& connection, std::span<const CatalogueTable> tables);

// The second wall: one sentence for each table by cell whose rows are not confined for mainspring_web (core.confine).
std::vector<std::string> confinement_violations(Connection& connection, std::span<const CatalogueTable> tables);

}  // namespace mainspring
