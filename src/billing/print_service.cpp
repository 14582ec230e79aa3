#include "billing/print_service.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "billing/bill_names.hpp"
#include "document/bill_document.hpp"
#include "org/command_log.hpp"

namespace mainspring::billing {

namespace {

constexpr std::int64_t kBatch = 100;  // bills read and drawn in a transaction

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// One PDF file; it is begun with its first bill, whose date it carries.
class FileWriter {
public:
    FileWriter(const NameFinder& finder, std::filesystem::path path) : finder_(finder), path_(std::move(path)) {}

    void add(Tx& tx, const store::StoredBill& bill) {
        if (!pdf_)
            pdf_.emplace(path_, document::DocumentInfo{path_.filename(), "Mainspring", format_date(bill.issued_on)});
        const auto added = pdf_->add(finder_.page_of(tx, bill));
        ensure(added.has_value(), "a bill's payment code is too long");
    }
    document::DocumentSize finish() {
        ensure(pdf_.has_value(), "a print file without bills");
        return pdf_->finish();
    }
    Sha256 hash() const { return sha256_of(bytes_of(path_)); }

private:
    const NameFinder& finder_;
    std::filesystem::path path_;
    std::optional<document::BillDocument> pdf_;
};

// What print files of both kinds have in common: a list, of which some are still to be written.
struct Writing {
    const PrintOptions& options;
    std::string object;  // for the audit
    // The next bills of the file, none at its end. The place is the number of bills that came before.
    std::function<std::vector<store::StoredBill>(Tx& tx, const PrintFile& file, std::int64_t place)> next;
    std::function<void(Tx& tx, const PrintFile& file, const Sha256& hash)> mark_written;
};

void write_files(Pool& pool, const NameFinder& finder, const Writing& writing, PrintReport& report) {
    const PrintOptions& options = writing.options;
    Int128 total = 0;
    std::int64_t done = 0;
    for (const auto& file : report.files) {
        report.bills += file.bills;
        total += parse_decimal(file.total_minor, 0).value_or(0);
    }
    report.total_minor = format_decimal(total, 0);
    for (auto& file : report.files) {
        if (file.written && std::filesystem::exists(options.folder / file.name)) {
            done += file.bills;
            continue;
        }
        FileWriter writer(finder, options.folder / file.name);
        for (std::int64_t place = 0; place < file.bills;)
            with_tx(pool, TxOptions(), [&](Tx& tx) {
                const auto bills = writing.next(tx, file, place);
                ensure(!bills.empty(), "a print file has fewer bills than were planned");
                for (const auto& bill : bills) {
                    writer.add(tx, bill);
                    if (options.progress) options.progress(++done, report.bills);
                }
                place += static_cast<std::int64_t>(bills.size());
            });
        const auto size = writer.finish();
        ensure(size.bills == file.bills, "a print file has other bills than were planned");
        file.pages = static_cast<std::int32_t>(size.pages);
        with_tx(pool, TxOptions(), [&](Tx& tx) {
            writing.mark_written(tx, file, writer.hash());
            const std::string detail =
                fmt::format(R"({{"file": {}, "bills": {}}})", json_string(file.name), size.bills);
            org::write_trail(tx, options.doer,
                             {org::kNoCell, std::nullopt, "billing.print_file_written", writing.object, detail});
        });
        file.written = true;
        ++report.written_now;
    }
}

void check_access(Tx& tx, const org::Utility& utility, const org::Doer& doer) {
    const auto allowed = org::require(tx, doer.actor_id, {org::Permission::bill, utility.root_unit_id});
    if (!allowed) throw NotPrintable(allowed.error().text);
}

}  // namespace

PrintReport print_run(Pool& pool, const org::Utility& utility, const PrintOptions& options) {
    PrintReport report;
    const NameFinder finder = with_tx(pool, TxOptions(), [&](Tx& tx) {
        check_access(tx, utility, options.doer);
        const auto run = store::find_run(tx, options.run_id);
        if (!run || run->state != RunState::issued || run->legal_entity_id != utility.legal_entity_id)
            throw NotPrintable(fmt::format("run {} is not an issued run of {}", options.run_id, utility.code));
        store::plan_print_files(tx, {options.run_id, options.bills_a_file, options.name});
        report.files = store::print_files(tx, options.run_id);
        return NameFinder(tx, utility);
    });
    std::int64_t from = 0;  // the number that comes next in the file at hand
    const Writing writing{options, fmt::format("run {}", options.run_id),
                          [&](Tx& tx, const PrintFile& file, std::int64_t place) {
                              if (place == 0) from = file.first_number;
                              auto bills = store::bills_of_run(tx, {options.run_id, from, file.last_number, kBatch});
                              if (!bills.empty()) from = bills.back().number + 1;
                              return bills;
                          },
                          [&](Tx& tx, const PrintFile& file, const Sha256& hash) {
                              store::mark_written(tx, options.run_id, file, hash);
                          }};
    std::filesystem::create_directories(options.folder);
    write_files(pool, finder, writing, report);
    return report;
}

PrintReport print_corrections(Pool& pool, const org::Utility& utility, const PrintOptions& options) {
    PrintReport report;
    const std::int32_t entity = utility.legal_entity_id;
    const NameFinder finder = with_tx(pool, TxOptions(), [&](Tx& tx) {
        check_access(tx, utility, options.doer);
        store::plan_correction_files(tx, {entity, options.bills_a_file, options.name});
        report.files = store::correction_files(tx, entity, options.corrections);
        return NameFinder(tx, utility);
    });
    const Writing writing{options, fmt::format("corrections of utility {}", entity),
                          [&](Tx& tx, const PrintFile& file, std::int64_t place) {
                              return store::bills_of_correction_file(tx, {entity, file.file_no, place, kBatch});
                          },
                          [&](Tx& tx, const PrintFile& file, const Sha256& hash) {
                              store::mark_correction_file_written(tx, entity, file, hash);
                          }};
    std::filesystem::create_directories(options.folder);
    write_files(pool, finder, writing, report);
    return report;
}

std::optional<PrintedBill> print_bill(Pool& pool, const org::Utility& utility, const BillWanted& wanted,
                                      const std::filesystem::path& to) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) -> std::optional<PrintedBill> {
        const auto bill = store::find_bill(tx, {utility.legal_entity_id, wanted.kind, wanted.number});
        if (!bill) return std::nullopt;
        PrintedBill printed{to, 0};
        if (std::filesystem::is_directory(to))
            printed.file /=
                fmt::format("{}{:08}.pdf", wanted.kind == BillKind::bill ? "bill-" : "credit-note-", wanted.number);
        const NameFinder finder(tx, utility);
        FileWriter writer(finder, printed.file);
        writer.add(tx, *bill);
        printed.pages = writer.finish().pages;
        return printed;
    });
}

std::optional<ExplainedBill> find_explained(Tx& tx, const org::Utility& utility, const BillWanted& wanted) {
    const auto bill = store::find_bill(tx, {utility.legal_entity_id, wanted.kind, wanted.number});
    if (!bill) return std::nullopt;
    ExplainedBill explained;
    explained.derivation = decode_derivation(bill->derivation);
    explained.names = NameFinder(tx, utility).names_of(tx, *bill, explained.derivation);
    ensure(bill->sha256.size() == explained.hash.size(), "a stored hash has 32 bytes");
    std::ranges::copy(bill->sha256, explained.hash.begin());
    return explained;
}

}  // namespace mainspring::billing
