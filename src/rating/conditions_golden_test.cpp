// One row for every rule of docs/TARIFFS.md on facts, conditions, bands, formulas, maxima, taxes on a share of the use,
// contained taxes and carried rounding. All amounts are calculated by hand from that page.
#include "rating/formula.hpp"
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kFacts =
    "facts: {contract_kw: {unit: kW}, persons: {unit: none, default: '2'}}\n"
    "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n";
constexpr const char* kCarry = "rounding: {bill: {step: '0.05', carry: true}}\n";

struct Setting {
    const char* from = "2026-01-01";
    const char* to = "2026-02-01";
    const char* facts = "";  // "contract_kw 200; persons 3"
    const char* inputs = "";  // "fuel 2026-01 61.2; ..."
    const char* carried = "0";
    const char* head = kFacts;
    const char* entitlement = "";
};

struct Case {
    const char* name;
    const char* charges;
    const char* pieces;
    const char* expected;
    Setting with = {};
};

std::vector<FactValue> facts_of(const std::string& text) {
    std::vector<FactValue> facts;
    std::istringstream rows(text);
    for (std::string row; std::getline(rows, row, ';');) {
        std::istringstream words(row);
        std::string name, value;
        if (words >> name >> value) facts.push_back({tariff::fact_of(name), micro(value)});
    }
    return facts;
}

struct NamedInput {
    std::string name;
    Date month;
    std::int64_t e8 = 0;
};

std::vector<NamedInput> inputs_of(const std::string& text) {
    std::vector<NamedInput> inputs;
    std::istringstream rows(text);
    for (std::string row; std::getline(rows, row, ';');) {
        std::istringstream words(row);
        std::string name, month, value;
        if (words >> name >> month >> value)
            inputs.push_back({name, day(month + "-01"), parse_decimal(value, Price::kScale).value()});
    }
    return inputs;
}

std::string rate_case(const Case& c) {
    const auto tariff = tariff_of({{.head = c.with.head, .charges = c.charges}});
    const auto facts = facts_of(c.with.facts);
    AgreementSpan span{{day(c.with.from), day(c.with.to)}, &tariff, tariff::CustomerClass::residential, 0, 1, facts};
    if (*c.with.entitlement != 0) span.entitlements = tariff::entitlement_bit(c.with.entitlement);
    const auto pieces = pieces_of(c.pieces);
    const auto named = inputs_of(c.with.inputs);
    std::vector<MonthlyInput> inputs;
    for (const auto& input : named) inputs.push_back({input.name, input.month, input.e8});
    Accumulated before;
    before.carried_minor = parse_decimal(c.with.carried, 2).value();
    before.carried_in = currency_of("CNY").value();
    return rate_text({.dates = span.dates, .spans = {&span, 1}, .pieces = pieces, .inputs = inputs, .before = &before});
}

const Case kCases[] = {
    {"a price times a fact",
     "fee fixed_per_day price: '0.1', times: contract_kw",
     "",
     "fee/0 31 x 0.1 x 401/2 = 621.55\ntotal 621.55\n",
     {.facts = "contract_kw 200.5"}},
    {"a fact that the version assumes", "fee fixed_per_period price: '1.5', times: persons", "",
     "fee 1 x 1.5 x 2/1 = 3.00\ntotal 3.00\n"},
    {"a fact of zero has its line",
     "fee fixed_per_day price: '0.1', times: contract_kw",
     "",
     "fee/0 31 x 0.1 x 0/1 = 0.00\ntotal 0.00\n",
     {.facts = "contract_kw 0"}},
    {"a fact that nobody states", "fee fixed_per_day price: '0.1', times: contract_kw", "", "refused: fact_missing\n"},
    {"a fact that nobody needs", "fee fixed_per_day price: '0.1', times: contract_kw, for: {entitlement: pump}", "",
     "total 0.00\n"},
    {"a fact that only a clause of other days needs",
     "fee fixed_per_day price: '0.1', times: contract_kw, from: 2026-02-01", "", "total 0.00\n"},
    {"a fact above a bound",
     "fee fixed_per_day price: '1', for: {facts: {contract_kw: {above: '100', upto: '315'}}}",
     "",
     "fee/0 31 x 1 = 31.00\ntotal 31.00\n",
     {.facts = "contract_kw 100.000001"}},
    {"a fact at that bound",
     "fee fixed_per_day price: '1', for: {facts: {contract_kw: {above: '100', upto: '315'}}}",
     "",
     "total 0.00\n",
     {.facts = "contract_kw 100"}},
    {"a fact up to a bound",
     "fee fixed_per_day price: '1', for: {facts: {contract_kw: {above: '100', upto: '315'}}}",
     "",
     "fee/0 31 x 1 = 31.00\ntotal 31.00\n",
     {.facts = "contract_kw 315"}},
    {"a fact beyond it",
     "fee fixed_per_day price: '1', for: {facts: {contract_kw: {above: '100', upto: '315'}}}",
     "",
     "total 0.00\n",
     {.facts = "contract_kw 315.000001"}},
    {"from is inclusive, below is not",
     "a fixed_per_day price: '1', for: {facts: {persons: {from: '2'}}}\n"
     "b fixed_per_day price: '1', for: {facts: {persons: {below: '2'}}}",
     "", "a/0 31 x 1 = 31.00\ntotal 31.00\n"},
    {"several facts must all fit",
     "a fixed_per_day price: '1', for: {facts: {persons: {from: '2'}, dwellings: {from: '2'}}}", "", "total 0.00\n"},
    {"a condition on a fact that nobody states", "a fixed_per_day price: '1', for: {facts: {contract_kw: {from: '2'}}}",
     "", "refused: fact_missing\n"},
    {"a fact that only agreements with an entitlement need",
     "a fixed_per_day price: '1', for: {entitlement: pump, facts: {contract_kw: {from: '2'}}}", "", "total 0.00\n"},
    {"a fact that an agreement outside the range of another needs not state",
     "a fixed_per_day price: '1', times: contract_kw, for: {facts: {persons: {above: '2'}}}", "", "total 0.00\n"},
    {"a fact that a clause whose `when` does not hold would need",
     "a fixed_per_day price: '1', for: {facts: {contract_kw: {from: '2'}}}, when: {above: '1'}", "", "total 0.00\n"},
    {"a use at its bound", "fee fixed_per_period price: '10', when: {above: '600'}", "total 2026-01-01 2026-02-01 600",
     "total 0.00\n"},
    {"a use above it", "fee fixed_per_period price: '10', when: {above: '600'}",
     "total 2026-01-01 2026-02-01 600.000001", "fee 1 x 10 = 10.00\ntotal 10.00\n"},
    {"a use up to a bound a day", "fee fixed_per_period price: '10', when: {upto: '33', bounds: day}",
     "total 2026-01-01 2026-02-01 1023", "fee 1 x 10 = 10.00\ntotal 10.00\n"},
    {"a use above a bound a day", "fee fixed_per_period price: '10', when: {upto: '33', bounds: day}",
     "total 2026-01-01 2026-02-01 1023.000001", "total 0.00\n"},
    {"a scaled bound is rounded to a millionth",  // 10 x 31/30 = 10.333333...
     "fee fixed_per_period price: '10', when: {above: '10', bounds: days_30}", "total 2026-01-01 2026-02-01 10.333334",
     "fee 1 x 10 = 10.00\ntotal 10.00\n"},
    {"a bound by days of the months",  // 1000 x (17/31 + 15/28) = 1084.101382
     "a fixed_per_period price: '10', when: {above: '1000', bounds: month_days}\n"
     "b fixed_per_period price: '1', when: {upto: '1000', bounds: month_days}",
     "total 2026-01-15 2026-02-16 1084.101382",
     "b 1 x 1 = 1.00\ntotal 1.00\n",
     {.from = "2026-01-15", .to = "2026-02-16"}},
    {"a use of a period", "fee fixed_per_period price: '10', when: {of: peak, above: '5'}",
     "peak 2026-01-01 2026-02-01 6; valley 2026-01-01 2026-02-01 1", "fee 1 x 10 = 10.00\ntotal 10.00\n"},
    {"a use of a period that only a total register counted",
     "fee fixed_per_period price: '10', when: {of: peak, above: '5'}", "total 2026-01-01 2026-02-01 6",
     "refused: register_missing\n"},
    {"the use is that of the section, also in a clause of some of its days",
     "fee fixed_per_day price: '1', from: 2026-01-31, when: {above: '30'}", "total 2026-01-01 2026-02-01 31",
     "fee/1 1 x 1 = 1.00\ntotal 1.00\n"},
    {"a percentage whose `when` does not hold",
     "e energy_flat price: '1'\nfee fixed_per_period price: '10'\nvat tax percent: '10', of: [all], when: {above: '5'}",
     "total 2026-01-01 2026-02-01 5", "e/0 5 x 1 = 5.00\nfee 1 x 10 = 10.00\ntotal 15.00\n"},
    {"a percentage whose `when` holds takes lines without a segment, too",
     "e energy_flat price: '1'\nfee fixed_per_period price: '10'\nvat tax percent: '10', of: [all], when: {above: '5'}",
     "total 2026-01-01 2026-02-01 6", "e/0 6 x 1 = 6.00\nfee 1 x 10 = 10.00\nvat (16.00) x 0.1 = 1.60\ntotal 17.60\n"},
    {"a percentage of a fact takes only the days on which it fits",
     "e energy_flat price: '1'\nrebate discount percent: '10', of: [e], for: {facts: {persons: {from: '3'}}}",
     "total 2026-01-01 2026-02-01 6", "e/0 6 x 1 = 6.00\ntotal 6.00\n"},
    {"a minimum whose `when` does not hold",
     "e energy_flat price: '1'\nleast minimum amount: '10', of: [e], when: {above: '5'}",
     "total 2026-01-01 2026-02-01 5", "e/0 5 x 1 = 5.00\ntotal 5.00\n"},
    {"a minimum whose `when` holds",
     "e energy_flat price: '1'\nleast minimum amount: '10', of: [e], when: {above: '5'}",
     "total 2026-01-01 2026-02-01 6", "e/0 6 x 1 = 6.00\nleast 1 x 10 = 4.00\ntotal 10.00\n"},
    {"a band at its bound",
     "fee fixed_per_period bands: {tiers: [{upto: '200', price: '40'}, {upto: '300', price: '50'}, {price: '70'}]}",
     "total 2026-01-01 2026-02-01 200", "fee#1 1 x 40 = 40.00\ntotal 40.00\n"},
    {"a band above it",
     "fee fixed_per_period bands: {tiers: [{upto: '200', price: '40'}, {upto: '300', price: '50'}, {price: '70'}]}",
     "total 2026-01-01 2026-02-01 200.000001", "fee#2 1 x 50 = 50.00\ntotal 50.00\n"},
    {"the last band, a day",
     "fee fixed_per_day bands: {of: peak, bounds: day, tiers: [{upto: '1', price: '0'}, {price: '0.5'}]}",
     "peak 2026-01-01 2026-02-01 32", "fee/0#2 31 x 0.5 = 15.50\ntotal 15.50\n"},
    {"bands of a period that only a total register counted",
     "fee fixed_per_day bands: {of: peak, tiers: [{upto: '1', price: '0'}, {price: '0.5'}]}",
     "total 2026-01-01 2026-02-01 32", "refused: register_missing\n"},
    {"a band of nothing is a line", "fee fixed_per_day bands: {tiers: [{upto: '1', price: '0'}, {price: '0.5'}]}",
     "total 2026-01-01 2026-02-01 0", "fee/0#1 31 x 0 = 0.00\ntotal 0.00\n"},
    {"bands of a fact, by days of 30, times a fact",
     "fee fixed_per_period proration: days_30, times: persons, bands: {fact: contract_kw, tiers: [{upto: '15', price: "
     "'3'}, {price: '6'}]}",
     "",
     "fee/0#2 1 x 6 x 31/15 = 12.40\ntotal 12.40\n",
     {.facts = "contract_kw 15.5"}},
    {"bands of a fact that nobody states",
     "fee fixed_per_day bands: {fact: contract_kw, tiers: [{upto: '15', price: '3'}, {price: '6'}]}", "",
     "refused: fact_missing\n"},
    {"a maximum reached", "e energy_flat price: '1'\nmost maximum amount: '5', of: [e]",
     "total 2026-01-01 2026-02-01 7.5", "e/0 7.5 x 1 = 7.50\nmost 1 x 5 = -2.50\ntotal 5.00\n"},
    {"a maximum not passed", "e energy_flat price: '1'\nmost maximum amount: '5', of: [e]",
     "total 2026-01-01 2026-02-01 5", "e/0 5 x 1 = 5.00\ntotal 5.00\n"},
    {"a maximum by days, and tax after it",
     "e energy_flat price: '1'\nmost maximum amount: '5', of: [e], proration: days_30\nvat tax percent: '10', of: "
     "[all]",
     "total 2026-01-01 2026-02-01 6",  // 5 x 31/30 = 5.17
     "e/0 6 x 1 = 6.00\nmost 1 x 5 x 31/30 = -0.83\nvat (5.17) x 0.1 = 0.52\ntotal 5.69\n"},
    {"a tax on the share of the use beyond", "e energy_flat price: '0.25'\nsst tax percent: '8', of: [e], above: '600'",
     "total 2026-01-01 2026-02-01 800",  // 200 x 8 % x 200/800
     "e/0 800 x 0.25 = 200.00\nsst (200.00) x 0.08 x 1/4 = 4.00\ntotal 204.00\n"},
    {"no tax exactly at the bound", "e energy_flat price: '0.25'\nsst tax percent: '8', of: [e], above: '600'",
     "total 2026-01-01 2026-02-01 600", "e/0 600 x 0.25 = 150.00\ntotal 150.00\n"},
    {"a contained tax leaves the total and the bases of later clauses",
     "e energy_flat price: '1.2'\nvat tax percent: '20', of: [e], inclusive: true, contained_in: revenue.energy\nlevy "
     "percentage percent: '10', of: [vat]\nall_levy percentage percent: '10', of: [all]",
     "total 2026-01-01 2026-02-01 100",
     "e/0 100 x 1.2 = 120.00\nvat (120.00) x 0.2 x 5/6 = 20.00\nvat#1 (120.00) x 0.2 x 5/6 = -20.00\n"
     "all_levy (120.00) x 0.1 = 12.00\ntotal 132.00\n"},
    {"a contained tax is rounded once",  // 99.99 x 7 / 107 = 6.5414
     "e energy_flat price: '1'\nvat tax percent: '7', of: [e], inclusive: true, contained_in: revenue, round: {mode: "
     "up}",
     "total 2026-01-01 2026-02-01 99.99",
     "e/0 99.99 x 1 = 99.99\nvat (99.99) x 0.07 x 100/107 = 6.55\nvat#1 (99.99) x 0.07 x 100/107 = -6.55\ntotal "
     "99.99\n"},
    {"rounding takes what was carried to it",
     "e energy_flat price: '1'",
     "total 2026-01-01 2026-02-01 3.34",
     "e/0 3.34 x 1 = 3.34\nrounding (3.34) x -0.02 = -0.04\ntotal 3.30\n",
     {.carried = "-0.02", .head = kCarry}},
    {"what was carried may make good for the rounding",
     "e energy_flat price: '1'",
     "total 2026-01-01 2026-02-01 3.34",
     "e/0 3.34 x 1 = 3.34\nrounding (3.34) x 0.01 = 0.01\ntotal 3.35\n",
     {.carried = "0.01", .head = kCarry}},
    {"a version without carry still takes what an earlier one left",
     "e energy_flat price: '1'",
     "total 2026-01-01 2026-02-01 3.34",
     "e/0 3.34 x 1 = 3.34\nrounding (3.34) x 0.02 = 0.02\ntotal 3.36\n",
     {.carried = "0.02", .head = ""}},
    {"what was carried is not taken into another currency",
     "e energy_flat price: '1'",
     "total 2026-01-01 2026-02-01 3.34",
     "e/0 3.34 x 1 = 3.34\ntotal 3.34\n",
     {.carried = "0.02", .head = "currency: USD\n"}},
};

constexpr const char* kFuel =
    "e energy_flat formula: {text: '(fuel - 52.10) * 0.031 * fx', inputs: [fuel, fx], "
    "decimals: 4}";

const Case kFormulas[] = {
    {"a formula, cut at the month and rounded once",  // 9.10 x 0.031 x 4.5 = 1.26945; 10.90 x 0.031 x 4.55 = 1.537445
     kFuel,
     "total 2026-01-22 2026-02-11 20",
     "e/0 10 x 1.2695 = 12.70\ne/1 10 x 1.5374 = 15.37\ntotal 28.07\n",
     {.from = "2026-01-22",
      .to = "2026-02-11",
      .inputs = "fuel 2026-01 61.2; fx 2026-01 4.5; fuel 2026-02 63; fx "
                "2026-02 4.55"}},
    {"an input that is not published",
     kFuel,
     "total 2026-01-22 2026-02-11 20",
     "refused: input_missing\n",
     {.from = "2026-01-22", .to = "2026-02-11", .inputs = "fuel 2026-01 61.2; fx 2026-01 4.5; fuel 2026-02 63"}},
    {"also where nothing was used", kFuel, "total 2026-01-01 2026-02-01 0", "refused: input_missing\n"},
    {"no use shows the first month's price",
     kFuel,
     "total 2026-01-01 2026-02-01 0",
     "e/0 0 x 1.2695 = 0.00\ntotal 0.00\n",
     {.inputs = "fuel 2026-01 61.2; fx 2026-01 4.5"}},
    {"an input that nobody needs", "e energy_flat from: 2026-02-01, formula: {text: 'a', inputs: [a]}", "",
     "total 0.00\n"},
    {"the value of months before",
     "e energy_flat formula: {text: 'a', inputs: [a], lag: 2}",
     "total 2026-01-01 2026-02-01 10",
     "e/0 10 x 0.5 = 5.00\ntotal 5.00\n",
     {.inputs = "a 2025-11 0.5; a 2026-01 9"}},
    {"division by zero",
     "e energy_flat formula: {text: '1 / (a - 2)', inputs: [a]}",
     "total 2026-01-01 2026-02-01 10",
     "refused: input_missing\n",
     {.inputs = "a 2026-01 2"}},
    {"a formula of a period, negative",
     "e energy_flat of: peak, formula: {text: '-a / 3', inputs: [a]}",
     "peak 2026-01-01 2026-02-01 3; valley 2026-01-01 2026-02-01 9",
     "e/0 3 x -0.33333333 = -1.00\ntotal -1.00\n",
     {.inputs = "a 2026-01 1"}},
};

}  // namespace

TEST_CASE("every rule of facts, conditions, bands, maxima and taxes") {
    for (const Case& c : kCases) {
        INFO(std::string(c.name));
        CHECK(rate_case(c) == std::string(c.expected));
    }
}

TEST_CASE("every rule of prices that are formulas") {
    for (const Case& c : kFormulas) {
        INFO(std::string(c.name));
        CHECK(rate_case(c) == std::string(c.expected));
    }
}

TEST_CASE("facts follow the agreement's versions") {
    const auto tariff = tariff_of({{.head = kFacts,
                                    .charges = "fee fixed_per_day price: '1', times: contract_kw\nonce "
                                               "fixed_per_period bands: {fact: contract_kw, tiers: "
                                               "[{upto: '5', price: '10'}, {price: '20'}]}"}});
    const Date d1 = day("2026-01-01"), d2 = day("2026-01-11"), d3 = day("2026-01-31");
    const auto first = facts_of("contract_kw 4"), second = facts_of("contract_kw 6");
    const auto residential = tariff::CustomerClass::residential;
    const AgreementSpan spans[] = {{{d1, d2}, &tariff, residential, 0, 1, first},
                                   {{d2, d3}, &tariff, residential, 0, 1, second}};
    CHECK(rate_text({{d1, d3}, spans, {}}) ==
          "fee/0 10 x 1 x 4/1 = 40.00\nfee/1 20 x 1 x 6/1 = 120.00\nonce#2 1 x 20 = 20.00\ntotal 180.00\n");
}

TEST_CASE("a maximum looks at the whole section and is prorated with each version's amount") {
    const std::string charges =
        "energy energy_flat price: '1'\nlevy percentage percent: '100', of: [energy]\n"
        "most maximum amount: '{}', of: [energy, levy], proration: days_30\nvat tax percent: '10', of: [most]";
    const auto tariff = tariff_of({{.effective = "2026-01-01", .charges = fmt::format(fmt::runtime(charges), 3)},
                                   {.effective = "2026-01-11", .charges = fmt::format(fmt::runtime(charges), 6)}});
    const DateRange dates{day("2026-01-01"), day("2026-01-31")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
    const auto pieces = pieces_of("total 2026-01-01 2026-01-31 6");
    // 3 x 10/30 + 6 x 20/30 = 5.00; 6.00 + 6.00 are charged
    CHECK(rate_text({dates, {&span, 1}, pieces}) ==
          "energy@2026-01-01/0 2 x 1 = 2.00\nenergy@2026-01-11/1 4 x 1 = 4.00\n"
          "levy@2026-01-01 (2.00) x 1 = 2.00\nlevy@2026-01-11 (4.00) x 1 = 4.00\n"
          "most@2026-01-11 1 x 6 = -7.00\nvat@2026-01-11 (-7.00) x 0.1 = -0.70\ntotal 4.30\n");
}

TEST_CASE("over many bills the customer neither gains nor loses by rounding that is carried over") {
    const auto tariff = tariff_of({{.head = kCarry, .charges = "fee fixed_per_period price: '3.33'"}});
    Accumulated before;
    std::int64_t total = 0;
    for (int bill = 1; bill <= 40; ++bill) {
        const DateRange dates{day("2026-01-01") + std::chrono::days{bill}, day("2026-01-02") + std::chrono::days{bill}};
        const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
        RatedSection rated;
        REQUIRE(Rater().rate({.dates = dates, .spans = {&span, 1}, .pieces = {}, .before = &before}, rated));
        CHECK(rated.total_minor % 5 == 0);
        total += rated.total_minor;
        before = rated.after;
        CHECK(total + before.carried_minor == 333 * bill);
        CHECK(std::abs(before.carried_minor) <= 2);
    }
    CHECK(total == 333 * 40);
}

TEST_CASE("formulas are exact, or say that they cannot be") {
    const auto value = [](const char* text, std::int64_t a) {
        const auto plan = plan_of({.charges = fmt::format("e energy_flat formula: {{text: '{}', inputs: [a]}}", text)});
        return evaluate(plan->clauses[0].formula, {&a, 1});
    };
    constexpr std::int64_t kOne = 100'000'000;
    CHECK(value("a", 7) == 7);
    CHECK(value("1 + 2 * a", 3 * kOne) == 7 * kOne);
    CHECK(value("10 - 3 - a", 2 * kOne) == 5 * kOne);  // from left to right
    CHECK(value("12 / 3 / a", 2 * kOne) == 2 * kOne);
    CHECK(value("-(1 + a) * --2", kOne) == -4 * kOne);
    CHECK(value("a / 3 * 3", kOne) == kOne);
    CHECK(value("a / 3 + 1 / 6", kOne) == kOne / 2);
    CHECK(value("1 / -a", 4 * kOne) == -kOne / 4);
    CHECK(value("a / 2", 1) == 1);  // half a hundred-millionth is rounded up
    CHECK(value("0 / a", 0) == std::nullopt);
    CHECK_THROWS_AS((void)value("a * a * a * a * a", 90'000'000'000 * kOne / 100), OverflowError);
    CHECK_THROWS_AS((void)value("a * a * a * 1000000000 * 1000000000 / a", 900'000'000 * kOne), OverflowError);
    // -2^127: a value whose negative does not exist
    CHECK_THROWS_AS((void)value("-(-68719476736 * a * a * 524288)", 68'719'476'736 * kOne), OverflowError);
}
