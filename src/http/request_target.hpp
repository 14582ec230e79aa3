// The target of a request line (RFC 9112 §3.2) taken apart: "/a/b?c=d", or "http://host/a/b?c=d" as proxies send it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace mainspring::http {

struct Target {
    std::string path;  // begins with "/"; still percent-encoded, but every escape in it is whole
    Pairs query;       // decoded; "+" is a space there
};

// Nothing when it is neither form, or when an escape is broken or gives no UTF-8.
std::optional<Target> parse_target(std::string_view text);

}  // namespace mainspring::http
