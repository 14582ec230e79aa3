#include "jobs/job_problem.hpp"

#include "base/ensure.hpp"

namespace mainspring::jobs {

api::Problem problem_of(const JobRefusal& refusal) {
    const auto problem = [&](int status, const char* type, const char* field = "") {
        return api::Problem(status, type, refusal.text, field);
    };
    switch (refusal.code) {
        case JobRefusalCode::command_reused: return problem(409, "command_reused", "header.Idempotency-Key");
        case JobRefusalCode::access: return problem(403, "not_allowed");
        case JobRefusalCode::unknown_job: return problem(404, "unknown_job", "path.job");
        case JobRefusalCode::not_at_work: return problem(409, "not_at_work", "path.job");
        case JobRefusalCode::not_stopped: return problem(409, "not_stopped", "path.job");
    }
    ensure(false, "every refusal of a job has its problem");
    return problem(500, "fault");
}

}  // namespace mainspring::jobs
