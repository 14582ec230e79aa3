// One row for every rule of docs/TARIFFS.md, "Demand". All amounts are calculated by hand from that page.
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kHead =
    "facts: {contract_kw: {unit: kW}, motors_kw: {unit: kW, default: '40'}}\n"
    "demands: {md: {unit: kW, window: 30}, other: {unit: kW, window: 15}}\n";
constexpr const char* kPeriods =
    "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n"
    "demands: {md: {unit: kW, window: 30}}\n";

std::vector<Peak> peaks_of(const std::string& text) {
    std::vector<Peak> peaks;
    for (const Piece& piece : pieces_of(text)) peaks.push_back({piece.stream, piece.dates, piece.micro});
    return peaks;
}

// "clause 2025-12-01 2026-01-01 300; ..."
Accumulated before_of(const std::string& text) {
    Accumulated before;
    std::istringstream rows(text);
    for (std::string row; std::getline(rows, row, ';');) {
        std::istringstream words(row);
        std::string clause, from, to, value;
        if (words >> clause >> from >> to >> value)
            before.demands.push_back({clause, {day(from), day(to)}, micro(value)});
    }
    return before;
}

std::vector<FactValue> facts_of(const std::string& text) {
    std::vector<FactValue> facts;
    std::istringstream words(text);
    for (std::string name, value; words >> name >> value;) facts.push_back({tariff::fact_of(name), micro(value)});
    return facts;
}

struct Setting {
    const char* head = kHead;
    const char* facts = "contract_kw 200";
    const char* before = "";
    const char* from = "2026-01-01";
    const char* to = "2026-02-01";
};

struct Case {
    const char* name;
    const char* charges;
    const char* peaks;
    const char* expected;
    Setting with = {};
};

std::string rate_case(const Case& c) {
    const auto tariff = tariff_of({{.head = c.with.head, .charges = c.charges}});
    const DateRange dates{day(c.with.from), day(c.with.to)};
    const auto facts = facts_of(c.with.facts);
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial, 0, 1, facts};
    const auto peaks = peaks_of(c.peaks);
    const Accumulated before = before_of(c.with.before);
    return rate_text({.dates = dates, .spans = {&span, 1}, .pieces = {}, .peaks = peaks, .before = &before});
}

constexpr const char* kRatchet =
    "d demand price: '1', of: md, at_least: [{past: 11, percent: '60', months: [1, 2, 3, 4, 5, 10, 11, 12]}, "
    "{past: 11, percent: '95', months: [6, 7, 8, 9]}]";

const Case kCases[] = {
    {"the highest peak", "d demand price: '36.1', of: md",
     "md 2026-01-01 2026-01-16 150; md 2026-01-16 2026-02-01 180.5", "d 180.5 x 36.1 = 6516.05\ntotal 6516.05\n"},
    {"other demands do not count", "d demand price: '2', of: md",
     "md 2026-01-01 2026-02-01 150; other 2026-01-01 2026-02-01 400", "d 150 x 2 = 300.00\ntotal 300.00\n"},
    {"the highest of a list", "d demand price: '2', of: [md, other]",
     "md 2026-01-01 2026-02-01 150; other 2026-01-01 2026-02-01 400", "d 400 x 2 = 800.00\ntotal 800.00\n"},
    {"a peak counts whose days touch the section", "d demand price: '2', of: md",
     "md 2025-12-20 2026-01-02 150; md 2025-12-20 2026-01-01 400; md 2026-02-01 2026-03-01 500",
     "d 150 x 2 = 300.00\ntotal 300.00\n"},
    {"no demand measured at all", "d demand price: '2', of: md", "other 2026-01-01 2026-02-01 400",
     "refused: register_missing\n"},
    {"a clause that applies nowhere needs no peak", "d demand price: '2', of: md, for: {classes: [residential]}", "",
     "total 0.00\n"},
    {"no demand, no line", "d demand price: '2', of: md", "md 2026-01-01 2026-02-01 0", "total 0.00\n"},
    {"a fact that nobody states",
     "d demand price: '2', of: md, at_least: [{fact: contract_kw}]",
     "md 2026-01-01 2026-02-01 1",
     "refused: fact_missing\n",
     {.facts = ""}},
    {"a tolerance on a fact that nobody states",
     "d demand price: '2', of: md, tolerance: {fact: contract_kw}",
     "md 2026-01-01 2026-02-01 1",
     "refused: fact_missing\n",
     {.facts = ""}},
    {"a fact is missed before a register",
     "d demand price: '2', of: md, tolerance: {fact: contract_kw}",
     "",
     "refused: fact_missing\n",
     {.facts = ""}},
    {"by days of the months",
     "d demand price: '10', of: md, proration: month_days",
     "md 2026-01-20 2026-02-10 50",
     "d/0 50 x 10 x 615/868 = 354.26\n"  // 12/31 + 9/28 months
     "total 354.26\n",
     {.from = "2026-01-20", .to = "2026-02-10"}},
    {"by days of 30",
     "d demand price: '10', of: md, proration: days_30",
     "md 2026-01-20 2026-02-10 50",
     "d/0 50 x 10 x 7/10 = 350.00\ntotal 350.00\n",
     {.from = "2026-01-20", .to = "2026-02-10"}},
    {"periods",
     "p demand price: '20', of: md.peak\nv demand price: '5', of: md.valley",
     "md.peak 2026-01-01 2026-02-01 80; md.valley 2026-01-01 2026-02-01 95",
     "p 80 x 20 = 1600.00\nv 95 x 5 = 475.00\ntotal 2075.00\n",
     {.head = kPeriods}},
    {"a bare demand is the highest of its periods",
     "d demand price: '20', of: md",
     "md.peak 2026-01-01 2026-02-01 80; md.valley 2026-01-01 2026-02-01 95",
     "d 95 x 20 = 1900.00\ntotal 1900.00\n",
     {.head = kPeriods}},
    {"a bare peak goes before those of periods on its days",
     "d demand price: '20', of: md",
     "md 2026-01-01 2026-01-16 70; md.peak 2026-01-01 2026-01-16 80; md.peak 2026-01-16 2026-02-01 60",
     "d 70 x 20 = 1400.00\ntotal 1400.00\n",
     {.head = kPeriods}},
    {"a period that has no peak",
     "d demand price: '20', of: md.peak",
     "md 2026-01-01 2026-02-01 80",
     "refused: register_missing\n",
     {.head = kPeriods}},
    {"tiers", "d demand of: md, tiers: [{upto: '100', price: '20'}, {upto: '300', price: '15'}, {price: '10'}]",
     "md 2026-01-01 2026-02-01 320.5",
     "d#1 100 x 20 = 2000.00\nd#2 200 x 15 = 3000.00\nd#3 20.5 x 10 = 205.00\ntotal 5205.00\n"},
    {"exactly at a bound", "d demand of: md, tiers: [{upto: '100', price: '20'}, {price: '15'}]",
     "md 2026-01-01 2026-02-01 100", "d#1 100 x 20 = 2000.00\ntotal 2000.00\n"},
    {"bounds times a fact, by days",
     "d demand of: md, proration: days_30, times: contract_kw, tiers: [{upto: '1', price: '30'}, {price: '60'}]",
     "md 2026-01-20 2026-02-10 230",
     "d/0#1 200 x 30 x 7/10 = 4200.00\nd/0#2 30 x 60 x 7/10 = 1260.00\ntotal 5460.00\n",
     {.from = "2026-01-20", .to = "2026-02-10"}},
    {"the mean of the three highest days", "d demand price: '3', of: md, average_of: 3",
     "md 2026-01-01 2026-01-02 15; md 2026-01-01 2026-01-02 20; md 2026-01-02 2026-01-03 13; "
     "md 2026-01-03 2026-01-04 12; md 2026-01-04 2026-01-05 11; md 2026-01-05 2026-01-08 99",
     "d 15 x 3 = 45.00\ntotal 45.00\n"},  // (20 + 13 + 12) / 3
    {"the mean is rounded half up", "d demand price: '3', of: md, average_of: 3",
     "md 2026-01-01 2026-01-02 8; md 2026-01-02 2026-01-03 9; md 2026-01-03 2026-01-04 6",
     "d 7.666667 x 3 = 23.00\ntotal 23.00\n"},
    {"the mean of the days that there are", "d demand price: '3', of: md, average_of: 4", "md 2026-01-09 2026-01-10 8",
     "d 8 x 3 = 24.00\ntotal 24.00\n"},
    {"a mean of days needs peaks of days", "d demand price: '3', of: md, average_of: 4", "md 2026-01-01 2026-02-01 8",
     "refused: register_missing\n"},
    {"at least an amount", "d demand price: '2', of: md, at_least: [{amount: '50'}]", "md 2026-01-01 2026-02-01 49.9",
     "d 50 x 2 = 100.00\ntotal 100.00\n"},
    {"at least a part of a fact",
     "d demand price: '2', of: md, at_least: [{amount: '50'}, {fact: contract_kw, percent: '40'}]",
     "md 2026-01-01 2026-02-01 49.9", "d 80 x 2 = 160.00\ntotal 160.00\n"},
    {"at least the default of a fact",
     "d demand price: '2', of: md, at_least: [{fact: motors_kw}]",
     "md 2026-01-01 2026-02-01 30",
     "d 40 x 2 = 80.00\ntotal 80.00\n",
     {.facts = ""}},
    {"more than the least", "d demand price: '2', of: md, at_least: [{amount: '50'}]", "md 2026-01-01 2026-02-01 51",
     "d 51 x 2 = 102.00\ntotal 102.00\n"},
    {"a part of the past",
     kRatchet,
     "md 2026-01-01 2026-02-01 500",
     "d 760 x 1 = 760.00\ntotal 760.00\n",  // 95 % of 800
     {.before = "d 2025-03-01 2025-04-01 1200; d 2025-07-01 2025-08-01 800; d 2025-11-01 2025-12-01 900"}},
    {"another month of the past",
     kRatchet,
     "md 2026-01-01 2026-02-01 500",
     "d 720 x 1 = 720.00\ntotal 720.00\n",
     {.before = "d 2025-03-01 2025-04-01 1200; d 2025-10-01 2025-11-01 800"}},
    {"eleven months back counts, twelve does not",
     kRatchet,
     "md 2026-01-01 2026-02-01 500",
     "d 600 x 1 = 600.00\ntotal 600.00\n",  // 60 % of February's 1000
     {.before = "d 2025-01-01 2025-02-01 2000; d 2025-02-01 2025-03-01 1000"}},
    {"only earlier sections of the same clause",
     kRatchet,
     "md 2026-01-01 2026-02-01 500",
     "d 500 x 1 = 500.00\ntotal 500.00\n",
     {.before = "e 2025-07-01 2025-08-01 2000; d 2025-12-15 2026-01-15 2000; d 2026-02-01 2026-03-01 2000"}},
    {"no past is no least", kRatchet, "md 2026-01-01 2026-02-01 0", "total 0.00\n"},
    {"a part of what was measured", "d demand price: '1', of: md, current: '60', at_least: [{amount: '500'}]",
     "md 2026-01-01 2026-02-01 1200", "d 720 x 1 = 720.00\ntotal 720.00\n"},
    {"in other months all of it", "d demand price: '1', of: md, current: '60', current_months: [6, 7]",
     "md 2026-01-01 2026-02-01 1200", "d 1200 x 1 = 1200.00\ntotal 1200.00\n"},
    {"the month is that of the last day", "d demand price: '1', of: md, current: '60', current_months: [1]",
     "md 2026-01-01 2026-02-01 1200", "d 720 x 1 = 720.00\ntotal 720.00\n"},
    {"within the tolerance", "d demand price: '36.1', of: md, tolerance: {fact: contract_kw, percent: '105'}",
     "md 2026-01-01 2026-02-01 210", "d 200 x 36.1 = 7220.00\ntotal 7220.00\n"},
    {"below the fact", "d demand price: '36.1', of: md, tolerance: {fact: contract_kw, percent: '105'}",
     "md 2026-01-01 2026-02-01 150", "d 200 x 36.1 = 7220.00\ntotal 7220.00\n"},
    {"beyond the tolerance", "d demand price: '36.1', of: md, tolerance: {fact: contract_kw, percent: '105'}",
     "md 2026-01-01 2026-02-01 210.000001", "d 210.000001 x 36.1 = 7581.00\ntotal 7581.00\n"},
    {"a tolerance of the fact itself", "d demand price: '1', of: md, tolerance: {fact: contract_kw}",
     "md 2026-01-01 2026-02-01 200", "d 200 x 1 = 200.00\ntotal 200.00\n"},
    {"within the tolerance, but a higher least",
     "d demand price: '1', of: md, tolerance: {fact: contract_kw, percent: '105'}, at_least: [{amount: '205'}]",
     "md 2026-01-01 2026-02-01 210", "d 205 x 1 = 205.00\ntotal 205.00\n"},
    // Tariff 14 of Queensland, 2016: 61.79 and 11.258 a kW and month of 365.25 / 12 days, at least 3 kW outside summer.
    {"Queensland in summer",
     "d demand price: '60.90184805', of: md, average_of: 4, proration: days_30\ngst tax percent: '10', of: [d]",
     "md 2026-01-02 2026-01-03 0.9; md 2026-01-03 2026-01-04 0.5",
     "d/0 0.7 x 60.90184805 x 31/30 = 44.05\ngst (44.05) x 0.1 = 4.41\ntotal 48.46\n"},
    {"Queensland outside summer",
     "d demand price: '11.09617248', of: md, average_of: 4, proration: days_30, at_least: [{amount: '3'}]\n"
     "gst tax percent: '10', of: [d]",
     "md 2026-01-02 2026-01-03 0.9; md 2026-01-03 2026-01-04 0.5",
     "d/0 3 x 11.09617248 x 31/30 = 34.40\ngst (34.40) x 0.1 = 3.44\ntotal 37.84\n"},
    {"rounded once", "d demand price: '3', of: md, current: '33.3', round_demand: {decimals: 0, mode: up}",
     "md 2026-01-01 2026-02-01 100.1", "d 34 x 3 = 102.00\ntotal 102.00\n"},  // 33.3333
    {"contract demand: twice the price beyond 105 %, nothing between",
     "d demand of: md, times: contract_kw, at_least: [{fact: contract_kw}], "
     "tiers: [{upto: '1', price: '36.1'}, {upto: '1.05', price: '0'}, {price: '72.2'}]",
     "md 2026-01-01 2026-02-01 230",
     "d#1 200 x 36.1 = 7220.00\nd#2 10 x 0 = 0.00\nd#3 20 x 72.2 = 1444.00\ntotal 8664.00\n"},
    {"contract demand: a tenth beyond it at twice the price, the rest at three times",
     "d demand of: md, times: contract_kw, at_least: [{fact: contract_kw}], "
     "tiers: [{upto: '1', price: '223.6'}, {upto: '1.1', price: '447.2'}, {price: '670.8'}]",
     "md 2026-01-01 2026-02-01 245",
     "d#1 200 x 223.6 = 44720.00\nd#2 20 x 447.2 = 8944.00\nd#3 25 x 670.8 = 16770.00\ntotal 70434.00\n"},
    {"contract demand: 105 % at the price once, then twice",
     "d demand of: md, times: contract_kw, tolerance: {fact: contract_kw, percent: '105'}, "
     "tiers: [{upto: '1.05', price: '36.1'}, {price: '72.2'}]",
     "md 2026-01-01 2026-02-01 230", "d#1 210 x 36.1 = 7581.00\nd#2 20 x 72.2 = 1444.00\ntotal 9025.00\n"},
};

constexpr const char* kCapacity = "facts: {contract_kva: {unit: kVA}}\n";

// Half a month with 315 kVA, then as much as `kva`.
std::string transformer_replaced(const char* charges, const char* kva) {
    const auto tariff = tariff_of({{.head = kCapacity, .charges = charges}});
    const auto before = facts_of("contract_kva 315"), after = facts_of(fmt::format("contract_kva {}", kva));
    const auto commercial = tariff::CustomerClass::commercial;
    const Date d1 = day("2026-06-01"), d2 = day("2026-06-11"), d3 = day("2026-07-01");
    const AgreementSpan spans[] = {{{d1, d2}, &tariff, commercial, 0, 1, before},
                                   {{d2, d3}, &tariff, commercial, 0, 1, after}};
    return rate_text({{d1, d3}, spans, {}});
}

}  // namespace

TEST_CASE("demand charges as docs/TARIFFS.md defines them") {
    for (const Case& c : kCases) {
        INFO(std::string(c.name));
        CHECK(rate_case(c) == c.expected);
    }
}

TEST_CASE("one demand for versions and seasons, each with its price and bounds") {
    const auto tariff = tariff_of(
        {{.head = kHead, .charges = "d demand price: '10', of: md, proration: days_30"},
         {.effective = "2026-01-11",
          .head = kHead,
          .charges = "d demand of: other, proration: days_30, at_least: [{fact: contract_kw, percent: '50'}], "
                     "times: contract_kw, tiers: [{upto: '0.5', price: '10'}, {price: '20'}]"}});
    const auto facts = facts_of("contract_kw 200");
    const DateRange dates{day("2026-01-01"), day("2026-01-31")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial, 0, 1, facts};
    // In the first version `other` is nothing, in the second `md` is nothing.
    const auto peaks = peaks_of(
        "md 2026-01-01 2026-01-11 120; other 2026-01-01 2026-01-11 500; md 2026-01-11 2026-01-31 600; "
        "other 2026-01-11 2026-01-31 90");
    RatedSection rated;
    REQUIRE(Rater().rate({.dates = dates, .spans = {&span, 1}, .pieces = {}, .peaks = peaks}, rated).has_value());
    CHECK(text_of(rated) ==
          "d@2020-01-01/0 120 x 10 x 1/3 = 400.00\nd@2026-01-11/1#1 100 x 10 x 2/3 = 666.67\n"
          "d@2026-01-11/1#2 20 x 20 x 2/3 = 266.67\ntotal 1333.34\n");
    REQUIRE(rated.after.demands.size() == 1);
    CHECK(rated.after.demands[0].clause == "d");
    CHECK(rated.after.demands[0].dates == dates);
    CHECK(rated.after.demands[0].micro == micro("120"));
}

TEST_CASE("a demand in full stands at the last segment, or else at the first in which it applies") {
    const auto tariff = tariff_of(
        {{.head = fmt::format("{}calendar:\n  seasons: {{summer: [{{from: 06-01, to: 08-31}}], winter: [{{from: 09-01, "
                              "to: 05-31}}]}}\n",
                              kHead),
          .charges = "d demand price: '10', of: md, season: summer\n"
                     "e demand price: '1', of: md"}});
    const DateRange dates{day("2026-08-16"), day("2026-09-16")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial};
    const auto peaks = peaks_of("md 2026-08-16 2026-09-01 7; md 2026-09-01 2026-09-16 9");
    CHECK(rate_text({.dates = dates, .spans = {&span, 1}, .pieces = {}, .peaks = peaks}) ==
          "d 7 x 10 = 70.00\ne 9 x 1 = 9.00\ntotal 79.00\n");
}

TEST_CASE("what was measured is left, not what was billed") {
    const auto tariff =
        tariff_of({{.head = kHead, .charges = "d demand price: '1', of: md, at_least: [{amount: '50'}]"}});
    const DateRange dates{day("2026-01-01"), day("2026-02-01")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial};
    const auto peaks = peaks_of("md 2026-01-01 2026-02-01 7");
    RatedSection rated;
    REQUIRE(Rater().rate({.dates = dates, .spans = {&span, 1}, .pieces = {}, .peaks = peaks}, rated).has_value());
    REQUIRE(rated.after.demands.size() == 1);
    CHECK(rated.after.demands[0].micro == micro("7"));
    CHECK(rated.total_minor == 5000);
}

TEST_CASE("a transformer replaced in the middle of a period") {
    // 315 kVA for 10 days, 400 kVA for 20
    CHECK(transformer_replaced("basic fixed_per_period price: '22.6', times: contract_kva, proration: month_days",
                               "400") ==
          "basic/0 1 x 22.6 x 105/1 = 2373.00\nbasic/1 1 x 22.6 x 800/3 = 6026.67\ntotal 8399.67\n");
    CHECK(transformer_replaced("basic fixed_per_period price: '22.6', times: contract_kva, proration: days_30",
                               "252.5") ==
          "basic/0 1 x 22.6 x 105/1 = 2373.00\nbasic/1 1 x 22.6 x 505/3 = 3804.33\ntotal 6177.33\n");
    // Out of service after ten days; and in full at the last capacity.
    CHECK(
        transformer_replaced("basic fixed_per_period price: '22.6', times: contract_kva, proration: month_days", "0") ==
        "basic/0 1 x 22.6 x 105/1 = 2373.00\nbasic/1 1 x 22.6 x 0/1 = 0.00\ntotal 2373.00\n");
    CHECK(transformer_replaced("basic fixed_per_period price: '22.6', times: contract_kva", "400") ==
          "basic 1 x 22.6 x 400/1 = 9040.00\ntotal 9040.00\n");
}
