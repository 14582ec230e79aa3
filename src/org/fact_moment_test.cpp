// Facts and those who look at them: whoever is first, and whatever the clocks say.
#include "org/fact_moment.hpp"

#include <doctest/doctest.h>
#include <expected>
#include <thread>
#include <tuple>

#include "base/ensure.hpp"
#include "support/test_database.hpp"

using namespace mainspring;
using namespace std::chrono_literals;

namespace {

const Instant kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + 12h};

Instant facts(Pool& pool, Instant now) {
    return with_tx(pool, {}, [&](Tx& tx) { return org::moment_of_facts(tx, now); });
}
Instant look(Pool& pool, Instant now) {
    return with_tx(pool, {}, [&](Tx& tx) { return org::moment_of_look(tx, now); });
}
// Until somebody waits for the lock.
void wait_for_a_waiter(Pool& pool) {
    while (with_tx(pool, {}, [](Tx& tx) {
        return tx
            .exec_once(
                "select 1 from pg_locks where locktype = 'advisory' and not granted and classid = 19542 and "
                "database = (select oid from pg_database where datname = current_database())")
            .empty();
    }))
        std::this_thread::sleep_for(1ms);
}

}  // namespace

TEST_CASE("moments: a look is not before facts, facts come after a look") {
    TestDatabase database;
    Pool& pool = database.app();
    CHECK(facts(pool, kNoon) == kNoon);
    CHECK(look(pool, kNoon) == kNoon);  // the same millisecond: known
    CHECK(facts(pool, kNoon) == kNoon + 1ms);
    CHECK(look(pool, kNoon) == kNoon + 1ms);
    CHECK(look(pool, kNoon) == kNoon + 1ms);  // nothing was written in between
    CHECK(facts(pool, kNoon + 1h) == kNoon + 1h);
    // A clock that was set back, or that of another machine.
    CHECK(facts(pool, kNoon + 30min) == kNoon + 30min);
    CHECK(look(pool, kNoon) == kNoon + 1h);
    CHECK(facts(pool, kNoon) == kNoon + 1h + 1ms);
}

TEST_CASE("a look leaves no moment but its own, and takes a bounded number away") {
    TestDatabase database;
    Pool& pool = database.app();
    const auto kept = [&] {
        return with_tx(pool, {}, [](Tx& tx) {
            return tx.exec_once("select count(*) from core.fact_moment").one().get<std::int64_t>(0);
        });
    };
    for (int i = 0; i < 3; ++i) facts(pool, kNoon + i * 1h);
    CHECK(kept() == 3);
    CHECK(look(pool, kNoon) == kNoon + 2h);
    CHECK(kept() == 1);
    CHECK(look(pool, kNoon) == kNoon + 2h);
    CHECK(kept() == 1);
    CHECK(facts(pool, kNoon) == kNoon + 2h + 1ms);
    CHECK(facts(pool, kNoon) == kNoon + 2h + 1ms);
    CHECK(kept() == 3);
    // One that comes to nothing takes nothing away.
    std::ignore = with_tx(pool, {}, [&](Tx& tx) -> std::expected<void, int> {
        org::moment_of_look(tx, kNoon + 5h);
        return std::unexpected(0);
    });
    CHECK(kept() == 3);
    CHECK(look(pool, kNoon) == kNoon + 2h + 1ms);
    with_tx(pool, {}, [](Tx& tx) {
        tx.exec_once(
            "insert into core.fact_moment (at, look) select '2026-04-01', false from generate_series(1, 10050)");
    });
    const Instant april{std::chrono::sys_days{std::chrono::year{2026} / 4 / 1}};
    CHECK(look(pool, kNoon) == april);
    CHECK(kept() == 52);
    CHECK(look(pool, kNoon) == april);
    CHECK(kept() == 1);
    CHECK(facts(pool, kNoon) == april + 1ms);
}

TEST_CASE("a look waits for facts under way and sees them; facts wait for a look") {
    TestDatabase database;
    Pool& pool = database.app();
    Instant seen, written;
    std::thread other;
    with_tx(pool, {}, [&](Tx& tx) {
        CHECK(org::moment_of_facts(tx, kNoon) == kNoon);
        CHECK(facts(pool, kNoon) == kNoon);  // writers do not wait for each other
        other = std::thread([&] { seen = look(pool, kNoon - 1h); });
        wait_for_a_waiter(pool);
    });
    other.join();
    CHECK(seen == kNoon);
    with_tx(pool, {}, [&](Tx& tx) {
        CHECK(org::moment_of_look(tx, kNoon + 1h) == kNoon + 1h);
        other = std::thread([&] { written = facts(pool, kNoon); });
        wait_for_a_waiter(pool);
    });
    other.join();
    CHECK(written == kNoon + 1h + 1ms);
}

TEST_CASE("moments are refused in a transaction whose snapshot may be older than the lock") {
    TestDatabase database;
    for (const auto moment : {org::moment_of_facts, org::moment_of_look})
        CHECK_THROWS_AS(with_tx(database.app(), Isolation::repeatable_read, [&](Tx& tx) { return moment(tx, kNoon); }),
                        BugError);
}
