#include "org/command_log.hpp"

#include <fmt/format.h>

#include "org/sha256.hpp"

namespace mainspring::org {
namespace {

const Statement kFindCommand{"org.find_command",
                             "select kind, request_sha256, result::text from core.command "
                             "where cell_id = $1 and command_id = $2"};
const Statement kRecordCommand{
    "org.record_command",
    "insert into core.command (cell_id, command_id, kind, request_sha256, result, actor_id, at) "
    "values ($1, $2, $3, $4, $5, $6, $7)"};
const Statement kWriteAudit{
    "org.write_audit",
    "insert into core.audit (cell_id, at, actor_id, org_unit_id, command_id, action, object, detail) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Statement kWriteOutbox{"org.write_outbox",
                             "insert into core.outbox (cell_id, at, topic, key, payload) values ($1, $2, $3, $4, $5)"};

}  // namespace

std::expected<std::optional<std::string>, std::string> find_command(Tx& tx, const Command& command) {
    const Result rows = tx.exec(kFindCommand, command.cell, command.id);
    const auto row = rows.maybe_one();
    if (!row) return std::optional<std::string>();
    const auto digest = row->get<std::span<const std::byte>>(1);
    const Sha256 wanted = sha256_of(command.request);
    if (row->get<std::string_view>(0) != command.kind || !std::ranges::equal(digest, wanted))
        return std::unexpected(fmt::format("command {} was already used for another request", format_uuid(command.id)));
    return std::optional<std::string>(row->get<std::string>(2));
}

void record_command(Tx& tx, const Command& command, const Doer& doer, std::string_view result_json) {
    const Sha256 digest = sha256_of(command.request);
    tx.exec(kRecordCommand, command.cell, command.id, command.kind, std::span<const std::byte>(digest),
            Jsonb{std::string(result_json)}, doer.actor_id, doer.at);
}

void write_audit(Tx& tx, const Doer& doer, const AuditEntry& entry) {
    tx.exec(kWriteAudit, entry.cell, doer.at, doer.actor_id, doer.org_unit_id, entry.command_id, entry.action,
            entry.object, Jsonb{std::string(entry.detail_json)});
}

void write_outbox(Tx& tx, Instant at, const OutboxMessage& message) {
    tx.exec(kWriteOutbox, message.cell, at, message.topic, message.key, Jsonb{std::string(message.payload_json)});
}

void write_trail(Tx& tx, const Doer& doer, const AuditEntry& entry) {
    write_audit(tx, doer, entry);
    write_outbox(tx, doer.at, {entry.cell, entry.action, entry.object, entry.detail_json});
}

void write_audit(Pipeline& pipeline, const Doer& doer, const AuditEntry& entry) {
    pipeline.add(kWriteAudit, entry.cell, doer.at, doer.actor_id, doer.org_unit_id, entry.command_id, entry.action,
                 entry.object, Jsonb{std::string(entry.detail_json)});
}

void write_outbox(Pipeline& pipeline, Instant at, const OutboxMessage& message) {
    pipeline.add(kWriteOutbox, message.cell, at, message.topic, message.key, Jsonb{std::string(message.payload_json)});
}

}  // namespace mainspring::org
