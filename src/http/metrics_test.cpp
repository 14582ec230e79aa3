#include "http/metrics.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "http/log_line.hpp"

namespace mainspring::http {

namespace {

using namespace std::chrono_literals;

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("requests are counted by route, method and status, their durations by route and method") {
    Metrics metrics;
    const Request get{.path = "/api/v1/accounts/17"}, unread{};
    metrics.count({get, "/api/v1/accounts/{account}", 200, 4ms, 100, {}});
    metrics.count({get, "/api/v1/accounts/{account}", 200, 5ms, 100, {}});
    metrics.count({get, "/api/v1/accounts/{account}", 404, 20s, 100, {}});
    metrics.count({unread, "", 400, 1us, 50, {}});
    const std::string text = metrics.text({.connections = 3, .streams = 1, .in_flight = 2, .waiting = 4});
    const std::string labels = R"(route="/api/v1/accounts/{account}",method="GET")";
    CHECK(has_line(text, "mainspring_http_requests_total{" + labels + R"(,status="200"} 2)"));
    CHECK(has_line(text, "mainspring_http_requests_total{" + labels + R"(,status="404"} 1)"));
    CHECK(has_line(text, R"x(mainspring_http_requests_total{route="(none)",method="(none)",status="400"} 1)x"));
    const std::string durations = "mainspring_http_request_duration_seconds";
    CHECK(has_line(text, durations + "_bucket{" + labels + R"(,le="0.005"} 2)"));
    CHECK(has_line(text, durations + "_bucket{" + labels + R"(,le="10.000"} 2)"));
    CHECK(has_line(text, durations + "_bucket{" + labels + R"(,le="+Inf"} 3)"));
    CHECK(has_line(text, durations + "_sum{" + labels + "} 20.009000"));
    CHECK(has_line(text, durations + "_count{" + labels + "} 3"));
    CHECK(has_line(text, "mainspring_http_sent_bytes_total 350"));
    CHECK(has_line(text, "mainspring_http_connections 3"));
    CHECK(has_line(text, "mainspring_http_event_streams 1"));
    CHECK(has_line(text, "mainspring_http_requests_in_flight 2"));
    CHECK(has_line(text, "mainspring_http_requests_waiting 4"));
}

TEST_CASE("a line of the log tells nothing of a person") {
    const Request request{.method = Method::post,
                          .path = "/api/v1/accounts/personal",
                          .query = {{"name", "personal"}},
                          .headers = {{"Cookie", "personal"}},
                          .body = "personal",
                          .peer = "personal",
                          .id = "r-1"};
    const auto at = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 12h + 5ms;
    const std::string line = log_line({request, "/api/v1/accounts/{account}", 500, 1'500us, 70, "a \"fault\""}, at);
    CHECK(line == R"({"time": "2026-03-01T12:00:00.005Z", "request": "r-1", "method": "POST", )"
                  R"("route": "/api/v1/accounts/{account}", "status": 500, "took_us": 1500, "bytes": 70, )"
                  R"("fault": "a \"fault\""})"
                  "\n");
    CHECK(Json::parse(line));
    CHECK(log_line({Request{}, "", 400, 1us, 1, {}}, at).find("method") == std::string::npos);
}

}  // namespace

}  // namespace mainspring::http
