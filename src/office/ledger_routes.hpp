// The HTTP edge of the books: what accounts owe, the trial balance, the journal down to where an entry came from.
// api/openapi.yaml, tag "ledger".
#pragma once
#include "api/routes.hpp"
#include "ledger/chart.hpp"

namespace mainspring::office {

// The chart must outlive the routes.
void add_ledger_routes(api::Routes& routes, const ledger::Chart& chart);

}  // namespace mainspring::office
