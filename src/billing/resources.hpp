// What a run and a rebilling need beside the facts of accounts: active tariffs, calorific values, the chart.
#pragma once
#include "billing/run_service.hpp"

namespace mainspring::billing {

// As they were known then: a run uses its own clock, whenever it is resumed.
RunResources load_resources(Pool& pool, Instant known_at);

// What the workers of a run share, made from the run and the resources (which must outlive it).
std::expected<RunContext, RunProblem> make_context(const Run& run, const RunResources& resources);
Reference reference_of(const RunResources& resources);
TariffIndex index_of(const RunResources& resources);

}  // namespace mainspring::billing
