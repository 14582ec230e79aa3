// Table tariff.version.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pricebook/pricebook_service.hpp"

namespace mainspring::pricebook::store {

struct VersionRow : StoredVersion {
    std::string document;
    std::vector<std::byte> sha256;
    std::optional<Instant> activated_at;
};

// All versions of a key, or of every key when it is empty; by key and effective day.
std::vector<VersionRow> versions_of(Tx& tx, std::string_view key);
bool any_activated(Tx& tx, Instant from, Instant to);
void insert_draft(Tx& tx, const VersionRow& row, std::int32_t actor_id, Instant at);
// False when it is no draft any more.
bool set_active(Tx& tx, std::int64_t version_id, std::int32_t actor_id, Instant at);

}  // namespace mainspring::pricebook::store
