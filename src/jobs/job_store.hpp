// SQL of the schema jobs and its mapping.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.hpp"
#include "storage/pool.hpp"

namespace mainspring::jobs::store {

struct NewJob {
    Uuid command_id;
    std::string kind;
    std::int32_t legal_entity_id = 0;
    std::string title, parameters_json;
    std::string place;  // whose runners may take it; empty: any
    std::int32_t actor_id = 0;
    std::string started_by;
    Instant at;
};
// False when the command id is taken.
bool insert_job(Tx& tx, const NewJob& job);
std::optional<Job> find_job(Tx& tx, std::int64_t job_id);
std::optional<Job> find_job(Tx& tx, const Uuid& command_id);
// Other commands about the job wait until the transaction ends.
void lock_job(Tx& tx, std::int64_t job_id);
// Is the job of this command what the new one would be?
bool is_same(Tx& tx, const NewJob& job);

struct JobQuery {
    std::int32_t legal_entity_id = 0;
    std::span<const std::string> kinds;
    std::int64_t before = 0;  // job ids below it; 0: all
    std::int32_t limit = 50;
};
std::vector<Job> list_jobs(Tx& tx, const JobQuery& query);  // latest first, without parameters and results

// False when core.transition does not allow it.
struct Move {
    std::int64_t job_id = 0;
    JobState to{};
    std::string_view message = {};
    Instant at;
};
bool move_job(Tx& tx, const Move& move);
// False when it does not run.
bool ask_to_stop(Tx& tx, std::int64_t job_id, Instant at);

std::vector<JobFileName> list_files(Tx& tx, std::int64_t job_id);
std::optional<JobFile> find_file(Tx& tx, std::int64_t job_id, std::string_view name);

// What a runner does, on the connection that holds the lock of its job ------------------------------------------------

struct Runner {
    std::span<const std::string> kinds;
    std::string_view place;
};
std::vector<std::int64_t> queued_jobs(Connection& connection, const Runner& runner);
std::vector<std::int64_t> running_jobs(Connection& connection, const Runner& runner);
// Until it is let go, or the connection ends.
bool try_lock(Connection& connection, std::int64_t job_id);
void unlock(Connection& connection, std::int64_t job_id);
// The job as it is then; nothing when it is not queued any more.
std::optional<Job> set_running(Connection& connection, std::int64_t job_id, Instant at);
struct ProgressRow {
    std::int64_t job_id = 0;
    const JobProgress& progress;
    Instant at;
};
enum class Asked : std::uint8_t { to_go_on, to_stop, not_running };
Asked write_progress(Connection& connection, const ProgressRow& row);
void write_file(Connection& connection, std::int64_t job_id, const JobFile& file);
// False when it is not running any more.
struct End {
    Move move;
    std::string_view result_json;
};
bool end_job(Connection& connection, const End& end);

}  // namespace mainspring::jobs::store
