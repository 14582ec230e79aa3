// The table of routes that capabilities fill, each with what its caller must be allowed to do.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/call.hpp"
#include "org/access.hpp"

namespace mainspring::api {

// Who may call at all. The permission is asked for anywhere first; the service asks again for the unit of the thing.
struct Need {
    enum class Who : std::uint8_t { anyone, signed_in, staff, customer } who = Who::staff;
    std::optional<org::Permission> permission = std::nullopt;
};
inline Need anyone() { return {Need::Who::anyone}; }
inline Need signed_in() { return {Need::Who::signed_in}; }
inline Need staff_who_may(org::Permission permission) { return {Need::Who::staff, permission}; }
inline Need customer() { return {Need::Who::customer}; }

using Handler = std::function<http::Response(Call&)>;

struct Route {
    http::Method method{};
    std::string path;  // as in api/openapi.yaml: "/utilities/{utility}/accounts/{account}"
    Need need;
    Handler handler;
    std::size_t most_body_bytes = 1 << 20;
};

class Routes {
public:
    // REQUIRES: api/openapi.yaml has this operation (checked when the program starts and by a test).
    void add(Route route) { routes_.push_back(std::move(route)); }
    const std::vector<Route>& all() const { return routes_; }

private:
    std::vector<Route> routes_;
};

}  // namespace mainspring::api
