// The pure part: timelines and what a statement about supply means.
#include <doctest/doctest.h>

#include "customer/account_row.hpp"
#include "customer/agreement.hpp"
#include "customer/dated.hpp"

namespace mainspring::customer {
namespace {

Date day(std::string_view text) { return *parse_date(text); }

Terms terms(std::string tariff) {
    return {
        .tariff = std::move(tariff), .customer_class = CustomerClass::residential, .entitlements = {}, .dwellings = 1};
}

// Applies the statement to the list, as the import does.
std::expected<SupplyChange, SupplyOverlap> state(std::vector<Agreement>& on_point, const SupplyStatement& statement) {
    auto change = apply_statement(on_point, statement);
    if (!change || change->rows.empty()) return change;
    if (!change->agreement)
        on_point.push_back({statement.account_id, static_cast<std::int64_t>(on_point.size()) + 1, 1, {}});
    Agreement& agreement = change->agreement ? on_point[*change->agreement] : on_point.back();
    for (const auto& row : change->rows) agreement.rows.push_back(row);
    return change;
}

}  // namespace

TEST_CASE("the highest version of each day counts, and a voided one takes the fact back") {
    const std::vector<AgreementFact> rows{
        {.valid_from = day("2026-02-01"), .version = 1, .terms = terms("b")},
        {.valid_from = day("2026-01-01"), .version = 2, .terms = terms("a2")},
        {.valid_from = day("2026-01-01"), .version = 1, .terms = terms("a1")},
        {.valid_from = day("2026-02-01"), .version = 2, .voided = true, .terms = terms("b")},
        {.valid_from = day("2026-03-01"), .version = 1, .terms = terms("c")}};
    const auto line = timeline_of(rows);
    REQUIRE(line.size() == 2);
    CHECK(line[0].terms.tariff == "a2");
    CHECK(line[1].terms.tariff == "c");
    CHECK(fact_on(line, day("2025-12-31")) == nullptr);
    CHECK(fact_on(line, day("2026-02-28"))->terms.tariff == "a2");
    CHECK(fact_on(line, day("2026-03-01"))->terms.tariff == "c");
    CHECK(next_version(rows, day("2026-02-01")) == 3);
    CHECK(next_version(rows, day("2026-04-01")) == 1);
}

TEST_CASE("the same kWh is never billed to two accounts") {
    std::vector<Agreement> on_point;
    CHECK(state(on_point, {1, day("2026-01-01"), {}, terms("a")})->rows.size() == 1);
    CHECK(state(on_point, {1, day("2026-01-01"), {}, terms("a")})->rows.empty());
    const auto refused = state(on_point, {2, day("2026-06-01"), {}, terms("a")});
    REQUIRE(!refused);
    CHECK(refused.error().account_id == 1);
    CHECK(!state(on_point, {2, day("2025-06-01"), {}, terms("a")}));
    CHECK(!state(on_point, {2, day("2025-06-01"), day("2026-01-02"), terms("a")}));
    CHECK(state(on_point, {2, day("2025-06-01"), day("2026-01-01"), terms("a")}));
    CHECK(state(on_point, {1, day("2026-01-01"), day("2026-06-01"), terms("a")})->rows.size() == 1);
    CHECK(state(on_point, {2, day("2026-06-01"), {}, terms("b")}));
    CHECK(on_point.size() == 3);
    CHECK(held_days(on_point[0]) == std::vector<DateRange>{{day("2026-01-01"), day("2026-06-01")}});
    CHECK(!state(on_point, {1, day("2026-01-01"), day("2026-06-02"), terms("a")}));
}

TEST_CASE("other terms are a new version or a new dated row") {
    std::vector<Agreement> on_point;
    state(on_point, {1, day("2026-01-01"), {}, terms("a")});
    const auto version = state(on_point, {1, day("2026-01-01"), {}, terms("b")});
    REQUIRE(version->rows.size() == 1);
    CHECK(version->rows[0].version == 2);
    const auto dated = state(on_point, {1, day("2026-04-01"), {}, terms("c")});
    REQUIRE(dated->rows.size() == 1);
    CHECK(dated->rows[0].version == 1);
    CHECK(state(on_point, {1, day("2026-05-01"), {}, terms("c")})->rows.empty());
    CHECK(timeline_of(on_point[0].rows).size() == 2);
}

TEST_CASE("an end moves, and what lies beyond it is taken back") {
    std::vector<Agreement> on_point;
    state(on_point, {1, day("2026-01-01"), day("2026-12-01"), terms("a")});
    state(on_point, {1, day("2026-09-01"), {}, terms("b")});
    state(on_point, {1, day("2026-01-01"), day("2026-07-01"), terms("a")});
    CHECK(held_days(on_point[0]) == std::vector<DateRange>{{day("2026-01-01"), day("2026-07-01")}});
    state(on_point, {1, day("2026-01-01"), day("2026-10-01"), terms("a")});
    CHECK(held_days(on_point[0]) == std::vector<DateRange>{{day("2026-01-01"), day("2026-10-01")}});
    CHECK(timeline_of(on_point[0].rows).back().ended);
}

TEST_CASE("facts that an agreement states") {
    const auto facts = parse_stated_facts("persons=5;contract_kw=200.50");
    REQUIRE(facts);
    CHECK(*facts == std::vector<StatedFact>{{"contract_kw", 200'500'000}, {"persons", 5'000'000}});
    CHECK(text_of(*facts) == "contract_kw=200.5;persons=5");
    CHECK(parse_stated_facts("")->empty());
    const auto wrong = [](std::string_view text) { return parse_stated_facts(text).error(); };
    CHECK(wrong("persons") == "'persons' is no fact like contract_kw=200");
    CHECK(wrong("a=1;") == "ends with ';'");
    CHECK(wrong("Persons=5") == "'Persons' is no name like contract_kw (a-z, 0-9 and _, at most 60)");
    CHECK(wrong("dwellings=2") == "dwellings are stated apart");
    CHECK(wrong("a=-1") == "a: '-1' is no number from 0 on with at most 6 decimals");
    CHECK(wrong("a=0.0000001") == "a: '0.0000001' is no number from 0 on with at most 6 decimals");
    CHECK(wrong("a=1;b=2;a=1") == "a is stated twice");
}

TEST_CASE("lists in cells") {
    CHECK(split_list("a|b||c", '|') == std::vector<std::string>{"a", "b", "", "c"});
    CHECK(split_list("", '|').empty());
}

}  // namespace mainspring::customer
