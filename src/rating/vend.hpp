// Money -> units, for prepayment: the most that a sum buys, found with the engine that prices units, so that both
// directions agree to the last unit. Pure. What was bought so far this month comes in as counters
// (SectionInput::before); debts are the caller's. Reference: inclining blocks of South Africa and Brunei, where the
// block follows what was bought since the first of the month.
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "rating/rating.hpp"

namespace mainspring::rating {

// A tariff that can be turned round.
class VendTariff {
public:
    // Which charges the money is for: all, or those that units change alone (no fixed charges, discounts by day or
    // month, minima and maxima), because the others are collected already or otherwise.
    enum class Charges : std::uint8_t { all, of_units };

    // Refuses, saying why, a tariff by which a larger sum might buy less, or which needs what a meter has yet to
    // measure.
    static std::expected<VendTariff, std::string> make(const tariff::Tariff& tariff, Charges charges);

    const tariff::Tariff& tariff() const { return *tariff_; }  // as it is published, for the lines
    // The same with money on a grid of 10^-4 minor units, so that no unit is won by rounding.
    const tariff::Tariff& fine() const { return *fine_; }
    static constexpr std::int64_t kFineness = 10'000;

private:
    std::shared_ptr<tariff::Tariff> tariff_, fine_;
};

struct VendTerms {
    std::int64_t money_minor = 0;
    std::int64_t step_micro = 100'000;            // tokens carry 0.1 kWh
    std::int64_t most_micro = 1'000'000'000'000;  // a million units
};

enum class VendRefusal {
    not_rated,         // see `rating`
    money_too_little,  // not even the charges without any unit
};
struct VendProblem {
    VendRefusal code{};
    Refusal rating{};
};

struct Vend {
    std::int64_t units_micro = 0;     // a multiple of the step
    std::int64_t charged_minor = 0;   // at most the money; what is left is the customer's
};

// The most units whose price, exact and as the tariff rounds it, is within the money. `section` without pieces; the
// tariff of its spans is set to the one sold. `out` holds the lines of the units bought, and the counters after them.
// REQUIRES: step_micro and most_micro are positive.
std::expected<Vend, VendProblem> vend(const VendTariff& sold, const SectionInput& section, const VendTerms& terms,
                                      RatedSection& out);

}  // namespace mainspring::rating
