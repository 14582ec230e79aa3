// What all customers of a utility would have paid over a past period under other prices: facts from the database, rated
// by the engine of bill runs, nothing written. docs/WHATIF.md.
#pragma once
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "billing/run_service.hpp"
#include "storage/pool.hpp"
#include "whatif/outcome.hpp"
#include "whatif/scenario.hpp"

namespace mainspring::whatif {

struct WhatIfQuestion {
    std::int32_t legal_entity_id = 0;
    std::string cycle = "monthly";
    DateRange dates;
    int window_before_days = 6, window_after_days = 6;
    Instant known_at;
    int threshold_percent = 10;  // of the customers that `beyond` is given
    std::size_t listed = 50;
};

// A customer whose bill changes by more than the threshold.
struct BeyondThreshold {
    Customer customer;
    std::string account;  // its code
};

struct WhatIfOptions {
    int workers = 2;
    std::function<void(const billing::Progress&)> progress = {};  // in turn, never twice at once
    std::function<void(std::span<const BeyondThreshold>)> beyond = {};  // by (cell, account)
    std::function<bool()> stop = {};  // asked between ranges
};

struct WhatIfAnswer {
    Outcome outcome;
    std::vector<std::string> accounts;  // codes of outcome.largest()
    std::int64_t beyond = 0;  // customers beyond the threshold
    bool stopped = false;
};

// Refuses a scenario that replaces a tariff which nobody has, and a period that is not between a day and five years.
std::expected<WhatIfAnswer, std::string> ask_what_if(Pool& pool, const billing::RunResources& resources,
                                                     const Scenario& scenario, const WhatIfQuestion& question,
                                                     const WhatIfOptions& options);

}  // namespace mainspring::whatif
