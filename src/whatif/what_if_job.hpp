// The question of what would be if, as a job: asked through the API, answered with tables and files. docs/WHATIF.md.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "jobs/job_kind.hpp"
#include "storage/pool.hpp"

namespace mainspring::whatif {

inline constexpr std::string_view kWhatIfKind = "what_if";

struct WhatIfJobParts {
    Pool& pool;  // of the program
    int workers = 2;
};
// Leaves what-if.xlsx, customers.csv (all beyond the threshold), a CSV of each table and charts by currency. The result
// holds the tables: {"sheets": [{"name", "columns", "numbers", "rows"}], "beyond_threshold": 12}.
void add_what_if_job(jobs::JobKinds& kinds, const WhatIfJobParts& parts);

// Why a question cannot be asked so: a text that is no tariff, a version that there is not. Field and sentence.
struct WhatIfObjection {
    std::string field, sentence;
};
std::optional<WhatIfObjection> objection_to(Tx& tx, const Json& body);

}  // namespace mainspring::whatif
