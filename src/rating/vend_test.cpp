// Money into units and back.
#include "rating/vend.hpp"

#include <rapidcheck.h>

#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kBlocks =
    "service fixed_per_period price: '10'\n"
    "energy energy_tiered bounds: month, tiers: [{upto: '350', price: '1.80'}, {price: '2.50'}]\n"
    "vat tax percent: '15', of: [service, energy]";

struct Sale {
    const char* money = "";
    const char* bought = "0";  // this month
    std::int64_t step_micro = 100'000;
    VendTariff::Charges charges = VendTariff::Charges::of_units;
};

VendTariff sold(const tariff::Tariff& tariff, VendTariff::Charges charges = VendTariff::Charges::of_units) {
    auto made = VendTariff::make(tariff, charges);
    if (!made) FAIL(made.error());
    return std::move(*made);
}

struct Sold {
    RatedSection rated;
    std::string text;  // "187.9 for 499.96"
};

Sold sell(const tariff::Tariff& tariff, const Sale& sale) {
    const DateRange day_of_sale{day("2026-03-10"), day("2026-03-11")};
    const AgreementSpan span{day_of_sale, &tariff, tariff::CustomerClass::residential};
    Accumulated before;
    before.counters.push_back({"energy", day("2026-03-01"), nullptr, micro(sale.bought)});
    const SectionInput section{.dates = day_of_sale, .spans = {&span, 1}, .pieces = {}, .before = &before};
    Sold result;
    const std::int64_t money = parse_decimal(sale.money, 2).value();
    const auto vended =
        vend(sold(tariff, sale.charges), section, {.money_minor = money, .step_micro = sale.step_micro}, result.rated);
    if (!vended)
        result.text = vended.error().code == VendRefusal::money_too_little
                          ? "too little"
                          : std::string(text_of(vended.error().rating));
    else
        result.text = format_decimal(vended->units_micro, 6) + " for " + format_fixed(vended->charged_minor, 2, 2);
    return result;
}

std::string refusal(const std::string& charges, const std::string& head = "") {
    const auto made = VendTariff::make(tariff_of({{.head = head, .charges = charges}}), VendTariff::Charges::all);
    return made ? "vendable" : made.error().substr(made.error().find("the charge"));
}

}  // namespace

TEST_CASE("a sale goes on in the block where the month stands") {
    const auto tariff = tariff_of({{.charges = kBlocks}});
    // 50 x 1.80 x 1.15 = 103.50; (500 - 103.50) / (2.50 x 1.15) = 137.913
    const Sold third = sell(tariff, {"500", "300"});
    CHECK(third.text == "187.9 for 499.96");
    // 350 x 1.80 x 1.15 = 724.50; (2000 - 724.50) / 2.875 = 443.652
    CHECK(sell(tariff, {"2000", "0"}).text == "793.6 for 1999.85");
    REQUIRE(third.rated.after.counters.size() == 1);
    CHECK(third.rated.after.counters[0].micro == micro("487.9"));
    CHECK(sell(tariff, {"0.20", "300"}).text == "0 for 0.00");
    CHECK(sell(tariff, {"0", "300"}).text == "0 for 0.00");
}

TEST_CASE("fixed charges are taken first where the money is for all") {
    const auto tariff = tariff_of({{.charges = kBlocks}});
    // 10 x 1.15 = 11.50; (500 - 11.50 - 103.50) / 2.875 = 133.913
    CHECK(sell(tariff, {"500", "300", 100'000, VendTariff::Charges::all}).text == "183.9 for 499.96");
    CHECK(sell(tariff, {"11.49", "0", 100'000, VendTariff::Charges::all}).text == "too little");
    CHECK(sell(tariff, {"11.50", "0", 100'000, VendTariff::Charges::all}).text == "0 for 11.50");
}

TEST_CASE("rounding gives no unit away") {
    // 1.4 kWh would be rounded to 0.01, too.
    const auto tariff = tariff_of({{.charges = "energy energy_flat price: '0.01'"}});
    CHECK(sell(tariff, {"0.01"}).text == "1 for 0.01");
    CHECK(sell(tariff, {"4.20"}).text == "420 for 4.20");
    // Half a cent twice is 0.01 exactly, but 0.02 as lines.
    const auto twice = tariff_of({{.charges = "energy energy_flat price: '0.05'\nlevy energy_flat price: '0.05'"}});
    CHECK(sell(twice, {"0.01"}).text == "0 for 0.00");
}

TEST_CASE("what cannot be turned round") {
    CHECK(refusal("energy energy_flat price: '0.5'") == "vendable");
    CHECK(refusal("energy energy_flat price: '-0.5'") == "the charge 'energy' has a negative price");
    CHECK(refusal("energy energy_tiered tiers: [{upto: '10', price: '1'}, {price: '0.5'}]") == "vendable");
    CHECK(refusal("energy energy_slab tiers: [{upto: '10', price: '1'}, {price: '2'}]") == "vendable");
    CHECK(refusal("energy energy_slab tiers: [{upto: '10', price: '1'}, {price: '0.5'}]") ==
          "the charge 'energy' becomes cheaper for all units from a bound on");
    const std::string periods =
        "calendar:\n  periods:\n    - {period: day, hours: [\"06:00-18:00\"]}\n    - {period: night}\n";
    CHECK(refusal("energy energy_time_of_use prices: {day: '1', night: '2'}", periods) ==
          "the charge 'energy' is priced by periods");
    CHECK(refusal("energy energy_flat price: '1', of: day", periods) ==
          "the charge 'energy' counts more than the units bought");
    CHECK(refusal("most demand price: '10', of: md", "demands: {md: {unit: kW, window: 30}}\n") ==
          "the charge 'most' needs what a meter has measured");
    CHECK(refusal("energy energy_flat formula: {text: 'fuel', inputs: [fuel]}") ==
          "the charge 'energy' follows a formula");
    CHECK(refusal("fee fixed_per_period price: '10', when: {upto: '600'}\nenergy energy_flat price: '1'") ==
          "the charge 'fee' falls away, or is taken off, from a use on");
    CHECK(refusal("fee fixed_per_period price: '10', when: {above: '600'}\nenergy energy_flat price: '1'") ==
          "vendable");
}

TEST_CASE("forward and back agree to the last unit") {
    rc::check("forward and back", [] {
        const auto price = [] { return std::to_string(*rc::gen::inRange(1, 5000)); };
        const std::string low = price(), high = price(), percent = std::to_string(*rc::gen::inRange(0, 30));
        const auto tariff =
            tariff_of({{.charges = "energy energy_tiered bounds: month, tiers: [{upto: '100', price: '0." + low +
                                   "'}, {upto: '250', price: '1." + high + "'}, {price: '2." + low +
                                   "'}]\nvat tax percent: '" + percent + "', of: [energy]"}});
        const std::int64_t money = *rc::gen::inRange(0, 200'000), bought = *rc::gen::inRange(0, 400) * 1'000'000LL;
        const std::int64_t step = *rc::gen::element(100'000, 1'000'000, 10'000);
        const DateRange dates{day("2026-03-10"), day("2026-03-11")};
        const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
        Accumulated before;
        before.counters.push_back({"energy", day("2026-03-01"), nullptr, bought});
        const SectionInput section{.dates = dates, .spans = {&span, 1}, .pieces = {}, .before = &before};
        RatedSection rated, forward;
        const auto vended = vend(sold(tariff), section, {.money_minor = money, .step_micro = step}, rated);
        RC_ASSERT(vended.has_value());
        RC_ASSERT(vended->units_micro % step == 0);
        const auto total_of = [&](std::int64_t units) {
            const Piece piece{tariff::kTotal, dates, units};
            SectionInput input = section;
            input.pieces = {&piece, 1};
            RC_ASSERT(Rater().rate(input, forward).has_value());
            return forward.total_minor;
        };
        RC_ASSERT(total_of(vended->units_micro) == vended->charged_minor);
        RC_ASSERT(vended->charged_minor <= money);
        // A step more costs more than the money, but for what rounding takes off: half a cent a line.
        const std::int64_t more = total_of(vended->units_micro + step);
        RC_ASSERT(more * 2 + static_cast<std::int64_t>(forward.lines.size()) > money * 2);
        // For the price of the units one gets at least as many less what rounding took.
        RatedSection again;
        const auto back =
            vend(sold(tariff), section, {.money_minor = vended->charged_minor + 2, .step_micro = step}, again);
        RC_ASSERT(back->units_micro >= vended->units_micro);
    });
}
