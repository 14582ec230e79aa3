// Print files, in which every bill stands exactly once.
#include "billing/billing_store.hpp"

namespace mainspring::billing::store {

namespace {

const Statement kBillsOfRun{"billing.bills_of_run", R"(
    select cell_id, account_id, bill_seq, kind, run_id, legal_entity_id, number, cancels_seq, replaces_seq, entry_seq,
           period_from, period_to, issued_on, due_on, currency, total_minor, flags, derivation, sha256, carry
    from billing.bill where number between $2 and $3 and run_id = $1 and kind = 1 and replaces_seq is null
    order by number limit $4)"};
const Statement kPrintFiles{"billing.print_files", R"(
    select file_no, name, first_number, last_number, bills, pages, total_minor::text, sha256 is not null
    from billing.print_file where run_id = $1 order by file_no)"};
const Statement kKeepRunPlannersOut{"billing.keep_run_planners_out",
                                    "select state from billing.run where run_id = $1 for update"};
const Statement kPlanPrintFiles{
    "billing.plan_print_files",
    "insert into billing.print_file (run_id, file_no, name, first_number, last_number, bills, total_minor) "
    "select $1, part + 1, $3 || '-' || (part + 1) || '.pdf', min(number), max(number), count(*), sum(total_minor) "
    "from (select number, total_minor, ((row_number() over (order by number) - 1) / $2)::int4 as part "
    "from billing.bill where " MAINSPRING_BILLS_OF_RUN
    ") numbered group by part "
    "on conflict (run_id, file_no) do nothing"};
const Statement kMarkWritten{"billing.mark_written", R"(
    update billing.print_file set pages = $3, sha256 = $4 where run_id = $1 and file_no = $2)"};

// One planner of a legal entity at a time: what two of them see would be in two files.
const Statement kKeepPlannersOut{"billing.keep_planners_out", "select pg_advisory_xact_lock(19541, $1::int4)"};
const Statement kPlanCorrections{"billing.plan_corrections", R"(
    insert into billing.correction_print (legal_entity_id, kind, number, cell_id, account_id, bill_seq, file_no)
    select b.legal_entity_id, b.kind, b.number, b.cell_id, b.account_id, b.bill_seq,
           (select coalesce(max(f.file_no), 0) from billing.correction_file f where f.legal_entity_id = $1)
           + 1 + ((row_number() over (order by b.cell_id, b.account_id, b.bill_seq) - 1) / $2)::int4
    from billing.bill b
    where b.legal_entity_id = $1 and (b.kind = 2 or b.replaces_seq is not null)
          and not exists (select from billing.correction_print p
                          where p.legal_entity_id = b.legal_entity_id and p.kind = b.kind and p.number = b.number))"};
const Statement kPlanCorrectionFiles{"billing.plan_correction_files", R"(
    insert into billing.correction_file (legal_entity_id, file_no, name, documents, total_minor)
    select p.legal_entity_id, p.file_no, $2 || '-' || p.file_no || '.pdf', count(*), sum(b.total_minor)
    from billing.correction_print p join billing.bill b using (cell_id, account_id, bill_seq)
    where p.legal_entity_id = $1
          and not exists (select from billing.correction_file f
                          where f.legal_entity_id = p.legal_entity_id and f.file_no = p.file_no)
    group by 1, 2)"};
const Statement kCorrectionFiles{"billing.correction_files", R"(
    select file_no, name, documents, pages, total_minor::text, sha256 is not null from billing.correction_file
    where legal_entity_id = $1 and (sha256 is null or $2::text = 'all') order by file_no)"};
const Statement kBillsOfCorrectionFile{"billing.bills_of_correction_file", R"(
    select b.cell_id, b.account_id, b.bill_seq, b.kind, b.run_id, b.legal_entity_id, b.number, b.cancels_seq,
           b.replaces_seq, b.entry_seq, b.period_from, b.period_to, b.issued_on, b.due_on, b.currency, b.total_minor,
           b.flags, b.derivation, b.sha256, b.carry
    from billing.correction_print p join billing.bill b using (cell_id, account_id, bill_seq)
    where p.legal_entity_id = $1 and p.file_no = $2
    order by b.cell_id, b.account_id, b.bill_seq offset $3 limit $4)"};
const Statement kMarkCorrectionFileWritten{"billing.mark_correction_file_written", R"(
    update billing.correction_file set pages = $3, sha256 = $4 where legal_entity_id = $1 and file_no = $2)"};

}  // namespace

std::vector<StoredBill> bills_of_run(Tx& tx, const NumberRange& numbers) {
    std::vector<StoredBill> bills;
    const Result result = tx.exec(kBillsOfRun, numbers.run_id, numbers.from, numbers.to, numbers.most);
    for (const Row row : result) bills.push_back(bill_of(row));
    return bills;
}

std::vector<PrintFile> print_files(Tx& tx, std::int64_t run_id) {
    std::vector<PrintFile> files;
    const Result result = tx.exec(kPrintFiles, run_id);
    for (const Row row : result)
        files.push_back({row.get<std::int32_t>(0), row.get<std::string>(1), row.get<std::int64_t>(2),
                         row.get<std::int64_t>(3), row.get<std::int32_t>(4), row.get<std::optional<std::int32_t>>(5),
                         row.get<std::string>(6), row.get<bool>(7)});
    return files;
}

void plan_print_files(Tx& tx, const PrintPlan& plan) {
    tx.exec(kKeepRunPlannersOut, plan.run_id);
    if (print_files(tx, plan.run_id).empty())
        tx.exec(kPlanPrintFiles, plan.run_id, std::int64_t{plan.bills_a_file}, plan.name);
}

void mark_written(Tx& tx, std::int64_t run_id, const PrintFile& file, std::span<const std::uint8_t> sha256) {
    tx.exec(kMarkWritten, run_id, file.file_no, file.pages, std::as_bytes(sha256));
}

void plan_correction_files(Tx& tx, const CorrectionPlan& plan) {
    tx.exec(kKeepPlannersOut, plan.legal_entity_id);
    tx.exec(kPlanCorrections, plan.legal_entity_id, std::int64_t{plan.bills_a_file});
    tx.exec(kPlanCorrectionFiles, plan.legal_entity_id, plan.name);
}

std::vector<PrintFile> correction_files(Tx& tx, std::int32_t legal_entity_id, CorrectionFiles which) {
    std::vector<PrintFile> files;
    const std::string_view asked = which == CorrectionFiles::all ? "all" : "unwritten";
    const Result result = tx.exec(kCorrectionFiles, legal_entity_id, asked);
    for (const Row row : result) {
        PrintFile file;
        file.file_no = row.get<std::int32_t>(0);
        file.name = row.get<std::string>(1);
        file.bills = row.get<std::int32_t>(2);
        file.pages = row.get<std::optional<std::int32_t>>(3);
        file.total_minor = row.get<std::string>(4);
        file.written = row.get<bool>(5);
        files.push_back(std::move(file));
    }
    return files;
}

std::vector<StoredBill> bills_of_correction_file(Tx& tx, const CorrectionPage& page) {
    std::vector<StoredBill> bills;
    const Result result = tx.exec(kBillsOfCorrectionFile, page.legal_entity_id, page.file_no, page.place, page.most);
    for (const Row row : result) bills.push_back(bill_of(row));
    return bills;
}

void mark_correction_file_written(Tx& tx, std::int32_t legal_entity_id, const PrintFile& file,
                                  std::span<const std::uint8_t> sha256) {
    tx.exec(kMarkCorrectionFileWritten, legal_entity_id, file.file_no, file.pages, std::as_bytes(sha256));
}

}  // namespace mainspring::billing::store
