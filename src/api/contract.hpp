// The contract of the API (api/openapi.yaml), read once and asked for every request: parameters and bodies that it does
// not allow never reach a handler. The only user of valijson.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace mainspring::api {

class Contract {
public:
    // BugError when the document is not the OpenAPI that this class knows.
    explicit Contract(std::string_view yaml);
    ~Contract();

    struct Operation {
        http::Method method{};
        std::string path;  // "/utilities/{utility}/bills/{bill}"
        std::string id;  // "getBill"
        std::string who;  // x-who; empty: staff
        std::string permission;  // x-permission; empty: none
        bool needs_key = false;  // Idempotency-Key
        bool asks = false;  // x-asks: a question whose text is too long for an address; it writes nothing
    };
    const std::vector<Operation>& operations() const;

    struct Violation {
        std::string field;  // "query.limit", "body.values[0].register"; of a reply: "reply…"
        std::string sentence;
    };
    // REQUIRES: one value for each brace of the path. `operation` is an index into operations().
    std::optional<Violation> check_request(std::size_t operation, const std::vector<std::string>& path_values,
                                           const http::Request& request) const;
    std::optional<Violation> check_reply(std::size_t operation, const http::Response& response) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// Of the source tree, carried inside the program.
std::string_view openapi_yaml();

}  // namespace mainspring::api
