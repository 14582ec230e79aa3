// docs/BILLING.md, "Intervals": worked by hand.
#include "billing/billing_test_help.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

namespace {

// Two days, 5 and 6 January 2026 (a Monday and a Tuesday), of one channel.
struct TwoDays : Supply {
    explicit TwoDays(const Register& channel = hourly(), const tariff::Tariff& tariff = flat_tariff()) {
        period("2026-01-05", "2026-01-07").supplied("2026-01-05", "2200-01-01", tariff);
        meter({.registers = {channel}});
    }
    std::string two(const std::string& monday, const std::string& tuesday = "24*1") {
        hours("2026-01-05", monday).hours("2026-01-06", tuesday);
        const std::string text = bill();
        if (text.starts_with("held")) return text;
        std::string sums;
        for (const auto& piece : section.pieces) sums += (sums.empty() ? "" : " ") + format_decimal(piece.micro, 6);
        const auto& part = section.channels.at(0);
        return fmt::format("{} | linear {} like {}", sums, part.estimated_linear, part.estimated_like_day);
    }
};

}  // namespace

TEST_CASE("each day of values is a piece, to the end of the period") {
    TwoDays supply;
    supply.read("2026-01-06 0");  // registers of an interval meter end nothing
    supply.hours("2026-01-05", "24*1.5").hours("2026-01-06", "23*1 2").hours("2026-01-07", "24*7");
    CHECK(supply.bill() == "2026-01-05 2026-01-07: total 2026-01-05 2026-01-06 36, total 2026-01-06 2026-01-07 25");
    CHECK(supply.section.total_micro == micro("61"));
    CHECK(supply.section.carry_out.device_id == 0);
    CHECK(supply.section.carry_out.registers.empty());
    CHECK(supply.section.channels[0].values == 48);
    CHECK(supply.section.channels[0].days.size() == 2);
}

TEST_CASE("interval values give the peaks of each day where the tariff has demands") {
    const auto demands = [](const char* since) {
        return tariff_of({{.head = fmt::format("calendar:\n  periods: [{{period: peak, hours: ['08:00-20:00']}}, "
                                               "{{period: valley}}]\n{}",
                                               since),
                           .charges = "energy energy_flat price: '0.5'"}});
    };
    const auto peaks = [](const Section& section) {
        std::string text;
        for (const auto& peak : section.peaks)
            text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", tariff::name_of(peak.stream),
                                Supply::dates_text(peak.dates), format_decimal(peak.micro, 6));
        return text;
    };
    const auto both = demands("demands: {md: {unit: kW, window: 60}, va: {unit: kVA, window: 60}}\n");
    Register reactive = hourly(2, tariff::kReactive);
    reactive.unit = Unit::kvarh;
    Supply supply;
    supply.period("2026-01-05", "2026-01-07").supplied("2026-01-05", "2200-01-01", both);
    supply.meter({.registers = {hourly(), reactive}});
    // 03:00 to 04:00: 3 kWh and 4 kvarh; 19:00: 7, then 2 from 20:00 on. A hole of one hour is filled by its
    // neighbours, 1 and 5.
    supply.hours("2026-01-05", "3*1 3 15*1 7 4*2").hours("2026-01-06", "9*1 N 5 13*1");
    supply.hours("2026-01-05", "3*0 4 20*0", 2).hours("2026-01-06", "24*0", 2);
    CHECK(supply.bill().starts_with("2026-01-05 2026-01-07:"));
    CHECK(peaks(supply.section) ==
          "md.peak 2026-01-05 2026-01-06 7, md.valley 2026-01-05 2026-01-06 3, va.peak 2026-01-05 2026-01-06 7, "
          "va.valley 2026-01-05 2026-01-06 5, md.peak 2026-01-06 2026-01-07 5, md.valley 2026-01-06 2026-01-07 1, "
          "va.peak 2026-01-06 2026-01-07 5, va.valley 2026-01-06 2026-01-07 1");
    REQUIRE(supply.section.intervals.size() == 2);
    CHECK(supply.section.intervals[0].micro.size() == 48);
    CHECK(supply.section.intervals[0].micro[33] == micro("3"));
    CHECK(input_of(supply.section).zone == supply.section.zone);

    // Two channels of one measure are one demand.
    Supply sum;
    sum.period("2026-01-05", "2026-01-06").supplied("2026-01-05", "2200-01-01", both);
    sum.meter({.registers = {hourly(1), hourly(2)}});
    sum.hours("2026-01-05", "9*1 6 14*1").hours("2026-01-05", "9*1 5 14*1", 2);
    CHECK(sum.bill().starts_with("2026-01-05 2026-01-06:"));
    CHECK(peaks(sum.section) == "md.peak 2026-01-05 2026-01-06 11, md.valley 2026-01-05 2026-01-06 2");

    // Without demands nothing is kept.
    const auto without = demands("");
    TwoDays plain(hourly(), without);
    plain.two("24*1");
    CHECK(plain.section.peaks.empty());
    CHECK(plain.section.intervals.empty());
}

TEST_CASE("an interval meter is billed by its channels alone") {
    Supply supply;
    supply.period("2026-01-05", "2026-01-06").supplied("2026-01-05").meter({.registers = {hourly(1), dial(2)}});
    supply.hours("2026-01-05", "24*1");
    CHECK(supply.bill() == "2026-01-05 2026-01-06: total 2026-01-05 2026-01-06 24");
}

TEST_CASE("values are scaled and multiplied before anything else") {
    Register channel = hourly();
    channel.multiplier_e6 = 40'000'000;
    CHECK(TwoDays(channel).two("24*1.5") == "1440 960 | linear 0 like 0");
    // 0.000003 x 0.5 = 0.0000015, half up each
    channel.multiplier_e6 = 500'000;
    CHECK(TwoDays(channel).two("24*0.000003", "24*0") == "0.000048 0 | linear 0 like 0");
    TwoDays coarse;
    coarse.hours("2026-01-05", "24*0.000001").hours("2026-01-06", "24*0");
    coarse.channel_days[0].scale = 0;
    CHECK(coarse.bill().starts_with("2026-01-05 2026-01-07: total 2026-01-05 2026-01-06 24,"));
}

TEST_CASE("a short gap between good values is filled in a straight line") {
    CHECK(TwoDays().two("10*1 2*N 12*4") == "63 24 | linear 2 like 0");  // 2 and 3
    CHECK(TwoDays().two("10*4 2*N 12*1") == "57 24 | linear 2 like 0");  // 3 and 2
    CHECK(TwoDays().two("0 N 0.000001 21*0") == "0.000002 24 | linear 1 like 0");  // half up
    CHECK(TwoDays().two("23*1 N", "N 23*4") == "25 95 | linear 2 like 0");  // over midnight: 2 and 3
    CHECK(TwoDays().two("23*1") == "24 24 | linear 1 like 0");  // absent is missing too
    // Longer than two hours, or at an edge of the section, it is not.
    CHECK(TwoDays().two("10*1 3*N 11*4") == "held: interval_gap");
    CHECK(TwoDays().two("N 23*4") == "held: interval_gap");
    CHECK(TwoDays().two("24*1", "23*1 N") == "held: interval_gap");
    TwoDays neighbours;
    neighbours.hours("2026-01-04", "24*1").hours("2026-01-07", "24*1");
    CHECK(neighbours.two("N 23*4") == "held: interval_gap");
}

TEST_CASE("what is longer is filled from like days") {
    TwoDays one;
    one.hours("2025-12-29", "24*2");  // a week before
    CHECK(one.two("10*1 3*N 11*4") == "60 24 | linear 0 like 3");

    TwoDays three;
    // Nearest three complete ones: 2, 3 and 7, mean 4. A fourth, an incomplete one and other weekdays do not count.
    three.hours("2025-12-29", "24*2").hours("2025-12-22", "24*3").hours("2025-12-15", "23*50 N");
    three.hours("2025-12-08", "24*7").hours("2025-12-01", "24*100").hours("2026-01-04", "24*100");
    CHECK(three.two("10*1 3*N 11*4") == "66 24 | linear 0 like 3");

    TwoDays half;
    half.hours("2025-12-29", "24*0").hours("2025-12-22", "24*0.000001");
    CHECK(half.two("3*N 21*0") == "0.000003 24 | linear 0 like 3");

    TwoDays far;
    far.hours("2025-11-24", "24*2");  // 42 days before
    CHECK(far.two("10*1 3*N 11*4") == "held: interval_gap");
}

TEST_CASE("later like days serve where there is no earlier one") {
    Supply supply;
    supply.period("2026-01-05", "2026-01-19").supplied("2026-01-05").meter({.registers = {hourly()}});
    supply.hours("2026-01-05", "3*N 21*1");
    for (int i = 6; i <= 18; ++i) supply.hours(fmt::format("2026-01-{:02}", i), i == 12 ? "24*5" : "24*1");
    CHECK(supply.bill().starts_with("2026-01-05 2026-01-19: total 2026-01-05 2026-01-06 36,"));
    // Beyond the period there are no data of the run.
    Supply alone;
    alone.period("2026-01-05", "2026-01-12").supplied("2026-01-05").meter({.registers = {hourly()}});
    alone.hours("2026-01-05", "3*N 21*1").hours("2026-01-12", "24*5");
    for (int i = 6; i <= 11; ++i) alone.hours(fmt::format("2026-01-{:02}", i), "24*1");
    CHECK(alone.bill() == "held: interval_gap");
}

TEST_CASE("more than 30 % missing is no bill, however easily filled") {
    const std::string eight = "1 2*N 1 2*N 1 2*N 1 2*N 12*1";
    CHECK(TwoDays().two(eight, "1 2*N 1 2*N 1 2*N 15*1") == "24 24 | linear 14 like 0");  // 14 of 48
    CHECK(TwoDays().two(eight, "1 2*N 1 2*N 1 2*N 1 N 13*1") == "held: interval_gap");  // 15
    CHECK(TwoDays().bill() == "held: interval_gap");
}

TEST_CASE("days of 23 and 25 hours") {
    const auto london = changed(flat_tariff(), [](tariff::Plan& plan) { plan.zone = "Europe/London"; });
    const auto bill = [&](const char* day_of_change, const std::string& values, const char* week_before = "") {
        Supply supply;
        const Date from = day(day_of_change);
        supply.period(day_of_change, format_date(from + std::chrono::days{1}));
        supply.supplied(day_of_change, "2200-01-01", london).meter({.registers = {hourly()}});
        supply.hours(day_of_change, values);
        if (*week_before != '\0') supply.hours(format_date(from - std::chrono::days{7}), week_before);
        const std::string text = supply.bill();
        return text.starts_with("held") ? text : format_decimal(supply.section.total_micro, 6);
    };
    CHECK(bill("2026-03-29", "23*1") == "23");
    CHECK(bill("2026-03-29", "24*1") == "23");  // the 24th belongs to the next day
    CHECK(bill("2026-10-25", "25*1") == "25");
    CHECK(bill("2026-10-25", "10*1 N 14*1") == "25");
    // A day of 24 hours is not like one of 25.
    CHECK(bill("2026-10-25", "10*1 3*N 12*1", "24*1") == "held: interval_gap");
    CHECK(bill("2026-10-18", "10*1 3*N 11*1", "24*1") == "24");
}

TEST_CASE("time of use") {
    const auto periods = tariff_of(
        {{.head = "calendar:\n  periods:\n    - {period: peak, hours: [\"08:00-12:00\"]}\n    - {period: valley}\n",
          .charges = "energy energy_time_of_use prices: {peak: '1', valley: '0.5'}"}});
    TwoDays by_calendar(hourly(), periods);
    CHECK(by_calendar.two("8*1 4*10 12*1", "24*1") == "40 20 4 20 | linear 0 like 0");
    CHECK(tariff::name_of(by_calendar.section.pieces[0].stream) == "peak");
    CHECK(by_calendar.section.total_micro == micro("84"));
    // A channel with a stream of its own keeps it.
    TwoDays own(hourly(1, tariff::stream_of("valley")), periods);
    CHECK(own.two("8*1 4*10 12*1", "24*1") == "60 24 | linear 0 like 0");
    CHECK(tariff::name_of(own.section.pieces[0].stream) == "valley");
    // What is fed in is spread over its own periods, and is no part of the energy taken.
    TwoDays fed_in(hourly(1, tariff::kExport), periods);
    CHECK(fed_in.two("8*1 4*10 12*1", "24*1") == "40 20 4 20 | linear 0 like 0");
    CHECK(tariff::name_of(fed_in.section.pieces[0].stream) == "export.peak");
    CHECK(fed_in.section.total_micro == 0);
}

TEST_CASE("what holds an interval bill back beside gaps") {
    Register reactive = hourly();
    reactive.unit = Unit::kvarh;
    CHECK(TwoDays(reactive).two("24*1") == "held: unit_mismatch");
    reactive.stream = tariff::kReactive;
    CHECK(TwoDays(reactive).two("24*1", "24*1") == "24 24 | linear 0 like 0");
    reactive.unit = Unit::kwh;
    CHECK(TwoDays(reactive).two("24*1") == "held: unit_mismatch");
    const auto later = tariff_of({{.effective = "2026-01-06", .charges = "energy energy_flat price: '0.5'"}});
    CHECK(TwoDays(hourly(), later).two("24*1") == "held: no_tariff_version");
    TwoDays unknown;
    unknown.reference.zones.clear();
    CHECK(unknown.bill() == "held: no_tariff");
}

TEST_CASE("an exchange from a register to a channel") {
    Supply supply;
    supply.period("2026-01-01", "2026-01-07").supplied("2020-01-01").meter({.to = "2026-01-05"});
    supply.meter({.device = 2, .from = "2026-01-05", .registers = {hourly()}}).read("2026-01-05 1040");
    supply.hours("2026-01-05", "24*1").hours("2026-01-06", "24*2");
    CHECK(supply.bill(Carried{}) ==
          "2026-01-01 2026-01-07: total 2026-01-01 2026-01-05 40, total 2026-01-05 2026-01-06 "
          "24, total 2026-01-06 2026-01-07 48");
    CHECK(supply.section.carry_out.device_id == 0);
}

TEST_CASE("values are multiplied exactly, whatever the multiplier and the scale") {
    const struct {
        std::int64_t multiplier_e6;
        std::int16_t scale;
        const char* expected;
    } rows[] = {
        {40'000'000, 6, "1440"},  // 24 x 1.5 x 40
        {333'333, 6, "12"},  // each 0.4999995, half up
        {333'333, 3, "11999.988"},  // the same figures as thousandths: 1500 x 0.333333
        {1'000'000, 0, "36000000"},  // and as whole numbers
    };
    for (const auto& [multiplier, scale, expected] : rows) {
        Register channel = hourly();
        channel.multiplier_e6 = multiplier;
        Supply supply;
        supply.period("2026-01-05", "2026-01-06").supplied("2026-01-05").meter({.registers = {channel}});
        supply.hours("2026-01-05", "24*1.5");
        supply.channel_days[0].scale = scale;
        supply.bill();
        CHECK(supply.section.total_micro == micro(expected));
    }
}
