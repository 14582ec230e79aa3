#include "tariff/tariff_text.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <thread>

#include "tariff/tariff_set.hpp"

using namespace mainspring;
using namespace mainspring::tariff;

namespace {

struct Text {
    std::string key = "test", version = "v1", effective = "2026-01-01", commodity = "electricity", unit = "kWh";
    std::string charges = R"(  - {clause: energy, kind: energy_flat, name: {en: E}, account: revenue, price: "1"})";
    std::string extra = "";
};

std::string yaml(const Text& text) {
    return fmt::format(
        "tariff: {}\nversion: {}\nname: {{en: Test}}\ncommodity: {}\nunit: {}\ncurrency: CNY\nzone: Asia/Shanghai\n"
        "effective: {}\nclasses: [residential]\nsource: {{document: d}}\n{}\ncharges:\n{}\n"
        "examples:\n  - {{name: One, origin: hand, working: w, from: 2026-04-01, to: 2026-05-01, usage: {{total: "
        "\"1\"}}, "
        "lines: {{energy: \"1\"}}, total: \"1\"}}\n",
        text.key, text.version, text.commodity, text.unit, text.effective, text.extra, text.charges);
}

// Charges with the keys given and those that every one must have.
std::string charges(std::initializer_list<std::string_view> keys) {
    std::string text;
    for (const auto& one : keys)
        text += fmt::format("{}  - {{{}, name: {{en: E}}, account: revenue}}", text.empty() ? "" : "\n", one);
    return text;
}

std::string problems_of(std::string_view text) {
    const auto plan = compile_tariff(text, "t.yaml");
    return plan ? "" : text_of(plan.error());
}

Plan plan_of(const Text& text) {
    const std::string source = yaml(text);
    REQUIRE(problems_of(source) == "");
    return compile_tariff(source, "t.yaml").value();
}

std::shared_ptr<const Plan> version(Text text) { return std::make_shared<const Plan>(plan_of(text)); }

}  // namespace

TEST_CASE("a plan holds scaled numbers and numbered names") {
    Text text;
    text.extra = R"(calendar:
  seasons:
    summer: [{from: 06-01, to: 08-31}]
    winter: [{from: 09-01, to: 05-31}]
  periods: [{period: peak, hours: ["08:00-12:00"]}, {period: flat}])";
    text.charges = charges({
        R"(clause: energy, kind: energy_time_of_use, prices: {flat: "0.5", peak: "0.123"})",
        R"(clause: steps, kind: energy_tiered, season: winter, tiers: [{upto: "1.5", price: "1"}, {price: "2"}])",
        R"(clause: least, kind: minimum, amount: "12.34", of: [steps, energy])",
        R"(clause: rebate, kind: discount, percent: "10", of: [all], for: {entitlement: care})",
        R"(clause: credit, kind: discount, price: "3", per: period, until: 2027-01-01)",
        R"(clause: tax, kind: tax, percent: "8.1", of: [energy], round: {step: "0.05"})",
    });
    const Plan plan = plan_of(text);
    CHECK(plan.has_seasons);
    CHECK(plan.classes == 0b10);
    CHECK(plan.effective == parse_date("2026-01-01").value());
    CHECK(plan.round_line == RoundingRule{1, RoundingMode::half_up});
    REQUIRE(plan.clauses.size() == 6);
    const auto& energy = plan.clauses[0];
    REQUIRE(energy.period_prices.size() == 2);
    CHECK(energy.period_prices[0].stream == stream_of("flat"));
    CHECK(energy.period_prices[0].price_e8 == 50'000'000);
    CHECK(energy.period_prices[1].stream == stream_of("peak"));
    CHECK(energy.classes == 0xff);
    CHECK(energy.item == "electricity");
    CHECK(energy.seasons == ~std::uint64_t{0});
    const auto& steps = plan.clauses[1];
    CHECK(steps.seasons == 0b10);
    CHECK(steps.tiers[0].upto_micro == 1'500'000);
    CHECK(steps.tiers[1].price_e8 == 200'000'000);
    CHECK(plan.clauses[2].limit_minor == 1234);
    CHECK(plan.clauses[2].of_clauses == std::vector<std::uint16_t>{0, 1});
    CHECK(plan.clauses[3].kind == ClauseKind::discount_percent);
    CHECK(plan.clauses[3].ratio_e8 == 10'000'000);
    CHECK(plan.clauses[3].entitlement == entitlement_bit("care"));
    CHECK(plan.clauses[4].kind == ClauseKind::discount_per_period);
    CHECK(plan.clauses[4].dates == DateRange{Date{}, parse_date("2027-01-01").value()});
    CHECK(plan.clauses[5].round == RoundingRule{5, RoundingMode::half_up});
}

TEST_CASE("texts that are too large are refused") {
    CHECK(problems_of(std::string(1'000'001, '#')) == "t.yaml:1:1: the file is larger than 1000000 bytes\n");
    Text text;
    for (int i = 0; i < 1'001; ++i) text.charges += "\n  - 1";
    CHECK(problems_of(yaml(text)).find("charges: has more than 1000 elements") != std::string::npos);
    text = {};
    text.version = std::string(20'001, 'v');
    CHECK(problems_of(yaml(text)) == "t.yaml:2:10: version: is longer than 20000 bytes\n");
    text.version = std::string(41, 'v');
    CHECK(problems_of(yaml(text)) == "t.yaml:2:10: version: is longer than 40 bytes\n");
    text = {};
    text.extra = "rounding: {";
    for (int i = 0; i < 300; ++i) text.extra += fmt::format("x{}: 1, ", i);
    text.extra += "}";
    const std::string many = problems_of(yaml(text));
    CHECK(std::ranges::count(many, '\n') == 201);
    CHECK(many.ends_with("and 100 more problems from here on\n"));
    text.extra = "calendar: {seasons: {";
    for (int i = 0; i < 1'001; ++i) text.extra += fmt::format("x{}: 1, ", i);
    text.extra += "}}";
    CHECK(problems_of(yaml(text)).find("calendar.seasons: has more than 1000 keys") != std::string::npos);
}

TEST_CASE("a wrong text names streams and entitlements for nobody") {
    Text text;
    text.charges =
        charges({R"(clause: energy, kind: energy_flat, price: "1", for: {entitlement: never_seen}, wrong: 1)"});
    for (int i = 0; i < 100; ++i) {
        Text one = text;
        one.charges.replace(one.charges.find("never_seen"), 10, fmt::format("never_{}", i));
        CHECK(problems_of(yaml(one)).ends_with("charges[0].wrong: unknown key\n"));
    }
    CHECK(entitlement_bit("seen_now") != 0);
}

TEST_CASE("a byte order mark and Windows line ends are taken") {
    std::string text = yaml({}), windows = "\xef\xbb\xbf";
    for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(problems_of(windows) == "");
    windows.replace(windows.find("CNY"), 3, "XXY");
    CHECK(problems_of(windows) == "t.yaml:6:11: currency: 'XXY' is no currency of ISO 4217\n");
}

TEST_CASE("columns count characters") {
    Text text;
    text.charges =
        R"(  - {clause: energy, kind: energy_flat, name: {en: E, zh: 电度电费}, account: revenue, price: 1})";
    CHECK(problems_of(yaml(text)) == "t.yaml:13:91: charges[0].price: must be a quoted decimal: write \"1\"\n");
}

TEST_CASE("every cut and every changed byte of a text is answered") {
    const std::string text = yaml({});
    for (std::size_t i = 0; i < text.size(); ++i) {
        (void)problems_of(std::string_view(text).substr(0, i));
        for (const char c : {'\0', '"', '{', '[', '\t', '&', '\xff', ':', '-', '\n'}) {
            std::string changed = text;
            changed[i] = c;
            (void)problems_of(changed);
        }
    }
    CHECK(problems_of(text) == "");
}

TEST_CASE("names are numbered once, also by many threads at a time") {
    CHECK(stream_of("total") == kTotal);
    CHECK(name_of(kTotal) == "total");
    std::vector<std::vector<Stream>> seen(8);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : seen)
            threads.emplace_back([&mine] {
                for (int i = 0; i < 500; ++i) mine.push_back(stream_of(fmt::format("thread_period_{}", i)));
            });
    }
    for (const auto& mine : seen) CHECK(mine == seen.front());
    for (std::size_t i = 0; i < 500; ++i) CHECK(name_of(seen.front()[i]) == fmt::format("thread_period_{}", i));
    CHECK_THROWS(name_of(65'000));
}

TEST_CASE("customer classes") {
    for (const char* name : {"residential", "commercial", "industrial", "public"})
        CHECK(text_of(customer_class_of(name).value()) == name);
    CHECK_FALSE(customer_class_of("").has_value());
    CHECK_FALSE(customer_class_of("farm").has_value());
}

TEST_CASE("versions of several files come together by key, in time order") {
    const auto set = make_tariff_set({version({.version = "b", .effective = "2027-01-01"}), version({.key = "other"}),
                                      version({.version = "a", .effective = "2026-01-01"})});
    REQUIRE(set.has_value());
    REQUIRE(set->size() == 2);
    const Tariff& tariff = set->at("test");
    CHECK(tariff.key == "test");
    REQUIRE(tariff.versions.size() == 2);
    CHECK(tariff.versions[0]->version == "a");
    CHECK(tariff.versions[1]->version == "b");
    CHECK(make_tariff_set({}).value().empty());
}

TEST_CASE("doubled versions are refused") {
    const auto refused =
        make_tariff_set({version({.version = "a"}), version({.version = "a", .effective = "2027-01-01"}),
                         version({.version = "b", .effective = "2027-01-01"}),
                         version({.version = "c", .effective = "2028-01-01", .commodity = "water", .unit = "m3"})});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error() == std::vector<std::string>{"test: version 'a' exists twice",
                                                      "test: versions 'a' and 'b' both begin on 2027-01-01",
                                                      "test: version 'a' is for electricity, 'c' for water",
                                                      "test: version 'a' is for electricity, 'c' for water",
                                                      "test: version 'b' is for electricity, 'c' for water"});
}

// Last: afterwards the process has no entitlement left.
TEST_CASE("the 65th entitlement is refused") {
    Text text;
    std::string report;
    for (int i = 0; i < 65 && report.empty(); ++i) {
        text.charges = fmt::format(
            "  - {{clause: energy, kind: energy_flat, name: {{en: E}}, account: revenue, price: \"1\", "
            "for: {{entitlement: kind_{}}}}}",
            i);
        report = problems_of(yaml(text));
    }
    CHECK(report == "t.yaml:1:1: more than 64 kinds of entitlements\n");
}
