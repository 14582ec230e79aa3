#include "jobs/job_store.hpp"

#include <array>

#include "storage/statement.hpp"

namespace mainspring::jobs::store {
namespace {

#define MAINSPRING_JOB_OF(parameters, result)                                   \
    "job_id, command_id, kind, legal_entity_id, state, stop_asked, " parameters \
    ", phase, done, total, message, " result ", actor_id, started_by, created_at, updated_at, title "
#define MAINSPRING_JOB MAINSPRING_JOB_OF("parameters::text", "result::text")

const Statement kInsert{"jobs.insert", R"(
    insert into jobs.job (command_id, kind, legal_entity_id, title, parameters, place, actor_id, started_by,
                          created_at, updated_at)
    values ($1, $2, $3, ($7::text[])[1], $4, ($7::text[])[2], $5, ($7::text[])[3], $6, $6)
    on conflict (command_id) do nothing returning job_id)"};
const Statement kFind{"jobs.find", "select " MAINSPRING_JOB "from jobs.job where job_id = $1"};
const Statement kLockRow{"jobs.lock_row", "select job_id from jobs.job where job_id = $1 for update"};
const Statement kFindCommand{"jobs.find_command", "select " MAINSPRING_JOB "from jobs.job where command_id = $1"};
const Statement kIsSame{"jobs.is_same", R"(
    select kind = $2 and legal_entity_id = $3 and parameters = $4::jsonb and actor_id = $5
    from jobs.job where command_id = $1)"};
const Statement kList{"jobs.list", "select " MAINSPRING_JOB_OF("'{}'", "'{}'") R"(from jobs.job
    where legal_entity_id = $1 and kind = any($2) and ($3::int8 = 0 or job_id < $3) order by job_id desc limit $4)"};
const Statement kMove{"jobs.move", R"(
    update jobs.job set state = $2, message = $3, stop_asked = false, updated_at = $4
    where job_id = $1 and core.allowed('job', state, $2) returning job_id)"};
const Statement kAskToStop{
    "jobs.ask_to_stop",
    "update jobs.job set stop_asked = true, updated_at = $2 where job_id = $1 and state = 'running' returning job_id"};
const Statement kFiles{"jobs.files",
                       "select name, content_type, length(content)::int8 from jobs.job_file where job_id = $1 "
                       "order by name"};
const Statement kFile{"jobs.file",
                      "select name, content_type, content from jobs.job_file where job_id = $1 and name = $2"};

const Statement kByState{"jobs.by_state", R"(
    select job_id from jobs.job
    where state = $1 and state in ('queued', 'running') and kind = any($2) and place in ('', $3)
    order by job_id limit 20)"};
// One lock a job, held by the session that works at it.
const Statement kLock{"jobs.lock", "select pg_try_advisory_lock(19545, ($1::int8 % 2147483647)::int4)"};
const Statement kUnlock{"jobs.unlock", "select pg_advisory_unlock(19545, ($1::int8 % 2147483647)::int4)"};
const Statement kSetRunning{"jobs.set_running", R"(
    update jobs.job set state = 'running', stop_asked = false, message = '', phase = '', done = 0, total = 0,
                        updated_at = $2
    where job_id = $1 and state = 'queued' returning )" MAINSPRING_JOB};
const Statement kProgress{"jobs.progress", R"(
    update jobs.job set phase = $2, done = $3, total = $4, updated_at = $5
    where job_id = $1 and state = 'running' returning stop_asked)"};
const Statement kWriteFile{"jobs.write_file", R"(
    insert into jobs.job_file (job_id, name, content_type, content) values ($1, $2, $3, $4)
    on conflict (job_id, name) do update set content_type = excluded.content_type, content = excluded.content)"};
const Statement kEnd{"jobs.end", R"(
    update jobs.job set state = $2, message = $3, result = $4, updated_at = $5
    where job_id = $1 and core.allowed('job', state, $2) and state = 'running' returning job_id)"};
#undef MAINSPRING_JOB
#undef MAINSPRING_JOB_OF

Job job_of(const Row& row) {
    return {.job_id = row.get<std::int64_t>(0),
            .command_id = row.get<Uuid>(1),
            .kind = row.get<std::string>(2),
            .legal_entity_id = row.get<std::int32_t>(3),
            .title = row.get<std::string>(16),
            .state = job_state_of(row.get<std::string_view>(4)),
            .stop_asked = row.get<bool>(5),
            .parameters_json = row.get<std::string>(6),
            .progress = {row.get<std::string>(7), row.get<std::int64_t>(8), row.get<std::int64_t>(9)},
            .message = row.get<std::string>(10),
            .result_json = row.get<std::string>(11),
            .actor_id = row.get<std::int32_t>(12),
            .started_by = row.get<std::string>(13),
            .created_at = row.get<Instant>(14),
            .updated_at = row.get<Instant>(15)};
}

std::optional<Job> first_of(const Result& rows) {
    return rows.empty() ? std::nullopt : std::optional(job_of(rows.one()));
}

std::vector<std::int64_t> by_state(Connection& connection, JobState state, const Runner& runner) {
    std::vector<std::int64_t> ids;
    const Result rows = connection.exec(kByState, text_of(state), runner.kinds, runner.place);
    for (const Row row : rows) ids.push_back(row.get<std::int64_t>(0));
    return ids;
}

}  // namespace

bool insert_job(Tx& tx, const NewJob& job) {
    const std::array<std::string, 3> texts{job.title, job.place, job.started_by};
    return !tx.exec(kInsert, job.command_id, job.kind, job.legal_entity_id, Jsonb{job.parameters_json}, job.actor_id,
                    job.at, std::span<const std::string>(texts))
                .empty();
}

std::optional<Job> find_job(Tx& tx, std::int64_t job_id) { return first_of(tx.exec(kFind, job_id)); }
std::optional<Job> find_job(Tx& tx, const Uuid& command_id) { return first_of(tx.exec(kFindCommand, command_id)); }

void lock_job(Tx& tx, std::int64_t job_id) { tx.exec(kLockRow, job_id); }

bool is_same(Tx& tx, const NewJob& job) {
    const Result rows =
        tx.exec(kIsSame, job.command_id, job.kind, job.legal_entity_id, Jsonb{job.parameters_json}, job.actor_id);
    return !rows.empty() && rows.one().get<bool>(0);
}

std::vector<Job> list_jobs(Tx& tx, const JobQuery& query) {
    std::vector<Job> jobs;
    const Result rows = tx.exec(kList, query.legal_entity_id, query.kinds, query.before, query.limit);
    for (const Row row : rows) jobs.push_back(job_of(row));
    return jobs;
}

bool move_job(Tx& tx, const Move& move) {
    return !tx.exec(kMove, move.job_id, text_of(move.to), move.message, move.at).empty();
}

bool ask_to_stop(Tx& tx, std::int64_t job_id, Instant at) { return !tx.exec(kAskToStop, job_id, at).empty(); }

std::vector<JobFileName> list_files(Tx& tx, std::int64_t job_id) {
    std::vector<JobFileName> files;
    const Result rows = tx.exec(kFiles, job_id);
    for (const Row row : rows)
        files.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::int64_t>(2)});
    return files;
}

std::optional<JobFile> find_file(Tx& tx, std::int64_t job_id, std::string_view name) {
    const Result rows = tx.exec(kFile, job_id, name);
    if (rows.empty()) return std::nullopt;
    const Row row = rows.one();
    const auto bytes = row.get<std::span<const std::byte>>(2);
    JobFile file{row.get<std::string>(0), row.get<std::string>(1), {}};
    file.content.reserve(bytes.size());
    for (const std::byte byte : bytes) file.content.push_back(static_cast<char>(byte));
    return file;
}

std::vector<std::int64_t> queued_jobs(Connection& connection, const Runner& runner) {
    return by_state(connection, JobState::queued, runner);
}
std::vector<std::int64_t> running_jobs(Connection& connection, const Runner& runner) {
    return by_state(connection, JobState::running, runner);
}

bool try_lock(Connection& connection, std::int64_t job_id) { return connection.exec(kLock, job_id).one().get<bool>(0); }
void unlock(Connection& connection, std::int64_t job_id) { connection.exec(kUnlock, job_id); }

std::optional<Job> set_running(Connection& connection, std::int64_t job_id, Instant at) {
    return first_of(connection.exec(kSetRunning, job_id, at));
}

Asked write_progress(Connection& connection, const ProgressRow& row) {
    const Result rows =
        connection.exec(kProgress, row.job_id, row.progress.phase, row.progress.done, row.progress.total, row.at);
    if (rows.empty()) return Asked::not_running;
    return rows.one().get<bool>(0) ? Asked::to_stop : Asked::to_go_on;
}

void write_file(Connection& connection, std::int64_t job_id, const JobFile& file) {
    connection.exec(kWriteFile, job_id, file.name, file.content_type, std::as_bytes(std::span(file.content)));
}

bool end_job(Connection& connection, const End& end) {
    return !connection
                .exec(kEnd, end.move.job_id, text_of(end.move.to), end.move.message,
                      Jsonb{std::string(end.result_json)}, end.move.at)
                .empty();
}

}  // namespace mainspring::jobs::store
