#include "payment/payment_store.hpp"

#include "base/ensure.hpp"
#include "org/org_service.hpp"

namespace mainspring::payment {
namespace {

const Statement kFindPayment{
    "payment.find_payment",
    "select cell_id, command_id, account_id, legal_entity_id, entry_seq, amount_minor, currency, method, reference, "
    "received_on from payment.payment where cell_id = $1 and command_id = $2"};

const Statement kFindReversal{"payment.find_reversal",
                              "select command_id, payment_command_id, entry_seq, reason from payment.reversal "
                              "where cell_id = $1 and command_id = $2"};

const Statement kFindReversalOf{"payment.find_reversal_of",
                                "select command_id, payment_command_id, entry_seq, reason from payment.reversal "
                                "where cell_id = $1 and payment_command_id = $2"};

#define MAINSPRING_PAYMENT_COLUMNS                                                                             \
    "cell_id, command_id, account_id, legal_entity_id, entry_seq, amount_minor, currency, method, reference, " \
    "received_on, actor_id, recorded_at"

const Statement kInsertPayment{"payment.insert_payment",
                               "insert into payment.payment (" MAINSPRING_PAYMENT_COLUMNS
                               ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing"};

const Statement kInsertReversal{
    "payment.insert_reversal",
    "insert into payment.reversal (cell_id, command_id, payment_command_id, entry_seq, reason, actor_id, recorded_at) "
    "values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"};

std::optional<ReversalRow> reversal_from(const Result& rows) {
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    return ReversalRow{.command_id = row->get<Uuid>(0),
                       .payment_command_id = row->get<Uuid>(1),
                       .entry_seq = row->get<std::int32_t>(2),
                       .reason = row->get<std::string>(3)};
}

}  // namespace

std::optional<PaymentRow> find_payment(Tx& tx, CellId cell, const Uuid& command_id) {
    const Result rows = tx.exec(kFindPayment, cell, command_id);
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    const auto currency = currency_of(row->get<std::string_view>(6));
    ensure(currency.has_value(), "a stored currency is known");
    return PaymentRow{.cell = row->get<CellId>(0),
                      .command_id = row->get<Uuid>(1),
                      .account_id = row->get<std::int64_t>(2),
                      .legal_entity_id = row->get<std::int32_t>(3),
                      .entry_seq = row->get<std::int32_t>(4),
                      .amount = {row->get<std::int64_t>(5), *currency},
                      .method = row->get<std::string>(7),
                      .reference = row->get<std::string>(8),
                      .received_on = row->get<Date>(9)};
}

std::optional<ReversalRow> find_reversal(Tx& tx, CellId cell, const Uuid& command_id) {
    return reversal_from(tx.exec(kFindReversal, cell, command_id));
}

std::optional<ReversalRow> find_reversal_of(Tx& tx, CellId cell, const Uuid& payment_command_id) {
    return reversal_from(tx.exec(kFindReversalOf, cell, payment_command_id));
}

std::expected<org::CellHome, PaymentRefusal> home_to_pay_in(Tx& tx, std::int32_t actor_id, CellId cell,
                                                            org::Permission permission) {
    const auto home = org::require_of_cell(tx, actor_id, permission, cell);
    if (!home) return std::unexpected(PaymentRefusal::access);
    return *home;
}

std::expected<Received, PaymentRefusal> received_of(Tx& tx, const PayCommand& command, Instant at) {
    const AccountRef& account = command.account;
    const auto home = home_to_pay_in(tx, command.actor_id, account.cell_id);
    if (!home) return std::unexpected(home.error());
    if (home->legal_entity_id != account.legal_entity_id) return std::unexpected(PaymentRefusal::unknown_account);
    return Received{at, command.received_on ? *command.received_on : org::local_date(tx, account.legal_entity_id, at),
                    home->org_unit_id};
}

void insert_payment(Pipeline& pipeline, const PayCommand& command, std::int32_t entry_seq, const Received& received) {
    const AccountRef& account = command.account;
    pipeline.add(kInsertPayment, account.cell_id, command.command_id, account.account_id, account.legal_entity_id,
                 entry_seq, command.amount.minor, command.amount.currency.text(), text_of(command.method),
                 command.reference, received.on, command.actor_id, received.at);
}

bool insert_reversal(Tx& tx, const UndoCommand& command, std::int32_t entry_seq, Instant at) {
    return tx.exec(kInsertReversal, command.cell_id, command.command_id, command.payment_command_id, entry_seq,
                   command.reason, command.actor_id, at)
               .affected() == 1;
}

void copy_payments(Tx& tx, std::span<const NewPayment> payments) {
    CopyIn copy = tx.copy_in({.table = "payment.payment", .columns = MAINSPRING_PAYMENT_COLUMNS});
    for (const auto& [command, entry_seq, received] : payments) {
        const AccountRef& account = command->account;
        copy.rows().row(account.cell_id, command->command_id, account.account_id, account.legal_entity_id, entry_seq,
                        command->amount.minor, command->amount.currency.text(), text_of(command->method),
                        command->reference, received.on, command->actor_id, received.at);
        copy.end_row();
    }
    copy.finish();
}

}  // namespace mainspring::payment
