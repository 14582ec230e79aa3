// What the server refuses, and what it does with peers that are slow, silent or gone.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <vector>

#include "support/gate.hpp"
#include "support/http_client.hpp"
#include "support/http_server.hpp"

namespace mainspring::http {

namespace {

using test::ClientReply;
using test::Gate;
using test::HttpClient;
using test::TestServer;
using namespace std::chrono_literals;

ServerOptions with_short(std::chrono::milliseconds ServerOptions::* timeout) {
    ServerOptions options;
    options.*timeout = 60ms;
    return options;
}

// The reply to these bytes, after which the server must end the connection.
ClientReply last_reply(const TestServer& server, std::string_view bytes) {
    HttpClient client(server.port());
    client.send(bytes);
    const ClientReply reply = client.reply().value();
    CHECK(reply.header("Connection") == "close");
    CHECK(reply.header("Content-Type") == "application/problem+json");
    CHECK(client.receive_all().empty());
    return reply;
}

TEST_CASE("refusals of the reader are answered, and end the connection") {
    TestServer server({.most_head_bytes = 2'000});
    CHECK(last_reply(server, "GET / HTTP/1.1\r\n\r\n").status == 400);
    CHECK(last_reply(server, "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(3'000, 'x')).status == 431);
    CHECK(last_reply(server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n").status == 413);
    const auto method = last_reply(server, "OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(method.status == 405);
    CHECK(method.header("Allow") == "GET, HEAD, POST, PUT, PATCH, DELETE");
    CHECK(last_reply(server, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n").status == 501);
}

TEST_CASE("a second request hidden in a body of two lengths is never seen") {
    Gate seen;
    auto application = test::echo_application();
    application.handle = [&](const Request&) {
        seen.open();
        return Response{};
    };
    TestServer server({}, application);
    const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    for (const std::string& lengths :
         {fmt::format("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", hidden.size() + 5),
          fmt::format("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n\r\n0\r\n\r\n", hidden.size() + 5),
          std::string("Content-Length: 0\r\nContent-Length: 44\r\n\r\n"), std::string("Content-Length: 0, 44\r\n\r\n"),
          std::string("Transfer-Encoding: xchunked\r\n\r\n")})
        CHECK(last_reply(server, "POST / HTTP/1.1\r\nHost: a\r\n" + lengths + hidden).status >= 400);
    CHECK(!seen.is_open());
}

TEST_CASE("a peer that sends too large a body still gets the reply") {
    TestServer server;
    HttpClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
    client.send(std::string(4'000'000, 'x'));
    CHECK(client.reply().value().status == 413);
}

TEST_CASE("Expect: 100-continue is met, or refused before the body is sent") {
    TestServer server;
    HttpClient client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.reply().value().status == 100);
    client.send("ab");
    CHECK(client.reply().value().body == "POST /echo ab");
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.reply().value().status == 413);
}

TEST_CASE("a large body arrives whole, and so does a large reply") {
    TestServer server;
    HttpClient client(server.port());
    const std::string body(3'000'000, 'm');
    client.send(fmt::format("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.size()) + body);
    CHECK(client.reply().value().body == "POST /large " + body);
}

TEST_CASE("a head that does not come in time is 408") {
    TestServer server(with_short(&ServerOptions::head_timeout));
    CHECK(last_reply(server, "GET / HTTP/1.1\r\nHost: a\r\n").status == 408);
}

TEST_CASE("a peer that sends a head byte by byte does not get more time") {
    TestServer server(with_short(&ServerOptions::head_timeout));
    HttpClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n");
    std::string got;
    while (got.empty()) {
        client.send("X");
        got = client.receive_within(5ms);
    }
    CHECK(got.starts_with("HTTP/1.1 408 "));
}

TEST_CASE("a body that does not come in time is 408") {
    TestServer server(with_short(&ServerOptions::body_timeout));
    CHECK(last_reply(server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc").status == 408);
}

TEST_CASE("an idle connection is closed without a word") {
    TestServer server(with_short(&ServerOptions::idle_timeout));
    HttpClient silent(server.port());
    CHECK(silent.receive_all().empty());
    HttpClient client(server.port());
    CHECK(client.get("/echo").status == 200);
    CHECK(client.receive_all().empty());
}

TEST_CASE("a peer that does not take its reply is cut off") {
    auto application = test::echo_application();
    application.handle = [](const Request&) {
        Response response{.content_type = "image/png"};
        response.body.assign(50'000'000, 'x');
        return response;
    };
    ServerOptions options = with_short(&ServerOptions::write_timeout);
    options.least_bytes_per_second = 100'000'000;
    TestServer server(options, application);
    HttpClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (server.load().connections != 1) std::this_thread::yield();
    while (server.load().connections != 0) std::this_thread::sleep_for(1ms);
    CHECK(client.receive_all().size() < 50'000'000);
}

TEST_CASE("a peer that goes in the middle of a request leaves nothing behind") {
    TestServer server;
    for (const char* part : {"", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"}) {
        HttpClient client(server.port());
        client.send(part);
        client.close();
    }
    HttpClient client(server.port());
    CHECK(client.get("/echo").status == 200);
    while (server.load().connections != 1) std::this_thread::yield();
}

TEST_CASE("one connection too many is turned away") {
    TestServer server({.most_connections = 2, .idle_timeout = 24h});
    HttpClient first(server.port()), second(server.port());
    CHECK(first.get("/echo").status == 200);
    CHECK(second.get("/echo").status == 200);
    HttpClient third(server.port());
    const auto refused = third.reply().value();
    CHECK(refused.status == 503);
    CHECK(refused.header("Retry-After") == "5");
    first.close();
    while (server.load().connections != 1) std::this_thread::yield();
    HttpClient fourth(server.port());
    CHECK(fourth.get("/echo").status == 200);
}

TEST_CASE("where there is little room left, idle connections make some") {
    TestServer server({.most_connections = 2, .idle_timeout = 60s});
    HttpClient first(server.port()), second(server.port());
    CHECK(first.get("/echo").status == 200);
    CHECK(second.get("/echo").status == 200);
    CHECK(first.receive_all().empty());  // long before the minute is over
}

TEST_CASE("with all workers busy and the queue full a request is 503, and can be tried again") {
    Gate gate;
    auto application = test::echo_application();
    application.handle = [&](const Request&) {
        gate.pass();
        return Response{.body = "done"};
    };
    TestServer server({.workers = 1, .most_waiting = 1}, application);
    HttpClient busy(server.port()), waits(server.port()), refused(server.port());
    busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    gate.await_visitors(1);
    waits.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (server.load().waiting != 1) std::this_thread::yield();
    const auto reply = refused.get("/");
    CHECK(reply.status == 503);
    CHECK(reply.header("Retry-After") == "1");
    CHECK(reply.body.find("urn:mainspring:problem:busy") != std::string::npos);
    gate.open();
    CHECK(busy.reply().value().body == "done");
    CHECK(waits.reply().value().body == "done");
    CHECK(refused.get("/").body == "done");
}

TEST_CASE("200 connections are kept and served at once") {
    TestServer server({.socket_threads = 2});
    std::vector<std::unique_ptr<HttpClient>> clients;
    for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<HttpClient>(server.port()));
    for (int round = 0; round < 5; ++round) {
        for (std::size_t i = 0; i < clients.size(); ++i)
            clients[i]->send(fmt::format("GET /echo?n={} HTTP/1.1\r\nHost: a\r\n\r\n", i));
        std::size_t right = 0;
        for (std::size_t i = 0; i < clients.size(); ++i)
            if (clients[i]->reply().value().body == fmt::format("GET /echo n={}", i)) ++right;
        CHECK(right == clients.size());
    }
    CHECK(server.load().connections == 200);
}

}  // namespace

}  // namespace mainspring::http
