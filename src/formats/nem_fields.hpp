// The fields of a NEM record. Part of the NEM reader; not for others.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"

namespace mainspring::formats::nem_text {

using NemFields = std::vector<std::string_view>;
// At the commas, without the blanks around each.
void split(std::string_view line, NemFields& fields);

std::string_view trim(std::string_view text);
bool all_digits(std::string_view text);
int number(std::string_view digits);  // REQUIRES: digits, at most 9

std::optional<Date> date_of(std::string_view text);  // yyyymmdd
bool is_time(std::string_view text);                 // yyyymmddHHMM or yyyymmddHHMMSS

}  // namespace mainspring::formats::nem_text
