// The utility and the account that a call is about, for the routes of every room.
#pragma once
#include "api/call.hpp"
#include "customer/customer_service.hpp"

namespace mainspring::customer {

// The utility of a path's first value, and the account of its second. Problem 404 when
// there is none, and when the caller may not look there: nobody learns what exists elsewhere.
org::Utility utility_of(Tx& tx, const api::Call& call);
struct AccountOfCall {
    org::Utility utility;
    AccountRef account;
};
AccountOfCall account_of(Tx& tx, const api::Call& call);

}  // namespace mainspring::customer
