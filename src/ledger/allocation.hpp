// Which items a payment, a cancellation or a credit settles. Pure; docs/BILLING.md, "Payments" and "Cancel and rebill".
// Age of an item: (due date, seq, leg).
#pragma once
#include <span>
#include <vector>

#include "ledger/chart.hpp"
#include "ledger/entry.hpp"

namespace mainspring::ledger {

struct Share {
    ItemKey item;
    std::int32_t account_no = 0;
    std::int64_t amount = 0;  // of the item, > 0
    friend bool operator==(const Share&, const Share&) = default;
};

struct Allocation {
    std::vector<Share> shares;  // oldest first
    std::int64_t rest = 0;  // what no item took
};

// Debit items oldest first, each up to what is open. The order of `items` does not matter. REQUIRES: amount > 0.
Allocation allocate(std::span<const Item> items, std::int64_t amount);

// Debit `money_account`; credit each allocated item; the rest is a new credit item on customer_credit.
// REQUIRES: amount > 0.
std::vector<Leg> payment_legs(const Chart& chart, std::span<const Item> items, std::int32_t money_account,
                              std::int64_t amount);

// The legs that take a bill's entry back: what is still open of its items is settled; what had been settled becomes one
// new item on customer_credit; the other legs are negated. REQUIRES: `items` holds every item of `bill`.
std::vector<Leg> cancellation_legs(const Chart& chart, const Entry& bill, std::span<const Item> items);

// Open credits against open debits, both oldest first, until one side is used up. Empty when there is nothing to match.
std::vector<Leg> match_legs(std::span<const Item> items);

}  // namespace mainspring::ledger
