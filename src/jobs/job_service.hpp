// Starting jobs, stopping them, going on with them, and looking at them. Who works at them: jobs/job_runner.hpp.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "jobs/job.hpp"
#include "jobs/job_kind.hpp"
#include "storage/pool.hpp"

namespace mainspring::jobs {

// The order is the precedence.
enum class JobRefusalCode : std::uint8_t {
    command_reused,
    access,
    unknown_job,
    not_at_work,  // there is nothing to stop: it has ended
    not_stopped,  // there is nothing to go on with: it is under way, done or cancelled
};
inline constexpr std::size_t kJobRefusals = 5;
struct JobRefusal {
    JobRefusalCode code{};
    std::string text;
};
using JobOutcome = std::expected<Job, JobRefusal>;

struct JobOrder {
    Uuid command_id;
    std::int32_t legal_entity_id = 0;
    std::string title = {};  // which one of its kind, for people
    std::string parameters_json = "{}";
    std::string place = {};  // whose runners may take it; empty: any
    std::int32_t actor_id = 0;
    std::string actor_code;
};
// Again with the same order gives the same job, however far it is.
JobOutcome start_job(Pool& pool, const Clock& clock, const JobKind& kind, const JobOrder& order);

struct JobCommand {
    std::int64_t job_id = 0;
    Uuid command_id;
    std::int32_t actor_id = 0;
};
// One that waits is cancelled at once; one that runs is asked to stop, and does at its next step; one that had stopped
// or failed is given up.
JobOutcome stop_job(Pool& pool, const Clock& clock, const JobKinds& kinds, const JobCommand& command);
// One that stopped or failed waits again for a program to go on with it.
JobOutcome resume_job(Pool& pool, const Clock& clock, const JobKinds& kinds, const JobCommand& command);

// May the actor see the job, and what the kind may do with it?
std::expected<void, org::AccessRefusal> may_handle(Tx& tx, std::int32_t actor_id, const JobKind& kind,
                                                   std::int32_t legal_entity_id);

struct JobPage {
    std::int32_t legal_entity_id = 0;
    std::vector<std::string> kinds;  // only these
    std::int64_t before = 0;         // job ids below it; 0: all
    std::int32_t limit = 50;
};
std::vector<Job> jobs_of(Tx& tx, const JobPage& page);  // latest first, without parameters and results
std::optional<Job> job_of(Tx& tx, std::int64_t job_id);
std::vector<JobFileName> files_of(Tx& tx, std::int64_t job_id);
std::optional<JobFile> file_of(Tx& tx, std::int64_t job_id, std::string_view name);

}  // namespace mainspring::jobs
