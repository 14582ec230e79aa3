#include "storage/catalogue.hpp"

#include <fmt/format.h>

namespace mainspring {

namespace {

// Tables of ours, whole ones only: a partition follows its parent.
const Statement kTables{
    "storage.catalogue_tables",
    "select n.nspname || '.' || c.relname,"
    " exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'cell_id' and not a.attisdropped"
    "         and a.attnotnull)"
    " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|citus)'"
    " and n.nspname not in ('information_schema', 'storage') order by 1"};

const Statement kUniqueIndexes{
    "storage.catalogue_unique_indexes",
    "select n.nspname || '.' || c.relname, i.relname::text, x.indisprimary,"
    " array(select coalesce(a.attname::text, '') from unnest(x.indkey[0:x.indnkeyatts - 1]) with ordinality k(number, "
    "place)"
    "       left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number order by k.place)"
    " from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid"
    " join pg_namespace n on n.oid = c.relnamespace where x.indisunique order by 1, 2"};

const Statement kTriggers{"storage.catalogue_triggers",
                          "select n.nspname || '.' || c.relname, t.tgname::text from pg_trigger t"
                          " join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace"
                          " where not t.tgisinternal order by 1, 2"};

// Whether cell_id on our side is matched with cell_id on theirs.
const Statement kForeignKeys{
    "storage.catalogue_foreign_keys",
    "select n.nspname || '.' || c.relname, k.conname::text, rn.nspname || '.' || r.relname,"
    " exists (select from unnest(k.conkey, k.confkey) p(ours, theirs)"
    "   join pg_attribute a on a.attrelid = c.oid and a.attnum = p.ours and a.attname = 'cell_id'"
    "   join pg_attribute b on b.attrelid = r.oid and b.attnum = p.theirs and b.attname = 'cell_id')"
    " from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace"
    " join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace"
    " where k.contype = 'f' and k.conparentid = 0 order by 1, 2"};

// Whether row-level security is on, its policy by_cell asks for the visible cells, and another one keeps customers to
// their own rows. What is only written (the outbox) may be closed for reading instead.
const Statement kConfinement{
    "storage.catalogue_confinement",
    "select c.relrowsecurity,"
    " exists (select from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname"
    "         and p.policyname = 'by_cell' and p.roles = '{mainspring_web}'"
    "         and coalesce(p.qual, p.with_check) like '%core.visible_cells()%'),"
    " exists (select from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname"
    "         and p.roles = '{mainspring_web}' and p.permissive = 'RESTRICTIVE')"
    " or not exists (select from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname"
    "         and p.roles = '{mainspring_web}' and p.cmd <> 'INSERT')"
    " from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname || '.' || c.relname = $1"};

class Check {
public:
    Check(Connection& connection, std::span<const CatalogueTable> tables) : connection_(connection) {
        for (const CatalogueTable& table : tables) {
            if (!placements_.emplace(std::string(table.name), table.placement).second)
                violations_.push_back(fmt::format("{}: listed twice", table.name));
        }
    }
    std::vector<std::string> run() {
        check_tables();
        check_indexes();
        check_triggers();
        check_foreign_keys();
        return std::move(violations_);
    }

private:
    std::optional<Placement> placement(const std::string& table) const {
        const auto found = placements_.find(table);
        return found == placements_.end() ? std::nullopt : std::optional(found->second);
    }
    void check_tables();
    void check_indexes();
    void check_triggers();
    void check_foreign_keys();

    Connection& connection_;
    std::map<std::string, Placement> placements_;
    std::vector<std::string> violations_;
};

void Check::check_tables() {
    std::set<std::string> there;
    const Result rows = connection_.exec(kTables);
    for (const Row row : rows) {
        const auto [table, has_cell] = row.as<std::string, bool>();
        there.insert(table);
        const auto placed = placement(table);
        if (!placed)
            violations_.push_back(fmt::format("{}: not in the catalogue", table));
        else if (*placed == Placement::by_cell && !has_cell)
            violations_.push_back(fmt::format("{}: by cell, but has no column cell_id not null", table));
    }
    for (const auto& [table, placed] : placements_)
        if (!there.contains(table))
            violations_.push_back(fmt::format("{}: in the catalogue, not in the database", table));
}

void Check::check_indexes() {
    std::set<std::string> with_key;
    const Result rows = connection_.exec(kUniqueIndexes);
    for (const Row row : rows) {
        const auto [table, index, is_primary, columns] =
            row.as<std::string, std::string, bool, std::vector<std::string>>();
        if (placement(table) != Placement::by_cell) continue;
        if (is_primary) with_key.insert(table);
        if (is_primary && columns.front() != "cell_id")
            violations_.push_back(fmt::format("{}: primary key {} does not begin with cell_id", table, index));
        if (std::find(columns.begin(), columns.end(), "cell_id") == columns.end())
            violations_.push_back(fmt::format("{}: unique index {} does not contain cell_id", table, index));
    }
    for (const auto& [table, placed] : placements_)
        if (placed == Placement::by_cell && !with_key.contains(table))
            violations_.push_back(fmt::format("{}: by cell, but has no primary key", table));
}

void Check::check_triggers() {
    const Result rows = connection_.exec(kTriggers);
    for (const Row row : rows) {
        const auto [table, trigger] = row.as<std::string, std::string>();
        if (placement(table) == Placement::by_cell)
            violations_.push_back(fmt::format("{}: by cell, but has the trigger {}", table, trigger));
    }
}

void Check::check_foreign_keys() {
    const Result rows = connection_.exec(kForeignKeys);
    for (const Row row : rows) {
        const auto [table, key, target, within_cell] = row.as<std::string, std::string, std::string, bool>();
        const auto from = placement(table);
        const auto to = placement(target);
        if (!from || !to) continue;
        const bool fine = *to == Placement::replicated ||
                          (*from == Placement::by_cell && *to == Placement::by_cell && within_cell) ||
                          (*from == Placement::local && *to == Placement::local);
        if (!fine) violations_.push_back(fmt::format("{}: foreign key {} to {} leaves the cell", table, key, target));
    }
}

}  // namespace

std::string citus_sql(std::span<const CatalogueTable> tables) {
    std::string sql;
    for (const CatalogueTable& table : tables)
        if (table.placement == Placement::replicated)
            sql += fmt::format("select create_reference_table('{}');\n", table.name);
    std::string_view first = "none";
    for (const CatalogueTable& table : tables) {
        if (table.placement != Placement::by_cell) continue;
        sql += fmt::format("select create_distributed_table('{}', 'cell_id', colocate_with => '{}');\n", table.name,
                           first);
        if (first == "none") first = table.name;
    }
    return sql;
}

std::vector<std::string> confinement_violations(Connection& connection, std::span<const CatalogueTable> tables) {
    std::vector<std::string> violations;
    for (const CatalogueTable& table : tables) {
        if (table.placement != Placement::by_cell) continue;
        const Result rows = connection.exec(kConfinement, table.name);
        const auto row = rows.maybe_one();
        if (!row) continue;  // catalogue_violations says that it is missing
        const auto [is_on, by_cell, restricts] = row->as<bool, bool, bool>();
        if (!is_on) violations.push_back(fmt::format("{}: by cell, but its row-level security is off", table.name));
        if (!by_cell)
            violations.push_back(fmt::format("{}: by cell, but has no policy by_cell for mainspring_web", table.name));
        if (!restricts)
            violations.push_back(
                fmt::format("{}: by cell, but has no restrictive policy for mainspring_web", table.name));
    }
    return violations;
}

std::vector<std::string> catalogue_violations(Connection& connection, std::span<const CatalogueTable> tables) {
    return Check(connection, tables).run();
}

}  // namespace mainspring
