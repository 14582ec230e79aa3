#include "billing/accumulated.hpp"

#include "billing/account_bill.hpp"
#include "billing/billing_test_help.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

namespace {

rating::PastDemand demand(std::string_view from, std::string_view to, std::int64_t micro) {
    return {"demand", {day(from), day(to)}, micro};
}

}  // namespace

TEST_CASE("demands are passed on for 60 months, counters for a year") {
    const DateRange section{day("2026-03-01"), day("2026-04-01")};
    rating::Accumulated before, after;
    before.demands = {demand("2021-02-01", "2021-03-01", 1), demand("2021-02-05", "2021-03-02", 2),
                      demand("2026-02-01", "2026-03-01", 3)};
    before.counters = {{"year", day("2025-04-02"), nullptr, 1},
                       {"past", day("2025-04-01"), nullptr, 2},
                       {"month", day("2026-02-01"), nullptr, 3}};
    after.demands = {demand("2026-03-01", "2026-04-01", 4)};
    after.counters = {{"month", day("2026-03-01"), nullptr, 5}};
    pass_on(before, section, after);
    REQUIRE(after.demands.size() == 3);
    CHECK(after.demands[0].micro == 2);  // its last day lies in March 2021: 60 months
    CHECK(after.demands[1].micro == 3);
    CHECK(after.demands[2].micro == 4);
    REQUIRE(after.counters.size() == 2);
    CHECK(after.counters[0].micro == 5);
    CHECK(after.counters[1].clause == "year");
    // Whoever passes them on again changes nothing.
    pass_on(before, section, after);
    CHECK(after.demands.size() == 3);
    CHECK(after.counters.size() == 2);
}

TEST_CASE("versions are carried by their id and found among the tariffs of the agreement") {
    const auto numbered = changed(flat_tariff(), [](tariff::Plan& plan) { plan.version_id = 7; });
    const auto other = changed(flat_tariff(), [](tariff::Plan& plan) { plan.version_id = 8; });
    rating::Accumulated after;
    after.counters = {{"energy", day("2026-01-01"), numbered.versions[0].get(), 5},
                      {"b", day("2026-01-01"), nullptr, 6}};
    after.demands = {demand("2026-01-01", "2026-02-01", 4)};
    after.carried_minor = -3;
    after.carried_in = Currency{{'C', 'N', 'Y'}};
    Accumulation left;
    for_carry(after, left);
    CHECK(left.counters ==
          std::vector<CarriedCounter>{{"energy", day("2026-01-01"), 7, 5}, {"b", day("2026-01-01"), 0, 6}});
    CHECK(left.demands == after.demands);
    CHECK(left.carried_minor == -3);
    AgreementVersion versions[2];
    versions[0].tariff = &other;
    versions[1].tariff = &numbered;
    rating::Accumulated again;
    for_rating(left, versions, again);
    REQUIRE(again.counters.size() == 2);
    CHECK(again.counters[0].version == numbered.versions[0].get());
    CHECK(again.counters[1].version == nullptr);
    CHECK(again.counters[1].micro == 6);
    CHECK(again.demands == after.demands);
    CHECK(again.carried_minor == -3);
    CHECK(again.carried_in == after.carried_in);
    for_rating(left, std::span(versions).first(1), again);
    CHECK(again.counters[0].version == nullptr);
}

TEST_CASE("a section starts from what the carry has, but not after a break of the agreement") {
    Supply supply;
    supply.supplied("2020-01-01", "2026-01-10").supplied("2026-01-15").meter({});
    supply.read("2026-01-10 1100; 2026-01-15 1100; 2026-02-01 1310");
    auto carry = carry_of({});
    carry.left.demands = {demand("2025-12-01", "2026-01-01", 4)};
    std::vector<Exception> exceptions;
    Section section;
    const Agreement agreement = supply.facts();
    const auto build = [&] {
        return build_section({agreement, &carry, supply.rules, supply.reference, {}}, section, exceptions);
    };
    REQUIRE(build() == SectionResult::billed);
    CHECK(section.left_before == carry.left);
    CHECK(section.accumulated.demands == carry.left.demands);
    carry.billed_through = day("2026-01-10");
    REQUIRE(build() == SectionResult::billed);
    CHECK(section.dates.from == day("2026-01-15"));
    CHECK(section.left_before.empty());
    CHECK(section.accumulated.demands.empty());
}
