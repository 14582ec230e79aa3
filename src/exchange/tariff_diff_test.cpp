#include "exchange/tariff_diff.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.hpp"
#include "exchange/publish.hpp"
#include "exchange/terms.hpp"

using namespace mainspring;
using namespace mainspring::exchange;

namespace {

struct VersionText {
    std::string version = "1", effective = "2026-01-01", head{}, charges{}, examples{};
};

std::string yaml_of(const VersionText& text) {
    return fmt::format(
        "tariff: hill\nversion: '{}'\nname: {{en: Hill <1>, zh: 山}}\ncommodity: electricity\n"
        "unit: kWh\ncurrency: GBP\nzone: Europe/London\neffective: {}\nclasses: [residential]\n"
        "source: {{document: made up, note: 'two\n\n  lines'}}\n{}charges:\n{}examples:{}\n",
        text.version, text.effective, text.head, text.charges, text.examples.empty() ? " []" : "\n" + text.examples);
}

tariff::TariffFile file_of(const VersionText& text) {
    auto file = tariff::read_tariff(yaml_of(text), "t.yaml");
    REQUIRE_MESSAGE(file.has_value(), (file ? "" : tariff::text_of(file.error())));
    return std::move(*file);
}

std::string charge(std::string_view clause, std::string_view rest) {
    return fmt::format("  - {{clause: {0}, name: {{en: {0}}}, account: revenue.e, {1}}}\n", clause, rest);
}

std::string example(std::string_view name, std::string_view usage, std::string_view result) {
    return fmt::format(
        "  - {{name: {}, origin: hand, working: none, from: 2026-01-01, to: 2026-02-01, "
        "usage: {{total: '{}'}}, {}}}\n",
        name, usage, result);
}

rating::ReadBeside nothing_beside() {
    return [](const std::string&) -> std::expected<std::string, std::string> { return std::unexpected("is not here"); };
}

std::string difference(const VersionText& before, const VersionText& after) {
    const auto old_file = file_of(before), new_file = file_of(after);
    const std::string text = text_of(compare_tariffs({old_file, nothing_beside()}, {new_file, nothing_beside()}));
    return text.substr(text.find("\n", text.find("\nto ") + 1) + 1);
}

}  // namespace

TEST_CASE("versions differ in words and in the bills of the examples of both") {
    const VersionText before{
        .charges = charge("fixed", "kind: fixed_per_period, price: '5'") +
                   charge("energy", "kind: energy_flat, price: '0.25'") +
                   charge("meter", "kind: fixed_per_day, price: '0.1'"),
        .examples = example("both", "100", "lines: {fixed: '5', energy: '25', meter: '3.10'}, total: '33.10'") +
                    example("low", "10", "lines: {fixed: '5', energy: '2.50', meter: '3.10'}, total: '10.60'")};
    const VersionText after{
        .version = "2",
        .effective = "2026-04-01",
        .charges = charge("fixed", "kind: fixed_per_period, price: '5'") +
                   charge("energy", "kind: energy_tiered, tiers: [{upto: '50', price: '0.2'}, {price: '0.3'}]") +
                   charge("vat", "kind: tax, percent: '5', of: [all]"),
        .examples = example("both", "100", "lines: {fixed: '5', energy: '25', vat: '1.50'}, total: '31.50'") +
                    example("high", "150", "lines: {fixed: '5', energy: '40', vat: '2.25'}, total: '47.25'")};
    // 100 kWh: 50 x 0.2 + 50 x 0.3 = 25; 10 kWh: 2.00, with 5 % of 7.00; 150 kWh before: 37.50 + 5 + 3.10.
    CHECK(difference(before, after) ==
          "changed: energy, energy\n"
          "  kind: energy_flat -> energy_tiered\n"
          "  tier 1 up to: nothing -> 50\n"
          "  tier 1 price: nothing -> 0.2 GBP for each kWh\n"
          "  tier 2 up to: nothing -> no bound\n"
          "  tier 2 price: nothing -> 0.3 GBP for each kWh\n"
          "  bounds for: nothing -> a bill\n"
          "  bounds rounded: nothing -> 6 decimals, half_up\n"
          "  price: 0.25 GBP for each kWh -> nothing\n"
          "added: vat, vat\n"
          "  kind: tax\n  name: vat\n  of: fixed, energy\n  percent: 5 %\n  account: revenue.e\n  item: electricity\n"
          "removed: meter, meter\n"
          "  kind: fixed_per_day\n  name: meter\n  price: 0.1 GBP a day\n  account: revenue.e\n  item: electricity\n"
          "Bills:\n"
          "  both (of 1): 33.10 GBP -> 31.50 GBP, difference -1.60 GBP\n"
          "    meter: 3.10 GBP -> 0.00 GBP\n    vat: 0.00 GBP -> 1.50 GBP\n"
          "  low (of 1): 10.60 GBP -> 7.35 GBP, difference -3.25 GBP\n"
          "    energy: 2.50 GBP -> 2.00 GBP\n    meter: 3.10 GBP -> 0.00 GBP\n    vat: 0.00 GBP -> 0.35 GBP\n"
          "  high (of 2): 45.60 GBP -> 47.25 GBP, difference 1.65 GBP\n"
          "    energy: 37.50 GBP -> 40.00 GBP\n    meter: 3.10 GBP -> 0.00 GBP\n    vat: 0.00 GBP -> 2.25 GBP\n");
}

TEST_CASE("head, calendar and order of charges are compared too") {
    const std::string energy = charge("energy", "kind: energy_flat, price: '1'"),
                      fixed = charge("fixed", "kind: fixed_per_day, price: '1'");
    CHECK(difference({.charges = energy + fixed}, {.charges = energy + fixed}) ==
          "No term differs.\nNo examples to compare bills of.\n");
    CHECK(difference({.charges = energy + fixed},
                     {.head = "rounding: {line: {step: '0.05'}}\n"
                              "calendar: {periods: [{period: a, hours: ['00:00-07:00']}, {period: b}]}\n",
                      .charges = fixed + energy}) ==
          "rounding of lines: 0.01 GBP half_up -> 0.05 GBP half_up\n"
          "hours mon: nothing -> 00:00 a, 07:00 b\nhours tue: nothing -> 00:00 a, 07:00 b\n"
          "hours wed: nothing -> 00:00 a, 07:00 b\nhours thu: nothing -> 00:00 a, 07:00 b\n"
          "hours fri: nothing -> 00:00 a, 07:00 b\nhours sat: nothing -> 00:00 a, 07:00 b\n"
          "hours sun: nothing -> 00:00 a, 07:00 b\n"
          "order of charges: energy, fixed -> fixed, energy\n"
          "No examples to compare bills of.\n");
}

TEST_CASE("an example that one version cannot rate says why") {
    const VersionText before{.charges = charge("energy", "kind: energy_flat, price: '1'"),
                             .examples = example("one", "10", "lines: {energy: '10'}, total: '10'")};
    const VersionText after{.version = "2",
                            .head = "calendar: {periods: [{period: a, hours: ['00:00-07:00']}, {period: b}]}\n",
                            .charges = charge("energy", "kind: energy_time_of_use, prices: {a: '1', b: '2'}")};
    const std::string text = difference(before, after);
    CHECK(text.ends_with(
        "Bills:\n  one (of 1): cannot be rated under both: hill 2: register_missing: clause energy needs a "
        "on days from 2026-01-01\n"));
    VersionText with = before;
    with.examples = example("one", "10", "with: [other.yaml], lines: {energy: '10'}, total: '10'");
    CHECK(difference(with, before).find("one (of 1): cannot be rated under both: other.yaml: is not here\n") !=
          std::string::npos);
}

namespace {

// "name=value;" of each term.
std::string terms_text(const tariff::Plan& plan, const tariff::Clause& clause) {
    std::string text;
    for (const auto& term : clause_terms(plan, clause)) text += term.name + "=" + term.value + ";";
    return text;
}

}  // namespace

TEST_CASE("every field of a clause is a term") {
    // A clause with everything at once, as no text could have it: nothing may be lost.
    const auto file = file_of({.charges = charge("energy", "kind: energy_flat, price: '1'")});
    tariff::Clause clause = file.plan.clauses[0];
    const auto names = [&] { return terms_text(file.plan, clause); };
    CHECK(names() == "kind=energy_flat;name=energy;price=1 GBP for each kWh;account=revenue.e;item=electricity;");
    clause.of = {tariff::stream_of("reactive")};
    clause.quantity.share_e8 = 90'000'000;
    clause.quantity.less = {tariff::kTotal};
    clause.quantity.less_e8 = 30'000'000;
    clause.quantity.has_limits = true;
    clause.quantity.at_least_micro = 10'000'000;
    clause.quantity.at_most_micro = 30'000'000;
    clause.seasons = 0;
    clause.dates = {parse_date("2026-02-01").value(), parse_date("2026-03-01").value()};
    clause.classes = 0;
    clause.fact_conditions = {{tariff::fact_of("kva"), 1'000'001, 315'000'001}};
    clause.when.of = {tariff::kTotal};
    clause.when.above_micro = 600'000'000;
    clause.source = "clause 7";
    clause.times = tariff::kDwellings;
    clause.round.step_minor = 5;
    CHECK(names() ==
          "kind=energy_flat;name=energy;price=1 GBP for each kvarh;times=dwellings;of=reactive;share=90 %;"
          "less=30 % of total;quantity limits for=a day;quantity at least=10;quantity at most=30;only in=;"
          "only from=2026-02-01;only before=2026-03-01;only for=;only where kva=from 1.000001 to below 315.000001;"
          "only when=the quantity of total is above 600, for a bill;rounding=0.05 GBP half_up;"
          "account=revenue.e;item=electricity;source=clause 7;");
}

TEST_CASE("so is every field of a demand, a tier, a table and a formula") {
    const auto file = file_of({.charges = charge("energy", "kind: energy_flat, price: '1'")});
    tariff::Clause clause = file.plan.clauses[0];
    const auto names = [&] { return terms_text(file.plan, clause); };
    tariff::Clause demand = file.plan.clauses[0];
    demand.kind = tariff::ClauseKind::demand;
    demand.of = {tariff::stream_of("md.peak")};
    demand.demand.average_of = 3;
    demand.demand.at_least = {{tariff::DemandCharge::AtLeast::By::past, 0, tariff::kNoFact, 11, 60'000'000, 0x3c0}};
    demand.demand.tolerance_fact = tariff::fact_of("kva");
    demand.demand.tolerance_e8 = 105'000'000;
    demand.demand.current_e8 = 95'000'000;
    clause = demand;
    CHECK(names() ==
          "kind=demand;name=energy;price=1 GBP for each kW and month;proration=in full for every bill;of=md.peak;"
          "average of=the 3 highest days;at least 1=60 % of the highest of 11 months before, of months 6 7 8 9;"
          "of the current demand=95 % in months 1 2 3 4 5 6 7 8 9 10 11 12;tolerance=105 % of kva;"
          "demand rounded=6 decimals, half_up;account=revenue.e;item=electricity;");
    clause = file.plan.clauses[0];
    clause.kind = tariff::ClauseKind::energy_tiered;
    clause.tiers = {{50'000'000, 0, {100'000'000, 200'000'000}}, {0, 0, {300'000'000, 400'000'000}}};
    clause.tiering.periods = {tariff::stream_of("a"), tariff::stream_of("b")};
    clause.tiering.bounds = tariff::TierBounds::year;
    clause.tiering.year_from = {4, 1};
    clause.tiering.on_version = tariff::Tiering::OnVersion::restarts;
    CHECK(names() ==
          "kind=energy_tiered;name=energy;tier 1 up to=50;tier 1 price a=1 GBP for each kWh;"
          "tier 1 price b=2 GBP for each kWh;tier 2 up to=no bound;tier 2 price a=3 GBP for each kWh;"
          "tier 2 price b=4 GBP for each kWh;bounds for=a year, over all bills;bounds rounded=6 decimals, half_up;"
          "year from=04-01;on a new version=counts from zero;account=revenue.e;item=electricity;");
    clause = file.plan.clauses[0];
    clause.kind = tariff::ClauseKind::power_factor;
    clause.of_clauses = {0};
    clause.power_factor.reactive = {tariff::stream_of("reactive")};
    clause.power_factor.rows = {{95, -750'000, 0}, {0, 17'000'000, 2'000'000}};
    CHECK(names() ==
          "kind=power_factor;name=energy;of=energy;active=total;reactive=reactive;"
          "factor from 0.95=-0.75 %, 0 % for each unit below;factor from 0=17 %, 2 % for each unit below;"
          "account=revenue.e;item=electricity;");
    clause = file.plan.clauses[0];
    clause.kind = tariff::ClauseKind::energy_indexed;
    clause.indexed.series = "day_ahead";
    clause.indexed.factor_e8 = 105'000'000;
    clause.indexed.adder_e8 = 2'000'000;
    CHECK(names().find("price=day_ahead x 1.05 + 0.02;") != std::string::npos);
    clause.kind = tariff::ClauseKind::energy_flat;
    clause.formula.text = "fuel * 2";
    clause.formula.steps.resize(1);
    clause.formula.lag_months = 2;
    CHECK(names().find("formula=fuel * 2;formula rounding=8 decimals, half_up;formula lag=2 months;") !=
          std::string::npos);
}

TEST_CASE("a published page has every price and no script, and the JSON the whole text") {
    const VersionText text{
        .head = "rounding: {quantity: {decimals: 2}}\n",
        .charges = charge("fixed", "kind: fixed_per_period, price: '5'") +
                   charge("energy", "kind: energy_tiered, tiers: [{upto: '50', price: '0.2'}, {price: '0.3'}]") +
                   "  - {clause: vat, name: {en: Tax}, account: tax.vat, kind: tax, percent: '0', "
                   "of: [fixed, energy]}\n",
        .examples = example("both", "100", "lines: {fixed: '5', energy: '25', vat: '0'}, total: '30'")};
    VersionText labelled = text;
    for (const auto& [from, to] : {std::pair("name: {en: fixed}", "name: {en: Standing charge}"),
                                   std::pair("name: {en: energy}", "name: {en: Units, zh: 电}")})
        labelled.charges.replace(labelled.charges.find(from), std::string_view(from).size(), to);
    CHECK(page_of(file_of(labelled)).find("<th scope=\"row\">of</th><td>Standing charge, Units (电)</td>") !=
          std::string::npos);
    const std::string page = page_of(file_of(text));
    for (const auto* part :
         {"<!DOCTYPE html>\n<html lang=\"en\">", "<meta name=\"viewport\"", "<h1>Hill &lt;1&gt; (山)</h1>",
          "Tariff hill, version 1, from 2026-01-01.", "<th scope=\"row\">price</th><td>5 GBP a month</td>",
          "<th scope=\"row\">tier 1 price</th><td>0.2 GBP for each kWh</td>",
          "<th scope=\"row\">tier 2 price</th><td>0.3 GBP for each kWh</td>",
          "<th scope=\"row\">Total</th><td class=\"amount\">30.00 GBP</td>", "color-scheme: light dark",
          "@media print"})
        CHECK_MESSAGE(page.find(part) != std::string::npos, part);
    for (const auto* part : {"<script", "http", "revenue.e", "<1>"})
        CHECK_MESSAGE(page.find(part) == std::string::npos, part);
    const auto json = Json::parse(json_of(yaml_of(text)));
    REQUIRE(json.has_value());
    CHECK(json->at("format").text() == "mainspring-tariff-1");
    const Json& document = json->at("document");
    CHECK(document.at("rounding").at("quantity").at("decimals").kind() == Json::Kind::number);
    CHECK(document.at("effective").text() == "2026-01-01");
    CHECK(document.at("source").at("note").text() == "two\nlines");
    const Json& tiers = document.at("charges").items()[1].at("tiers");
    CHECK(tiers.items()[1].at("price").kind() == Json::Kind::text);
    CHECK(tiers.items()[1].at("price").text() == "0.3");
}
