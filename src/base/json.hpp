// JSON as a tree of values. Numbers stay the text they were written as, so that decimals are exact.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainspring {

struct JsonError {
    int line = 0, column = 0;  // from 1; of the first byte that does not fit
    std::string text;
};

class Json {
public:
    enum class Kind : std::uint8_t { null, boolean, number, text, array, object };
    using Member = std::pair<std::string, Json>;

    // The whole of `text` is one value: UTF-8, at most 64 levels deep, no key twice in an object.
    static std::expected<Json, JsonError> parse(std::string_view text);

    Kind kind() const { return kind_; }
    // As written: "true", "-12.50", or the characters of a text. Empty for null, arrays and objects.
    const std::string& text() const { return text_; }
    const std::vector<Json>& items() const { return items_; }        // of an array
    const std::vector<Member>& members() const { return members_; }  // of an object, in order
    // Null when there is no such member.
    const Json* find(std::string_view key) const;

    // For documents that this program wrote itself: anything unexpected is a BugError.
    std::int64_t integer() const;
    const Json& at(std::string_view key) const;

private:
    friend class JsonBuilder;
    Kind kind_ = Kind::null;
    std::string text_;
    std::vector<Json> items_;
    std::vector<Member> members_;
};

// What this program wrote itself; BugError when it is not JSON.
Json stored_json(std::string_view text);

}  // namespace mainspring
