#include "billing/bill_page_of.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/ensure.hpp"
#include "billing/explain.hpp"
#include "document/bill_document.hpp"
#include "rating/rating_test_help.hpp"
#include "tariff/tariff_text.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

std::shared_ptr<const tariff::Plan> sample(const char* name) {
    const std::string path = std::string(MAINSPRING_SOURCE_DIR) + "/samples/tariffs/" + name;
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto plan = tariff::compile_tariff(text, path);
    REQUIRE(plan.has_value());
    plan->version_id = 71;
    return std::make_shared<const tariff::Plan>(std::move(*plan));
}

// One agreement with one register, billed from its first read to its second, and proven.
struct World {
    std::shared_ptr<const tariff::Plan> plan;
    tariff::Tariff tariff;
    std::vector<std::int16_t> numbers{1};
    std::vector<std::int64_t> first, second;
    std::vector<Read> reads;
    std::vector<Register> registers;
    std::vector<Installation> installations;
    std::vector<AgreementVersion> versions;
    Agreement agreement;
    Reference reference;
    RunRules rules;

    World(std::shared_ptr<const tariff::Plan> of, DateRange period, std::int64_t opening, std::int64_t closing)
        : plan(std::move(of)), first{opening}, second{closing} {
        tariff = {plan->key, {plan}};
        rules.period = period;
        const Unit unit = plan->commodity == Commodity::electricity ? Unit::kwh : Unit::cubic_metre;
        registers = {{1, tariff::kTotal, true, unit, 6, 3, 1'000'000, 0}};
        reads = {{period.from, Instant{period.from}, 501, 1, 'E', 'v', numbers, first},
                 {period.to, Instant{period.to}, 501, 2, 'C', 'v', numbers, second}};
        installations = {{{day("2020-01-01"), kForever}, 3, 501, 102'264'000, registers}};
        versions = {{{period.from, kForever}, 4, &tariff, tariff::CustomerClass::residential, 0, 1}};
        agreement = {31, 41, plan->commodity, "north", versions, installations, reads, {}};
        reference.calorific_values["north"] = {{day("2020-01-01"), 400'000}};
        reference.zones.emplace(plan->zone, Zone::named(plan->zone).value());
    }

    std::vector<std::uint8_t> bytes;
    AgreementCarry carry;
    Derivation bill(std::int32_t flags) {
        Section section;
        std::vector<Exception> exceptions;
        REQUIRE(build_section({agreement, nullptr, rules, reference, {}}, section, exceptions) ==
                SectionResult::billed);
        rating::RatedSection rated;
        rating::Rater rater;
        REQUIRE(rater.rate({section.dates, section.spans, section.pieces}, rated).has_value());
        BillHead head;
        head.cell_id = 1;
        head.account_id = 9;
        head.bill_seq = 2;
        head.replaces_seq = 1;
        head.period = section.dates;
        head.issued_on = section.dates.to + std::chrono::days{2};
        head.due_on = section.dates.to + std::chrono::days{16};
        head.currency = rated.currency;
        head.total_minor = rated.total_minor;
        head.flags = flags;
        const RatedAgreement proven{&section, &rated};
        bytes.clear();
        encode(head, std::span(&proven, 1), bytes);
        carry = section.carry_out;
        return decode_derivation(bytes);
    }

    BillNames names() const {
        BillNames names;
        names.utility.name = {"Severn", "塞文"};
        names.customer_name = "Ann Lee";
        names.account_number = "100-9";
        names.bill_number = "2026-17";
        names.replaces_number = "2026-11";
        names.points[41] = {"7 Mill Lane", "SP-41"};
        names.registers[{41, day("2020-01-01"), 3, 1}] = {"M501", "total", registers[0].unit, 1'000'000, 102'264'000};
        names.plans[71] = plan;
        names.carry.agreements = {carry};
        names.slip = document::PaymentSlip{{"Severn", ""}, "GB00", "100-9", "pay:2026-17"};
        return names;
    }
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a gas bill's page shows reads, conversion, charges and taxes as they were proven") {
    World world(sample("gb-severn-gas-2026.yaml"), {day("2026-01-01"), day("2026-02-01")}, 4'811'000'000,
                4'911'000'000);
    const Derivation bill = world.bill(0);
    const document::BillPage page = bill_page_of(bill, world.names());
    CHECK(page.total == "82.18");  // the tariff's first example
    CHECK(page.amount_due == "82.18");
    CHECK(page.due_on == "2026-02-17");
    CHECK(page.period_from == "2026-01-01");
    CHECK(page.period_to == "2026-01-31");
    REQUIRE(page.slip.has_value());
    REQUIRE(page.sections.size() == 1);
    const document::BillSection& section = page.sections[0];
    CHECK(section.commodity == document::CommodityName::gas);
    CHECK(section.service_point == "SP-41");
    REQUIRE(section.meters.size() == 1);
    CHECK(section.meters[0].serial == "M501");
    CHECK(section.meters[0].previous.kind == document::ReadKind::estimated);
    CHECK(section.meters[0].current.kind == document::ReadKind::customer);
    CHECK(section.meters[0].current.value == "4911");
    CHECK(section.meters[0].usage == "100");
    CHECK(section.meters[0].unit == "m³");
    REQUIRE(section.meter_notes.size() == 1);
    CHECK(section.meter_notes[0].en ==
          "100 m³ × volume factor 1.02264 × calorific value 40 MJ/m³ ÷ 3.6 = 1136.266667 kWh");
    REQUIRE(section.groups.size() == 2);
    const document::ChargeLine& standing = section.groups[0].lines[0];
    CHECK(standing.text.en == "Standing charge");
    CHECK(standing.quantity + standing.unit == "31days");
    CHECK(standing.price == "0.3512");
    CHECK(standing.amount == "10.89");
    CHECK(standing.to == "2026-01-31");
    CHECK(section.groups[0].subtotal == "78.27");
    CHECK(section.groups[1].kind == document::GroupKind::taxes);
    CHECK(section.groups[1].lines[0].quantity == "78.27");
    CHECK(section.groups[1].lines[0].price == "5 %");
    CHECK(section.groups[1].subtotal == "3.91");
    REQUIRE(section.chart.bars.size() == 1);
    CHECK(section.chart.bars[0].kind == document::BarKind::current);
    CHECK(section.chart.bars[0].label == "2026-01");
    CHECK(section.chart.bars[0].value == "1136");
    CHECK(page.tariffs == std::vector<std::string>{"Household gas 2026 (2026-01-01)"});
    REQUIRE(page.messages.size() == 1);
    CHECK(holds(page.messages[0].en, "2026-11"));
}

TEST_CASE("a bill of the page prints") {
    World world(sample("gb-severn-gas-2026.yaml"), {day("2026-01-01"), day("2026-02-01")}, 4'811'000'000,
                4'911'000'000);
    const Derivation bill = world.bill(kEstimated | kFinal | kZeroUse);
    const document::BillPage page = bill_page_of(bill, world.names());
    CHECK(page.messages.size() == 4);
    const auto file = std::filesystem::temp_directory_path() / "mainspring_bill_page_of_test.pdf";
    document::BillDocument document(file, {"One", "Severn", page.issued_on});
    CHECK(document.add(page).value() == 1);
    CHECK(document.finish().bytes > 5000);
    std::filesystem::remove(file);
}

TEST_CASE("tiers are named in both languages") {
    World world(sample("cn-qianhu-residential-step-2026.yaml"), {day("2026-07-01"), day("2026-08-01")}, 0, 300'000'000);
    const Derivation bill = world.bill(0);
    BillNames names = world.names();
    names.language = document::Language::zh;
    const document::BillPage page = bill_page_of(bill, names);
    CHECK(page.total == "164.90");
    const auto& lines = page.sections[0].groups[0].lines;
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].text.en == "Energy, tier 2");
    CHECK(lines[1].text.zh == "电度电费（第 2 档）");
    CHECK(lines[1].quantity == "70");
    CHECK(lines[1].price == "0.588");
    CHECK(lines[1].amount == "41.16");
    CHECK(page.sections[0].groups[0].subtotal.empty());
    CHECK(page.tariffs[0] == "居民生活用电（月阶梯） 2026 (2026-01-01)");
}

TEST_CASE("nothing to pay: no slip and no due date; a credit note says what it takes back") {
    World world(sample("cn-qianhu-residential-step-2026.yaml"), {day("2026-07-01"), day("2026-08-01")}, 0, 300'000'000);
    Derivation bill = world.bill(0);
    BillNames names = world.names();
    names.amount_due = "0.00";
    CHECK(!bill_page_of(bill, names).slip.has_value());
    names.amount_due = "-3.10";
    CHECK(bill_page_of(bill, names).due_on.empty());
    bill.head.kind = BillKind::cancellation;
    bill.head.cancels_seq = 1;
    names.cancels_number = "2026-12";
    const document::BillPage note = bill_page_of(bill, names);
    const auto& line = note.sections.at(0).groups.at(0).lines.at(1);
    CHECK(line.quantity == "-70");
    CHECK(line.price == "0.588");
    CHECK(line.amount == "-41.16");
    CHECK(note.sections[0].total == "-164.90");
    CHECK(note.sections[0].meters.empty());
    CHECK(note.sections[0].chart.bars.empty());
    CHECK(note.kind == document::PageKind::credit_note);
    CHECK(note.messages[0].en == "This credit note takes back bill no. 2026-12 in full.");
    CHECK(!note.slip.has_value());
}

TEST_CASE("a replacement bill says what it replaces, the amount before and the difference") {
    World world(sample("cn-qianhu-residential-step-2026.yaml"), {day("2026-07-01"), day("2026-08-01")}, 0, 300'000'000);
    const Derivation bill = world.bill(0);
    BillNames names = world.names();
    names.replaced_minor = 100'00;
    const auto message = bill_page_of(bill, names).messages.at(0);
    CHECK(holds(message.en, "replaces bill no. 2026-11 of 100.00 CNY"));
    CHECK(holds(message.en, "Now: 164.90 CNY; difference: +64.90 CNY."));
    CHECK(holds(message.zh, "原金额 100.00 CNY"));
    CHECK(holds(message.zh, "差额 +64.90 CNY"));
}

TEST_CASE("the explanation computes every line before the reader's eyes") {
    World world(sample("gb-severn-gas-2026.yaml"), {day("2026-01-01"), day("2026-02-01")}, 4'811'000'000,
                4'911'000'000);
    const Derivation bill = world.bill(kFinal);
    const std::string text = explain_text(bill, world.names(), sha256_of(world.bytes));
    for (const auto* part : {
             "Bill 2026-17, account 100-9",
             "Replaces bill 1 (no. 2026-11)",
             "Flags: final",
             "Agreement version 4 of 2026-01-01",
             "Tariff gb-severn-gas version 2026 (id 71, from 2026-01-01)",
             "2026-02-01 read at 2026-02-01 00:00:00Z, version 2, quality C: 4911",
             "M501 register 1 (total) [2026-01-01, 2026-02-01): (4911 − 4811) × 1 = 100 m3",
             "Calorific value of zone north from 2020-01-01 version 1",
             "× volume factor 1.02264 × 40 MJ/m3 ÷ 3.6 → half_up 0.000001 → 1136.266667 kWh",
             "1. Standing charge [standing, fixed_per_day] [2026-01-01, 2026-02-01) 31 days",
             "31 days × 0.3512 = 10.8872 → half_up 0.01 → 10.89",
             "1136.266667 kWh × 0.0593 = 67.3806133531 → half_up 0.01 → 67.38",
             "78.27 × 5 % = 3.9135 → half_up 0.01 → 3.91",
             "Total 82.18 GBP",
         }) {
        CHECK_MESSAGE(holds(text, part), part, "\n", text);
    }
    CHECK(!holds(text, "!!"));
    CHECK(text.size() - text.find("SHA-256 ") == 8 + 64 + 1);
}

TEST_CASE("the explanation for programs has the same figures as texts") {
    World world(sample("gb-severn-gas-2026.yaml"), {day("2026-01-01"), day("2026-02-01")}, 4'811'000'000,
                4'911'000'000);
    const Derivation bill = world.bill(kFinal);
    const std::string json = explain_json(bill, world.names(), sha256_of(world.bytes));
    for (const auto* part : {
             R"("replaces": "2026-11")",
             R"("final": true)",
             R"("on": "2026-02-01", "source": "read", "read_at": "2026-02-01T00:00:00Z", "version": 2, "quality": "C")",
             R"("values_by_register": {"1": "4911"})",
             R"("volume_factor": "1.02264", "calorific_value": "40", "billed": "1136.266667")",
             R"("calorific_values": [{"gas_zone": "north", "valid_from": "2020-01-01", "version": 1}])",
             R"("price": "0.0593", "exact": "67.3806133531", "rounding": {"mode": "half_up", "step": "0.01"})",
             R"("quantity": "78.27", "unit": "GBP", "price": "5 %", "exact": "3.9135")",
             R"("posting": {"receivable": "receivable.tax", "account": "tax.vat"})",
             R"("total": "82.18", "sha256": ")",
         }) {
        CHECK_MESSAGE(holds(json, part), part, "\n", json);
    }
}

TEST_CASE("the rows that like days were taken from are shown beside those of the section") {
    World world(sample("gb-severn-gas-2026.yaml"), {day("2026-01-01"), day("2026-02-01")}, 4'811'000'000,
                4'911'000'000);
    Derivation bill = world.bill(0);
    ProvenSection& section = bill.sections[0];
    const Instant start{day("2026-01-07")}, before = start - std::chrono::days{7};
    section.channels.push_back({.installed_from = section.meters[0].installed_from,
                                .installation_version = section.meters[0].installation_version,
                                .register_no = 1,
                                .values = 24,
                                .estimated_like_day = 3,
                                .rows = {{start, 2}},
                                .like_rows = {{before, 4}}});
    const std::string text = explain_text(bill, world.names(), Sha256{});
    CHECK_MESSAGE(holds(text,
                        "    from 2026-01-07 00:00:00Z version 2\n"
                        "    like days: from 2025-12-31 00:00:00Z version 4\n"),
                  text);
    const std::string json = explain_json(bill, world.names(), Sha256{});
    CHECK_MESSAGE(holds(json, R"("rows": [{"start": "2026-01-07T00:00:00Z", "version": 2}], )"
                              R"("like_day_rows": [{"start": "2025-12-31T00:00:00Z", "version": 4}])"),
                  json);
}

namespace {

std::shared_ptr<const tariff::Plan> inclusive_plan() {
    auto plan = *rating::testing::plan_of(
        {.head = "rounding: {bill: {step: '0.05', carry: true}}\n",
         .charges = "energy energy_flat price: '1.2'\nvat tax percent: '20', of: [energy], inclusive: true, "
                    "contained_in: revenue.net, round: {step: '0.01', mode: ceiling}\n"
                    "sst tax percent: '8', of: [energy], above: '60'\n"
                    "most maximum amount: '50', of: [energy]"});
    plan.version_id = 71;
    return std::make_shared<const tariff::Plan>(std::move(plan));
}

}  // namespace

TEST_CASE("a bill whose prices contain the tax shows net, tax and their sum; taxes on a share and a maximum are told") {
    World world(inclusive_plan(), {day("2026-01-01"), day("2026-02-01")}, 0, 80'110'000);
    const Derivation bill = world.bill(0);
    // energy 96.13; VAT 16.0217 up; tax 96.13 x 8 % x 20.11/80.11 = 1.93; at most 50
    const document::BillPage page = bill_page_of(bill, world.names());
    const auto& groups = page.sections.at(0).groups;
    REQUIRE(groups.size() == 2);
    REQUIRE(groups[0].lines.size() == 4);
    CHECK(groups[0].lines[1].text.en == "vat, contained in the charges");
    CHECK(groups[0].lines[1].amount == "-16.03");
    CHECK(groups[0].subtotal == "33.99");  // with the rounding, 0.02
    REQUIRE(groups[1].lines.size() == 2);
    CHECK(groups[1].lines[0].amount == "16.03");
    CHECK(groups[1].subtotal == "17.96");
    CHECK(page.total == "51.95");

    const std::string text = explain_text(bill, world.names(), Sha256{});
    for (const auto* part : {
             "96.13 × 20 % × 5/6 = 16.02166666666666… → ceiling 0.01 → 16.03",
             "96.13 × 20 % × 5/6 = 16.02166666666666… → ceiling 0.01 → -16.03",
             "96.13 × 8 % × 2011/8011 = ",
             "at most 50 a month → half_up 0.01 → 50.00 − 96.13 = -46.13",
         })
        CHECK_MESSAGE(holds(text, part), part, "\n", text);
    CHECK(!holds(text, "!!"));
    const std::string json = explain_json(bill, world.names(), Sha256{});
    for (const auto* part : {
             R"("posting": {"receivable": "receivable.electricity", "account": "revenue.net"})",
             R"("times": "5/6")",
             R"("maximum": "50")",
         })
        CHECK_MESSAGE(holds(json, part), part, "\n", json);
}

TEST_CASE("the explanation says what was carried to the bill") {
    World world(inclusive_plan(), {day("2026-01-01"), day("2026-02-01")}, 0, 80'110'000);
    Derivation bill = world.bill(0);
    rating::Line& line = bill.sections[0].lines.back();
    line.price_e8 = -2'000'000;
    CHECK(holds(explain_text(bill, world.names(), Sha256{}), "sum 51.93 + -0.02 carried to it → half_up 0.05 → "));
    CHECK(holds(explain_json(bill, world.names(), Sha256{}), R"("carried": "-0.02")"));
}

TEST_CASE("the explanation of usage at published prices names the series and their mean") {
    auto plan = *rating::testing::plan_of(
        {.charges = "energy energy_flat price: '1'\nspot energy_indexed series: day_ahead, until: 2025-01-01"});
    plan.version_id = 71;
    World world(std::make_shared<const tariff::Plan>(std::move(plan)), {day("2026-01-01"), day("2026-02-01")}, 0,
                10'000'000);
    Derivation bill = world.bill(0);
    bill.sections[0].lines.push_back(
        {.clause = 1, .segment = 0, .quantity_micro = 13'000'000, .price_e8 = 17'692'308, .amount_minor = 230});
    CHECK(holds(explain_text(bill, world.names(), Sha256{}),
                "13 kWh interval by interval at the prices day_ahead, on average 0.17692308 → half_up 0.01 → 2.30\n"));
    CHECK(holds(explain_json(bill, world.names(), Sha256{}), R"("price": "0.17692308")"));
}

TEST_CASE("a line that does not follow from its own numbers is marked") {
    World world(sample("gb-severn-gas-2026.yaml"), {day("2026-01-01"), day("2026-02-01")}, 4'811'000'000,
                4'911'000'000);
    Derivation bill = world.bill(0);
    bill.sections[0].lines[0].amount_minor += 1;
    CHECK(holds(explain_text(bill, world.names(), Sha256{}), "→ 10.90  !! computed again: 10.89"));
    BillNames names = world.names();
    names.plans.clear();
    CHECK_THROWS_AS(explain_text(bill, names, Sha256{}), BugError);
}
