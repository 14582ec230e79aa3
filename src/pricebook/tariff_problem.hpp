// Refusals of tariffs as problems of the API.
#pragma once
#include "api/call.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::pricebook {

api::Problem problem_of(const TariffRefusal& refusal);

}  // namespace mainspring::pricebook
