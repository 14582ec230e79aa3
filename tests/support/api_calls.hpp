// Calls of the API without sockets: routes, the dispatcher that checks requests and replies by the contract, and a
// caller whom nobody asks for a password.
//
//   ApiCalls api(database, clock, add_metering_routes);
//   const ApiReply reply = api.get("/utilities/u/service-points/S1");
#pragma once
#include <doctest/doctest.h>
#include <functional>
#include <string>

#include "api/dispatcher.hpp"
#include "base/json.hpp"
#include "org/org_service.hpp"
#include "support/test_database.hpp"

namespace mainspring {

struct ApiReply {
    http::Response response;
    int status() const { return response.status; }
    Json json() const { return stored_json(response.body); }
    // "implausible" of "urn:mainspring:problem:implausible"; empty when it is no problem.
    std::string problem() const {
        if (response.content_type != "application/problem+json") return "";
        return json().at("type").text().substr(std::string_view("urn:mainspring:problem:").size());
    }
    std::string field() const {
        const Json body = json();
        const Json* found = body.find("field");
        return found != nullptr ? found->text() : "";
    }
};

class ApiCalls {
public:
    ApiCalls(TestDatabase& database, const Clock& clock, const std::function<void(api::Routes&)>& add_routes)
        : dispatcher_(routes_of(add_routes),
                      {.people = database.people(),
                       .program = database.app(),
                       .clock = clock,
                       .authenticate = [this](const http::Request&) { return api::Authenticated{.caller = caller}; },
                       .check_replies = true}) {}

    // Who passes every route's own question, so that what the services say is seen.
    void act_as(const org::Actor& actor) {
        const auto all = org::all_permissions();
        caller = {.kind = api::Caller::Kind::staff,
                  .actor_id = actor.actor_id,
                  .code = actor.code,
                  .name = actor.name,
                  .permissions = {all.begin(), all.end()}};
    }

    ApiReply get(const std::string& path_and_query) { return send(http::Method::get, path_and_query, {}); }
    ApiReply post(const std::string& path, const std::string& json = {}, const std::string& key = {}) {
        http::Request request;
        if (!json.empty()) request.headers.emplace_back("Content-Type", "application/json");
        if (!key.empty()) request.headers.emplace_back("Idempotency-Key", key);
        request.body = json;
        return send(http::Method::post, path, std::move(request));
    }
    // A body that is a file.
    ApiReply upload(const std::string& path_and_query, const std::string& bytes, const std::string& key) {
        http::Request request;
        request.headers = {{"Content-Type", "application/octet-stream"}, {"Idempotency-Key", key}};
        request.body = bytes;
        return send(http::Method::post, path_and_query, std::move(request));
    }
    static std::string new_key() { return format_uuid(Uuid::random_v7(SystemClock())); }

    api::Caller caller;

private:
    static api::Routes routes_of(const std::function<void(api::Routes&)>& add_routes) {
        api::Routes routes;
        add_routes(routes);
        return routes;
    }

    // Query values of tests need no escapes.
    ApiReply send(http::Method method, const std::string& path_and_query, http::Request request) {
        const std::size_t mark = std::min(path_and_query.find('?'), path_and_query.size());
        request.method = method;
        request.path = "/api/v1" + path_and_query.substr(0, mark);
        std::string* into = nullptr;
        for (std::size_t i = mark; i < path_and_query.size(); ++i) {
            const char c = path_and_query[i];
            if (c == '?' || c == '&')
                into = &request.query.emplace_back().first;
            else if (c == '=')
                into = &request.query.back().second;
            else
                into->push_back(c);
        }
        return {dispatcher_.handle(request)};
    }

    api::Dispatcher dispatcher_;
};

}  // namespace mainspring
