#include "customer/account_routes.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "customer/account_list_service.hpp"
#include "customer/account_of_call.hpp"
#include "customer/account_view_service.hpp"
#include "customer/customer_problem.hpp"
#include "customer/dated.hpp"
#include "customer/note_service.hpp"

namespace mainspring::customer {
namespace {

using api::Call;
using api::Problem;
using http::Response;

std::string row_json(const ListedAccount& row) {
    return JsonObject()
        .text("account", row.code)
        .text("name", row.name)
        .raw("address", json_texts(row.address))
        .text("unit", row.unit)
        .text("currency", row.currency)
        .text("opened_on", format_date(row.opened_on))
        .done();
}

std::int32_t unit_named(const org::OrgTree& tree, const std::string& code, std::int32_t legal_entity_id) {
    const auto* unit = tree.find(code);
    if (unit == nullptr || unit->legal_entity_id != legal_entity_id)
        throw Problem(422, "unknown_unit", fmt::format("there is no organisation unit '{}' here", code), "query.unit");
    return unit->org_unit_id;
}

Response list(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const org::Utility utility = utility_of(tx, call);
        std::vector<ListedAccount> rows;
        const std::string after = call.query("after").value_or("");
        if (const auto name = call.query("name")) {
            rows = accounts_by_name(tx, {*name, utility.legal_entity_id, after, call.limit()});
        } else {
            AccountListQuery query{utility.legal_entity_id, {}, after, call.limit()};
            if (const auto unit = call.query("unit")) {
                const org::OrgTree tree = org::load_org_tree(tx);
                query.units = tree.below(unit_named(tree, *unit, utility.legal_entity_id));
            }
            rows = list_accounts(tx, query);
        }
        return api::ok(api::page_json(rows, call.limit(), rows.empty() ? "" : rows.back().code, row_json));
    });
}

std::string span_json(const std::vector<AgreementFact>& facts, std::size_t index, Date on) {
    const AgreementFact& fact = facts[index];
    const bool has_next = index + 1 < facts.size();
    const bool in_force = !fact.ended && fact.valid_from <= on && (!has_next || on < facts[index + 1].valid_from);
    JsonObject json;
    json.text("from", format_date(fact.valid_from));
    if (has_next) json.text("to", format_date(facts[index + 1].valid_from));
    json.number("version", fact.version)
        .raw("ended", fact.ended ? "true" : "false")
        .raw("in_force", in_force ? "true" : "false");
    if (fact.ended) return json.done();
    return json.text("tariff", fact.terms.tariff)
        .text("customer_class", text_of(fact.terms.customer_class))
        .raw("entitlements", json_texts(fact.terms.entitlements))
        .number("dwellings", fact.terms.dwellings)
        .text("facts", text_of(fact.terms.facts))
        .done();
}

std::string service_json(const ServiceView& service, Date on) {
    std::vector<std::size_t> indexes(service.facts.size());
    for (std::size_t i = 0; i < indexes.size(); ++i) indexes[i] = i;
    return JsonObject()
        .text("service_point", service.service_point)
        .text("commodity", mainspring::text_of(service.commodity))
        .raw("premise", json_texts(service.premise_address))
        .list("agreements", indexes, [&](std::size_t index) { return span_json(service.facts, index, on); })
        .done();
}

std::string account_json(const AccountOfCall& found, const AccountView& view, const std::string& unit, Date on) {
    JsonObject party;
    party.text("code", view.party_code).text("name", view.party_name).raw("address", json_texts(view.party_address));
    if (!view.email.empty()) party.text("email", view.email);
    if (!view.phone.empty()) party.text("phone", view.phone);
    return JsonObject()
        .text("account", found.account.code)
        .text("utility", found.utility.code)
        .text("unit", unit)
        .text("currency", found.account.currency)
        .text("cycle", found.account.cycle)
        .text("opened_on", format_date(view.opened_on))
        .text("as_of", format_date(on))
        .raw("party", party.done())
        .list("services", view.services, [&](const ServiceView& each) { return service_json(each, on); })
        .done();
}

Response show(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const AccountOfCall found = account_of(tx, call);
        const Date on = call.query("as_of") ? call.date("as_of") : found.utility.zone_rules().date_of(call.clock.now());
        const auto* unit = org::load_org_tree(tx).find(found.account.org_unit_id);
        return api::ok(account_json(found, account_view(tx, found.account, on), unit != nullptr ? unit->code : "", on));
    });
}

std::string note_json(const Note& note) {
    return JsonObject().text("at", api::instant_text(note.at)).text("by", note.by).text("text", note.text).done();
}

Response list_notes(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const AccountOfCall found = account_of(tx, call);
        const auto notes = notes_of(tx, {found.account.cell, found.account.account_id,
                                         static_cast<std::int32_t>(call.after_number()), call.limit()});
        return api::ok(
            api::page_json(notes, call.limit(), notes.empty() ? "" : fmt::to_string(notes.back().note_no), note_json));
    });
}

Response write_note(Call& call) {
    const AccountOfCall found = with_tx(call.people, TxOptions(), [&](Tx& tx) { return account_of(tx, call); });
    const auto note =
        add_note(call.program, call.clock,
                 {found.account, api::text_in(call.body, "text"), call.caller.actor_id, *call.command_id});
    if (!note) throw problem_of(note.error());
    return api::created(note_json(*note));
}

// The caller as the services of moves want it.
org::Actor actor_of(const Call& call) {
    return with_tx(call.program, TxOptions(), [&](Tx& tx) { return org::stored_actor(tx, call.caller.actor_id); });
}

Terms terms_of(const Json& body) {
    Terms terms;
    terms.tariff = api::text_in(body, "tariff");
    if (const std::string stated = api::text_in(body, "customer_class"); !stated.empty())
        terms.customer_class = *customer_class_of(stated);
    if (const Json* entitlements = body.find("entitlements"))
        for (const Json& each : entitlements->items()) terms.entitlements.push_back(each.text());
    std::ranges::sort(terms.entitlements);
    terms.entitlements.erase(std::ranges::unique(terms.entitlements).begin(), terms.entitlements.end());
    if (const Json* dwellings = body.find("dwellings"))
        terms.dwellings = static_cast<std::int32_t>(dwellings->integer());
    return terms;
}

Response moved(const std::expected<Moved, Refusal>& result) {
    if (!result) throw problem_of(result.error());
    return api::created(JsonObject().number("gap_days", result->gap_days).done());
}

Response move_in_route(Call& call) {
    const AccountOfCall found = with_tx(call.people, TxOptions(), [&](Tx& tx) { return account_of(tx, call); });
    return moved(move_in(call.program, call.clock,
                         {.utility = found.utility.code,
                          .account = found.account.code,
                          .service_point = api::text_in(call.body, "service_point"),
                          .on = *api::date_in(call.body, "on"),
                          .terms = terms_of(call.body),
                          .actor = actor_of(call),
                          .command_id = *call.command_id}));
}

Response move_out_route(Call& call) {
    const AccountOfCall found = with_tx(call.people, TxOptions(), [&](Tx& tx) { return account_of(tx, call); });
    return moved(move_out(call.program, call.clock,
                          {.utility = found.utility.code,
                           .account = found.account.code,
                           .service_point = api::text_in(call.body, "service_point"),
                           .on = *api::date_in(call.body, "on"),
                           .actor = actor_of(call),
                           .command_id = *call.command_id}));
}

}  // namespace

void add_account_routes(api::Routes& routes) {
    using http::Method;
    using org::Permission;
    const auto look = api::staff_who_may(Permission::look);
    const auto change = api::staff_who_may(Permission::change_customers);
    const std::string account = "/utilities/{utility}/accounts/{account}";
    routes.add({Method::get, "/utilities/{utility}/accounts", look, list});
    routes.add({Method::get, account, look, show});
    routes.add({Method::get, account + "/notes", look, list_notes});
    routes.add({Method::post, account + "/notes", change, write_note});
    routes.add({Method::post, account + "/move-in", change, move_in_route});
    routes.add({Method::post, account + "/move-out", change, move_out_route});
}

}  // namespace mainspring::customer
