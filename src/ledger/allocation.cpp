#include "ledger/allocation.hpp"

#include <algorithm>
#include <tuple>

#include "base/decimal.hpp"
#include "base/ensure.hpp"
#include "ledger/posting.hpp"

namespace mainspring::ledger {
namespace {

enum class Side { debit, credit };

std::vector<Item> by_age(std::span<const Item> items, Side side) {
    std::vector<Item> chosen;
    for (const Item& item : items)
        if (side == Side::debit ? item.open > 0 : item.open < 0) chosen.push_back(item);
    std::ranges::sort(chosen, {}, [](const Item& item) { return std::tuple(item.due_on, item.key); });
    return chosen;
}

}  // namespace

Allocation allocate(std::span<const Item> items, std::int64_t amount) {
    ensure(amount > 0, "a payment is above zero");
    Allocation result{.shares = {}, .rest = amount};
    for (const Item& item : by_age(items, Side::debit)) {
        if (result.rest == 0) break;
        const std::int64_t share = std::min(item.open, result.rest);
        result.shares.push_back({.item = item.key, .account_no = item.account_no, .amount = share});
        result.rest -= share;
    }
    return result;
}

std::vector<Leg> payment_legs(const Chart& chart, std::span<const Item> items, std::int32_t money_account,
                              std::int64_t amount) {
    const Allocation allocation = allocate(items, amount);
    std::vector<Leg> legs;
    legs.reserve(allocation.shares.size() + 2);
    legs.push_back({.account_no = money_account, .amount = amount});
    for (const Share& share : allocation.shares)
        legs.push_back({.account_no = share.account_no, .amount = -share.amount, .settles = share.item});
    if (allocation.rest != 0) legs.push_back({.account_no = chart.customer_credit(), .amount = -allocation.rest});
    return legs;
}

std::vector<Leg> cancellation_legs(const Chart& chart, const Entry& bill, std::span<const Item> items) {
    std::vector<Leg> legs;
    Int128 settled = 0;
    for (std::size_t i = 0; i < bill.legs.size(); ++i) {
        const Leg& leg = bill.legs[i];
        if (!chart.is_control(leg.account_no)) {
            legs.push_back({.account_no = leg.account_no, .amount = -leg.amount});
            continue;
        }
        ensure(leg.settles.seq == 0, "a bill settles nothing");
        const Item* item = find_item(items, {bill.seq, static_cast<std::int16_t>(i + 1)});
        ensure(item != nullptr, "the items of the cancelled bill are known");
        if (item->open != 0)
            legs.push_back({.account_no = leg.account_no, .amount = -item->open, .settles = item->key});
        settled += Int128{item->original} - item->open;
    }
    if (settled != 0) legs.push_back({.account_no = chart.customer_credit(), .amount = narrow(-settled)});
    return legs;
}

std::vector<Leg> match_legs(std::span<const Item> items) {
    const auto debits = by_age(items, Side::debit);
    const auto credits = by_age(items, Side::credit);
    Int128 owed = 0, credit = 0;
    for (const Item& item : debits) owed += item.open;
    for (const Item& item : credits) credit -= item.open;
    const Int128 matched = std::min(owed, credit);

    std::vector<Leg> legs;
    Int128 left = matched;
    for (const Item& item : credits) {
        if (left == 0) break;
        const std::int64_t part = narrow(std::min<Int128>(-Int128{item.open}, left));
        legs.push_back({.account_no = item.account_no, .amount = part, .settles = item.key});
        left -= part;
    }
    left = matched;
    for (const Item& item : debits) {
        if (left == 0) break;
        const std::int64_t part = narrow(std::min<Int128>(item.open, left));
        legs.push_back({.account_no = item.account_no, .amount = -part, .settles = item.key});
        left -= part;
    }
    return legs;
}

}  // namespace mainspring::ledger
