// What a customer's book says: balance, open items, statement of account.
#pragma once
#include <vector>

#include "calendar/date.hpp"
#include "ledger/chart.hpp"
#include "ledger/entry.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

struct AccountBalance {
    Currency currency;             // meaningless while there is no entry
    std::int64_t total = 0;        // minor units, + owed to us
    std::vector<Balance> by_item;  // by control account, ascending
};
AccountBalance account_balance(Pool& pool, const BookKey& book);

// Ascending by key; credits have negative amounts.
std::vector<Item> open_items(Pool& pool, const Chart& chart, const BookKey& book);

struct StatementLine {
    std::int32_t seq = 0;
    EntryKind kind{};
    Date business_date;
    std::optional<Date> due_on;
    std::int64_t source = 0;
    std::int64_t amount = 0;   // what the customer owes changes by; 0 for a match
    std::int64_t balance = 0;  // after this line
};
struct AccountStatement {
    Currency currency;
    std::int64_t opening = 0;
    std::vector<StatementLine> lines;  // by (business date, seq)
    std::int64_t closing = 0;
};
// By business date, [dates.from, dates.to).
AccountStatement statement(Pool& pool, const Chart& chart, const BookKey& book, DateRange dates);
// The same from entries at hand (all of the book). Pure.
AccountStatement statement_of(const Chart& chart, std::span<const Entry> entries, DateRange dates);

}  // namespace mainspring::ledger
