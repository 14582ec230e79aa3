#include "calendar/time_of_use.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/ensure.hpp"

namespace mainspring {

namespace {

constexpr int kCells = 12 * 31;
constexpr std::uint8_t kUnset = 0xff;
constexpr std::array<int, 12> kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::string_view kAll = "all", kOwnHoliday = "holiday";

int cell_of(MonthDay day) { return (day.month - 1) * 31 + day.day - 1; }
MonthDay month_day_of(int cell) { return {cell / 31 + 1, cell % 31 + 1}; }
bool exists(MonthDay day) {
    return day.month >= 1 && day.month <= 12 && day.day >= 1 &&
           day.day <= kDays[static_cast<std::size_t>(day.month - 1)];
}
bool exists(int cell) { return exists(month_day_of(cell)); }
std::string text_of(MonthDay day) { return fmt::format("{:02}-{:02}", day.month, day.day); }

MonthDay month_day_of(Date day) {
    const std::chrono::year_month_day date{day};
    return {static_cast<int>(static_cast<unsigned>(date.month())), static_cast<int>(static_cast<unsigned>(date.day()))};
}

template <class Named>
bool has_name(const std::vector<Named>& items, std::string_view name) {
    return std::ranges::any_of(items, [&](const Named& item) { return item.name == name; });
}

}  // namespace

// Turns rules into tables and collects what is wrong with them.
class CalendarCompiler {
public:
    explicit CalendarCompiler(const CalendarRules& rules) : rules_(rules) {}

    std::expected<TimeOfUse, std::vector<CalendarProblem>> run() {
        made_.holidays_ = rules_.holidays;
        std::ranges::sort(made_.holidays_);
        compile_seasons();
        compile_day_types();
        compile_periods();
        if (!problems_.empty()) return std::unexpected(std::move(problems_));
        return std::move(made_);
    }

private:
    void problem(std::string path, std::string reason) { problems_.push_back({std::move(path), std::move(reason)}); }

    void compile_seasons() {
        if (rules_.seasons.empty()) {
            made_.seasons_ = {std::string(kAll)};
            return;
        }
        if (rules_.seasons.size() > 64) return problem("seasons", "more than 64 seasons");
        made_.season_table_.fill(kUnset);
        const std::size_t before = problems_.size();
        for (std::size_t s = 0; s < rules_.seasons.size(); ++s) {
            const auto& season = rules_.seasons[s];
            if (std::ranges::find(made_.seasons_, season.name) != made_.seasons_.end())
                problem("seasons." + season.name, "is named twice");
            made_.seasons_.push_back(season.name);
            if (season.ranges.empty()) problem("seasons." + season.name, "has no days");
            for (std::size_t r = 0; r < season.ranges.size(); ++r)
                paint(season.ranges[r], static_cast<std::uint8_t>(s), fmt::format("seasons.{}[{}]", season.name, r));
        }
        if (problems_.size() == before) report_gaps();
        if (problems_.size() == before) find_season_ends();
    }

    void paint(std::pair<MonthDay, MonthDay> range, std::uint8_t season, const std::string& path) {
        auto [from, to] = range;
        if (!exists(from) || !exists(to)) return problem(path, "names a day that no year has");
        if (from == MonthDay{2, 29}) return problem(path, "begins on 02-29, which most years do not have (use 03-01)");
        if (to == MonthDay{2, 28}) to = {2, 29};
        const int end = cell_of(to);
        for (int cell = cell_of(from);; cell = (cell + 1) % kCells) {
            std::uint8_t& slot = made_.season_table_[static_cast<std::size_t>(cell)];
            if (exists(cell) && slot != kUnset)
                return problem(path, fmt::format("{} is already in season '{}'", text_of(month_day_of(cell)),
                                                 rules_.seasons[slot].name));
            slot = season;
            if (cell == end) return;
        }
    }

    void report_gaps() {
        for (int cell = 0; cell < kCells; ++cell) {
            if (!exists(cell) || made_.season_table_[static_cast<std::size_t>(cell)] != kUnset) continue;
            return problem("seasons", fmt::format("{} is in no season", text_of(month_day_of(cell))));
        }
    }

    void find_season_ends() {
        for (int cell = 0; cell < kCells; ++cell) {
            const auto season = made_.season_table_[static_cast<std::size_t>(cell)];
            int next = (cell + 1) % kCells;
            while (next != cell && (!exists(next) || made_.season_table_[static_cast<std::size_t>(next)] == season))
                next = (next + 1) % kCells;
            made_.next_season_cell_[static_cast<std::size_t>(cell)] = static_cast<std::uint16_t>(next);
        }
    }

    void compile_day_types() {
        if (rules_.day_types.size() > 64) return problem("day_types", "more than 64 day types");
        std::array<int, 7> type_of{};
        type_of.fill(-1);
        for (std::size_t t = 0; t < rules_.day_types.size(); ++t) {
            const auto& type = rules_.day_types[t];
            const std::string path = "day_types." + type.name;
            if (std::ranges::find(day_types_, type.name) != day_types_.end()) problem(path, "is named twice");
            day_types_.push_back(type.name);
            if (std::ranges::find(type.weekdays, true) == type.weekdays.end()) problem(path, "has no days");
            for (std::size_t d = 0; d < 7; ++d) {
                if (!type.weekdays[d]) continue;
                if (type_of[d] >= 0)
                    problem(path, fmt::format("{} is already in day type '{}'", kWeekdays[d],
                                              rules_.day_types[static_cast<std::size_t>(type_of[d])].name));
                type_of[d] = static_cast<int>(t);
            }
        }
        if (rules_.day_types.empty()) {
            day_types_ = {std::string(kAll)};
            type_of.fill(0);
        }
        for (std::size_t d = 0; d < 7; ++d) {
            if (type_of[d] < 0) problem("day_types", fmt::format("{} is in no day type", kWeekdays[d]));
            made_.weekday_type_[d] = static_cast<std::uint8_t>(std::max(type_of[d], 0));
        }
        add_holiday_type();
        made_.day_types_ = static_cast<int>(day_types_.size());
    }

    void add_holiday_type() {
        if (rules_.holiday_type.empty()) return;
        auto found = std::ranges::find(day_types_, rules_.holiday_type);
        if (found == day_types_.end()) {
            if (rules_.holiday_type != kOwnHoliday)
                return problem("day_types.holiday",
                               fmt::format("'{}' is no day type of this calendar", rules_.holiday_type));
            found = day_types_.insert(day_types_.end(), std::string(kOwnHoliday));
        }
        made_.holiday_type_ = static_cast<int>(found - day_types_.begin());
    }

    void compile_periods() {
        if (rules_.periods.empty()) return;
        if (rules_.periods.size() > 200) return problem("periods", "more than 200 rules");
        for (std::size_t r = 0; r < rules_.periods.size(); ++r)
            check_names(rules_.periods[r], fmt::format("periods[{}]", r));
        if (!problems_.empty()) return;  // gaps would only follow from these
        std::vector<bool> used(rules_.periods.size());
        for (const auto& season : made_.seasons_)
            for (const auto& day_type : day_types_) made_.tables_.push_back(table_for(season, day_type, used));
        for (std::size_t r = 0; r < used.size(); ++r)
            if (!used[r])
                problem(fmt::format("periods[{}]", r), "can never apply: the rules before it take all its minutes");
    }

    void check_names(const CalendarRules::Period& rule, const std::string& path) {
        for (const auto& season : rule.seasons)
            if (!has_name(rules_.seasons, season))
                problem(path + ".seasons", fmt::format("'{}' is no season of this calendar", season));
        for (const auto& type : rule.day_types)
            if (std::ranges::find(day_types_, type) == day_types_.end())
                problem(path + ".day_types", fmt::format("'{}' is no day type of this calendar", type));
        for (const auto& [from, to] : rule.minutes)
            if (from < 0 || to > 1440 || from >= to) problem(path + ".hours", "is no range of minutes of a day");
    }

    std::uint8_t period_index(const std::string& name) {
        auto found = std::ranges::find(made_.periods_, name);
        if (found == made_.periods_.end()) found = made_.periods_.insert(found, name);
        return static_cast<std::uint8_t>(found - made_.periods_.begin());
    }

    std::array<std::uint8_t, 1440> table_for(const std::string& season, const std::string& day_type,
                                             std::vector<bool>& used) {
        std::array<std::uint8_t, 1440> table{};
        table.fill(kUnset);
        const auto names = [](const std::vector<std::string>& list, const std::string& name) {
            return list.empty() || std::ranges::find(list, name) != list.end();
        };
        for (std::size_t r = 0; r < rules_.periods.size(); ++r) {
            const auto& rule = rules_.periods[r];
            const std::uint8_t period = period_index(rule.name);
            if (!names(rule.seasons, season) || !names(rule.day_types, day_type)) continue;
            const std::vector<std::pair<int, int>> whole_day{{0, 1440}};
            for (const auto& [from, to] : rule.minutes.empty() ? whole_day : rule.minutes) {
                for (int minute = from; minute < to; ++minute) {
                    std::uint8_t& slot = table[static_cast<std::size_t>(minute)];
                    if (slot != kUnset) continue;
                    slot = period;
                    used[r] = true;
                }
            }
        }
        if (const auto gap = std::ranges::find(table, kUnset); gap != table.end()) {
            const auto minute = gap - table.begin();
            problem("periods", fmt::format("no rule fits {:02}:{:02} in season '{}' on day type '{}'", minute / 60,
                                           minute % 60, season, day_type));
        }
        return table;
    }

    const CalendarRules& rules_;
    TimeOfUse made_;
    std::vector<std::string> day_types_;
    std::vector<CalendarProblem> problems_;
};

std::expected<TimeOfUse, std::vector<CalendarProblem>> TimeOfUse::compile_all(const CalendarRules& rules) {
    return CalendarCompiler(rules).run();
}

std::expected<TimeOfUse, std::string> TimeOfUse::compile(const CalendarRules& rules) {
    auto made = compile_all(rules);
    if (made) return std::move(*made);
    return std::unexpected(made.error().front().path + ": " + made.error().front().reason);
}

int TimeOfUse::season_of(Date day) const { return season_table_[static_cast<std::size_t>(cell_of(month_day_of(day)))]; }

bool TimeOfUse::occurs(int season, int period) const {
    for (int type = 0; type < day_types_; ++type) {
        const auto& table = tables_.at(static_cast<std::size_t>(season * day_types_ + type));
        if (std::ranges::find(table, static_cast<std::uint8_t>(period)) != table.end()) return true;
    }
    return false;
}

Date TimeOfUse::next_season_start(Date day) const {
    const int cell = cell_of(month_day_of(day));
    const int next = next_season_cell_[static_cast<std::size_t>(cell)];
    if (seasons_.size() < 2 || next == cell) return kForever;
    const MonthDay start = month_day_of(next);
    const auto year = std::chrono::year_month_day{day}.year() + std::chrono::years{next > cell ? 0 : 1};
    return Date{year / start.month / start.day};
}

int TimeOfUse::day_type_of(Date day) const {
    if (holiday_type_ >= 0 && std::ranges::binary_search(holidays_, day)) return holiday_type_;
    return weekday_type_[std::chrono::weekday{day}.iso_encoding() - 1];
}

const std::array<std::uint8_t, 1440>& TimeOfUse::minutes_of(Date day) const {
    ensure(!tables_.empty(), "this calendar has no time-of-use periods");
    return tables_[static_cast<std::size_t>(season_of(day) * day_types_ + day_type_of(day))];
}

}  // namespace mainspring
