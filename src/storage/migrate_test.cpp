#include "storage/migrate.hpp"

#include <doctest/doctest.h>

#include "storage/pool.hpp"
#include "support/statements.hpp"
#include "support/test_database.hpp"

using namespace mainspring;

namespace {

constexpr EmbeddedText kFirst{"0001_first.sql", "create table first (id integer)"};
constexpr EmbeddedText kSecond{"0002_second.sql", "create table second (id integer); insert into second values (1)"};

std::int64_t applied(Connection& connection) {
    return connection.exec_once("select count(*) from storage.migration").one().get<std::int64_t>(0);
}

}  // namespace

TEST_CASE("migrations run once, in order, and a broken one leaves nothing of itself") {
    TestDatabase database(std::span(&kFirst, 1));
    const auto owner = database.owner().acquire();
    const EmbeddedText broken{"0003_broken.sql", "create table third (id integer); select 1/0"};
    const EmbeddedText files[] = {kFirst, kSecond, broken};
    CHECK_THROWS_WITH_AS(migrate(*owner, files), doctest::Contains("0003_broken.sql: division by zero"), DbError);
    CHECK(applied(*owner) == 2);
    CHECK(owner->exec_once("select to_regclass('third') is null").one().get<bool>(0));
    const auto again = migrate(*owner, std::span(files).first(2));
    REQUIRE(again);
    CHECK(again->empty());
}

TEST_CASE("a changed file, a newer database and a badly named file are refused by name") {
    TestDatabase database(std::span(&kFirst, 1));
    const auto owner = database.owner().acquire();
    const EmbeddedText changed{"0001_first.sql", "create table first (id bigint)"};
    const auto refusal = migrate(*owner, std::span(&changed, 1));
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().code == MigrationRefusal::changed_file);
    CHECK(refusal.error().text.find("0001_first.sql") != std::string::npos);
    const auto newer = migrate(*owner, {});
    REQUIRE_FALSE(newer);
    CHECK(newer.error().code == MigrationRefusal::database_is_newer);
    const EmbeddedText gap[] = {kFirst, {"0003_third.sql", "select 1"}};
    const auto bad = migrate(*owner, gap);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code == MigrationRefusal::bad_name);
}

TEST_CASE("every statement of this room is understood by the migrated database") {
    TestDatabase database;
    for (const std::string& problem : statement_problems(database)) FAIL_CHECK(problem);
}
