#include "http/message.hpp"

#include <doctest/doctest.h>

#include "http/request_target.hpp"

namespace mainspring::http {

namespace {

TEST_CASE("percent escapes") {
    CHECK(percent_decoded("%41b+c") == "Ab+c");
    CHECK(percent_decoded("") == "");
    CHECK(percent_decoded("%e6%b0%b4%2F") == "水/");
    CHECK(percent_decoded("%F0%9F%92%A7") == "💧");
    for (const char* broken : {"%", "%4", "a%4", "%4g", "%g4", "%00", "a%00b"}) {
        CAPTURE(broken);
        CHECK(!percent_decoded(broken));
    }
    // Alone, cut short, overlong, a surrogate, beyond the last character, a byte that never is in UTF-8.
    for (const char* no_utf8 :
         {"%80", "%e6%b0", "%c3", "%c0%af", "%e0%80%af", "%ed%a0%80", "%f4%90%80%80", "%ff", "%c3("}) {
        CAPTURE(no_utf8);
        CHECK(!percent_decoded(no_utf8));
    }
}

TEST_CASE("headers are found without regard to case, the first one counts") {
    const Pairs headers{{"Accept", "a"}, {"X-One", "1"}, {"x-one", "2"}};
    CHECK(find_header(headers, "accept") == "a");
    CHECK(find_header(headers, "X-ONE") == "1");
    CHECK(!find_header(headers, "Accep"));
    CHECK(!find_header(headers, "Accept2"));
}

TEST_CASE("cookies") {
    const Request request{.headers = {{"Cookie", "a=1; session=abc=d;b=\"two\"; Session=no"}, {"cookie", "late=3"}}};
    CHECK(request.cookie("a") == "1");
    CHECK(request.cookie("session") == "abc=d");
    CHECK(request.cookie("b") == "two");
    CHECK(request.cookie("late") == "3");
    CHECK(!request.cookie("ession"));
    CHECK(!request.cookie(""));
    CHECK(!Request{}.cookie("a"));
    CHECK(!Request{.headers = {{"Cookie", "a"}}}.cookie("b"));
}

TEST_CASE("every method has its text") {
    CHECK(text_of(Method::get) == "GET");
    CHECK(text_of(Method::head) == "HEAD");
    CHECK(text_of(Method::post) == "POST");
    CHECK(text_of(Method::put) == "PUT");
    CHECK(text_of(Method::patch) == "PATCH");
    CHECK(text_of(Method::remove) == "DELETE");
}

TEST_CASE("targets of requests") {
    const auto target = parse_target("/a%2Fb/c?x=1&&y=a+b%2B&z&=v&x=2");
    REQUIRE(target);
    CHECK(target->path == "/a%2Fb/c");
    CHECK(target->query == Pairs{{"x", "1"}, {"y", "a b+"}, {"z", ""}, {"", "v"}, {"x", "2"}});
    CHECK(parse_target("/").value().query.empty());
    CHECK(parse_target("/?").value().query.empty());
    CHECK(parse_target("/a?b?c=/d").value().query == Pairs{{"b?c", "/d"}});
}

TEST_CASE("targets as proxies send them") {
    CHECK(parse_target("http://host:80/a?b=c").value().path == "/a");
    CHECK(parse_target("https://host/a/b").value().path == "/a/b");
    CHECK(!parse_target("http://host"));  // a proxy adds the slash
    CHECK(!parse_target("http://host?x=/y"));
    CHECK(!parse_target("ftp://host/a"));
}

TEST_CASE("what is no target") {
    for (const char* text : {"", "a", "*", "host:443", "/a#b", "/%", "/%zz", "/a?b=%e6", "/a?%=b", "?a=b", "/a%00"}) {
        CAPTURE(text);
        CHECK(!parse_target(text));
    }
}

}  // namespace

}  // namespace mainspring::http
