#include <set>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "pricebook/tariff_problem.hpp"
#include "pricebook/tariff_routes.hpp"
#include "support/api_calls.hpp"

namespace mainspring::pricebook {
namespace {

const FixedClock kClock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}}};

struct Text {
    std::string version = "1", effective = "2026-01-01", price = "0.5", energy = "50", total = "50";
    std::string examples() const {
        return fmt::format(
            "examples:\n  - {{name: ten days, origin: hand, working: none, from: 2026-05-01, to: 2026-05-11, "
            "usage: {{total: '100'}}, lines: {{energy: '{}'}}, total: '{}'}}\n",
            energy, total);
    }
    std::string head() const {
        return fmt::format(
            "tariff: flat\nversion: '{}'\nname: {{en: Flat}}\ncommodity: electricity\nunit: kWh\ncurrency: CNY\n"
            "zone: Asia/Shanghai\neffective: {}\nclasses: [residential]\nsource: {{document: test}}\n"
            "charges:\n  - {{clause: energy, name: {{en: Energy}}, kind: energy_flat, price: '{}', account: "
            "revenue.electricity}}\n",
            version, effective, price);
    }
    std::string text() const { return head() + examples(); }
};

std::string body(const std::string& text, const std::string& file_name = "flat.yaml") {
    return JsonObject().text("file_name", file_name).text("text", text).done();
}

struct TariffWorld {
    TariffWorld() {
        const auto file = org::parse_utility("code: u\nname: {en: U}\ncurrency: CNY\nzone: UTC\n", "u.yaml");
        REQUIRE(file);
        first = org::command_line_actor(database.app(), kClock);
        REQUIRE(org::add_utility(database.app(), kClock, {*file, first.actor_id}));
        api.act_as(first);
    }
    ApiReply import(const Text& text, const std::string& key = ApiCalls::new_key()) {
        return api.post("/tariffs", body(text.text()), key);
    }
    ApiReply activate(const std::string& version, const std::string& key = ApiCalls::new_key()) {
        return api.post("/tariffs/flat/versions/" + version + "/activation", "", key);
    }
    // One who may change tariffs too.
    org::Actor second() {
        return *org::ensure_actor(database.app(), kClock,
                                  {.code = "second", .name = "Second", .roles = {org::Role::administrator}});
    }

    TestDatabase database;
    org::Actor first;
    ApiCalls api{database, kClock, add_tariff_routes};
};

}  // namespace

TEST_CASE("a text is kept as a draft, once") {
    TariffWorld world;
    const std::string key = ApiCalls::new_key();
    const ApiReply kept = world.import({}, key);
    REQUIRE_MESSAGE(kept.status() == 201, kept.response.body);
    CHECK(kept.json().at("state").text() == "draft");
    CHECK(kept.json().at("own_import").text() == "true");
    CHECK(kept.json().at("commodity").text() == "electricity");
    CHECK(world.import({}, key).response.body == kept.response.body);
    CHECK(world.import({.price = "0.6"}, key).problem() == "command_reused");
    CHECK(world.import({}).status() == 201);  // unchanged
    CHECK(world.import({.price = "0.6"}).problem() == "text_differs");
    CHECK(world.import({.version = "2"}).problem() == "day_taken");
    CHECK(world.api.post("/tariffs", body("tariff: x\n"), ApiCalls::new_key()).problem() == "bad_text");
    CHECK(world.api.post("/tariffs", body(Text{}.head() + "examples: []\n"), ApiCalls::new_key()).problem() ==
          "no_examples");
    CHECK(world.api.post("/tariffs", R"({"file_name": "x"})", ApiCalls::new_key()).problem() == "bad_request");
    CHECK(world.import({}, "").field() == "header.Idempotency-Key");
    world.api.act_as(*org::ensure_actor(world.database.app(), kClock,
                                        {.code = "till", .name = "Till", .roles = {org::Role::cashier}}));
    CHECK(world.import({.version = "3"}).problem() == "not_allowed");
    CHECK(world.activate("1").problem() == "not_allowed");
}

TEST_CASE("a draft is put in force by a second person, when its examples come out") {
    TariffWorld world;
    world.import({});
    world.import({.version = "2", .effective = "2027-01-01", .energy = "49", .total = "49"});
    const org::Actor second = world.second();
    CHECK(world.activate("1").problem() == "own_import");
    world.api.act_as(second);
    const std::string key = ApiCalls::new_key();
    const ApiReply active = world.activate("1", key);
    CHECK(active.status() == 200);
    CHECK(active.json().at("state").text() == "active");
    CHECK(active.json().at("own_import").text() == "false");
    CHECK(world.activate("1", key).response.body == active.response.body);
    CHECK(world.activate("2", key).problem() == "command_reused");
    const ApiReply differs = world.activate("2");
    CHECK(differs.problem() == "examples_differ");
    CHECK(differs.json().at("detail").text().find("expected 49.00, got 50.00") != std::string::npos);
    CHECK(world.activate("9").problem() == "unknown_version");
}

TEST_CASE("the price book is listed in pages of whole tariffs, and a version is shown") {
    TariffWorld world;
    world.import({});
    world.import({.version = "2", .effective = "2027-01-01"});
    std::string other = Text{}.text();
    other.replace(0, std::string("tariff: flat").size(), "tariff: night");
    REQUIRE(world.api.post("/tariffs", body(other), ApiCalls::new_key()).status() == 201);
    const Json page = world.api.get("/tariffs?limit=1").json();
    CHECK(page.at("items").items().size() == 2);
    CHECK(page.at("next").text() == "flat");
    const Json rest = world.api.get("/tariffs?limit=1&after=flat").json();
    CHECK(rest.at("items").items().size() == 1);
    CHECK(rest.find("next") == nullptr);
    const Json shown = world.api.get("/tariffs/flat/versions/2").json();
    CHECK(shown.at("version").at("effective").text() == "2027-01-01");
    CHECK(shown.at("text").text() == Text{.version = "2", .effective = "2027-01-01"}.text());
    CHECK(shown.at("plan").at("charges").items().at(0).at("clause").text() == "energy");
    CHECK(world.api.get("/tariffs/flat/versions/9").problem() == "unknown_version");
    CHECK(world.api.get("/tariffs/flat/versions/9/page").problem() == "unknown_version");
    CHECK(world.api.get("/tariffs/flat/versions/2/page").response.content_type == "text/html");
    CHECK(world.api.get("/tariffs/flat/versions/2/published").json().at("document").at("tariff").text() == "flat");
}

TEST_CASE("a text is checked as it is typed: lines and columns, then examples line by line") {
    TariffWorld world;
    const auto check = [&](const std::string& text) { return world.api.post("/tariffs/check", body(text)).json(); };
    const Json broken = check("tariff: flat\nversion: 1\nunit: stones\n");
    CHECK(broken.at("passed").text() == "false");
    bool named = false;
    for (const Json& problem : broken.at("problems").items())
        named = named || (problem.at("line").text() == "3" && problem.at("path").text() == "unit");
    CHECK(named);
    CHECK(check("a: [").at("problems").items().size() == 1);

    const Json good = check(Text{}.text());
    CHECK(good.at("passed").text() == "true");
    CHECK(good.at("plan").at("tariff").text() == "flat");
    const Json& example = good.at("examples").items().at(0);
    CHECK(example.at("total").at("expected").text() == "50.00");
    CHECK(example.at("total").at("got").text() == "50.00");
    CHECK(example.at("lines").items().at(0).at("got").text() == "50.00");

    const Json wrong = check(Text{.energy = "49", .total = "49"}.text());
    CHECK(wrong.at("passed").text() == "false");
    CHECK(wrong.at("examples").items().at(0).at("lines").items().at(0).at("expected").text() == "49.00");
    CHECK(wrong.at("examples").items().at(0).at("lines").items().at(0).at("got").text() == "50.00");
    CHECK(check(Text{}.head() + "examples: []\n").at("problems").items().size() == 1);
    CHECK(check(Text{}.head() + "examples: []\n").at("passed").text() == "false");

    std::string beside = Text{}.text();
    beside.insert(beside.find("origin: hand"), "with: [other.yaml], ");
    CHECK(check(beside).at("examples").items().at(0).at("problem").text().find("other.yaml") != std::string::npos);
    CHECK(check(beside).at("examples").items().at(0).at("lines").items().at(0).find("got") == nullptr);
}

TEST_CASE("two texts are compared in words and in bills") {
    TariffWorld world;
    world.import({});
    const auto compare = [&](const std::string& before, const std::string& after) {
        return world.api.post("/tariffs/difference", fmt::format(R"({{"before": {}, "after": {}}})", before, after));
    };
    const std::string stored = R"({"tariff": "flat", "version": "1"})";
    const std::string draft =
        JsonObject().text("text", Text{.version = "2", .effective = "2027-01-01", .price = "0.6"}.text()).done();
    const Json difference = compare(stored, draft).json();
    CHECK(difference.at("before").text().starts_with("flat 1"));
    CHECK(difference.at("clauses").items().at(0).at("change").text() == "changed");
    const Json& bill = difference.at("bills").items().at(0);
    CHECK(bill.at("before").text() == "50.00");
    CHECK(bill.at("after").text() == "60.00");
    CHECK(compare(stored, R"({"tariff": "flat"})").field() == "body.after");
    CHECK(compare(stored, R"({"tariff": "flat", "version": "9"})").problem() == "unknown_version");
    CHECK(compare(R"({"text": "x"})", stored).problem() == "bad_text");
}

TEST_CASE("every refusal of a tariff has a problem of its own") {
    std::set<std::string> types;
    for (std::size_t code = 0; code < kTariffRefusals; ++code) {
        const auto problem = problem_of({static_cast<TariffRefusalCode>(code), {"why\n"}});
        CHECK(problem.status < 500);
        CHECK(std::string(problem.what()) == "why");
        CHECK(types.insert(problem.type).second);
    }
    CHECK_THROWS_AS(problem_of({static_cast<TariffRefusalCode>(kTariffRefusals), {}}), BugError);
}

}  // namespace mainspring::pricebook
