#include "support/http_server.hpp"

#include <stdexcept>

namespace mainspring::test {

namespace {

http::Response echo(const http::Request& request) {
    if (request.path == "/throws") throw std::runtime_error("a secret");
    http::Response response{.content_type = "text/plain"};
    response.route = request.path;
    response.body = std::string(text_of(request.method)) + " " + request.path;
    for (const auto& [name, value] : request.query) response.body += " " + name + "=" + value;
    if (!request.body.empty()) response.body += " " + request.body;
    return response;
}

}  // namespace

http::Application echo_application() {
    return {.most_body_bytes = [](http::Method, std::string_view path) -> std::size_t {
                return path == "/large" ? 10'000'000 : 1'000;
            },
            .handle = echo,
            .done = {}};
}

}  // namespace mainspring::test
