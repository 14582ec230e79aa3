#include "storage/connection.hpp"

#include <doctest/doctest.h>
#include <limits>

#include "storage/pipeline.hpp"
#include "storage/pool.hpp"
#include "support/test_database.hpp"

using namespace mainspring;
using namespace std::chrono_literals;
using std::chrono::year_month_day;

namespace {

constexpr EmbeddedText kScratch[] = {
    {"0001_scratch.sql",
     "create schema scratch;"
     "create type scratch.colour as enum ('red', 'green');"
     "create domain scratch.amount as bigint check (value >= 0);"
     "create table scratch.item (id integer primary key, small smallint, amount scratch.amount, colour scratch.colour,"
     " name text, at timestamptz, day date, extra jsonb);"
     "grant usage on schema scratch to mainspring_app, mainspring_read;"
     "grant select, insert, update, delete on scratch.item to mainspring_app;"
     "grant select on scratch.item to mainspring_read"}};

const Statement kInsertItem{"test.insert_item", "insert into scratch.item (id, name) values ($1, $2)"};
const Statement kCountItems{"test.count_items", "select count(*) from scratch.item"};
const Statement kEcho{"test.echo", "select $1::integer"};
const Statement kPrepareLate{"test.prepare_late", "select $1::text || '!'"};

template <class T>
T echo(Connection& connection, std::string_view type, const T& value) {
    return connection.exec_once("select $1::" + std::string(type), value).one().template get<T>(0);
}

struct Tag {};

}  // namespace

TEST_CASE("every type comes back as it went, with its extremes and NULL") {
    TestDatabase database(kScratch);
    Connection c(database.connection(kAppRole));
    CHECK(echo(c, "smallint", std::numeric_limits<std::int16_t>::min()) == std::numeric_limits<std::int16_t>::min());
    CHECK(echo(c, "integer", std::numeric_limits<std::int32_t>::max()) == std::numeric_limits<std::int32_t>::max());
    CHECK(echo(c, "bigint", std::numeric_limits<std::int64_t>::min()) == std::numeric_limits<std::int64_t>::min());
    CHECK(echo(c, "boolean", true));
    CHECK(echo(c, "text", std::string("a\tü \xf0\x9f\x98\x80")) == "a\tü \xf0\x9f\x98\x80");
    CHECK(echo(c, "text", std::string()) == "");
    CHECK(echo(c, "varchar", std::string("x")) == "x");
    const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}, std::byte{39}};
    CHECK(echo(c, "bytea", bytes) == bytes);
    CHECK(echo(c, "bytea", std::vector<std::byte>{}).empty());
    CHECK(echo(c, "date", year_month_day(2024y / 2 / 29)) == 2024y / 2 / 29);
    CHECK(echo(c, "date", std::chrono::sys_days::max()) == std::chrono::sys_days::max());
    CHECK(echo(c, "timestamptz", Instant{1'700'000'000'123ms}) == Instant{1'700'000'000'123ms});
    CHECK(echo(c, "timestamptz", Instant::min()) == Instant::min());
    const Uuid uuid = Uuid::random_v7(SystemClock());
    CHECK(echo(c, "uuid", uuid) == uuid);
    CHECK(echo(c, "jsonb", Jsonb{R"({"a": 1})"}) == Jsonb{R"({"a": 1})"});
    CHECK(echo(c, "bigint", Id<Tag>{77}) == Id<Tag>{77});
    CHECK(echo(c, "integer", CellId{7}) == CellId{7});
    CHECK(echo(c, "bigint", std::optional<std::int64_t>()) == std::nullopt);
    CHECK(echo(c, "text", std::optional<std::string>("x")) == "x");
    CHECK(c.exec_once("select $1::date is null", std::nullopt).one().get<bool>(0));
}

TEST_CASE("dates and instants mean the same on both sides") {
    TestDatabase database(kScratch);
    Connection c(database.connection(kAppRole));
    CHECK(c.exec_once("select $1::date::text", year_month_day(1583y / 10 / 15)).one().get<std::string>(0) ==
          "1583-10-15");
    CHECK(c.exec_once("select to_char($1::timestamptz, 'YYYY-MM-DD HH24:MI:SS.MS')", Instant{-1ms})
              .one()
              .get<std::string>(0) == "1969-12-31 23:59:59.999");
    CHECK(c.exec_once("select $1::date = 'infinity'", std::chrono::sys_days::max()).one().get<bool>(0));
}

TEST_CASE("arrays come back, empty ones and ones with NULL too") {
    TestDatabase database(kScratch);
    Connection c(database.connection(kAppRole));
    const std::vector<std::int64_t> numbers{1, std::numeric_limits<std::int64_t>::max(), -1};
    CHECK(echo(c, "bigint[]", numbers) == numbers);
    CHECK(echo(c, "integer[]", std::vector<std::int32_t>{}).empty());
    CHECK(echo(c, "smallint[]", std::vector<std::int16_t>{-3}) == std::vector<std::int16_t>{-3});
    CHECK(echo(c, "text[]", std::vector<std::string>{"", "ü,\""}) == std::vector<std::string>{"", "ü,\""});
    const std::vector<Uuid> uuids{Uuid{}, Uuid::random_v7(SystemClock())};
    CHECK(echo(c, "uuid[]", uuids) == uuids);
    const std::vector<year_month_day> days{2024y / 1 / 31};
    CHECK(echo(c, "date[]", days) == days);
    const std::vector<std::optional<std::int32_t>> some{1, std::nullopt, 3};
    CHECK(echo(c, "integer[]", some) == some);
    CHECK(c.exec_once("select sum(x)::bigint from unnest($1::integer[]) x",
                      numbers.size() ? std::vector<std::int64_t>{4, 5} : numbers)
              .one()
              .get<std::int64_t>(0) == 9);
    const Result row = c.exec_once("select '{5,6,7}'::bigint[]");
    const auto view = row.one().get<ArrayView<std::int64_t>>(0);
    CHECK((view.size() == 3 && view[0] == 5 && view[2] == 7));
    CHECK_THROWS_AS(c.exec_once("select '{1,NULL}'::integer[]").one().get<std::vector<std::int32_t>>(0), BugError);
}

TEST_CASE("the server's type decides the bytes; what does not fit is a bug that names the place") {
    TestDatabase database(kScratch);
    Connection c(database.connection(kAppRole));
    c.exec_once("insert into scratch.item (id, small, amount, colour, name) values ($1, $2, $3, $4, $5)",
                std::int64_t{1}, std::int32_t{2}, std::int64_t{3}, "green", std::string_view("n"));
    const Result rows = c.exec_once("select id, small, amount, colour, name from scratch.item");
    const auto [id, small, amount, colour, name] =
        rows.one().as<std::int64_t, std::int32_t, std::int64_t, std::string, std::optional<std::string>>();
    CHECK((id == 1 && small == 2 && amount == 3 && colour == "green" && name == "n"));
    CHECK_THROWS_WITH_AS(c.exec_once("select $1::date", std::int32_t{1}),
                         doctest::Contains("wants the database type 1082 as its parameter $1"), BugError);
    CHECK_THROWS_WITH_AS(c.exec_once("select $1::integer"), doctest::Contains("takes 1 parameters, 0 were given"),
                         BugError);
    CHECK_THROWS_WITH_AS(rows.one().get<bool>(0), doctest::Contains("column id"), BugError);
    CHECK_THROWS_WITH_AS(c.exec_once("select null::text as nothing").one().get<std::string>(0),
                         doctest::Contains("column nothing is NULL"), BugError);
    CHECK_THROWS_AS(c.exec_once("select 1.5").one().get<std::int64_t>(0), BugError);
}

TEST_CASE("errors carry SQLSTATE, constraint and statement, and never a password") {
    TestDatabase database(kScratch);
    Connection c(database.connection(kAppRole));
    c.exec(kInsertItem, 1, "a");
    try {
        c.exec(kInsertItem, 1, "b");
        FAIL("a doubled key went in");
    } catch (const DbError& error) {
        CHECK(error.is_unique_violation());
        CHECK(error.constraint() == "item_pkey");
        CHECK(error.statement() == "test.insert_item");
    }
    for (const std::string url :
         {"postgresql://u:s3cret@127.0.0.1:1/x", "postgresql://u:s3cret@[::1", "host=x s3cret"}) {
        try {
            Connection other({.url = url});
            FAIL("connected to nowhere");
        } catch (const DbError& error) {
            CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
            CHECK(error.is_connection_lost());
        }
    }
}

TEST_CASE("a pipeline keeps order and gives the first failure after reading all") {
    TestDatabase database(kScratch);
    const auto count = with_tx(database.app(), Isolation::read_committed, [](Tx& tx) {
        Pipeline pipeline = tx.pipeline();
        for (int i = 0; i < 5000; ++i) pipeline.add(kInsertItem, i, "name");
        const std::size_t late = pipeline.add(kPrepareLate, "now");
        const std::size_t place = pipeline.add(kEcho, 42);
        const auto results = pipeline.sync();
        CHECK(results.size() == 5002);
        CHECK(results[late].one().get<std::string>(0) == "now!");
        CHECK(results[place].one().get<std::int32_t>(0) == 42);
        CHECK(results[17].affected() == 1);
        return tx.exec(kCountItems).one().get<std::int64_t>(0);
    });
    CHECK(count == 5000);
    CHECK_THROWS_WITH_AS(with_tx(database.app(), Isolation::read_committed,
                                 [](Tx& tx) {
                                     Pipeline pipeline = tx.pipeline();
                                     pipeline.add(kInsertItem, 9000, "new");
                                     pipeline.add(kInsertItem, 1, "doubled");
                                     pipeline.add(kEcho, 1);
                                     pipeline.sync();
                                 }),
                         doctest::Contains("item_pkey"), DbError);
    // A pipeline that is let go unread leaves the connection usable, and the pool has one connection here.
    Connection c(database.connection(kAppRole));
    c.exec_script("begin");
    {
        Pipeline forgotten(c);
        forgotten.add(kEcho, 1);
        forgotten.add(kInsertItem, 1, "doubled");
    }
    c.exec_script("rollback");
    CHECK(c.is_idle());
    CHECK(c.exec(kCountItems).one().get<std::int64_t>(0) == 5000);
}

TEST_CASE("a pipeline that fails before a statement is prepared reports the failure, not its consequence") {
    TestDatabase database(kScratch);
    CHECK_THROWS_WITH_AS(with_tx(database.app(), Isolation::read_committed,
                                 [](Tx& tx) {
                                     tx.exec(kInsertItem, 1, "a");
                                     Pipeline pipeline = tx.pipeline();
                                     pipeline.add(kInsertItem, 1, "doubled");
                                     pipeline.add(kPrepareLate, "never");
                                     pipeline.sync();
                                 }),
                         doctest::Contains("item_pkey"), DbError);
}

TEST_CASE("the read role reads and the application does not own") {
    TestDatabase database(kScratch);
    with_tx(database.read(), Isolation::read_committed,
            [](Tx& tx) { CHECK(tx.exec(kCountItems).one().get<std::int64_t>(0) == 0); });
    CHECK_THROWS_AS(with_tx(database.read(), Isolation::read_committed, [](Tx& tx) { tx.exec(kInsertItem, 1, "x"); }),
                    DbError);
    CHECK_THROWS_AS(
        with_tx(database.app(), Isolation::read_committed, [](Tx& tx) { tx.exec_once("drop table scratch.item"); }),
        DbError);
}
