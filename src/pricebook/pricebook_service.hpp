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
// Why a version was not imported, or not put in force. The order is the precedence.
enum class TariffRefusalCode : std::uint8_t {
    command_reused,
    access,
    bad_text,         // it is no tariff
    no_examples,      // a stored text never changes, so none could be added
    text_differs,     // the version is stored with another text
    day_taken,        // another version of the key takes effect on the same day
    unknown_version,
    examples_differ,  // they do not come out to the last digit
    own_import,       // a second person puts it in force
};
inline constexpr std::size_t kTariffRefusals = 9;

// What happened to one file. Problems are ready for a person, one a line.
struct Outcome {
    std::string file_name, key, version;
    Change change = Change::unchanged;
    std::vector<std::string> problems = {};  // not empty: refused, nothing was written for this file
    std::optional<TariffRefusalCode> refusal = std::nullopt;  // of the first problem
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

// One of each by a person who asks again with the same command id when no answer came.
struct TariffCommand {
    Doer doer;
    Uuid command_id;
};
struct TariffRefusal {
    TariffRefusalCode code{};
    std::vector<std::string> problems;  // ready for a person, at least one
};
std::expected<VersionName, TariffRefusal> import_tariff(Pool& pool, const Clock& clock, const TariffText& file,
                                                        const TariffCommand& command);
std::expected<VersionName, TariffRefusal> activate_version(Pool& pool, const Clock& clock, const VersionName& name,
                                                           const TariffCommand& command);

struct StoredVersion {
    std::int64_t version_id = 0;
    std::string key, version, state, file_name;
    Date effective;
    std::int16_t commodity = 0;
    std::string currency;
    std::int32_t imported_by = 0;  // actor
};
std::vector<StoredVersion> list_versions(Tx& tx);
// The YAML text; nothing when there is no such version.
std::optional<std::string> document_of(Tx& tx, const VersionName& name);

// What examples of the key's texts name: the versions by the files that they were imported from.
rating::ReadBeside read_beside_in_book(Tx& tx, std::string_view key);

// Was a version activated in (from, to]?
bool any_activated(Tx& tx, Instant from, Instant to);

// Every version activated by then, compiled, with its version_id; by key. BugError when an active text no longer
// compiles.
tariff::TariffSet load_active(Tx& tx, Instant known_at = kEndOfTime);

}  // namespace mainspring::pricebook
