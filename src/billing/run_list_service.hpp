// Bill runs as a person looks at them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "billing/run.hpp"
#include "storage/pool.hpp"

namespace mainspring::billing {

struct RunView {
    std::int64_t run_id = 0;
    std::string cycle;
    DateRange period;
    Date issued_on, due_on;
    RunState state{};
    std::int32_t actor_id = 0;
    std::string started_by;
    Instant started_at;
    std::int64_t accounts = 0, bills = 0, exceptions = 0;  // of the ranges that are rated
    std::int64_t ranges = 0, ranges_rated = 0, ranges_issued = 0;
};

struct RunListQuery {
    std::int32_t legal_entity_id = 0;
    std::int64_t before = 0;  // run; 0: from the latest
    std::int32_t limit = 50;
};
// Latest first.
std::vector<RunView> list_runs(Tx& tx, const RunListQuery& query);
std::optional<RunView> run_view(Tx& tx, std::int32_t legal_entity_id, std::int64_t run_id);

}  // namespace mainspring::billing
