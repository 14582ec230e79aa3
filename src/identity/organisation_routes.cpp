#include "identity/organisation_routes.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "identity/identity_problem.hpp"
#include "org/approval_service.hpp"
#include "org/audit_service.hpp"
#include "org/unit_service.hpp"

namespace mainspring::identity {
namespace {

using api::Call;
using api::Problem;
using http::Response;
using org::Permission;

org::Order order_of(const Call& call) { return {call.caller.actor_id, *call.command_id}; }

const std::string& value_of(const org::AdminResult& result) {
    if (!result) throw problem_of(result.error());
    return *result;
}

std::string unit_json(const org::UnitView& unit) {
    JsonObject json;
    json.text("unit", unit.code).text("name", unit.name).text("utility", unit.utility);
    if (!unit.parent.empty()) json.text("parent", unit.parent);
    return json.done();
}

Response list_utilities(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const std::string items = utilities_json(tx, call.caller.actor_id, call.clock.now());
        return api::ok(JsonObject().raw("items", items).done());
    });
}

Response list_units(Call& call) {
    const Date on = call.query("on") ? call.date("on") : Date(std::chrono::floor<std::chrono::days>(call.clock.now()));
    const auto units = with_tx(call.people, TxOptions(), [&](Tx& tx) { return org::units_on(tx, on); });
    return api::ok(JsonObject().list("items", units, unit_json).done());
}

Response add_unit(Call& call) {
    const org::NewUnit unit{api::text_in(call.body, "utility"), api::text_in(call.body, "unit"),
                            api::text_in(call.body, "name"), api::text_in(call.body, "parent")};
    return api::created(value_of(org::add_unit(call.program, call.clock, order_of(call), unit)));
}

Response move_unit(Call& call) {
    const org::UnitMove move{call.path_values.at(0), api::text_in(call.body, "parent"),
                             api::date_in(call.body, "from").value()};
    return api::ok(value_of(org::move_unit(call.program, call.clock, order_of(call), move)));
}

std::string role_json(const org::RoleView& role) {
    return JsonObject()
        .text("role", role.role)
        .raw("name", role.name_json)
        .raw("permissions", json_texts(role.permissions))
        .done();
}

Response list_roles(Call& call) {
    const auto roles = with_tx(call.people, TxOptions(), org::list_roles);
    return api::ok(JsonObject().list("items", roles, role_json).done());
}

Response put_role(Call& call) {
    org::RoleChange change{.role = call.path_values.at(0), .name_json = {}, .permissions = {}};
    std::vector<std::pair<std::string, std::string>> names;
    for (const auto& [language, name] : call.body.at("name").members()) names.emplace_back(language, name.text());
    change.name_json = json_object(names);
    for (const Json& each : call.body.at("permissions").items()) {
        const auto permission = org::permission_of(each.text());
        if (!permission)
            throw Problem(422, "unknown_permission", fmt::format("there is no permission '{}'", each.text()),
                          "body.permissions");
        change.permissions.push_back(*permission);
    }
    return api::ok(value_of(org::put_role(call.program, call.clock, order_of(call), change)));
}

std::string approval_json(const org::ApprovalView& view) {
    JsonObject json;
    json.number("approval", view.approval_id)
        .text("action", view.subject.action)
        .text("object", view.subject.object)
        .raw("request", view.subject.request_json)
        .text("state", view.state)
        .text("maker", view.maker)
        .text("asked_at", api::instant_text(view.asked_at))
        .text("expires_at", api::instant_text(view.expires_at));
    if (view.decided_at)
        json.text("checker", view.checker)
            .text("decided_at", api::instant_text(*view.decided_at))
            .text("note", view.note);
    return json.done();
}

Response list_approvals(Call& call) {
    const org::ApprovalQuery query{call.query("state").value_or(""), call.after_number(), call.limit()};
    const auto views =
        with_tx(call.people, TxOptions(), [&](Tx& tx) { return org::list_approvals(tx, call.caller.actor_id, query); });
    const std::string last = views.empty() ? "" : fmt::to_string(views.back().approval_id);
    return api::ok(api::page_json(views, call.limit(), last, approval_json));
}

Response decide(Call& call) {
    const bool approves = api::text_in(call.body, "verdict") == "approved";
    const org::Verdict verdict{approves ? org::Verdict::Kind::approved : org::Verdict::Kind::rejected,
                               std::stoll(call.path_values.at(0)), api::text_in(call.body, "note")};
    return api::ok(value_of(org::decide(call.program, call.clock, order_of(call), verdict)));
}

std::string audit_json(const org::AuditRow& row) {
    JsonObject json;
    json.number("audit", row.audit_id)
        .text("at", api::instant_text(row.at))
        .text("by", row.actor)
        .text("action", row.action)
        .text("object", row.object)
        .raw("detail", row.detail_json);
    if (!row.unit.empty()) json.text("unit", row.unit);
    return json.done();
}

std::optional<Instant> start_of(const Call& call, std::string_view name) {
    if (!call.query(name)) return std::nullopt;
    return Instant{std::chrono::sys_days{call.date(name)}};
}

Response search_audit(Call& call) {
    const org::AuditQuery query{.actor = call.query("by").value_or(""),
                                .action = call.query("action").value_or(""),
                                .object = call.query("object").value_or(""),
                                .from = start_of(call, "from"),
                                .to = start_of(call, "to"),
                                .before = call.after_number(),
                                .limit = call.limit()};
    const auto rows =
        with_tx(call.people, TxOptions(), [&](Tx& tx) { return org::search_audit(tx, call.caller.actor_id, query); });
    if (!rows) throw problem_of(rows.error());
    return api::ok(
        api::page_json(*rows, call.limit(), rows->empty() ? "" : fmt::to_string(rows->back().audit_id), audit_json));
}

}  // namespace

namespace {

// As the schema Utility says.
std::string utility_json(const org::Utility& utility, const std::string& root_unit, Instant now) {
    return JsonObject()
        .text("code", utility.code)
        .raw("names", utility.name_json)
        .text("currency", utility.currency.text())
        .number("decimals", minor_digits(utility.currency))
        .text("zone", utility.zone)
        .text("language", utility.language)
        .text("today", format_date(utility.zone_rules().date_of(now)))
        .text("root_unit", root_unit)
        .done();
}

}  // namespace

std::string utilities_json(Tx& tx, std::int32_t actor_id, Instant now) {
    auto utilities = org::all_utilities(tx);
    std::erase_if(utilities,
                  [&](const org::Utility& each) { return !org::may_see_utility(tx, actor_id, each.legal_entity_id); });
    const org::OrgTree tree = org::load_org_tree(tx);
    return json_list(utilities, [&](const org::Utility& each) {
        return utility_json(each, tree.find(each.root_unit_id)->code, now);
    });
}

void add_organisation_routes(api::Routes& routes, Identity& identity, FindParty find_party) {
    using http::Method;
    const auto may = [](Permission permission) { return api::staff_who_may(permission); };
    routes.add({Method::get, "/utilities", may(Permission::look), list_utilities});
    routes.add({Method::get, "/units", may(Permission::look), list_units});
    routes.add({Method::post, "/units", may(Permission::set_up), add_unit});
    routes.add({Method::post, "/units/{unit}/moves", may(Permission::set_up), move_unit});
    routes.add({Method::get, "/roles", may(Permission::manage_users), list_roles});
    routes.add({Method::put, "/roles/{role}", may(Permission::manage_users), put_role});
    routes.add({Method::get, "/approvals", may(Permission::look), list_approvals});
    routes.add({Method::post, "/approvals/{approval}/decision", may(Permission::look), decide});
    routes.add({Method::get, "/audit", may(Permission::see_audit), search_audit});
    add_user_routes(routes, identity, std::move(find_party));
}

}  // namespace mainspring::identity
