// Refusals of jobs as problems of the API.
#pragma once
#include "api/call.hpp"
#include "jobs/job_service.hpp"

namespace mainspring::jobs {

api::Problem problem_of(const JobRefusal& refusal);

}  // namespace mainspring::jobs
