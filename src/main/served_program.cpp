#include "main/served_program.hpp"

#include <cstdio>

#include "base/clock.hpp"
#include "http/log_line.hpp"
#include "http/reply.hpp"

namespace mainspring::cli {

namespace {

// Of requests to addresses that there are not: they shall be told that, not that they say too much.
constexpr std::size_t kBodyForNobody = 64 * 1024;

http::Response plain(std::string_view route, std::string text) {
    http::Response response{.content_type = "text/plain; charset=utf-8"};
    response.body = std::move(text);
    response.route = route;
    return response;
}

bool is_get(const http::Request& request) {
    return request.method == http::Method::get || request.method == http::Method::head;
}

}  // namespace

http::Application ServedProgram::application() {
    return {.most_body_bytes = [this](http::Method method, std::string_view path) -> std::size_t {
                const std::size_t most = path.starts_with("/api/") ? api_.most_body_bytes(method, path) : 0;
                return most == 0 ? kBodyForNobody : most;
            },
            .handle = [this](const http::Request& request) { return handle(request); },
            .done = [this](const http::Answered& answered) { done(answered); }};
}

http::Response ServedProgram::handle(const http::Request& request) {
    if (request.path.starts_with("/api/")) return api_.handle(request);
    if (is_get(request)) {
        if (request.path == "/health") return plain("/health", "ok\n");
        if (request.path == "/ready") return ready(request);
        if (request.path == "/metrics") return plain("/metrics", metrics_.text(server_->load()));
    }
    if (web_)
        if (auto file = web_->answer(request)) return *std::move(file);
    return http::response_of({404, "not_found", "There is nothing at this address."}, request.id);
}

// Whether requests can be answered now: the database is there.
http::Response ServedProgram::ready(const http::Request& request) {
    try {
        with_tx(pool_, {Isolation::read_committed, {}, Access::read_only}, [](Tx& tx) { tx.exec_once("select 1"); });
        return plain("/ready", "ready\n");
    } catch (const DbError&) {
        auto response = http::response_of({503, "database_unavailable", "The database does not answer."}, request.id);
        response.route = "/ready";
        return response;
    }
}

void ServedProgram::done(const http::Answered& answered) {
    metrics_.count(answered);
    const std::string line = http::log_line(answered, SystemClock().now());
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace mainspring::cli
