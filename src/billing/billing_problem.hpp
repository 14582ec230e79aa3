// Refusals of the billing room as problems of the API.
#pragma once
#include "api/call.hpp"
#include "billing/rebill_service.hpp"
#include "billing/run_service.hpp"

namespace mainspring::billing {

api::Problem problem_of(const RunProblem& problem);
api::Problem problem_of(const RebillProblem& problem);

}  // namespace mainspring::billing
