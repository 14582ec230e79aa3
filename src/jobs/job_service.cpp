#include "jobs/job_service.hpp"

#include <fmt/format.h>
#include <functional>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "jobs/job_store.hpp"
#include "org/command_log.hpp"
#include "org/org_service.hpp"

namespace mainspring::jobs {
namespace {

std::unexpected<JobRefusal> refuse(JobRefusalCode code, std::string text) {
    return std::unexpected(JobRefusal{code, std::move(text)});
}

std::int32_t root_unit_of(Tx& tx, std::int32_t legal_entity_id) {
    const auto utility = org::find_utility(tx, legal_entity_id);
    return utility ? utility->root_unit_id : 0;
}

void write_trail(Tx& tx, const Job& job, const org::Doer& doer, const Uuid& command_id, std::string_view action) {
    org::write_trail(
        tx, doer,
        {.cell = org::kNoCell,
         .command_id = command_id,
         .action = action,
         .object = fmt::format("job {}", job.job_id),
         .detail_json = JsonObject().text("kind", job.kind).raw("parameters", job.parameters_json).done()});
}

// A person's word about a job that is there: once, whatever became of it since.
struct Word {
    std::string_view action;  // "jobs.stop"
    std::function<std::expected<void, JobRefusal>(Tx&, const Job&, Instant)> step;
};

JobOutcome speak(Tx& tx, const JobKinds& kinds, const JobCommand& wanted, const Word& word, Instant at) {
    const std::string request = fmt::format("job {}", wanted.job_id);
    const org::Command command{org::kNoCell, wanted.command_id, word.action, request};
    // The same command under way at the same time waits here, and then finds itself done.
    store::lock_job(tx, wanted.job_id);
    const auto done = org::find_command(tx, command);
    if (!done) return refuse(JobRefusalCode::command_reused, done.error());
    const auto job = store::find_job(tx, wanted.job_id);
    const JobKind* kind = job ? kinds.find(job->kind) : nullptr;
    if (kind == nullptr) return refuse(JobRefusalCode::unknown_job, fmt::format("There is no job {}.", wanted.job_id));
    if (const auto allowed = may_handle(tx, wanted.actor_id, *kind, job->legal_entity_id); !allowed)
        return refuse(JobRefusalCode::access, allowed.error().text);
    if (*done) return *job;
    if (const auto stepped = word.step(tx, *job, at); !stepped) return std::unexpected(stepped.error());
    const org::Doer doer{wanted.actor_id, root_unit_of(tx, job->legal_entity_id), at};
    org::record_command(tx, command, doer, "{}");
    write_trail(tx, *job, doer, wanted.command_id, word.action);
    return *store::find_job(tx, wanted.job_id);
}

std::expected<void, JobRefusal> stop_step(Tx& tx, const Job& job, Instant at) {
    if (job.state == JobState::running && store::ask_to_stop(tx, job.job_id, at)) return {};
    // What is under way is for its program to end.
    if (job.state != JobState::running && store::move_job(tx, {job.job_id, JobState::cancelled, "Cancelled.", at}))
        return {};
    return refuse(JobRefusalCode::not_at_work, fmt::format("Job {} has ended.", job.job_id));
}

std::expected<void, JobRefusal> resume_step(Tx& tx, const Job& job, Instant at) {
    const bool ended_early = job.state == JobState::stopped || job.state == JobState::failed;
    if (ended_early && store::move_job(tx, {job.job_id, JobState::queued, "", at})) return {};
    return refuse(JobRefusalCode::not_stopped, fmt::format("Job {} is {}; only one that stopped or failed goes on.",
                                                           job.job_id, text_of(job.state)));
}

}  // namespace

JobOutcome start_job(Pool& pool, const Clock& clock, const JobKind& kind, const JobOrder& order) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) -> JobOutcome {
        const store::NewJob wanted{.command_id = order.command_id,
                                   .kind = kind.name,
                                   .legal_entity_id = order.legal_entity_id,
                                   .title = order.title,
                                   .parameters_json = order.parameters_json,
                                   .place = order.place,
                                   .actor_id = order.actor_id,
                                   .started_by = order.actor_code,
                                   .at = clock.now()};
        if (const auto allowed = may_handle(tx, order.actor_id, kind, order.legal_entity_id); !allowed)
            return refuse(JobRefusalCode::access, allowed.error().text);
        if (store::insert_job(tx, wanted)) {
            const Job job = *store::find_job(tx, order.command_id);
            const org::Doer doer{order.actor_id, root_unit_of(tx, order.legal_entity_id), wanted.at};
            write_trail(tx, job, doer, order.command_id, "jobs.start");
            return job;
        }
        if (!store::is_same(tx, wanted))
            return refuse(JobRefusalCode::command_reused, "The command id was used for another job.");
        return *store::find_job(tx, order.command_id);
    });
}

JobOutcome stop_job(Pool& pool, const Clock& clock, const JobKinds& kinds, const JobCommand& command) {
    auto stopped = with_tx(pool, TxOptions(),
                           [&](Tx& tx) { return speak(tx, kinds, command, {"jobs.stop", stop_step}, clock.now()); });
    if (stopped && stopped->state == JobState::cancelled) {
        const JobKind* kind = kinds.find(stopped->kind);
        if (kind->clean_up) kind->clean_up(*stopped);
    }
    return stopped;
}

JobOutcome resume_job(Pool& pool, const Clock& clock, const JobKinds& kinds, const JobCommand& command) {
    return with_tx(pool, TxOptions(),
                   [&](Tx& tx) { return speak(tx, kinds, command, {"jobs.resume", resume_step}, clock.now()); });
}

std::expected<void, org::AccessRefusal> may_handle(Tx& tx, std::int32_t actor_id, const JobKind& kind,
                                                   std::int32_t legal_entity_id) {
    if (kind.reach == JobKind::Reach::everywhere) return org::require(tx, actor_id, {kind.permission, 0});
    return org::require_of_utility(tx, actor_id, kind.permission, legal_entity_id);
}

std::vector<Job> jobs_of(Tx& tx, const JobPage& page) {
    return store::list_jobs(tx, {page.legal_entity_id, page.kinds, page.before, page.limit});
}
std::optional<Job> job_of(Tx& tx, std::int64_t job_id) { return store::find_job(tx, job_id); }
std::vector<JobFileName> files_of(Tx& tx, std::int64_t job_id) { return store::list_files(tx, job_id); }
std::optional<JobFile> file_of(Tx& tx, std::int64_t job_id, std::string_view name) {
    return store::find_file(tx, job_id, name);
}

}  // namespace mainspring::jobs
