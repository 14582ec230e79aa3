// A tariff on its way to our text form, and the writer of that text. The caller names; what the values mean and which
// are right, the reader of tariffs decides.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainspring::exchange {

// A double-quoted YAML text.
std::string quote(std::string_view text);
// "0.25", quoted: value * 10^-scale.
std::string quoted_decimal(std::int64_t value, int scale);
// "[a, b]"
std::string bracketed(const std::vector<std::string>& words);
// The word alone when there is one.
std::string listed(const std::vector<std::string>& words);
// One line of at most `longest` bytes, whole characters, nothing invisible; "-" when nothing is left.
std::string one_line(std::string_view text, std::size_t longest);
// [a-z0-9] and `joint` between; never longer than `longest`; empty when nothing is left.
struct SlugStyle {
    char joint = '-';
    std::size_t longest = 60;
};
std::string slug(std::string_view text, SlugStyle style);
// A name of ours ([a-z][a-z0-9_]*) from any text; `otherwise` when nothing is left.
std::string code_of(std::string_view text, std::string_view otherwise);

struct SheetCharge {
    std::string clause, kind, name;                          // name: English, any text
    std::string account;
    std::vector<std::pair<std::string, std::string>> keys;  // value: YAML in one line
};

struct TariffSheet {
    std::string key, version, name;
    std::string commodity, unit, currency, zone, effective;  // effective: 2026-01-31
    std::string customer_class;
    std::string document, place, note;  // of the source; place and note may be empty
    std::string calendar;               // YAML lines below `calendar:`, indented by two; empty: none
    std::vector<std::string> facts, demands;  // "persons: {unit: none}"
    std::vector<SheetCharge> charges;
};

// Without examples: an empty list, and what is to be done about it.
std::string yaml_of(const TariffSheet& sheet);

}  // namespace mainspring::exchange
