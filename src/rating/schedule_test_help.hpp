// Published tables of periods by month and kind of day, as texts of ours.
#pragma once
#include <map>
#include <optional>
#include <set>

#include "rating/published_test.hpp"
#include "rating/rating_test_help.hpp"

namespace mainspring::rating::testing {

// The period of each half hour, by month and kind of day, from 0 on; and what a period costs.
struct Schedule {
    using Days = std::array<std::array<std::size_t, 48>, 12>;
    Days weekday{}, weekend{};
    struct Tier {
        std::string upto, price;  // the last tier without upto
    };
    std::vector<std::vector<Tier>> tiers;  // by period
    const char* bounds = "bill";

    std::vector<std::size_t> used() const {
        std::vector<std::size_t> periods;
        for (std::size_t period = 0; period < tiers.size(); ++period)
            for (const Days* days : {&weekday, &weekend})
                for (const auto& hours : *days)
                    if (std::ranges::find(hours, period) != hours.end() &&
                        std::ranges::find(periods, period) == periods.end())
                        periods.push_back(period);
        return periods;
    }
};

constexpr const char* kMonths =
    "  seasons: {m1: [{from: 01-01, to: 01-31}], m2: [{from: 02-01, to: 02-28}], m3: [{from: 03-01, to: 03-31}], "
    "m4: [{from: 04-01, to: 04-30}], m5: [{from: 05-01, to: 05-31}], m6: [{from: 06-01, to: 06-30}], "
    "m7: [{from: 07-01, to: 07-31}], m8: [{from: 08-01, to: 08-31}], m9: [{from: 09-01, to: 09-30}], "
    "m10: [{from: 10-01, to: 10-31}], m11: [{from: 11-01, to: 11-30}], m12: [{from: 12-01, to: 12-31}]}\n";

inline std::string calendar_of(const Schedule& schedule) {
    std::string head = "calendar:\n";
    head += kMonths;
    if (schedule.used().size() < 2) return head;
    head += "  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}\n  periods:\n";
    for (std::size_t month = 0; month < 12; ++month)
        for (const auto& [name, days] : {std::pair{"weekday", &schedule.weekday}, {"weekend", &schedule.weekend}})
            for (const std::size_t period : schedule.used()) {
                std::string hours;
                for (std::size_t half = 0; half < 48; ++half)
                    if ((*days)[month][half] == period)
                        hours += fmt::format("{}'{:02}:{:02}-{:02}:{:02}'", hours.empty() ? "" : ", ", half / 2,
                                             half % 2 * 30, (half + 1) / 2, (half + 1) % 2 * 30);
                if (!hours.empty())
                    head += fmt::format("    - {{period: p{}, seasons: [m{}], day_types: [{}], hours: [{}]}}\n", period,
                                        month + 1, name, hours);
            }
    return head;
}

// Tiers shared over the periods as their use of the bill is: a clause for the months that have the bounds of its first
// period. Nothing where periods of one month have other bounds.
inline std::optional<std::string> shared_tiers_of(const Schedule& schedule) {
    const auto bounds_of = [&](std::size_t period) {
        std::string bounds;
        for (const auto& tier : schedule.tiers[period]) bounds += tier.upto + ";";
        return bounds;
    };
    struct Part {
        std::vector<std::size_t> periods;
        std::string seasons;
    };
    std::map<std::string, Part> parts;  // by bounds
    for (const std::size_t period : schedule.used()) parts[bounds_of(period)].periods.push_back(period);
    for (std::size_t month = 0; month < 12; ++month) {
        std::set<std::string> found;
        for (const auto* days : {&schedule.weekday, &schedule.weekend})
            for (const std::size_t period : (*days)[month]) found.insert(bounds_of(period));
        if (found.size() != 1) return std::nullopt;
        auto& seasons = parts.at(*found.begin()).seasons;
        seasons += fmt::format("{}m{}", seasons.empty() ? "" : ", ", month + 1);
    }
    std::string clauses;
    for (const auto& [bounds, part] : parts) {
        std::string tiers;
        for (std::size_t tier = 0; tier < schedule.tiers[part.periods.front()].size(); ++tier) {
            std::string prices;
            for (const std::size_t period : part.periods)
                prices +=
                    fmt::format("{}p{}: '{}'", prices.empty() ? "" : ", ", period, schedule.tiers[period][tier].price);
            const auto& upto = schedule.tiers[part.periods.front()][tier].upto;
            tiers += fmt::format("{}{{{}prices: {{{}}}}}", tiers.empty() ? "" : ", ",
                                 upto.empty() ? "" : fmt::format("upto: '{}', ", upto), prices);
        }
        clauses += fmt::format("energy_p{} energy_tiered seasons: [{}], bounds: {}, split: proportional, tiers: [{}]\n",
                               part.periods.front(), part.seasons, schedule.bounds, tiers);
    }
    return clauses;
}

// Nothing where tiers would have to be shared over periods.
inline std::optional<std::string> energy_of(const Schedule& schedule) {
    const auto used = schedule.used();
    const auto& first = schedule.tiers[used.front()];
    std::string list;
    if (used.size() == 1) {
        for (const auto& tier : first)
            list += fmt::format("{}{{{}price: '{}'}}", list.empty() ? "" : ", ",
                                tier.upto.empty() ? "" : fmt::format("upto: '{}', ", tier.upto), tier.price);
        return fmt::format("energy energy_tiered bounds: {}, tiers: [{}]\n", schedule.bounds, list);
    }
    if (std::ranges::any_of(used, [&](std::size_t period) { return schedule.tiers[period].size() > 1; }))
        return std::nullopt;
    for (const std::size_t period : used)
        list += fmt::format("{}p{}: '{}'", list.empty() ? "" : ", ", period, schedule.tiers[period].front().price);
    return fmt::format("energy energy_time_of_use prices: {{{}}}\n", list);
}

}  // namespace mainspring::rating::testing
