#include "customer/note_service.hpp"

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "org/command_log.hpp"

namespace mainspring::customer {
namespace {

const Statement kNotes{
    "customer.notes",
    "select n.note_no, n.recorded_at, a.name, n.text from customer.note n join org.actor a using (actor_id) "
    "where n.cell_id = $1 and n.account_id = $2 and ($3 = 0 or n.note_no < $3) order by n.note_no desc limit $4"};
const Statement kNoteOfCommand{
    "customer.note_of_command",
    "select n.note_no, n.recorded_at, a.name, n.text from customer.note n join org.actor a using (actor_id) "
    "where n.cell_id = $1 and n.command_id = $2"};
const Statement kInsertNote{
    "customer.insert_note",
    "insert into customer.note (cell_id, account_id, note_no, command_id, text, actor_id, recorded_at) "
    "select $1, $2, coalesce(max(note_no), 0) + 1, $3, $4, $5, $6 from customer.note "
    "where cell_id = $1 and account_id = $2"};

constexpr std::string_view kAddNote = "customer.add_note";

Note note_from(const Row& row) {
    return {.note_no = row.get<std::int32_t>(0),
            .at = row.get<Instant>(1),
            .by = row.get<std::string>(2),
            .text = row.get<std::string>(3)};
}

Note note_of_command(Tx& tx, CellId cell, const Uuid& command_id) {
    return note_from(tx.exec(kNoteOfCommand, cell, command_id).one());
}

std::expected<Note, Refusal> add_once(Tx& tx, Instant now, const NewNote& note) {
    const CellId cell = note.account.cell;
    if (const auto allowed =
            org::require(tx, note.actor_id, {org::Permission::change_customers, note.account.org_unit_id});
        !allowed)
        return std::unexpected(Refusal{RefusalCode::access, allowed.error().text});
    org::lock_cell(tx, cell);  // two notes of one moment get two numbers
    const std::string request = note.account.code + "|" + note.text;
    const org::Command command{cell, note.command_id, kAddNote, request};
    const auto before = org::find_command(tx, command);
    if (!before) return std::unexpected(Refusal{RefusalCode::command_reused, before.error()});
    if (*before) return note_of_command(tx, cell, note.command_id);
    tx.exec(kInsertNote, cell, note.account.account_id, note.command_id, note.text, note.actor_id, now);
    const org::Doer doer{note.actor_id, note.account.org_unit_id, now};
    org::record_command(tx, command, doer, "{}");
    org::write_trail(tx, doer,
                     {.cell = cell, .command_id = note.command_id, .action = kAddNote, .object = note.account.code});
    return note_of_command(tx, cell, note.command_id);
}

}  // namespace

std::vector<Note> notes_of(Tx& tx, const NotePage& page) {
    std::vector<Note> notes;
    for (const Row row : tx.exec(kNotes, page.cell, page.account_id, page.before, std::int64_t{page.limit}))
        notes.push_back(note_from(row));
    return notes;
}

std::expected<Note, Refusal> add_note(Pool& pool, const Clock& clock, const NewNote& note) {
    return with_tx_resolved(
        pool, {}, [&](Tx& tx) { return add_once(tx, clock.now(), note); },
        [&](Tx& tx) -> std::optional<std::expected<Note, Refusal>> {
            const auto done = org::find_command(
                tx, {note.account.cell, note.command_id, kAddNote, note.account.code + "|" + note.text});
            if (!done || !*done) return std::nullopt;
            return note_of_command(tx, note.account.cell, note.command_id);
        });
}

}  // namespace mainspring::customer
