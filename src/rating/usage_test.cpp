#include "rating/usage.hpp"

#include <doctest/doctest.h>
#include <vector>

#include "base/ensure.hpp"

using namespace mainspring;
using namespace mainspring::rating;

namespace {

std::int64_t micro(std::string_view text) { return parse_decimal(text, 6).value(); }

}  // namespace

TEST_CASE("a lower reading is a rollover only near the end of the dials") {
    const RegisterFacts facts{.dials = 4, .decimals = 1, .multiplier_e6 = 1'000'000};
    CHECK(register_advance({micro("9000"), micro("1")}, facts).error() == AdvanceProblem::backward);
    CHECK(register_advance({micro("9000.1"), micro("1")}, facts)->micro == micro("1000.9"));
    CHECK_FALSE(register_advance({micro("1"), micro("1")}, facts)->rolled);
    CHECK(register_advance({0, micro("10000")}, facts).error() == AdvanceProblem::beyond_dials);
    CHECK(register_advance({-1, 0}, facts).error() == AdvanceProblem::beyond_dials);
}

TEST_CASE("a multiplier is applied exactly and rounds half up once") {
    CHECK(register_advance({0, 1}, {.dials = 5, .decimals = 6, .multiplier_e6 = 500'000})->micro == 1);
    CHECK(register_advance({0, 1}, {.dials = 5, .decimals = 6, .multiplier_e6 = 499'999})->micro == 0);
    CHECK(
        register_advance({0, micro("999999999")}, {.dials = 9, .decimals = 0, .multiplier_e6 = micro("4000")})->micro ==
        micro("3999999996000"));
}

TEST_CASE("an estimated reading is on the register's own grid and dials") {
    const RegisterFacts facts{.dials = 5, .decimals = 0, .multiplier_e6 = micro("40")};
    // 620 in 31 days is 20 a day, 0.5 a day on the dials; 29 days: 14.5
    CHECK(estimated_read(micro("100"), {micro("620"), 31}, 29, facts) == micro("115"));
    CHECK(estimated_read(micro("99990"), {micro("620"), 31}, 29, facts) == micro("5"));
    CHECK(estimated_read(micro("100"), {micro("620"), 31}, 29,
                         {.dials = 5, .decimals = 1, .multiplier_e6 = micro("40")}) == micro("114.5"));
    CHECK_THROWS_AS((void)estimated_read(0, {}, 1, facts), BugError);
}

TEST_CASE("means and gaps") {
    CHECK(mean_of(std::vector<std::int64_t>{1, 2}) == 2);
    CHECK(mean_of(std::vector<std::int64_t>{1, 1, 2}) == 1);
    CHECK_THROWS_AS((void)mean_of({}), BugError);
    std::vector<std::int64_t> gap(2);
    fill_linear({0, 1}, gap);
    CHECK(gap == std::vector<std::int64_t>{0, 1});  // 1/3, 2/3
}
