// The HTTP edge of bills. api/openapi.yaml, tag "billing".
#pragma once
#include "api/routes.hpp"

namespace mainspring::billing {

void add_bill_routes(api::Routes& routes);

}  // namespace mainspring::billing
