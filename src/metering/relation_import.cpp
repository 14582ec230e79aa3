#include "metering/relation_import.hpp"

#include <fmt/format.h>
#include <unordered_map>

#include "customer/customer_service.hpp"
#include "formats/csv.hpp"
#include "formats/text_file.hpp"
#include "metering/metering_store.hpp"
#include "metering/relation_store.hpp"

namespace mainspring::metering {
namespace {

struct RelationRow {
    int line = 0;
    std::string parent, child;  // codes
    RelationKind kind{};
    RelationNet::Statement statement;
};

using formats::Problem;

Problem problem_of(const std::string& file, int line, const char* field, std::string reason) {
    return {
        .file = file, .line = line, .field = field, .reason = std::move(reason), .severity = formats::Severity::record};
}

// Refuses with the field and what is wrong with it.
std::expected<RelationTerms, std::pair<const char*, std::string>> terms_of(const formats::CsvRow& row,
                                                                           const RelationRow& relation) {
    using Bad = std::pair<const char*, std::string>;
    const std::string_view by = row["taken_by"], amount = row["amount"];
    RelationTerms terms;
    if (!by.empty()) {
        const auto known = taken_by_of(by);
        if (!known) return std::unexpected(Bad{"taken_by", known.error()});
        terms.by = *known;
    }
    if (terms.by == TakenBy::meter) {
        if (!amount.empty()) return std::unexpected(Bad{"amount", "stands only beside quantity or ratio"});
        return terms;
    }
    if (relation.kind != RelationKind::sub_meter) return std::unexpected(Bad{"taken_by", "is of sub-meters only"});
    const bool ratio = terms.by == TakenBy::ratio;
    const auto value = parse_decimal(amount, ratio ? 8 : 6);
    if (!value) return std::unexpected(Bad{"amount", fmt::format("'{}': {}", amount, text_of(value.error()))});
    if (*value <= 0) return std::unexpected(Bad{"amount", "must be above zero"});
    if (ratio && *value > 100'000'000) return std::unexpected(Bad{"amount", "a ratio is at most 1"});
    terms.amount = *value;
    return terms;
}

std::expected<RelationRow, Problem> parse_row(const formats::CsvRow& row, const std::string& file) {
    const auto bad = [&](const char* field, std::string reason) {
        return std::unexpected(problem_of(file, row.line(), field, std::move(reason)));
    };
    for (const char* field : {"parent", "child"})
        if (row[field].empty()) return bad(field, "is empty");
    if (row["parent"] == row["child"]) return bad("child", "is the parent itself");
    const auto kind = relation_kind_of(row["kind"]);
    if (!kind) return bad("kind", kind.error());
    const auto day = parse_date(row["valid_from"]);
    if (!day) return bad("valid_from", day.error());
    const std::string_view ended = row["ended"];
    if (!ended.empty() && ended != "yes" && ended != "no")
        return bad("ended", fmt::format("'{}' is neither yes nor no", formats::shown(ended)));
    RelationRow out{row.line(), std::string(row["parent"]), std::string(row["child"]), *kind, {*day, ended == "yes"}};
    const auto terms = terms_of(row, out);
    if (!terms) return bad(terms.error().first, terms.error().second);
    out.statement.terms = *terms;
    return out;
}

// One file, in one transaction.
class RelationReader {
public:
    RelationReader(Tx& tx, Instant at, const ImportFrame& frame, const formats::TextFile& text)
        : tx_(tx), at_(at), frame_(frame), text_(text) {}

    ImportReport run() {
        const auto rows = parse();
        if (rows.empty()) return std::move(report_);
        const std::int32_t entity = frame_.utility().legal_entity_id;
        keep_relations(tx_, entity);
        const std::string kind = fmt::format("relations of {}", frame_.utility().code);
        const ReadSource source{kind, text_.name(), org::sha256_of(text_.text()), frame_.order().actor.actor_id, at_};
        const auto before = select_sources_of(tx_, source);
        if (!before.empty()) known_since_ = before.front();
        const auto cells = org::cells_of(tx_, entity);
        find_points(cells, rows);
        for (const auto& stored : select_relations(tx_, cells)) nets_[stored.cell.value].add(stored.key, stored.fact);
        for (const auto& row : rows) apply(row);
        if (before.empty() || !added_.empty())
            copy_relations(tx_, added_, {insert_source(tx_, source), source.actor_id, at_});
        return std::move(report_);
    }

private:
    std::vector<RelationRow> parse() {
        std::vector<RelationRow> rows;
        auto csv = formats::CsvReader::open(text_.text(), {.file = text_.name(),
                                                           .required = {"parent", "child", "kind", "valid_from"},
                                                           .optional = {"ended", "taken_by", "amount"}});
        if (!csv) {
            report_.add(csv.error());
            return rows;
        }
        while (auto row = csv->next()) {
            auto parsed = *row ? parse_row(***row, text_.name()) : std::unexpected(row->error());
            if (parsed)
                rows.push_back(*std::move(parsed));
            else
                report_.add(parsed.error());
        }
        return rows;
    }

    void find_points(std::span<const CellId> cells, const std::vector<RelationRow>& rows) {
        std::vector<std::string> codes;
        for (const auto& row : rows) codes.insert(codes.end(), {row.parent, row.child});
        std::ranges::sort(codes);
        codes.erase(std::ranges::unique(codes).begin(), codes.end());
        for (auto& point : customer::find_service_points(tx_, cells, codes)) {
            std::string code = point.code;
            points_.emplace(std::move(code), std::move(point));
        }
    }

    void refuse(const RelationRow& row, const char* field, std::string reason) {
        report_.add(problem_of(text_.name(), row.line, field, std::move(reason)));
    }

    void apply(const RelationRow& row) {
        const auto parent = points_.find(row.parent), child = points_.find(row.child);
        const auto unknown = [&](const std::string& code) {
            return fmt::format("utility {} has no service point '{}'", frame_.utility().code, formats::shown(code));
        };
        if (parent == points_.end()) return refuse(row, "parent", unknown(row.parent));
        if (child == points_.end()) return refuse(row, "child", unknown(row.child));
        const CellId cell = parent->second.cell;
        if (child->second.cell != cell)
            return refuse(row, "child", fmt::format("'{}' lies in another cell than '{}'", row.child, row.parent));
        const RelationKey key{parent->second.service_point_id, child->second.service_point_id, row.kind};
        RelationNet::Statement statement = row.statement;
        statement.known_since = known_since_;
        RelationFact fact;
        switch (nets_[cell.value].state(key, statement, fact)) {
            case RelationNet::Change::none: return report_.count(LineOutcome::unchanged);
            case RelationNet::Change::nothing_to_end:
                return refuse(row, "ended", "there is nothing to end on this day");
            case RelationNet::Change::cycle:
                return refuse(row, "child", fmt::format("'{}' stands above '{}' already", row.child, row.parent));
            case RelationNet::Change::added: report_.count(LineOutcome::added); break;
            case RelationNet::Change::versioned: report_.count(LineOutcome::changed); break;
        }
        added_.push_back({cell, key, fact});
    }

    Tx& tx_;
    Instant at_;
    const ImportFrame& frame_;
    const formats::TextFile& text_;
    ImportReport report_;
    std::unordered_map<std::string, customer::ServicePointRef> points_;
    std::unordered_map<std::int32_t, RelationNet> nets_;  // by cell
    std::vector<StoredRelation> added_;
    std::int64_t known_since_ = 0;  // RelationNet::Statement
};

}  // namespace

std::expected<ImportReport, ImportRefusal> import_relations(Pool& pool, const Clock& clock, const ImportOrder& order) {
    ImportFrame frame(pool, clock, order, {"metering.import_relations"});
    const auto begun = frame.begin();
    if (!begun) return std::unexpected(begun.error());
    if (*begun) return **begun;
    auto input = formats::open_input(order.file);
    if (!input) return std::unexpected(ImportRefusal{ImportRefusalCode::file, formats::text_of(input.error())});
    ImportReport report;
    while (auto text = input->next()) {
        if (!*text) {
            report.add(text->error());
            continue;
        }
        report.merge(frame.run([&](auto in_tx) {
            return in_tx([&](Tx& tx, Instant at) { return RelationReader(tx, at, frame, **text).run(); });
        }));
    }
    frame.end(report);
    return report;
}

}  // namespace mainspring::metering
