#include <atomic>
#include <doctest/doctest.h>
#include <thread>

#include "storage/pool.hpp"
#include "support/test_database.hpp"

using namespace mainspring;

namespace {

constexpr EmbeddedText kScratch[] = {{"0001_scratch.sql",
                                      "create schema scratch;"
                                      "create table scratch.command (id integer primary key, answer integer);"
                                      "create table scratch.counter (id integer primary key, value bigint);"
                                      "insert into scratch.counter values (1, 0);"
                                      "grant usage on schema scratch to mainspring_app;"
                                      "grant all on all tables in schema scratch to mainspring_app"}};

const Statement kInsertCommand{"test.insert_command",
                               "insert into scratch.command (id, answer) values ($1, $2) on conflict do nothing"};
const Statement kFindCommand{"test.find_command", "select answer from scratch.command where id = $1"};
const Statement kReadCounter{"test.read_counter", "select value from scratch.counter where id = 1"};
const Statement kWriteCounter{"test.write_counter", "update scratch.counter set value = $1 where id = 1"};

std::optional<std::int32_t> find_command(Tx& tx, std::int32_t id) {
    const Result rows = tx.exec(kFindCommand, id);
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    return row->get<std::int32_t>(0);
}

void terminate(TestDatabase& database, int pid) {
    const auto other = database.superuser().acquire();
    other->exec_once("select pg_terminate_backend($1, 5000)", std::int32_t{pid});
}

}  // namespace

TEST_CASE("what a function throws or refuses is rolled back, what it returns is committed") {
    TestDatabase database(kScratch);
    Pool& pool = database.app();
    CHECK_THROWS_AS(with_tx(pool, Isolation::read_committed,
                            [](Tx& tx) {
                                tx.exec(kInsertCommand, 1, 10);
                                throw std::runtime_error("no");
                            }),
                    std::runtime_error);
    const auto refused = with_tx(pool, Isolation::read_committed, [](Tx& tx) -> std::expected<int, std::string> {
        tx.exec(kInsertCommand, 2, 20);
        return std::unexpected("refused");
    });
    CHECK_FALSE(refused);
    with_tx(pool, Isolation::read_committed, [](Tx& tx) {
        CHECK_FALSE(find_command(tx, 1));
        CHECK_FALSE(find_command(tx, 2));
        tx.exec(kInsertCommand, 3, 30);
    });
    CHECK(with_tx(pool, Isolation::read_committed, [](Tx& tx) { return find_command(tx, 3); }) == 30);
}

TEST_CASE("a transaction whose error was swallowed is not reported as committed") {
    TestDatabase database(kScratch);
    CHECK_THROWS_WITH_AS(with_tx(database.app(), Isolation::read_committed,
                                 [](Tx& tx) {
                                     try {
                                         tx.exec_once("select 1/0");
                                     } catch (const DbError&) {
                                     }
                                 }),
                         doctest::Contains("rolled back"), DbError);
}

TEST_CASE("a savepoint undoes its own part only") {
    TestDatabase database(kScratch);
    with_tx(database.app(), Isolation::read_committed, [](Tx& tx) {
        tx.exec(kInsertCommand, 1, 10);
        CHECK_THROWS_AS(with_savepoint(tx,
                                       [](Tx& part) {
                                           part.exec(kInsertCommand, 2, 20);
                                           part.exec_once("select 1/0");
                                       }),
                        DbError);
        CHECK(find_command(tx, 1) == 10);
        CHECK_FALSE(find_command(tx, 2));
    });
}

TEST_CASE("the transaction knows who acts, and the next one does not remember") {
    TestDatabase database(kScratch);
    const auto actor = [](Tx& tx) {
        return tx.exec_once("select current_setting('mainspring.actor')").one().get<std::string>(0);
    };
    CHECK(with_tx(database.app(), {Isolation::read_committed, {.actor_id = 7, .org_unit_id = 3}}, actor) == "7");
    CHECK(with_tx(database.app(), Isolation::read_committed, actor) == "0");
    CHECK_THROWS_AS(with_tx(database.app(), {Isolation::read_committed, {}, Access::read_only},
                            [](Tx& tx) { tx.exec(kInsertCommand, 1, 1); }),
                    DbError);
}

TEST_CASE("serialization failures are retried until each increment counts") {
    TestDatabase database(kScratch);
    std::atomic<int> done{0};
    std::atomic<int> runs{0};
    const auto add = [&] {
        for (int i = 0; i < 40; ++i) {
            try {
                with_tx(database.app(), Isolation::serializable, [&](Tx& tx) {
                    ++runs;
                    const auto value = tx.exec(kReadCounter).one().get<std::int64_t>(0);
                    tx.exec(kWriteCounter, value + 1);
                });
                ++done;
            } catch (const DbError& error) {
                CHECK(error.is_retryable());
            }
        }
    };
    std::thread other(add);
    add();
    other.join();
    CHECK(with_tx(database.app(), Isolation::read_committed,
                  [](Tx& tx) { return tx.exec(kReadCounter).one().get<std::int64_t>(0); }) == done);
    CHECK(done > 40);
    CHECK(runs >= done);
}

TEST_CASE("a retryable error is tried three more times and then thrown") {
    TestDatabase database(kScratch);
    int runs = 0;
    CHECK_THROWS_AS(with_tx(database.app(), Isolation::read_committed,
                            [&](Tx& tx) {
                                ++runs;
                                tx.exec_once("do $$ begin raise exception 'again' using errcode = '40001'; end $$");
                            }),
                    DbError);
    CHECK(runs == 4);
}

TEST_CASE("a connection lost before COMMIT is an error, lost at COMMIT is in doubt") {
    TestDatabase database(kScratch);
    try {
        with_tx(database.app(), Isolation::read_committed, [&](Tx& tx) {
            terminate(database, tx.backend_pid());
            tx.exec(kInsertCommand, 1, 10);
        });
        FAIL("the connection was cut");
    } catch (const InDoubt&) {
        FAIL("nothing was committed yet");
    } catch (const DbError& error) {
        CHECK(error.is_connection_lost());
    }
    int runs = 0;
    CHECK_THROWS_AS(with_tx(database.app(), Isolation::read_committed,
                            [&](Tx& tx) {
                                ++runs;
                                tx.exec(kInsertCommand, 2, 20);
                                terminate(database, tx.backend_pid());
                            }),
                    InDoubt);
    CHECK(runs == 1);
}

TEST_CASE("in doubt, the command is looked up and repeated only when it is not there") {
    TestDatabase database(kScratch);
    int runs = 0;
    const auto resolve = [](Tx& tx) { return find_command(tx, 1); };
    const int answer = with_tx_resolved(
        database.app(), Isolation::read_committed,
        [&](Tx& tx) {
            tx.exec(kInsertCommand, 1, 10);
            if (++runs == 1) terminate(database, tx.backend_pid());
            return 10;
        },
        resolve);
    CHECK(answer == 10);
    CHECK(runs == 2);
    // The COMMIT went through although its answer did not come: the first attempt commits by another way.
    runs = 0;
    const int found = with_tx_resolved(
        database.app(), Isolation::read_committed,
        [&](Tx& tx) {
            ++runs;
            const auto other = database.app().acquire();
            other->exec(kInsertCommand, 5, 50);
            terminate(database, tx.backend_pid());
            return 0;
        },
        [](Tx& tx) { return find_command(tx, 5); });
    CHECK(found == 50);
    CHECK(runs == 1);
}

TEST_CASE("a pool connection that died while idle is replaced without anyone noticing") {
    TestDatabase database(kScratch);
    const int pid = with_tx(database.app(), Isolation::read_committed, [](Tx& tx) { return tx.backend_pid(); });
    terminate(database, pid);
    CHECK(with_tx(database.app(), Isolation::read_committed, [](Tx& tx) { return tx.backend_pid(); }) != pid);
}

TEST_CASE("a pool gives no more connections than it has") {
    TestDatabase database(kScratch);
    Pool pool(
        {.connection = database.connection(kAppRole), .size = 1, .acquire_timeout = std::chrono::milliseconds{20}});
    const auto held = pool.acquire();
    CHECK_THROWS_WITH_AS(pool.acquire(), doctest::Contains("stayed in use"), DbError);
}
