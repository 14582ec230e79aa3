// Values as JSON text, for the jsonb columns of commands, audit and outbox.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainspring::org {

// "a\"b" with its quotes.
std::string json_string(std::string_view text);
// {"a": "b", …} in the order given.
std::string json_object(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace mainspring::org
