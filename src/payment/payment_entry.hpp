// A payment as an entry, and back. Pure.
#pragma once
#include <expected>

#include "ledger/chart.hpp"
#include "payment/payment.hpp"

namespace mainspring::payment {

std::int32_t money_account(const ledger::Chart& chart, Method method);

// What can be said of a command without looking anything up.
std::optional<PaymentRefusal> check(const PayCommand& command);

std::expected<ledger::Entry, PaymentRefusal> payment_entry(const ledger::Chart& chart, const ledger::Head& head,
                                                           std::span<const ledger::Item> items,
                                                           const PayCommand& command, const Received& received);
PaymentResult result_of(const ledger::Entry& entry);

}  // namespace mainspring::payment
