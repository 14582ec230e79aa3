#include <algorithm>
#include <fmt/core.h>

#include "tariff/tariff_parts.hpp"

namespace mainspring::tariff {

namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// Two digits at `at`, or -1.
int two_digits(std::string_view text, std::size_t at) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100; };
    return std::max(-1, digit(at) * 10 + digit(at + 1));
}

using Ranges = std::vector<std::pair<int, int>>;
std::expected<Ranges, std::string> parse_hours(std::string_view text) {
    const auto minute = [&](std::size_t at) {
        const int hour = two_digits(text, at), rest = two_digits(text, at + 3);
        return text[at + 2] == ':' && hour >= 0 && rest >= 0 && rest < 60 && hour * 60 + rest <= 1440 ? hour * 60 + rest
                                                                                                      : -1;
    };
    const bool shaped = text.size() == 11 && text[5] == '-';
    const int from = shaped ? minute(0) : -1, to = shaped ? minute(6) : -1;
    if (from < 0 || to < 0 || from == 1440)
        return std::unexpected(fmt::format("'{}' is no range of hours like 08:00-12:00", shown(text)));
    if (from == to) return std::unexpected(fmt::format("'{}' is empty", text));
    if (from < to) return Ranges{{from, to}};
    Ranges ranges{{from, 1440}};
    if (to > 0) ranges.emplace_back(0, to);
    return ranges;
}

std::vector<Date> read_holidays(Reading& reading, const Value& value) {
    std::vector<Date> days;
    for (const Value& item : reading.in.list_or_empty(value)) {
        const auto day = reading.in.date(item);
        if (!day) continue;
        if (std::ranges::find(days, *day) != days.end()) reading.in.problem(item, "stands here twice");
        days.push_back(*day);
    }
    return days;
}

// The names that maps with free keys give. The places of wrong ones are those of their values.
std::vector<Value> read_named(Reading& reading, const Value& value, std::vector<std::string>& names) {
    MapReader map(reading.in, value);
    std::vector<Value> values = map.values(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        YamlNode name;
        name.kind = YamlNode::Kind::scalar;
        name.text = names[i];
        name.quoted = true;
        name.line = values[i].node->line;
        name.column = values[i].node->column;
        reading.in.code({&name, values[i].path});
    }
    return values;
}

void read_seasons(Reading& reading, const Value& value, CalendarRules& rules) {
    if (!value) return;
    const std::vector<Value> values = read_named(reading, value, reading.seasons);
    for (std::size_t i = 0; i < values.size(); ++i) {
        CalendarRules::Season season{reading.seasons[i], {}};
        for (const Value& item : reading.in.list(values[i])) {
            MapReader range(reading.in, item);
            const auto from = read_month_day(reading, range.required("from"));
            const auto to = read_month_day(reading, range.required("to"));
            range.finish();
            if (from && to) season.ranges.emplace_back(*from, *to);
        }
        rules.seasons.push_back(std::move(season));
    }
}

CalendarRules::DayType read_weekdays(Reading& reading, const std::string& name, const Value& value) {
    CalendarRules::DayType type{name, {}};
    for (const Value& item : reading.in.list(value)) {
        const auto word = reading.in.text(item);
        if (!word) continue;
        const auto found = std::ranges::find(kWeekdays, *word);
        if (found == kWeekdays.end()) {
            reading.in.problem(item,
                               fmt::format("'{}' is no weekday (mon, tue, wed, thu, fri, sat, sun)", shown(*word)));
            continue;
        }
        bool& slot = type.weekdays[static_cast<std::size_t>(found - kWeekdays.begin())];
        if (slot) reading.in.problem(item, "stands here twice");
        slot = true;
    }
    return type;
}

void read_day_types(Reading& reading, const Value& value, CalendarRules& rules) {
    if (!value) return;
    std::vector<std::string> names;
    const std::vector<Value> values = read_named(reading, value, names);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (names[i] == "holiday") {
            rules.holiday_type = reading.in.code(values[i]).value_or("");
        } else {
            rules.day_types.push_back(read_weekdays(reading, names[i], values[i]));
        }
    }
}

std::vector<std::string> read_codes(Reading& reading, const Value& value) {
    std::vector<std::string> codes;
    for (const Value& item : reading.in.list(value)) {
        auto code = reading.in.code(item);
        if (!code) continue;
        if (std::ranges::find(codes, *code) != codes.end()) reading.in.problem(item, "stands here twice");
        codes.push_back(std::move(*code));
    }
    return codes;
}

void read_periods(Reading& reading, const Value& value, CalendarRules& rules) {
    for (const Value& item : reading.in.list(value)) {
        MapReader rule(reading.in, item);
        CalendarRules::Period period;
        const Value name = rule.required("period");
        period.name = reading.in.code(name).value_or("");
        const bool reserved = period.name == "total" || period.name == "all" || is_measure(period.name);
        if (reserved) reading.in.problem(name, fmt::format("'{}' cannot be the name of a period", period.name));
        period.seasons = read_codes(reading, rule.optional("seasons"));
        period.day_types = read_codes(reading, rule.optional("day_types"));
        for (const Value& hours : reading.in.list(rule.optional("hours")))
            for (const auto& range : read_hours(reading, hours)) period.minutes.push_back(range);
        rule.finish();
        const bool known = std::ranges::find(reading.periods, period.name) != reading.periods.end();
        if (!known && !reserved && !period.name.empty()) reading.periods.push_back(period.name);
        rules.periods.push_back(std::move(period));
    }
}

// The node that a path of the calendar's rules means, or the nearest one above it.
Value place_of(const Value& calendar, std::string_view path) {
    Value at = calendar;
    while (!path.empty()) {
        const auto end = path.find_first_of(".[", 1);
        const std::string_view step = path.substr(0, end);
        path.remove_prefix(step.size());
        if (!path.empty() && path.front() == '.') path.remove_prefix(1);
        const YamlNode* next = nullptr;
        if (step.front() == '[') {
            std::size_t index = 0;
            for (const char c : step.substr(1, step.size() - 2)) index = index * 10 + static_cast<std::size_t>(c - '0');
            if (index < at.node->items.size()) next = &at.node->items[index];
        } else {
            for (const YamlEntry& entry : at.node->entries)
                if (entry.key.text == step) next = &entry.value;
        }
        if (next == nullptr) return at;
        at = {next, fmt::format("{}{}{}", at.path, step.front() == '[' ? "" : ".", step)};
    }
    return at;
}

}  // namespace

std::vector<std::pair<int, int>> read_hours(Reading& reading, const Value& value) {
    return reading.in.parsed<Ranges>(value, parse_hours).value_or(Ranges{});
}

std::optional<MonthDay> read_month_day(Reading& reading, const Value& value) {
    const auto word = reading.in.text(value);
    if (!word) return std::nullopt;
    if (word->size() == 5 && (*word)[2] == '-') {
        const int month = two_digits(*word, 0), day = two_digits(*word, 3);
        if (month > 0 && day > 0) return MonthDay{month, day};
    }
    reading.in.problem(value, fmt::format("'{}' is no month and day like 06-01", shown(*word)));
    return std::nullopt;
}

void read_calendar(Reading& reading, const Value& value) {
    CalendarRules rules;
    const std::size_t before = reading.in.count();
    if (value) {
        MapReader calendar(reading.in, value);
        const Value holidays = calendar.optional("holidays"), periods = calendar.optional("periods");
        rules.holidays = read_holidays(reading, holidays);
        read_seasons(reading, calendar.optional("seasons"), rules);
        read_day_types(reading, calendar.optional("day_types"), rules);
        read_periods(reading, periods, rules);
        calendar.finish();
        if (!rules.holidays.empty() && rules.holiday_type.empty())
            reading.in.problem(holidays, "have no effect: day_types must say what a holiday counts as (holiday: ...)");
    }
    if (reading.in.count() != before) return;
    auto made = TimeOfUse::compile_all(rules);
    if (!made) {
        for (const CalendarProblem& problem : made.error())
            reading.in.problem(place_of(value, problem.path), problem.reason);
        return;
    }
    reading.plan.calendar = std::move(*made);
    reading.plan.has_seasons = reading.plan.calendar.season_names().size() > 1;
    for (const std::string& name : reading.plan.calendar.period_names())
        reading.plan.period_streams.push_back(reading.stream(name));
    reading.calendar_right = true;
}

}  // namespace mainspring::tariff
