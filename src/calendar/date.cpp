#include "calendar/date.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace mainspring {

namespace {

int number_of(std::string_view digits) {
    int value = 0;
    for (char c : digits) value = value * 10 + (c - '0');
    return value;
}

bool has_shape(std::string_view text) {
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 4 || i == 7;
        if (dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
    }
    return true;
}

std::chrono::year_month_day civil(Date day) { return std::chrono::year_month_day{day}; }

}  // namespace

std::expected<Date, std::string> parse_date(std::string_view text) {
    if (!has_shape(text))
        return std::unexpected("'" + std::string(text.substr(0, 40)) + "' is no date like 2026-01-31");
    const std::chrono::year_month_day day{std::chrono::year{number_of(text.substr(0, 4))},
                                          std::chrono::month{static_cast<unsigned>(number_of(text.substr(5, 2)))},
                                          std::chrono::day{static_cast<unsigned>(number_of(text.substr(8, 2)))}};
    if (!day.ok()) return std::unexpected("'" + std::string(text) + "' does not exist in the calendar");
    const int year = static_cast<int>(day.year());
    if (year < 1900 || year > 2200) return std::unexpected("'" + std::string(text) + "' is outside 1900 to 2200");
    return Date{day};
}

std::string format_date(Date date) {
    const auto day = civil(date);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

DateRange intersect(DateRange a, DateRange b) { return {std::max(a.from, b.from), std::min(a.to, b.to)}; }

int days_in_month_of(Date day) { return days_between(first_of_month(day), first_of_next_month(day)); }

Date first_of_month(Date day) {
    const auto date = civil(day);
    return Date{date.year() / date.month() / 1};
}

Date first_of_next_month(Date day) {
    const auto date = civil(day);
    return Date{(date.year() / date.month() + std::chrono::months{1}) / 1};
}

}  // namespace mainspring
