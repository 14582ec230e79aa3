#include "jobs/job_answer.hpp"

#include "jobs/job_problem.hpp"

namespace mainspring::jobs {
namespace {

JsonObject members_of(const Job& job) {
    return JsonObject()
        .number("job", job.job_id)
        .text("kind", job.kind)
        .text("title", job.title)
        .text("state", text_of(job.state))
        .raw("stop_asked", job.stop_asked ? "true" : "false")
        .text("phase", job.progress.phase)
        .number("done", job.progress.done)
        .number("total", job.progress.total)
        .text("message", job.message)
        .text("started_by", job.started_by)
        .text("started_at", api::instant_text(job.created_at))
        .text("updated_at", api::instant_text(job.updated_at));
}

}  // namespace

std::string job_json(const Job& job, const std::vector<JobFileName>& files) {
    return members_of(job)
        .raw("parameters", job.parameters_json)
        .raw("result", job.result_json)
        .list("files", files,
              [](const JobFileName& file) {
                  return JsonObject()
                      .text("name", file.name)
                      .text("content_type", file.content_type)
                      .number("bytes", file.bytes)
                      .done();
              })
        .done();
}

std::string job_row_json(const Job& job) { return members_of(job).done(); }

http::Response accepted(const JobOutcome& outcome) {
    if (!outcome) throw problem_of(outcome.error());
    return api::accepted(job_json(*outcome));
}

}  // namespace mainspring::jobs
