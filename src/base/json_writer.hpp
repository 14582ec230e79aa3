// JSON as text, members and items in the order given: what programs read from this one and what it keeps for itself.
// base/json reads it back.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainspring {

// "a\"b", with its quotes. REQUIRES: UTF-8.
std::string json_string(std::string_view text);
// ["a", "b"]
std::string json_texts(const std::vector<std::string>& texts);
// {"a": "b", …}
std::string json_object(const std::vector<std::pair<std::string, std::string>>& members);

// [1, 2], or with what else separates the items; `each` gives the JSON of a row.
template <class Rows, class Each>
std::string json_list(const Rows& rows, const Each& each, std::string_view separator = ", ") {
    std::string items;
    for (const auto& row : rows) {
        if (!items.empty()) items += separator;
        items += each(row);
    }
    return "[" + items + "]";
}

// {"a": "b", "n": 1}
class JsonObject {
public:
    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& number(std::string_view key, std::int64_t value);
    JsonObject& raw(std::string_view key, std::string_view json);
    template <class Rows, class Each>
    JsonObject& list(std::string_view key, const Rows& rows, const Each& each) {
        return raw(key, json_list(rows, each));
    }
    std::string done() const { return "{" + members_ + "}"; }

private:
    std::string members_;
};

}  // namespace mainspring
