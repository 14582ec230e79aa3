#include "billing/posting.hpp"

#include "billing/billing_test_help.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using rating::testing::plan_of;

namespace {

const ledger::Chart& chart() {
    using ledger::AccountKind;
    static const ledger::Chart chart({{1110, "receivable.electricity", "R", AccountKind::asset, true},
                                      {1150, "receivable.tax", "T", AccountKind::asset, true},
                                      {2110, "customer_credit", "C", AccountKind::liability, true},
                                      {2210, "tax.vat", "V", AccountKind::liability, false},
                                      {4110, "revenue", "S", AccountKind::revenue, false},
                                      {5910, "rounding", "D", AccountKind::expense, false}});
    return chart;
}

std::shared_ptr<const tariff::Plan> plan(std::string_view vat = "tax.vat", std::string_view tax = "tax") {
    auto made = *plan_of({.charges = "energy energy_flat price: '1'\nlamps fixed_per_day price: '1'\nvat tax percent: "
                                     "'13', of: [energy, lamps]"});
    made.clauses[2].account = vat;
    made.clauses[2].item = tax;
    return std::make_shared<const tariff::Plan>(std::move(made));
}

rating::RatedSection rated(const tariff::Plan& of, const std::vector<std::int64_t>& amounts) {
    rating::RatedSection section;
    section.plans = {&of};
    for (std::size_t i = 0; i < amounts.size(); ++i) {
        rating::Line line;
        line.clause = static_cast<std::uint16_t>(i);
        line.quantity_micro = 2'000'000;
        line.amount_minor = amounts[i];
        section.lines.push_back(line);
    }
    return section;
}

}  // namespace

TEST_CASE("a chart without an account that a tariff names is refused, naming tariff, clause and account") {
    const auto refusal = [](const auto& of) { return PostingMap::make({of.get()}, chart()).error(); };
    CHECK(refusal(plan("tax.duty")) == "tariff test 2020-01-01, clause vat: the chart of accounts has no 'tax.duty'");
    CHECK(refusal(plan("tax.vat", "sewage")) ==
          "tariff test 2020-01-01, clause vat: the chart of accounts has no 'receivable.sewage'");
    const ledger::Chart poor({{2110, "customer_credit", "C", ledger::AccountKind::liability, true},
                              {1110, "receivable.electricity", "R", ledger::AccountKind::asset, true},
                              {4110, "revenue", "S", ledger::AccountKind::revenue, false}});
    const auto simple = plan_of({.charges = "energy energy_flat price: '1'"});
    CHECK(PostingMap::make({simple.get()}, poor).error() ==
          "tariff test 2020-01-01, clause rounding: the chart of accounts has no 'rounding'");
}

TEST_CASE("legs are sums by account: receivables first, each ascending, without zeros") {
    const auto of = plan();
    const auto map = PostingMap::make({of.get()}, chart()).value();
    LegSummer summer;
    summer.add(rated(*of, {100'00, 5'00, 13'65, -1}), map);  // the last line is the rounding
    summer.add(rated(*of, {50'00}), map);
    CHECK(summer.legs() == std::vector<Leg>{{1110, 154'99}, {1150, 13'65}, {2210, -13'65}, {4110, -155'00}, {5910, 1}});
    summer.clear();
    summer.add(rated(*of, {100'00, -100'00, 0}), map);
    CHECK(summer.legs().empty());
    summer.add(rated(*of, {0, 0, -7}), map);
    CHECK(summer.legs() == std::vector<Leg>{{1150, -7}, {2210, 7}});
}

TEST_CASE("a contained tax goes from the revenue to the tax account and leaves the receivables as they are") {
    auto made =
        *plan_of({.charges = "energy energy_flat price: '1'\nvat tax percent: '20', of: [energy], inclusive: true, "
                             "contained_in: revenue"});
    made.clauses[1].account = "tax.vat";
    made.clauses[1].item = "tax";
    auto section = rated(made, {120'00, 20'00});
    section.lines.push_back(section.lines[1]);
    section.lines[2].part = rating::kTakenOut;
    section.lines[2].amount_minor = -20'00;
    const auto map = PostingMap::make({&made}, chart()).value();
    LegSummer summer;
    summer.add(section, map);
    CHECK(summer.legs() == std::vector<Leg>{{1110, 120'00}, {2210, -20'00}, {4110, -100'00}});

    made.clauses[1].contained_in = "revenue.water";
    CHECK(PostingMap::make({&made}, chart()).error() ==
          "tariff test 2020-01-01, clause vat: the chart of accounts has no 'revenue.water'");
}

TEST_CASE("clause totals count lines, quantities and amounts") {
    const auto of = plan();
    ClauseTotals totals;
    totals.add(rated(*of, {100, 200}), {Commodity::electricity, Unit::kwh, 5'000'000});
    totals.add(rated(*of, {1, 2, 3, 4}), {Commodity::electricity, Unit::kwh, 7'000'000});
    const auto& sums = totals.by_plan().at(of.get());
    REQUIRE(sums.size() == 4);
    CHECK(sums[0].lines == 2);
    CHECK(sums[0].quantity_micro == 4'000'000);
    CHECK(sums[1].amount_minor == 202);
    CHECK(sums[3].lines == 1);
    // Once a section, however many clauses charge it.
    const UseTotal use = totals.use().at({Commodity::electricity, Unit::kwh});
    CHECK(use.sections == 2);
    CHECK(use.quantity_micro == 12'000'000);
}
