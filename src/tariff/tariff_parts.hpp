// The parts of the tariff reader: head, calendar, charges, examples. Private to this room.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/time_of_use.hpp"
#include "tariff/example.hpp"
#include "tariff/plan.hpp"
#include "tariff/text_reader.hpp"

namespace mainspring::tariff {

// Names are numbered for the whole process only once the text is known to be right: a wrong text leaves no trace.
enum class Pass { check, number };

// What the parts know of each other while a text is read.
struct Reading {
    TextReader in;
    Pass pass = Pass::check;
    Plan plan{};
    std::vector<Example> examples{};

    bool currency_known = false;
    bool calendar_right = false;        // plan.calendar is complete
    std::vector<std::string> seasons{};   // names as far as they could be read
    std::vector<std::string> periods{};
    std::vector<std::string> facts{};     // that the version has, dwellings first
    std::vector<std::string> demands{};

    // Digits of money; generous while the currency is unknown, so that one mistake is not reported twice.
    int minor_digits() const { return currency_known ? mainspring::minor_digits(plan.currency) : 4; }
    Stream stream(std::string_view name) const { return pass == Pass::number ? stream_of(name) : kTotal; }
    FactId fact(std::string_view name) const { return pass == Pass::number ? fact_of(name) : kDwellings; }
    std::uint64_t entitlement(std::string_view name) const { return pass == Pass::number ? entitlement_bit(name) : 1; }
};

void read_head(Reading& reading, MapReader& file);
void read_calendar(Reading& reading, const Value& value);
void read_facts(Reading& reading, const Value& value);
void read_demands(Reading& reading, const Value& value);
void read_charges(Reading& reading, const Value& value);
void read_examples(Reading& reading, const Value& value);

// Parts of an example.
void read_example_peaks(Reading& reading, Example& example, const Value& value);
void read_demands_before(Reading& reading, Example& example, const Value& value);

// Of an example. `counted`: the streams and days of its usage, by name.
using CountedDays = std::vector<std::pair<std::string, DateRange>>;
void read_example_series(Reading& reading, const Value& value, Example& example);
void read_example_intervals(Reading& reading, const Value& value, const CountedDays& counted, Example& example);

// Shared by the parts.
DateRange read_date_range(Reading& reading, MapReader& map);  // its keys `from` and `to`
struct PrintedName {
    std::string en, local, language;
};
PrintedName read_name(Reading& reading, const Value& value);
RoundingRule read_money_rounding(Reading& reading, const Value& value, RoundingRule otherwise);
QuantityRounding read_quantity_rounding(Reading& reading, const Value& value);
// Minutes of a day: "08:00-12:00" to one range, "22:00-06:00" to two; none where the text is wrong.
std::vector<std::pair<int, int>> read_hours(Reading& reading, const Value& value);
std::optional<MonthDay> read_month_day(Reading& reading, const Value& value);  // of any length of month
// Every name of a stream that the version knows: total, periods, measures, measures in periods.
std::vector<std::string> stream_names(const Reading& reading);
// A bit for each class of the list; `allowed` has the classes that may be named.
std::uint8_t read_classes(Reading& reading, const Value& value, std::uint8_t allowed);
std::vector<std::string_view> views_of(const std::vector<std::string>& names);

}  // namespace mainspring::tariff
