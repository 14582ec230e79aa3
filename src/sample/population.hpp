// What an account of the mix turns out to be: everything drawn before a line is written. Part of the generator.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "sample/mix.hpp"
#include "sample/random.hpp"

namespace mainspring::sample {

struct MeterPlan {
    const Supply* supply = nullptr;
    std::int64_t daily_micro = 0;
    std::int64_t multiplier_e6 = 1'000'000;
    std::optional<Date> exchanged_on;
    bool rolls_over = false, odd_at_the_end = false, has_gap = false;
};

// One premise: who lives there one after the other, and what is supplied.
struct PremisePlan {
    const Segment* segment = nullptr;
    std::optional<Date> moved_on;  // another account from then on
    std::vector<MeterPlan> meters;
};

// Exchanges and moves lie well inside a month, away from its reading round.
void plan_premise(const Mix& mix, Random& random, PremisePlan& into);

}  // namespace mainspring::sample
