// Refusals of the customer room as problems of the API.
#pragma once
#include "api/call.hpp"
#include "customer/customer_service.hpp"

namespace mainspring::customer {

api::Problem problem_of(const Refusal& refusal);

}  // namespace mainspring::customer
