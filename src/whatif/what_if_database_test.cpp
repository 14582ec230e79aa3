// Questions to a database: what was comes out as runs billed it, what would be as the other prices say.
#include <doctest/doctest.h>

#include "billing/report.hpp"
#include "rating/rating_test_help.hpp"
#include "support/billing_sample.hpp"
#include "whatif/what_if_service.hpp"

using namespace mainspring;
using namespace mainspring::whatif;

namespace {

Scenario dearer() {
    // The sample's flat tariff with 0.6 for 0.5 a kWh.
    return Scenario({{"flat", rating::testing::plan_of({.charges = "energy energy_flat price: '0.6'\n"
                                                                   "standing fixed_per_day price: '0.1'\n"
                                                                   "vat tax percent: '13', of: [energy, standing]"})}});
}

struct Asked {
    BillingSample& sample;
    DateRange dates{date_of("2026-01-01"), date_of("2026-03-01")};
    int threshold = 10;
};

std::expected<WhatIfAnswer, std::string> ask(const Asked& asked, const Scenario& scenario, WhatIfOptions options = {}) {
    const Instant now = asked.sample.clock().now();
    const auto resources = billing::load_resources(asked.sample.pool(), now);
    WhatIfQuestion question;
    question.legal_entity_id = asked.sample.january().legal_entity_id;
    question.dates = asked.dates;
    question.known_at = now;
    question.threshold_percent = asked.threshold;
    return ask_what_if(asked.sample.pool(), resources, scenario, question, options);
}

Group all_of(const WhatIfAnswer& answer) {
    Group sum;
    for (const auto& [key, group] : answer.outcome.groups()) sum.add(group);
    return sum;
}

}  // namespace

TEST_CASE("what was, is what the runs billed") {
    BillingSample sample;
    sample.bill(sample.january());
    sample.bill(sample.february());
    std::int64_t billed = 0;
    for (const char* account : {"A01", "A02", "A03", "A04", "A05", "A06", "A07", "A10", "A11", "A12"})
        for (const auto& bill : sample.bills(account)) billed += bill.total_minor;
    const auto answer = ask({sample}, dearer());
    REQUIRE(answer);
    Int128 now = 0;
    for (const auto& [key, group] : answer->outcome.groups()) now += group.now_minor;
    // A09 is paid for what it uses: held back by a run, rated here. 900 kWh in two months, at -0.5.
    const auto& refund = answer->outcome.now().at({"CNY", "refund", 0, "energy"});
    CHECK(narrow(now - refund.amount_minor) == billed);
    CHECK(answer->outcome.unrated_now().at("opening_read_missing") > 0);
    CHECK(answer->outcome.unrated_then().empty());
    CHECK(sample.count("billing.bill") == 20);
}

TEST_CASE("what would be, is what the other prices say") {
    BillingSample sample;
    std::vector<std::string> beyond;
    const auto answer = ask({sample}, dearer(), {.beyond = [&](std::span<const BeyondThreshold> found) {
                                for (const auto& one : found) beyond.push_back(one.account);
                            }});
    REQUIRE(answer);
    const auto& clauses = answer->outcome;
    // A01 to A06: 2100 kWh a month; A12: 300.
    CHECK(narrow(clauses.now().at({"CNY", "flat", 0, "energy"}).amount_minor) == 2400'00);
    CHECK(narrow(clauses.then().at({"CNY", "test", 0, "energy"}).amount_minor) == 2880'00);
    CHECK(all_of(*answer).losers == 7);
    CHECK(all_of(*answer).winners == 0);
    // A01: 0.6 x 200 + 5.9 against 0.5 x 200 + 5.9, with the tax: 18.9 %
    CHECK(beyond == std::vector<std::string>{"A01", "A02", "A03", "A04", "A05", "A06", "A12"});
    CHECK(answer->beyond == 7);
    CHECK(answer->accounts.front() == "A06");
    CHECK(narrow(answer->outcome.largest().front().then_minor - answer->outcome.largest().front().now_minor) == 135'60);
}

TEST_CASE("interval values are sorted into the periods of the scenario") {
    BillingSample sample;
    // Of 59 days: 12 hours each at 1 and at 0.1, where the sample has 4 at 1 and 20 at 0.5.
    const Scenario halves(
        {{"periods",
          rating::testing::plan_of(
              {.head = "calendar:\n  periods:\n    - {period: light, hours: [\"06:00-18:00\"]}\n    - {period: dark}\n",
               .charges = "energy energy_time_of_use prices: {light: '1', dark: '0.1'}"})}});
    const auto answer = ask({sample}, halves);
    REQUIRE(answer);
    CHECK(narrow(answer->outcome.now().at({"CNY", "periods", 0, "energy"}).amount_minor) == 59 * 14'00);
    CHECK(narrow(answer->outcome.then().at({"CNY", "test", 0, "energy"}).amount_minor) == 59 * 13'20);
}

TEST_CASE("the answer is the same whoever works; a stopped one says so") {
    BillingSample sample;
    const auto one = ask({sample}, dearer(), {.workers = 1}), three = ask({sample}, dearer(), {.workers = 3});
    CHECK(narrow(all_of(*one).then_minor) == narrow(all_of(*three).then_minor));
    CHECK(one->accounts == three->accounts);
    const auto stopped = ask({sample}, dearer(), {.workers = 1, .stop = [] { return true; }});
    CHECK(stopped->stopped);
    CHECK(all_of(*stopped).accounts < all_of(*one).accounts);
}

TEST_CASE("what cannot be asked") {
    BillingSample sample;
    CHECK(ask({sample}, Scenario({})).error() == "the scenario replaces no tariff");
    const auto plan = rating::testing::plan_of({.charges = "energy energy_flat price: '1'"});
    CHECK(ask({sample}, Scenario({{"flat", plan}, {"other", plan}})).error() ==
          "the scenario replaces 'other', which is not in force");
    const auto absurd = rating::testing::plan_of({.charges = "energy energy_flat price: '90000000000'\n"
                                                             "vat tax percent: '9000000', of: [energy]\n"
                                                             "more tax percent: '9000000', of: [energy, vat]"});
    const auto beyond = ask({sample}, Scenario({{"flat", absurd}}));
    REQUIRE(beyond);
    CHECK(beyond->outcome.unrated_then().at("beyond_range") == 16);
    const Date day = date_of("2026-01-01");
    CHECK_FALSE(ask({sample, {day, day}}, dearer()));
    // Under a tariff by periods, what a register counted in all cannot be rated.
    const Scenario periods({{"flat", rating::testing::plan_of({.head = "calendar:\n  periods:\n    - {period: day}\n",
                                                               .charges = "energy energy_flat of: day, price: '1'"})}});
    const auto answer = ask({sample}, periods);
    REQUIRE(answer);
    CHECK(answer->outcome.unrated_then().at("register_missing") == 16);
}
