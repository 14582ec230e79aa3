#include "base/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <charconv>
#include <fmt/format.h>

#include "base/ensure.hpp"

namespace mainspring {

// The handler that Boost's parser calls, event by event.
class JsonBuilder {
public:
    using Code = boost::system::error_code;
    using View = boost::json::string_view;
    static constexpr std::size_t max_object_size = ~std::size_t{0};
    static constexpr std::size_t max_array_size = ~std::size_t{0};
    static constexpr std::size_t max_key_size = 1024;
    static constexpr std::size_t max_string_size = std::size_t{1} << 28U;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return open(Json::Kind::object); }
    bool on_array_begin(Code&) { return open(Json::Kind::array); }
    bool on_object_end(std::size_t, Code& code) {
        std::vector<std::string_view> keys;
        for (const auto& [key, value] : stack_.back().members_) keys.push_back(key);
        std::ranges::sort(keys);
        if (std::ranges::adjacent_find(keys) != keys.end()) {
            problem_ = fmt::format("the key '{}' stands twice in an object", *std::ranges::adjacent_find(keys));
            code = boost::json::error::syntax;
            return false;
        }
        return close();
    }
    bool on_array_end(std::size_t, Code&) { return close(); }
    bool on_key_part(View part, std::size_t, Code&) { return gather(part); }
    bool on_key(View part, std::size_t, Code&) {
        gather(part);
        keys_.push_back(std::exchange(gathered_, {}));
        return true;
    }
    bool on_string_part(View part, std::size_t, Code&) { return gather(part); }
    bool on_string(View part, std::size_t, Code&) { return gather(part) && scalar(Json::Kind::text); }
    bool on_number_part(View part, Code&) { return gather(part); }
    bool on_int64(std::int64_t, View part, Code&) { return gather(part) && scalar(Json::Kind::number); }
    bool on_uint64(std::uint64_t, View part, Code&) { return gather(part) && scalar(Json::Kind::number); }
    template <class Binary>
    bool on_double(Binary, View part, Code&) {
        return gather(part) && scalar(Json::Kind::number);
    }
    bool on_bool(bool value, Code&) { return gather(value ? "true" : "false") && scalar(Json::Kind::boolean); }
    bool on_null(Code&) { return scalar(Json::Kind::null); }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }

    Json root_;
    std::string problem_;

private:
    bool open(Json::Kind kind) {
        stack_.emplace_back().kind_ = kind;
        return true;
    }
    bool close() {
        Json done = std::move(stack_.back());
        stack_.pop_back();
        return place(std::move(done));
    }
    bool gather(View part) {
        gathered_.append(part.data(), part.size());
        return true;
    }
    bool scalar(Json::Kind kind) {
        Json value;
        value.kind_ = kind;
        value.text_ = std::exchange(gathered_, {});
        return place(std::move(value));
    }
    bool place(Json value) {
        if (stack_.empty()) {
            root_ = std::move(value);
        } else if (stack_.back().kind_ == Json::Kind::array) {
            stack_.back().items_.push_back(std::move(value));
        } else {
            stack_.back().members_.emplace_back(std::move(keys_.back()), std::move(value));
            keys_.pop_back();
        }
        return true;
    }

    std::vector<Json> stack_;  // open arrays and objects
    std::vector<std::string> keys_;  // waiting for their values
    std::string gathered_;
};

namespace {

JsonError error_at(std::string_view text, std::size_t offset, std::string why) {
    const std::string_view before = text.substr(0, offset);
    const auto line_start = before.rfind('\n');
    return {static_cast<int>(std::ranges::count(before, '\n')) + 1,
            static_cast<int>(line_start == std::string_view::npos ? offset + 1 : offset - line_start), std::move(why)};
}

}  // namespace

std::expected<Json, JsonError> Json::parse(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::basic_parser<JsonBuilder> parser(options);
    boost::system::error_code code;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
    JsonBuilder& builder = parser.handler();
    if (code)
        return std::unexpected(error_at(text, used, builder.problem_.empty() ? code.message() : builder.problem_));
    if (used < text.size()) return std::unexpected(error_at(text, used, "something follows the value"));
    return std::move(builder.root_);
}

const Json* Json::find(std::string_view key) const {
    const auto at = std::ranges::find(members_, key, &Member::first);
    return at == members_.end() ? nullptr : &at->second;
}

std::int64_t Json::integer() const {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    ensure(kind_ == Kind::number && error == std::errc{} && end == text_.data() + text_.size(),
           fmt::format("'{}' is no whole number", text_));
    return value;
}

const Json& Json::at(std::string_view key) const {
    const Json* found = find(key);
    ensure(found != nullptr, fmt::format("a stored document lacks '{}'", key));
    return *found;
}

Json stored_json(std::string_view text) {
    auto json = Json::parse(text);
    ensure(json.has_value(), fmt::format("a stored document is not JSON: {}", json ? "" : json.error().text));
    return std::move(*json);
}

}  // namespace mainspring
