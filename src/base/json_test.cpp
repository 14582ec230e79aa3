#include "base/json.hpp"

#include <doctest/doctest.h>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"

using namespace mainspring;

TEST_CASE("a document is a tree, and numbers stay as they were written") {
    const auto json = Json::parse(R"( {"a": [1, -2.50, 1e3, 123456789012345678901234567890], "b": {"c": "é\n\u4e2d"},
                                       "t": true, "n": null} )");
    REQUIRE(json);
    CHECK(json->kind() == Json::Kind::object);
    const auto& numbers = json->at("a").items();
    REQUIRE(numbers.size() == 4);
    CHECK(numbers[0].integer() == 1);
    CHECK(numbers[1].text() == "-2.50");
    CHECK(numbers[2].text() == "1e3");
    CHECK(numbers[3].text() == "123456789012345678901234567890");
    CHECK(json->at("b").at("c").text() == "é\n中");
    CHECK(json->at("t").kind() == Json::Kind::boolean);
    CHECK(json->at("n").kind() == Json::Kind::null);
    CHECK(json->find("z") == nullptr);
    CHECK(json->members().at(1).first == "b");
}

TEST_CASE("what is not JSON is refused with its place") {
    const auto place = [](std::string_view text) {
        const auto json = Json::parse(text);
        REQUIRE_FALSE(json);
        CHECK_FALSE(json.error().text.empty());
        return std::pair(json.error().line, json.error().column);
    };
    CHECK(place("{\"a\": 1,\n \"b\" 2}") == std::pair(2, 6));
    CHECK(place("[1] 2") == std::pair(1, 5));
    CHECK(place("") == std::pair(1, 1));
    CHECK(place("[1, 2").first == 1);
    CHECK(place("\"\xff\"").first == 1);
    CHECK(place(std::string(100, '[') + std::string(100, ']')).first == 1);
    CHECK(Json::parse(R"({"a": 1, "b": 2, "a": 3})").error().text == "the key 'a' stands twice in an object");
}

TEST_CASE("a stored document that is not what was stored is a bug") {
    CHECK_THROWS_AS(stored_json("{"), BugError);
    CHECK_THROWS_AS(stored_json("{}").at("a"), BugError);
    CHECK_THROWS_AS(stored_json("1.5").integer(), BugError);
    CHECK_THROWS_AS(stored_json("\"1\"").integer(), BugError);
}

TEST_CASE("what is written is read back") {
    CHECK(json_string("a\"b\\\n\x01é") == R"("a\"b\\\u000a\u0001é")");
    const std::string text = JsonObject()
                                 .text("name", "a \"b\"\n")
                                 .number("n", -12)
                                 .raw("none", "null")
                                 .list("list", std::vector<int>{1, 2}, [](int each) { return std::to_string(each); })
                                 .done();
    CHECK(text == R"({"name": "a \"b\"\u000a", "n": -12, "none": null, "list": [1, 2]})");
    const auto read = Json::parse(text);
    REQUIRE(read.has_value());
    CHECK(read->at("name").text() == "a \"b\"\n");
    CHECK(read->at("n").integer() == -12);
    CHECK(json_list(std::vector<int>{}, [](int) { return "x"; }) == "[]");
    CHECK(json_texts({"a", "b"}) == R"(["a", "b"])");
    CHECK(json_object({{"a", "b"}}) == R"({"a": "b"})");
    CHECK(JsonObject().done() == "{}");
}
