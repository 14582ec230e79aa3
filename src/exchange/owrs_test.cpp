#include "exchange/owrs.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "tariff/tariff_text.hpp"

using namespace mainspring;
using namespace mainspring::exchange;

namespace {

constexpr const char* kHead =
    "metadata:\n  effective_date: 07/01/2017\n  utility_name: Hill Water\n  bill_frequency: Monthly\n"
    "  bill_unit: ccf\n";

// A file of one class, RESIDENTIAL_SINGLE; its lines are indented here.
std::string file_of(std::string_view lines, std::string_view head = kHead) {
    std::string text = fmt::format("{}rate_structure:\n  RESIDENTIAL_SINGLE:\n", head);
    std::istringstream rows{std::string(lines)};
    for (std::string row; std::getline(rows, row);) text.append("    ").append(row).append("\n");
    return text;
}

Conversion convert(const std::string& yaml, const Choices& choices = {}) {
    const auto made = convert_owrs(yaml, "hill.owrs", choices);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error()));
    REQUIRE(made->size() == 1);
    return made->front();
}

std::string problems_of(const Conversion& made) {
    std::string text;
    for (const auto& refusal : made.refusals) text += fmt::format("{}: {}\n", refusal.field, refusal.reason);
    return text;
}

// The text from facts to examples, without names and accounts.
std::string charges_of(std::string_view lines) {
    const Conversion made = convert(file_of(lines));
    if (!made.done()) return problems_of(made);
    const auto from = std::min(made.text.find("facts:\n"), made.text.find("charges:\n"));
    std::istringstream rows(made.text.substr(from, made.text.find("# Give") - from));
    std::string text;
    for (std::string row; std::getline(rows, row);)
        if (!row.starts_with("    name: ") && !row.starts_with("    account: ")) text += row + "\n";
    return text;
}

}  // namespace

TEST_CASE("tiers of 100 cubic feet become tiers of cubic metres") {
    // 1 ccf = 2.8316846592 m3: 11 of them are 31.1485312512; 4.039 ÷ 2.8316846592 = 1.42635939…
    CHECK(charges_of("service_charge: 4.17\ncommodity_charge: Tiered\ntier_starts_commodity: [0, 12]\n"
                     "tier_prices_commodity: [4.039, 5]\nbill: service_charge+commodity_charge\n") ==
          "charges:\n  - clause: service_charge\n    kind: fixed_per_period\n    price: \"4.17\"\n"
          "  - clause: commodity_charge\n    kind: energy_tiered\n    bounds: bill\n"
          "    tiers: [{upto: \"31.148531\", price: \"1.42635939\"}, {price: \"1.76573334\"}]\n");
    const Conversion made = convert(file_of("service_charge: 4.17\nbill: service_charge\n"));
    CHECK(made.file_name == "hill-water-residential-single-2017-07-01.yaml");
    CHECK(made.text.find("zone: \"America/Los_Angeles\"\neffective: 2017-07-01\nclasses: [residential]\n") !=
          std::string::npos);
    CHECK(made.text.find("note: \"prices and bounds are those of a monthly bill; prices of a ccf and bounds are "
                         "turned to m3\"") != std::string::npos);
    const auto file = tariff::read_tariff(made.text, "t.yaml");
    REQUIRE_MESSAGE(file.has_value(), (file ? "" : tariff::text_of(file.error())));
    CHECK(file->plan.unit == Unit::cubic_metre);
}

TEST_CASE("prices by the size of the meter are bands of a fact in inches") {
    CHECK(charges_of("service_charge:\n  depends_on: [meter_size]\n  values:\n    5/8\": 3\n    1|1/2\": 12.5\n"
                     "    3/4\": 4\n    2\"   : 20\nbill: service_charge\n") ==
          "facts:\n  meter_size: {unit: none}\ncharges:\n  - clause: service_charge\n    kind: fixed_per_period\n"
          "    bands: {fact: meter_size, tiers: [{upto: \"0.625\", price: \"3\"}, {upto: \"0.75\", price: \"4\"}, "
          "{upto: \"1.5\", price: \"12.5\"}, {price: \"20\"}]}\n");
    CHECK(charges_of("service_charge:\n  depends_on: [meter_size, city]\n  values:\n    1\"|in: 3\n    1\"|out: 5\n"
                     "    1 1/2\"|in: 4\n    1 1/2\"|out: 6\nbill: service_charge\n") ==
          "facts:\n  meter_size: {unit: none}\n  city: {unit: none}\ncharges:\n"
          "  - clause: service_charge\n    kind: fixed_per_period\n"
          "    bands: {fact: meter_size, tiers: [{upto: \"1\", price: \"3\"}, {price: \"4\"}]}\n"
          "    for: {facts: {city: {upto: \"1\"}}}\n"
          "  - clause: service_charge_2\n    kind: fixed_per_period\n"
          "    bands: {fact: meter_size, tiers: [{upto: \"1\", price: \"5\"}, {price: \"6\"}]}\n"
          "    for: {facts: {city: {above: \"1\"}}}\n");
    CHECK(convert(file_of("service_charge:\n  depends_on: city\n  values: {in: 3, out: 5}\nbill: service_charge\n"))
              .text.find("city in is 1; city out is 2") != std::string::npos);
}

TEST_CASE("prices by a zone are clauses for ranges that leave no value out") {
    CHECK(charges_of("commodity_charge: flat_rate*usage_ccf\nflat_rate:\n  depends_on: [zone]\n"
                     "  values: {1: 2.8316846592, 2: 0, 3: 5.6633693184}\nbill: commodity_charge\n") ==
          "facts:\n  zone: {unit: none}\ncharges:\n"
          "  - clause: commodity_charge\n    kind: energy_flat\n    price: \"1\"\n"
          "    for: {facts: {zone: {upto: \"1\"}}}\n"
          "  - clause: commodity_charge_2\n    kind: energy_flat\n    price: \"0\"\n"
          "    for: {facts: {zone: {above: \"1\", upto: \"2\"}}}\n"
          "  - clause: commodity_charge_3\n    kind: energy_flat\n    price: \"2\"\n"
          "    for: {facts: {zone: {above: \"2\"}}}\n");
}

TEST_CASE("bounds and prices of different facts give a clause for each combination") {
    const std::string text = charges_of(
        "commodity_charge: Tiered\ntier_starts:\n  depends_on: [zone, senior]\n  values:\n    1|no: [0, 2]\n"
        "    2|no: [0, 2]\n    1|yes: [0, 3]\n    2|yes: [0, 3]\ntier_prices:\n  depends_on: [zone]\n  values:\n"
        "    1: [2.8316846592, 5.6633693184]\n    2: [5.6633693184, 8.4950539776]\nbill: commodity_charge\n");
    const auto clause = [&](const char* tiers, const char* facts) {
        return text.find(fmt::format("    tiers: {}\n    for: {{facts: {{{}}}}}\n", tiers, facts)) != std::string::npos;
    };
    CHECK(clause("[{upto: \"2.831685\", price: \"1\"}, {price: \"2\"}]", "zone: {upto: \"1\"}, senior: {upto: \"0\"}"));
    CHECK(
        clause("[{upto: \"5.663369\", price: \"1\"}, {price: \"2\"}]", "zone: {upto: \"1\"}, senior: {above: \"0\"}"));
    CHECK(
        clause("[{upto: \"2.831685\", price: \"2\"}, {price: \"3\"}]", "zone: {above: \"1\"}, senior: {upto: \"0\"}"));
    CHECK(
        clause("[{upto: \"5.663369\", price: \"2\"}, {price: \"3\"}]", "zone: {above: \"1\"}, senior: {above: \"0\"}"));
}

namespace {

constexpr const char* kBudget =
    "commodity_charge: Budget\ngpcd_commodity: 55\nindoor_commodity: hhsize*gpcd*days_in_period*(1/748)\n"
    "outdoor_commodity: {}\nbudget_commodity: indoor+outdoor\ntier_starts_commodity: {}\n"
    "tier_prices_commodity: {}\nbill: commodity_charge\n";

std::string budget(std::string_view outdoor, std::string_view starts, std::string_view prices) {
    return fmt::format(fmt::runtime(kBudget), outdoor, starts, prices);
}

}  // namespace

TEST_CASE("budgets of persons grow with the days") {
    // 55 ÷ 748 × 2.8316846592 = 0.208212…; 150 % of it 0.312318…
    CHECK(charges_of(budget("0", "[0, indoor, 150%]", "[2.8316846592, 5.6633693184, 8.4950539776]")) ==
          "facts:\n  persons: {unit: none}\ncharges:\n  - clause: commodity_charge\n    kind: energy_tiered\n"
          "    bounds: day\n    times: persons\n"
          "    tiers: [{upto: \"0.208212\", price: \"1\"}, {upto: \"0.312318\", price: \"2\"}, {price: \"3\"}]\n");
    const std::string area = "landscape_factor*et_amount*irr_area*0.62*(1/748)";
    CHECK(charges_of(budget(area, "[0, indoor]", "[1, 2]")).find("times: persons") != std::string::npos);
    for (const auto* starts : {"[0, indoor, 100%]", "[0, outdoor]"})
        CHECK(charges_of(budget(area, starts, "[1, 2, 3]")).starts_with("outdoor_commodity: the tier that begins at "));
}

TEST_CASE("other sums, shares and credits of the bill") {
    const auto more = [](std::string_view lines) {
        return charges_of(fmt::format("service_charge: 10\ncommodity_charge: 2.8316846592*usage_ccf\n{}", lines));
    };
    CHECK(more("treatment: (commodity_charge+service_charge)*0.375\n"
               "bill: service_charge+commodity_charge+treatment\n")
              .ends_with("  - clause: treatment\n    kind: percentage\n    percent: \"37.5\"\n"
                         "    of: [commodity_charge, service_charge]\n"));
    CHECK(more("bill: 1.01143*(service_charge+commodity_charge)\n")
              .ends_with("  - clause: on_top\n    kind: percentage\n    percent: \"1.143\"\n    of: [all]\n"));
    CHECK(more("bill: service_charge+(8*number_dwelling_units)+commodity_charge\n")
              .find("  - clause: for_each_number_dwelling_units\n    kind: fixed_per_period\n    price: \"8\"\n"
                    "    times: number_dwelling_units\n") != std::string::npos);
    CHECK(more("help:\n  depends_on: [customer]\n  values: {No: 0.00, Yes: -8.00}\n"
               "bill: service_charge+commodity_charge+help\n")
              .ends_with("  - clause: help\n    kind: discount\n    price: \"8\"\n    per: period\n"
                         "    for: {facts: {customer: {above: \"0\"}}}\n"));
    CHECK(charges_of("service_charge: 1\nfixed_wastewater_charge: 0\nvariable_drought_surcharge: 0\n"
                     "bill: service_charge\n")
              .ends_with("price: \"1\"\n"));
}

namespace {

struct RefusalRow {
    const char* lines;
    const char* refusal;
};
const RefusalRow kRefusals[] = {
    {"service_charge: 1\n", "bill: is missing"},
    {"service_charge: 1\nbill: service_charge+other_charge\n", "bill: adds other_charge, which is not there"},
    {"service_charge: 1\nbill: service_charge/2\n", "bill: 'service_charge/2' is no sum of charges"},
    {"service_charge: 1\nbill: service_charge+(x*y)\n", "bill: 'x*y' is no price times a fact"},
    {"service_charge: 0\nbill: service_charge\n", "bill: no price at all is in the class"},
    {"service_charge: 1\nflat_rate_drought: 2\nbill: service_charge\n", "flat_rate_drought: has a price, but the bill"},
    {"service_charge: flat_rate*diameter\nbill: service_charge\n", "service_charge: 'flat_rate*diameter' is a formula"},
    {"service_charge: (x)*2\nbill: service_charge\n", "service_charge: '(x)*2' is no share of charges"},
    {"service_charge: {depends_on: [season], values: {Summer: 1, Winter: 2}}\nbill: service_charge\n",
     "service_charge: depends on the season"},
    {"service_charge: {depends_on: [meter_size], values: {big: 1}}\nbill: service_charge\n",
     "service_charge: 'big' is no size of a meter"},
    {"service_charge: {depends_on: [a, b], values: {1: 1}}\nbill: service_charge\n",
     "service_charge: '1' does not name 2 facts"},
    {"service_charge: {depends_on: [a, b], values: {1|1: 1, 2|2: 1}}\nbill: service_charge\n",
     "service_charge: does not have each combination"},
    {"service_charge: {values: {1: 1}}\nbill: service_charge\n", "service_charge: must be a value, or depends_on"},
    {"service_charge: {depends_on: [a], values: {1: x, 2: 3}}\nbill: service_charge\n",
     "service_charge: 'x' is no number"},
    {"commodity_charge: 1.5\nbill: commodity_charge\n", "commodity_charge: is a number: whether"},
    {"commodity_charge: rate*usage_ccf\nbill: commodity_charge\n", "commodity_charge: rate is not there"},
    {"commodity_charge: Tiered\nbill: commodity_charge\n", "commodity_charge: has no tier_starts_commodity"},
    {"commodity_charge: Tiered\ntier_starts: [0, 5]\ntier_prices: [1]\nbill: commodity_charge\n",
     "tier_prices of commodity_charge: are not as many"},
    {"commodity_charge: Tiered\ntier_starts: [0, 5, 5]\ntier_prices: [1, 2, 3]\nbill: commodity_charge\n",
     "tier_starts of commodity_charge: must be whole numbers"},
    {"commodity_charge: Tiered\ntier_starts: [1, 5]\ntier_prices: [1, 2]\nbill: commodity_charge\n",
     "tier_starts of commodity_charge: must be whole numbers"},
    {"commodity_charge: Tiered\ntier_starts: 3\ntier_prices: [1, 2]\nbill: commodity_charge\n",
     "tier_starts of commodity_charge: must be a list"},
    {"commodity_charge: Tiered\ntier_starts: {depends_on: [a], values: {1: [0, 5], 2: [0, 6]}}\n"
     "tier_prices: {depends_on: [a], values: {1: [1, 2], 3: [2, 3]}}\nbill: commodity_charge\n",
     "commodity_charge: bounds and prices know other values of a"},
    {"commodity_charge: Budget\ntier_starts_commodity: [0, indoor]\ntier_prices_commodity: [1, 2]\n"
     "bill: commodity_charge\n",
     "indoor_commodity: is not hhsize"},
};

}  // namespace

TEST_CASE("what water tariffs cannot carry is refused by its name") {
    for (const auto& row : kRefusals) {
        const Conversion made = convert(file_of(row.lines));
        INFO(fmt::format("{}{}", row.lines, problems_of(made)));
        CHECK(made.text.empty());
        CHECK(std::ranges::any_of(made.refusals, [&](const FieldRefusal& one) {
            return (one.field + ": " + one.reason).starts_with(row.refusal);
        }));
    }
    CHECK(charges_of(budget("0", "[0, 10001%]", "[1, 2]")).find("'10001%' is no start") != std::string::npos);
    CHECK(charges_of(budget("0", "[0, soon]", "[1, 2]")).starts_with("tier_starts of commodity_charge: 'soon' is no"));
}

TEST_CASE("what the head lacks is asked for") {
    const auto refusals = [](std::string_view head, const Choices& choices = {}) {
        return problems_of(convert(file_of("service_charge: 1\nbill: service_charge\n", head), choices));
    };
    CHECK(refusals("metadata: {utility_name: X, effective_date: 2016-08-1, bill_frequency: monthly}\n") ==
          "bill_unit: is missing: what volume the prices are for (--volume-unit says it)\n");
    Choices kgal;
    kgal.volume_unit = "kgal";
    CHECK(refusals("metadata: {utility_name: X, effective_date: 2016-08-1, bill_frequency: monthly}\n", kgal).empty());
    CHECK(refusals("metadata: {effective_date: soon, bill_frequency: monthly, bill_unit: therm, fee: 3}\nother: 5\n") ==
          "effective_date: 'soon' is no date (--effective says it)\n"
          "other: is not part of a bill of any class (or --leave-out other, if it is meant to be lost)\n"
          "fee: is not known (or --leave-out fee, if it is meant to be lost)\n"
          "bill_unit: 'therm' is neither ccf nor kgal\n");
    CHECK(
        refusals("metadata: {effective_date: 2016-08-1, bill_unit: ccf}\n").starts_with("bill_frequency: is missing"));
    CHECK(convert_owrs("a: [", "x.owrs", {}).error().starts_with("x.owrs:1:"));
    CHECK(convert_owrs("a: 1", "x.owrs", {}).error() == "x.owrs: must have metadata and a rate_structure of classes");
    CHECK(convert_owrs(fmt::format("{}rate_structure: {{A: 1, B: {{bill: x, bill: y}}}}\n", kHead), "x.owrs", {})
              .error()
              .find("the key stands here twice") != std::string::npos);
    const auto odd = convert_owrs(fmt::format("{}rate_structure: {{ODD: 1}}\n", kHead), "x.owrs", {});
    CHECK(problems_of(odd->front()) == "ODD: must be a map of charges\n");
}

TEST_CASE("published water rates: each class is written or refused by name") {
    const auto folder = std::filesystem::path(MAINSPRING_SOURCE_DIR) / "../shared/data/rating/owrs";
    if (!std::filesystem::is_directory(folder)) {
        MESSAGE("SKIPPED: published water rates: " << folder << " is not there");
        return;
    }
    Choices choices;
    choices.volume_unit = "ccf";
    int written = 0, refused = 0, unreadable = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::stringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        const auto made = convert_owrs(text.str(), entry.path().filename().native(), choices);
        unreadable += made ? 0 : 1;
        for (const auto& one : made.value_or(std::vector<Conversion>{})) {
            (one.done() ? written : refused) += 1;
            CHECK(one.text.empty() != one.done());
        }
    }
    CHECK(unreadable == 1);  // one writes the same key twice in a class
    CHECK(written == 149);
    CHECK(refused == 40);
}
