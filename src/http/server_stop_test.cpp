// The graceful stop, and streams of events.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <mutex>
#include <vector>

#include "support/gate.hpp"
#include "support/http_client.hpp"
#include "support/http_server.hpp"

namespace mainspring::http {

namespace {

using test::Gate;
using test::HttpClient;
using test::TestServer;
using namespace std::chrono_literals;

constexpr std::string_view kGet = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";

Application gated(Gate& gate) {
    auto application = test::echo_application();
    application.handle = [&gate](const Request&) {
        gate.pass();
        return Response{.body = "done"};
    };
    return application;
}

Application streaming(std::function<EventSource::Part()> next) {
    auto application = test::echo_application();
    application.handle = [next = std::move(next)](const Request& request) {
        if (request.path != "/events") return Response{.body = "other"};
        Response response;
        response.route = "/events";
        response.events = EventSource{.every = 1ms, .next = next};
        return response;
    };
    return application;
}

EventSource::Part nothing_new() { return {}; }

TEST_CASE("a stop before the run ends it") {
    Server server({}, test::echo_application());
    server.stop();
    server.run();
}

TEST_CASE("a stop finishes the request under way, then the connection") {
    Gate gate;
    TestServer server({}, gated(gate));
    HttpClient idle(server.port()), busy(server.port());
    CHECK(server.port() != 0);
    busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    gate.await_visitors(1);
    server.begin_stop();
    CHECK(idle.receive_all().empty());
    CHECK_THROWS(HttpClient(server.port()).get("/"));  // no new connections
    gate.open();
    const auto reply = busy.reply().value();
    CHECK(reply.body == "done");
    CHECK(reply.header("Connection") == "close");
    CHECK(busy.receive_all().empty());
    busy.close();
    server.stop();
    CHECK(server.load().in_flight == 0);
}

TEST_CASE("a request that is still being sent when the stop comes is answered") {
    TestServer server;
    HttpClient client(server.port());
    client.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
    CHECK(client.reply().value().status == 200);
    server.begin_stop();
    client.send("b");
    CHECK(client.reply().value().body == "POST /echo ab");
    CHECK(client.receive_all().empty());
}

TEST_CASE("a stop does not wait for ever for peers") {
    TestServer server({.stop_timeout = 50ms});
    HttpClient client(server.port());
    client.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HT");
    CHECK(client.reply().value().status == 200);
    server.stop();
    CHECK(client.receive_all().empty());
}

TEST_CASE("events come as chunks until the last one") {
    std::atomic<int> asked = 0;
    TestServer server({}, streaming([&asked]() -> EventSource::Part {
                          const int n = ++asked;
                          if (n % 2 == 0) return {};
                          return {.name = "progress", .data = fmt::format("{{\"n\":{}}}", n), .last = n == 3};
                      }));
    HttpClient client(server.port());
    client.send(kGet);
    const std::string head = client.receive_until("\r\n\r\n");
    CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
    CHECK(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(head.find("X-Accel-Buffering: no\r\n") != std::string::npos);
    CHECK(head.find("Content-Length") == std::string::npos);
    CHECK(client.receive_all() ==
          "1f\r\nevent: progress\ndata: {\"n\":1}\n\n\r\n1f\r\nevent: progress\ndata: {\"n\":3}\n\n\r\n0\r\n\r\n");
}

TEST_CASE("a reader of HTTP/1.0 gets events without chunks, HEAD gets none") {
    TestServer server({}, streaming([]() -> EventSource::Part { return {.name = {}, .data = "1", .last = true}; }));
    HttpClient old(server.port());
    old.send("GET /events HTTP/1.0\r\n\r\n");
    CHECK(old.receive_until("\r\n\r\n").find("chunked") == std::string::npos);
    CHECK(old.receive_all() == "data: 1\n\n");
    HttpClient head(server.port());
    head.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(head.receive_until("\r\n\r\n").find("text/event-stream") != std::string::npos);
    CHECK(head.receive_all().empty());
    CHECK(server.load().streams == 0);
}

TEST_CASE("a stream with nothing to say shows that it lives") {
    TestServer server({.heartbeat = 20ms}, streaming(nothing_new));
    HttpClient client(server.port());
    client.send(kGet);
    client.receive_until("\r\n\r\n");
    constexpr std::string_view kTwice = "4\r\n: \n\n\r\n4\r\n: \n\n\r\n";
    CHECK(client.receive_until(kTwice) == kTwice);
}

TEST_CASE("a stream ends when its reader has gone") {
    TestServer server({}, streaming(nothing_new));
    HttpClient client(server.port());
    client.send(kGet);
    client.receive_until("\r\n\r\n");
    CHECK(server.load().streams == 1);
    client.close();
    while (server.load().connections != 0) std::this_thread::yield();
    CHECK(server.load().streams == 0);
}

TEST_CASE("a source that throws ends its stream") {
    TestServer server({}, streaming([]() -> EventSource::Part { throw std::runtime_error("secret"); }));
    HttpClient client(server.port());
    client.send(kGet);
    client.receive_until("\r\n\r\n");
    CHECK(client.receive_all() == "0\r\n\r\n");
}

TEST_CASE("many streams do not hold the workers, and end at a stop") {
    TestServer server({.workers = 1}, streaming(nothing_new));
    std::vector<std::unique_ptr<HttpClient>> readers;
    for (int i = 0; i < 50; ++i) {
        readers.push_back(std::make_unique<HttpClient>(server.port()));
        readers.back()->send(kGet);
        readers.back()->receive_until("\r\n\r\n");
    }
    CHECK(server.load().streams == 50);
    CHECK(HttpClient(server.port()).get("/other").body == "other");
    server.begin_stop();
    for (const auto& reader : readers) CHECK(reader->receive_all() == "0\r\n\r\n");
    readers.clear();
    server.stop();
    CHECK(server.load().streams == 0);
}

TEST_CASE("each reply is told once, a stream at its end") {
    struct Told {
        std::string route, id;
        int status;
        std::size_t bytes;
        std::string fault;
    };
    std::mutex mutex;
    std::vector<Told> told;
    auto application = streaming([]() -> EventSource::Part { return {.name = {}, .data = "1", .last = true}; });
    application.handle = [streams = application.handle](const Request& request) {
        if (request.path == "/throws") throw std::out_of_range("a secret");
        return streams(request);
    };
    application.done = [&](const Answered& answered) {
        const std::lock_guard lock(mutex);
        told.push_back({std::string(answered.route), answered.request.id, answered.status, answered.bytes,
                        std::string(answered.fault)});
    };
    TestServer server({}, application);
    HttpClient client(server.port());
    const auto fault = client.get("/throws");
    client.send(kGet);
    const std::size_t streamed = client.receive_all().size();
    HttpClient refused(server.port());
    refused.send("GET / HTTP/1.1\r\n\r\n");
    CHECK(refused.reply().value().status == 400);
    client.close();
    refused.close();
    server.stop();
    REQUIRE(told.size() == 3);
    CHECK(told[0].status == 500);
    CHECK(told[0].id == fault.header("X-Request-Id"));
    CHECK(told[0].fault == "std::out_of_range");
    CHECK(told[1].route == "/events");
    CHECK(told[1].bytes == streamed);
    CHECK(told[2].status == 400);
    CHECK(!told[2].id.empty());
}

}  // namespace

}  // namespace mainspring::http
