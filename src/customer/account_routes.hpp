// The HTTP edge of customers: accounts, notes, moves. api/openapi.yaml, tag "customer".
#pragma once
#include "api/routes.hpp"
#include "customer/customer_service.hpp"

namespace mainspring::customer {

void add_account_routes(api::Routes& routes);

// For the routes of other rooms: the utility of a path's first value, and the account of its second. Problem 404 when
// there is none, and when the caller may not look there: nobody learns what exists elsewhere.
org::Utility utility_of(Tx& tx, const api::Call& call);
struct AccountOfCall {
    org::Utility utility;
    AccountRef account;
};
AccountOfCall account_of(Tx& tx, const api::Call& call);

}  // namespace mainspring::customer
