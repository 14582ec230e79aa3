#include "http/server.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/http_client.hpp"
#include "support/http_server.hpp"

namespace mainspring::http {

namespace {

using test::HttpClient;
using test::TestServer;
using namespace std::chrono_literals;

TEST_CASE("a request is answered, and the next on the same connection") {
    TestServer server;
    HttpClient client(server.port());
    const auto first = client.get("/echo?a=1&b=%C3%A9+x");
    CHECK(first.status == 200);
    CHECK(first.body == "GET /echo a=1 b=é x");
    CHECK(first.header("X-Request-Id").value_or("").size() >= 15);
    const auto second = client.get("/echo");
    CHECK(second.body == "GET /echo");
    CHECK(second.header("X-Request-Id") != first.header("X-Request-Id"));
}

TEST_CASE("every reply carries the security headers") {
    TestServer server;
    HttpClient client(server.port());
    const auto reply = client.get("/echo");
    CHECK(reply.header("Content-Security-Policy").value_or("").find("frame-ancestors 'none'") != std::string::npos);
    CHECK(reply.header("X-Content-Type-Options") == "nosniff");
    CHECK(reply.header("Referrer-Policy") == "no-referrer");
    CHECK(reply.header("Permissions-Policy"));
    CHECK(reply.header("Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(reply.header("Cache-Control") == "no-store");
    CHECK(reply.header("Date").value_or("").ends_with(" GMT"));
    CHECK(!reply.header("Strict-Transport-Security"));
}

TEST_CASE("pipelined requests are answered in order") {
    TestServer server;
    HttpClient client(server.port());
    std::string requests;
    for (int i = 0; i < 20; ++i) requests += fmt::format("GET /echo?n={} HTTP/1.1\r\nHost: test\r\n\r\n", i);
    client.send(requests);
    for (int i = 0; i < 20; ++i) CHECK(client.reply().value().body == fmt::format("GET /echo n={}", i));
}

TEST_CASE("HEAD has the length and no body") {
    TestServer server;
    HttpClient client(server.port());
    client.send("HEAD /echo HTTP/1.1\r\nHost: test\r\n\r\n");
    CHECK(client.reply("HEAD").value().header("Content-Length") == "10");
    CHECK(client.get("/echo").body == "GET /echo");
}

TEST_CASE("a body by length and by chunks") {
    TestServer server;
    HttpClient client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhel");
    client.send("lo");
    CHECK(client.reply().value().body == "POST /echo hello");
    client.send(
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n"
        "Host: trailer\r\n\r\n");
    CHECK(client.reply().value().body == "POST /echo hello");
    CHECK(client.get("/echo").status == 200);
}

TEST_CASE("what a handler throws is a 500 without a word of it") {
    TestServer server;
    HttpClient client(server.port());
    const auto reply = client.get("/throws");
    CHECK(reply.status == 500);
    CHECK(reply.header("Content-Type") == "application/problem+json");
    CHECK(reply.body.find("secret") == std::string::npos);
    CHECK(client.get("/echo").status == 200);
}

}  // namespace

}  // namespace mainspring::http
