#include "billing/line_text.hpp"

#include <doctest/doctest.h>

#include "tariff/tariff_text.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

constexpr const char* kTariff =
    "tariff: industry\nversion: '1'\nname: {en: Industry}\ncommodity: electricity\nunit: kWh\ncurrency: CNY\n"
    "zone: Asia/Shanghai\neffective: 2026-01-01\nclasses: [industrial]\nsource: {document: test}\n"
    "demands: {md: {unit: kVA, window: 15}}\n"
    "charges:\n"
    "  - {clause: most, kind: demand, name: {en: Demand, zh: 需量}, account: revenue, of: md, proration: days_30, "
    "tiers: [{upto: '100', price: '36.1'}, {price: '72.2'}]}\n"
    "  - {clause: factor, kind: power_factor, name: {en: Power factor, zh: 力调}, account: revenue, of: [most], "
    "table: [{from: '0', percent: '2.5'}]}\n"
    "examples:\n  - {name: none, origin: hand, working: none, from: 2026-01-01, to: 2026-02-01, "
    "usage: {total: '0'}, peaks: {md: '0'}, lines: {rounding: '0'}, total: '0'}\n";

tariff::Plan plan() {
    auto plan = tariff::compile_tariff(kTariff, "test.yaml");
    if (!plan) FAIL(tariff::text_of(plan.error()));
    return std::move(*plan);
}

}  // namespace

TEST_CASE("a demand line says its tier, its months, and kVA") {
    const auto line = rating::Line{.segment = 0,
                                   .part = 2,
                                   .quantity_micro = 30'000'000,
                                   .price_e8 = 7'220'000'000,
                                   .numerator = 7,
                                   .denominator = 10,
                                   .amount_minor = 151'620};
    const LineText text = text_of_line(plan(), line, Unit::kwh);
    CHECK(text.en == "Demand, tier 2 × 7/10");
    CHECK(text.zh == "需量（第 2 档） × 7/10");
    CHECK(text.quantity == "30");
    CHECK(text.unit == "kVA");
    CHECK(text.price == "72.20");
}

TEST_CASE("a power factor line says the factor, the base and the percent") {
    const auto line = rating::Line{
        .clause = 1, .quantity_micro = 850'000, .base_minor = 151'620, .price_e8 = 2'500'000, .amount_minor = 3'791};
    const LineText text = text_of_line(plan(), line, Unit::kwh);
    CHECK(text.en == "Power factor, 0.85");
    CHECK(text.zh == "力调（0.85）");
    CHECK(text.quantity == "1516.20");
    CHECK(text.unit == "CNY");
    CHECK(text.price == "2.5 %");
    CHECK(rounded_minor(plan().clauses[1], line,
                        exact_amount(tariff::ClauseKind::power_factor, line, plan().currency).value(),
                        plan().currency) == 3'791);
}
