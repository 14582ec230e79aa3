// Reading the audit, and writing down who read personal data.
#pragma once
#include <vector>

#include "org/administration.hpp"
#include "org/command_log.hpp"

namespace mainspring::org {

struct AuditRow {
    std::int64_t audit_id = 0;
    Instant at;
    std::string actor, action, object, detail_json;
    std::string unit;  // code; empty: all units
};
struct AuditQuery {
    std::string actor = {}, action = {}, object = {};  // empty: any; an action that ends in '.' begins the wanted one
    std::optional<Instant> from = {}, to = {};  // half-open
    std::int64_t before = 0;  // goes down from the newest; 0: from there
    std::int32_t limit = 50;
};
// The caller's transaction is a person's: it sees what row-level security lets it see. Needs Permission::see_audit.
std::expected<std::vector<AuditRow>, AdminRefusal> search_audit(Tx& tx, std::int32_t actor_id, const AuditQuery& query);

// Audits that a person read personal data of `object` ("account:3/17"), with the fields that were shown unmasked.
struct PersonalRead {
    CellId cell;
    std::string_view object;
    std::vector<std::string> fields;
};
void note_personal_read(Tx& tx, const Doer& doer, const PersonalRead& read);

// "+44 20 1234 567" -> "•••567"; "ann@example.org" -> "a•••@example.org". At most a third is shown.
std::string masked(std::string_view text);

}  // namespace mainspring::org
