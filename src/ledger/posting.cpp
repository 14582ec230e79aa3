#include "ledger/posting.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/decimal.hpp"
#include "base/ensure.hpp"

namespace mainspring::ledger {
namespace {

bool fits(Int128 value) {
    return value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max();
}

std::optional<PostingRefusal> check_legs(const Chart& chart, const Head& head, const Draft& draft) {
    if (draft.legs.size() < 2) return PostingRefusal::too_few_legs;
    if (draft.legs.size() > std::numeric_limits<std::int16_t>::max()) return PostingRefusal::too_many_legs;
    Int128 sum = 0;
    for (const Leg& leg : draft.legs) {
        if (leg.amount == 0) return PostingRefusal::zero_leg;
        if (chart.find(leg.account_no) == nullptr) return PostingRefusal::unknown_account;
    }
    if (head.seq != 0 && head.currency != draft.currency) return PostingRefusal::currency_differs;
    for (const Leg& leg : draft.legs) {
        sum += leg.amount;
        // The database's own check adds in this order in 64 bits. The smallest number has no negation.
        if (!fits(sum) || leg.amount == std::numeric_limits<std::int64_t>::min()) return PostingRefusal::out_of_range;
    }
    if (sum != 0) return PostingRefusal::unbalanced;
    return std::nullopt;
}

// False when a balance leaves 64 bits.
bool add_to_balances(const Chart& chart, std::span<const Leg> legs, std::vector<Balance>& balances) {
    for (const Leg& leg : legs) {
        if (!chart.is_control(leg.account_no)) continue;
        auto at = std::ranges::lower_bound(balances, leg.account_no, {}, &Balance::account_no);
        if (at == balances.end() || at->account_no != leg.account_no)
            at = balances.insert(at, Balance{.account_no = leg.account_no});
        const Int128 sum = Int128{at->amount} + leg.amount;
        if (!fits(sum)) return false;
        at->amount = static_cast<std::int64_t>(sum);
    }
    return true;
}

bool within(std::int64_t open, std::int64_t original) {
    return original > 0 ? open >= 0 && open <= original : open <= 0 && open >= original;
}

bool opens_item(const Chart& chart, const Leg& leg) { return leg.settles.seq == 0 && chart.is_control(leg.account_no); }

std::optional<PostingRefusal> settle(const Leg& leg, std::vector<Item>& items) {
    const auto at = std::ranges::lower_bound(items, leg.settles, {}, &Item::key);
    if (at == items.end() || at->key != leg.settles) return PostingRefusal::no_such_item;
    if (at->account_no != leg.account_no) return PostingRefusal::wrong_account;
    const Int128 open = Int128{at->open} + leg.amount;
    if (!fits(open)) return PostingRefusal::over_settled;
    at->open = static_cast<std::int64_t>(open);
    return std::nullopt;
}

// The first seq before this entry with an open item after it; none: 0.
std::expected<std::int32_t, PostingRefusal> settle_all(std::span<const Item> before, std::span<const Leg> legs) {
    std::vector<Item> items(before.begin(), before.end());
    for (const Leg& leg : legs) {
        if (leg.settles.seq == 0) continue;
        if (const auto refusal = settle(leg, items)) return std::unexpected(*refusal);
    }
    std::int32_t first = 0;
    for (const Item& item : items) {
        if (!within(item.open, item.original)) return std::unexpected(PostingRefusal::over_settled);
        if (first == 0 && item.open != 0) first = item.key.seq;
    }
    return first;
}

}  // namespace

bool is_too_far_ahead(Date business_day, Instant now) { return Instant{business_day} > now + kFarthestAhead; }

std::string_view text_of(PostingRefusal refusal) {
    switch (refusal) {
        case PostingRefusal::access: return "access";
        case PostingRefusal::too_few_legs: return "too_few_legs";
        case PostingRefusal::too_many_legs: return "too_many_legs";
        case PostingRefusal::zero_leg: return "zero_leg";
        case PostingRefusal::unknown_account: return "unknown_account";
        case PostingRefusal::currency_differs: return "currency_differs";
        case PostingRefusal::out_of_range: return "out_of_range";
        case PostingRefusal::unbalanced: return "unbalanced";
        case PostingRefusal::no_such_item: return "no_such_item";
        case PostingRefusal::wrong_account: return "wrong_account";
        case PostingRefusal::over_settled: return "over_settled";
        case PostingRefusal::item_in_use: return "item_in_use";
        case PostingRefusal::period_closed: return "period_closed";
        case PostingRefusal::command_reused: return "command_reused";
        case PostingRefusal::no_such_entry: return "no_such_entry";
        case PostingRefusal::already_reversed: return "already_reversed";
    }
    return "unknown";
}

std::expected<Entry, PostingRefusal> append(const Chart& chart, const Head& head, std::span<const Item> items,
                                            Draft draft) {
    ensure(draft.book == head.book, "an entry is appended to its own book");
    ensure(head.seq < std::numeric_limits<std::int32_t>::max() - 1, "a book has room for one more entry");
    if (const auto refusal = check_legs(chart, head, draft)) return std::unexpected(*refusal);

    Entry entry{std::move(draft), head.seq + 1, head.balances, 1};
    if (!add_to_balances(chart, entry.legs, entry.balances)) return std::unexpected(PostingRefusal::out_of_range);

    const bool settles = std::ranges::any_of(entry.legs, [](const Leg& leg) { return leg.settles.seq != 0; });
    std::int32_t first_open = head.open_from <= head.seq ? head.open_from : 0;
    if (settles) {
        const auto after = settle_all(items, entry.legs);
        if (!after) return std::unexpected(after.error());
        first_open = *after;
    }
    const bool opens = std::ranges::any_of(entry.legs, [&](const Leg& leg) { return opens_item(chart, leg); });
    entry.open_from = first_open != 0 ? first_open : (opens ? entry.seq : entry.seq + 1);
    return entry;
}

Head head_of(const Entry& entry) {
    return {.book = entry.book,
            .seq = entry.seq,
            .currency = entry.currency,
            .open_from = entry.open_from,
            .balances = entry.balances};
}

const Item* find_item(std::span<const Item> items, ItemKey key) {
    const auto at = std::ranges::lower_bound(items, key, {}, &Item::key);
    return at != items.end() && at->key == key ? &*at : nullptr;
}

void add_to_items(const Chart& chart, const Entry& entry, std::vector<Item>& items) {
    for (std::size_t i = 0; i < entry.legs.size(); ++i) {
        const Leg& leg = entry.legs[i];
        if (leg.settles.seq != 0) {
            const auto at = std::ranges::lower_bound(items, leg.settles, {}, &Item::key);
            if (at != items.end() && at->key == leg.settles) at->open = narrow(Int128{at->open} + leg.amount);
        } else if (chart.is_control(leg.account_no)) {
            items.push_back({.key = {entry.seq, static_cast<std::int16_t>(i + 1)},
                             .account_no = leg.account_no,
                             .kind = entry.kind,
                             .business_date = entry.business_date,
                             .due_on = entry.due_on.value_or(entry.business_date),
                             .original = leg.amount,
                             .open = leg.amount});
        }
    }
}

std::vector<Item> items_of(const Chart& chart, std::span<const Entry> entries) {
    std::vector<Item> items;
    for (const Entry& entry : entries) add_to_items(chart, entry, items);
    return items;
}

std::vector<Item> open_items(const Chart& chart, std::span<const Entry> entries) {
    auto items = items_of(chart, entries);
    std::erase_if(items, [](const Item& item) { return item.open == 0; });
    return items;
}

std::expected<std::vector<Leg>, PostingRefusal> reversal_legs(const Chart& chart, const Entry& entry,
                                                              std::span<const Item> items) {
    std::vector<Leg> legs;
    legs.reserve(entry.legs.size());
    for (std::size_t i = 0; i < entry.legs.size(); ++i) {
        const Leg& leg = entry.legs[i];
        Leg undo{.account_no = leg.account_no, .amount = -leg.amount, .settles = leg.settles};
        if (opens_item(chart, leg)) {
            const Item* item = find_item(items, {entry.seq, static_cast<std::int16_t>(i + 1)});
            if (item == nullptr) return std::unexpected(PostingRefusal::no_such_item);
            if (item->open != item->original) return std::unexpected(PostingRefusal::item_in_use);
            undo.settles = item->key;
        }
        legs.push_back(undo);
    }
    return legs;
}

bool is_reversed(std::span<const Entry> entries, std::int32_t seq) {
    return std::ranges::any_of(entries, [&](const Entry& entry) { return entry.reverses_seq == seq; });
}

std::vector<std::int32_t> matches_using(std::span<const Entry> entries, std::int32_t seq) {
    std::vector<std::int32_t> found;
    for (const Entry& entry : entries) {
        if (entry.kind != EntryKind::match || is_reversed(entries, entry.seq)) continue;
        if (std::ranges::any_of(entry.legs, [&](const Leg& leg) { return leg.settles.seq == seq; }))
            found.push_back(entry.seq);
    }
    std::ranges::reverse(found);
    return found;
}

Uuid derived_command(const Uuid& command, std::uint32_t n) {
    const auto mix = [](std::uint64_t value) {  // splitmix64
        value += 0x9e3779b97f4a7c15U;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
        return value ^ (value >> 31);
    };
    std::uint64_t halves[2];
    std::memcpy(halves, command.bytes.data(), sizeof halves);
    halves[1] = mix(halves[1] ^ mix(halves[0]));
    halves[0] = mix(halves[0] ^ mix(halves[1]));
    Uuid derived;
    std::memcpy(derived.bytes.data(), halves, sizeof halves);
    derived.bytes[6] = static_cast<std::uint8_t>((derived.bytes[6] & 0x0f) | 0x80);
    derived.bytes[8] = static_cast<std::uint8_t>((derived.bytes[8] & 0x3f) | 0x80);
    for (std::size_t i = 0; i < 4; ++i) derived.bytes[12 + i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
    return derived;
}

}  // namespace mainspring::ledger
