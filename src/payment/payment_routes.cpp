#include "payment/payment_routes.hpp"

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "customer/account_of_call.hpp"
#include "ledger/book_service.hpp"
#include "payment/payment_list_service.hpp"
#include "payment/payment_service.hpp"

namespace mainspring::payment {
namespace {

using api::Call;
using api::Problem;
using customer::AccountOfCall;
using http::Response;

std::string line_json(const PaymentLine& line) {
    JsonObject json;
    json.text("payment", format_uuid(line.payment))
        .text("account", line.account)
        .text("name", line.name)
        .text("amount", format_money(line.amount))
        .text("currency", line.amount.currency.text())
        .text("method", line.method);
    if (!line.reference.empty()) json.text("reference", line.reference);
    return json.text("received_on", format_date(line.received_on))
        .text("recorded_at", api::instant_text(line.recorded_at))
        .text("by", line.by)
        .raw("undone", line.undone ? "true" : "false")
        .done();
}

PaymentPlace place_of(const Call& call) {
    const auto after = call.query("after");
    if (!after) return {};
    const auto place = payment_place_of(*after);
    if (!place) throw Problem(422, "bad_request", "it is not the 'next' of a page", "query.after");
    return *place;
}

std::string last_of(const std::vector<PaymentLine>& lines) {
    return lines.empty() ? "" : text_of(PaymentPlace{lines.back().recorded_at, lines.back().payment});
}

Response list_of_account(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const AccountOfCall found = customer::account_of(tx, call);
        const auto lines = list_payments(tx, {.legal_entity_id = found.utility.legal_entity_id,
                                              .account = std::pair(found.account.cell, found.account.account_id),
                                              .before = place_of(call),
                                              .limit = call.limit()});
        return api::ok(api::page_json(lines, call.limit(), last_of(lines), line_json));
    });
}

std::string total_json(const MethodTotal& total, Currency currency) {
    const auto minor = parse_whole(total.amount_minor);
    ensure(minor.has_value(), "a sum is a whole number");
    return JsonObject()
        .text("method", total.method)
        .number("payments", total.payments)
        .text("amount", format_fixed(*minor, minor_digits(currency), minor_digits(currency)))
        .done();
}

Response list_of_day(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const org::Utility utility = customer::utility_of(tx, call);
        PaymentListQuery query{
            .legal_entity_id = utility.legal_entity_id, .before = place_of(call), .limit = call.limit()};
        query.received_on = call.query("on") ? call.date("on") : utility.zone_rules().date_of(call.clock.now());
        if (call.query("mine").value_or("false") == "true") query.actor_id = call.caller.actor_id;
        const auto lines = list_payments(tx, query);
        JsonObject json;
        json.list("items", lines, line_json).list("totals", totals_of_day(tx, query), [&](const MethodTotal& total) {
            return total_json(total, utility.currency);
        });
        if (static_cast<std::int32_t>(lines.size()) == query.limit) json.text("next", last_of(lines));
        return api::ok(json.done());
    });
}

// The payment with what its entry settled, from the journal: the same whenever it is asked.
std::string receipt_json(Call& call, const ledger::Chart& chart, const PaymentLine& line) {
    const ledger::BookKey book{line.cell, line.account_id};
    const PaymentLegs legs =
        with_tx(call.people, TxOptions(), [&](Tx& tx) { return legs_of_payment(tx, chart, book, line.entry_seq); });
    const Currency currency = line.amount.currency;
    const auto money = [&](std::int64_t minor) { return format_money({minor, currency}); };
    return JsonObject()
        .raw("payment", line_json(line))
        .list("settled", legs.shares,
              [&](const ledger::Share& share) {
                  const auto* account = chart.find(share.account_no);
                  return JsonObject()
                      .text("receivable", account != nullptr ? account->name : fmt::to_string(share.account_no))
                      .text("amount", money(share.amount))
                      .done();
              })
        .text("credit", money(legs.credit))
        .text("balance", money(ledger::account_balance(call.people, book).total))
        .done();
}

// Problem 404 when there is none, and when the caller may not look at its account.
PaymentLine payment_of(Tx& tx, const Call& call) {
    const org::Utility utility = customer::utility_of(tx, call);
    const auto id = Uuid::parse(call.path_values.at(1));
    const auto line = id ? find_payment_line(tx, utility.legal_entity_id, *id) : std::nullopt;
    if (!line || !org::require(tx, call.caller.actor_id, {org::Permission::look, line->org_unit_id}))
        throw Problem(404, "unknown_payment", "The utility has no such payment.", "path.payment");
    return *line;
}

Response show(Call& call, const ledger::Chart& chart) {
    const PaymentLine line = with_tx(call.people, TxOptions(), [&](Tx& tx) { return payment_of(tx, call); });
    return api::ok(receipt_json(call, chart, line));
}

Money amount_of(const Call& call, Currency currency) {
    const auto amount = parse_money(api::text_in(call.body, "amount"), currency);
    if (!amount)
        throw Problem(422, "bad_amount", fmt::format("{}: {}", currency.text(), mainspring::text_of(amount.error())),
                      "body.amount");
    return *amount;
}

Response take(Call& call, const ledger::Chart& chart) {
    const AccountOfCall found =
        with_tx(call.people, TxOptions(), [&](Tx& tx) { return customer::account_of(tx, call); });
    const auto currency = currency_of(found.account.currency);
    ensure(currency.has_value(), "a stored currency is known");
    const PayCommand command{
        .command_id = *call.command_id,
        .account = {found.account.cell, found.account.account_id, found.account.legal_entity_id, *currency},
        .amount = amount_of(call, *currency),
        .method = *method_of(api::text_in(call.body, "method")),
        .reference = api::text_in(call.body, "reference"),
        .received_on = api::date_in(call.body, "received_on"),
        .actor_id = call.caller.actor_id};
    const auto paid = pay({call.program, call.clock, chart}, command);
    if (!paid) throw problem_of(paid.error());
    const auto line = with_tx(call.people, TxOptions(), [&](Tx& tx) {
        return find_payment_line(tx, found.utility.legal_entity_id, paid->command_id);
    });
    ensure(line.has_value(), "a payment that was taken is there");
    return api::created(receipt_json(call, chart, *line));
}

Response take_back(Call& call, const ledger::Chart& chart) {
    const PaymentLine line = with_tx(call.people, TxOptions(), [&](Tx& tx) { return payment_of(tx, call); });
    const auto done = undo({call.program, call.clock, chart}, {.command_id = *call.command_id,
                                                               .cell_id = line.cell,
                                                               .payment_command_id = line.payment,
                                                               .reason = api::text_in(call.body, "reason"),
                                                               .actor_id = call.caller.actor_id});
    if (!done) throw problem_of(done.error());
    const PaymentLine after = with_tx(call.people, TxOptions(), [&](Tx& tx) { return payment_of(tx, call); });
    return api::ok(receipt_json(call, chart, after));
}

}  // namespace

Problem problem_of(PaymentRefusal refusal) {
    switch (refusal) {
        case PaymentRefusal::access: return {403, "not_allowed", "You may not take payments there."};
        case PaymentRefusal::command_reused:
            return {409, "command_reused", "This key was used for another request.", "header.Idempotency-Key"};
        case PaymentRefusal::unknown_account: return {404, "unknown_account", "There is no such account."};
        case PaymentRefusal::amount_not_positive:
            return {422, "amount_not_positive", "The amount must be above zero.", "body.amount"};
        case PaymentRefusal::currency_differs:
            return {409, "currency_differs", "The account is kept in another currency."};
        case PaymentRefusal::period_closed:
            return {409, "period_closed", "The month of this day is closed, or lies years ahead.", "body.received_on"};
        case PaymentRefusal::out_of_range:
            return {422, "out_of_range", "The amount, or the balance with it, is too large.", "body.amount"};
        case PaymentRefusal::unknown_payment: return {404, "unknown_payment", "There is no such payment."};
        case PaymentRefusal::already_undone: return {409, "already_undone", "It was taken back before."};
        case PaymentRefusal::credit_used:
            return {409, "credit_used", "Its credit went into something that cannot be taken back with it."};
    }
    ensure(false, "every refusal of a payment has its problem");
    return {500, "fault", ""};
}

void add_payment_routes(api::Routes& routes, const ledger::Chart& chart) {
    using http::Method;
    const auto look = api::staff_who_may(org::Permission::look);
    const auto take_payment = api::staff_who_may(org::Permission::take_payment);
    const std::string of_account = "/utilities/{utility}/accounts/{account}/payments";
    const std::string payments = "/utilities/{utility}/payments";
    routes.add({Method::get, of_account, look, list_of_account});
    routes.add({Method::post, of_account, take_payment, [&chart](Call& call) { return take(call, chart); }});
    routes.add({Method::get, payments, look, list_of_day});
    routes.add({Method::get, payments + "/{payment}", look, [&chart](Call& call) { return show(call, chart); }});
    routes.add({Method::post, payments + "/{payment}/undo", api::staff_who_may(org::Permission::undo_payments),
                [&chart](Call& call) { return take_back(call, chart); }});
}

}  // namespace mainspring::payment
