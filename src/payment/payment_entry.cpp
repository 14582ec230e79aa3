#include "payment/payment_entry.hpp"

#include "base/ensure.hpp"
#include "ledger/posting.hpp"

namespace mainspring::payment {

std::int32_t money_account(const ledger::Chart& chart, Method method) {
    switch (method) {
        case Method::cash: return chart.at(ledger::kCash);
        case Method::bank: return chart.at(ledger::kBank);
        case Method::transit: return chart.at(ledger::kPaymentsInTransit);
    }
    return chart.at(ledger::kCash);
}

std::optional<PaymentRefusal> check(const PayCommand& command) {
    if (command.account.account_id <= 0) return PaymentRefusal::unknown_account;
    if (command.amount.minor <= 0) return PaymentRefusal::amount_not_positive;
    if (command.amount.currency != command.account.currency) return PaymentRefusal::currency_differs;
    if (command.amount.minor > ledger::kMostMinor) return PaymentRefusal::out_of_range;
    return std::nullopt;
}

std::expected<ledger::Entry, PaymentRefusal> payment_entry(const ledger::Chart& chart, const ledger::Head& head,
                                                           std::span<const ledger::Item> items,
                                                           const PayCommand& command, const Received& received) {
    ledger::Draft draft;
    draft.book = {command.account.cell_id, command.account.account_id};
    draft.command_id = command.command_id;
    draft.kind = ledger::EntryKind::payment;
    draft.legal_entity_id = command.account.legal_entity_id;
    draft.org_unit_id = received.org_unit_id;
    draft.actor_id = command.actor_id;
    draft.business_date = received.on;
    draft.posted_at = received.at;
    draft.currency = command.amount.currency;
    draft.legs = ledger::payment_legs(chart, items, money_account(chart, command.method), command.amount.minor);
    auto entry = ledger::append(chart, head, items, std::move(draft));
    if (entry) return *std::move(entry);
    if (entry.error() == ledger::PostingRefusal::currency_differs)
        return std::unexpected(PaymentRefusal::currency_differs);
    ensure(entry.error() == ledger::PostingRefusal::out_of_range, "a payment's legs fit the book");
    return std::unexpected(PaymentRefusal::out_of_range);
}

PaymentResult result_of(const ledger::Entry& entry) {
    PaymentResult result{.command_id = entry.command_id,
                         .entry_seq = entry.seq,
                         .amount = {entry.legs.at(0).amount, entry.currency},
                         .shares = {},
                         .credit = 0};
    for (std::size_t i = 1; i < entry.legs.size(); ++i) {
        const ledger::Leg& leg = entry.legs[i];
        if (leg.settles.seq == 0)
            result.credit = -leg.amount;
        else
            result.shares.push_back({.item = leg.settles, .account_no = leg.account_no, .amount = -leg.amount});
    }
    return result;
}

}  // namespace mainspring::payment
