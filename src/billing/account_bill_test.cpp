// A whole account: what holds it back, what its bill says, and that every cause has a case.
#include "billing/account_bill.hpp"

#include "billing/billing_test_help.hpp"
#include "billing/explain.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

namespace {

constexpr Currency kYuan{{'C', 'N', 'Y'}};

ledger::Chart chart() {
    using ledger::AccountKind;
    return ledger::Chart({{1110, "receivable.electricity", "R", AccountKind::asset, true},
                          {2110, "customer_credit", "C", AccountKind::liability, true},
                          {4110, "revenue", "S", AccountKind::revenue, false},
                          {5910, "rounding", "D", AccountKind::expense, false}});
}

// The run that bills these supplies as one account, by agreements 5, 6, …
struct Office {
    explicit Office(const std::vector<Supply*>& supplies) {
        std::vector<const tariff::Plan*> plans;
        for (auto* supply : supplies) {
            agreements.push_back(supply->facts());
            agreements.back().agreement_id = 4 + static_cast<std::int64_t>(agreements.size());
            for (const auto& version : supply->versions)
                if (version.tariff != nullptr)
                    for (const auto& plan : version.tariff->versions) plans.push_back(plan.get());
            accepted.insert(accepted.end(), supply->accepted.begin(), supply->accepted.end());
        }
        context.rules = supplies.front()->rules;
        context.reference = supplies.front()->reference;
        const auto postings = PostingMap::make(plans, chart());
        REQUIRE(postings.has_value());
        context.postings = *postings;
        context.issued_on = day("2026-02-05");
        context.due_on = day("2026-02-25");
        biller.emplace(context, 1);
    }
    // "billed 155.00"; "held: no_meter"; "nothing".
    std::string bill(const Carried* carried = nullptr) {
        if (carried != nullptr) chain.carry.agreements = {carry_of(*carried)};
        const Account account{7, 3, kYuan, agreements};
        const auto outcome = biller->bill({account, chain, accepted, purpose}, ready, exceptions);
        if (outcome == AccountBiller::Outcome::nothing_to_bill) return "nothing";
        if (outcome == AccountBiller::Outcome::billed) {
            CHECK(exceptions.empty());
            return "billed " + format_money({ready.head.total_minor, kYuan});
        }
        std::string text = "held:";
        for (const auto& exception : exceptions) text += " " + std::string(text_of(exception.cause));
        return text;
    }

    RunContext context;
    std::vector<Agreement> agreements;
    std::vector<Acceptance> accepted;
    BillChain chain;
    BillPurpose purpose;
    std::optional<AccountBiller> biller;
    ReadyBill ready;
    std::vector<Exception> exceptions;
};

void metered(Supply& supply, const tariff::Tariff& tariff, const char* reads = "2026-01-01 1000; 2026-02-01 1310") {
    supply.supplied("2026-01-01", "2200-01-01", tariff).meter({}).read(reads);
}

std::string billed(const tariff::Tariff& tariff, Cause accepted = Cause::no_meter) {
    Supply supply;
    metered(supply, tariff);
    supply.accept(accepted);
    return Office({&supply}).bill();
}

const tariff::Tariff& refund() {
    static const auto tariff = tariff_of({{.charges = "energy energy_flat price: '-0.5'"}});
    return tariff;
}

// A day of 24 hours, 1 kWh each, at the prices of the series `spot`.
void indexed_day(Supply& supply) {
    static const auto tariff = tariff_of({{.charges = "energy energy_indexed series: spot"}});
    supply.period("2026-01-05", "2026-01-06").supplied("2026-01-05", "2200-01-01", tariff);
    supply.meter({.registers = {hourly()}}).hours("2026-01-05", "24*1");
}

// One case a cause, as the exceptions of the bill say it.
// tidy: flat-list
std::string cause_shown(Cause cause) {
    Supply supply;
    const auto january = [&](const char* read, const Carried& carried = {}) {
        supply.supplied("2020-01-01").meter({}).read(std::string("2026-02-01 ") + read);
        return Office({&supply}).bill(&carried);
    };
    switch (cause) {
        case Cause::no_tariff: {
            metered(supply, flat_tariff());
            supply.versions[0].tariff = nullptr;
            return Office({&supply}).bill();
        }
        case Cause::no_tariff_version:
            return billed(tariff_of({{.effective = "2026-01-02", .charges = "energy energy_flat price: '0.5'"}}));
        case Cause::class_not_allowed:
            return billed(changed(flat_tariff(), [](tariff::Plan& plan) { plan.classes = 0; }));
        case Cause::currency_changed:
            return billed(tariff_of({{.head = "currency: GBP\n", .charges = "energy energy_flat price: '0.5'"}}));
        case Cause::unit_changed: {
            const auto by_volume = changed(flat_tariff(), [](tariff::Plan& plan) { plan.unit = Unit::cubic_metre; });
            supply.supplied("2026-01-01", "2026-01-10").supplied("2026-01-10", "2200-01-01", by_volume).meter({});
            supply.read("2026-01-01 1000; 2026-02-01 1300");
            return Office({&supply}).bill();
        }
        case Cause::fact_missing:
            return billed(tariff_of({{.head = "facts: {contract_kw: {unit: kW}}\n",
                                      .charges = "capacity fixed_per_day price: '1', times: contract_kw"}}));
        case Cause::register_missing:
            return billed(tariff_of({{.head = "calendar:\n  periods:\n    - {period: peak, hours: [\"08:00-12:00\"]}\n"
                                              "    - {period: valley}\n",
                                      .charges = "energy energy_time_of_use prices: {peak: '1', valley: '0.5'}"}}));
        case Cause::intervals_missing: return billed(tariff_of({{.charges = "energy energy_indexed series: spot"}}));
        case Cause::price_missing: {
            Supply hours;
            indexed_day(hours);
            return Office({&hours}).bill();
        }
        case Cause::input_missing:
            return billed(tariff_of({{.charges = "energy energy_flat formula: {text: 'fuel / 2', inputs: [fuel]}"}}));
        case Cause::usage_missing: {  // the meter hangs there, but nothing of it is billed
            Register checked = dial();
            checked.billed = false;
            supply.supplied("2026-01-01").meter({.registers = {checked}}).read("2026-01-01 0; 2026-02-01 1");
            return Office({&supply}).bill();
        }
        case Cause::no_meter: return Office({&supply.supplied("2026-01-01")}).bill();
        case Cause::opening_read_missing: return Office({&supply.supplied("2026-01-01").meter({})}).bill();
        case Cause::boundary_read_missing: {
            supply.supplied("2026-01-01").meter({.to = "2026-01-15"}).meter({.device = 2, .from = "2026-01-15"});
            supply.read("2026-01-01 1000; 2026-02-01 #2 50");
            return Office({&supply}).bill();
        }
        case Cause::suspect_read: return january("1300 s");
        case Cause::read_backward: return january("900");
        case Cause::read_beyond_dials: return january("10000");
        case Cause::below_estimate: return january("900", {.estimates = 1});
        case Cause::no_history: {
            const Carried none{.history = ""};
            return Office({&supply.supplied("2020-01-01").meter({})}).bill(&none);
        }
        case Cause::estimated_too_long: {
            const Carried twice{.estimates = 2};
            return Office({&supply.supplied("2020-01-01").meter({})}).bill(&twice);
        }
        case Cause::unit_mismatch: {
            Register reactive = dial();
            reactive.unit = Unit::kvarh;
            supply.supplied("2026-01-01").meter({.registers = {reactive}}).read("2026-01-01 0; 2026-02-01 1");
            return Office({&supply}).bill();
        }
        case Cause::no_calorific_value: {
            Register volume = dial();
            volume.unit = Unit::cubic_metre;
            supply.agreement.commodity = Commodity::gas;
            supply.supplied("2026-01-01").meter({.registers = {volume}}).read("2026-01-01 0; 2026-02-01 1");
            return Office({&supply}).bill();
        }
        case Cause::sub_meter_missing:
            metered(supply, flat_tariff());
            return Office({&supply.near(51).relation("50 51 meter")}).bill();
        case Cause::master_meter_missing:
            supply.supplied("2026-01-01").near(49).relation("49 50 ratio 0.1");
            return Office({&supply}).bill();
        case Cause::sub_meters_exceed:
            metered(supply, flat_tariff());
            return Office({&supply.near(51).relation("50 51 quantity 1000000")}).bill();
        case Cause::intervals_adjusted: {
            indexed_day(supply);
            supply.conditions.push_back({.line_loss_e8 = 1'000'000, .transformer = {}, .gas = {}});
            supply.installations[0].conditions = &supply.conditions[0];
            return Office({&supply}).bill();
        }
        case Cause::interval_gap:
            return Office({&supply.supplied("2026-01-01").meter({.registers = {hourly()}})}).bill();
        case Cause::beyond_range: {
            Register huge = dial();
            huge.dials = 12;
            huge.multiplier_e6 = 100'000'000'000'000;
            supply.supplied("2026-01-01").meter({.registers = {huge}}).read("2026-01-01 0; 2026-02-01 999999999999");
            return Office({&supply}).bill();
        }
        case Cause::use_high: return january("2000");
        case Cause::use_low: return january("1001");
        case Cause::use_zero: return january("1000");
        case Cause::bill_negative: return billed(refund());
    }
    return "no case";
}

}  // namespace

TEST_CASE("every cause has a case") {
    int causes = 0;
    for (auto cause = Cause::no_tariff; cause <= Cause::bill_negative;
         cause = static_cast<Cause>(static_cast<std::uint8_t>(cause) + 1), ++causes) {
        CHECK(cause_shown(cause) == fmt::format("held: {}", text_of(cause)));
        CHECK(cause_of(text_of(cause)) == cause);
    }
    CHECK(causes == 32);
    CHECK_FALSE(cause_of("no_reason").has_value());
}

TEST_CASE("usage at published prices: of the tariff's zone, and pinned by day and version") {
    Supply supply;
    indexed_day(supply);
    const std::vector<std::int64_t> prices(48, 25'000'000);
    supply.reference.published.series = {{"spot", "Asia/Shanghai", 60, day("2026-01-04"), prices, {1, 3}}};
    Office office({&supply});
    CHECK(office.bill() == "billed 6.00");
    const Derivation proof = decode_derivation(office.ready.derivation);
    CHECK(proof.sections.at(0).published.prices == std::vector<PublishedPin>{{"spot", day("2026-01-05"), 3}});
    CHECK(proof.sections[0].published.inputs.empty());
    BillNames names;
    names.plans[0] = supply.versions[0].tariff->versions.front();
    names.registers[{50, day("2020-01-01"), 1, 1}] = {"M1", "total", Unit::kwh};
    CHECK(explain_text(proof, names, office.ready.sha256)
              .find("  Prices of spot [2026-01-05, 2026-01-06) 1 days version 3\n") != std::string::npos);
    supply.reference.published.series[0].zone = "Europe/London";
    CHECK(Office({&supply}).bill() == "held: price_missing");
    supply.reference.published.series[0].zone = "Asia/Shanghai";
    supply.reference.published.series[0].e8.back() = rating::kNoPrice;
    CHECK(Office({&supply}).bill() == "held: price_missing");
}

TEST_CASE("an exception names the price or value that is missing") {
    const auto detail = [](Supply& supply) {
        Office office({&supply});
        CHECK(office.bill().ends_with("_missing"));
        return office.exceptions.at(0).detail;
    };
    Supply hours;
    indexed_day(hours);
    CHECK(detail(hours) == "2026-01-05 to 2026-01-06: nothing is published of spot");
    auto& series = hours.reference.published.series;
    series = {{"spot", "Asia/Shanghai", 60, day("2026-01-04"), std::vector<std::int64_t>(24, 1), {1}}};
    CHECK(detail(hours) == "2026-01-05 to 2026-01-06: no price of spot on 2026-01-05");
    series[0].e8.resize(48, 1);
    series[0].e8[40] = rating::kNoPrice;
    series[0].versions = {1, 1};
    CHECK(detail(hours) == "2026-01-05 to 2026-01-06: no price of spot on 2026-01-05");
    series[0].zone = "Europe/London";
    CHECK(detail(hours) == "2026-01-05 to 2026-01-06: spot is of zone Europe/London");

    static const auto tariff =
        tariff_of({{.charges = "energy energy_flat formula: {text: 'fx / fuel', inputs: [fuel, fx]}"}});
    Supply fuelled;
    metered(fuelled, tariff);
    auto& inputs = fuelled.reference.published.inputs;
    inputs = {{"fuel", day("2026-01-01"), 0, 1}};
    CHECK(detail(fuelled) == "2026-01-01 to 2026-02-01: no value of fx for 2026-01");
    inputs.push_back({"fx", day("2026-01-01"), 1, 1});
    CHECK(detail(fuelled) == "2026-01-01 to 2026-02-01: fx / fuel divides by zero for 2026-01");
    static const auto spot = tariff_of({{.charges = "energy energy_indexed series: spot"}});
    Supply registers;
    metered(registers, spot);
    CHECK(detail(registers) == "2026-01-01 to 2026-02-01: clause energy on days from 2026-01-01");
    static const auto peak = tariff_of({{.charges = "net energy_flat of: export, price: '1'"}});
    Supply plain;
    metered(plain, peak);
    CHECK(detail(plain) == "2026-01-01 to 2026-02-01: clause net needs export on days from 2026-01-01");
    static const auto contract = tariff_of({{.head = "facts: {contract_kw: {unit: kW}}\n",
                                             .charges = "fee fixed_per_day price: '1', times: contract_kw"}});
    Supply stated;
    metered(stated, contract);
    CHECK(detail(stated) == "2026-01-01 to 2026-02-01: clause fee needs contract_kw on days from 2026-01-01");
}

TEST_CASE("prices by formula over published values") {
    static const auto tariff =
        tariff_of({{.charges = "energy energy_flat formula: {text: 'fuel / 2', inputs: [fuel], lag: 1}"}});
    Supply supply;
    metered(supply, tariff);
    supply.reference.published.inputs = {{"fuel", day("2025-12-01"), 100'000'000, 2}};
    Office office({&supply});
    CHECK(office.bill() == "billed 155.00");
    const Derivation proof = decode_derivation(office.ready.derivation);
    CHECK(proof.sections.at(0).published.inputs == std::vector<PublishedPin>{{"fuel", day("2025-12-01"), 2}});
    CHECK(proof.sections[0].published.prices.empty());
    BillNames names;
    names.plans[0] = tariff.versions.front();
    CHECK(explain_text(proof, names, office.ready.sha256).find("  Value of fuel for 2025-12 version 2\n") !=
          std::string::npos);
    CHECK(explain_json(proof, names, office.ready.sha256)
              .find(R"("prices": [], "inputs": [{"name": "fuel", "month": "2025-12-01", "version": 2}])") !=
          std::string::npos);
    supply.reference.published.inputs[0].month = day("2026-01-01");
    CHECK(Office({&supply}).bill() == "held: input_missing");
}

TEST_CASE("an amount beyond range holds its account alone") {
    static const auto dear = tariff_of({{.charges = "energy energy_flat price: '90000000000'"}});
    CHECK(billed(dear) == "held: beyond_range");  // 310 x 9e10: fits 64 bits, but is no sum for a book
    CHECK(billed(flat_tariff()) == "billed 155.00");
    // Two pieces that fit, and a sum that does not.
    Register huge = dial();
    huge.dials = 12;
    huge.multiplier_e6 = 6'000'000;
    Supply supply;
    supply.supplied("2026-01-01").meter({.registers = {huge}});
    supply.read("2026-01-01 0; 2026-01-10 900000000000; 2026-02-01 800000000000");
    CHECK(Office({&supply}).bill() == "held: read_backward");
    Supply sum;
    sum.supplied("2026-01-01").meter({.registers = {huge}}).meter({.device = 2, .from = "2200-01-01"});
    sum.read("2026-01-01 0; 2026-01-10 999999999999; 2026-02-01 900000000000");
    CHECK(Office({&sum}).bill() == "held: beyond_range");
}

TEST_CASE("the bill of an account") {
    Supply supply;
    metered(supply, flat_tariff());
    Office office({&supply});
    office.chain.last_seq = 4;
    CHECK(office.bill() == "billed 155.00");
    const BillHead expected{1,
                            7,
                            5,
                            BillKind::bill,
                            0,
                            0,
                            {day("2026-01-01"), day("2026-02-01")},
                            day("2026-02-05"),
                            day("2026-02-25"),
                            kYuan,
                            155'00,
                            0};
    CHECK(office.ready.head == expected);
    CHECK(office.ready.legs == std::vector<Leg>{{1110, 155'00}, {4110, -155'00}});
    CHECK(office.ready.sha256 == sha256_of(office.ready.derivation));
    CHECK(office.biller->totals().by_plan().begin()->second[0].amount_minor == 155'00);

    office.purpose.replaces_seq = 4;
    CHECK(office.bill() == "billed 155.00");
    CHECK(office.ready.head.flags == kCorrected);
}

TEST_CASE("flags of a bill") {
    Supply estimated, last, zero;
    estimated.supplied("2020-01-01").meter({});
    Office office({&estimated});
    const Carried carried;
    CHECK(office.bill(&carried) == "billed 155.00");
    CHECK(office.ready.head.flags == kEstimated);

    last.supplied("2020-01-01", "2026-01-15").meter({}).read("2026-01-15 1100");
    CHECK(Office({&last}).bill(&carried) == "billed 50.00");
    Office final_office({&last});
    final_office.bill(&carried);
    CHECK(final_office.ready.head.flags == kFinal);

    metered(zero, flat_tariff(), "2026-01-01 5; 2026-02-01 5");
    Office zero_office({&zero});
    CHECK(zero_office.bill() == "billed 0.00");
    CHECK(zero_office.ready.head.flags == kZeroUse);
    CHECK(zero_office.ready.legs.empty());
}

TEST_CASE("several agreements: one bill, or none when one is wrong") {
    Supply first, second, third;
    metered(first, flat_tariff());
    metered(second, flat_tariff(), "2026-01-01 0; 2026-02-03 20");
    Office both({&first, &second});
    CHECK(both.bill() == "billed 165.00");
    CHECK(both.ready.head.period == DateRange{day("2026-01-01"), day("2026-02-03")});
    Carry carry;
    decode(both.ready.carry, carry);
    REQUIRE(carry.agreements.size() == 2);
    CHECK(carry.agreements[1].billed_through == day("2026-02-03"));

    third.supplied("2026-01-01");
    CHECK(Office({&first, &third, &second}).bill() == "held: no_meter");

    // One that has nothing to bill this time keeps its carry.
    Supply later;
    later.supplied("2026-02-01").meter({});
    Office partly({&later, &second});
    const Carried old{.through = "2026-02-01", .value = "77"};
    CHECK(partly.bill(&old) == "billed 10.00");
    decode(partly.ready.carry, carry);
    REQUIRE(carry.agreements.size() == 2);
    CHECK(carry.agreements[0] == carry_of(old));
    CHECK(Office({&later}).bill() == "nothing");
}

TEST_CASE("what charges have left comes into the proof and goes on to the next bill") {
    Supply supply;
    metered(supply, flat_tariff());
    Office office({&supply});
    const std::string ordinary = office.bill();
    const auto without = office.ready.derivation;
    CHECK(without[0] == 1);
    auto carry = carry_of({});
    carry.left.counters = {{"energy", day("2026-01-01"), 3, micro("2600")}, {"old", day("2025-02-01"), 0, 1}};
    carry.left.demands = {{"demand", {day("2025-12-01"), day("2026-01-01")}, micro("310")}};
    office.chain.carry.agreements = {carry};
    CHECK(office.bill() == ordinary);
    const Derivation proof = decode_derivation(office.ready.derivation);
    CHECK(proof.sections.at(0).left_before == carry.left);
    Carry next;
    decode(office.ready.carry, next);
    REQUIRE(next.agreements.size() == 1);
    CHECK(next.agreements[0].left.demands == carry.left.demands);
    REQUIRE(next.agreements[0].left.counters.size() == 1);  // the other's year is over
    CHECK(next.agreements[0].left.counters[0].clause == "energy");
    CHECK(next.agreements[0].left.counters[0].version_id == 0);  // no version of the tariff has the id

    BillNames names;
    names.plans[0] = flat_tariff().versions.front();
    const std::string text = explain_text(proof, names, office.ready.sha256);
    CHECK(text.find("Counted before: energy 2600 since 2026-01-01, last for tariff version id 3\n") !=
          std::string::npos);
    CHECK(text.find("Measured before: demand 310 in [2025-12-01, 2026-01-01) 31 days\n") != std::string::npos);
    const std::string json = explain_json(proof, names, office.ready.sha256);
    CHECK(json.find(
              R"("demands": [{"charge": "demand", "from": "2025-12-01", "to": "2026-01-01", "measured": "310"}])") !=
          std::string::npos);
}

TEST_CASE("the proof and the page show what a maximum register said") {
    const auto tariff = changed(flat_tariff(), [](tariff::Plan& plan) {
        plan.demands = {{.name = "md", .stream = tariff::stream_of("md"), .periods = {}, .unit = Unit::kw}};
    });
    Register highest = dial(2, tariff::stream_of("md"));
    highest.unit = Unit::kw;
    highest.multiplier_e6 = 60'000'000;
    Supply supply;
    supply.supplied("2026-01-01", "2200-01-01", tariff).meter({.registers = {dial(1), highest}});
    supply.read("2026-01-01 1000,9.5; 2026-02-01 1310,3.1");
    Office office({&supply});
    CHECK(office.bill() == "billed 155.00");
    const Derivation proof = decode_derivation(office.ready.derivation);
    BillNames names;
    names.plans[0] = tariff.versions.front();
    names.registers[{50, day("2020-01-01"), 1, 1}] = {"M1", "total", Unit::kwh};
    names.registers[{50, day("2020-01-01"), 1, 2}] = {"M1", "md", Unit::kw, highest.multiplier_e6};
    const auto holds = [](const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    };
    CHECK(holds(explain_text(proof, names, office.ready.sha256),
                "M1 register 2 (md) [2026-01-01, 2026-02-01): highest 3.1 × 60 = 186 kW\n"));
    CHECK(holds(explain_json(proof, names, office.ready.sha256),
                R"("maxima": [{"serial": "M1", "register": 2, "stream": "md", "from": "2026-01-01", )"
                R"("to": "2026-02-01", "value": "3.1", "multiplier": "60", "demand": "186", "unit": "kW"}])"));
    const auto page = bill_page_of(proof, names);
    REQUIRE(page.sections.at(0).meters.size() == 2);
    const auto& row = page.sections[0].meters[1];
    CHECK(row.previous.value.empty());
    CHECK(row.current.value == "3.1");
    CHECK(row.current.kind == document::ReadKind::actual);
    CHECK(row.usage == "186");
    CHECK(row.unit == "kW");
}

TEST_CASE("a negative bill waits for a person") {
    CHECK(billed(refund()) == "held: bill_negative");
    CHECK(billed(refund(), Cause::bill_negative) == "billed -155.00");
    Supply supply;
    metered(supply, refund());
    supply.accept(Cause::bill_negative, "2026-01-31");
    CHECK(Office({&supply}).bill() == "held: bill_negative");
}
