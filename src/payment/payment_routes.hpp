// The HTTP edge of payments: the cash desk's first form. api/openapi.yaml, tag "payment".
#pragma once
#include "api/routes.hpp"
#include "ledger/chart.hpp"

namespace mainspring::payment {

// The chart must outlive the routes.
void add_payment_routes(api::Routes& routes, const ledger::Chart& chart);

// Every refusal as a problem: what a person at the desk reads.
enum class PaymentRefusal;
api::Problem problem_of(PaymentRefusal refusal);

}  // namespace mainspring::payment
