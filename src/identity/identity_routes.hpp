// The HTTP edge of identity: signing in and out, who I am, the own password, second factor, sessions and tokens.
// api/openapi.yaml, tag "identity".
#pragma once
#include "api/routes.hpp"
#include "identity/identity_service.hpp"

namespace mainspring::identity {

// The service must outlive the routes.
void add_identity_routes(api::Routes& routes, Identity& identity);

}  // namespace mainspring::identity
