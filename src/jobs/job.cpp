#include "jobs/job.hpp"

#include <algorithm>
#include <array>

#include "base/ensure.hpp"

namespace mainspring::jobs {

namespace {
constexpr std::array<std::string_view, kJobStates> kStates{"queued", "running", "done",
                                                           "failed", "stopped", "cancelled"};
}  // namespace

std::string_view text_of(JobState state) { return kStates.at(static_cast<std::size_t>(state)); }

JobState job_state_of(std::string_view text) {
    const auto at = std::ranges::find(kStates, text);
    ensure(at != kStates.end(), "a job is in a known state");
    return static_cast<JobState>(at - kStates.begin());
}

bool is_over(JobState state) { return state != JobState::queued && state != JobState::running; }

}  // namespace mainspring::jobs
