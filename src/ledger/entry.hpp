// The journal's values: one row an entry, with its legs in arrays. An entry belongs to a book (a customer's account, or
// an internal book with a negative id); `seq` counts a book's entries from 1 without gaps, so the last one carries the
// balances. A leg on a control account that settles nothing is an open item (book, seq, leg); a later leg of the same
// book and account settles it by name. Amounts are minor units of the entry's currency, + debit, - credit.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/uuid.hpp"
#include "calendar/date.hpp"
#include "money/currency.hpp"

namespace mainspring::ledger {

enum class EntryKind : std::int16_t {
    bill = 1,
    cancellation = 2,
    payment = 3,
    payment_reversal = 4,
    match = 5,
    match_reversal = 6,
    adjustment = 7,
};

// The name of an open item inside its book.
struct ItemKey {
    std::int32_t seq = 0;  // 0: settles nothing
    std::int16_t leg = 0;  // from 1
    friend auto operator<=>(const ItemKey&, const ItemKey&) = default;
};

struct Leg {
    std::int32_t account_no = 0;
    std::int64_t amount = 0;
    ItemKey settles{};
    friend bool operator==(const Leg&, const Leg&) = default;
};

struct Balance {
    std::int32_t account_no = 0;
    std::int64_t amount = 0;  // + owed to us
    friend bool operator==(const Balance&, const Balance&) = default;
};

struct BookKey {
    CellId cell;
    std::int64_t book_id = 0;
    friend auto operator<=>(const BookKey&, const BookKey&) = default;
};

// Everything of an entry but its place in the book.
struct Draft {
    BookKey book;
    Uuid command_id;
    EntryKind kind = EntryKind::adjustment;
    std::int32_t legal_entity_id = 0;
    std::int32_t org_unit_id = 0;
    std::int32_t actor_id = 0;
    Date business_date;
    Instant posted_at;
    Currency currency;
    std::int64_t source = 0;  // the bill's or payment's number in its own chain
    std::optional<std::int32_t> reverses_seq;
    std::optional<Date> due_on;
    std::vector<Leg> legs;
    friend bool operator==(const Draft&, const Draft&) = default;
};

struct Entry : Draft {
    std::int32_t seq = 0;
    std::vector<Balance> balances;  // of the book after this entry: control accounts that ever moved, ascending
    std::int32_t open_from = 1;  // the first entry of the book that holds an open item; seq + 1 when none does
    friend bool operator==(const Entry&, const Entry&) = default;
};

// A book's last state: all that the next entry needs, unless it settles something.
struct Head {
    BookKey book;
    std::int32_t seq = 0;  // 0: no entry yet
    Currency currency;  // meaningless while seq is 0
    std::int32_t open_from = 1;
    std::vector<Balance> balances;
    friend bool operator==(const Head&, const Head&) = default;
};

// An item and what is left of it; 0 <= open / original <= 1.
struct Item {
    ItemKey key;
    std::int32_t account_no = 0;
    EntryKind kind = EntryKind::bill;
    Date business_date;
    Date due_on;  // the entry's due date, or its business date without one
    std::int64_t original = 0;
    std::int64_t open = 0;
    friend bool operator==(const Item&, const Item&) = default;
};

}  // namespace mainspring::ledger
