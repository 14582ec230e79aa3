#include "sample/population.hpp"

namespace mainspring::sample {
namespace {

const Segment& pick_segment(const Mix& mix, Random& random) {
    std::int64_t sum = 0;
    for (const Segment& segment : mix.segments) sum += segment.share;
    std::int64_t left = random.below(sum);
    for (const Segment& segment : mix.segments) {
        if (left < segment.share) return segment;
        left -= segment.share;
    }
    return mix.segments.back();
}

Date day_inside_a_month(const Mix& mix, Random& random) {
    std::int64_t months = 1;
    for (Date month = mix.first_month; month < mix.last_month; month = first_of_next_month(month)) ++months;
    Date month = mix.first_month;
    for (std::int64_t skip = random.below(months); skip > 0; --skip) month = first_of_next_month(month);
    return month + std::chrono::days(random.between(8, 20));
}

// Most lie near the typical use, three in a hundred use double.
std::int64_t draw_daily(const Supply& supply, Random& random) {
    const std::int64_t spread = supply.spread_percent * 5;
    const std::int64_t per_mille = 1000 + random.between(-spread, spread) + random.between(-spread, spread);
    const std::int64_t daily = supply.daily_micro / 1000 * per_mille;
    return random.chance(30) ? daily * 2 : daily;
}

}  // namespace

void plan_premise(const Mix& mix, Random& random, PremisePlan& into) {
    into.segment = &pick_segment(mix, random);
    into.moved_on.reset();
    into.meters.clear();
    const MixRates& rates = mix.rates;
    if (random.chance(rates.moves)) into.moved_on = day_inside_a_month(mix, random);
    const bool empty = random.chance(rates.zero_use);
    for (const Supply& supply : into.segment->supplies) {
        if (supply.per_mille < 1000 && !random.chance(supply.per_mille)) continue;
        MeterPlan meter{.supply = &supply, .exchanged_on = {}};
        if (supply.meter != MeterKind::none) {
            meter.daily_micro = empty ? 0 : draw_daily(supply, random);
            meter.multiplier_e6 =
                supply.multipliers_e6[static_cast<std::size_t>(random.below(std::ssize(supply.multipliers_e6)))];
        }
        if (supply.meter == MeterKind::registers) {
            if (!into.moved_on && random.chance(rates.exchanges)) meter.exchanged_on = day_inside_a_month(mix, random);
            meter.rolls_over = random.chance(rates.rollovers);
            meter.odd_at_the_end = random.chance(rates.odd_reads);
        }
        if (supply.meter == MeterKind::interval) meter.has_gap = random.chance(rates.gaps);
        into.meters.push_back(meter);
    }
}

}  // namespace mainspring::sample
