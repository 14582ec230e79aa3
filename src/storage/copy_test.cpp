#include "storage/copy.hpp"

#include <doctest/doctest.h>

#include "storage/pool.hpp"
#include "support/test_database.hpp"

using namespace mainspring;
using namespace std::chrono_literals;

namespace {

constexpr EmbeddedText kScratch[] = {
    {"0001_scratch.sql",
     "create schema scratch;"
     "create table scratch.wide (id bigint primary key, cell_id integer, kind smallint, flag boolean, name text, raw "
     "bytea,"
     " day date, at timestamptz, key uuid, extra jsonb, amounts bigint[]);"
     "create table scratch.narrow (cell_id integer, id bigint, amount bigint, day date);"
     "grant usage on schema scratch to mainspring_app;"
     "grant all on all tables in schema scratch to mainspring_app"}};

constexpr CopyTarget kWide{.table = "scratch.wide",
                           .columns = "id, cell_id, kind, flag, name, raw, day, at, key, extra, amounts"};
constexpr CopyTarget kNarrow{.table = "scratch.narrow", .columns = "cell_id, id, amount, day"};

const Statement kReadWide{
    "test.read_wide",
    "select id, cell_id, kind, flag, name, raw, day, at, key, extra, amounts, '$1' from scratch.wide"
    " where id = any ($1::bigint[]) order by id"};
const Statement kReadNarrow{"test.read_narrow",
                            "select cell_id, id, amount, day from scratch.narrow where id >= $1 order by id"};
const Statement kFailLate{"test.fail_late", "select 1000 / ($1::bigint - i) from generate_series(1, 100000) i"};
const Statement kCount{"test.count_narrow", "select count(*) from scratch.narrow"};

std::int64_t count(TestDatabase& database) {
    return with_tx(database.app(), Isolation::read_committed,
                   [](Tx& tx) { return tx.exec(kCount).one().get<std::int64_t>(0); });
}

}  // namespace

TEST_CASE("COPY takes and gives every type, and NULL") {
    TestDatabase database(kScratch);
    const Uuid key = Uuid::random_v7(SystemClock());
    const std::vector<std::byte> raw{std::byte{1}, std::byte{0}};
    const std::vector<std::int64_t> amounts{5, -6};
    with_tx(database.app(), Isolation::read_committed, [&](Tx& tx) {
        CopyIn in = tx.copy_in(kWide);
        in.row(std::int64_t{1}, CellId{9}, std::int16_t{-2}, true, std::optional<std::string_view>("ü"), raw,
               std::chrono::year_month_day(2024y / 2 / 29), Instant{5ms}, key, Jsonb{"[1]"}, amounts);
        in.row(std::int64_t{2}, std::nullopt, std::nullopt, std::nullopt, std::optional<std::string_view>(),
               std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt);
        CHECK(in.finish() == 2);
    });
    with_tx(database.app(), Isolation::read_committed, [&](Tx& tx) {
        CopyOut out = tx.copy_out(kReadWide, std::vector<std::int64_t>{1, 2});
        REQUIRE(out.next());
        CHECK(out.get<std::int64_t>(0) == 1);
        CHECK(out.get<CellId>(1) == CellId{9});
        CHECK(out.get<std::int16_t>(2) == -2);
        CHECK(out.get<bool>(3));
        CHECK(out.get<std::string_view>(4) == "ü");
        CHECK(out.get<std::span<const std::byte>>(5).size() == 2);
        CHECK(out.get<std::chrono::sys_days>(6) == std::chrono::sys_days(2024y / 2 / 29));
        CHECK(out.get<Instant>(7) == Instant{5ms});
        CHECK(out.get<Uuid>(8) == key);
        CHECK(out.get<Jsonb>(9).text == "[1]");
        CHECK(out.get<ArrayView<std::int64_t>>(10)[1] == -6);
        CHECK(out.get<std::string>(11) == "$1");
        CHECK_THROWS_AS(out.get<std::int32_t>(0), BugError);
        REQUIRE(out.next());
        CHECK(out.get<std::optional<std::string_view>>(4) == std::nullopt);
        CHECK_THROWS_WITH_AS(out.get<std::int16_t>(2), doctest::Contains("column kind is NULL"), BugError);
        CHECK_FALSE(out.next());
        CHECK_FALSE(out.next());
        CHECK(out.rows() == 2);
        CHECK(tx.exec(kCount).one().get<std::int64_t>(0) == 0);
    });
}

TEST_CASE("rows prepared by others go in raw, and many rows pass the buffer's end") {
    TestDatabase database(kScratch);
    constexpr std::int64_t kRows = 50'000;
    with_tx(database.app(), Isolation::read_committed, [&](Tx& tx) {
        CopyBuffer rows;
        for (std::int64_t i = 0; i < kRows; ++i)
            rows.row(std::int32_t{1}, i, i * 2, std::chrono::sys_days(2024y / 1 / 1));
        CopyIn in = tx.copy_in(kNarrow);
        for (std::int64_t i = 0; i < kRows; ++i)
            in.row(std::int32_t{2}, -1 - i, i, std::chrono::sys_days(2024y / 1 / 1));
        in.put_raw(rows);
        CHECK(in.finish() == 2 * kRows);
    });
    with_tx(database.app(), Isolation::read_committed, [&](Tx& tx) {
        CopyOut out = tx.copy_out(kReadNarrow, std::int64_t{0});
        std::int64_t next = 0;
        while (out.next()) {
            REQUIRE(out.get<std::int64_t>(1) == next);
            REQUIRE(out.get<std::int64_t>(2) == 2 * next++);
        }
        CHECK(next == kRows);
    });
}

TEST_CASE("a COPY in that fails in the middle, or is let go, leaves nothing and a usable pool") {
    TestDatabase database(kScratch);
    const auto half = [&](auto stop) {
        with_tx(database.app(), Isolation::read_committed, [&](Tx& tx) {
            CopyIn in = tx.copy_in(kNarrow);
            for (std::int64_t i = 0; i < 100'000; ++i) in.row(std::int32_t{1}, i, i, std::chrono::sys_days{});
            stop(in);
        });
    };
    CHECK_THROWS_AS(half([](CopyIn&) { throw std::runtime_error("changed my mind"); }), std::runtime_error);
    CHECK_THROWS_AS(half([](CopyIn& in) {
                        in.rows().begin_row(2);
                        in.rows().put(std::int32_t{1});
                        in.rows().put(std::int64_t{1});
                        in.finish();
                    }),
                    DbError);
    CHECK_THROWS_WITH_AS(
        half([](CopyIn& in) { in.rows().begin_row(2), in.rows().put(1), in.rows().put(1), in.finish(); }),
        doctest::Contains("COPY scratch.narrow"), DbError);
    CHECK_THROWS_WITH_AS(with_tx(database.app(), Isolation::read_committed,
                                 [](Tx& tx) {
                                     CopyIn in = tx.copy_in(kNarrow);
                                     in.row(std::int32_t{1}, std::int32_t{2}, std::int64_t{3}, std::chrono::sys_days{});
                                 }),
                         doctest::Contains("column id"), BugError);
    CHECK_THROWS_AS(
        with_tx(database.app(), Isolation::read_committed, [](Tx& tx) { tx.copy_in({"scratch.gone", "id"}); }),
        DbError);
    CHECK(count(database) == 0);
}

TEST_CASE("a doubled key in COPY names the constraint") {
    TestDatabase database(kScratch);
    try {
        with_tx(database.app(), Isolation::read_committed, [](Tx& tx) {
            CopyIn in = tx.copy_in({.table = "scratch.wide", .columns = "id"});
            for (int i = 0; i < 3; ++i) in.row(std::int64_t{7});
            in.finish();
        });
        FAIL("doubled keys went in");
    } catch (const DbError& error) {
        CHECK(error.is_unique_violation());
        CHECK(error.constraint() == "wide_pkey");
    }
}

TEST_CASE("a COPY out that fails late throws in next(); one that is let go leaves a usable pool") {
    TestDatabase database(kScratch);
    CHECK_THROWS_WITH_AS(with_tx(database.app(), Isolation::read_committed,
                                 [](Tx& tx) {
                                     CopyOut out = tx.copy_out(kFailLate, std::int64_t{50'000});
                                     while (out.next()) {
                                     }
                                 }),
                         doctest::Contains("division by zero"), DbError);
    CHECK_THROWS_AS(with_tx(database.app(), Isolation::read_committed,
                            [](Tx& tx) {
                                CopyOut out = tx.copy_out(kFailLate, std::int64_t{1'000'000});
                                out.next();
                            }),
                    DbError);
    CHECK(count(database) == 0);
}
