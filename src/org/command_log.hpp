// Commands, audit and outbox: what makes a repeated command harmless and every change traceable.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/uuid.hpp"
#include "org/sha256.hpp"
#include "storage/pool.hpp"

namespace mainspring::org {

// Commands that belong to no cell (imports, set-up) are kept under this one.
inline constexpr CellId kNoCell{0};

struct Command {
    CellId cell;
    Uuid id;
    std::string_view kind;     // "customer.move_in"
    std::string_view request;  // everything that was asked, as text; its SHA-256 is compared
};

struct Doer {
    std::int32_t actor_id = 0;
    std::int32_t org_unit_id = 0;
    Instant at;
};

// The stored result (JSON) of a command done before; nothing for a new one. Refused: the id was used for another
// request.
std::expected<std::optional<std::string>, std::string> find_command(Tx& tx, const Command& command);
void record_command(Tx& tx, const Command& command, const Doer& doer, std::string_view result_json);

struct AuditEntry {
    CellId cell;
    std::optional<Uuid> command_id;
    std::string_view action, object;
    std::string_view detail_json = "{}";
};
void write_audit(Tx& tx, const Doer& doer, const AuditEntry& entry);
void write_audit(Pipeline& pipeline, const Doer& doer, const AuditEntry& entry);  // queued

struct OutboxMessage {
    CellId cell;
    std::string_view topic, key;
    std::string_view payload_json = "{}";
};
void write_outbox(Tx& tx, Instant at, const OutboxMessage& message);
void write_outbox(Pipeline& pipeline, Instant at, const OutboxMessage& message);  // queued

// Both: the audit row, and a message whose topic is the action, key the object and payload the detail.
void write_trail(Tx& tx, const Doer& doer, const AuditEntry& entry);

}  // namespace mainspring::org
