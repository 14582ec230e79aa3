#include "ledger/entry_copy.hpp"

namespace mainspring::ledger {

void EntryCopy::add(CopyBuffer& out, const Entry& entry) {
    arrays_.take(entry);
    std::optional<std::span<const std::int32_t>> settles_seq;
    std::optional<std::span<const std::int16_t>> settles_leg;
    if (arrays_.settles) settles_seq = arrays_.settles_seq, settles_leg = arrays_.settles_leg;
    out.row(entry.book.cell, entry.book.book_id, entry.seq, entry.command_id, static_cast<std::int16_t>(entry.kind),
            entry.legal_entity_id, entry.org_unit_id, entry.actor_id, entry.business_date, entry.posted_at,
            entry.currency.text(), entry.source, entry.reverses_seq, entry.due_on, arrays_.accounts, arrays_.amounts,
            settles_seq, settles_leg, arrays_.balance_accounts, arrays_.balances, entry.open_from);
}

void copy_entries(Tx& tx, std::span<const Entry> entries) {
    CopyIn copy = tx.copy_in(kEntryCopyTarget);
    EntryCopy writer;
    for (const Entry& entry : entries) {
        writer.add(copy.rows(), entry);
        copy.end_row();
    }
    copy.finish();
}

}  // namespace mainspring::ledger
