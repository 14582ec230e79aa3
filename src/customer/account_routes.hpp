// The HTTP edge of customers: accounts, notes, moves. api/openapi.yaml, tag "customer".
#pragma once
#include "api/routes.hpp"
#include "customer/customer_service.hpp"

namespace mainspring::customer {

void add_account_routes(api::Routes& routes);

}  // namespace mainspring::customer
