// Refusals of the metering room as problems of the API.
#pragma once
#include "api/call.hpp"
#include "metering/read_entry_service.hpp"
#include "metering/read_service.hpp"

namespace mainspring::metering {

api::Problem problem_of(const ReadRefusal& refusal);
api::Problem problem_of(const EntryRefusal& refusal);

}  // namespace mainspring::metering
