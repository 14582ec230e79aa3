#include "billing/bill_routes.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "billing/bill_json.hpp"
#include "billing/bill_list_service.hpp"
#include "billing/bill_path.hpp"
#include "billing/billing_problem.hpp"
#include "billing/explain.hpp"
#include "billing/report.hpp"
#include "billing/run_list_service.hpp"
#include "customer/account_list_service.hpp"
#include "customer/account_of_call.hpp"

namespace mainspring::billing {
namespace {

using api::Call;
using api::Problem;
using customer::AccountOfCall;
using http::Response;

std::string row_json(const BillSummary& bill) {
    const BillKind kind = bill.credit_note ? BillKind::cancellation : BillKind::bill;
    return JsonObject()
        .text("bill", path_of(kind, bill.number))
        .text("number", bill.display)
        .text("kind", bill.credit_note ? "credit_note" : "bill")
        .text("from", format_date(bill.period.from))
        .text("to", format_date(bill.period.to))
        .text("issued_on", format_date(bill.issued_on))
        .text("due_on", format_date(bill.due_on))
        .text("total", format_money(bill.total))
        .text("currency", bill.total.currency.text())
        .raw("cancelled", bill.cancelled ? "true" : "false")
        .raw("estimated", bill.estimated ? "true" : "false")
        .done();
}

Response list(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const AccountOfCall found = customer::account_of(tx, call);
        const auto bills = last_bills(tx, {.cell = found.account.cell,
                                           .account_id = found.account.account_id,
                                           .most = call.limit(),
                                           .before = static_cast<std::int32_t>(call.after_number()),
                                           .prefix = found.utility.bill_prefix});
        return api::ok(
            api::page_json(bills, call.limit(), bills.empty() ? "" : fmt::to_string(bills.back().bill_seq), row_json));
    });
}

Response list_exceptions(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const AccountOfCall found = customer::account_of(tx, call);
        const auto exceptions =
            exceptions_of_account(tx, found.account.cell, found.account.account_id, found.account.legal_entity_id);
        return api::ok(JsonObject()
                           .list("items", exceptions,
                                 [&](const AccountExceptionView& each) {
                                     return JsonObject()
                                         .number("run", each.run_id)
                                         .text("account", found.account.code)
                                         .text("cause", each.cause)
                                         .text("detail", each.detail)
                                         .done();
                                 })
                           .done());
    });
}

// The bill of the path. Problem 404 when there is none, and when the caller may not look at its account.
struct BillOfCall {
    org::Utility utility;
    BillWanted wanted;
};
BillOfCall bill_of(Tx& tx, const Call& call) {
    BillOfCall found{.utility = customer::utility_of(tx, call), .wanted = wanted_of(call.path_values.at(1))};
    const auto owner = owner_of_bill(tx, found.utility, found.wanted);
    const auto unit = owner ? customer::unit_of_account(tx, owner->cell, owner->account_id) : std::nullopt;
    if (!unit || !org::require(tx, call.caller.actor_id, {org::Permission::look, *unit}))
        throw Problem(404, "unknown_bill", "The utility has no such bill.", "path.bill");
    return found;
}

document::Language language_of(const Call& call, const document::BillPage& page) {
    const auto stated = call.query("language");
    if (!stated) return page.language;
    return *stated == "zh" ? document::Language::zh : document::Language::en;
}

Response show(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const BillOfCall found = bill_of(tx, call);
        const auto view = bill_view(tx, found.utility, found.wanted);
        ensure(view.has_value(), "a bill that was found is there");
        return api::ok(bill_json(*view, language_of(call, view->page)));
    });
}

Response explain(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const BillOfCall found = bill_of(tx, call);
        const auto explained = find_explained(tx, found.utility, found.wanted);
        ensure(explained.has_value(), "a bill that was found is there");
        return api::ok(explain_json(explained->derivation, explained->names, explained->hash));
    });
}

Response pdf(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const BillOfCall found = bill_of(tx, call);
        auto bytes = bill_pdf(tx, found.utility, found.wanted);
        ensure(bytes.has_value(), "a bill that was found is there");
        Response response = api::ok(*std::move(bytes));
        response.content_type = "application/pdf";
        response.headers.emplace_back(
            "Content-Disposition",
            fmt::format("inline; filename=\"{}-{}.pdf\"", found.wanted.kind == BillKind::bill ? "bill" : "credit-note",
                        found.wanted.number));
        return response;
    });
}

std::string rebilled_json(const RebilledBill& bill, std::string_view prefix) {
    JsonObject json;
    json.text("old_number", bill_display(prefix, BillKind::bill, bill.old_number))
        .text("credit_note", path_of(BillKind::cancellation, bill.credit_note_number))
        .text("from", format_date(bill.period.from))
        .text("to", format_date(bill.period.to))
        .text("old_total", format_money({bill.old_minor, bill.currency}))
        .text("currency", bill.currency.text());
    if (bill.new_number != 0)
        json.text("new_number", path_of(BillKind::bill, bill.new_number))
            .text("new_total", format_money({bill.new_minor, bill.currency}));
    return json.done();
}

Response rebill_route(Call& call) {
    const BillOfCall found = with_tx(call.people, TxOptions(), [&](Tx& tx) { return bill_of(tx, call); });
    RebillCommand command;
    command.command_id = *call.command_id;
    command.bill = {found.utility.legal_entity_id, found.wanted.kind, found.wanted.number};
    if (api::text_in(call.body, "mode") == "cancel_only") command.mode = RebillCommand::Mode::cancel_only;
    command.issued_on = api::date_in(call.body, "issued_on");
    command.reason = api::text_in(call.body, "reason");
    command.actor_id = call.caller.actor_id;
    command.org_unit_id = found.utility.root_unit_id;
    const auto done = rebill(call.program, call.clock, command);
    if (!done) throw problem_of(done.error());
    return api::ok(JsonObject()
                       .list("items", *done,
                             [&](const RebilledBill& each) { return rebilled_json(each, found.utility.bill_prefix); })
                       .done());
}

}  // namespace

void add_bill_routes(api::Routes& routes) {
    using http::Method;
    const auto look = api::staff_who_may(org::Permission::look);
    const std::string account = "/utilities/{utility}/accounts/{account}", bill = "/utilities/{utility}/bills/{bill}";
    routes.add({Method::get, account + "/bills", look, list});
    routes.add({Method::get, account + "/exceptions", look, list_exceptions});
    routes.add({Method::get, bill, look, show});
    routes.add({Method::get, bill + "/explanation", look, explain});
    routes.add({Method::get, bill + "/pdf", look, pdf});
    routes.add({Method::post, bill + "/rebill", api::staff_who_may(org::Permission::bill), rebill_route});
}

}  // namespace mainspring::billing
