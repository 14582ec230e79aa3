// Business dates: civil days without a zone.
#pragma once
#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace mainspring {

// A civil day, counted from 1970-01-01. Which instants it covers is a question for a Zone.
using Date = std::chrono::sys_days;

// "2026-02-28"; refuses dates that do not exist, and years outside 1900..2200.
std::expected<Date, std::string> parse_date(std::string_view text);
std::string format_date(Date date);

constexpr int days_between(Date from, Date to) { return static_cast<int>((to - from).count()); }

// Half-open [from, to).
struct DateRange {
    Date from, to;
    int days() const { return days_between(from, to); }
    bool contains(Date day) const { return from <= day && day < to; }
    friend bool operator==(const DateRange&, const DateRange&) = default;
};

// Whether they share a day. REQUIRES: neither is empty.
constexpr bool overlap(DateRange a, DateRange b) { return a.from < b.to && b.from < a.to; }
DateRange intersect(DateRange a, DateRange b);  // empty when from >= to
int days_in_month_of(Date day);
Date first_of_month(Date day);
Date first_of_next_month(Date day);

// Beyond every date we meet: the open end of an agreement or version.
inline constexpr Date kForever = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};

}  // namespace mainspring
