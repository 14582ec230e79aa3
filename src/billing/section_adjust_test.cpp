// docs/BILLING.md, "Losses and sub-meters": worked by hand.
#include "base/bytes.hpp"
#include "billing/billing_test_help.hpp"
#include "billing/derivation.hpp"
#include "billing/explain.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

namespace {

metering::MeasuringConditions line_loss(std::int64_t e8) { return {.line_loss_e8 = e8, .transformer = {}, .gas = {}}; }

metering::MeasuringConditions small_transformer() {
    metering::MeasuringConditions conditions;
    conditions.transformer = {100'000'000, 200'000, 1'500'000, 1'000'000, 4'000'000, 1'000'000};
    return conditions;
}

const tariff::Tariff& by_period() {
    static const auto tariff =
        tariff_of({{.head = "calendar:\n  periods:\n    - {period: peak, hours: [\"08:00-12:00\"]}\n"
                            "    - {period: flat, hours: [\"12:00-22:00\"]}\n    - {period: valley}\n",
                    .charges = "energy energy_time_of_use prices: {valley: '0.5', flat: '0.8', peak: '1'}"}});
    return tariff;
}

std::vector<Register> period_dials() {
    return {dial(1, tariff::stream_of("peak")), dial(2, tariff::stream_of("flat")),
            dial(3, tariff::stream_of("valley"))};
}

// What every stream of the section counts, by name: "flat 10, peak 20".
std::string sums(const Section& section) {
    std::map<std::string, std::int64_t> by_name;
    for (const auto& piece : section.pieces) by_name[std::string(tariff::name_of(piece.stream))] += piece.micro;
    std::string text;
    for (const auto& [name, micro] : by_name)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, format_decimal(micro, 6));
    return text;
}

// A master meter with 1000 kWh in January, and the meter of point 51 below it.
struct Master {
    Master() { supply.supplied("2026-01-01").meter({}).read("2026-01-01 0; 2026-02-01 1000"); }
    std::string bill() { return supply.bill(); }
    Supply supply, below;
};

}  // namespace

TEST_CASE("a line loss comes on top, spread over the pieces as they counted") {
    Supply supply;
    supply.supplied("2026-01-01").meter({.conditions = line_loss(2'000'000)});
    supply.read("2026-01-01 0; 2026-01-11 100; 2026-02-01 400");
    CHECK(supply.bill() ==
          "2026-01-01 2026-02-01: total 2026-01-01 2026-01-11 100, total 2026-01-11 2026-02-01 300, "
          "total 2026-01-01 2026-01-11 2, total 2026-01-11 2026-02-01 6");
    CHECK(supply.section.total_micro == micro("408"));
    Supply idle;
    idle.supplied("2026-01-01").meter({.conditions = line_loss(2'000'000)}).read("2026-01-01 0; 2026-02-01 0");
    CHECK(idle.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 0");
}

TEST_CASE("a transformer loses by its plate, over the days of its installation, also without use") {
    // 31 days, 744 h: iron 0.2 x 744 = 148.8; copper 1000^2 x 1.5 / (100^2 x 744) = 0.201613.
    Supply supply;
    supply.supplied("2026-01-01").meter({.conditions = small_transformer()}).read("2026-01-01 0; 2026-02-01 1000");
    supply.bill();
    CHECK(sums(supply.section) == "total 1149.001613");
    CHECK(supply.section.adjustments.losses.at(0).loss.no_load_micro == 0);  // nobody counts reactive energy
    Supply idle;
    idle.supplied("2026-01-01").meter({.conditions = small_transformer()}).read("2026-01-01 0; 2026-02-01 0");
    CHECK(idle.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 0, total 2026-01-01 2026-02-01 148.8");
}

TEST_CASE("another transformer in mid-period: each by its days and its part of the use") {
    auto reactive = dial(2, tariff::kReactive);
    reactive.unit = Unit::kvarh;
    auto larger = small_transformer();
    larger.transformer.rated_micro = 200'000'000;
    Supply supply;
    supply.supplied("2026-01-01")
        .meter({.to = "2026-01-11", .registers = {dial(), reactive}, .conditions = small_transformer()})
        .meter({.from = "2026-01-11", .registers = {dial(), reactive}, .conditions = larger})
        .read("2026-01-01 0,0; 2026-01-11 300,400; 2026-02-01 900,1200");
    supply.bill();
    // 240 h: iron 48, load (300^2 + 400^2) / (100^2 x 240) = 0.1041667: copper 0.15625, 100 x 1 % x 240 = 240 kvarh,
    // 0.1041667 x 4 = 0.416667. 504 h: 100.8, (600^2 + 800^2) / (200^2 x 504) = 0.0496032: 0.074405; 1008, 0.396825.
    CHECK(sums(supply.section) == "reactive 2448.813492, total 1049.030655");
    supply.reads.erase(supply.reads.begin() + 1);
    CHECK(supply.bill() == "held: boundary_read_missing");
}

TEST_CASE("losses of a meter by periods go to its periods, and to the total beside them") {
    auto registers = period_dials();
    registers.push_back(dial(4));
    Supply supply;
    supply.supplied("2026-01-01", "2200-01-01", by_period());
    supply.meter({.registers = registers, .conditions = line_loss(1'000'000)});
    supply.read("2026-01-01 0,0,0,0; 2026-02-01 100,200,300,601");
    supply.bill();
    CHECK(sums(supply.section) == "flat 202.003333, peak 101.001667, total 607.01, valley 303.005");
    Supply idle;
    idle.supplied("2026-01-01", "2200-01-01", by_period());
    idle.meter({.registers = period_dials(), .conditions = small_transformer()});
    idle.read("2026-01-01 0,0,0; 2026-02-01 0,0,0").bill();
    CHECK(sums(idle.section) == "flat 148.8, peak 0, valley 0");
}

TEST_CASE("gas is brought to base conditions before anything else") {
    Register volume = dial();
    volume.unit = Unit::cubic_metre;
    Supply supply;
    supply.agreement.commodity = Commodity::gas;
    supply.agreement.gas_zone = "Z";
    supply.reference.calorific_values["Z"] = {{day("2025-01-01"), 400'000, 1}};
    metering::MeasuringConditions conditions;
    conditions.gas = {202'650'000, 288'150'000, 2'000'000};  // twice the pressure, twice the compressibility
    supply.supplied("2026-01-01").meter({.registers = {volume}, .conditions = conditions});
    supply.read("2026-01-01 0; 2026-02-01 36");
    CHECK(supply.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 400");
    supply.conditions[0].gas.compressibility_micro = 1'000'000;
    CHECK(supply.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 800");
    const auto cubic = changed(flat_tariff(), [](tariff::Plan& plan) { plan.unit = Unit::cubic_metre; });
    supply.versions[0].tariff = &cubic;
    CHECK(supply.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 72");
    CHECK(supply.section.meters.at(0).advances.at(0).metered_micro == micro("36"));
}

TEST_CASE("gas by intervals at measuring conditions is refused") {
    Register volume = hourly();
    volume.unit = Unit::cubic_metre;
    const auto cubic = changed(flat_tariff(), [](tariff::Plan& plan) { plan.unit = Unit::cubic_metre; });
    metering::MeasuringConditions conditions;
    conditions.gas.kpa_micro = 110'000'000;
    Supply supply;
    supply.agreement.commodity = Commodity::gas;
    supply.period("2026-01-05", "2026-01-06").supplied("2026-01-05", "2026-01-06", cubic);
    supply.meter({.registers = {volume}, .conditions = conditions}).hours("2026-01-05", "24*1");
    CHECK(supply.bill() == "held: intervals_adjusted");
}

TEST_CASE("sub-meters are taken off: fixed quantities, ratios of the rest, then meters") {
    Master master;
    master.below.meter({}).read("2026-01-01 500; 2026-02-01 700");
    master.supply.near(51, &master.below).near(52).near(53);
    master.supply.relation("50 51 meter").relation("50 52 quantity 100").relation("50 53 ratio 0.1");
    // 1000 - 100 - 90 - 200
    CHECK(master.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 1000, total 2026-01-01 2026-02-01 -390");
    const auto& shares = master.supply.section.adjustments.shares;
    REQUIRE(shares.size() == 3);
    CHECK(shares[0].active_micro == micro("200"));
    CHECK(shares[1].active_micro == micro("100"));
    CHECK(shares[2].active_micro == micro("90"));
    // Only sub-meters of this point, and only on days on which they are.
    Master other;
    other.supply.near(52).relation("49 50 meter").relation("50 52 quantity 31 2026-02-01").relation("49 52 ratio 0.5");
    CHECK(other.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 1000");
}

TEST_CASE("a relation of some days takes off the part of these days") {
    Master master;
    master.supply.near(52).relation("50 52 quantity 310 2026-01-11 2026-01-21");
    CHECK(master.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 1000, total 2026-01-11 2026-01-21 -100");
    Master read;
    read.below.meter({}).read("2026-01-01 500; 2026-01-11 550; 2026-02-01 700");
    read.supply.near(51, &read.below).relation("50 51 meter 0 2026-01-11");
    CHECK(read.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 1000, total 2026-01-11 2026-02-01 -150");
}

TEST_CASE("a sub-meter that cannot be told holds the master") {
    const struct {
        const char *reads, *detail;
    } rows[] = {
        {"2026-02-01 700", "service point 51 from 2026-01-01 to 2026-02-01: opening_read_missing, "},
        {"2026-01-01 500", "service point 51 from 2026-01-01 to 2026-02-01: no_history, "},
        {"2026-01-01 500; 2026-02-01 400", "service point 51 from 2026-01-01 to 2026-02-01: read_backward, "},
        {"2026-01-01 500; 2026-02-01 700 s", "service point 51 from 2026-01-01 to 2026-02-01: suspect_read, "},
    };
    for (const auto& row : rows) {
        Master master;
        master.below.meter({}).read(row.reads);
        master.supply.near(51, &master.below).relation("50 51 meter");
        CHECK(master.bill() == "held: sub_meter_missing");
        CHECK(master.supply.exceptions.at(0).detail.starts_with(row.detail));
    }
    Master none;
    none.supply.near(51).relation("50 51 meter");
    CHECK(none.bill() == "held: sub_meter_missing");
    CHECK(none.supply.exceptions.at(0).detail.ends_with("it has no meter"));
}

TEST_CASE("a sub-meter by intervals: short gaps are filled, long ones hold the master") {
    for (const auto& [second_day, expected] : {std::pair{"12*1 2*N 10*1", "total 52"}, std::pair{"24*N", "held"}}) {
        Supply below, master;
        below.supplied("2026-01-05").meter({.registers = {hourly()}});
        below.hours("2026-01-05", "24*1").hours("2026-01-06", second_day);
        master.period("2026-01-05", "2026-01-07").supplied("2026-01-05").meter({});
        master.read("2026-01-05 0; 2026-01-07 100").near(51, &below).relation("50 51 meter");
        const std::string bill = master.bill();
        CHECK((bill == "held: sub_meter_missing" ? "held" : sums(master.section)) == expected);
    }
}

TEST_CASE("sub-meters that count more than their master hold it") {
    Master master;
    master.below.meter({}).read("2026-01-01 0; 2026-02-01 1000");
    master.supply.near(51, &master.below).relation("50 51 meter");
    master.bill();
    CHECK(sums(master.supply.section) == "total 0");
    master.below.reads.clear();
    master.below.read("2026-01-01 0; 2026-02-01 1001");
    master.supply.related.clear();
    master.supply.near(51, &master.below);
    CHECK(master.bill() == "held: sub_meters_exceed");
    CHECK(master.supply.exceptions.at(0).detail ==
          "from 2026-01-01 to 2026-02-01, 1 kWh more than the meter above them counted");
}

TEST_CASE("by period where both count periods; else from flat first, then the others by name") {
    Supply below_by_period, below;
    below_by_period.meter({.registers = period_dials()}).read("2026-01-01 0,0,0; 2026-02-01 1,2,3");
    below.meter({}).read("2026-01-01 0; 2026-02-01 205");
    Supply master;
    master.supplied("2026-01-01", "2200-01-01", by_period()).meter({.registers = period_dials()});
    master.read("2026-01-01 0,0,0; 2026-02-01 100,200,300").near(51, &below_by_period).near(52, &below);
    master.relation("50 51 meter").relation("50 52 meter").bill();
    // 99, 198, 297 are left; 198 from flat, 7 from peak.
    CHECK(sums(master.section) == "flat 0, peak 92, valley 297");
}

TEST_CASE("reactive energy is taken off by meters alone, and may run out") {
    auto reactive = dial(2, tariff::kReactive);
    reactive.unit = Unit::kvarh;
    Supply below, master;
    below.meter({.registers = {dial(), reactive}}).read("2026-01-01 0,0; 2026-02-01 100,50");
    master.supplied("2026-01-01").meter({.registers = {dial(), reactive}}).near(51, &below).near(52);
    master.read("2026-01-01 0,0; 2026-02-01 1000,200").relation("50 51 meter").relation("50 52 ratio 0.5").bill();
    CHECK(sums(master.section) == "reactive 150, total 400");
    master.reads.pop_back();
    master.read("2026-02-01 1000,20").bill();
    CHECK(sums(master.section) == "reactive 0, total 400");
}

TEST_CASE("a part of the meter above is billed where no meter hangs, to the day on which that one is read") {
    Supply above, part;
    above.meter({.to = "2026-01-16"}).meter({.device = 2, .from = "2026-01-16"});
    above.read("2026-01-01 0; 2026-01-16 600; 2026-01-16 #2 0; 2026-02-02 #2 400");
    part.supplied("2026-01-01").near(49, &above).relation("49 50 ratio 0.1").relation("49 51 quantity 310");
    // Cut at the exchange: 600 - 150, and 400 - 160 - 310 / 28, a tenth each.
    CHECK(part.bill() ==
          "2026-01-01 2026-02-02: total 2026-01-01 2026-01-16 45, total 2026-01-16 2026-02-02 22.892857");
    part.relations[0].dates.from = day("2026-01-02");
    above.read("2026-01-02 40");
    std::ranges::sort(above.reads, {}, &Read::on);
    part.related.clear();
    part.near(49, &above);
    CHECK(part.bill() == "held: no_meter");
    above.reads.erase(above.reads.begin());
    part.relations[0].dates.from = day("2026-01-01");
    part.related.clear();
    part.near(49, &above);
    CHECK(part.bill() == "held: master_meter_missing");
}

TEST_CASE("an agreed quantity a month, beside a meter of one's own and without one") {
    Supply alone;
    alone.supplied("2026-01-11").relation("49 50 quantity 31");
    CHECK(alone.bill() == "2026-01-11 2026-02-01: total 2026-01-11 2026-02-01 21");
    Supply beside;
    beside.supplied("2026-01-01", "2200-01-01", by_period()).meter({.registers = period_dials()});
    beside.read("2026-01-01 0,0,0; 2026-02-01 100,200,700").relation("49 50 quantity 10").bill();
    CHECK(sums(beside.section) == "flat 202, peak 101, valley 707");
}

TEST_CASE("the proof holds what was added and taken off, and says it again") {
    Master master;
    master.below.meter({}).read("2026-01-01 500; 2026-02-01 700");
    master.supply.installations[0].conditions = &master.supply.conditions.emplace_back(small_transformer());
    master.supply.near(51, &master.below).near(53);
    master.supply.relation("50 51 meter").relation("50 53 ratio 0.1").bill();
    const Section& section = master.supply.section;
    rating::Rater rater;
    rating::RatedSection rated;
    REQUIRE(rater.rate(input_of(section), rated).has_value());
    const RatedAgreement agreements[] = {{&section, &rated}};
    std::vector<std::uint8_t> bytes;
    BillHead head;
    head.currency = rated.currency;
    encode(head, agreements, bytes);
    const Derivation proof = decode_derivation(bytes);
    const ProvenAdjustments& proven = proof.sections.at(0).adjustments;
    REQUIRE(proven.losses.size() == 1);
    CHECK(proven.losses[0].conditions == small_transformer());
    CHECK(proven.losses[0].loss.iron_micro == micro("148.8"));
    CHECK(proven.relations == section.adjustments.relations);
    REQUIRE(proven.shares.size() == 2);
    CHECK(proven.shares[1].terms == section.adjustments.shares[1].terms);
    CHECK(proven.related.at(0).meters.at(0).boundaries.at(1).values.at(0) == micro("700"));
    BillNames names;
    names.plans[0] = master.supply.versions[0].tariff->versions.front();
    names.registers[{50, day("2020-01-01"), 1, 1}] = {"M1", "total", Unit::kwh};
    names.registers[{51, day("2020-01-01"), 1, 1}] = {"M2", "total", Unit::kwh};
    const std::string text = explain_text(proof, names, {});
    for (const char* words : {"+ iron 148.8 kWh + copper 0.201613 kWh", "Service point 51 below 50 from 2020-01-01",
                              "    M2 register 1 (total)",
                              "− taken off for service point 53 [2026-01-01, 2026-02-01) "
                              "31 days, ratio 0.1: 100\n"})
        CHECK_MESSAGE(text.find(words) != std::string::npos, words);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_THROWS_AS(decode_derivation(std::span(bytes).first(size)), BytesError);
}
