#include <chrono>
#include <set>

#include "metering/import_world.hpp"
#include "metering/metering_problem.hpp"
#include "metering/metering_routes.hpp"
#include "metering/packing.hpp"
#include "metering/relation_import.hpp"
#include "support/api_calls.hpp"

namespace mainspring::metering {
namespace {

const std::string kPoint = "/utilities/u/service-points/S1";

// S1 has a meter of one register since 2026-01-01 (300 kWh a month) and a channel of hours.
struct RouteWorld : ImportWorld {
    RouteWorld() {
        points({"S1"});
        meters("S1,2026-01-01,,M1,E1,total,kWh,5,,\nS1,2026-01-01,,M1,I1,total,kWh,0,60,2\n");
        reads(
            "S1,M1,E1,2026-09-01,2100,A,\nS1,M1,E1,2026-10-01,2400,A,\n"
            "S1,M1,E1,2026-11-01,2700,A,\n");
        api.act_as(actor);
    }
    ApiReply enter(const std::string& body, const std::string& key = ApiCalls::new_key()) {
        return api.post(kPoint + "/reads", body, key);
    }
    org::Actor with_role(org::Role role) {
        return *org::ensure_actor(database.app(), kTestClock, {.code = "other", .name = "Other", .roles = {role}});
    }
    ApiCalls api{database, kTestClock, add_metering_routes};
};

std::string on_day(std::string_view day, std::string_view value, std::string_view more = "") {
    return fmt::format(R"({{"on": "{}", "values": [{{"register": 1, "value": "{}"}}]{}}})", day, value, more);
}

}  // namespace

TEST_CASE("a service point tells what hangs there") {
    RouteWorld world;
    const Json point = world.api.get(kPoint).json();
    CHECK(point.at("commodity").text() == "electricity");
    const Json& meter = point.at("installations").items().at(0);
    CHECK(meter.at("serial").text() == "M1");
    CHECK(meter.at("registers").items().at(0).at("code").text() == "E1");
    CHECK(meter.at("registers").items().at(1).at("multiplier").text() == "2");
    CHECK(world.api.get("/utilities/u/service-points/S9").problem() == "unknown_service_point");
    CHECK(world.api.get("/utilities/v/service-points/S1").problem() == "unknown_utility");
}

TEST_CASE("relations are told by the codes of both points") {
    RouteWorld world;
    world.points({"S1", "S2"});
    const auto file =
        world.write("relations.csv", "parent,child,kind,valid_from,ended\nS1,S2,sub_meter,2026-01-01,no\n");
    REQUIRE(import_relations(world.database.app(), kTestClock, world.order(file)));
    const Json point = world.api.get(kPoint).json();
    CHECK(point.at("relations").items().at(0).at("parent").text() == "S1");
    CHECK(point.at("relations").items().at(0).at("child").text() == "S2");
}

TEST_CASE("reads of some days, and what is asked wrongly") {
    RouteWorld world;
    const Json reads = world.api.get(kPoint + "/reads?from=2026-09-01&to=2026-11-01").json();
    REQUIRE(reads.at("items").items().size() == 2);
    const Json& read = reads.at("items").items().at(1);
    CHECK(read.at("on").text() == "2026-10-01");
    CHECK(read.at("serial").text() == "M1");
    CHECK(read.at("values").items().at(0).at("value").text() == "2400");
    CHECK(read.at("quality").text() == "actual");
    CHECK(read.at("status").text() == "valid");
    CHECK(world.api.get(kPoint + "/reads?from=2026-09-01").field() == "query.to");
    CHECK(world.api.get(kPoint + "/reads?from=2026-09-01&to=2026-02-30").field() == "query.to");
    CHECK(world.api.get(kPoint + "/reads?from=2026-09-01&to=2026-09-01").field() == "query.to");
}

TEST_CASE("more reads than a page shows are refused") {
    RouteWorld world;
    std::string rows;
    for (int i = 0; i < 1001; ++i)
        rows += fmt::format("S1,M1,E1,2026-06-{:02} {:02}:{:02},1000,A,check\n", 1 + i / 480, i / 20 % 24, i % 20 * 3);
    REQUIRE(world.reads(rows).added == 1001);
    CHECK(world.api.get(kPoint + "/reads?from=2026-06-01&to=2026-07-01").problem() == "too_many");
    CHECK(world.api.get(kPoint + "/reads?from=2026-06-01&to=2026-06-03").status() == 200);
}

TEST_CASE("a typed read is stored once") {
    RouteWorld world;
    const std::string key = ApiCalls::new_key();
    const ApiReply first = world.enter(on_day("2026-12-01", "3000"), key);
    CHECK(first.status() == 201);
    CHECK(first.json().at("status").text() == "valid");
    CHECK(first.json().at("reason").text() == "billing");
    CHECK(world.enter(on_day("2026-12-01", "3000"), key).response.body == first.response.body);
    const ApiReply other = world.enter(on_day("2026-12-01", "3001"), key);
    CHECK(other.status() == 409);
    CHECK(other.problem() == "command_reused");
    CHECK(world.count("metering.register_read") == 4);
    CHECK(world.count("core.audit where action = 'metering.enter_read'") == 1);
    CHECK(world.count("core.outbox where topic = 'metering.enter_read'") == 1);
    const ApiReply again = world.enter(on_day("2026-12-01", "3001"));
    CHECK(again.problem() == "already_read");
    CHECK(again.field() == "body.values[0].register");
    CHECK(world.enter(on_day("2026-12-01", "3000"), "").field() == "header.Idempotency-Key");
}

TEST_CASE("an implausible read is refused until it is confirmed") {
    RouteWorld world;
    const ApiReply refused = world.enter(on_day("2026-12-01", "2699"));
    CHECK(refused.status() == 422);
    CHECK(refused.problem() == "implausible");
    CHECK(refused.field() == "body.values[0].value");
    CHECK(refused.json().at("detail").text() == "Register E1 showed 2700 on 2026-11-01: 2699 is lower.");
    CHECK(world.count("metering.register_read") == 3);
    const ApiReply confirmed =
        world.enter(on_day("2026-12-01", "2699", R"(, "confirmed": true, "quality": "customer")"));
    CHECK(confirmed.json().at("status").text() == "confirmed");
    CHECK(confirmed.json().at("quality").text() == "customer");
}

TEST_CASE("what no confirmation passes") {
    RouteWorld world;
    const std::string yes = R"(, "confirmed": true)";
    CHECK(world.enter(on_day("2026-12-02", "3000", yes)).problem() == "in_future");
    CHECK(world.enter(on_day("2025-12-31", "3000", yes)).problem() == "no_meter");
    CHECK(world.enter(on_day("2026-12-01", "3000", yes + R"(, "serial": "M2")")).problem() == "no_meter");
    CHECK(world.enter(on_day("2026-12-01", "100000", yes)).problem() == "bad_value");
    CHECK(world.enter(on_day("2026-12-01", "-1", yes)).problem() == "bad_value");
    CHECK(world.enter(on_day("2026-12-01", "0.1234567", yes)).problem() == "bad_request");
    CHECK(world.enter(R"({"on": "2026-12-01", "values": [{"register": 9, "value": "1"}]})").problem() ==
          "unknown_register");
    CHECK(world.enter(R"({"on": "2026-12-01", "values": [{"register": 2, "value": "1"}]})").problem() ==
          "unknown_register");
    const ApiReply twice = world.enter(
        R"({"on": "2026-12-01", "values": [{"register": 1, "value": "3000"}, {"register": 1, "value": "3000"}]})");
    CHECK(twice.problem() == "unknown_register");
    CHECK(twice.field() == "body.values[1].register");
    world.api.act_as(world.with_role(org::Role::cashier));
    CHECK(world.enter(on_day("2026-12-01", "3000")).problem() == "not_allowed");
}

TEST_CASE("a register that was not typed is missed, and can be typed later") {
    RouteWorld world;
    world.points({"S1", "S2"});
    world.meters("S2,2026-01-01,,M2,T1,peak,kWh,5,,\nS2,2026-01-01,,M2,T2,valley,kWh,5,,\n");
    const std::string path = "/utilities/u/service-points/S2/reads";
    const ApiReply missed = world.api.post(path, on_day("2026-12-01", "1"), ApiCalls::new_key());
    CHECK(missed.json().at("detail").text() == "Register T2 was not read.");
    const ApiReply part =
        world.api.post(path, on_day("2026-12-01", "1", R"(, "confirmed": true)"), ApiCalls::new_key());
    CHECK(part.json().at("version").text() == "1");
    const ApiReply rest =
        world.api.post(path, R"({"on": "2026-12-01", "confirmed": true, "values": [{"register": 2, "value": "5"}]})",
                       ApiCalls::new_key());
    CHECK(rest.json().at("version").text() == "2");
    CHECK(rest.json().at("values").items().size() == 2);
}

TEST_CASE("plausibility is told while a read is typed, and nothing is stored") {
    RouteWorld world;
    const ApiReply reply = world.api.post(kPoint + "/reads/plausibility", on_day("2026-12-01", "5000"));
    CHECK(reply.status() == 200);
    const Json& value = reply.json().at("values").items().at(0);
    CHECK(value.at("previous").text() == "2700");
    CHECK(value.at("previous_on").text() == "2026-11-01");
    CHECK(value.at("use").text() == "2300");
    CHECK(value.at("doubt").text() == "use_high");
    CHECK(value.at("usual_to").text() == "885.245902");
    CHECK(world.count("metering.register_read") == 3);
    CHECK(world.api.post(kPoint + "/reads/plausibility", on_day("2026-12-05", "5000")).problem() == "in_future");
}

TEST_CASE("a read is decided on in the version that was seen") {
    RouteWorld world;
    const Json listed = world.api.get(kPoint + "/reads?from=2026-11-01&to=2026-11-02").json();
    const std::string id = listed.at("items").items().at(0).at("id").text();
    const std::string path = kPoint + "/reads/" + id + "/decision";
    const std::string key = ApiCalls::new_key();
    CHECK(world.api.post(path, R"({"decision": "confirm"})", key).json().at("version").text() == "2");
    CHECK(world.api.post(path, R"({"decision": "confirm"})", key).json().at("version").text() == "2");
    CHECK(world.api.post(path, R"({"decision": "reject"})", key).problem() == "command_reused");
    CHECK(world.api.post(path, R"({"decision": "reject"})", ApiCalls::new_key()).problem() == "changed_since");
    const auto decide = [&](const std::string& read, const std::string& body) {
        return world.api.post(kPoint + "/reads/" + read + "/decision", body, ApiCalls::new_key());
    };
    const std::string second = id.substr(0, id.rfind('.')) + ".2";
    CHECK(decide(second, R"({"decision": "confirm"})").problem() == "already_so");
    CHECK(decide(second, R"({"decision": "correct"})").field() == "body.values");
    CHECK(decide(second, R"({"decision": "reject", "values": [{"register": 1, "value": "1"}]})").field() ==
          "body.values");
    CHECK(decide(second, R"({"decision": "correct", "values": [{"register": 9, "value": "1"}]})").problem() ==
          "unknown_register");
    CHECK(decide(second, R"({"decision": "correct", "values": [{"register": 1, "value": "-1"}]})").problem() ==
          "bad_value");
    CHECK(decide(second,
                 R"({"decision": "correct", "note": "digits swapped", "values": [{"register": 1, "value": "2070"}]})")
              .json()
              .at("version")
              .text() == "3");
    for (const char* wrong : {"x", "1.2", "1.2.x", "1.2.3.4", "1.2.0", "99999999999999.1.1", "1.1.1"})
        CHECK(decide(wrong, R"({"decision": "confirm"})").problem() == "unknown_read");
    world.api.act_as(world.with_role(org::Role::cashier));
    CHECK(decide(second, R"({"decision": "reject"})").problem() == "not_allowed");
}

TEST_CASE("intervals come in days, multiplied, each in its latest version") {
    RouteWorld world;
    const Instant start = Instant(*parse_date("2026-10-24")) - std::chrono::hours(1);  // summer time
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        CopyBuffer rows;
        const auto add = [&](int day, std::int16_t version, const std::vector<std::int64_t>& values) {
            add_day(rows, {.cell = CellId{1},
                           .service_point_id = 1,
                           .register_no = 2,
                           .start = start + std::chrono::hours(24 * day),
                           .version = version,
                           .device_id = 1,
                           .interval_minutes = 60,
                           .values = *pack({values, 3}),
                           .qualities = "A",
                           .method = {}});
        };
        add(0, 1, std::vector<std::int64_t>(24, 1));
        add(0, 2, std::vector<std::int64_t>(24, 1500));
        add(1, 1, std::vector<std::int64_t>(25, -5));
        copy_days(tx, rows);
    });
    const std::string path = kPoint + "/intervals?register=2";
    const Json both = world.api.get(path + "&from=2026-10-24&to=2026-10-26").json();
    CHECK(both.at("unit").text() == "kWh");
    CHECK(both.at("minutes").text() == "60");
    REQUIRE(both.at("days").items().size() == 2);
    const Json& first = both.at("days").items().at(0);
    CHECK(first.at("start").text() == "2026-10-23T23:00:00.000Z");
    CHECK(first.at("values").items().size() == 24);
    CHECK(first.at("values").items().at(0).text() == "3");
    CHECK(first.at("qualities").text() == "A");
    CHECK(both.at("days").items().at(1).at("values").items().at(24).text() == "-0.01");
    CHECK(world.api.get(path + "&from=2026-10-25&to=2026-10-26").json().at("days").items().size() == 1);
    const Json none = world.api.get(path + "&from=2026-10-26&to=2026-10-27").json();
    CHECK(none.at("days").items().empty());
    CHECK(world.api.get(path + "&from=2025-01-01&to=2026-02-06").problem() == "too_many");
    CHECK(world.api.get(kPoint + "/intervals?register=x&from=2026-10-26&to=2026-10-27").field() == "query.register");
}

TEST_CASE("a year of quarter hours is one answer") {
    RouteWorld world;
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        CopyBuffer rows;
        std::vector<std::int64_t> values(96);
        for (int day = 0; day < 365; ++day) {
            for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1000 + day + static_cast<std::int64_t>(i);
            add_day(rows, {.cell = CellId{1},
                           .service_point_id = 1,
                           .register_no = 2,
                           .start = Instant(*parse_date("2025-01-01") + std::chrono::days(day)),
                           .device_id = 1,
                           .interval_minutes = 15,
                           .values = *pack({values, 3}),
                           .qualities = "A",
                           .method = {}});
        }
        copy_days(tx, rows);
    });
    const auto before = std::chrono::steady_clock::now();
    const ApiReply reply = world.api.get(kPoint + "/intervals?register=2&from=2025-01-01&to=2026-01-01");
    const auto took = std::chrono::steady_clock::now() - before;
    std::size_t values = 0;
    const Json year = reply.json();
    for (const Json& day : year.at("days").items()) values += day.at("values").items().size();
    CHECK(values == 35'040);
    MESSAGE("a year of quarter hours, checked by the contract: ",
            std::chrono::duration_cast<std::chrono::milliseconds>(took).count(), " ms, ", reply.response.body.size(),
            " bytes");
}

TEST_CASE("every refusal of this room has a problem of its own") {
    std::set<std::string> types;
    for (std::size_t code = 0; code < kReadRefusals; ++code) {
        const auto problem = problem_of(ReadRefusal{static_cast<ReadRefusalCode>(code), "why"});
        CHECK(problem.status >= 403);
        CHECK(problem.status < 500);
        CHECK(types.insert(problem.type).second);
    }
    CHECK_THROWS_AS(problem_of(ReadRefusal{static_cast<ReadRefusalCode>(kReadRefusals), ""}), BugError);
    types.clear();
    for (std::size_t code = 0; code < kEntryRefusals; ++code) {
        const auto problem = problem_of(EntryRefusal{static_cast<EntryRefusalCode>(code), "why"});
        CHECK(problem.status < 500);
        CHECK(types.insert(problem.type).second);
    }
    CHECK_THROWS_AS(problem_of(EntryRefusal{static_cast<EntryRefusalCode>(kEntryRefusals), ""}), BugError);
}

}  // namespace mainspring::metering
