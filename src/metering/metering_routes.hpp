// The HTTP edge of meters and reads. api/openapi.yaml, tag "metering".
#pragma once
#include "api/routes.hpp"

namespace mainspring::metering {

void add_metering_routes(api::Routes& routes);

}  // namespace mainspring::metering
