#include "rating/example_runner.hpp"

#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

// A version of one price, effective in 2026, with one example.
std::string version_text(std::string_view effective, std::string_view price, std::string_view example) {
    VersionText version{
        .effective = std::string(effective),
        .charges = fmt::format("energy energy_flat price: '{}'\nvat tax percent: '10', of: [all]", price)};
    std::string text = yaml_of(version);
    text.resize(text.find("examples:"));
    return text + "examples:\n  - {name: ten, origin: hand, working: shown, " + std::string(example) + "}\n";
}

ExampleReport run(const std::string& text, const ReadBeside& read = {}) { return test_tariff(text, "t.yaml", read); }

std::string in_december(std::string_view result) {
    return fmt::format("from: 2025-12-01, to: 2026-01-01, usage: {{total: '10'}}, {}", result);
}

}  // namespace

TEST_CASE("an example that comes out passes, even before the first day of its version") {
    const auto report =
        run(version_text("2026-01-01", "0.5", in_december("lines: {energy: '5.00', vat: '0.50'}, total: '5.50'")));
    CHECK(report.passed());
    CHECK(report.results.size() == 1);
    CHECK(text_of(report).empty());
}

TEST_CASE("every difference is named with what was expected and what came out") {
    const auto report =
        run(version_text("2026-01-01", "0.5", in_december("lines: {energy: '5.01', rounding: '0.01'}, total: '5.02'")));
    CHECK_FALSE(report.passed());
    CHECK(text_of(report) ==
          "t.yaml:15: example 'ten': energy: expected 5.01, got 5.00\n"
          "t.yaml:15: example 'ten': rounding: expected 0.01, got no line\n"
          "t.yaml:15: example 'ten': vat: expected no line, got 0.50\n"
          "t.yaml:15: example 'ten': total: expected 5.02, got 5.50\n");
    // A line that is not there is not one of nothing.
    CHECK(text_of(run(version_text("2026-01-01", "0.5",
                                   in_december("lines: {energy: '5', vat: '0.5', rounding: '0'}, total: '5.5'")))) ==
          "t.yaml:15: example 'ten': rounding: expected 0.00, got no line\n");
}

TEST_CASE("an example with an earlier version of the same key") {
    const std::string earlier = version_text("2025-01-01", "0.4", in_december("lines: {energy: '4'}, total: '4'"));
    const std::string text = version_text("2026-01-01", "0.5",
                                          "from: 2025-12-27, to: 2026-01-06, usage: {total: '10'}, with: [old.yaml], "
                                          "lines: {energy: '4.50', vat: '0.45'}, total: '4.95'");
    CHECK(text_of(run(text, [&](const std::string& name) {
              CHECK(name == "old.yaml");
              return earlier;
          })) == "");
    CHECK(text_of(run(text, [](const std::string&) { return std::unexpected("is not there"); })) ==
          "t.yaml:15: example 'ten': old.yaml: is not there\n");
    CHECK(text_of(run(text, [](const std::string&) { return std::string("- nothing"); })).find("old.yaml:1:1") !=
          std::string::npos);
    CHECK(text_of(run(text, [&](const std::string&) { return text; })) ==
          "t.yaml:15: example 'ten': test: version '2026-01-01' exists twice\n");
}

TEST_CASE("an example with intervals: any clause takes their sums by day and period") {
    const VersionText version{
        .effective = "2026-01-01",
        .head = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: night}]\n",
        .charges =
            "energy energy_time_of_use prices: {peak: '0.3', night: '0.1'}\nwhole energy_flat price: '1'\n"
            "market energy_indexed series: spot, factor: '0.5', of: peak"};
    std::string text = yaml_of(version);
    text.resize(text.find("examples:"));
    std::string ones = "'1'";
    for (int i = 1; i < 24; ++i) ones += ", '1'";
    const std::string example =
        "examples:\n  - {name: day, origin: hand, working: shown, from: 2026-01-01, to: 2026-01-03, "
        "intervals: {minutes: 60, total: [" +
        ones + "]}, usage: [{from: 2026-01-02, to: 2026-01-03, peak: '";
    // 14 x 0.3 + 10 x 0.1; 14 x 0.5 x 0.2
    const std::string result =
        "series: {spot: {resolution: 1440, prices: ['0.2']}}, lines: {energy: '5.20', whole: '24', market: '1.40'}, "
        "total: '30.60'}\n";
    std::string alone = example;
    alone.resize(alone.find(", usage:"));
    alone.replace(alone.find("to: 2026-01-03"), 14, "to: 2026-01-02");
    CHECK(text_of(run(text + alone + ", " + result)) == "");
    CHECK(text_of(run(text + example + "2'}], " + result)) ==
          "t.yaml:18: example 'day': intervals_missing: clause market on days from 2026-01-01\n");
}

TEST_CASE("an example that cannot be rated, and a text that cannot be read") {
    const std::string earlier = version_text("2025-01-01", "0.4", in_december("lines: {energy: '4'}, total: '4'"));
    const std::string text = version_text("2026-01-01", "0.5",
                                          "from: 2024-12-01, to: 2025-02-01, usage: {total: '1'}, with: [old.yaml], "
                                          "lines: {energy: '1'}, total: '1'");
    CHECK(text_of(run(text, [&](const std::string&) { return earlier; })) ==
          "t.yaml:15: example 'ten': no_tariff_version\n");
    CHECK_FALSE(run("tariff: [").passed());
    CHECK(text_of(run("tariff: [")).starts_with("t.yaml:1:"));
}

TEST_CASE("a version without examples does not pass, and says why") {
    std::string text = version_text("2026-01-01", "1", "");
    text.resize(text.find("examples:"));
    const auto report = run(text + "examples: []\n");
    CHECK_FALSE(report.passed());
    CHECK(text_of(report) ==
          "t.yaml:14:11: examples: is empty: at least one whose figures come from elsewhere must be given before the "
          "version can be put in force\n");
}

namespace {

// A year's tiers, with one example.
std::string year_text(std::string_view effective, std::string_view year_from, std::string_view example) {
    std::string text = yaml_of({.effective = std::string(effective),
                                .charges = fmt::format("energy energy_tiered bounds: year, year_from: {}, tiers: "
                                                       "[{{upto: '100', price: '1'}}, {{price: '2'}}]\nfed energy_flat "
                                                       "price: '-0.5', of: export, until: 2026-01-01",
                                                       year_from)});
    text.resize(text.find("examples:"));
    return text + "examples:\n  - {name: ten, origin: hand, working: shown, " + std::string(example) + "}\n";
}

}  // namespace

TEST_CASE("an example begins with what its clauses have counted, and with what was fed in") {
    CHECK(text_of(run(year_text("2026-01-01", "01-01",
                                "from: 2025-12-01, to: 2026-01-01, usage: {total: '10', export: '4'}, before: "
                                "{counters: {energy: '95'}}, lines: {energy: '15', fed: '-2'}, total: '13'"))) == "");
}

TEST_CASE("what was counted before ends with the year in which the example begins") {
    CHECK(text_of(run(year_text("2026-01-01", "02-01",
                                "from: 2026-01-22, to: 2026-02-11, usage: {total: '20'}, before: {counters: {energy: "
                                "'95'}}, lines: {energy: '25'}, total: '25'"))) == "");
}

TEST_CASE("what was counted before belongs to the version of the example's first day") {
    const std::string earlier =
        year_text("2025-01-01", "01-16",
                  "from: 2025-12-01, to: 2026-01-01, usage: {export: '0'}, lines: {energy: '0', "
                  "fed: '0'}, total: '0'");
    // 15 days of 2025's year with 95 before: 5 x 1 + 10 x 2; the year of the 16th is both versions'
    CHECK(text_of(run(year_text("2026-01-21", "01-16",
                                "from: 2026-01-01, to: 2026-01-31, usage: {total: '30'}, with: [old.yaml], before: "
                                "{counters: {energy: '95'}}, lines: {energy: '40'}, total: '40'"),
                      [&](const std::string&) { return earlier; })) == "");
}

TEST_CASE("what no clause of the first day counts cannot have been counted before") {
    const std::string earlier = version_text("2025-01-01", "0.4", in_december("lines: {energy: '4'}, total: '4'"));
    CHECK(text_of(run(year_text("2026-01-01", "01-01",
                                "from: 2025-12-31, to: 2026-01-02, usage: {total: '30'}, with: [old.yaml], before: "
                                "{counters: {energy: '95'}}, lines: {energy: '40'}, total: '40'"),
                      [&](const std::string&) { return earlier; }))
              .ends_with("example 'ten': 'energy' counts no month, quarter or year on 2025-12-31\n"));
}

namespace {

// A version with a demand clause, and one example with these keys.
std::string demand_text(std::string_view charge, std::string_view example) {
    VersionText version{.effective = "2026-01-01",
                        .head = "demands: {md: {unit: kW, window: 60}, apparent: {unit: kVA, window: 60}}\n",
                        .charges = fmt::format("most demand price: '10', of: {}", charge)};
    std::string text = yaml_of(version);
    text.resize(text.find("examples:"));
    return fmt::format(
        "{}examples:\n  - {{name: ten, origin: hand, working: shown, from: 2026-01-01, to: 2026-01-03, usage: {{total: "
        "'0'}}, {}}}\n",
        text, example);
}

}  // namespace

TEST_CASE("an example with peaks, and with demands of earlier bills") {
    CHECK(text_of(run(demand_text("md", "peaks: {md: '7'}, lines: {most: '70'}, total: '70'"))) == "");
    CHECK(text_of(run(demand_text("md",
                                  "peaks: [{from: 2026-01-01, to: 2026-01-02, md: '7'}, {from: 2026-01-02, to: "
                                  "2026-01-03, md: '8'}], lines: {most: '80'}, total: '80'"))) == "");
    CHECK(text_of(run(demand_text("md", "lines: {most: '70'}, total: '70'"))) ==
          "t.yaml:15: example 'ten': register_missing: clause most needs md on days from 2026-01-01\n");
    CHECK(text_of(run(demand_text(
              "md, at_least: [{past: 2, percent: '50'}]",
              "peaks: {md: '7'}, before: {peaks: [{clause: most, from: 2025-12-01, to: 2026-01-01, value: '30'}]}, "
              "lines: {most: '150'}, total: '150'"))) == "");
}

TEST_CASE("an example without peaks takes them from its intervals") {
    const auto file =
        tariff::read_tariff(demand_text("apparent", "peaks: {md: '1'}, lines: {most: '100'}, total: '100'"), "t.yaml");
    REQUIRE(file.has_value());
    tariff::Example example = file->examples.front();
    example.peaks.clear();
    example.intervals = {{tariff::kTotal, 60, std::vector<std::int64_t>(48, micro("6"))},
                         {tariff::stream_of("reactive"), 60, std::vector<std::int64_t>(48, micro("8"))}};
    CHECK(run_example(file->plan, example).passed());
    example.intervals.back().micro[30] = micro("9");
    CHECK_FALSE(run_example(file->plan, example).passed());
    example.intervals.pop_back();
    CHECK(run_example(file->plan, example).problem ==
          "register_missing: clause most needs apparent on days from 2026-01-01");
}

TEST_CASE("an example with facts, inputs and what an earlier bill left") {
    const auto example_of = [](std::string_view given, std::string_view result) {
        VersionText version{.effective = "2026-01-01",
                            .head = "rounding: {bill: {step: '0.05', carry: true}}\nfacts: {kw: {unit: kW}}\n",
                            .charges =
                                "fee fixed_per_period price: '1.01', times: kw\n"
                                "fuel energy_flat formula: {text: 'a * a * a * a', inputs: [a], lag: 1}"};
        std::string text = yaml_of(version);
        text.resize(text.find("examples:"));
        return fmt::format("{}examples:\n  - {{name: one, origin: hand, working: shown, {}, {}}}\n", text, given,
                           in_december(result));
    };
    const auto answer = [&](std::string_view given) {
        // 1.01 x 2.5 = 2.53; 10 x 0.5^4 = 0.63; 3.16 + 0.01 carried
        return text_of(run(example_of(given, "lines: {fee: '2.53', fuel: '0.63', rounding: '-0.01'}, total: '3.15'")));
    };
    CHECK(answer("facts: {kw: '2.5'}, inputs: {a: {2025-11: '0.5'}}, before: {carried: '0.01'}") == "");
    CHECK(answer("facts: {kw: '2.5'}, inputs: {a: {2025-11: '0.5'}}, before: {carried: '0.02'}") ==
          "t.yaml:17: example 'one': rounding: expected -0.01, got 0.04\n"
          "t.yaml:17: example 'one': total: expected 3.15, got 3.20\n");
    CHECK(answer("inputs: {a: {2025-11: '0.5'}}") ==
          "t.yaml:17: example 'one': fact_missing: clause fee needs kw on days from 2025-12-01\n");
    CHECK(answer("facts: {kw: '2.5'}, inputs: {a: {2025-12: '0.5'}}") ==
          "t.yaml:17: example 'one': input_missing: clause fuel on days from 2025-12-01\n");
    CHECK(answer("facts: {kw: '2.5'}, inputs: {a: {2025-11: '9999999999'}}") ==
          "t.yaml:17: example 'one': a number leaves the range of exact amounts (product leaves 128 bits)\n");
}
