#include "tariff/text_reader.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/decimal.hpp"

namespace mainspring::tariff {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// What a YAML reader of another make would not take for a text.
bool looks_like_no_text(std::string_view word) {
    if (word == "true" || word == "false" || word == "null" || word == "~" || word == "True" || word == "False")
        return true;
    if (word.starts_with("0x") || word.starts_with("0o")) return true;
    return std::ranges::any_of(word, is_digit) &&
           std::ranges::all_of(
               word, [](char c) { return is_digit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E'; }) &&
           parse_decimal(word.substr(0, word.find_first_of("eE")), 18) != std::unexpected(DecimalError::not_a_number);
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j)
            row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
    }
    return row[b.size()];
}

}  // namespace

bool is_code(std::string_view word) {
    return !word.empty() && word.size() <= 60 && is_lower(word.front()) &&
           std::ranges::all_of(word, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

std::string shown(std::string_view word) {
    if (word.size() <= 60) return std::string(word);
    std::size_t end = 57;
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xc0U) == 0x80) --end;
    return std::string(word.substr(0, end)) + "...";
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
    if (word.size() > 40) return "";
    std::string_view best;
    std::size_t least = word.size() > 4 ? 3 : 2;
    for (const std::string_view candidate : known) {
        const std::size_t steps = distance(word, candidate);
        if (steps < least && steps < candidate.size()) {
            least = steps;
            best = candidate;
        }
    }
    return best.empty() ? "" : fmt::format(", did you mean '{}'?", best);
}

void TextReader::problem(const Value& value, std::string reason) {
    TextProblem made{{}, 1, 1, value.path, std::move(reason)};
    if (value.node != nullptr) {
        made.line = value.node->line;
        made.column = value.node->column;
    }
    problems_.push_back(std::move(made));
}

bool TextReader::is_scalar(const Value& value, std::string_view wanted) {
    if (!value) return false;
    if (value.node->kind == YamlNode::Kind::scalar) return true;
    problem(value, fmt::format("must be {}", wanted));
    return false;
}

std::optional<std::string> TextReader::text(const Value& value) {
    if (!is_scalar(value, "a text")) return std::nullopt;
    const std::string& word = value.node->text;
    if (!value.node->quoted && looks_like_no_text(word)) {
        problem(value, fmt::format("must be a text: write \"{}\" in quotes", shown(word)));
        return std::nullopt;
    }
    if (word.find_first_not_of(" \n") == std::string::npos) {
        problem(value, "must not be empty");
        return std::nullopt;
    }
    if (word.size() > 20'000) {
        problem(value, "is longer than 20000 bytes");
        return std::nullopt;
    }
    return word;
}

std::optional<std::string> TextReader::code(const Value& value) {
    auto word = text(value);
    if (!word || is_code(*word)) return word;
    problem(value, fmt::format("'{}' is no name like peak_hours (a-z, 0-9 and _, at most 60)", shown(*word)));
    return std::nullopt;
}

std::optional<std::string> TextReader::account(const Value& value) {
    auto word = text(value);
    if (!word) return std::nullopt;
    std::string_view rest = *word;
    bool good = rest.size() <= 60;
    while (good) {
        const auto point = rest.find('.');
        good = is_code(rest.substr(0, point));
        if (point == std::string_view::npos) break;
        rest.remove_prefix(point + 1);
    }
    if (good) return word;
    problem(value, fmt::format("'{}' is no ledger key like revenue.energy", shown(*word)));
    return std::nullopt;
}

std::optional<std::int64_t> TextReader::decimal(const Value& value, DecimalLimits limits) {
    if (!is_scalar(value, "a quoted decimal such as \"0.538\"")) return std::nullopt;
    const std::string& word = value.node->text;
    if (!value.node->quoted) {
        problem(value, fmt::format("must be a quoted decimal: write \"{}\"", shown(word)));
        return std::nullopt;
    }
    const auto number = parse_decimal(word, limits.scale);
    if (!number) {
        const bool places = number.error() == DecimalError::too_many_decimals;
        problem(value, fmt::format("'{}' {}{}", shown(word), text_of(number.error()),
                                   places ? fmt::format(" (at most {})", limits.scale) : ""));
        return std::nullopt;
    }
    const bool wrong = limits.sign == DecimalLimits::Sign::positive       ? *number <= 0
                       : limits.sign == DecimalLimits::Sign::not_negative ? *number < 0
                                                                          : false;
    if (wrong) {
        problem(value, limits.sign == DecimalLimits::Sign::positive ? "must be above zero" : "must not be negative");
        return std::nullopt;
    }
    return *number;
}

std::optional<int> TextReader::whole(const Value& value, WholeLimits limits) {
    if (!is_scalar(value, "a whole number")) return std::nullopt;
    const auto number = parse_decimal(value.node->text, 0);
    const bool bare = !value.node->quoted && std::ranges::all_of(value.node->text, is_digit);
    if (bare && number && *number >= limits.least && *number <= limits.most) return static_cast<int>(*number);
    problem(value, fmt::format("must be a whole number from {} to {}, without quotes", limits.least, limits.most));
    return std::nullopt;
}

std::optional<bool> TextReader::flag(const Value& value) {
    if (!is_scalar(value, "true or false")) return std::nullopt;
    const bool yes = value.node->text == "true", no = value.node->text == "false";
    if (!value.node->quoted && (yes || no)) return yes;
    problem(value, fmt::format("must be true or false, not '{}'", shown(value.node->text)));
    return std::nullopt;
}

std::optional<Date> TextReader::date(const Value& value) {
    if (!is_scalar(value, "a date like 2026-01-31")) return std::nullopt;
    const auto day = parse_date(value.node->text);
    if (day && *day < kForever) return *day;
    problem(value, day ? "is too late (the last date is 2199-12-31)" : day.error());
    return std::nullopt;
}

std::vector<Value> TextReader::elements(const Value& value) {
    std::vector<Value> made;
    for (std::size_t i = 0; i < value.node->items.size(); ++i)
        made.push_back({&value.node->items[i], fmt::format("{}[{}]", value.path, i)});
    return made;
}

std::vector<Value> TextReader::list_up_to(const Value& value, std::size_t most) {
    if (!value) return {};
    if (value.node->kind != YamlNode::Kind::list) {
        problem(value, "must be a list");
        return {};
    }
    if (value.node->items.size() > most) {
        problem(value, fmt::format("has more than {} elements", most));
        return {};
    }
    return elements(value);
}

std::vector<Value> TextReader::list_or_empty(const Value& value) { return list_up_to(value, 1'000); }

std::vector<std::int64_t> TextReader::column(const Value& value, DecimalLimits limits) {
    if (value && value.node->kind == YamlNode::Kind::list && value.node->items.empty())
        problem(value, "must not be empty");
    std::vector<std::int64_t> numbers;
    for (const Value& item : list_up_to(value, 40'000)) numbers.push_back(decimal(item, limits).value_or(0));
    return numbers;
}

std::vector<Value> TextReader::list(const Value& value) {
    if (value && value.node->kind == YamlNode::Kind::list && value.node->items.empty())
        problem(value, "must not be empty");
    return list_or_empty(value);
}

MapReader::MapReader(TextReader& reader, Value value) : reader_(reader), value_(std::move(value)) {
    if (!value_) return;
    is_map_ = value_.node->kind == YamlNode::Kind::map;
    if (!is_map_) reader_.problem(value_, "must be a map (key: value)");
}

std::string MapReader::path_of(std::string_view key) const {
    return value_.path.empty() ? std::string(key) : fmt::format("{}.{}", value_.path, key);
}

Value MapReader::optional(std::string_view key) {
    asked_.push_back(key);
    if (!is_map_) return {};
    for (const YamlEntry& entry : value_.node->entries)
        if (entry.key.text == key) return {&entry.value, path_of(key)};
    return {};
}

Value MapReader::required(std::string_view key) {
    Value found = optional(key);
    if (!found && is_map_) reader_.problem({value_.node, path_of(key)}, "is missing");
    return found;
}

std::vector<Value> MapReader::values(std::vector<std::string>& keys) {
    std::vector<Value> made;
    if (!is_map_) return made;
    if (value_.node->entries.empty()) reader_.problem(value_, "must not be empty");
    if (value_.node->entries.size() > 1'000) {
        reader_.problem(value_, "has more than 1000 keys");
        return made;
    }
    for (const YamlEntry& entry : value_.node->entries) {
        keys.push_back(entry.key.text);
        made.push_back({&entry.value, path_of(shown(entry.key.text))});
    }
    return made;
}

void MapReader::finish() { finish({}); }

void MapReader::finish(const Elsewhere& elsewhere) {
    if (!is_map_) return;
    for (const YamlEntry& entry : value_.node->entries) {
        const std::string& key = entry.key.text;
        if (std::ranges::find(asked_, key) != asked_.end()) continue;
        const Value place{&entry.key, path_of(shown(key))};
        if (std::ranges::find(elsewhere.keys, key) != elsewhere.keys.end()) {
            if (!elsewhere.reason.empty()) reader_.problem(place, elsewhere.reason);
        } else {
            reader_.problem(place, "unknown key" + suggestion(key, asked_));
        }
    }
}

}  // namespace mainspring::tariff
