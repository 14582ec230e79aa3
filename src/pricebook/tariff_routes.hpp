// The HTTP edge of the price book. api/openapi.yaml, tag "tariff".
#pragma once
#include "api/routes.hpp"

namespace mainspring::pricebook {

void add_tariff_routes(api::Routes& routes);

}  // namespace mainspring::pricebook
