// The journal as a person pages through it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

struct EntryName {
    BookKey book;
    std::int32_t seq = 0;
};
std::string text_of(const EntryName& name);  // "3.17.4"
std::optional<EntryName> entry_name_of(std::string_view text);

struct ListedEntry {
    Entry entry;
    std::string by;  // the actor's name
};

// Before this entry in the list.
struct EntryPlace {
    Instant posted_at;
    EntryName name;
};
std::string text_of(const EntryPlace& place);  // "1764090000000.3.17.4"
std::optional<EntryPlace> entry_place_of(std::string_view text);

struct EntryListQuery {
    std::int32_t legal_entity_id = 0;
    Instant from, to;  // posted in [from, to)
    std::optional<std::int32_t> account_no = std::nullopt;  // with a leg on it
    std::optional<EntryPlace> before = std::nullopt;
    std::int32_t limit = 50;
};
// Latest first; of one moment by name, descending.
std::vector<ListedEntry> list_entries(Tx& tx, const EntryListQuery& query);
std::optional<ListedEntry> find_entry(Tx& tx, std::int32_t legal_entity_id, const EntryName& name);

}  // namespace mainspring::ledger
