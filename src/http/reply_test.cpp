#include "http/reply.hpp"

#include <doctest/doctest.h>

#include "base/ensure.hpp"
#include "http/compression.hpp"

namespace mainspring::http {

namespace {

std::string much_text() {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "meter reading ";
    return text;
}

Response with(Pairs headers) {
    Response response{.content_type = "application/json", .headers = std::move(headers)};
    response.body = much_text();
    return response;
}

TEST_CASE("a long text is compressed when the reader takes gzip") {
    Response plain = with({}), zipped = with({});
    const Reply as_is = reply_of(plain, {});
    CHECK(as_is.body == much_text());
    CHECK(as_is.head.find("Vary: Accept-Encoding\r\n") != std::string::npos);
    CHECK(as_is.head.find("Content-Encoding") == std::string::npos);
    const Reply smaller = reply_of(zipped, {.accept_encoding = "gzip"});
    CHECK(smaller.body.size() < 200);
    CHECK(smaller.body.starts_with("\x1f\x8b"));
    CHECK(smaller.head.find("Content-Encoding: gzip\r\n") != std::string::npos);
    CHECK(smaller.head.find("Content-Length: " + std::to_string(smaller.body.size())) != std::string::npos);
}

TEST_CASE("short texts, pictures, what is compressed already, and secrets are left as they are") {
    CHECK(may_compress(with({})));
    CHECK(may_compress(with({{"Cache-Control", "no-store"}})));
    CHECK(!may_compress(with({{"Set-Cookie", "session=secret"}})));
    CHECK(!may_compress(with({{"Cache-Control", "no-store, no-transform"}})));
    CHECK(!may_compress(with({{"Content-Encoding", "gzip"}})));
    Response short_text = with({}), picture = with({}), events = with({});
    short_text.body.resize(1'000);
    CHECK(!may_compress(short_text));
    picture.content_type = "image/png";
    CHECK(!may_compress(picture));
    events.events.emplace();
    CHECK(!may_compress(events));
}

TEST_CASE("what gzip makes no smaller is sent as it is, and Vary is said once") {
    Response response = with({{"Vary", "Accept-Encoding"}});
    response.body.clear();
    std::uint32_t state = 1;
    while (response.body.size() < 2'000) {
        state = state * 1'664'525 + 1'013'904'223;
        response.body += static_cast<char>(state >> 24);
    }
    const std::string before = response.body;
    const Reply reply = reply_of(response, {.accept_encoding = "gzip"});
    CHECK(reply.body == before);
    CHECK(reply.head.find("Content-Encoding") == std::string::npos);
    CHECK(reply.head.find("Vary") == reply.head.rfind("Vary"));
}

TEST_CASE("which types are text") {
    for (const char* type : {"text/csv", "application/json", "application/problem+json", "image/svg+xml",
                             "text/html; charset=utf-8", "application/yaml"})
        CHECK(is_text_type(type));
    for (const char* type : {"image/png", "application/pdf", "application/octet-stream", "font/woff2", ""})
        CHECK(!is_text_type(type));
}

TEST_CASE("what Accept-Encoding allows") {
    for (const char* header :
         {"gzip", "GZIP", "deflate, gzip;q=0.5", "x-gzip", "*", "br;q=1.0, *;q=0.1", "gzip ; q=1"}) {
        CAPTURE(header);
        CHECK(accepts_gzip(header));
    }
    for (const char* header : {"", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzipped", "identity", "gzip;q=0, *"}) {
        CAPTURE(header);
        CHECK(!accepts_gzip(header));
    }
}

TEST_CASE("a header cannot end the head") {
    for (const char* value : {"a\r\nSet-Cookie: b", "a\n", "\x01", "\x7f"}) {
        Response response = with({{"Location", value}});
        CHECK_THROWS_AS(reply_of(response, {}), BugError);
    }
    Response response = with({{"A: b\r\nC", "d"}});
    CHECK_THROWS_AS(reply_of(response, {}), BugError);
}

TEST_CASE("204 and 304 have neither body nor length") {
    for (const int status : {204, 304}) {
        Response response{.status = status};
        response.body = "ignored";
        const Reply reply = reply_of(response, {});
        CHECK(reply.body.empty());
        CHECK(reply.head.find("Content-Length") == std::string::npos);
        CHECK(reply.head.find("\r\nContent-Type:") == std::string::npos);
    }
}

TEST_CASE("HSTS over TLS only") {
    Response one = with({}), other = with({});
    CHECK(reply_of(one, {}).head.find("Strict-Transport-Security") == std::string::npos);
    CHECK(reply_of(other, {.transport = ReplyForm::Transport::tls}).head.find("Strict-Transport-Security: max-age=") !=
          std::string::npos);
}

TEST_CASE("a response may have its own policy and caching") {
    Response response = with({{"Content-Security-Policy", "default-src 'none'"}, {"Cache-Control", "no-cache"}});
    const Reply reply = reply_of(response, {});
    CHECK(reply.head.find("frame-ancestors") == std::string::npos);
    CHECK(reply.head.find("no-store") == std::string::npos);
}

TEST_CASE("what the server refuses is a problem of RFC 9457") {
    const Response response = response_of({503, "busy", "Try \"again\".", {{"Retry-After", "1"}}}, "id-1");
    CHECK(response.status == 503);
    CHECK(response.content_type == "application/problem+json");
    CHECK(find_header(response.headers, "Retry-After") == "1");
    CHECK(response.body == R"({"type": "urn:mainspring:problem:busy", "title": "Service Unavailable", "status": 503, )"
                           R"("detail": "Try \"again\".", "request_id": "id-1"})");
}

TEST_CASE("events and chunks") {
    CHECK(event_text("progress", "{}") == "event: progress\ndata: {}\n\n");
    CHECK(event_text("", "{}") == "data: {}\n\n");
    CHECK_THROWS_AS(event_text("a", "{\n}"), BugError);
    CHECK(chunk_of("0123456789abcdef!") == "11\r\n0123456789abcdef!\r\n");
    CHECK(chunk_of("") == "0\r\n\r\n");
}

}  // namespace

}  // namespace mainspring::http
