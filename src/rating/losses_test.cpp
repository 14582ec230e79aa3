#include "rating/losses.hpp"

#include <boost/json.hpp>

#include "rating/published_json_test.hpp"
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;

namespace {

using By = Child::By;

constexpr tariff::QuantityRounding kWhole{0, RoundingMode::half_up}, kFine{6, RoundingMode::half_up};

std::vector<StreamQuantity> streams_of(const std::string& text) {
    std::vector<StreamQuantity> streams;
    std::istringstream words(text);
    for (std::string name, value; words >> name >> value;) streams.push_back({tariff::stream_of(name), micro(value)});
    return streams;
}

std::string text_of_streams(std::span<const StreamQuantity> streams) {
    std::string text;
    for (const auto& stream : streams)
        text += fmt::format("{}{} {}", text.empty() ? "" : " ", tariff::name_of(stream.stream),
                            format_decimal(stream.micro, 6));
    return text;
}

DeductionRule flat_first() { return {{tariff::stream_of("flat"), tariff::stream_of("peak")}, kWhole}; }

Child meter(std::span<const StreamQuantity> read) { return {.by = By::meter, .read = read}; }
Child fixed(const char* quantity) { return {.by = By::fixed_quantity, .fixed_micro = micro(quantity)}; }
Child ratio(const char* percent) { return {.by = By::fixed_ratio, .ratio_e8 = micro(percent)}; }

// "left | charged of each child | short"
std::string deduct_text(const std::string& parent, const std::vector<Child>& children) {
    const auto streams = streams_of(parent);
    const Deducted done = deduct(streams, children, flat_first());
    std::string text = text_of_streams(done.parent) + " |";
    for (const std::int64_t child : done.children) text += " " + format_decimal(child, 6);
    return text + " | " + format_decimal(done.short_micro, 6);
}

// S11-315/10
constexpr Transformer k315{.rated_micro = 315'000'000,
                           .iron_micro = 480'000,
                           .copper_micro = 3'650'000,
                           .no_load_e8 = 1'000'000,
                           .impedance_e8 = 4'000'000};

// Every published case whose id begins so.
template <class Check>
int each_case(const json::value& all, std::string_view start, Check check) {
    int cases = 0;
    for (const auto& item : all.at("cases").as_array()) {
        const std::string id(item.at("id").as_string());
        if (!id.starts_with(start)) continue;
        INFO(id);
        ran(id);
        check(item.at("tariff").at("body"), item.at("input"), item.at("expected"));
        ++cases;
    }
    return cases;
}

std::int64_t or_zero(const json::value& input, const char* key) {
    const auto* found = input.as_object().if_contains(key);
    return found == nullptr ? 0 : micro_of(*found);
}

TransformerLoss loss_of_case(const json::value& input, tariff::QuantityRounding rounding) {
    return transformer_loss({micro_of(input.at("Se_kVA")), or_zero(input, "P0_kW"), or_zero(input, "Pk_kW"),
                             or_zero(input, "I0_percent"), or_zero(input, "Uk_percent")},
                            {micro_of(input.at("active_kWh")), micro_of(input.at("reactive_kvarh")),
                             static_cast<int>(input.at("days").as_int64()), micro_of(input.at("K"))},
                            rounding);
}

}  // namespace

TEST_CASE("losses of a transformer") {
    // iron 0.48 x 720 = 345.6; copper (60000^2 + 29000^2) x 3.65 / (315^2 x 720) = 226.892444..
    const auto fine = transformer_loss(k315, {micro("60000"), micro("29000"), 30}, kFine);
    CHECK(fine.iron_micro == micro("345.6"));
    CHECK(fine.copper_micro == micro("226.892444"));
    CHECK(fine.no_load_micro == micro("2268"));       // 3.15 x 720
    CHECK(fine.load_micro == micro("783.24515"));    // 4.441e9 x 0.04 / (315 x 720)
    const auto shifts = transformer_loss(k315, {micro("60000"), micro("29000"), 30, micro("1.2")}, kWhole);
    CHECK(shifts.iron_micro == micro("346"));
    CHECK(shifts.copper_micro == micro("272"));  // 272.27
    CHECK(shifts.load_micro == micro("940"));    // 939.89
    const auto idle = transformer_loss(k315, {0, 0, 31}, kFine);
    CHECK(idle.iron_micro == micro("357.12"));
    CHECK(idle.copper_micro == 0);
    CHECK(idle.load_micro == 0);
    // 100 MVA and a month of 50 GWh to a millionth
    const Transformer large{micro("100000"), micro("60"), micro("300"), 300'000, 12'000'000};
    CHECK(transformer_loss(large, {micro("50000000"), 0, 30}, kFine).copper_micro == micro("104166.666667"));
    CHECK_THROWS_AS((void)transformer_loss({}, {1, 1, 30}, kFine), BugError);
    CHECK_THROWS_AS((void)transformer_loss(k315, {1, 1, 0}, kFine), BugError);
}

TEST_CASE("losses of a line in percent") {
    CHECK(part_of(micro("1234.5"), 3'500'000, kFine) == micro("43.2075"));
    CHECK(part_of(micro("1234.5"), 3'500'000, kWhole) == micro("43"));
    CHECK(part_of(micro("100"), 500'000, kWhole) == micro("1"));  // 0.5 half up
}

TEST_CASE("fixed quantities, then fixed ratios, then meters") {
    // 10001 - 1001 = 9000; 30 % and 10 % of 9000 each; 5000 read behind
    CHECK(deduct_text("total 10001", {meter(streams_of("total 5000")), ratio("30"), fixed("1001"), ratio("10")}) ==
          "total 400 | 5000 2700 1001 900 | 0");
    CHECK(deduct_text("total 10001", {ratio("30")}) == "total 7001 | 3000 | 0");
    CHECK(deduct_text("total 10", {}) == "total 10 | | 0");
}

TEST_CASE("a child without periods is taken from flat first") {
    CHECK(deduct_text("peak 500 flat 300 valley 400", {meter(streams_of("total 450"))}) ==
          "peak 350 flat 0 valley 400 | 450 | 0");
    CHECK(deduct_text("peak 500 flat 300 valley 400", {fixed("900")}) == "peak 0 flat 0 valley 300 | 900 | 0");
    CHECK(deduct_text("peak 500 flat 300 valley 400", {ratio("50")}) == "peak 200 flat 0 valley 400 | 600 | 0");
}

TEST_CASE("a child with periods is taken period by period, and a shortage is told") {
    CHECK(deduct_text("peak 500 flat 300 valley 400", {meter(streams_of("valley 100 peak 50"))}) ==
          "peak 450 flat 300 valley 300 | 150 | 0");
    CHECK(deduct_text("peak 500 flat 300 valley 400", {meter(streams_of("valley 100 peak 520"))}) ==
          "peak 0 flat 300 valley 300 | 620 | 20");
    CHECK(deduct_text("peak 500 flat 300", {meter(streams_of("sharp 7"))}) == "peak 500 flat 300 | 7 | 7");
    CHECK(deduct_text("peak 500 flat 300 valley 400", {meter(streams_of("total 1300"))}) ==
          "peak 0 flat 0 valley 0 | 1300 | 100");
    // The parent counts no periods.
    CHECK(deduct_text("total 100", {meter(streams_of("peak 30 valley 40"))}) == "total 30 | 70 | 0");
    CHECK(deduct_text("total 100", {meter(streams_of("peak 80 valley 40"))}) == "total 0 | 120 | 20");
}

TEST_CASE("gas at base conditions") {
    const GasState base{.temperature_micro = micro("293.15")};
    CHECK(base_volume(micro("1000"), base, base, kFine) == micro("1000"));
    // 1000 x 202.65 / 101.325 x 293.15 / 586.3 x 1 / 0.5
    CHECK(base_volume(micro("1000"), {micro("202.65"), micro("586.3"), micro("0.5")}, base, kFine) == micro("2000"));
    CHECK(base_volume(micro("100"), {micro("103.425"), micro("285.35")}, {}, kFine) == micro("103.074127"));
    CHECK(base_volume(micro("100"), {micro("103.425"), micro("285.35")}, {}, kWhole) == micro("103"));
    CHECK_THROWS_AS((void)base_volume(1, {0}, base, kFine), BugError);
    CHECK_THROWS_AS((void)base_volume(1, base, {.temperature_micro = 0}, kFine), BugError);
}

TEST_CASE("published losses, deductions and volumes") {
    const auto all = published_cases();
    if (!all) return;
    CHECK(each_case(*all, "cn-transformer-loss-", [](const auto&, const auto& input, const auto& expected) {
              const TransformerLoss loss = loss_of_case(input, kWhole);
              const auto check = [&](const char* key, std::int64_t got) {
                  if (expected.as_object().contains(key)) CHECK(got == micro_of(expected.at(key)));
              };
              check("iron_kWh", loss.iron_micro);
              check("copper_kWh", loss.copper_micro);
              check("no_load_kvarh", loss.no_load_micro);
              check("load_kvarh", loss.load_micro);
              if (!expected.as_object().contains("copper_exact")) return;
              const auto four = loss_of_case(input, {4, RoundingMode::half_up});
              CHECK(four.copper_micro == micro_of(expected.at("copper_exact")));
          }) >= 3);
    CHECK(each_case(*all, "gas-ptz", [](const auto&, const auto& input, const auto& expected) {
              const std::int64_t zero = micro("273.15");
              const GasState measured{micro_of(input.at("gauge_kPa")) + micro_of(input.at("atmosphere_kPa")),
                                      micro_of(input.at("gas_C")) + zero};
              const GasState base{.temperature_micro = micro_of(input.at("base_C")) + zero,
                                  .compressibility_micro = micro_of(input.at("Z_ratio"))};
              CHECK(base_volume(micro_of(input.at("Vm_m3")), measured, base, {4, RoundingMode::half_up}) ==
                    micro_of(expected.at("Vb_m3")));
          }) >= 1);
    CHECK(each_case(*all, "cn-deduct-fixed-ratio", [](const auto&, const auto& input, const auto& expected) {
              const StreamQuantity parent{tariff::kTotal, micro_of(input.at("parent_kWh"))};
              const Child child{.by = By::fixed_ratio, .ratio_e8 = micro_of(input.at("ratio_percent"))};
              const Deducted done = deduct({&parent, 1}, {&child, 1}, flat_first());
              CHECK(done.children.front() == micro_of(expected.at("child_kWh")));
              CHECK(done.parent.front().micro == micro_of(expected.at("parent_remaining_kWh")));
          }) == 1);
    CHECK(each_case(*all, "cn-deduct-tou-parent-flat-first", [](const auto&, const auto& input, const auto& expected) {
              std::vector<StreamQuantity> parent, left;
              for (const auto& pair : input.at("parent").as_object())
                  parent.push_back({tariff::stream_of(std::string(pair.key())), micro_of(pair.value())});
              for (const auto& pair : expected.at("parent_remaining").as_object())
                  left.push_back({tariff::stream_of(std::string(pair.key())), micro_of(pair.value())});
              const StreamQuantity read{tariff::kTotal, micro_of(input.at("child_kWh"))};
              const Child child{.by = By::meter, .read = {&read, 1}};
              CHECK(deduct(parent, {&child, 1}, flat_first()).parent == left);
          }) == 1);
}
