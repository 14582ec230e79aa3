#include "base/json_writer.hpp"

#include <fmt/format.h>

namespace mainspring {

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out.append({'\\', c});
        else if (byte < 0x20)
            out += fmt::format("\\u{:04x}", byte);
        else
            out.push_back(c);
    }
    out.push_back('"');
    return out;
}

std::string json_texts(const std::vector<std::string>& texts) { return json_list(texts, json_string); }

std::string json_object(const std::vector<std::pair<std::string, std::string>>& members) {
    JsonObject object;
    for (const auto& [name, value] : members) object.text(name, value);
    return object.done();
}

JsonObject& JsonObject::raw(std::string_view key, std::string_view json) {
    if (!members_.empty()) members_ += ", ";
    members_ += json_string(key) + ": ";
    members_ += json;
    return *this;
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) { return raw(key, json_string(value)); }

JsonObject& JsonObject::number(std::string_view key, std::int64_t value) { return raw(key, fmt::to_string(value)); }

}  // namespace mainspring
