// The journal for other rooms, inside a transaction of theirs: heads and entries of books, insert and COPY of entries,
// periods and numbers. Whoever posts: hold_periods, then period_is_open, then decide with posting.hpp / allocation.hpp,
// then write.
#pragma once
#include <string_view>

#include "ledger/entry_copy.hpp"
#include "ledger/ledger_store.hpp"

namespace mainspring::ledger {

inline constexpr std::string_view kBillSeries = "bill";
inline constexpr std::string_view kCreditNoteSeries = "credit_note";

struct NumberBlock {
    std::int32_t legal_entity_id = 0;
    std::string_view series;
    std::int64_t count = 1;
};
// The first of `count` consecutive numbers; they are used exactly if the transaction commits, so a series has no gaps.
// Locks the series until the end of the transaction: its last statement. REQUIRES: count > 0.
std::int64_t take_numbers(Tx& tx, const NumberBlock& block);

}  // namespace mainspring::ledger
