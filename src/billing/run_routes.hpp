// The HTTP edge of bill runs. api/openapi.yaml, tag "billing".
#pragma once
#include "api/routes.hpp"
#include "billing/run_runner.hpp"

namespace mainspring::billing {

// The runner must outlive the routes.
void add_run_routes(api::Routes& routes, RunRunner& runner);

}  // namespace mainspring::billing
