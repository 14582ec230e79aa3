// A tariff version in plain English words, for a person who checks it against the decree.
#pragma once
#include <string>

#include "tariff/plan.hpp"

namespace mainspring::tariff {

// Several lines, each with its line end. Says everything that the plan holds but the dates of
// the holidays and what their periods are.
std::string describe(const Plan& plan);

}  // namespace mainspring::tariff
