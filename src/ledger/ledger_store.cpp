#include "ledger/ledger_store.hpp"

#include "base/ensure.hpp"
#include "ledger/entry_row.hpp"
#include "ledger/posting.hpp"
#include "storage/pipeline.hpp"

namespace mainspring::ledger {
namespace {

const Statement kChart{"ledger.chart",
                       "select account_no, key, name->>'en', kind::text, control from ledger.account order by 1"};

const Statement kReadBook{
    "ledger.read_book",
    "select " MAINSPRING_ENTRY_COLUMNS
    " from ledger.entry where cell_id = $1 and book_id = $2 and seq >= "
    "(select least(open_from, seq) from ledger.entry where cell_id = $1 and book_id = $2 order by seq desc limit 1) "
    "order by seq"};

#define MAINSPRING_HEAD_COLUMNS "seq, currency, open_from, balance_accounts, balances"

const Statement kHeadsOfList{
    "ledger.heads_of_list",
    "select h.*, b.book_id from unnest($2::int8[]) with ordinality b(book_id, n) left join lateral "
    "(select " MAINSPRING_HEAD_COLUMNS
    " from ledger.entry e where e.cell_id = $1 and e.book_id = b.book_id "
    "order by e.seq desc limit 1) h on true order by b.n"};

const Statement kEntriesOfBook{"ledger.entries_of_book",
                               "select " MAINSPRING_ENTRY_COLUMNS
                               " from ledger.entry where cell_id = $1 and book_id = $2 and seq >= $3 order by seq"};

const Statement kEntriesOfBooks{
    "ledger.entries_of_books",
    "select e.* from unnest($2::int8[], $3::int4[]) b(start_book, start_seq) cross join lateral "
    "(select " MAINSPRING_ENTRY_COLUMNS
    " from ledger.entry where cell_id = $1 and book_id = b.start_book and seq >= b.start_seq order by seq) e "
    "order by e.book_id, e.seq"};

const Statement kFindByCommand{"ledger.find_by_command", "select " MAINSPRING_ENTRY_COLUMNS
                                                         " from ledger.entry where cell_id = $1 and command_id = $2"};

const Statement kInsertEntry{
    "ledger.insert_entry",
    "insert into ledger.entry (" MAINSPRING_ENTRY_COLUMNS
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) "
    "on conflict do nothing returning seq"};

// 'LP': this kind of lock; the second number is the legal entity.
const Statement kHoldPeriods{"ledger.hold_periods", "select pg_advisory_xact_lock_shared(19536, $1::int4)"};

const Statement kPeriodClosed{
    "ledger.period_closed",
    "select exists (select 1 from ledger.period where legal_entity_id = $1 and period = $2 and state = 'closed')"};

const Statement kQueueForBook{"ledger.queue_for_book",
                              "select pg_advisory_xact_lock(hashint8extended($2::int8, $1::int8))"};

std::vector<Entry> entries_from(const Result& rows) {
    std::vector<Entry> entries(rows.size());
    for (std::size_t i = 0; i < entries.size(); ++i) read_entry(rows[i], entries[i]);
    return entries;
}

BookState state_from(const BookKey& book, const Result& rows) {
    BookState state{.head = {}, .entries = entries_from(rows)};
    state.head.book = book;
    if (!state.entries.empty()) state.head = head_of(state.entries.back());
    return state;
}

Head head_from(CellId cell, const Row& row) {
    Head head;
    head.book = {cell, row.get<std::int64_t>(5)};
    if (row.is_null(0)) return head;
    head.seq = row.get<std::int32_t>(0);
    head.currency = currency_from(row.get<std::string_view>(1));
    head.open_from = row.get<std::int32_t>(2);
    read_balances(row, 3, head.balances);
    return head;
}

std::vector<Head> heads_from(CellId cell, const Result& rows) {
    std::vector<Head> found;
    found.reserve(rows.size());
    for (const Row row : rows) found.push_back(head_from(cell, row));
    return found;
}

// `run` takes the statement and its parameters: one round trip, or one place in a pipeline.
template <class Run>
auto run_insert(const Entry& entry, Run&& run) {
    thread_local EntryArrays arrays;
    arrays.take(entry);
    std::optional<std::span<const std::int32_t>> settles_seq;
    std::optional<std::span<const std::int16_t>> settles_leg;
    if (arrays.settles) settles_seq = arrays.settles_seq, settles_leg = arrays.settles_leg;
    return run(kInsertEntry, entry.book.cell, entry.book.book_id, entry.seq, entry.command_id,
               static_cast<std::int16_t>(entry.kind), entry.legal_entity_id, entry.org_unit_id, entry.actor_id,
               entry.business_date, entry.posted_at, entry.currency.text(), entry.source, entry.reverses_seq,
               entry.due_on, arrays.accounts, arrays.amounts, settles_seq, settles_leg, arrays.balance_accounts,
               arrays.balances, entry.open_from);
}

const Statement kAboutEntries{"ledger.about_entries",
                              "select greatest(reltuples, 0)::int8 from pg_class where oid = 'ledger.entry'::regclass"};

}  // namespace

Chart load_chart(Tx& tx) {
    std::vector<Account> accounts;
    for (const Row row : tx.exec(kChart))
        accounts.push_back({.number = row.get<std::int32_t>(0),
                            .key = row.get<std::string>(1),
                            .name = row.get<std::optional<std::string>>(2).value_or(""),
                            .kind = static_cast<AccountKind>(row.get<std::string_view>(3).at(0)),
                            .control = row.get<bool>(4)});
    return Chart(std::move(accounts));
}

BookState read_book(Tx& tx, const BookKey& book) {
    return state_from(book, tx.exec(kReadBook, book.cell, book.book_id));
}

std::vector<Head> heads(Tx& tx, CellId cell, std::span<const std::int64_t> book_ids) {
    return heads_from(cell, tx.exec(kHeadsOfList, cell, book_ids));
}

std::vector<Entry> entries_of(Tx& tx, const BookKey& book, std::int32_t from_seq) {
    return entries_from(tx.exec(kEntriesOfBook, book.cell, book.book_id, from_seq));
}

std::vector<Entry> entries_of(Tx& tx, CellId cell, std::span<const BookStart> starts) {
    std::vector<std::int64_t> books;
    std::vector<std::int32_t> seqs;
    for (const BookStart& start : starts) {
        books.push_back(start.book_id);
        seqs.push_back(start.from_seq);
    }
    return entries_from(tx.exec(kEntriesOfBooks, cell, books, seqs));
}

std::optional<Entry> find_by_command(Tx& tx, CellId cell, const Uuid& command_id) {
    auto found = entries_from(tx.exec(kFindByCommand, cell, command_id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

bool insert_entry(Tx& tx, const Entry& entry) {
    return run_insert(entry, [&](const auto&... values) { return !tx.exec(values...).empty(); });
}

std::size_t insert_entry(Pipeline& pipeline, const Entry& entry) {
    return run_insert(entry, [&](const auto&... values) { return pipeline.add(values...); });
}

void hold_periods(Tx& tx, std::int32_t legal_entity_id) { tx.exec(kHoldPeriods, legal_entity_id); }

std::int32_t period_of(Date business_date) {
    const std::chrono::year_month_day day{business_date};
    return static_cast<int>(day.year()) * 100 + static_cast<int>(static_cast<unsigned>(day.month()));
}

bool period_is_open(Tx& tx, std::int32_t legal_entity_id, Date business_date) {
    return !tx.exec(kPeriodClosed, legal_entity_id, period_of(business_date)).one().get<bool>(0);
}

std::optional<BookState> read_book_to_post(Tx& tx, const BookKey& book, std::int32_t legal_entity_id,
                                           Date business_date) {
    Pipeline pipeline = tx.pipeline();
    pipeline.add(kHoldPeriods, legal_entity_id);
    const auto closed = pipeline.add(kPeriodClosed, legal_entity_id, period_of(business_date));
    const auto read = pipeline.add(kReadBook, book.cell, book.book_id);
    const auto results = pipeline.sync();
    if (results[closed].one().get<bool>(0)) return std::nullopt;
    return state_from(book, results[read]);
}

void queue_for_book(Tx& tx, const BookKey& book) { tx.exec(kQueueForBook, book.cell, book.book_id); }

std::int64_t about_entries(Tx& tx) { return tx.exec(kAboutEntries).one().get<std::int64_t>(0); }

}  // namespace mainspring::ledger
