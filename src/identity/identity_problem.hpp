// From refusals to what the API says.
#pragma once
#include "api/call.hpp"
#include "identity/identity_service.hpp"
#include "org/administration.hpp"

namespace mainspring::identity {

api::Problem problem_of(const Refusal& refusal);
api::Problem problem_of(const org::AdminRefusal& refusal);

}  // namespace mainspring::identity
