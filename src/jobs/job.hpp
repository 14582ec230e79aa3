// A long piece of work that somebody started: an import, a comparison of tariffs. Table jobs.job.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"

namespace mainspring::jobs {

// The same as core.transition, machine 'job'.
enum class JobState : std::uint8_t { queued, running, done, failed, stopped, cancelled };
inline constexpr std::size_t kJobStates = 6;
std::string_view text_of(JobState state);
JobState job_state_of(std::string_view text);  // REQUIRES: text_of gives it
// Nothing more happens to it unless a person resumes it.
bool is_over(JobState state);

struct JobProgress {
    std::string phase;  // a word for people: "reading"
    std::int64_t done = 0, total = 0;
};

struct JobFileName {
    std::string name, content_type;  // "report.csv"
    std::int64_t bytes = 0;
};
struct JobFile {
    std::string name, content_type, content;
};

struct Job {
    std::int64_t job_id = 0;
    Uuid command_id;
    std::string kind;
    std::int32_t legal_entity_id = 0;
    std::string title;  // which one of its kind, for people: the name of a file
    JobState state = JobState::queued;
    bool stop_asked = false;
    std::string parameters_json;
    JobProgress progress;
    std::string message;      // how it ended, for people
    std::string result_json;  // what came of it; {} until then
    std::int32_t actor_id = 0;
    std::string started_by;  // code of the actor
    Instant created_at, updated_at;
};

}  // namespace mainspring::jobs
