// The HTTP edge of what-if: starting one; all else is a job's. api/openapi.yaml, tag "tariff".
#pragma once
#include <functional>

#include "api/routes.hpp"
#include "jobs/job_kind.hpp"

namespace mainspring::whatif {

// REQUIRES: `kinds` has the kind (add_what_if_job) and outlives the routes. `on_queued`: a runner may look at once.
void add_what_if_routes(api::Routes& routes, const jobs::JobKinds& kinds, std::function<void()> on_queued = {});

}  // namespace mainspring::whatif
