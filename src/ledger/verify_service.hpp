// The proof of the books: every invariant of the ledger, checked on all that is stored, in one snapshot.
#pragma once
#include <cstdint>
#include <vector>

#include "ledger/book_check.hpp"
#include "ledger/journal_progress.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

struct VerifyReport {
    std::int64_t books = 0;
    std::int64_t entries = 0;
    std::int64_t legs = 0;
    std::int64_t findings_count = 0;
    std::vector<Finding> findings;  // the first kMostFindings of them
    static constexpr std::size_t kMostFindings = 1000;
    bool good() const { return findings_count == 0; }
};

// Streams the journal once, in order; memory is that of the largest book. Then compares the read model, the number
// series with the bills, and closed periods with what was posted later. Runs beside everything else.
VerifyReport verify(Pool& pool, const JournalProgress& on_progress = {});

}  // namespace mainspring::ledger
