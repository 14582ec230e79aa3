// The journal as text for hledger (hledger.org), an accounting program that shares nothing with us.
#pragma once
#include <cstdint>
#include <iosfwd>

#include "ledger/chart.hpp"
#include "ledger/journal_progress.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

// Accounts are "assets:1110 receivable.electricity"; a control account has one sub-account a book, named "cell/book".
// Every book and every account ends with a balance assertion from the stored balances, which hledger checks as it
// reads: a file that it accepts has the same balances as the last entries say. Gives the number of entries.
std::int64_t export_hledger(Pool& pool, std::ostream& out, const JournalProgress& on_progress = {});

}  // namespace mainspring::ledger
