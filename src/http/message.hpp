// A request and its reply as plain values: handlers know nothing of sockets.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainspring::http {

enum class Method : std::uint8_t { get, head, post, put, patch, remove };
std::string_view text_of(Method method);  // "GET"

using Pairs = std::vector<std::pair<std::string, std::string>>;
// The first value of the name, case ignored; nothing when there is none.
std::optional<std::string_view> find_header(const Pairs& headers, std::string_view name);

struct Request {
    Method method = Method::get;
    std::string path = {};  // as sent, still percent-encoded, without the query: "/api/v1/search"
    Pairs query = {};       // decoded, in order
    Pairs headers = {};
    std::string body = {};
    std::string peer = {};  // address of the caller, without port
    std::string id = {};    // of this request, in logs and problems

    std::optional<std::string_view> header(std::string_view name) const { return find_header(headers, name); }
    std::optional<std::string_view> cookie(std::string_view name) const;
};

// A reply that goes on: server-sent events. The server asks for the next part every so often, on a worker thread, until
// there is none or the reader has gone.
struct EventSource {
    struct Part {
        std::string name, data;  // data: one line of JSON; empty: nothing new
        bool last = false;
    };
    std::chrono::milliseconds every{500};
    std::function<Part()> next;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body = {};
    Pairs headers = {};
    std::optional<EventSource> events = std::nullopt;
    std::string route = {};  // template of the route that answered, "/api/v1/accounts/{account}": for logs and metrics
};

// "%41b+c" -> "Ab+c"; nothing when an escape is broken or the result is no UTF-8 or holds a NUL, which no text of the
// database can.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace mainspring::http
