#include "ledger/journal_list_service.hpp"

#include <charconv>
#include <fmt/format.h>

#include "ledger/entry_row.hpp"
#include "ledger/ledger_store.hpp"

namespace mainspring::ledger {
namespace {

const Statement kNames{
    "ledger.list_entries",
    "select cell_id, book_id, seq from ledger.entry where legal_entity_id = $1 and posted_at >= $2 and posted_at < $3 "
    "and ($4::int4 is null or $4 = any(accounts)) "
    "and ($5::timestamptz is null or (posted_at, cell_id, book_id, seq) < ($5, $6, $7, $8)) "
    "order by posted_at desc, cell_id desc, book_id desc, seq desc limit 200"};
const Statement kActor{"ledger.actor_name", "select name from org.actor where actor_id = $1"};

std::string name_of(Tx& tx, std::int32_t actor_id) {
    const Result rows = tx.exec(kActor, actor_id);
    const auto row = rows.maybe_one();
    return row ? row->get<std::string>(0) : "";
}

// Numbers between dots; nothing when there are not `count` of them.
std::optional<std::vector<std::int64_t>> numbers_in(std::string_view text, std::size_t count) {
    std::vector<std::int64_t> numbers;
    const char *at = text.data(), *end = text.data() + text.size();
    while (numbers.size() < count) {
        std::int64_t number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc()) return std::nullopt;
        numbers.push_back(number);
        at = next;
        if (numbers.size() == count) break;
        if (at == end || *at++ != '.') return std::nullopt;
    }
    return at == end ? std::optional(numbers) : std::nullopt;
}

std::optional<EntryName> name_from(std::int64_t cell, std::int64_t book, std::int64_t seq) {
    if (cell < 0 || cell > INT32_MAX || seq < 1 || seq > INT32_MAX) return std::nullopt;
    return EntryName{{CellId{static_cast<std::int32_t>(cell)}, book}, static_cast<std::int32_t>(seq)};
}

}  // namespace

std::string text_of(const EntryName& name) {
    return fmt::format("{}.{}.{}", name.book.cell.value, name.book.book_id, name.seq);
}

std::optional<EntryName> entry_name_of(std::string_view text) {
    const auto numbers = numbers_in(text, 3);
    return numbers ? name_from((*numbers)[0], (*numbers)[1], (*numbers)[2]) : std::nullopt;
}

std::string text_of(const EntryPlace& place) {
    return fmt::format("{}.{}", place.posted_at.time_since_epoch().count(), text_of(place.name));
}

std::optional<EntryPlace> entry_place_of(std::string_view text) {
    const auto numbers = numbers_in(text, 4);
    const auto name = numbers ? name_from((*numbers)[1], (*numbers)[2], (*numbers)[3]) : std::nullopt;
    constexpr std::int64_t kLastMs = 253'402'300'799'999;
    if (!name || numbers->front() < 0 || numbers->front() > kLastMs) return std::nullopt;
    return EntryPlace{Instant(std::chrono::milliseconds(numbers->front())), *name};
}

std::vector<ListedEntry> list_entries(Tx& tx, const EntryListQuery& query) {
    std::optional<Instant> posted_at;
    EntryName before;
    if (query.before) {
        posted_at = query.before->posted_at;
        before = query.before->name;
    }
    std::vector<ListedEntry> entries;
    const Result rows = tx.exec(kNames, query.legal_entity_id, query.from, query.to, query.account_no, posted_at,
                                before.book.cell, before.book.book_id, before.seq);
    for (const Row row : rows) {
        if (static_cast<std::int32_t>(entries.size()) == query.limit) break;
        auto entry = find_entry(tx, query.legal_entity_id,
                                {{row.get<CellId>(0), row.get<std::int64_t>(1)}, row.get<std::int32_t>(2)});
        if (entry) entries.push_back(*std::move(entry));
    }
    return entries;
}

std::optional<ListedEntry> find_entry(Tx& tx, std::int32_t legal_entity_id, const EntryName& name) {
    const BookStart start{name.book.book_id, name.seq};
    auto entries = entries_of(tx, name.book.cell, std::span(&start, 1));
    if (entries.empty() || entries.front().seq != name.seq || entries.front().legal_entity_id != legal_entity_id)
        return std::nullopt;
    ListedEntry listed{.entry = std::move(entries.front()), .by = {}};
    listed.by = name_of(tx, listed.entry.actor_id);
    return listed;
}

}  // namespace mainspring::ledger
