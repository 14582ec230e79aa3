// Words for charges of some families. Private to this room.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tariff/plan.hpp"

namespace mainspring::tariff {

std::string_view proration_text(Proration proration);

// "Demand md: kW, the highest mean of 15 minutes, windows every 5 minutes"
std::string demand_rule_words(const DemandRule& rule);
// A line each, of a clause of the kinds demand and power_factor.
std::vector<std::string> demand_words(const Plan& plan, const Clause& clause);

}  // namespace mainspring::tariff
