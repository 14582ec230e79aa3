#include "formats/nem_fields.hpp"

#include <algorithm>

namespace mainspring::formats::nem_text {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) {
    int value = 0;
    for (char c : digits) value = value * 10 + (c - '0');
    return value;
}

std::optional<Date> date_of(std::string_view text) {
    if (text.size() != 8 || !all_digits(text)) return std::nullopt;
    const std::chrono::year_month_day day{std::chrono::year(number(text.substr(0, 4))),
                                          std::chrono::month(static_cast<unsigned>(number(text.substr(4, 2)))),
                                          std::chrono::day(static_cast<unsigned>(number(text.substr(6, 2))))};
    if (!day.ok() || day.year() < std::chrono::year(1900) || day.year() >= std::chrono::year(2200)) return std::nullopt;
    return Date{day};
}

// yyyymmddHHMM or yyyymmddHHMMSS
bool is_time(std::string_view text) {
    if ((text.size() != 12 && text.size() != 14) || !all_digits(text) || !date_of(text.substr(0, 8))) return false;
    return number(text.substr(8, 2)) < 24 && number(text.substr(10, 2)) < 60 &&
           (text.size() == 12 || number(text.substr(12, 2)) < 60);
}

void split(std::string_view line, NemFields& fields) {
    fields.clear();
    while (true) {
        const std::size_t comma = line.find(',');
        fields.push_back(trim(line.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        line.remove_prefix(comma + 1);
    }
}

}  // namespace mainspring::formats::nem_text
