// The journal's SQL. Reads and writes schema `ledger` only; the caller owns the transaction.
#pragma once
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/chart.hpp"
#include "ledger/entry.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

Chart load_chart(Tx& tx);

// What the next entry of a book is decided from.
struct BookState {
    Head head;
    std::vector<Entry> entries;  // from the head's open_from on (at least the last one), ascending; empty: a new book
};
BookState read_book(Tx& tx, const BookKey& book);

// Books of one cell by their last entry alone, in the order of `book_ids` (seq 0: no entry yet). One statement.
std::vector<Head> heads(Tx& tx, CellId cell, std::span<const std::int64_t> book_ids);

// Ascending by seq, from `from_seq` on.
std::vector<Entry> entries_of(Tx& tx, const BookKey& book, std::int32_t from_seq = 1);
// Entries of several books of one cell, each from its own seq on; by (book, seq).
struct BookStart {
    std::int64_t book_id = 0;
    std::int32_t from_seq = 1;
};
std::vector<Entry> entries_of(Tx& tx, CellId cell, std::span<const BookStart> starts);

std::optional<Entry> find_by_command(Tx& tx, CellId cell, const Uuid& command_id);

// False: another entry has this seq of the book, or this command id; nothing was written. Waits for a writer of the
// same that has not ended yet.
bool insert_entry(Tx& tx, const Entry& entry);
// The same, queued; its answer has one row if it was written, none if not.
std::size_t insert_entry(Pipeline& pipeline, const Entry& entry);

// Holds every close of a period of the legal entity back until this transaction ends. To be called, in a statement
// before the period is read, by everything that posts.
void hold_periods(Tx& tx, std::int32_t legal_entity_id);
bool period_is_open(Tx& tx, std::int32_t legal_entity_id, Date business_date);
// 202603
std::int32_t period_of(Date business_date);

// hold_periods, period_is_open and read_book in one round trip; nothing: the period is closed.
std::optional<BookState> read_book_to_post(Tx& tx, const BookKey& book, std::int32_t legal_entity_id,
                                           Date business_date);

// How many entries there are, as the planner last saw it; 0: it has not looked yet.
std::int64_t about_entries(Tx& tx);

// Makes writers of one book queue up instead of colliding; for the second and later attempts.
void queue_for_book(Tx& tx, const BookKey& book);

}  // namespace mainspring::ledger
