// From a request to its reply: the route, who calls, what they may, whether the request keeps the contract, the
// handler. In this order, so that nobody learns more than they may: 404, 405, 401, 403, 422.
#pragma once
#include <functional>
#include <memory>

#include "api/routes.hpp"

namespace mainspring::api {

struct Authenticated {
    Caller caller;  // kind nobody: nothing was presented
    std::string csrf = {};  // of a cookie session: what X-CSRF-Token of a write must say; empty: a bearer token
    std::optional<Instant> expires_at = std::nullopt;  // what is presented; nothing was: none
};

struct DispatcherParts {
    Pool& people;   // login role of people: row-level security applies
    Pool& program;
    const Clock& clock;
    // Throws Problem (401) when what is presented is not valid.
    std::function<Authenticated(const http::Request&)> authenticate;
    // For tests: a reply that the contract does not promise is a BugError.
    bool check_replies = false;
};

class Dispatcher {
public:
    // BugError when a route is not in the contract.
    Dispatcher(const Routes& routes, DispatcherParts parts);
    ~Dispatcher();
    std::size_t most_body_bytes(http::Method method, std::string_view path) const;
    http::Response handle(const http::Request& request);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mainspring::api
