// What is said of tariff texts, as JSON: what is wrong with one, what its examples come to, how two differ.
#pragma once
#include <string>
#include <string_view>

#include "exchange/tariff_diff.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::pricebook {

// Problems by line and column, or the plan in words and every example, line by line: what it should come to and what
// the engine of bills makes of it.
std::string check_json(const TariffText& file, const rating::ReadBeside& read_beside);

std::string difference_json(const exchange::TariffDifference& difference);

// {"tariff": …, "version": …, …}: what a plan says in its head, and its charges.
std::string plan_json(const tariff::Plan& plan);

}  // namespace mainspring::pricebook
