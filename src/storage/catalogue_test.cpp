#include "storage/catalogue.hpp"

#include <doctest/doctest.h>

#include "storage/pool.hpp"
#include "support/test_database.hpp"

using namespace mainspring;

namespace {

constexpr EmbeddedText kScratch[] = {
    {"0001_scratch.sql",
     "create schema scratch;"
     "create table scratch.tariff (id integer primary key);"
     "create table scratch.job (id integer primary key);"
     "create table scratch.bill (cell_id integer, id bigint, tariff_id integer references scratch.tariff,"
     " primary key (cell_id, id));"
     "create table scratch.line (cell_id integer, bill_id bigint, place integer, primary key (cell_id, bill_id, place),"
     " foreign key (cell_id, bill_id) references scratch.bill);"
     "create table scratch.bad (cell_id integer, id bigint unique, other_cell integer, bill_id bigint,"
     " primary key (id, cell_id), foreign key (other_cell, bill_id) references scratch.bill (cell_id, id),"
     " job_id integer references scratch.job);"
     "create table scratch.keyless (id bigint);"
     "create table scratch.forgotten (id integer primary key);"
     "create function scratch.nothing() returns trigger language plpgsql as 'begin return new; end';"
     "create trigger late before insert on scratch.bad for each row execute function scratch.nothing()"}};

constexpr CatalogueTable kGood[] = {{"scratch.tariff", Placement::replicated}, {"scratch.job", Placement::local},
                                    {"scratch.bill", Placement::by_cell},      {"scratch.line", Placement::by_cell},
                                    {"scratch.bad", Placement::by_cell},       {"scratch.keyless", Placement::by_cell},
                                    {"scratch.gone", Placement::local}};

}  // namespace

TEST_CASE("every breach of the cell rules is told, and nothing else") {
    TestDatabase database(kScratch);
    const auto lease = database.owner().acquire();
    const std::vector<std::string> expected{
        "scratch.forgotten: not in the catalogue",
        "scratch.keyless: by cell, but has no column cell_id not null",
        "scratch.gone: in the catalogue, not in the database",
        "scratch.bad: unique index bad_id_key does not contain cell_id",
        "scratch.bad: primary key bad_pkey does not begin with cell_id",
    };
    const auto violations = catalogue_violations(*lease, kGood);
    for (std::size_t i = 0; i < 5; ++i)
        CHECK_MESSAGE(std::find(violations.begin(), violations.end(), expected[i]) != violations.end(), expected[i]);
    CHECK(std::count_if(violations.begin(), violations.end(), [](const std::string& text) {
              return text.find("leaves the cell") != std::string::npos;
          }) == 2);
    CHECK(std::find(violations.begin(), violations.end(), "scratch.bad: by cell, but has the trigger late") !=
          violations.end());
    CHECK(std::find(violations.begin(), violations.end(), "scratch.keyless: by cell, but has no primary key") !=
          violations.end());
    CHECK(violations.size() == 9);
}

TEST_CASE("the SQL for Citus: replicated tables first, the others co-located with the first of them") {
    CHECK(citus_sql(std::span(kGood).first(4)) ==
          "select create_reference_table('scratch.tariff');\n"
          "select create_distributed_table('scratch.bill', 'cell_id', colocate_with => 'none');\n"
          "select create_distributed_table('scratch.line', 'cell_id', colocate_with => 'scratch.bill');\n");
}

TEST_CASE("the tables of the program keep the cell rules") {
    TestDatabase database;
    const auto lease = database.owner().acquire();
    for (const std::string& violation : catalogue_violations(*lease, table_catalogue())) FAIL_CHECK(violation);
}
