#include "api/contract.hpp"

#include <doctest/doctest.h>

namespace mainspring::api {
namespace {

const Contract& contract() {
    static const Contract once(openapi_yaml());
    return once;
}

std::size_t operation(std::string_view id) {
    const auto& all = contract().operations();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].id == id) return i;
    FAIL("there is no operation " << id);
    return 0;
}

http::Request post(std::string body) {
    return {.method = http::Method::post,
            .path = "",
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
            .body = std::move(body)};
}

std::string field_of(const std::optional<Contract::Violation>& violation) { return violation ? violation->field : ""; }

TEST_CASE("every operation says who may call it, and a write carries a key") {
    for (const Contract::Operation& each : contract().operations()) {
        INFO(each.id);
        CHECK(!each.id.empty());
        const bool open = each.who == "anyone" || each.who == "signed_in" || each.who == "customer";
        CHECK(open != !each.permission.empty());
        const bool writes = each.method != http::Method::get && !each.asks;
        if (each.who != "anyone") CHECK(each.needs_key == writes);
    }
}

TEST_CASE("parameters are of their kind, known, and said once") {
    const std::size_t list = operation("listAccounts");
    const auto check = [&](http::Pairs query, std::string utility = "us-redwood") {
        return field_of(contract().check_request(list, {utility}, {.path = "", .query = std::move(query)}));
    };
    CHECK(check({{"limit", "10"}, {"name", "Li"}}).empty());
    CHECK(check({{"limit", "0"}}) == "query.limit");
    CHECK(check({{"limit", "ten"}}) == "query.limit");
    CHECK(check({{"limit", "99999999999999999999"}}) == "query.limit");
    CHECK(check({{"colour", "red"}}) == "query.colour");
    CHECK(check({{"name", "a"}, {"name", "b"}}) == "query.name");
    CHECK(check({}, std::string(51, 'x')) == "path.utility");
    CHECK(field_of(contract().check_request(operation("search"), {}, {.path = ""})) == "query.q");
}

TEST_CASE("a body is what the contract says, to the last member") {
    const std::size_t pay = operation("pay");
    const auto check = [&](std::string body) {
        return field_of(contract().check_request(pay, {"u", "a"}, post(std::move(body))));
    };
    CHECK(check(R"({"amount": "12.50", "method": "cash"})").empty());
    CHECK(check(R"({"amount": 12.5, "method": "cash"})") == "body.amount");
    CHECK(check(R"({"amount": "12,50", "method": "cash"})") == "body.amount");
    CHECK(check(R"({"amount": "12.50", "method": "gold"})") == "body.method");
    CHECK(check(R"({"amount": "12.50"})") == "body");
    CHECK(check(R"({"amount": "12.50", "method": "cash", "tip": "1"})") == "body");
    CHECK(check(R"({"amount": "12.50", "method": "cash", "reference": "a\u0000b"})") == "body");
    CHECK(check("{") == "body");
    CHECK(check("") == "body");
    http::Request form = post("amount=1");
    form.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    CHECK(field_of(contract().check_request(pay, {"u", "a"}, form)) == "header.Content-Type");
    const std::size_t read = operation("enterRead");
    CHECK(field_of(contract().check_request(
              read, {"u", "p"}, post(R"({"on": "2026-07-01", "values": [{"register": "1", "value": "5"}]})"))) ==
          "body.values[0].register");
}

TEST_CASE("a reply is held to its promise") {
    const std::size_t notes = operation("addNote");
    http::Response reply{.status = 201, .body = R"({"at": "2026-07-01T00:00:00.000Z", "by": "Ann", "text": "called"})"};
    CHECK(!contract().check_reply(notes, reply));
    reply.body = R"({"at": "2026-07-01T00:00:00.000Z", "by": "Ann"})";
    CHECK(field_of(contract().check_reply(notes, reply)) == "reply");
    reply.status = 202;
    CHECK(field_of(contract().check_reply(notes, reply)) == "reply.status");
    reply = {.status = 404, .content_type = "application/problem+json", .body = "{}"};
    CHECK(field_of(contract().check_reply(notes, reply)) == "reply");
    reply = {.status = 200, .content_type = "text/html", .body = "<p>"};
    CHECK(field_of(contract().check_reply(operation("getMe"), reply)) == "reply.content_type");
}

}  // namespace
}  // namespace mainspring::api
