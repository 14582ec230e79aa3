// Payments as values: what is asked, what comes of it, why not.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "ledger/allocation.hpp"
#include "ledger/entry.hpp"
#include "money/money.hpp"

namespace mainspring::payment {

// A customer's account, resolved by the customer room. Its unit is that of its cell.
struct AccountRef {
    CellId cell_id;
    std::int64_t account_id = 0;
    std::int32_t legal_entity_id = 0;
    Currency currency;
};

// Where the money is: decides the account that is debited.
enum class Method { cash, bank, transit };
std::string_view text_of(Method method);
std::optional<Method> method_of(std::string_view text);

struct PayCommand {
    Uuid command_id;  // the payment's name for ever
    AccountRef account;
    Money amount;
    Method method = Method::cash;
    std::string reference;  // of the payer or the bank
    std::optional<Date> received_on = {};  // none: the day that it is at the utility
    std::int32_t actor_id = 0;
};

// When a payment is taken down, the business day it counts for, and the unit whose account it is for.
struct Received {
    Instant at;
    Date on;
    std::int32_t org_unit_id = 0;
};

struct PaymentResult {
    Uuid command_id;
    std::int32_t entry_seq = 0;
    Money amount;
    std::vector<ledger::Share> shares;  // items it settled, oldest first
    std::int64_t credit = 0;            // the rest, now customer credit
    friend bool operator==(const PaymentResult&, const PaymentResult&) = default;
};

struct UndoCommand {
    Uuid command_id;
    CellId cell_id;
    Uuid payment_command_id;
    std::string reason;
    std::optional<Date> business_date = {};  // none: the day that it is at the utility
    std::int32_t actor_id = 0;
};

struct UndoResult {
    Uuid command_id;
    std::int32_t entry_seq = 0;
    friend bool operator==(const UndoResult&, const UndoResult&) = default;
};

// The first that applies, in this order; a command id that was used before comes before all but the first.
enum class PaymentRefusal {
    access,               // the actor may not take payments in the unit of the account or payment
    command_reused,       // the id stands for another request
    unknown_account,      // no account of a customer, or none of that utility
    amount_not_positive,
    currency_differs,     // amount, account and book
    period_closed,
    out_of_range,         // beyond ledger::kMostMinor, or a balance would leave 64 bits
    unknown_payment,
    already_undone,       // by another command
    credit_used,          // what the payment left as credit went into something that cannot be taken back with it
};
std::string_view text_of(PaymentRefusal refusal);

}  // namespace mainspring::payment
