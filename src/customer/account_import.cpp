#include "customer/account_import.hpp"

#include <fmt/format.h>
#include <unordered_map>

#include "customer/account_chunk.hpp"
#include "formats/text_file.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"

namespace mainspring::customer {
namespace {

struct Setting {
    org::Utility utility;
    org::OrgTree units;
    std::int32_t org_unit_id = 0;
};

std::expected<Setting, ImportRefusal> find_setting(Tx& tx, const AccountImport& import) {
    auto utility = org::find_utility(tx, import.utility);
    if (!utility)
        return std::unexpected(
            ImportRefusal{ImportRefusalCode::unknown_utility, fmt::format("there is no utility '{}'", import.utility)});
    org::OrgTree tree = org::load_org_tree(tx);
    std::int32_t unit_id = utility->root_unit_id;
    if (!import.org_unit.empty()) {
        const auto* unit = tree.find(import.org_unit);
        if (unit == nullptr || unit->legal_entity_id != utility->legal_entity_id)
            return std::unexpected(
                ImportRefusal{ImportRefusalCode::unknown_unit,
                              fmt::format("utility '{}' has no org unit '{}'", import.utility, import.org_unit)});
        unit_id = unit->org_unit_id;
    }
    const org::AccessQuestion question{org::Permission::change_customers, unit_id};
    if (const auto allowed = org::require(tx, import.actor.actor_id, question); !allowed)
        return std::unexpected(ImportRefusal{ImportRefusalCode::access, allowed.error().text});
    return Setting{*std::move(utility), std::move(tree), unit_id};
}

// Parties and what the file said of them first: two different statements in one file cannot both hold.
class PartyMemory {
public:
    // The line that said otherwise, 0 when none did.
    int other_line(const AccountRow& row) {
        std::string text = row.party.name;
        for (const std::string& part : row.party.address) text.append(1, '\0').append(part);
        for (const auto& part : {row.party.email, row.party.phone, row.party.tax_number})
            text.append(1, '\1').append(part.value_or(""));
        text.append(1, '\2').append(row.party.language);
        const std::size_t said = std::hash<std::string>()(text);
        const auto [at, fresh] = said_.emplace(std::hash<std::string>()(row.party_code), Said{said, row.line});
        return fresh || at->second.text == said ? 0 : at->second.line;
    }

private:
    struct Said {
        std::size_t text;
        int line;
    };
    std::unordered_map<std::size_t, Said> said_;
};

// Reads one text chunk by chunk.
class AccountReader {
public:
    AccountReader(const AccountImport& import, const org::Utility& utility, const formats::TextFile& text)
        : import_(import),
          file_(text.name()),
          size_(text.text().size()),
          start_(text.text().data()),
          csv_(formats::CsvReader::open(text.text(), account_csv_options(text.name()))) {
        if (csv_) parser_.emplace(csv_->header(), file_, utility.language);
    }

    // False at the end. Problems of lines that cannot be used go to `report`.
    bool next_chunk(std::vector<AccountRow>& rows, ImportReport& report) {
        rows.clear();
        if (!csv_) {
            report.add(csv_.error());
            return false;
        }
        while (rows.size() < import_.rows_of_transaction) {
            auto row = csv_->next();
            if (!row) return !rows.empty();
            if (!*row) {
                add(report, row->error());
                continue;
            }
            done_ = static_cast<std::size_t>((**row)->cells().front().data() - start_);
            auto parsed = parser_->parse(***row);
            if (!parsed) {
                add(report, parsed.error());
                continue;
            }
            check_tariff(*parsed, report);
            if (const int line = parties_.other_line(*parsed); line != 0)
                add(report, problem(parsed->line, "party_code",
                                    fmt::format("line {} says otherwise of party '{}'", line, parsed->party_code)));
            else
                rows.push_back(*std::move(parsed));
        }
        return true;
    }
    const std::string& file() const { return file_; }
    bool opened() const { return csv_.has_value(); }
    ImportProgress progress() const {
        return {static_cast<std::int64_t>(std::min(done_, size_)), static_cast<std::int64_t>(size_)};
    }

private:
    formats::Problem problem(int line, std::string field, std::string reason) const {
        return {.file = file_,
                .line = line,
                .field = std::move(field),
                .reason = std::move(reason),
                .severity = formats::Severity::record};
    }
    void add(ImportReport& report, formats::Problem what) {
        if (import_.on_line) import_.on_line(what.line, LineOutcome::rejected);
        report.add(std::move(what));
    }
    void check_tariff(const AccountRow& row, ImportReport& report) {
        if (!import_.knows_tariff) return;
        const auto [at, fresh] = tariffs_.try_emplace(row.terms.tariff, false);
        if (fresh) at->second = import_.knows_tariff(row.terms.tariff);
        if (at->second) return;
        formats::Problem warning =
            problem(row.line, "tariff", fmt::format("there is no tariff '{}'", row.terms.tariff));
        warning.severity = formats::Severity::warning;
        report.add(std::move(warning));
    }

    const AccountImport& import_;
    std::string file_;
    std::size_t size_ = 0, done_ = 0;
    const char* start_;
    std::expected<formats::CsvReader, formats::Problem> csv_;
    std::optional<AccountRowParser> parser_;
    PartyMemory parties_;
    std::unordered_map<std::string, bool> tariffs_;
};

class Importer {
public:
    Importer(Pool& pool, const Clock& clock, const AccountImport& import, const Setting& setting)
        : pool_(pool), clock_(clock), import_(import), setting_(setting) {}

    ImportReport run(const formats::TextFile& text) {
        if (import_.dry_run == DryRun::no)
            return run_in(
                [&](auto fn) {
                    return with_tx(pool_, options(),
                                   [&](Tx& tx) { return fn(tx, org::moment_of_facts(tx, clock_.now())); });
                },
                text);
        ImportReport report;
        // One transaction, rolled back: later lines see what earlier ones did. It holds up no bill run.
        std::ignore = with_tx(pool_, options(), [&](Tx& tx) -> std::expected<void, std::monostate> {
            report = run_in([&](auto fn) { return fn(tx, clock_.now()); }, text);
            return std::unexpected(std::monostate());
        });
        return report;
    }

private:
    TxOptions options() const { return {Isolation::read_committed, {import_.actor.actor_id, setting_.org_unit_id}}; }

    template <class InTx>
    ImportReport run_in(InTx in_tx, const formats::TextFile& text) {
        ImportReport report;
        AccountReader reader(import_, setting_.utility, text);
        const ChunkContext context{.utility = setting_.utility,
                                   .units = setting_.units,
                                   .org_unit_id = setting_.org_unit_id,
                                   .actor_id = import_.actor.actor_id,
                                   .points_of_cell = import_.points_of_cell,
                                   .at = {},
                                   .today = setting_.utility.zone_rules().date_of(clock_.now()),
                                   .file = reader.file()};
        std::vector<AccountRow> rows;
        while (reader.next_chunk(rows, report)) {
            ChunkResult result = in_tx([&](Tx& tx, Instant at) {
                ChunkContext here = context;
                here.at = at;
                return AccountChunk(tx, here).run(rows);
            });
            report.merge(std::move(result.report));
            if (import_.on_line)
                for (const auto& [line, outcome] : result.lines) import_.on_line(line, outcome);
            if (import_.on_progress) import_.on_progress(reader.progress());
        }
        return report;
    }

    Pool& pool_;
    const Clock& clock_;
    const AccountImport& import_;
    const Setting& setting_;
};

}  // namespace

std::expected<ImportReport, ImportRefusal> import_accounts(Pool& pool, const Clock& clock,
                                                           const AccountImport& import) {
    const Instant at = clock.now();
    const std::string request =
        fmt::format("{} into {} {}", import.file.filename().string(), import.utility, import.org_unit);
    const org::Command command{org::kNoCell, import.command_id, "customer.import_accounts", request};
    std::optional<std::string> before;
    const auto setting = with_tx(pool, {}, [&](Tx& tx) -> std::expected<Setting, ImportRefusal> {
        auto found = find_setting(tx, import);
        if (!found) return found;
        auto done = org::find_command(tx, command);
        if (!done) return std::unexpected(ImportRefusal{ImportRefusalCode::command_reused, done.error()});
        before = *std::move(done);
        return found;
    });
    if (!setting) return std::unexpected(setting.error());
    if (before) return ImportReport::from_json(*before);

    auto input = formats::open_input(import.file);
    if (!input) return std::unexpected(ImportRefusal{ImportRefusalCode::file, formats::text_of(input.error())});
    ImportReport report;
    while (auto text = input->next()) {
        if (*text)
            report.merge(Importer(pool, clock, import, *setting).run(**text));
        else
            report.add(text->error());
    }
    if (import.dry_run == DryRun::yes) return report;
    with_tx(pool, {}, [&](Tx& tx) {
        const std::string counts = report.to_json();
        const org::Doer doer{import.actor.actor_id, setting->org_unit_id, at};
        org::record_command(tx, command, doer, counts);
        org::write_audit(tx, doer,
                         {.cell = org::kNoCell,
                          .command_id = import.command_id,
                          .action = "customer.import_accounts",
                          .object = import.file.filename().string(),
                          .detail_json = counts});
        org::write_outbox(tx, at,
                          {.cell = org::kNoCell,
                           .topic = "customer.accounts_imported",
                           .key = import.utility,
                           .payload_json = counts});
    });
    return report;
}

}  // namespace mainspring::customer
