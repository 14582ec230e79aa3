// Users and their roles.
#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "identity/identity_problem.hpp"
#include "identity/organisation_routes.hpp"
#include "org/command_log.hpp"

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

std::string assignment_json(const org::AssignmentView& each) {
    JsonObject json;
    json.number("assignment", each.assignment_id).text("role", each.role);
    if (!each.unit.empty()) json.text("unit", each.unit);
    json.text("from", format_date(each.from));
    if (each.to) json.text("to", format_date(*each.to));
    return json.done();
}

std::string user_json(const org::UserView& user) {
    return JsonObject()
        .text("user", user.code)
        .text("name", user.name)
        .text("kind", user.kind)
        .raw("disabled", user.disabled ? "true" : "false")
        .list("assignments", user.assignments, assignment_json)
        .done();
}

Response list_users(Call& call) {
    const org::UserQuery query{call.query("after").value_or(""), call.limit()};
    const auto users = with_tx(call.people, TxOptions(), [&](Tx& tx) { return org::list_users(tx, query); });
    return api::ok(api::page_json(users, call.limit(), users.empty() ? "" : users.back().code, user_json));
}

Response add_user(Call& call, const FindParty& find_party) {
    org::NewUser user{.code = api::text_in(call.body, "user"), .name = api::text_in(call.body, "name")};
    if (const Json* account = call.body.find("account")) {
        // As the caller sees it: an account outside of the own units is none.
        user.party = with_tx(call.people, TxOptions(), [&](Tx& tx) {
            return find_party(tx, api::text_in(call.body, "utility"), account->text());
        });
        if (!user.party) throw Problem(422, "unknown_account", "There is no such account.", "body.account");
    }
    return api::created(value_of(org::add_user(call.program, call.clock, order_of(call), user)));
}

Response set_presence(Call& call) {
    const auto presence =
        api::text_in(call.body, "presence") == "disabled" ? org::Presence::disabled : org::Presence::enabled;
    return api::ok(
        value_of(org::set_presence(call.program, call.clock, order_of(call), call.path_values.at(0), presence)));
}

Response assign(Call& call) {
    const org::NewAssignment wanted{.user = call.path_values.at(0),
                                    .role = api::text_in(call.body, "role"),
                                    .unit = api::text_in(call.body, "unit"),
                                    .from = api::date_in(call.body, "from").value(),
                                    .to = api::date_in(call.body, "to")};
    return api::created(value_of(org::assign(call.program, call.clock, order_of(call), wanted)));
}

Response end_assignment(Call& call) {
    const org::AssignmentEnd end{std::stoi(call.path_values.at(0)), api::date_in(call.body, "to").value()};
    return api::ok(value_of(org::end_assignment(call.program, call.clock, order_of(call), end)));
}

// The link is told once; asked for again there is another one.
Response password_link(Call& call, Identity& identity) {
    const auto token = identity.password_link(call.path_values.at(0), call.caller.actor_id);
    if (!token) throw problem_of(token.error());
    return api::created(JsonObject().text("token", *token).done());
}

Response reset_factor(Call& call, Identity& identity) {
    const auto done = identity.reset_second_factor(call.path_values.at(0), call.caller.actor_id);
    if (!done) throw problem_of(done.error());
    return api::no_content();
}

}  // namespace

void add_user_routes(api::Routes& routes, Identity& identity, FindParty find_party) {
    using http::Method;
    Identity* const service = &identity;
    const api::Need manages = api::staff_who_may(Permission::manage_users);
    routes.add({Method::get, "/users", manages, list_users});
    routes.add(
        {Method::post, "/users", manages, [find = std::move(find_party)](Call& call) { return add_user(call, find); }});
    routes.add({Method::post, "/users/{user}/presence", manages, set_presence});
    routes.add({Method::post, "/users/{user}/assignments", manages, assign});
    routes.add({Method::post, "/assignments/{assignment}/end", manages, end_assignment});
    routes.add({Method::post, "/users/{user}/password-link", manages,
                [service](Call& call) { return password_link(call, *service); }});
    routes.add({Method::post, "/users/{user}/second-factor-reset", manages,
                [service](Call& call) { return reset_factor(call, *service); }});
}

}  // namespace mainspring::identity
