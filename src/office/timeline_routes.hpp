// What happened on an account, from the audit. api/openapi.yaml, "getTimeline".
#pragma once
#include "api/routes.hpp"

namespace mainspring::office {

void add_timeline_routes(api::Routes& routes);

}  // namespace mainspring::office
