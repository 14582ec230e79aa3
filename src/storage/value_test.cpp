#include "storage/value.hpp"

#include <doctest/doctest.h>

#include "storage/literal.hpp"

using namespace mainspring;

TEST_CASE("integers widen when read and narrow only when they fit") {
    WireBuffer out;
    Codec<std::int64_t>::encode(out, -5, type_oid::kInt2);
    CHECK(out.size() == 2);
    CHECK(Codec<std::int64_t>::decode(out.view()) == -5);
    CHECK_THROWS_AS(Codec<std::int64_t>::encode(out, 70'000, type_oid::kInt2), BugError);
    CHECK_THROWS_AS(Codec<std::int32_t>::decode("12345678"), BugError);
}

TEST_CASE("dates and instants keep their extremes and refuse what the database cannot hold") {
    using namespace std::chrono;
    CHECK(wire::date_from_wire(wire::date_to_wire(2000y / January / 1)) == 2000y / January / 1);
    CHECK(wire::date_to_wire(2000y / January / 2) == 1);
    CHECK(wire::day_from_wire(wire::day_to_wire(sys_days::max())) == sys_days::max());
    CHECK_THROWS_AS(wire::date_to_wire(2023y / February / 29), BugError);
    CHECK_THROWS_AS(wire::day_to_wire(sys_days{days{-4'000'000}}), BugError);
    CHECK(wire::instant_to_wire(sys_days{2000y / January / 1}) == 0);
    CHECK(wire::instant_from_wire(-1) == Instant{sys_days{2000y / January / 1}} - 1ms);
    CHECK_THROWS_AS(wire::instant_to_wire(Instant{milliseconds{9'300'000'000'000'000}}), BugError);
}

TEST_CASE("uuids parse strictly, format back, and version 7 sorts by time") {
    const auto uuid = Uuid::parse("0190A7E2-1c2b-7d3e-8f4a-5b6c7d8e9f00");
    REQUIRE(uuid);
    CHECK(format_uuid(*uuid) == "0190a7e2-1c2b-7d3e-8f4a-5b6c7d8e9f00");
    CHECK_FALSE(Uuid::parse("0190a7e21c2b7d3e8f4a5b6c7d8e9f00"));
    CHECK_FALSE(Uuid::parse("0190a7e2-1c2b-7d3e-8f4a-5b6c7d8e9f0g"));
    const FixedClock early(Instant{std::chrono::milliseconds{1'700'000'000'000}});
    const FixedClock late(Instant{std::chrono::milliseconds{1'700'000'000'001}});
    const Uuid a = Uuid::random_v7(early);
    CHECK(a < Uuid::random_v7(late));
    CHECK(a != Uuid::random_v7(early));
    CHECK(format_uuid(a)[14] == '7');
}

TEST_CASE("literals replace parameters outside of quotes only") {
    CHECK(bind_literals("select '$1', $1, $2", {sql_literal(std::int32_t{-1}), sql_literal(std::int64_t{7})}) ==
          "select '$1', '-1'::integer, '7'::bigint");
    CHECK(sql_literal(std::vector<std::int64_t>{1, -2}) == "'{1,-2}'::bigint[]");
    CHECK_THROWS_AS(bind_literals("select $2", {"1"}), BugError);
    CHECK_THROWS_AS(bind_literals("select 1", {"1"}), BugError);
}
