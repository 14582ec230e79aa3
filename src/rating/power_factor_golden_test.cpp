// docs/TARIFFS.md, "Power factor". All amounts are calculated by hand from that page.
#include "rating/rating_test_help.hpp"
#include "rating/roots.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

// The table of 1983 for the standard 0.90, (83)水电财字第215号.
constexpr const char* kTable =
    "table: [{from: '0.95', percent: '-0.75'}, {from: '0.90', percent: '-0.60', each: '0.15'}, "
    "{from: '0.70', percent: '0.5', each: '0.5'}, {from: '0.65', percent: '11', each: '1'}, "
    "{from: '0.00', percent: '17', each: '2'}]";

struct Case {
    const char* name;
    const char* keys;    // of the power factor, before the table
    const char* pieces;
    const char* expected;
    const char* head = "";
};

std::string rate_case(const Case& c) {
    const auto tariff = tariff_of({{.head = c.head,
                                    .charges = fmt::format("e energy_flat price: '1'\nfund energy_flat price: '0.1'\n"
                                                           "pf power_factor of: [e], {}{}",
                                                           c.keys, kTable)}});
    const DateRange dates{day("2026-01-01"), day("2026-02-01")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial};
    const auto pieces = pieces_of(c.pieces);
    return rate_text({dates, {&span, 1}, pieces});
}

const Case kCases[] = {
    {"a low factor", "", "total 2026-01-01 2026-02-01 100000; reactive 2026-01-01 2026-02-01 62000",
     "e/0 100000 x 1 = 100000.00\nfund/0 100000 x 0.1 = 10000.00\n"
     "pf 0.85 (100000.00) x 0.025 = 2500.00\ntotal 112500.00\n"},  // 0.8499
    {"a high factor", "", "total 2026-01-01 2026-02-01 1000; reactive 2026-01-01 2026-02-01 300",
     "e/0 1000 x 1 = 1000.00\nfund/0 1000 x 0.1 = 100.00\npf 0.96 (1000.00) x -0.0075 = -7.50\ntotal 1092.50\n"},
    {"the standard itself", "", "total 2026-01-01 2026-02-01 900; reactive 2026-01-01 2026-02-01 435.889894",
     "e/0 900 x 1 = 900.00\nfund/0 900 x 0.1 = 90.00\ntotal 990.00\n"},
    {"the last row", "", "total 2026-01-01 2026-02-01 300; reactive 2026-01-01 2026-02-01 400",
     "e/0 300 x 1 = 300.00\nfund/0 300 x 0.1 = 30.00\npf 0.6 (300.00) x 0.25 = 75.00\ntotal 405.00\n"},
    {"both directions of reactive energy are added", "reactive: [reactive, reactive_export], ",
     "total 2026-01-01 2026-02-01 300; reactive 2026-01-01 2026-02-01 150; reactive_export 2026-01-01 2026-02-01 250",
     "e/0 300 x 1 = 300.00\nfund/0 300 x 0.1 = 30.00\npf 0.6 (300.00) x 0.25 = 75.00\ntotal 405.00\n"},
    {"nothing at all is a factor of 1, and a base of nothing gives no line", "",
     "total 2026-01-01 2026-02-01 0; reactive 2026-01-01 2026-02-01 0",
     "e/0 0 x 1 = 0.00\nfund/0 0 x 0.1 = 0.00\ntotal 0.00\n"},
    {"no reactive register", "", "total 2026-01-01 2026-02-01 300", "refused: register_missing\n"},
    {"one of two reactive registers", "reactive: [reactive, reactive_export], ",
     "total 2026-01-01 2026-02-01 300; reactive 2026-01-01 2026-02-01 150", "refused: register_missing\n"},
    {"a reactive register of other days", "", "total 2026-01-01 2026-02-01 300; reactive 2025-12-01 2026-01-01 150",
     "refused: register_missing\n"},
    {"a period of a register that has none", "reactive: reactive.peak, ",
     "total 2026-01-01 2026-02-01 300; reactive 2026-01-01 2026-02-01 150", "refused: register_missing\n",
     "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n"},
    {"the factor of one period", "active: peak, reactive: reactive.peak, ",
     "total 2026-01-01 2026-02-01 1000; peak 2026-01-01 2026-02-01 300; valley 2026-01-01 2026-02-01 700; "
     "reactive.peak 2026-01-01 2026-02-01 400",
     "e/0 1000 x 1 = 1000.00\nfund/0 1000 x 0.1 = 100.00\npf 0.6 (1000.00) x 0.25 = 250.00\ntotal 1350.00\n",
     "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n"},
};

}  // namespace

TEST_CASE("power factors as docs/TARIFFS.md defines them") {
    for (const Case& c : kCases) {
        INFO(std::string(c.name));
        CHECK(rate_case(c) == c.expected);
    }
}

// A tenth of a percent a point about 80 %, as in Taiwan.
TEST_CASE("a table about a point in the middle") {
    const auto tariff = tariff_of(
        {{.charges =
              "b fixed_per_period price: '1000'\npf power_factor of: [b], table: [{from: '0.95', percent: '-1.5'}, "
              "{from: '0.80', percent: '-1.4', each: '0.1'}, {from: '0', percent: '0.1', each: '0.1'}]"}});
    const DateRange dates{day("2026-01-01"), day("2026-02-01")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial};
    const auto adjusted = [&](const char* active, const char* reactive) {
        const Piece pieces[] = {{tariff::kTotal, dates, micro(active)},
                                {tariff::stream_of("reactive"), dates, micro(reactive)}};
        RatedSection rated;
        REQUIRE(Rater().rate({dates, {&span, 1}, pieces}, rated).has_value());
        return rated.total_minor - 100'000;
    };
    CHECK(adjusted("100", "0") == -1500);
    CHECK(adjusted("12", "5") == -1200);  // 0.92
    CHECK(adjusted("4", "3") == 0);
    CHECK(adjusted("3", "4") == 2000);  // 0.60
}

TEST_CASE("each version has its own factor, base and table") {
    const std::string charges =
        "e energy_flat price: '1'\npf power_factor of: [e], table: [{from: '0', percent: '0', each: '1'}]";
    const auto tariff =
        tariff_of({{.charges = charges}, {.effective = "2026-01-11", .charges = charges + ", decimals: 1"}});
    const DateRange dates{day("2026-01-01"), day("2026-02-01")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial};
    const auto pieces = pieces_of(
        "total 2026-01-01 2026-01-11 300; total 2026-01-11 2026-02-01 500; "
        "reactive 2026-01-01 2026-01-11 400; reactive 2026-01-11 2026-02-01 1200");
    CHECK(rate_text({dates, {&span, 1}, pieces}) ==
          "e@2020-01-01/0 300 x 1 = 300.00\ne@2026-01-11/1 500 x 1 = 500.00\n"
          "pf@2020-01-01 0.6 (300.00) x 0.4 = 120.00\n"
          "pf@2026-01-11 0.4 (500.00) x 0.06 = 30.00\n"  // 5/13
          "total 950.00\n");
}

TEST_CASE("a factor only in one season takes the energy and the base of that season") {
    const auto tariff = tariff_of(
        {{.head = "calendar:\n  seasons: {summer: [{from: 06-01, to: 08-31}], winter: [{from: 09-01, to: 05-31}]}\n",
          .charges = "e energy_flat price: '1'\n"
                     "pf power_factor of: [e], season: summer, table: [{from: '0', percent: '0', each: '1'}]"}});
    const DateRange dates{day("2026-08-22"), day("2026-09-11")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial};
    const auto pieces = pieces_of(
        "total 2026-08-22 2026-09-01 300; total 2026-09-01 2026-09-11 999; "
        "reactive 2026-08-22 2026-09-01 400");
    CHECK(rate_text({dates, {&span, 1}, pieces}) ==
          "e/0 300 x 1 = 300.00\ne/1 999 x 1 = 999.00\npf 0.6 (300.00) x 0.4 = 120.00\ntotal 1419.00\n");
}

TEST_CASE("roots and factors are exact") {
    CHECK(floor_of_root(0) == 0);
    CHECK(floor_of_root(24) == 4);
    CHECK(floor_of_root(25) == 5);
    CHECK(floor_of_root(~Uint128{0}) == ~std::uint64_t{0});
    CHECK(rounded_root(6) == 2);   // 2.449
    CHECK(rounded_root(7) == 3);   // 2.646
    CHECK(rounded_root(12) == 3);  // 3.464
    CHECK(rounded_root(13) == 4);  // 3.606
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    CHECK(rounded_root(sum_of_squares(most, 0)) == most);
    CHECK(rounded_root(sum_of_squares(-3, 4)) == 5);
    CHECK(rounded_factor(3, 4, 100) == 60);
    CHECK(rounded_factor(3, -4, 100) == 60);
    CHECK(rounded_factor(0, 0, 100) == 100);
    CHECK(rounded_factor(0, 4, 100) == 0);
    CHECK(rounded_factor(-3, 4, 100) == 0);
    CHECK(rounded_factor(5, 0, 1'000'000) == 1'000'000);
    CHECK(rounded_factor(most, most, 1'000'000) == 707'107);
    CHECK(rounded_factor(3, 4, 10) == 6);
    CHECK(rounded_factor(33, 56, 100) == 51);  // 33/65 = 0.5077
    CHECK(rounded_factor(7, 24, 50) == 14);    // 0.28 x 50
    CHECK(rounded_factor(7, 24, 25) == 7);
    CHECK(rounded_factor(3, 4, 5) == 3);
    CHECK(rounded_factor(4, 3, 1) == 1);   // 0.8
    CHECK(rounded_factor(7, 24, 1) == 0);  // 0.28
    CHECK(rounded_factor(15, 20, 2) == 1);  // 1.2
}
