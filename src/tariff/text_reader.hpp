// Reads typed values out of a YAML tree and collects what is wrong with them. Private to this room.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"
#include "tariff/tariff_text.hpp"
#include "tariff/yaml_tree.hpp"

namespace mainspring::tariff {

// A node with the way to it. `node` is null when the text does not have it; readers then give nothing and report
// nothing.
struct Value {
    const YamlNode* node = nullptr;
    std::string path;
    explicit operator bool() const { return node != nullptr; }
};

struct DecimalLimits {
    int scale = 6;
    enum class Sign { any, not_negative, positive } sign = Sign::any;
};

struct WholeLimits {
    int least = 0, most = 0;
};

// Collects problems; each reading function reports and gives nothing when the value is wrong.
class TextReader {
public:
    explicit TextReader(std::vector<TextProblem>& problems) : problems_(problems) {}

    void problem(const Value& value, std::string reason);
    std::size_t count() const { return problems_.size(); }

    // Text for people: not empty, at most 20,000 bytes. A bare number, true, false or null is refused.
    std::optional<std::string> text(const Value& value);
    // What is_code() says.
    std::optional<std::string> code(const Value& value);
    // A ledger key: codes joined by points.
    std::optional<std::string> account(const Value& value);
    // A quoted decimal, scaled.
    std::optional<std::int64_t> decimal(const Value& value, DecimalLimits limits);
    // A bare whole number.
    std::optional<int> whole(const Value& value, WholeLimits limits);
    // true or false, bare.
    std::optional<bool> flag(const Value& value);
    std::optional<Date> date(const Value& value);
    // What `parse` makes of a text; its refusal becomes the problem.
    template <class T, class Parse>
    std::optional<T> parsed(const Value& value, Parse parse) {
        const auto word = text(value);
        if (!word) return std::nullopt;
        auto result = parse(*word);
        if (result) return std::move(*result);
        problem(value, std::move(result.error()));
        return std::nullopt;
    }
    // The elements of a list that is not empty and not longer than 1,000.
    std::vector<Value> list(const Value& value);
    // The same, also when the list is empty.
    std::vector<Value> list_or_empty(const Value& value);
    // Decimals of a list that is not empty and not longer than 40,000: interval values and prices.
    std::vector<std::int64_t> column(const Value& value, DecimalLimits limits);

private:
    std::vector<Value> list_up_to(const Value& value, std::size_t most);
    std::vector<Value> elements(const Value& value);
    bool is_scalar(const Value& value, std::string_view wanted);
    std::vector<TextProblem>& problems_;
};

// One map of the text. Keys that were never asked for are reported by finish().
class MapReader {
public:
    MapReader(TextReader& reader, Value value);

    Value required(std::string_view key);
    Value optional(std::string_view key);
    bool is_map() const { return is_map_; }
    const Value& value() const { return value_; }
    std::vector<Value> values(std::vector<std::string>& keys);  // all entries, for maps with free keys
    // `elsewhere`: keys that are right in other maps of this sort, and what to say of them here.
    struct Elsewhere {
        std::vector<std::string_view> keys;
        std::string reason;
    };
    void finish(const Elsewhere& elsewhere);
    void finish();

private:
    std::string path_of(std::string_view key) const;
    TextReader& reader_;
    Value value_;
    bool is_map_ = false;
    std::vector<std::string_view> asked_;
};

// ", did you mean 'price'?" or nothing.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

// A word for a message: shortened when long.
std::string shown(std::string_view word);

}  // namespace mainspring::tariff
