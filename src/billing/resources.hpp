// What a run and a rebilling need beside the facts of accounts: active tariffs, calorific values, published prices and
// values, the chart.
#pragma once
#include <optional>

#include "billing/run_service.hpp"

namespace mainspring::billing {

// As they were known then: a run uses its own clock, whenever it is resumed.
RunResources load_resources(Pool& pool, Instant known_at);

// The same for many rebillings after one another: read again only when something of it has been recorded since.
class LatestResources {
public:
    explicit LatestResources(Pool& pool) : pool_(pool) {}
    // REQUIRES: the moment of a look (org/fact_moment.hpp), not before the one asked for last.
    const RunResources& as_of(Instant known_at);

private:
    Pool& pool_;
    std::optional<RunResources> loaded_;
    Instant known_at_;
};

// What the workers of a run share, made from the run and the resources (which must outlive it).
std::expected<RunContext, RunProblem> make_context(const Run& run, const RunResources& resources);
Reference reference_of(const RunResources& resources);
TariffIndex index_of(const RunResources& resources);

}  // namespace mainspring::billing
