#include "identity/identity_routes.hpp"

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

SignIn sign_in_of(const Call& call) {
    return {.user = api::text_in(call.body, "user"),
            .password = api::text_in(call.body, "password"),
            .code = api::text_in(call.body, "code"),
            .address = call.request.peer,
            .agent = std::string(call.request.header("User-Agent").value_or(""))};
}

template <class T>
T value_of(Outcome<T> outcome) {
    if (!outcome) throw problem_of(outcome.error());
    return *std::move(outcome);
}
void done(const Outcome<void>& outcome) {
    if (!outcome) throw problem_of(outcome.error());
}

// A person's as the schema Me says.
std::string me_json(Call& call, const Identity& identity, const api::Authenticated& who) {
    std::vector<std::string> permissions;
    for (const org::Permission each : who.caller.permissions) permissions.emplace_back(org::text_of(each));
    const std::string utilities = with_tx(
        call.program, TxOptions(), [&](Tx& tx) { return utilities_json(tx, who.caller.actor_id, call.clock.now()); });
    JsonObject json;
    json.text("user", who.caller.code)
        .text("name", who.caller.name)
        .text("kind", who.caller.kind == api::Caller::Kind::customer ? "customer" : "staff")
        .raw("permissions", json_texts(permissions))
        .raw("utilities", utilities)
        .raw("second_factor", identity.has_second_factor(who.caller.actor_id) ? "true" : "false")
        .text("csrf", who.csrf);
    if (who.expires_at) json.text("expires_at", api::instant_text(*who.expires_at));
    return json.done();
}

// The person of a session that was opened just now, with its cookie.
Response opened(Call& call, const Identity& identity, const Opened& session) {
    Response response = api::ok(me_json(call, identity, identity.by_session(session.token)));
    response.headers.emplace_back("Set-Cookie", identity.cookie_header(session.token));
    return response;
}

Response sign_in(Call& call, Identity& identity) {
    const auto session = identity.sign_in(sign_in_of(call));
    if (session) return opened(call, identity, *session);
    if (session.error().retry_after.count() == 0) throw problem_of(session.error());
    Response response = api::problem_response(problem_of(session.error()), call.request.id);
    response.headers.emplace_back("Retry-After", fmt::to_string(session.error().retry_after.count()));
    return response;
}

Response sign_out(Call& call, Identity& identity) {
    identity.sign_out(call.request);
    Response response = api::no_content();
    response.headers.emplace_back("Set-Cookie", identity.cookie_header(""));
    return response;
}

// An answer that is told once is not kept: the same key again is refused.
Response told_once(Call& call, std::string_view kind, const std::function<Response()>& act) {
    const org::Command command{org::kNoCell, *call.command_id, kind, ""};
    const auto before = with_tx(call.program, TxOptions(), [&](Tx& tx) { return org::find_command(tx, command); });
    if (!before || *before)
        throw Problem(409, "command_reused", "This was done; its answer is told once.", "header.Idempotency-Key");
    Response response = act();
    with_tx(call.program, TxOptions(),
            [&](Tx& tx) { org::record_command(tx, command, {call.caller.actor_id, 0, call.clock.now()}, "{}"); });
    return response;
}

Response change_password(Call& call, Identity& identity) {
    return told_once(call, "identity.change_password", [&] {
        const Identity::PasswordChange change{api::text_in(call.body, "old_password"),
                                              api::text_in(call.body, "password")};
        return opened(call, identity, value_of(identity.change_password(call.request, change)));
    });
}

Response enrol(Call& call, Identity& identity) {
    return told_once(call, "identity.enrol_second_factor", [&] {
        const Enrolment enrolment = value_of(identity.enrol_second_factor(call.caller));
        return api::created(JsonObject().text("secret", enrolment.secret).text("uri", enrolment.uri).done());
    });
}

Response confirm(Call& call, Identity& identity) {
    return told_once(call, "identity.confirm_second_factor", [&] {
        const auto confirmed = value_of(identity.confirm_second_factor(call.request, api::text_in(call.body, "code")));
        Response response = api::ok(JsonObject()
                                        .raw("recovery_codes", json_texts(confirmed.recovery_codes))
                                        .text("csrf", confirmed.session.csrf)
                                        .done());
        response.headers.emplace_back("Set-Cookie", identity.cookie_header(confirmed.session.token));
        return response;
    });
}

Response remove_factor(Call& call, Identity& identity) {
    done(identity.remove_second_factor(call.caller, api::text_in(call.body, "code")));
    return api::no_content();
}

std::string session_json(const SessionView& view) {
    return JsonObject()
        .text("session", format_uuid(view.session_id))
        .text("address", view.address)
        .text("agent", view.agent)
        .text("started_at", api::instant_text(view.started_at))
        .text("seen_at", api::instant_text(view.seen_at))
        .text("expires_at", api::instant_text(view.expires_at))
        .raw("second_factor", view.second_factor ? "true" : "false")
        .raw("this", view.is_this ? "true" : "false")
        .done();
}

std::string token_json(const TokenView& view) {
    JsonObject json;
    json.text("token", format_uuid(view.token_id))
        .text("name", view.name)
        .raw("scopes", json_texts(view.scopes))
        .text("made_at", api::instant_text(view.made_at))
        .text("expires_at", api::instant_text(view.expires_at));
    if (view.used_at) json.text("used_at", api::instant_text(*view.used_at));
    if (view.revoked_at) json.text("revoked_at", api::instant_text(*view.revoked_at));
    return json.done();
}

Uuid uuid_of(const Call& call, std::string_view what) {
    const auto id = Uuid::parse(call.path_values.front());
    if (!id) throw Problem(404, fmt::format("unknown_{}", what), fmt::format("There is no such {}.", what));
    return *id;
}

Response end_session(Call& call, Identity& identity) {
    done(identity.end_session(call.caller, uuid_of(call, "session")));
    return api::no_content();
}

Response revoke_token(Call& call, Identity& identity) {
    done(identity.revoke_token(call.caller, uuid_of(call, "token")));
    return api::no_content();
}

Response make_token(Call& call, Identity& identity) {
    return told_once(call, "identity.make_token", [&] {
        NewToken wanted{.name = api::text_in(call.body, "name"), .scopes = {}, .expires_at = {}};
        for (const Json& scope : call.body.at("scopes").items()) {
            const auto permission = org::permission_of(scope.text());
            if (!permission)
                throw Problem(422, "bad_scopes", fmt::format("there is no permission '{}'", scope.text()),
                              "body.scopes");
            wanted.scopes.push_back(*permission);
        }
        const auto last_day = api::date_in(call.body, "expires_on");
        wanted.expires_at = Instant{std::chrono::sys_days{*last_day}};
        const MadeToken made = value_of(identity.make_token(call.caller, wanted));
        return api::created(JsonObject().text("token", format_uuid(made.token_id)).text("secret", made.token).done());
    });
}

Response set_up(Call& call, Identity& identity) {
    const std::string user = value_of(identity.set_up({.token = api::text_in(call.body, "token"),
                                                       .user = api::text_in(call.body, "user"),
                                                       .name = api::text_in(call.body, "name"),
                                                       .password = api::text_in(call.body, "password")}));
    return api::ok(JsonObject().text("user", user).done());
}

// Only a person's session; a token cannot make or revoke tokens, end sessions, or change how its holder signs in.
Response with_session(Call& call, Identity& identity, Response (*handler)(Call&, Identity&)) {
    if (call.request.header("Authorization"))
        throw Problem(403, "not_allowed", "This is done by the person, signed in, not with a token.");
    return handler(call, identity);
}

}  // namespace

// tidy: flat-list
void add_identity_routes(api::Routes& routes, Identity& identity) {
    using http::Method;
    Identity* const service = &identity;
    const auto own = [service](Response (*handler)(Call&, Identity&)) {
        return [service, handler](Call& call) { return with_session(call, *service, handler); };
    };
    routes.add(
        {Method::post, "/session", api::anyone(), [service](Call& call) { return sign_in(call, *service); }, 4096});
    routes.add(
        {Method::remove, "/session", api::signed_in(), [service](Call& call) { return sign_out(call, *service); }});
    routes.add({Method::get, "/me", api::signed_in(), [service](Call& call) {
                    return api::ok(me_json(call, *service, service->authenticate(call.request)));
                }});
    routes.add({Method::post, "/setup", api::anyone(), [service](Call& call) { return set_up(call, *service); }, 4096});
    routes.add({Method::post, "/me/password", api::signed_in(), own(change_password), 4096});
    routes.add({Method::post, "/me/second-factor", api::signed_in(), own(enrol), 4096});
    routes.add({Method::post, "/me/second-factor/confirmation", api::signed_in(), own(confirm), 4096});
    routes.add({Method::post, "/me/second-factor/removal", api::signed_in(), own(remove_factor), 4096});
    routes.add({Method::get, "/me/sessions", api::signed_in(), [service](Call& call) {
                    const auto sessions = service->sessions(call.request, call.caller.actor_id);
                    return api::ok(JsonObject().list("items", sessions, session_json).done());
                }});
    routes.add({Method::remove, "/me/sessions/{session}", api::signed_in(), own(end_session)});
    routes.add({Method::get, "/me/tokens", api::signed_in(), [service](Call& call) {
                    return api::ok(
                        JsonObject().list("items", service->tokens(call.caller.actor_id), token_json).done());
                }});
    routes.add({Method::post, "/me/tokens", api::signed_in(), own(make_token), 4096});
    routes.add({Method::remove, "/me/tokens/{token}", api::signed_in(), own(revoke_token)});
}

}  // namespace mainspring::identity
