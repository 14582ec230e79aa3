// What a run did, for people and scripts: charges by account, exceptions by cause.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "billing/run.hpp"
#include "storage/pool.hpp"

namespace mainspring::billing {

// Sums may leave 64 bits: decimal text.
struct ClauseSum {
    std::string tariff, version, clause;
    std::int32_t account_no = 0;
    std::int64_t lines = 0;
    std::string quantity, unit;  // energy, or days; both empty where the clause multiplies neither
    std::string amount_minor;
};
std::vector<ClauseSum> clause_sums(Tx& tx, std::int64_t run_id);

// What the bills' sections used, each section once however many clauses charge it.
struct UseSum {
    std::string commodity, unit;
    std::int64_t sections = 0;
    std::string quantity;
};
std::vector<UseSum> use_of_run(Tx& tx, std::int64_t run_id);

struct AccountSum {
    std::int32_t account_no = 0;
    std::string key, amount_minor;
};
// By ledger account that the clauses credit.
std::vector<AccountSum> account_sums(Tx& tx, std::int64_t run_id);

struct CauseCount {
    std::string cause;
    std::int64_t count = 0;
    std::string example;  // "account A17: no read …"
};
std::vector<CauseCount> exceptions_by_cause(Tx& tx, std::int64_t run_id);

struct OpenException {
    std::int32_t cell_id = 0;
    std::int64_t account_id = 0, agreement_id = 0;
    std::string cause, detail;
    std::string account;  // its code
};
// After the exception of (cell, account, agreement, cause), at most `limit`.
struct ExceptionPage {
    std::int64_t run_id = 0;
    std::string cause;  // empty: all
    std::int32_t after_cell = 0;
    std::int64_t after_account = 0;
    std::int32_t limit = 100;
    std::int64_t after_agreement = 0;
    std::string after_cause = {};
};
std::vector<OpenException> exceptions_of(Tx& tx, const ExceptionPage& page);

// Bills and their money of a run, by currency.
struct RunMoney {
    std::string currency;
    std::int64_t bills = 0;
    std::string total_minor;
};
std::vector<RunMoney> money_of_run(Tx& tx, std::int64_t run_id);

// How long programs worked on the run, pauses between them left out.
std::int64_t worked_ms(Tx& tx, std::int64_t run_id);
void add_worked_ms(Tx& tx, std::int64_t run_id, std::int64_t ms);

// All that the issued runs of a utility billed.
struct UtilitySums {
    std::int64_t runs = 0;
    std::int64_t accounts = 0;  // of the run with most
    std::int64_t bills = 0, exceptions = 0, worked_ms = 0;
    std::string total_minor;  // in the currency of the utility
    std::vector<UseSum> use;
    std::vector<CauseCount> causes;  // without an example
};
UtilitySums sums_of_utility(Tx& tx, std::int32_t legal_entity_id);

// The last run that was started.
std::optional<std::int64_t> last_run(Tx& tx, std::int32_t legal_entity_id);

// SHA-256 over what the run's bills and entries say, in order of (cell, account): the same facts give the same digest.
std::string digest_of_run(Tx& tx, std::int64_t run_id);

}  // namespace mainspring::billing
