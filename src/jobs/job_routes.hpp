// The HTTP edge of jobs: starting imports, watching, stopping and resuming any job, and what it left. api/openapi.yaml,
// tag "jobs".
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "api/routes.hpp"
#include "jobs/job_kind.hpp"

namespace mainspring::jobs {

struct JobRouteParts {
    const JobKinds& kinds;  // outlives the routes
    std::filesystem::path folder;  // where uploaded files wait for their job
    std::string place;  // of the programs that see this folder
    std::function<void()> on_queued = {};  // a runner of this program may look at once
};
// The kind of the import that the API calls `name`: "import_reads".
std::string import_kind_name(std::string_view name);
void add_job_routes(api::Routes& routes, const JobRouteParts& parts);

}  // namespace mainspring::jobs
