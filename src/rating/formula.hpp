// The price that a formula gives. docs/TARIFFS.md, "Formulas". Internal to rating.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "tariff/plan.hpp"

namespace mainspring::rating {

// Exact, rounded once; at scale 8. Empty: division by zero. Throws OverflowError where the exact value leaves 128 bits.
// REQUIRES: a value for each of the formula's inputs.
std::optional<std::int64_t> evaluate(const tariff::Formula& formula, std::span<const std::int64_t> inputs_e8);

}  // namespace mainspring::rating
