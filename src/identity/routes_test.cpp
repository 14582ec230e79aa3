// The routes of identity and organisation through the dispatcher, requests and replies checked against the contract.
#include <doctest/doctest.h>

#include "api/contract.hpp"
#include "api/dispatcher.hpp"
#include "identity/identity_routes.hpp"
#include "identity/organisation_routes.hpp"
#include "support/org_world.hpp"

namespace mainspring::identity {
namespace {

using http::Method;

constexpr std::string_view kPassword = "nine brown horses";

std::optional<org::PartyKey> party_of_account(Tx& tx, const std::string&, const std::string& account) {
    const Result rows = tx.exec_once("select party_cell_id, party_id from customer.account where code = $1", account);
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    return org::PartyKey{row->get<CellId>(0), row->get<std::int64_t>(1)};
}

struct Who {
    std::string cookie, csrf, bearer;
};

struct Api {
    Api() {
        add_identity_routes(routes, identity);
        add_organisation_routes(routes, identity, party_of_account);
        dispatcher.emplace(
            routes, api::DispatcherParts{
                        .people = world.database.people(),
                        .program = world.app(),
                        .clock = kWorldClock,
                        .authenticate = [this](const http::Request& request) { return identity.authenticate(request); },
                        .check_replies = true});
        chief = world.user("chief", org::Role::administrator);
    }

    http::Response send(Method method, const std::string& path, const std::string& body = "", const Who& who = {}) {
        http::Request request;
        request.method = method;
        const std::size_t mark = path.find('?');
        request.path = "/api/v1" + path.substr(0, mark);
        if (mark != std::string::npos) {
            const std::string query = path.substr(mark + 1);
            request.query.emplace_back(query.substr(0, query.find('=')), query.substr(query.find('=') + 1));
        }
        request.peer = "10.0.0.1";
        request.body = body;
        if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
        if (!who.cookie.empty()) request.headers.emplace_back("Cookie", "__Host-mainspring=" + who.cookie);
        if (!who.csrf.empty()) request.headers.emplace_back("X-CSRF-Token", who.csrf);
        if (!who.bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + who.bearer);
        if (method != Method::get)
            request.headers.emplace_back("Idempotency-Key", format_uuid(Uuid::random_v7(kWorldClock)));
        return dispatcher->handle(request);
    }
    static Json json_of(const http::Response& response) {
        auto json = Json::parse(response.body);
        REQUIRE_MESSAGE(json, response.body);
        return *json;
    }
    static std::string problem_of(const http::Response& response) {
        return fmt::format("{} {}", response.status, api::text_in(json_of(response), "type").substr(23));
    }
    static std::string cookie_of(const http::Response& response) {
        const auto header = http::find_header(response.headers, "Set-Cookie");
        REQUIRE(header);
        const std::size_t start = header->find('=') + 1;
        return std::string(header->substr(start, header->find(';') - start));
    }
    Who sign_in(const std::string& user) {
        REQUIRE(identity.set_password(user, std::string(kPassword), chief.actor_id));
        const auto response =
            send(Method::post, "/session", fmt::format(R"({{"user": "{}", "password": "{}"}})", user, kPassword));
        REQUIRE_MESSAGE(response.status == 200, response.body);
        return {cookie_of(response), api::text_in(json_of(response), "csrf"), ""};
    }

    OrgWorld world;
    Identity identity{world.app(), kWorldClock, {.cost = {.passes = 1, .memory_kib = 64, .lanes = 1}}};
    api::Routes routes;
    std::optional<api::Dispatcher> dispatcher;
    org::Actor chief;
};

}  // namespace

TEST_CASE("sign in, look at oneself, write with the token of the session, sign out") {
    Api api;
    api.world.user("ann", org::Role::billing, "north");
    CHECK(Api::problem_of(api.send(Method::get, "/me")) == "401 not_signed_in");
    CHECK(Api::problem_of(api.send(Method::post, "/session", R"({"user": "ann", "password": "x"})")) ==
          "401 wrong_credentials");
    const Who ann = api.sign_in("ann");
    const Json me = Api::json_of(api.send(Method::get, "/me", "", ann));
    CHECK(api::text_in(me, "user") == "ann");
    CHECK(me.at("permissions").items().size() == 4);
    REQUIRE(me.at("utilities").items().size() == 1);
    CHECK(api::text_in(me.at("utilities").items()[0], "root_unit") == "riverside");
    CHECK(api::text_in(me, "second_factor") == "false");
    CHECK(api::text_in(me, "expires_at").starts_with("2026-07-01T"));
    const std::string change = R"({"old_password": "nine brown horses", "password": "eleven grey donkeys"})";
    CHECK(Api::problem_of(api.send(Method::post, "/me/password", change, {ann.cookie, "", ""})) == "403 csrf");
    CHECK(Api::problem_of(api.send(Method::post, "/me/password", change, {ann.cookie, "wrong", ""})) == "403 csrf");
    const auto changed = api.send(Method::post, "/me/password", change, ann);
    REQUIRE(changed.status == 200);
    CHECK(Api::problem_of(api.send(Method::get, "/me", "", ann)) == "401 not_signed_in");
    const Who again{Api::cookie_of(changed), api::text_in(Api::json_of(changed), "csrf"), ""};
    CHECK(Api::json_of(api.send(Method::get, "/me/sessions", "", again)).at("items").items().size() == 1);
    const auto out = api.send(Method::remove, "/session", "", again);
    CHECK(out.status == 204);
    CHECK(Api::cookie_of(out).empty());
    CHECK(Api::problem_of(api.send(Method::get, "/me", "", again)) == "401 not_signed_in");
}

TEST_CASE("who guesses is told how long to wait") {
    Api api;
    http::Response last;
    for (int i = 0; i < 6; ++i) last = api.send(Method::post, "/session", R"({"user": "ann", "password": "x"})");
    CHECK(Api::problem_of(last) == "429 too_many_tries");
    CHECK(http::find_header(last.headers, "Retry-After") == "1");
}

TEST_CASE("a second factor over the API") {
    Api api;
    api.world.user("ann", org::Role::billing, "north");
    const Who ann = api.sign_in("ann");
    const auto enrolled = api.send(Method::post, "/me/second-factor", "", ann);
    CHECK(enrolled.status == 201);
    CHECK(api::text_in(Api::json_of(enrolled), "uri").starts_with("otpauth://totp/Mainspring:ann?secret="));
    CHECK(Api::problem_of(api.send(Method::post, "/me/second-factor/confirmation", R"({"code": "000000"})", ann)) ==
          "401 wrong_credentials");
    CHECK(Api::problem_of(api.send(Method::post, "/me/second-factor/removal", R"({"code": "000000"})", ann)) ==
          "401 wrong_credentials");
}

TEST_CASE("a token works within its scopes and makes no other") {
    Api api;
    api.world.user("ann", org::Role::auditor);
    const Who ann = api.sign_in("ann");
    const std::string body = R"({"name": "t", "scopes": ["look"], "expires_on": "2026-08-01"})";
    const auto made = api.send(Method::post, "/me/tokens", body, ann);
    REQUIRE(made.status == 201);
    const Who token{"", "", api::text_in(Api::json_of(made), "secret")};
    CHECK(api.send(Method::get, "/units", "", token).status == 200);
    CHECK(Api::problem_of(api.send(Method::get, "/audit", "", token)) == "403 not_allowed");
    CHECK(Api::problem_of(api.send(Method::post, "/me/tokens", body, token)) == "403 not_allowed");
    CHECK(Api::problem_of(api.send(Method::post, "/me/tokens",
                                   R"({"name": "t", "scopes": ["fly"], "expires_on": "2026-08-01"})", ann)) ==
          "422 bad_scopes");
    const auto too_long =
        api.send(Method::post, "/me/tokens", R"({"name": "t", "scopes": ["look"], "expires_on": "2028-08-01"})", ann);
    CHECK(Api::problem_of(too_long) == "422 bad_expiry");
    CHECK(api::text_in(Api::json_of(too_long), "field") == "body.expires_on");
    CHECK(api::text_in(Api::json_of(api.send(Method::get, "/me", "", token)), "expires_at") ==
          "2026-08-01T00:00:00.000Z");
    const std::string id = api::text_in(Api::json_of(made), "token");
    const Json sessions = Api::json_of(api.send(Method::get, "/me/sessions", "", ann));
    const std::string session = api::text_in(sessions.at("items").items().at(0), "session");
    CHECK(Api::problem_of(api.send(Method::remove, "/me/sessions/" + session, "", token)) == "403 not_allowed");
    CHECK(Api::problem_of(api.send(Method::remove, "/me/tokens/" + id, "", token)) == "403 not_allowed");
    CHECK(Api::json_of(api.send(Method::get, "/me/tokens", "", ann)).at("items").items().size() == 1);
    CHECK(api.send(Method::remove, "/me/tokens/" + id, "", ann).status == 204);
    CHECK(Api::problem_of(api.send(Method::get, "/units", "", token)) == "401 bad_token");
    CHECK(Api::problem_of(api.send(Method::remove, "/me/tokens/" + id, "", ann)) == "404 unknown_token");
}

TEST_CASE("an administrator keeps units, users and roles, and finds it all in the audit") {
    Api api;
    const Who chief = api.sign_in("chief");
    const auto post = [&](const std::string& path, const std::string& body) {
        return api.send(Method::post, path, body, chief);
    };
    CHECK(post("/units", R"({"utility": "riverside", "unit": "east", "name": "East", "parent": "north"})").status ==
          201);
    CHECK(post("/units/east/moves", R"({"parent": "south", "from": "2026-09-01"})").status == 200);
    CHECK(Api::problem_of(post("/units/east/moves", R"({"parent": "south", "from": "2026-02-30"})")) ==
          "422 bad_request");
    const Json units = Api::json_of(api.send(Method::get, "/units?on=2026-09-01", "", chief));
    CHECK(units.at("items").items().size() == 6);
    CHECK(post("/users", R"({"user": "bo", "name": "Bo"})").status == 201);
    CHECK(post("/users", R"({"user": "carl", "name": "Carl", "utility": "riverside", "account": "N"})").status == 201);
    CHECK(Api::problem_of(post("/users", R"({"user": "dot", "name": "D", "utility": "riverside", "account": "X"})")) ==
          "422 unknown_account");
    const auto given = post("/users/bo/assignments", R"({"role": "billing", "unit": "east", "from": "2026-07-01"})");
    REQUIRE(given.status == 201);
    CHECK(Api::problem_of(post("/users/bo/assignments", R"({"role": "cashier", "from": "2026-07-01"})")) ==
          "422 roles_apart");
    const auto assignment = Api::json_of(given).at("assignment").integer();
    CHECK(post(fmt::format("/assignments/{}/end", assignment), R"({"to": "2026-08-01"})").status == 200);
    CHECK(post("/users/bo/presence", R"({"presence": "disabled"})").status == 200);
    CHECK(post("/users/bo/presence", R"({"presence": "enabled"})").status == 200);
    CHECK(post("/users/bo/password-link", "").status == 201);
    CHECK(post("/users/bo/second-factor-reset", "").status == 204);
    CHECK(api.send(Method::put, "/roles/window", R"({"name": {"en": "W"}, "permissions": ["look", "take_payment"]})",
                   chief)
              .status == 200);
    CHECK(Api::problem_of(api.send(Method::put, "/roles/window", R"({"name": {"en": "W"}, "permissions": ["fly"]})",
                                   chief)) == "422 unknown_permission");
    CHECK(Api::json_of(api.send(Method::get, "/roles", "", chief)).at("items").items().size() == 12);
    const Json users = Api::json_of(api.send(Method::get, "/users?limit=2", "", chief));
    CHECK(users.at("items").items().size() == 2);
    CHECK(api::text_in(users, "next") == "boss");
    const Json audit = Api::json_of(api.send(Method::get, "/audit?action=org.", "", chief));
    CHECK(audit.at("items").items().size() >= 8);
    CHECK(api::text_in(audit.at("items").items()[0], "by") == "chief");
    CHECK(Api::json_of(api.send(Method::get, "/approvals", "", chief)).at("items").items().empty());
    CHECK(Api::problem_of(post("/approvals/7/decision", R"({"verdict": "approved"})")) == "404 unknown_approval");
    CHECK(Api::json_of(api.send(Method::get, "/utilities", "", chief)).at("items").items().size() == 2);
}

TEST_CASE("every route is for whom the contract names, and for nobody else") {
    Api api;
    const api::Contract contract(api::openapi_yaml());
    std::map<std::string, Who> people{{"nobody", {}}};
    for (const auto& role : with_tx(api.world.app(), {}, org::list_roles)) {
        if (role.role == "customer") continue;
        api.world.user("x" + role.role, org::Role{role.role}, "north");
        people[role.role] = api.sign_in("x" + role.role);
    }
    api.world.customer("own", "north", 1);
    people["customer"] = api.sign_in("own");
    int asked = 0;
    for (const api::Route& route : api.routes.all()) {
        const auto operation = std::ranges::find_if(contract.operations(), [&](const auto& each) {
            return each.method == route.method && each.path == route.path;
        });
        REQUIRE(operation != contract.operations().end());
        if (operation->who == "anyone" || operation->path == "/session") continue;
        std::string path = route.path;
        for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "77");
        for (const auto& [name, who] : people) {
            std::vector<org::Permission> has;
            if (!who.cookie.empty()) has = api.identity.by_session(who.cookie).caller.permissions;
            const bool permitted = operation->permission.empty() || std::ranges::any_of(has, [&](org::Permission each) {
                                       return org::text_of(each) == operation->permission;
                                   });
            // An empty body is not what any write wants: 422 comes after who may.
            const int status = api.send(route.method, path, "", who).status;
            ++asked;
            CAPTURE(name);
            CAPTURE(operation->id);
            CHECK((status == 401) == (name == "nobody"));
            if (name != "nobody") CHECK((status == 403) == !permitted);
        }
    }
    CHECK(asked > 200);
}

}  // namespace mainspring::identity
