// docs/BILLING.md, "What a run bills" and the registers of "Quantities": worked by hand, a row for each rule.
#include "billing/billing_test_help.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

TEST_CASE("a section starts with the agreement, or where the last bill ended") {
    Supply first;
    first.supplied("2025-12-10").meter({}).read("2025-12-10 1000; 2026-02-01 1300");
    CHECK(first.bill() == "2025-12-10 2026-02-01: total 2025-12-10 2026-02-01 300");

    Supply next;
    next.supplied("2020-01-01").meter({}).read("2026-02-02 1300");
    CHECK(next.bill({.through = "2026-01-03"}) == "2026-01-03 2026-02-02: total 2026-01-03 2026-02-02 300");
    // The carry's value counts, also where a read of that day says otherwise.
    next.read("2026-01-03 1100");
    std::ranges::sort(next.reads, {}, &Read::on);
    CHECK(next.bill({.through = "2026-01-03"}) == "2026-01-03 2026-02-02: total 2026-01-03 2026-02-02 300");
}

TEST_CASE("nothing to bill") {
    Supply supply;
    supply.supplied("2020-01-01").meter({}).read("2026-02-01 1300");
    CHECK(supply.bill({.through = "2026-02-01"}) == "nothing");
    CHECK(supply.bill({.through = "2026-02-03"}) == "nothing");
    CHECK(Supply().supplied("2026-02-01").meter({}).bill() == "nothing");
    CHECK(Supply().supplied("2020-01-01", "2026-01-10").meter({}).bill({.through = "2026-01-10"}) == "nothing");
    CHECK(Supply().meter({}).bill() == "nothing");
}

TEST_CASE("the closing read is the one nearest to the end, inside the window") {
    const struct {
        const char *reads, *expected;
    } rows[] = {
        {"2026-02-01 1300", "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 300"},
        {"2026-01-26 1250", "2026-01-01 2026-01-26: total 2026-01-01 2026-01-26 250"},  // the window's first day
        {"2026-02-07 1360", "2026-01-01 2026-02-07: total 2026-01-01 2026-02-07 360"},  // and its last
        {"2026-01-31 1290; 2026-02-03 1320", "2026-01-01 2026-01-31: total 2026-01-01 2026-01-31 290"},
        {"2026-01-30 1280; 2026-02-03 1320", "2026-01-01 2026-01-30: total 2026-01-01 2026-01-30 280"},  // tie: earlier
        // One that is passed over still is a boundary inside.
        {"2026-01-29 1280; 2026-02-03 1320",
         "2026-01-01 2026-02-03: total 2026-01-01 2026-01-29 280, total 2026-01-29 2026-02-03 40"},
        // Outside the window: an estimate, 10 a day.
        {"2026-02-08 1380", "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-02-01 310"},
        {"2026-01-25 1240",
         "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-01-25 240, total 2026-01-25 2026-02-01 70"},
        {"2026-02-01 #2 1300", "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-02-01 310"},  // another device
        // Of several of one day the last one counts.
        {"2026-02-01 1300; 2026-02-01 1310", "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 310"},
        {"2026-01-10 1100; 2026-01-10 1110; 2026-02-01 1310",
         "2026-01-01 2026-02-01: total 2026-01-01 2026-01-10 110, total 2026-01-10 2026-02-01 200"},
    };
    for (const auto& row : rows) {
        INFO(row.reads);
        Supply supply;
        supply.supplied("2020-01-01").meter({}).read(row.reads);
        CHECK(supply.bill(Carried{}) == row.expected);
    }

    Supply late;
    late.supplied("2020-01-01").meter({}).read("2026-01-30 1200");
    late.rules.window_before_days = 0;
    CHECK(late.bill(Carried{}) ==
          "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-01-30 200, total 2026-01-30 2026-02-01 20");
    late.rules.window_before_days = 6;
    // A read on the first day ends nothing.
    CHECK(late.bill({.through = "2026-01-30", .value = "1200"}) ==
          "2026-01-30 2026-02-01 estimated: total 2026-01-30 2026-02-01 20");
}

TEST_CASE("an agreement that ends gets its final bill to its last day") {
    Supply inside;
    inside.supplied("2020-01-01", "2026-01-15").meter({}).read("2026-01-15 1140; 2026-02-01 1300");
    CHECK(inside.bill(Carried{}) == "2026-01-01 2026-01-15 final: total 2026-01-01 2026-01-15 140");

    // On P1 itself the window is not asked.
    Supply on_the_end;
    on_the_end.supplied("2020-01-01", "2026-02-01").meter({}).read("2026-01-31 1290");
    CHECK(on_the_end.bill(Carried{}) ==
          "2026-01-01 2026-02-01 final estimated: total 2026-01-01 2026-01-31 290, total 2026-01-31 2026-02-01 10");

    Supply before_the_read;
    before_the_read.supplied("2020-01-01", "2026-02-02").meter({}).read("2026-02-03 1320");
    CHECK(before_the_read.bill(Carried{}) == "2026-01-01 2026-02-02 final estimated: total 2026-01-01 2026-02-02 320");
    Supply with_a_read;
    with_a_read.supplied("2020-01-01", "2026-02-02").meter({}).read("2026-02-02 1315");
    CHECK(with_a_read.bill(Carried{}) == "2026-01-01 2026-02-02 final: total 2026-01-01 2026-02-02 315");
    Supply after_the_read;
    after_the_read.supplied("2020-01-01", "2026-02-03").meter({}).read("2026-02-01 1300");
    CHECK(after_the_read.bill(Carried{}) == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 300");
}

TEST_CASE("after a break the carry gives neither opening value nor history") {
    Supply back;
    back.supplied("2020-01-01", "2025-11-10").supplied("2026-01-01").meter({}).read("2026-02-01 1300");
    const Carried before{.through = "2025-11-10", .value = "900"};
    CHECK(back.bill(before) == "held: opening_read_missing");
    back.read("2026-01-01 1000");
    std::ranges::sort(back.reads, {}, &Read::on);
    CHECK(back.bill(before) == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 300");
    CHECK(back.section.carry_out.history.size() == 1);
    back.reads.pop_back();
    CHECK(back.bill(before) == "held: no_history");
}

TEST_CASE("spans are the versions of the agreement") {
    Supply supply;
    supply.supplied("2020-01-01", "2026-01-10").supplied("2026-01-10", "2026-01-20").supplied("2026-01-20");
    supply.meter({}).read("2026-02-01 1300");
    CHECK(supply.bill({.through = "2026-01-12"}) == "2026-01-12 2026-02-01: total 2026-01-12 2026-02-01 300");
    REQUIRE(supply.section.spans.size() == 2);
    CHECK(supply.section.spans[0].dates == DateRange{day("2026-01-12"), day("2026-01-20")});
    CHECK(supply.section.spans[1].dates == DateRange{day("2026-01-20"), day("2026-02-01")});
    CHECK(supply.section.span_versions == std::vector<std::uint16_t>{1, 2});
}

TEST_CASE("supply without a meter") {
    const auto lamps = tariff_of({{.charges = "lamps fixed_per_day price: '0.5'"}});
    Supply unmetered;
    unmetered.supplied("2020-01-01", "2200-01-01", lamps);
    CHECK(unmetered.bill() == "2020-01-01 2026-02-01");
    CHECK(unmetered.bill({.history = "", .device = 0}) == "2026-01-01 2026-02-01");
    CHECK(unmetered.section.carry_out.device_id == 0);
    CHECK(Supply().supplied("2020-01-01").bill() == "held: no_meter");  // the tariff has an energy clause

    Supply removed;
    removed.supplied("2020-01-01").meter({.to = "2026-01-20"}).meter({.device = 0, .from = "2026-01-20"});
    removed.read("2026-01-20 1200");
    CHECK(removed.bill(Carried{}) == "held: no_meter");
    Supply gap;
    gap.supplied("2020-01-01").meter({.to = "2026-01-10"}).meter({.device = 2, .from = "2026-01-12"});
    gap.read("2026-01-10 1100; 2026-01-12 #2 0; 2026-02-01 #2 200");
    CHECK(gap.bill(Carried{}) == "held: no_meter");
    Supply late;
    late.supplied("2026-01-01").meter({.from = "2026-01-02"}).read("2026-01-02 0; 2026-02-01 200");
    CHECK(late.bill() == "held: no_meter");
}

TEST_CASE("an exchange of meters") {
    const auto exchange = [](const char* reads) {
        Supply supply;
        supply.supplied("2020-01-01")
            .meter({.to = "2026-01-15"})
            .meter({.device = 2, .from = "2026-01-15"})
            .read(reads);
        std::string text = supply.bill(Carried{});
        if (text.starts_with("held")) return text;
        CHECK(supply.section.carry_out.device_id == 2);
        // 200 + 100 of register 1, over both meters
        CHECK(supply.section.carry_out.history.back().by_register.size() == 1);
        return text;
    };
    CHECK(exchange("2026-01-15 1200; 2026-01-15 #2 5; 2026-02-01 #2 105") ==
          "2026-01-01 2026-02-01: total 2026-01-01 2026-01-15 200, total 2026-01-15 2026-02-01 100");
    // The new meter's estimate starts from its installation read: 17 days of 10.
    CHECK(exchange("2026-01-15 1200; 2026-01-15 #2 5") ==
          "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-01-15 200, total 2026-01-15 2026-02-01 170");
    CHECK(exchange("2026-01-15 #2 5; 2026-02-01 #2 105") == "held: boundary_read_missing");
    CHECK(exchange("2026-01-15 1200; 2026-02-01 #2 105") == "held: boundary_read_missing");

    // A carry of the old meter does not open the new one that hangs there since.
    Supply before;
    before.supplied("2020-01-01").meter({.to = "2026-01-01"}).meter({.device = 2, .from = "2026-01-01"});
    before.read("2026-02-01 #2 105");
    CHECK(before.bill(Carried{}) == "held: opening_read_missing");
    before.reads.clear();
    before.read("2026-01-01 #2 5; 2026-02-01 #2 105");
    CHECK(before.bill(Carried{}) == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 100");
}

TEST_CASE("a change of the multiplier happens on a read") {
    Register forty = dial();
    forty.multiplier_e6 = 40'000'000;
    Supply supply;
    supply.supplied("2020-01-01").meter({.to = "2026-01-15"}).meter({.from = "2026-01-15", .registers = {forty}});
    supply.read("2026-01-15 1200; 2026-02-01 1210");
    CHECK(supply.bill(Carried{}) ==
          "2026-01-01 2026-02-01: total 2026-01-01 2026-01-15 200, total 2026-01-15 2026-02-01 400");
    CHECK(supply.section.carry_out.history.back().by_register ==
          std::vector<std::pair<std::int16_t, std::int64_t>>{{1, micro("600")}});

    // 1.5 x 0.333333 = 0.4999995, half up to a millionth
    Register third = dial();
    third.multiplier_e6 = 333'333;
    Supply rounded;
    rounded.supplied("2020-01-01").meter({.registers = {third}}).read("2026-02-01 1001.5");
    CHECK(rounded.bill({.history = ""}) == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 0.5");
}

TEST_CASE("what the dials can and cannot do") {
    const struct {
        const char *opening, *closing, *expected;
    } rows[] = {
        {"9950", "50", "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 100"},
        {"9000.001", "0", "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 999.999"},
        {"9000", "50", "held: read_backward"},  // not above 90 %
        {"1000", "999", "held: read_backward"},
        {"1000", "9999.999999", "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 8999.999999"},
        {"1000", "10000", "held: read_beyond_dials"},
        {"1000", "-1", "held: read_beyond_dials"},
    };
    for (const auto& row : rows) {
        INFO(row.opening, " ", row.closing);
        Supply supply;
        supply.supplied("2020-01-01").meter({}).read(std::string("2026-02-01 ") + row.closing);
        CHECK(supply.bill({.value = row.opening, .history = ""}) == row.expected);
        if (supply.section.meters.size() == 1)
            CHECK(supply.section.meters[0].advances[0].rolled_over == (row.opening[0] == '9'));
    }
}

TEST_CASE("a suspect read stops the bill that stands on it") {
    const auto bill = [](const char* reads, const char* accepted_upto = nullptr) {
        Supply supply;
        supply.supplied("2020-01-01").meter({}).read(reads);
        if (accepted_upto != nullptr) supply.accept(Cause::suspect_read, accepted_upto);
        return supply.bill(Carried{});
    };
    const std::string billed = "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 300";
    CHECK(bill("2026-02-01 1300 s") == "held: suspect_read");
    CHECK(bill("2026-01-10 1100 s; 2026-02-01 1300") == "held: suspect_read");
    CHECK(bill("2026-02-01 1300 c") == billed);
    CHECK(bill("2026-02-01 1300; 2026-02-04 9999 s") == billed);
    CHECK(bill("2026-02-01 1300 s", "2026-02-01") == billed);
    CHECK(bill("2026-02-01 1300 s", "2026-01-31") == "held: suspect_read");
}

TEST_CASE("an acceptance is for its agreement and its cause") {
    Supply supply;
    supply.supplied("2020-01-01").meter({}).read("2026-02-01 1300 s").accept(Cause::suspect_read, "2026-12-31", 6);
    supply.accept(Cause::use_high);
    CHECK(supply.bill(Carried{}) == "held: suspect_read");
    supply.accept(Cause::suspect_read, "2026-12-31", 5);
    CHECK(supply.bill(Carried{}).starts_with("2026-01-01 2026-02-01:"));
    // What needs a fact cannot be accepted.
    Supply backward;
    backward.supplied("2020-01-01").meter({}).read("2026-02-01 900").accept(Cause::read_backward);
    CHECK(backward.bill(Carried{}) == "held: read_backward");
}

TEST_CASE("several registers") {
    const auto peak = tariff::stream_of("peak"), valley = tariff::stream_of("valley");
    Register check = dial(3);
    check.billed = false;
    Supply supply;
    supply.supplied("2020-01-01").meter({.registers = {dial(1, peak), dial(2, valley), check}});
    supply.read("2026-01-01 100,200; 2026-01-15 150,-,9; 2026-02-01 200,260,7");
    // The read of 15 January lacks a billed register; register 3 is not billed.
    CHECK(supply.bill() == "held: opening_read_missing");
    supply.versions[0].dates.from = day("2026-01-01");
    CHECK(supply.bill() == "2026-01-01 2026-02-01: peak 2026-01-01 2026-02-01 100, valley 2026-01-01 2026-02-01 60");
    CHECK(supply.section.total_micro == micro("160"));
    CHECK(supply.section.carry_out.registers == std::vector<CarriedRegister>{{1, micro("200")}, {2, micro("260")}});

    // A register of the stream total is the total, whatever the periods add up to.
    Supply both;
    both.supplied("2026-01-01").meter({.registers = {dial(1), dial(2, peak)}});
    both.read("2026-01-01 0,0; 2026-02-01 100,30");
    CHECK(both.bill().starts_with("2026-01-01 2026-02-01:"));
    CHECK(both.section.total_micro == micro("100"));

    // What is fed in and reactive energy are no part of it; reactive energy has its own unit.
    Register reactive = dial(2, tariff::kReactive);
    reactive.unit = Unit::kvarh;
    Supply measures;
    measures.supplied("2026-01-01").meter({.registers = {dial(1), reactive, dial(3, tariff::kExport)}});
    measures.read("2026-01-01 0,0,0; 2026-02-01 100,30,7");
    CHECK(measures.bill().starts_with("2026-01-01 2026-02-01:"));
    CHECK(measures.section.total_micro == micro("100"));
}

TEST_CASE("maximum registers give peaks, and nothing else") {
    const auto with_demand = changed(flat_tariff(), [](tariff::Plan& plan) {
        plan.demands = {{.name = "md", .stream = tariff::stream_of("md"), .periods = {}, .unit = Unit::kw}};
    });
    Register highest = dial(2, tariff::stream_of("md.peak"));
    highest.unit = Unit::kw;
    highest.decimals = 2;
    highest.multiplier_e6 = 60'000'000;
    const auto peaks = [&](Supply& supply) {
        std::string text;
        for (const auto& peak : supply.section.peaks)
            text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", tariff::name_of(peak.stream),
                                Supply::dates_text(peak.dates), format_decimal(peak.micro, 6));
        return text;
    };
    Supply supply;
    supply.supplied("2026-01-01", "2200-01-01", with_demand).meter({.registers = {dial(1), highest}});
    // Lower than before: no way back. The opening value is of the days before.
    supply.read("2026-01-01 1000,9.5; 2026-01-15 1100,4.25; 2026-02-01 1310,3.1");
    CHECK(supply.bill() == "2026-01-01 2026-02-01: total 2026-01-01 2026-01-15 100, total 2026-01-15 2026-02-01 210");
    CHECK(peaks(supply) == "md.peak 2026-01-01 2026-01-15 255, md.peak 2026-01-15 2026-02-01 186");
    CHECK(supply.section.total_micro == micro("310"));
    CHECK(supply.section.carry_out.history.at(0).by_register.size() == 1);
    REQUIRE(supply.section.meters.at(0).advances.size() == 2);
    CHECK(input_of(supply.section).peaks.size() == 2);

    // Without a read in the window the energy is estimated; of the maximum there is nothing to say.
    Supply late;
    late.supplied("2020-01-01", "2200-01-01", with_demand).meter({.registers = {dial(1), highest}});
    auto carry = carry_of({});
    carry.registers.push_back({2, micro("9.5")});
    CHECK(late.bill(&carry) == "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-02-01 310");
    CHECK(late.section.peaks.empty());
    late.read("2026-01-15 1100,4.25");
    CHECK(late.bill(&carry).find("estimated") != std::string::npos);
    CHECK(peaks(late) == "md.peak 2026-01-01 2026-01-15 255");

    // A maximum that no version of its days measures, or in another unit.
    const auto held = [&](const tariff::Tariff& tariff, const Register& r) {
        Supply other;
        other.supplied("2026-01-01", "2200-01-01", tariff).meter({.registers = {dial(1), r}});
        other.read("2026-01-01 1000,0; 2026-02-01 1310,3.1");
        return other.bill();
    };
    CHECK(held(flat_tariff(), highest) == "held: unit_mismatch");
    Register apparent = highest;
    apparent.unit = Unit::kva;
    CHECK(held(with_demand, apparent) == "held: unit_mismatch");
    Register total = highest;
    total.stream = tariff::kTotal;
    CHECK(held(with_demand, total) == "held: unit_mismatch");
    CHECK(held(with_demand, highest).find("total 2026-01-01 2026-02-01 310") != std::string::npos);
    // The demand came with a version in the middle of the days.
    auto later = with_demand;
    auto plan = *flat_tariff().versions.front();
    auto since = *with_demand.versions.front();
    since.effective = day("2026-01-20");
    later.versions = {std::make_shared<const tariff::Plan>(plan), std::make_shared<const tariff::Plan>(since)};
    CHECK(held(later, highest).find("total") != std::string::npos);
    since.effective = day("2026-02-01");
    later.versions[1] = std::make_shared<const tariff::Plan>(since);
    CHECK(held(later, highest) == "held: unit_mismatch");
}

TEST_CASE("gas becomes energy by the mean calorific value") {
    Register volume = dial();
    volume.unit = Unit::cubic_metre;
    const auto gas = [&](Supply& supply) {
        supply.agreement.commodity = Commodity::gas;
        supply.agreement.gas_zone = "Z";
        supply.supplied("2020-01-01").meter({.registers = {volume}, .volume_factor_e8 = 102'264'000});
        supply.read("2026-02-01 1100");
    };
    Supply supply;
    gas(supply);
    supply.reference.calorific_values["Z"] = {{day("2025-01-01"), 394'000}, {day("2026-01-21"), 380'000}};
    // (20 x 39.4 + 11 x 38.0) / 31 = 38.9032(26); 100 x 1.02264 x 38.9032 / 3.6 = 1105.110234(67)
    CHECK(supply.bill({.history = ""}) == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 1105.110235");
    CHECK(supply.section.meters[0].advances[0].calorific_value_e4 == 389'032);
    CHECK(supply.section.carry_out.history.back().by_register[0].second == micro("100"));

    supply.reference.calorific_values["Z"] = {{day("2026-01-02"), 394'000}};
    CHECK(supply.bill({.history = ""}) == "held: no_calorific_value");
    supply.reference.calorific_values.clear();
    CHECK(supply.bill({.history = ""}) == "held: no_calorific_value");
    supply.agreement.commodity = Commodity::electricity;
    CHECK(supply.bill({.history = ""}) == "held: unit_mismatch");

    // A tariff in m3 takes the volume as it is.
    const auto by_volume = changed(flat_tariff(), [](tariff::Plan& plan) { plan.unit = Unit::cubic_metre; });
    Supply metres;
    gas(metres);
    metres.versions[0].tariff = &by_volume;
    CHECK(metres.bill({.history = ""}) == "2026-01-01 2026-02-01: total 2026-01-01 2026-02-01 100");
}
