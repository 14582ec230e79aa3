// Many entries by binary COPY: for bill runs, whose entries are decided for a whole range before anything is written.
// A doubled (book, seq) or command id fails the COPY, and with it the transaction, with DbError 23505.
#pragma once
#include "ledger/entry.hpp"
#include "ledger/entry_row.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

inline constexpr CopyTarget kEntryCopyTarget{"ledger.entry", MAINSPRING_ENTRY_COLUMNS};

// Makes rows for kEntryCopyTarget; needs no connection, so every worker thread may have one.
class EntryCopy {
public:
    void add(CopyBuffer& out, const Entry& entry);

private:
    EntryArrays arrays_;
};

// All of them through one COPY of this transaction.
void copy_entries(Tx& tx, std::span<const Entry> entries);

}  // namespace mainspring::ledger
