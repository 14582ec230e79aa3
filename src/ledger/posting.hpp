// The arithmetic of a book: what the next entry carries, what is open, how an entry is taken back. Pure.
// docs/BILLING.md, "Ledger".
#pragma once
#include <expected>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/chart.hpp"
#include "ledger/entry.hpp"

namespace mainspring::ledger {

// What one business event moves at most, in minor units, either sign: sums of thousands of them fit 64 bits.
inline constexpr std::int64_t kMostMinor = 1'000'000'000'000'000;

// A business day further ahead is a slip of the pen.
inline constexpr std::chrono::days kFarthestAhead{731};
bool is_too_far_ahead(Date business_day, Instant now);

// Why an entry cannot be posted; the first that applies, in this order.
enum class PostingRefusal {
    access,            // the actor may not keep the books of the utility
    too_few_legs,      // an entry has at least two
    too_many_legs,     // a leg's number is 16 bits
    zero_leg,          // a leg moves something
    unknown_account,   // not in the chart
    currency_differs,  // a book has one currency
    out_of_range,      // a sum leaves 64 bits
    unbalanced,        // debits and credits differ
    no_such_item,      // a leg settles what is not an item of the book
    wrong_account,     // a leg settles an item of another account
    over_settled,      // more than is open, or more given back than was settled
    item_in_use,       // cannot be reversed: something else settles its item
    period_closed,
    command_reused,  // the command id was used for something else
    no_such_entry,
    already_reversed,
};
std::string_view text_of(PostingRefusal refusal);

// The entry that follows `head`. `items`: all open items of the book and every item that the draft settles, ascending
// by key; not looked at when the draft settles nothing.
std::expected<Entry, PostingRefusal> append(const Chart& chart, const Head& head, std::span<const Item> items,
                                            Draft draft);

Head head_of(const Entry& entry);

// One more entry of the book: its settlements taken off `items`, its own items added. Settlements of items that are not
// in `items` are passed over (they lie before the part of the book that was read). REQUIRES: ascending seq.
void add_to_items(const Chart& chart, const Entry& entry, std::vector<Item>& items);

// Every item of these entries, settled ones too, ascending by key. `entries`: a book's, ascending, from any seq to the
// last. Complete as to what is open if they begin at the head's open_from or before.
std::vector<Item> items_of(const Chart& chart, std::span<const Entry> entries);
// Those of them that are not fully settled.
std::vector<Item> open_items(const Chart& chart, std::span<const Entry> entries);

const Item* find_item(std::span<const Item> items, ItemKey key);

// The legs that undo `entry` exactly: each negated, each settlement given back, each item of its own settled whole.
// item_in_use when one of these is no longer as open as it was.
std::expected<std::vector<Leg>, PostingRefusal> reversal_legs(const Chart& chart, const Entry& entry,
                                                              std::span<const Item> items);

// Match entries that settle an item of the entry `seq` and are not reversed, last first. `entries`: from `seq` on.
std::vector<std::int32_t> matches_using(std::span<const Entry> entries, std::int32_t seq);

bool is_reversed(std::span<const Entry> entries, std::int32_t seq);

// A second command id for an entry that a command posts besides its first one: the same for the same pair, different
// for different pairs (90 bits of hash). Those of one command lie side by side, in order of n, so that the index of
// command ids takes many of them cheaply. RFC 9562 version 8.
Uuid derived_command(const Uuid& command, std::uint32_t n);

}  // namespace mainspring::ledger
