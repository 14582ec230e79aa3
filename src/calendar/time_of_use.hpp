// Which season a day is in, which type of day it is, and which time-of-use period a minute belongs to.
// Rules: docs/TARIFFS.md, "Calendar".
#pragma once
#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "calendar/date.hpp"

namespace mainspring {

struct MonthDay {
    int month = 1, day = 1;
    friend auto operator<=>(const MonthDay&, const MonthDay&) = default;
};

// What the text says, names not yet checked against each other.
struct CalendarRules {
    struct Season {
        std::string name;
        std::vector<std::pair<MonthDay, MonthDay>> ranges;  // both ends included, may wrap the year
    };
    struct DayType {
        std::string name;
        std::array<bool, 7> weekdays{};  // index 0 = Monday
    };
    struct Period {
        std::string name;
        std::vector<std::string> seasons, day_types;  // empty: all
        std::vector<std::pair<int, int>> minutes;     // [from, to) of the local day; empty: all
    };
    std::vector<Date> holidays;
    std::vector<Season> seasons;
    std::vector<DayType> day_types;
    std::string holiday_type;  // empty: holidays are ordinary days
    std::vector<Period> periods;
};

// Where in the rules (as in the text: "seasons.summer[0]", "periods[2].hours") and what is wrong there.
struct CalendarProblem {
    std::string path, reason;
};

// The compiled form: table look-ups only. Index spaces: season 0..seasons-1 (one season "all" when none is named),
// period 0..periods-1.
class TimeOfUse {
public:
    // Refuses gaps and overlaps of seasons and day types, minutes without a period, unknown names; the text says which.
    // A season cannot begin on 02-29, and one that ends on 02-28 holds 02-29 too. Limits: 64 seasons, 64 day types,
    // 200 periods.
    static std::expected<TimeOfUse, std::string> compile(const CalendarRules& rules);
    // The same, with every problem.
    static std::expected<TimeOfUse, std::vector<CalendarProblem>> compile_all(const CalendarRules& rules);

    const std::vector<std::string>& season_names() const { return seasons_; }
    const std::vector<std::string>& period_names() const { return periods_; }
    int season_of(Date day) const;
    // Whether any minute of the season belongs to the period.
    bool occurs(int season, int period) const;
    // First day after `day` that lies in another season; kForever when there is only one.
    Date next_season_start(Date day) const;
    // 1440 period indexes, one for each minute of the local day. REQUIRES: period_names() is not empty.
    const std::array<std::uint8_t, 1440>& minutes_of(Date day) const;

private:
    friend class CalendarCompiler;
    int day_type_of(Date day) const;
    std::vector<std::string> seasons_, periods_;
    std::array<std::uint8_t, 12 * 31> season_table_{};  // cell = (month - 1) * 31 + day - 1
    std::array<std::uint16_t, 12 * 31> next_season_cell_{};  // where the season of the cell ends, going round the year
    std::array<std::uint8_t, 7> weekday_type_{};
    std::vector<Date> holidays_;  // sorted
    int holiday_type_ = -1;
    int day_types_ = 1;
    std::vector<std::array<std::uint8_t, 1440>> tables_;  // season * day_types_ + day type
};

}  // namespace mainspring
