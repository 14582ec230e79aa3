// Use cases of the payment room. Each is one transaction (entry, payment, audit, outbox) and safe to repeat: the same
// command id gives the same answer, also after a connection lost at COMMIT, also from many callers at once.
#pragma once
#include <expected>
#include <span>
#include <vector>

#include "ledger/chart.hpp"
#include "payment/payment.hpp"
#include "storage/pool.hpp"

namespace mainspring::payment {

// What every use case works with.
struct Desk {
    Pool& pool;
    const Clock& clock;
    const ledger::Chart& chart;  // ledger::load_chart
};

// Settles the account's open items, oldest due first; the rest becomes customer credit. docs/BILLING.md, "Payments".
std::expected<PaymentResult, PaymentRefusal> pay(const Desk& desk, const PayCommand& command);

// Payments of one cell in one transaction, each with its own answer, in the order given: a tenth of the time of single
// ones. A refused one does not hold the others back. Collisions with other writers make it fall back to single
// payments. REQUIRES: all of one cell.
std::vector<std::expected<PaymentResult, PaymentRefusal>> pay_batch(const Desk& desk,
                                                                    std::span<const PayCommand> commands);

// Takes a payment back: the items are as open as before it. Matches that used its credit are taken back first.
std::expected<UndoResult, PaymentRefusal> undo(const Desk& desk, const UndoCommand& command);

}  // namespace mainspring::payment
