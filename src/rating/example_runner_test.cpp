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
    CHECK(text_of(run(text + alone + ", " + result)) == "");
    CHECK(text_of(run(text + example + "2'}], " + result)) == "t.yaml:18: example 'day': intervals_missing\n");
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
