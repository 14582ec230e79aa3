#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <utility>

#include "exchange/urdb_parts.hpp"

namespace mainspring::exchange::urdb {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<int, 12> kLastDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool same_month(const Axis& axis, std::size_t a, std::size_t b) {
    return axis.weekday[a] == axis.weekday[b] && axis.weekend[a] == axis.weekend[b];
}

bool same_month(const Pattern& pattern, std::size_t a, std::size_t b) {
    return same_month(pattern.energy, a, b) && same_month(pattern.demand, a, b) &&
           pattern.flat_demand[a] == pattern.flat_demand[b] && pattern.fuel[a] == pattern.fuel[b];
}

// Runs of months, first and last, from 0; the run over the end of the year is one.
std::vector<std::pair<int, int>> runs_of(const Calendar& calendar, int season) {
    std::vector<std::pair<int, int>> runs;
    for (int month = 0; month < 12; ++month) {
        if (calendar.season_of[static_cast<std::size_t>(month)] != season) continue;
        if (!runs.empty() && runs.back().second == month - 1)
            runs.back().second = month;
        else
            runs.emplace_back(month, month);
    }
    if (runs.size() > 1 && runs.front().first == 0 && runs.back().second == 11) {
        runs.front().first = runs.back().first;
        runs.pop_back();
    }
    return runs;
}

std::string name_of_runs(const std::vector<std::pair<int, int>>& runs) {
    std::string name;
    for (const auto& [first, last] : runs) {
        name.append(name.empty() ? "" : "_").append(kMonths[static_cast<std::size_t>(first)]);
        if (first != last) name.append("_to_").append(kMonths[static_cast<std::size_t>(last)]);
    }
    return name;
}

void name_seasons(Calendar& calendar, std::size_t count) {
    if (count == 2 && runs_of(calendar, 0).size() == 1 && runs_of(calendar, 1).size() == 1) {
        calendar.seasons = {"winter", "winter"};
        calendar.seasons[static_cast<std::size_t>(calendar.season_of[6])] = "summer";
        return;
    }
    for (std::size_t s = 0; s < count; ++s)
        calendar.seasons.push_back(count == 1 ? "all" : name_of_runs(runs_of(calendar, static_cast<int>(s))));
}

void find_seasons(const Pattern& pattern, Calendar& calendar) {
    std::vector<std::size_t> first;  // month of each season
    for (std::size_t month = 0; month < 12; ++month) {
        const auto same = std::ranges::find_if(first, [&](std::size_t m) { return same_month(pattern, m, month); });
        calendar.season_of[month] = static_cast<int>(same - first.begin());
        if (same == first.end()) first.push_back(month);
    }
    name_seasons(calendar, first.size());
}

bool is_split(const Axis& axis) {
    for (int month = 0; month < 12; ++month)
        if (rates_in(axis, month).size() > 1) return true;
    return false;
}

enum class Day : std::uint8_t { weekday, weekend };

class PeriodMaker {
public:
    PeriodMaker(const Pattern& pattern, Calendar& calendar)
        : pattern_(pattern),
          calendar_(calendar),
          by_energy_(is_split(pattern.energy)),
          by_demand_(is_split(pattern.demand)) {}

    void run() {
        if (!by_energy_ && !by_demand_) return;
        for (std::size_t s = 0; s < calendar_.seasons.size(); ++s)
            for (const Day day : {Day::weekday, Day::weekend})
                for (int hour = 0; hour < 24; ++hour) {
                    const std::size_t at = place(s, day, hour);
                    calendar_.periods[at].seasons |= static_cast<std::uint16_t>(1U << s);
                }
        for (auto& period : calendar_.periods) period.name = name(period);
        write_rules();
    }

private:
    static int rate_at(const Axis& axis, int month, Day day, int hour) {
        const Schedule& schedule = day == Day::weekend ? axis.weekend : axis.weekday;
        return schedule[static_cast<std::size_t>(month)][static_cast<std::size_t>(hour)];
    }

    // Index of the period of this hour; made when it is new.
    std::size_t place(std::size_t season, Day day, int hour) {
        const int month = calendar_.month_of(season);
        const int energy = by_energy_ ? rate_at(pattern_.energy, month, day, hour) : -1;
        const int demand = by_demand_ ? rate_at(pattern_.demand, month, day, hour) : -1;
        auto& periods = calendar_.periods;
        for (std::size_t i = 0; i < periods.size(); ++i)
            if (periods[i].energy == energy && periods[i].demand == demand) return i;
        periods.push_back({{}, energy, demand, 0});
        return periods.size() - 1;
    }

    std::string name(const Calendar::Period& period) const {
        if (!by_energy_) return fmt::format("d{}", period.demand);
        std::string made = fmt::format("p{}", period.energy);
        const auto& labels = pattern_.energy.labels;
        const auto rate = static_cast<std::size_t>(period.energy);
        if (rate < labels.size()) {
            const std::string word = code_of(labels[rate], made);
            std::set<std::string> words{"all",       "total",     "export", "reactive", "reactive_export",
                                        "demand_kw", "demand_kva"};
            for (std::size_t i = 0; i < labels.size(); ++i)
                if (i != rate) words.insert(code_of(labels[i], "?"));
            if (!words.contains(word)) made = word;
        }
        const auto same_energy = std::ranges::count(calendar_.periods, period.energy, &Calendar::Period::energy);
        return same_energy > 1 ? fmt::format("{}_d{}", made, period.demand) : made;
    }

    // Rules are disjoint; the last one drops its conditions, so that it fits everything that is left.
    void write_rules() {
        struct Rule {
            std::size_t period;
            std::string conditions, hours;
        };
        std::vector<Rule> rules;
        const bool by_day = differs_by_day();
        for (std::size_t s = 0; s < calendar_.seasons.size(); ++s)
            for (const Day day : {Day::weekday, Day::weekend}) {
                if (day == Day::weekend && !by_day) continue;
                std::string conditions;
                if (calendar_.seasons.size() > 1) conditions = fmt::format(", seasons: [{}]", calendar_.seasons[s]);
                if (by_day) conditions += fmt::format(", day_types: [{}]", day == Day::weekend ? "weekend" : "weekday");
                for (std::size_t p = 0; p < calendar_.periods.size(); ++p)
                    if (std::string hours = hours_of(s, day, p); !hours.empty())
                        rules.push_back({p, conditions, std::move(hours)});
            }
        if (by_day) calendar_.text += "  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}\n";
        calendar_.text += "  periods:\n";
        for (std::size_t i = 0; i < rules.size(); ++i) {
            const bool last = i + 1 == rules.size();
            calendar_.text += fmt::format("    - {{period: {}{}}}\n", calendar_.periods[rules[i].period].name,
                                          last ? "" : rules[i].conditions + ", hours: [" + rules[i].hours + "]");
        }
    }

    bool differs_by_day() {
        for (std::size_t s = 0; s < calendar_.seasons.size(); ++s)
            for (int hour = 0; hour < 24; ++hour)
                if (place(s, Day::weekday, hour) != place(s, Day::weekend, hour)) return true;
        return false;
    }

    std::string hours_of(std::size_t season, Day day, std::size_t period) {
        std::string text;
        for (int from = 0; from < 24;) {
            int to = from;
            while (to < 24 && place(season, day, to) == period) ++to;
            if (to > from) text += fmt::format("{}\"{:02}:00-{:02}:00\"", text.empty() ? "" : ", ", from, to);
            from = to > from ? to : from + 1;
        }
        return text;
    }

    const Pattern& pattern_;
    Calendar& calendar_;
    bool by_energy_, by_demand_;
};

}  // namespace

int Calendar::month_of(std::size_t season) const {
    return static_cast<int>(std::ranges::find(season_of, static_cast<int>(season)) - season_of.begin());
}

std::vector<int> rates_in(const Axis& axis, int month) {
    std::set<int> rates;
    const auto m = static_cast<std::size_t>(month);
    for (const auto* schedule : {&axis.weekday, &axis.weekend})
        rates.insert((*schedule)[m].begin(), (*schedule)[m].end());
    return {rates.begin(), rates.end()};
}

Calendar make_calendar(const Pattern& pattern) {
    Calendar calendar;
    find_seasons(pattern, calendar);
    if (calendar.seasons.size() > 1) {
        calendar.text = "  seasons:\n";
        for (std::size_t s = 0; s < calendar.seasons.size(); ++s) {
            std::vector<std::string> ranges;
            for (const auto& [first, last] : runs_of(calendar, static_cast<int>(s)))
                ranges.push_back(fmt::format("{{from: {:02}-01, to: {:02}-{:02}}}", first + 1, last + 1,
                                             kLastDays[static_cast<std::size_t>(last)]));
            calendar.text += fmt::format("    {}: {}\n", calendar.seasons[s], bracketed(ranges));
        }
    }
    PeriodMaker(pattern, calendar).run();
    return calendar;
}

std::vector<std::string> periods_of(const Calendar& calendar, AxisName name, int rate, std::uint16_t seasons) {
    std::vector<std::string> names;
    for (const auto& period : calendar.periods)
        if ((name == AxisName::energy ? period.energy : period.demand) == rate && (period.seasons & seasons) != 0)
            names.push_back(period.name);
    return names;
}

std::vector<Use> uses_of(const Calendar& calendar, const Axis& axis, AxisName name) {
    std::vector<Use> uses;
    for (int rate = 0; rate < static_cast<int>(axis.rates.size()); ++rate) {
        Use whole{rate, 0, {}}, part{rate, 0, {}};
        for (std::size_t s = 0; s < calendar.seasons.size(); ++s) {
            const auto rates = rates_in(axis, calendar.month_of(s));
            if (std::ranges::find(rates, rate) == rates.end()) continue;
            (rates.size() == 1 ? whole : part).seasons |= static_cast<std::uint16_t>(1U << s);
        }
        part.periods = periods_of(calendar, name, rate, part.seasons);
        if (whole.seasons != 0) uses.push_back(std::move(whole));
        if (part.seasons != 0) uses.push_back(std::move(part));
    }
    return uses;
}

std::string season_words(const Calendar& calendar, std::uint16_t seasons, std::string_view joint) {
    std::string words;
    for (std::size_t s = 0; s < calendar.seasons.size(); ++s)
        if ((seasons >> s & 1U) != 0) words.append(words.empty() ? "" : joint).append(calendar.seasons[s]);
    return words;
}

void limit_to_seasons(SheetCharge& charge, const Calendar& calendar, std::uint16_t seasons) {
    if (seasons != calendar.all_seasons())
        charge.keys.emplace_back("seasons", "[" + season_words(calendar, seasons, ", ") + "]");
}

}  // namespace mainspring::exchange::urdb
