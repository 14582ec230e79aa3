#include "ledger/book_service.hpp"

#include <algorithm>
#include <tuple>

#include "base/decimal.hpp"
#include "ledger/ledger_store.hpp"
#include "ledger/posting.hpp"

namespace mainspring::ledger {
namespace {

const TxOptions kReadOnly{Isolation::read_committed, {}, Access::read_only};

std::int64_t owed_by(const Chart& chart, const Entry& entry) {
    Int128 sum = 0;
    for (const Leg& leg : entry.legs)
        if (chart.is_control(leg.account_no)) sum += leg.amount;
    return narrow(sum);
}

}  // namespace

AccountBalance account_balance(Pool& pool, const BookKey& book) {
    const std::int64_t ids[] = {book.book_id};
    const auto found = with_tx(pool, kReadOnly, [&](Tx& tx) { return heads(tx, book.cell, ids); });
    const Head& head = found.front();
    AccountBalance balance{.currency = head.currency, .total = 0, .by_item = head.balances};
    for (const Balance& part : head.balances) balance.total = narrow(Int128{balance.total} + part.amount);
    return balance;
}

std::vector<Item> open_items(Pool& pool, const Chart& chart, const BookKey& book) {
    const auto state = with_tx(pool, kReadOnly, [&](Tx& tx) { return read_book(tx, book); });
    return open_items(chart, state.entries);
}

AccountStatement statement_of(const Chart& chart, std::span<const Entry> entries, DateRange dates) {
    std::vector<const Entry*> ordered;
    for (const Entry& entry : entries)
        if (entry.business_date < dates.to) ordered.push_back(&entry);
    std::ranges::sort(ordered, {}, [](const Entry* entry) { return std::tuple(entry->business_date, entry->seq); });

    AccountStatement result;
    if (!entries.empty()) result.currency = entries.front().currency;
    for (const Entry* entry : ordered) {
        const std::int64_t amount = owed_by(chart, *entry);
        result.closing = narrow(Int128{result.closing} + amount);
        if (entry->business_date < dates.from)
            result.opening = result.closing;
        else
            result.lines.push_back({.seq = entry->seq,
                                    .kind = entry->kind,
                                    .business_date = entry->business_date,
                                    .due_on = entry->due_on,
                                    .source = entry->source,
                                    .amount = amount,
                                    .balance = result.closing});
    }
    return result;
}

AccountStatement statement(Pool& pool, const Chart& chart, const BookKey& book, DateRange dates) {
    const auto entries = with_tx(pool, kReadOnly, [&](Tx& tx) { return entries_of(tx, book); });
    return statement_of(chart, entries, dates);
}

}  // namespace mainspring::ledger
