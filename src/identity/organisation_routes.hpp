// The HTTP edge of the organisation: utilities, units, users, roles, approvals, audit. api/openapi.yaml, tag
// "organisation".
#pragma once
#include "api/routes.hpp"
#include "identity/identity_service.hpp"
#include "org/user_service.hpp"

namespace mainspring::identity {

// The utilities in which the actor may look at something, as a JSON array.
std::string utilities_json(Tx& tx, std::int32_t actor_id, Instant now);

// Whose account it is: the party of a new user who is a customer. Nothing: there is no such account.
using FindParty =
    std::function<std::optional<org::PartyKey>(Tx& tx, const std::string& utility, const std::string& account)>;

void add_organisation_routes(api::Routes& routes, Identity& identity, FindParty find_party);
void add_user_routes(api::Routes& routes, Identity& identity, FindParty find_party);

}  // namespace mainspring::identity
