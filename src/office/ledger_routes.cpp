#include "office/ledger_routes.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "billing/bill_path.hpp"
#include "billing/bill_view_service.hpp"
#include "customer/account_of_call.hpp"
#include "customer/billing_stream.hpp"
#include "ledger/book_service.hpp"
#include "ledger/journal_list_service.hpp"
#include "ledger/trial_balance_service.hpp"

namespace mainspring::office {
namespace {

using api::Call;
using api::Problem;
using customer::AccountOfCall;
using http::Response;
using ledger::Chart;
using ledger::EntryKind;

std::string_view text_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::bill: return "bill";
        case EntryKind::cancellation: return "cancellation";
        case EntryKind::payment: return "payment";
        case EntryKind::payment_reversal: return "payment_reversal";
        case EntryKind::match: return "match";
        case EntryKind::match_reversal: return "match_reversal";
        case EntryKind::adjustment: return "adjustment";
    }
    return "";
}

AccountOfCall account_in(const Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) { return customer::account_of(tx, call); });
}

ledger::BookKey book_of(const AccountOfCall& found) { return {found.account.cell, found.account.account_id}; }

Currency currency_in(const AccountOfCall& found) {
    const auto currency = currency_of(found.account.currency);
    ensure(currency.has_value(), "a stored currency is known");
    return *currency;
}

std::string key_of(const Chart& chart, std::int32_t account_no) {
    const auto* account = chart.find(account_no);
    return account != nullptr ? account->key : fmt::to_string(account_no);
}

std::string name_of(const Chart& chart, std::int32_t account_no) {
    const auto* account = chart.find(account_no);
    return account != nullptr ? account->name : "";
}

Response balance(Call& call, const Chart& chart) {
    const AccountOfCall found = account_in(call);
    const Currency currency = currency_in(found);
    const auto money = [&](std::int64_t minor) { return format_money({minor, currency}); };
    const auto item = [&](const ledger::Item& each) {
        return JsonObject()
            .text("receivable", name_of(chart, each.account_no))
            .text("kind", text_of(each.kind))
            .text("business_date", format_date(each.business_date))
            .text("due_on", format_date(each.due_on))
            .text("original", money(each.original))
            .text("open", money(each.open))
            .done();
    };
    return api::ok(JsonObject()
                       .text("currency", currency.text())
                       .text("balance", money(ledger::account_balance(call.people, book_of(found)).total))
                       .list("open_items", ledger::open_items(call.people, chart, book_of(found)), item)
                       .done());
}

Response statement(Call& call, const Chart& chart) {
    const AccountOfCall found = account_in(call);
    const Currency currency = currency_in(found);
    const auto money = [&](std::int64_t minor) { return format_money({minor, currency}); };
    const DateRange dates{call.date("from"), call.date("to")};
    if (dates.to <= dates.from) throw Problem(422, "bad_range", "The range ends before it begins.", "query.to");
    const auto lines = ledger::statement(call.people, chart, book_of(found), dates);
    return api::ok(JsonObject()
                       .text("currency", currency.text())
                       .text("opening", money(lines.opening))
                       .text("closing", money(lines.closing))
                       .list("lines", lines.lines,
                             [&](const ledger::StatementLine& line) {
                                 JsonObject json;
                                 json.text("business_date", format_date(line.business_date));
                                 if (line.due_on) json.text("due_on", format_date(*line.due_on));
                                 return json.text("kind", text_of(line.kind))
                                     .text("amount", money(line.amount))
                                     .text("balance", money(line.balance))
                                     .done();
                             })
                       .done());
}

Response trial_balance(Call& call, const Chart& chart) {
    const org::Utility utility =
        with_tx(call.people, TxOptions(), [&](Tx& tx) { return customer::utility_of(tx, call); });
    ledger::TrialBalanceQuery query;
    query.legal_entity_id = utility.legal_entity_id;
    if (call.query("upto")) query.upto = call.date("upto");
    const auto balance = ledger::trial_balance(call.people, query, ledger::TrialBalanceSource::read_model);
    JsonObject json;
    if (query.upto) json.text("upto", format_date(*query.upto));
    json.raw("balanced", balance.is_balanced() ? "true" : "false");
    json.list("rows", balance.rows(), [&](const auto& row) {
        const auto& [key, turnover] = row;
        const int digits = minor_digits(key.currency);
        return JsonObject()
            .number("ledger_account", key.account_no)
            .text("key", key_of(chart, key.account_no))
            .text("name", name_of(chart, key.account_no))
            .text("currency", key.currency.text())
            .text("debits", format_fixed(turnover.debits, digits, digits))
            .text("credits", format_fixed(turnover.credits, digits, digits))
            .text("balance", format_fixed(turnover.balance(), digits, digits))
            .done();
    });
    return api::ok(json.done());
}

// "bills/12", "payments/0190…": where the entry came from; empty when it stands for itself.
std::string origin_of(Tx& tx, const ledger::Entry& entry) {
    if (entry.kind == EntryKind::payment) return "payments/" + format_uuid(entry.command_id);
    if (entry.kind != EntryKind::bill && entry.kind != EntryKind::cancellation) return "";
    const auto document =
        billing::document_at(tx, entry.book.cell, entry.book.book_id, static_cast<std::int32_t>(entry.source));
    return document ? "bills/" + billing::path_of(document->kind, document->number) : "";
}

std::string entry_json(Tx& tx, const Chart& chart, const ledger::ListedEntry& listed) {
    const ledger::Entry& entry = listed.entry;
    JsonObject json;
    json.text("entry", text_of(ledger::EntryName{entry.book, entry.seq})).text("kind", text_of(entry.kind));
    if (entry.book.book_id > 0) json.text("account", customer::account_code(tx, entry.book.cell, entry.book.book_id));
    json.text("business_date", format_date(entry.business_date)).text("posted_at", api::instant_text(entry.posted_at));
    if (entry.due_on) json.text("due_on", format_date(*entry.due_on));
    json.text("currency", entry.currency.text()).text("by", listed.by);
    if (entry.reverses_seq) json.text("reverses", text_of(ledger::EntryName{entry.book, *entry.reverses_seq}));
    if (const std::string origin = origin_of(tx, entry); !origin.empty()) json.text("origin", origin);
    return json
        .list("legs", entry.legs,
              [&](const ledger::Leg& leg) {
                  return JsonObject()
                      .number("ledger_account", leg.account_no)
                      .text("key", key_of(chart, leg.account_no))
                      .text("name", name_of(chart, leg.account_no))
                      .text("amount", format_money({leg.amount, entry.currency}))
                      .done();
              })
        .done();
}

ledger::EntryListQuery query_of(const Call& call, const org::Utility& utility) {
    const Zone zone = utility.zone_rules();
    const Date on = call.date("on");
    ledger::EntryListQuery query{.legal_entity_id = utility.legal_entity_id,
                                 .from = zone.start_of(on),
                                 .to = zone.start_of(on + std::chrono::days{1}),
                                 .limit = call.limit()};
    if (const auto account = call.query("ledger_account")) query.account_no = std::stoi(*account);
    if (const auto after = call.query("after")) {
        query.before = ledger::entry_place_of(*after);
        if (!query.before) throw Problem(422, "bad_request", "it is not the 'next' of a page", "query.after");
    }
    return query;
}

Response list_entries(Call& call, const Chart& chart) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const auto query = query_of(call, customer::utility_of(tx, call));
        const auto entries = ledger::list_entries(tx, query);
        std::string last;
        if (!entries.empty()) {
            const ledger::Entry& entry = entries.back().entry;
            last = text_of(ledger::EntryPlace{entry.posted_at, {entry.book, entry.seq}});
        }
        return api::ok(api::page_json(entries, query.limit, last,
                                      [&](const ledger::ListedEntry& each) { return entry_json(tx, chart, each); }));
    });
}

Response show_entry(Call& call, const Chart& chart) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const org::Utility utility = customer::utility_of(tx, call);
        const auto name = ledger::entry_name_of(call.path_values.at(1));
        const auto found = name ? ledger::find_entry(tx, utility.legal_entity_id, *name) : std::nullopt;
        if (!found || !org::require(tx, call.caller.actor_id, {org::Permission::look, found->entry.org_unit_id}))
            throw Problem(404, "unknown_entry", "The utility has no such entry.", "path.entry");
        return api::ok(entry_json(tx, chart, *found));
    });
}

}  // namespace

void add_ledger_routes(api::Routes& routes, const Chart& chart) {
    using http::Method;
    const auto look = api::staff_who_may(org::Permission::look);
    const auto add = [&](std::string path, Response (*handler)(Call&, const Chart&)) {
        routes.add(
            {Method::get, std::move(path), look, [&chart, handler](Call& call) { return handler(call, chart); }});
    };
    const std::string account = "/utilities/{utility}/accounts/{account}", books = "/utilities/{utility}/ledger";
    add(account + "/balance", balance);
    add(account + "/statement", statement);
    add(books + "/trial-balance", trial_balance);
    add(books + "/entries", list_entries);
    add(books + "/entries/{entry}", show_entry);
}

}  // namespace mainspring::office
