#include "http/request_reader.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "fuzz/http_entry.hpp"

namespace mainspring::http {

namespace {

const RequestReader::Limits kLimits{
    .most_head_bytes = 1'024,
    .most_body_bytes = [](Method, std::string_view path) -> std::size_t { return path == "/ten" ? 10 : 1'000; }};

// The status of the refusal; 0: the request is whole; -1: wants more.
int status_of(std::string_view bytes) {
    RequestReader reader(kLimits);
    const auto step = reader.take(bytes);
    if (!step) return step.error().status;
    return step->state == RequestReader::State::whole ? 0 : -1;
}

std::string with_headers(std::string_view headers) {
    return fmt::format("POST /a HTTP/1.1\r\nHost: test\r\n{}\r\n", headers);
}

TEST_CASE("a request is the same however its bytes are cut") {
    const std::string bytes =
        "\r\nPOST /ten?a=b HTTP/1.1\r\nHost: test\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4;x=\"y\"\r\nbody\r\n3\r\nand\r\n0\r\nX-Trailer: t\r\n\r\nGET";
    for (std::size_t cut = 0; cut <= bytes.size() - 3; ++cut) {
        CAPTURE(cut);
        RequestReader reader(kLimits);
        auto step = reader.take(std::string_view(bytes).substr(0, cut));
        REQUIRE(step);
        std::size_t taken = step->taken;
        if (step->state != RequestReader::State::whole) {
            step = reader.take(std::string_view(bytes).substr(taken));
            REQUIRE(step);
            taken += step->taken;
        }
        CHECK(step->state == RequestReader::State::whole);
        CHECK(bytes.substr(taken) == "GET");
        const Request& request = reader.request();
        CHECK(request.method == Method::post);
        CHECK(request.path == "/ten");
        CHECK(request.query == Pairs{{"a", "b"}});
        CHECK(request.header("x-a") == "1");
        CHECK(!request.header("X-Trailer"));
        CHECK(request.body == "bodyand");
    }
}

TEST_CASE("the next request begins where the last one ended") {
    RequestReader reader(kLimits);
    const std::string_view both = "GET /1 HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto first = reader.take(both).value();
    CHECK(reader.request().path == "/1");
    reader.begin();
    CHECK(!reader.head_taken());
    CHECK(reader.take(both.substr(first.taken)).value().state == RequestReader::State::whole);
    CHECK(reader.request().path == "/2");
    CHECK(!reader.request().header("X"));
}

TEST_CASE("whether the connection is kept") {
    const auto keeps = [](std::string_view bytes) {
        RequestReader reader(kLimits);
        REQUIRE(reader.take(bytes));
        return reader.keep_alive();
    };
    CHECK(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK(!keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    CHECK(!keeps("GET / HTTP/1.0\r\n\r\n"));
    CHECK(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("lengths that two readers could understand differently are refused") {
    CHECK(status_of(with_headers("Content-Length: 0\r\n")) == 0);
    CHECK(status_of(with_headers("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")) == 400);
    CHECK(status_of(with_headers("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")) == 400);
    CHECK(status_of(with_headers("Content-Length: 1\r\nContent-Length: 1\r\n")) == 400);
    CHECK(status_of(with_headers("Content-Length: 1\r\nContent-Length: 2\r\n")) == 400);
    CHECK(status_of(with_headers("Content-Length: 1, 1\r\n")) == 400);
    for (const char* length : {"-1", "+1", "1 1", "0x1", "1.0", "", "99999999999999999999"}) {
        CAPTURE(length);
        CHECK(status_of(with_headers(fmt::format("Content-Length: {}\r\n", length))) == 400);
    }
    CHECK(status_of(with_headers("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
    for (const char* encoding :
         {"gzip", "gzip, chunked", "chunked, gzip", "chunked, identity", "xchunked", "identity"}) {
        CAPTURE(encoding);
        CHECK(status_of(with_headers(fmt::format("Transfer-Encoding: {}\r\n", encoding))) == 501);
    }
    CHECK(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
    CHECK(status_of(with_headers("Transfer-Encoding : chunked\r\n")) == 400);
    CHECK(status_of(with_headers("Transfer-Encoding: chunked\r\n") + "0x1\r\na\r\n0\r\n\r\n") == 400);
    CHECK(status_of(with_headers("Transfer-Encoding: chunked\r\n") + "-1\r\na\r\n0\r\n\r\n") == 400);
    CHECK(status_of(with_headers("Transfer-Encoding: chunked\r\n") + "1\r\nab\r\n0\r\n\r\n") == 400);
    CHECK(status_of(with_headers("Transfer-Encoding: chunked\r\n") + "ffffffffffffffff1\r\na\r\n") == 400);
}

TEST_CASE("what is not well-formed is refused") {
    CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);  // no Host
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\nHost: a\n\n") == 505);  // read as a version that does not end
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\n: z\r\n\r\n") == 400);
    CHECK(status_of(fmt::format("GET / HTTP/1.1\r\nHost: a\r\nX: a{}b\r\n\r\n", '\0')) == 400);
    CHECK(status_of("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n") == 505);
    CHECK(status_of("GET a HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("\x16\x03\x01\x02") == 400);  // a TLS handshake
}

TEST_CASE("versions and methods") {
    CHECK(status_of("GET / HTTP/1.0\r\n\r\n") == 0);
    CHECK(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
    CHECK(status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505);
    for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
        CHECK(status_of(fmt::format("{} / HTTP/1.1\r\nHost: a\r\n\r\n", method)) == 0);
    CHECK(status_of("BREW / HTTP/1.1\r\nHost: a\r\n\r\n") == 501);
    CHECK(status_of("get / HTTP/1.1\r\nHost: a\r\n\r\n") == 501);
    CHECK(status_of("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
    CHECK(status_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
    CHECK(status_of("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
}

TEST_CASE("a head has a largest size, whether it ends or not") {
    const std::string much(2'000, 'x');
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + much + "\r\n\r\n") == 431);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + much) == 431);
    CHECK(status_of("GET /" + much) == 431);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + much.substr(0, 900) + "\r\n\r\n") == 0);
}

TEST_CASE("a body has a largest size by its address, known before it is read") {
    CHECK(status_of("POST /ten HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n") == 413);
    CHECK(status_of("POST /ten HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789") == 0);
    const std::string chunked = "POST /ten HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(status_of(chunked + "6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n") == 0);
    CHECK(status_of(chunked + "6\r\n012345\r\n5\r\n") == 413);
    CHECK(status_of(chunked + "b\r\n01") == 413);
}

TEST_CASE("expectations") {
    RequestReader reader(kLimits);
    const std::string head = with_headers("Content-Length: 2\r\nExpect: 100-Continue\r\n");
    CHECK(reader.take(head).value().state == RequestReader::State::wants_continue);
    CHECK(reader.take("ab").value().state == RequestReader::State::whole);
    CHECK(status_of(head + "ab") == 0);  // sent without waiting
    CHECK(status_of(with_headers("Expect: coffee\r\n")) == 417);
}

TEST_CASE("the fuzz corpus keeps the invariants of the reader") {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(MAINSPRING_SOURCE_DIR "/tests/fuzz/corpus/http")) {
        CAPTURE(entry.path().string());
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        fuzz::http_request(bytes);
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) fuzz::http_request(bytes.substr(0, cut));
        ++files;
    }
    CHECK(files >= 8);
}

}  // namespace

}  // namespace mainspring::http
