// The one place of all prices (cap 57): tariff versions as text in the database, drafts until their examples come out,
// immutable from then on.
#pragma once
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "calendar/date.hpp"
#include "org/access.hpp"
#include "rating/example_runner.hpp"
#include "storage/pool.hpp"
#include "tariff/tariff_set.hpp"

namespace mainspring::pricebook {

enum class Change : std::uint8_t { added, unchanged, activated };

struct TariffText {
    std::string file_name;  // without folders
    std::string text;
};
// What happened to one file. Problems are ready for a person, one a line.
struct Outcome {
    std::string file_name, key, version;
    Change change = Change::unchanged;
    std::vector<std::string> problems;  // not empty: refused, nothing was written for this file
};

// Who sets up what concerns all units.
struct Doer {
    std::int32_t actor_id = 0, org_unit_id = 0;
};

// Drafts. The same text again changes nothing; another text under a known key and version is refused: publish a new
// version.
std::expected<std::vector<Outcome>, org::AccessRefusal> import_tariffs(Pool& pool, const Clock& clock,
                                                                       std::span<const TariffText> files, Doer doer);

struct VersionName {
    std::string key, version;  // empty version: all drafts of the key
};
// Runs the examples again, from the stored texts; a version whose examples differ stays a draft. So does one that the
// doer imported, as long as there is anybody else who may set up: a second person puts a price in force.
std::expected<std::vector<Outcome>, org::AccessRefusal> activate(Pool& pool, const Clock& clock,
                                                                 const VersionName& name, Doer doer);

struct StoredVersion {
    std::int64_t version_id = 0;
    std::string key, version, state, file_name;
    Date effective;
};
std::vector<StoredVersion> list_versions(Tx& tx);
// The YAML text; nothing when there is no such version.
std::optional<std::string> document_of(Tx& tx, const VersionName& name);

// Was a version activated in (from, to]?
bool any_activated(Tx& tx, Instant from, Instant to);

// Every version activated by then, compiled, with its version_id; by key. BugError when an active text no longer
// compiles.
tariff::TariffSet load_active(Tx& tx, Instant known_at = kEndOfTime);

}  // namespace mainspring::pricebook
