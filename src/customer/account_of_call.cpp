#include "customer/account_of_call.hpp"

#include <fmt/format.h>

namespace mainspring::customer {

using api::Problem;

org::Utility utility_of(Tx& tx, const api::Call& call) {
    const std::string& code = call.path_values.front();
    auto utility = org::find_utility(tx, code);
    if (!utility || !org::may_see_utility(tx, call.caller.actor_id, utility->legal_entity_id))
        throw Problem(404, "unknown_utility", fmt::format("There is no utility '{}'.", code), "path.utility");
    return *std::move(utility);
}

AccountOfCall account_of(Tx& tx, const api::Call& call) {
    AccountOfCall found{.utility = utility_of(tx, call), .account = {}};
    const std::string& code = call.path_values.at(1);
    const auto account = find_account(tx, found.utility.legal_entity_id, code);
    if (!account || !org::require(tx, call.caller.actor_id, {org::Permission::look, account->org_unit_id}))
        throw Problem(404, "unknown_account",
                      fmt::format("Utility '{}' has no account '{}'.", found.utility.code, code), "path.account");
    found.account = *account;
    return found;
}

}  // namespace mainspring::customer
