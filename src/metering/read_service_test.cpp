#include "metering/read_service.hpp"

#include "metering/import_world.hpp"

namespace mainspring::metering {

TEST_CASE("a person confirms, corrects and rejects a read") {
    ImportWorld world;
    world.points({"S1"});
    world.meters("S1,2026-01-01,,M1,T1,peak,kWh,5,,\nS1,2026-01-01,,M1,T2,valley,kWh,5,,\n");
    const std::string rows = "S1,M1,T1,2026-02-01,100,A,\nS1,M1,T2,2026-02-01,50,A,\n";
    world.reads(rows);
    Pool& pool = world.database.app();
    ReadOrder order{.key = {CellId{1}, 1, Instant(*parse_date("2026-02-01")), 1, 1},
                    .actor = world.actor,
                    .command_id = Uuid::random_v7(kTestClock)};
    CHECK(*confirm_read(pool, kTestClock, order) == 2);
    CHECK(*confirm_read(pool, kTestClock, order) == 2);  // the same command
    CHECK(reject_read(pool, kTestClock, order).error().code == ReadRefusalCode::command_reused);
    order.command_id = Uuid::random_v7(kTestClock);
    CHECK(reject_read(pool, kTestClock, order).error().code == ReadRefusalCode::changed_since);
    order.key.version = 2;
    CHECK(confirm_read(pool, kTestClock, order).error().code == ReadRefusalCode::already_so);
    CHECK(correct_read(pool, kTestClock, order, {{3, 1}}).error().code == ReadRefusalCode::unknown_register);
    CHECK(correct_read(pool, kTestClock, order, {{1, -1}}).error().code == ReadRefusalCode::bad_value);
    CHECK(*correct_read(pool, kTestClock, order, {{1, 101'000'000}}) == 3);
    order.command_id = Uuid::random_v7(kTestClock);
    order.key.version = 3;
    ReadOrder other = order;
    other.actor = world.actor_of(org::Role::cashier);
    CHECK(reject_read(pool, kTestClock, other).error().code == ReadRefusalCode::access);
    world.add_utility("v", "Europe/London");
    other.actor = world.actor_of(org::Role::administrator, "v");
    world.utility = "u";
    CHECK(reject_read(pool, kTestClock, other).error().code == ReadRefusalCode::access);
    ReadOrder repeated = order;  // nor is the answer of a command for everybody
    repeated.actor = other.actor;
    CHECK(reject_read(pool, kTestClock, repeated).error().code == ReadRefusalCode::access);
    other = order;
    other.key.device_id = 9;
    CHECK(reject_read(pool, kTestClock, other).error().code == ReadRefusalCode::unknown_read);
    CHECK(*reject_read(pool, kTestClock, order) == 4);
    // The file again does not bring the read back.
    CHECK(world.reads(rows).unchanged == 2);
    with_tx(pool, {}, [](Tx& tx) {
        const auto known =
            select_reads(tx, {CellId{1}, std::array{std::int64_t{1}}, std::array{Instant(*parse_date("2026-02-01"))}});
        REQUIRE(known.size() == 4);
        CHECK(known[2].value_micro == std::vector<std::int64_t>{101'000'000, 50'000'000});
        CHECK(known[2].quality == 'S');
        CHECK(known[3].status == 'r');
    });
    CHECK(world.count("core.audit where action like 'metering.%_read'") == 3);
    CHECK(world.count("core.outbox where topic like 'metering.%_read'") == 3);
}

TEST_CASE("the life cycle in the code is that of the database") {
    ImportWorld world;
    with_tx(world.database.app(), {}, [](Tx& tx) {
        for (const auto from :
             {DeviceState::stock, DeviceState::installed, DeviceState::removed, DeviceState::scrapped})
            for (const auto to :
                 {DeviceState::stock, DeviceState::installed, DeviceState::removed, DeviceState::scrapped})
                CHECK(tx.exec_once("select core.allowed('device', $1, $2)", text_of(from), text_of(to))
                          .one()
                          .get<bool>(0) == may_become(from, to));
    });
}

}  // namespace mainspring::metering
