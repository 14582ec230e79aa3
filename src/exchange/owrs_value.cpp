#include <algorithm>
#include <fmt/core.h>

#include "base/decimal.hpp"
#include "exchange/number_text.hpp"
#include "exchange/owrs_parts.hpp"
#include "formats/problem.hpp"

namespace mainspring::exchange::owrs {

namespace {

constexpr std::string_view kSize = "meter_size";

std::string trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return std::string(text);
}

// 5/8" -> 0.625; 1 1/2" -> 1.5; 10" -> 10.
std::optional<std::int64_t> inches(std::string text) {
    if (!text.ends_with('"')) return std::nullopt;
    text = trimmed(text.substr(0, text.size() - 1));
    const auto slash = text.find('/');
    if (slash == std::string::npos) {
        const auto whole = scaled_number(text, 6);
        return whole && !whole->rounded ? std::optional(whole->value) : std::nullopt;
    }
    const auto gap = text.rfind(' ', slash);
    const auto digits = [](std::string_view part) {
        return part.size() == 1 || part.size() == 2 ? scaled_number(part, 0) : std::unexpected(std::string());
    };
    const auto whole = digits(gap == std::string::npos ? "00" : std::string_view(text).substr(0, gap));
    const std::size_t from = gap == std::string::npos ? 0 : gap + 1;
    const auto top = digits(std::string_view(text).substr(from, slash - from));
    const auto bottom = digits(std::string_view(text).substr(slash + 1));
    if (!whole || !top || !bottom || bottom->value <= 0) return std::nullopt;
    return static_cast<std::int64_t>(divide_rounded(Int128{1'000'000} * (whole->value * bottom->value + top->value),
                                                    bottom->value, RoundingMode::half_up));
}

// "1|1/2\"|inside_city" -> 1 1/2" and inside_city: a bar before a fraction is a blank.
std::vector<std::string> split_words(std::string_view key) {
    std::vector<std::string> words{""};
    for (std::size_t i = 0; i < key.size(); ++i) {
        const auto digit = [&](std::size_t at) { return at < key.size() && key[at] >= '0' && key[at] <= '9'; };
        const bool fraction = i > 0 && digit(i - 1) && digit(i + 1) && i + 2 < key.size() && key[i + 2] == '/';
        if (key[i] == '|' && !fraction)
            words.emplace_back();
        else
            words.back() += key[i] == '|' ? ' ' : key[i];
    }
    for (auto& word : words) word = trimmed(word);
    return words;
}

std::vector<std::string> names_of(const YamlNode& depends) {
    std::vector<std::string> names;
    if (depends.kind == YamlNode::Kind::scalar) names.push_back(depends.text);
    for (const YamlNode& item : depends.items) names.push_back(item.text);
    return names;
}

}  // namespace

const YamlNode* entry_of(const YamlNode& map, std::string_view key) {
    const auto at = std::ranges::find_if(map.entries, [&](const auto& entry) { return entry.key.text == key; });
    return at == map.entries.end() ? nullptr : &at->value;
}

bool is_zero(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::scalar) {
        const auto number = scaled_number(node.text, 8);
        return node.text.empty() || (number && number->value == 0 && !number->rounded);
    }
    return std::ranges::all_of(node.items, is_zero) &&
           std::ranges::all_of(node.entries, [](const auto& entry) { return is_zero(entry.value); });
}

std::optional<VolumeUnit> volume_unit(std::string_view name) {
    if (name == "ccf") return VolumeUnit{"ccf", 28'316'846'592};    // 100 cubic feet of 0.3048 m
    if (name == "kgal") return VolumeUnit{"kgal", 37'854'117'840};  // 1000 gallons of 231 cubic inches
    return std::nullopt;
}

std::int64_t price_of_cubic_metre(std::int64_t price_e8, const VolumeUnit& unit) {
    return narrow(divide_rounded(multiply(price_e8, 10'000'000'000), unit.cubic_metres_e10, RoundingMode::half_up));
}

std::int64_t cubic_metres(std::int64_t volume_e6, const VolumeUnit& unit) {
    return narrow(divide_rounded(multiply(volume_e6, unit.cubic_metres_e10), 10'000'000'000, RoundingMode::half_up));
}

std::optional<std::int64_t> FactNumbers::number_of(const std::string& fact, const std::string& word) {
    auto known = std::ranges::find(facts_, fact, &Known::fact);
    if (known == facts_.end()) known = facts_.insert(facts_.end(), {fact, {}});
    if (fact == kSize) return inches(word);
    if (const auto number = scaled_number(word, 6); number && !number->rounded && number->value >= 0)
        return number->value;
    auto& words = known->words;
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
    std::string small = word;
    std::ranges::transform(small, small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    if (small == "no") return 0;
    if (small == "yes") return 1'000'000;
    return 1'000'000 * (std::ranges::find(words, word) - words.begin() + 1);
}

std::vector<std::string> FactNumbers::declarations() const {
    std::vector<std::string> lines;
    for (const Known& known : facts_) lines.push_back(known.fact + ": {unit: none}");
    return lines;
}

std::string FactNumbers::legend() const {
    std::string text;
    FactNumbers copy = *this;
    for (const Known& known : facts_) {
        if (known.fact == kSize) text += fmt::format("{}{} is in inches", text.empty() ? "" : "; ", known.fact);
        for (const auto& word : known.words)
            text += fmt::format("{}{} {} is {}", text.empty() ? "" : "; ", known.fact, word,
                                format_decimal(copy.number_of(known.fact, word).value_or(0), 6));
    }
    return text;
}

std::optional<Choice> read_choice(const YamlNode& node, const std::string& field, FactNumbers& numbers,
                                  Gathering& gathering) {
    Choice choice;
    if (node.kind != YamlNode::Kind::map) {
        choice.rows.push_back({{}, &node});
        return choice;
    }
    const YamlNode *depends = entry_of(node, "depends_on"), *values = entry_of(node, "values");
    const auto refuse = [&](const std::string& why) {
        gathering.refuse(field, why);
        return std::nullopt;
    };
    if (depends == nullptr || values == nullptr || values->entries.empty() || node.entries.size() != 2)
        return refuse("must be a value, or depends_on with values");
    const auto names = names_of(*depends);
    for (const auto& name : names) {
        if (name == "season") return refuse("depends on the season, and the form does not say which months it has");
        choice.facts.push_back(code_of(name, "fact"));
    }
    std::size_t combinations = 1;
    for (const auto& entry : values->entries) {
        const auto words =
            names.size() == 1 && names[0] != kSize ? std::vector{trimmed(entry.key.text)} : split_words(entry.key.text);
        if (words.size() != names.size())
            return refuse(fmt::format("'{}' does not name {} facts", formats::shown(entry.key.text), names.size()));
        Choice::Row row{{}, &entry.value};
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto number = numbers.number_of(choice.facts[i], words[i]);
            if (!number) return refuse(fmt::format("'{}' is no size of a meter", formats::shown(words[i])));
            row.options.push_back({words[i], *number});
        }
        choice.rows.push_back(std::move(row));
    }
    for (std::size_t fact = 0; fact < names.size(); ++fact) combinations *= options_of(choice, fact).size();
    if (combinations != choice.rows.size()) return refuse("does not have each combination of its facts exactly once");
    return choice;
}

std::vector<Option> options_of(const Choice& choice, std::size_t fact) {
    std::vector<Option> options;
    for (const auto& row : choice.rows)
        if (std::ranges::find(options, row.options[fact].micro, &Option::micro) == options.end())
            options.push_back(row.options[fact]);
    std::ranges::sort(options, {}, &Option::micro);
    return options;
}

}  // namespace mainspring::exchange::owrs
