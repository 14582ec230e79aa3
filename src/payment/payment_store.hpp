// Payments and their reversals in schema `payment`.
#pragma once
#include <expected>
#include <optional>
#include <span>

#include "org/org_service.hpp"
#include "payment/payment.hpp"
#include "storage/pool.hpp"

namespace mainspring::payment {

struct PaymentRow {
    CellId cell;
    Uuid command_id;
    std::int64_t account_id = 0;
    std::int32_t legal_entity_id = 0;
    std::int32_t entry_seq = 0;
    Money amount;
    std::string method, reference;
    Date received_on;
};

struct ReversalRow {
    Uuid command_id, payment_command_id;
    std::int32_t entry_seq = 0;
    std::string reason;
};

std::optional<PaymentRow> find_payment(Tx& tx, CellId cell, const Uuid& command_id);
std::optional<ReversalRow> find_reversal(Tx& tx, CellId cell, const Uuid& command_id);
std::optional<ReversalRow> find_reversal_of(Tx& tx, CellId cell, const Uuid& payment_command_id);

// Where a cell belongs, when the actor may take payments there. A cell that there is not is in no unit.
std::expected<org::CellHome, PaymentRefusal> home_to_pay_in(Tx& tx, std::int32_t actor_id, CellId cell,
                                                            org::Permission permission = org::Permission::take_payment);
// Asks the same of the account of a command; unknown_account when its cell is another utility's.
std::expected<Received, PaymentRefusal> received_of(Tx& tx, const PayCommand& command, Instant at);

// Queued. A doubled command id writes nothing (the entry has noticed it already).
void insert_payment(Pipeline& pipeline, const PayCommand& command, std::int32_t entry_seq, const Received& received);
// False: this payment or this command has a reversal.
bool insert_reversal(Tx& tx, const UndoCommand& command, std::int32_t entry_seq, Instant at);

struct NewPayment {
    const PayCommand* command = nullptr;
    std::int32_t entry_seq = 0;
    Received received;
};
// By COPY; a doubled command id is DbError 23505.
void copy_payments(Tx& tx, std::span<const NewPayment> payments);

}  // namespace mainspring::payment
