// Payments as lists, and one with what it settled.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/allocation.hpp"
#include "payment/payment.hpp"
#include "storage/pool.hpp"

namespace mainspring::payment {

struct PaymentLine {
    Uuid payment;  // its command id
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t org_unit_id = 0;  // of the account
    std::string account, name;     // code; the customer's name
    Money amount;
    std::string method, reference;
    Date received_on;
    Instant recorded_at;
    std::int32_t actor_id = 0;
    std::string by;
    bool undone = false;
    std::int32_t entry_seq = 0;
};

// Before this payment: it was recorded then and has this id.
struct PaymentPlace {
    Instant recorded_at = kEndOfTime;
    Uuid payment = {};
};
struct PaymentListQuery {
    std::int32_t legal_entity_id = 0;
    std::optional<std::pair<CellId, std::int64_t>> account = std::nullopt;
    std::optional<Date> received_on = std::nullopt;
    std::optional<std::int32_t> actor_id = std::nullopt;
    PaymentPlace before = {};
    std::int32_t limit = 50;
};
// Latest first.
std::vector<PaymentLine> list_payments(Tx& tx, const PaymentListQuery& query);
std::optional<PaymentLine> find_payment_line(Tx& tx, std::int32_t legal_entity_id, const Uuid& payment);

// What a payment's entry settled, and what it left as credit.
struct PaymentLegs {
    std::vector<ledger::Share> shares;
    std::int64_t credit = 0;  // minor units
};
PaymentLegs legs_of_payment(Tx& tx, const ledger::Chart& chart, const ledger::BookKey& book, std::int32_t entry_seq);

// Of a day; payments that were taken back do not count.
struct MethodTotal {
    std::string method, amount_minor;
    std::int64_t payments = 0;
};
std::vector<MethodTotal> totals_of_day(Tx& tx, const PaymentListQuery& query);

// "recorded_at.payment" and back; nothing when it is neither.
std::string text_of(const PaymentPlace& place);
std::optional<PaymentPlace> payment_place_of(std::string_view text);

}  // namespace mainspring::payment
