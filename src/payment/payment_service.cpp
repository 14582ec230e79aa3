#include "payment/payment_service.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "ledger/journal_service.hpp"
#include "ledger/posting.hpp"
#include "ledger/posting_turns.hpp"
#include "org/command_log.hpp"
#include "org/org_service.hpp"
#include "payment/payment_entry.hpp"
#include "payment/payment_store.hpp"

namespace mainspring::payment {
namespace {

using ledger::Attempt;
using ledger::BookKey;
using ledger::Entry;
using ledger::EntryKind;

template <class Refusal>
std::unexpected<std::optional<Refusal>> refused(Refusal refusal) {
    return std::unexpected(std::optional(refusal));
}

BookKey book_of(const PayCommand& command) { return {command.account.cell_id, command.account.account_id}; }

// A repetition that leaves the day open means the day of the first answer.
bool same_request(const PaymentRow& row, const PayCommand& command) {
    return row.account_id == command.account.account_id && row.amount == command.amount &&
           row.method == text_of(command.method) && row.reference == command.reference &&
           (!command.received_on || row.received_on == *command.received_on);
}

std::optional<std::expected<PaymentResult, PaymentRefusal>> find_done(Tx& tx, const PayCommand& command) {
    if (const auto home = home_to_pay_in(tx, command.actor_id, command.account.cell_id); !home)
        return std::unexpected(home.error());
    const auto entry = ledger::find_by_command(tx, command.account.cell_id, command.command_id);
    if (!entry) return std::nullopt;
    const auto row = find_payment(tx, command.account.cell_id, command.command_id);
    if (!row || !same_request(*row, command)) return std::unexpected(PaymentRefusal::command_reused);
    return result_of(*entry);
}

Attempt<PaymentResult, PaymentRefusal> try_pay(Tx& tx, const Desk& desk, const PayCommand& command) {
    const auto received = received_of(tx, command, desk.clock.now());
    if (!received) return refused(received.error());
    const auto state = ledger::read_book_to_post(tx, book_of(command), command.account.legal_entity_id, received->on);
    if (!state || ledger::is_too_far_ahead(received->on, received->at)) return refused(PaymentRefusal::period_closed);
    const auto items = ledger::items_of(desk.chart, state->entries);
    const auto& at = received->at;
    const auto entry = payment_entry(desk.chart, state->head, items, command, *received);
    if (!entry) return refused(entry.error());

    const org::Doer doer{.actor_id = command.actor_id, .org_unit_id = received->org_unit_id, .at = at};
    const std::string object = fmt::format("account:{}/{}", entry->book.cell.value, entry->book.book_id);
    const std::string detail = fmt::format(R"({{"seq": {}, "amount": "{}", "currency": "{}"}})", entry->seq,
                                           format_money(command.amount), command.amount.currency.text());
    Pipeline pipeline = tx.pipeline();
    const auto inserted = ledger::insert_entry(pipeline, *entry);
    insert_payment(pipeline, command, entry->seq, *received);
    org::write_audit(pipeline, doer,
                     {.cell = entry->book.cell,
                      .command_id = command.command_id,
                      .action = "payment.pay",
                      .object = object,
                      .detail_json = detail});
    org::write_outbox(pipeline, at,
                      {.cell = entry->book.cell, .topic = "payment.received", .key = object, .payload_json = detail});
    if (pipeline.sync()[inserted].empty()) return std::unexpected(std::nullopt);
    return result_of(*entry);
}

// One entry of an undo: reverses `seq` of the book. The state goes on with it.
struct Undoing {
    Tx& tx;
    const ledger::Chart& chart;
    const UndoCommand& command;
    Date business_date;
    Instant at;
    std::vector<Entry> entries;
    std::vector<ledger::Item> items;

    Attempt<std::int32_t, PaymentRefusal> reverse(std::int32_t seq, EntryKind kind, const Uuid& command_id) {
        const Entry& entry = entries.at(static_cast<std::size_t>(seq - 1));
        auto legs = ledger::reversal_legs(chart, entry, items);
        if (!legs) return refused(PaymentRefusal::credit_used);
        ledger::Draft draft = entry;
        draft.command_id = command_id;
        draft.kind = kind;
        draft.actor_id = command.actor_id;
        draft.business_date = business_date;
        draft.posted_at = at;
        draft.reverses_seq = seq;
        draft.due_on.reset();
        draft.legs = *std::move(legs);
        auto next = ledger::append(chart, ledger::head_of(entries.back()), items, std::move(draft));
        if (!next) return refused(PaymentRefusal::credit_used);
        if (!ledger::insert_entry(tx, *next)) return std::unexpected(std::nullopt);
        ledger::add_to_items(chart, *next, items);
        entries.push_back(*std::move(next));
        return entries.back().seq;
    }
};

Attempt<UndoResult, PaymentRefusal> try_undo(Tx& tx, const Desk& desk, const UndoCommand& command,
                                             const PaymentRow& payment) {
    const auto home = home_to_pay_in(tx, command.actor_id, command.cell_id, org::Permission::undo_payments);
    if (!home) return refused(home.error());
    const Instant at = desk.clock.now();
    const Date business_date =
        command.business_date ? *command.business_date : org::local_date(tx, payment.legal_entity_id, at);
    ledger::hold_periods(tx, payment.legal_entity_id);
    if (!ledger::period_is_open(tx, payment.legal_entity_id, business_date))
        return refused(PaymentRefusal::period_closed);
    if (find_reversal_of(tx, command.cell_id, command.payment_command_id))
        return refused(PaymentRefusal::already_undone);

    Undoing undoing{.tx = tx,
                    .chart = desk.chart,
                    .command = command,
                    .business_date = business_date,
                    .at = at,
                    .entries = ledger::entries_of(tx, {command.cell_id, payment.account_id}),
                    .items = {}};
    undoing.items = ledger::items_of(desk.chart, undoing.entries);
    std::uint32_t n = 0;
    for (const std::int32_t match : ledger::matches_using(undoing.entries, payment.entry_seq)) {
        const Uuid id = ledger::derived_command(command.command_id, ++n);
        if (const auto done = undoing.reverse(match, EntryKind::match_reversal, id); !done)
            return std::unexpected(done.error());
    }
    const auto seq = undoing.reverse(payment.entry_seq, EntryKind::payment_reversal, command.command_id);
    if (!seq) return std::unexpected(seq.error());
    if (!insert_reversal(tx, command, *seq, at)) return std::unexpected(std::nullopt);

    const org::Doer doer{.actor_id = command.actor_id, .org_unit_id = home->org_unit_id, .at = at};
    const std::string object = fmt::format("account:{}/{}", command.cell_id.value, payment.account_id);
    const std::string detail = json_object({{"payment", format_uuid(command.payment_command_id)},
                                            {"amount", format_money(payment.amount)},
                                            {"currency", std::string(payment.amount.currency.text())},
                                            {"reason", command.reason}});
    org::write_audit(tx, doer,
                     {.cell = command.cell_id,
                      .command_id = command.command_id,
                      .action = "payment.undo",
                      .object = object,
                      .detail_json = detail});
    org::write_outbox(tx, at,
                      {.cell = command.cell_id, .topic = "payment.undone", .key = object, .payload_json = detail});
    return UndoResult{.command_id = command.command_id, .entry_seq = *seq};
}

}  // namespace

std::expected<PaymentResult, PaymentRefusal> pay(const Desk& desk, const PayCommand& command) {
    const TxOptions options{Isolation::read_committed, TxContext{.actor_id = command.actor_id}};
    const auto find = [&](Tx& tx) { return find_done(tx, command); };
    if (const auto refusal = check(command)) {
        if (auto done = with_tx(desk.pool, options, find)) return *std::move(done);
        return std::unexpected(*refusal);
    }
    return ledger::post_in_turn<PaymentResult, PaymentRefusal>(
        {desk.pool, options, book_of(command)}, [&](Tx& tx) { return try_pay(tx, desk, command); }, find);
}

std::expected<UndoResult, PaymentRefusal> undo(const Desk& desk, const UndoCommand& command) {
    const TxOptions options{Isolation::read_committed, TxContext{.actor_id = command.actor_id}};
    using Found = std::optional<std::expected<UndoResult, PaymentRefusal>>;
    // A payment never changes, so it may be read ahead.
    const auto payment = with_tx(desk.pool, options,
                                 [&](Tx& tx) { return find_payment(tx, command.cell_id, command.payment_command_id); });
    const auto find = [&](Tx& tx) -> Found {
        if (const auto home = home_to_pay_in(tx, command.actor_id, command.cell_id, org::Permission::undo_payments);
            !home)
            return std::unexpected(home.error());
        const auto row = find_reversal(tx, command.cell_id, command.command_id);
        if (row && row->payment_command_id == command.payment_command_id)
            return UndoResult{.command_id = command.command_id, .entry_seq = row->entry_seq};
        if (row || ledger::find_by_command(tx, command.cell_id, command.command_id))
            return std::unexpected(PaymentRefusal::command_reused);
        return std::nullopt;
    };
    if (!payment) {
        if (auto done = with_tx(desk.pool, options, find)) return *std::move(done);
        return std::unexpected(PaymentRefusal::unknown_payment);
    }
    return ledger::post_in_turn<UndoResult, PaymentRefusal>(
        {desk.pool, options, {command.cell_id, payment->account_id}},
        [&](Tx& tx) { return try_undo(tx, desk, command, *payment); }, find);
}

}  // namespace mainspring::payment
