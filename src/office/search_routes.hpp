// One search over accounts, names, addresses, meters, service points and bills. api/openapi.yaml, "search".
#pragma once
#include "api/routes.hpp"

namespace mainspring::office {

void add_search_routes(api::Routes& routes);

}  // namespace mainspring::office
