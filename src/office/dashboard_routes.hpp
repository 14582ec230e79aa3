// The figures of a unit and of those right below it. api/openapi.yaml, "getDashboard".
#pragma once
#include "api/routes.hpp"

namespace mainspring::office {

void add_dashboard_routes(api::Routes& routes);

}  // namespace mainspring::office
