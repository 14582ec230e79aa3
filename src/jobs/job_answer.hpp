// A job as the API tells it.
#pragma once
#include <string>
#include <vector>

#include "api/call.hpp"
#include "jobs/job_service.hpp"

namespace mainspring::jobs {

std::string job_json(const Job& job, const std::vector<JobFileName>& files = {});
// Without parameters, result and files: in lists, and while it runs.
std::string job_row_json(const Job& job);

// 202 with the job, or the Problem of the refusal.
http::Response accepted(const JobOutcome& outcome);

}  // namespace mainspring::jobs
