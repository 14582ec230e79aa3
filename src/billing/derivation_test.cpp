#include "billing/derivation.hpp"

#include "base/bytes.hpp"
#include "billing/billing_test_help.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

namespace {

const tariff::Tariff& periods_tariff() {
    static const auto tariff = tariff_of(
        {{.head = "calendar:\n  periods:\n    - {period: peak, hours: [\"08:00-12:00\"]}\n    - {period: valley}\n",
          .charges =
              "energy energy_time_of_use prices: {valley: '0.5', peak: '1'}\nlamps fixed_per_period price: '31', "
              "proration: month_days\nvat tax percent: '13', of: [energy, lamps]"}});
    return tariff;
}

// January 2026 of three agreements: an exchange with an estimate, gas, and a channel of five days.
struct Bill {
    Bill() {
        meters.supplied("2020-01-01", "2026-01-10").supplied("2026-01-10");
        meters.meter({.to = "2026-01-15"}).meter({.device = 2, .from = "2026-01-15"});
        meters.read("2026-01-15 1200; 2026-01-15 #2 5 c");
        Register volume = dial();
        volume.unit = Unit::cubic_metre;
        gas.agreement.commodity = Commodity::gas;
        gas.agreement.gas_zone = "Z";
        gas.reference.calorific_values["Z"] = {{day("2025-01-01"), 394'000, 3}, {day("2026-02-01"), 1, 1}};
        gas.supplied("2020-01-01").meter({.registers = {volume}}).read("2026-02-01 50");
        intervals.period("2026-01-27", "2026-02-01").supplied("2020-01-01", "2026-02-01", periods_tariff());
        intervals.hours("2026-01-15", "24*1", 7).hours("2026-01-21", "24*2", 7).hours("2026-01-22", "23*1 N", 7);
        intervals.meter({.device = 3, .registers = {hourly(7)}});
        for (int i = 27; i <= 31; ++i)
            intervals.hours(fmt::format("2026-01-{}", i), i == 28 ? "20*1 3*N 1" : "20*1 N 3*1", 7);
        REQUIRE(meters.bill(Carried{}).find("estimated") != std::string::npos);
        REQUIRE(gas.bill(Carried{.value = "9990"}).starts_with("2026-01-01"));
        REQUIRE(intervals.bill(Carried{.through = "2026-01-27", .device = 0}).starts_with("2026-01-27"));
        for (auto* supply : {&meters, &gas, &intervals}) {
            auto& one = rated.emplace_back();
            const auto& section = supply->section;
            REQUIRE(rater.rate({section.dates, section.spans, section.pieces}, one).has_value());
        }
        head = {3,
                70'000'000'001,
                9,
                BillKind::bill,
                0,
                8,
                {day("2026-01-01"), day("2026-02-01")},
                day("2026-02-05"),
                day("2026-02-25"),
                Currency{{'C', 'N', 'Y'}},
                -5,
                kEstimated | kCorrected};
        const RatedAgreement agreements[] = {
            {&meters.section, &rated[0]}, {&gas.section, &rated[1]}, {&intervals.section, &rated[2]}};
        encode(head, agreements, bytes);
    }
    Supply meters, gas, intervals;
    rating::Rater rater;
    std::deque<rating::RatedSection> rated;
    BillHead head;
    std::vector<std::uint8_t> bytes;
};

}  // namespace

TEST_CASE("a derivation holds every fact by key and version") {
    const Bill bill;
    const Derivation proof = decode_derivation(bill.bytes);
    CHECK(proof.head == bill.head);
    REQUIRE(proof.sections.size() == 3);

    const auto& section = proof.sections[0];
    CHECK(section.agreement_id == 5);
    CHECK(section.service_point_id == 50);
    CHECK(section.dates == DateRange{day("2026-01-01"), day("2026-02-01")});
    CHECK(section.estimated);
    CHECK_FALSE(section.final);
    CHECK(section.unit == Unit::kwh);
    CHECK(section.total_micro == micro("370"));
    REQUIRE(section.spans.size() == 2);
    CHECK(section.spans[1].valid_from == day("2026-01-10"));
    CHECK(section.spans[1].version == 2);
    REQUIRE(section.meters.size() == 2);
    const auto& meter = section.meters[1];
    CHECK(meter.installed_from == day("2026-01-15"));
    CHECK(meter.device_id == 2);
    CHECK(meter.register_no == std::vector<std::int16_t>{1});
    REQUIRE(meter.boundaries.size() == 2);
    CHECK(meter.boundaries[0].origin == Boundary::Origin::read);
    CHECK(meter.boundaries[0].read_at == bill.meters.reads[1].at);
    CHECK(meter.boundaries[0].version == 1);
    CHECK(meter.boundaries[0].quality == 'A');
    CHECK(meter.boundaries[1].origin == Boundary::Origin::estimate);
    CHECK(meter.boundaries[1].values == std::vector<std::int64_t>{micro("175")});
    CHECK(section.meters[0].boundaries[0].origin == Boundary::Origin::carry);
    CHECK(section.plan_version_ids == std::vector<std::int64_t>{0});

    const auto& advance = proof.sections[1].meters[0].advances[0];
    CHECK(advance.rolled_over);
    CHECK(advance.metered_micro == micro("60"));
    CHECK(advance.calorific_value_e4 == 394'000);
    CHECK(advance.billed_micro == micro("656.666667"));  // 60 x 39.4 / 3.6
    CHECK(proof.sections[1].gas_zone == "Z");
    REQUIRE(proof.sections[1].calorific_values.size() == 1);
    CHECK(proof.sections[1].calorific_values[0].valid_from == day("2025-01-01"));
    CHECK(proof.sections[1].calorific_values[0].version == 3);
    CHECK(section.calorific_values.empty());
}

TEST_CASE("a derivation holds days of price series and months of inputs") {
    Bill bill;
    PublishedPins& pins = bill.meters.section.published;
    pins.prices = {{"spot", day("2026-01-03"), 1},
                   {"spot", day("2026-01-04"), 2},
                   {"spot", day("2026-01-09"), 7},  // nothing of the days between
                   {"zonal", day("2026-01-01"), 300}};
    pins.inputs = {{"fuel", day("2025-12-01"), 2}, {"fx", day("2026-01-01"), 1}};
    const RatedAgreement agreements[] = {{&bill.meters.section, &bill.rated[0]}, {&bill.gas.section, &bill.rated[1]}};
    bill.bytes.clear();
    encode(bill.head, agreements, bill.bytes);
    CHECK(bill.bytes[0] == 3);
    const Derivation proof = decode_derivation(bill.bytes);
    CHECK(proof.sections.at(0).published.prices == pins.prices);
    CHECK(proof.sections[0].published.inputs == pins.inputs);
    CHECK(proof.sections.at(1).published.empty());
    CHECK(proof.sections[1].total_minor == bill.rated[1].total_minor);
}

TEST_CASE("a derivation holds channels, segments and lines as they were") {
    const Bill bill;
    const Derivation proof = decode_derivation(bill.bytes);
    const auto& section = proof.sections[2];
    CHECK(section.final);
    REQUIRE(section.channels.size() == 1);
    const auto& channel = section.channels[0];
    CHECK(channel.register_no == 7);
    CHECK(channel.values == 120);
    CHECK(channel.estimated_linear == 4);
    CHECK(channel.estimated_like_day == 3);
    REQUIRE(channel.rows.size() == 5);
    CHECK(channel.rows[4].start == bill.intervals.channel_days[7].start);
    CHECK(channel.rows[4].version == 1);
    REQUIRE(channel.like_rows.size() == 1);  // the Wednesday before
    CHECK(channel.like_rows[0].start == bill.intervals.channel_days[1].start);

    const auto& rated = bill.rated[2];
    CHECK(section.total_minor == rated.total_minor);
    REQUIRE(section.segments.size() == rated.segments.size());
    CHECK(section.segments[0].dates == rated.segments[0].dates);
    REQUIRE(section.lines.size() == rated.lines.size());
    for (std::size_t i = 0; i < rated.lines.size(); ++i) {
        INFO(i);
        const auto &kept = section.lines[i], &line = rated.lines[i];
        CHECK(kept.clause == line.clause);
        CHECK(kept.segment == line.segment);
        CHECK(kept.quantity_micro == line.quantity_micro);
        CHECK(kept.base_minor == line.base_minor);
        CHECK(kept.price_e8 == line.price_e8);
        CHECK(kept.numerator == line.numerator);
        CHECK(kept.denominator == line.denominator);
        CHECK(kept.amount_minor == line.amount_minor);
        const auto& clause = rated.plans[line.version]->clauses[line.clause];
        // Periods are kept by their place among the clause's prices, whatever number the process gave them.
        if (clause.kind == tariff::ClauseKind::energy_time_of_use)
            CHECK(clause.period_prices[kept.part].stream == line.part);
        else
            CHECK(kept.part == line.part);
    }
}

TEST_CASE("a cancellation is the head alone") {
    BillHead head = Bill().head;
    head.kind = BillKind::cancellation;
    head.cancels_seq = 7;
    std::vector<std::uint8_t> bytes;
    encode(head, bytes);
    const Derivation proof = decode_derivation(bytes);
    CHECK(proof.head == head);
    CHECK(proof.sections.empty());
}

TEST_CASE("a derivation that is cut off, too long or of another version is refused") {
    auto bytes = Bill().bytes;
    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_THROWS_AS(decode_derivation(std::span(bytes).first(length)), BytesError);
    bytes.push_back(0);
    CHECK_THROWS_AS(decode_derivation(bytes), BytesError);
    bytes.pop_back();
    // Any one byte changed: other values or a refusal, never a crash.
    for (auto& byte : bytes) {
        byte ^= 0x55;
        try {
            decode_derivation(bytes);
        } catch (const BytesError&) {
        }
        byte ^= 0x55;
    }
    bytes[0] = 9;
    CHECK_THROWS_WITH_AS(decode_derivation(bytes), "derivation of an unknown version", BytesError);
}

TEST_CASE("the digest is SHA-256") {
    const std::string_view abc = "abc";
    const auto digest = sha256_of({reinterpret_cast<const std::uint8_t*>(abc.data()), abc.size()});
    CHECK(digest[0] == 0xba);
    CHECK(digest[1] == 0x78);
    CHECK(digest[31] == 0xad);
}
