// The tables of schema billing. Takes a Tx&, never begins or commits.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "billing/account_bill.hpp"
#include "billing/print_file.hpp"
#include "billing/run.hpp"
#include "billing/spill.hpp"
#include "storage/pool.hpp"

namespace mainspring::billing::store {

// Runs ---------------------------------------------------------------------------------------------------------------

// Inserts run and ranges. Nothing when the command id is known already.
std::optional<std::int64_t> insert_run(Tx& tx, const Run& run, std::span<const RunRange> ranges);
std::optional<std::int64_t> run_of_command(Tx& tx, const Uuid& command_id);
std::optional<Run> find_run(Tx& tx, std::int64_t run_id);
std::vector<Run> recent_runs(Tx& tx, std::int32_t legal_entity_id, std::int32_t limit);
// Until the end of the transaction. Starting a run keeps all others out; a rebilling keeps runs from starting.
void keep_runs_out(Tx& tx, std::int32_t legal_entity_id);
void keep_runs_from_starting(Tx& tx, std::int32_t legal_entity_id);
// Whether a run of the legal entity is between rating and issued.
std::optional<std::int64_t> unfinished_run(Tx& tx, std::int32_t legal_entity_id);
// False when the run is no longer in `from`. BugError when core.transition does not allow the change.
bool change_state(Tx& tx, std::int64_t run_id, RunState from, RunState to);
void set_first_number(Tx& tx, std::int64_t run_id, std::int64_t first_number);
void set_stop_asked(Tx& tx, std::int64_t run_id, std::string_view asked);
void set_finished(Tx& tx, std::int64_t run_id, Instant at);

// Ranges, in order of range_no.
std::vector<RunRange> ranges_of(Tx& tx, std::int64_t run_id);
// Only when it is still open; false otherwise.
bool mark_rated(Tx& tx, std::int64_t run_id, const RunRange& range);
void give_numbers(Tx& tx, std::int64_t run_id, std::span<const RunRange> ranges);
// Locks the range's row and reads its state.
RangeState lock_range(Tx& tx, std::int64_t run_id, const RunRange& range);
void mark_issued(Tx& tx, std::int64_t run_id, const RunRange& range);
// Other bills are to be issued for a rated range than were checked: its digest, and its sums are dropped.
void forget_check(Tx& tx, std::int64_t run_id, const RunRange& range);

// What a range left behind

struct AccountException {
    std::int64_t account_id = 0;
    Exception exception;
};
void insert_exceptions(Tx& tx, std::int64_t run_id, const RunRange& range, Instant found_at,
                       std::span<const AccountException> exceptions);
// Those that are not there yet: what the check found stays. The range counts all of them.
void add_exceptions(Tx& tx, std::int64_t run_id, const RunRange& range, Instant found_at,
                    std::span<const AccountException> exceptions);
void insert_totals(Tx& tx, std::int64_t run_id, const RunRange& range, const ClauseTotals& totals,
                   const PostingMap& postings);

// Facts of billing's own

// The last bill of each account in [account_from, account_to] that has one.
std::unordered_map<std::int64_t, BillChain> chains_in_range(Tx& tx, CellId cell, std::int64_t account_from,
                                                            std::int64_t account_to,
                                                            std::span<const std::int64_t> account_ids);
// By account id; those recorded at `known_at` or before.
std::map<std::int64_t, std::vector<Acceptance>> acceptances_in_range(Tx& tx, CellId cell, std::int64_t account_from,
                                                                     std::int64_t account_to, Instant known_at);
struct NewAcceptance {
    CellId cell;
    std::int64_t account_id = 0;
    Acceptance acceptance;
    std::string_view reason;
    std::int32_t actor_id = 0;
    Instant at;
};
// False: it was accepted before.
bool insert_acceptance(Tx& tx, const NewAcceptance& accepted);

// Bills --------------------------------------------------------------------------------------------------------------

// The rest of a bill's row, known when it is issued.
struct Issue {
    std::int64_t run_id = 0;
    std::int32_t legal_entity_id = 0;
    std::int64_t number = 0;
    Date issued_on, due_on;
    std::optional<std::int32_t> entry_seq, cancels_seq;
    Instant recorded_at;
};
// Rows for one COPY into billing.bill.
class BillCopy {
public:
    static CopyTarget target();
    static void put(CopyBuffer& rows, CellId cell, const SpilledBill& bill, const Issue& issue);
};

struct StoredBill {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t bill_seq = 0;
    BillKind kind{};
    std::int64_t run_id = 0;
    std::int32_t legal_entity_id = 0;
    std::int64_t number = 0;
    std::optional<std::int32_t> cancels_seq, replaces_seq, entry_seq;
    DateRange period;
    Date issued_on, due_on;
    Currency currency;
    std::int64_t total_minor = 0;
    std::int32_t flags = 0;
    std::vector<std::uint8_t> derivation, sha256, carry;
};
// Of a row with the columns as StoredBill has them.
StoredBill bill_of(const Row& row);
std::vector<StoredBill> bills_of_account(Tx& tx, CellId cell, std::int64_t account_id);
// One link of an account's chain.
struct BillPlace {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t bill_seq = 0;
};
std::optional<StoredBill> bill_at(Tx& tx, const BillPlace& place);
struct BillNumber {
    std::int32_t legal_entity_id = 0;
    BillKind kind = BillKind::bill;
    std::int64_t number = 0;
};
std::optional<StoredBill> find_bill(Tx& tx, const BillNumber& number);

// Of billing.bill: the bills of run $1, no credit notes and no rebillings. They have the run's block of numbers, whose
// key finds them; there is none on the run, which would cost every bill an entry.
#define MAINSPRING_BILLS_OF_RUN                                                                                   \
    "number >= (select first_number from billing.run where run_id = $1) "                                         \
    "and number < (select r.first_number + sum(g.bills)::int8 from billing.run r join billing.run_range g using " \
    "(run_id) where r.run_id = $1 group by r.first_number) and run_id = $1 and kind = 1 and replaces_seq is null "

// Bills of a run (no credit notes, no rebillings) with numbers in [from, to], ascending, at most `most`.
struct NumberRange {
    std::int64_t run_id = 0, from = 0, to = 0;
    std::int64_t most = 100;
};
std::vector<StoredBill> bills_of_run(Tx& tx, const NumberRange& numbers);

// Print files --------------------------------------------------------------------------------------------------------

std::vector<PrintFile> print_files(Tx& tx, std::int64_t run_id);
// Cuts the run's bills into files of at most `bills_a_file`, unless that was done before.
struct PrintPlan {
    std::int64_t run_id = 0;
    std::int32_t bills_a_file = 500;
    std::string name;  // files are called name-1.pdf …
};
void plan_print_files(Tx& tx, const PrintPlan& plan);
void mark_written(Tx& tx, std::int64_t run_id, const PrintFile& file, std::span<const std::uint8_t> sha256);

// Cuts the credit notes and replacement bills that are in no file yet into files; one transaction at a time.
struct CorrectionPlan {
    std::int32_t legal_entity_id = 0;
    std::int32_t bills_a_file = 500;
    std::string name;
};
void plan_correction_files(Tx& tx, const CorrectionPlan& plan);
std::vector<PrintFile> correction_files(Tx& tx, std::int32_t legal_entity_id, CorrectionFiles which);
// In order of (cell, account, bill), after the first `place`.
struct CorrectionPage {
    std::int32_t legal_entity_id = 0, file_no = 0;
    std::int64_t place = 0, most = 100;
};
std::vector<StoredBill> bills_of_correction_file(Tx& tx, const CorrectionPage& page);
void mark_correction_file_written(Tx& tx, std::int32_t legal_entity_id, const PrintFile& file,
                                  std::span<const std::uint8_t> sha256);

}  // namespace mainspring::billing::store
