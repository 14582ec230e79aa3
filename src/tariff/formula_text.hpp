// A formula's text to postfix steps. Private to this room.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tariff/plan.hpp"

namespace mainspring::tariff {

// The steps leave exactly one value and never need one that is not there. The reason of a refusal names the character.
std::expected<std::vector<Formula::Step>, std::string> parse_formula(std::string_view text,
                                                                     const std::vector<std::string>& inputs);

}  // namespace mainspring::tariff
