// Cases that others have published, of tiers, slabs, counters and what is fed in. What they expect must come out, but
// for half a cent a line, since our lines are rounded.
// One differs: pge-baseline-credit-capped-by-usage gives an allowance that its cycle has not used on the days of the
// first price to those of the second; our limits hold for each segment.
#include <boost/json.hpp>

#include "rating/published_json_test.hpp"
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;

namespace {

const json::value& expected_of(const json::value& all, std::string_view id) { return case_of(all, id).at("expected"); }

// In ten thousandths.
std::int64_t e4_of(const json::value& value) { return decimal_of(value, 4); }

struct Usage {
    std::string charges;
    const char* pieces;
    std::string head = "";
    const char* from = "2026-01-01";
    const char* to = "2026-02-01";
    const char* counted = "";  // by the clause energy, since the first of January
    const char* demand = "";   // the fact demand_kw
};

struct Bill : RatedSection {
    tariff::Tariff tariff;  // whose plans the lines name
};

Bill rate_usage(const Usage& usage) {
    Bill rated;
    const auto& tariff = rated.tariff = tariff_of({{.head = usage.head, .charges = usage.charges}});
    const FactValue demand{tariff::fact_of("demand_kw"), micro(*usage.demand == 0 ? "0" : usage.demand)};
    AgreementSpan span{{day(usage.from), day(usage.to)}, &tariff, tariff::CustomerClass::residential};
    if (*usage.demand != 0) span.facts = {&demand, 1};
    Accumulated before;
    if (*usage.counted != 0) before.counters.push_back({"energy", day("2026-01-01"), nullptr, micro(usage.counted)});
    const auto pieces = pieces_of(usage.pieces);
    REQUIRE(Rater().rate({.dates = span.dates, .spans = {&span, 1}, .pieces = pieces, .before = &before}, rated));
    return rated;
}

std::int64_t minor_of(const Bill& rated, std::string_view clause) {
    std::int64_t sum = 0;
    for (const Line& line : rated.lines)
        if (line.clause < rated.plans[line.version]->clauses.size() &&
            rated.plans[line.version]->clauses[line.clause].name == clause)
            sum += line.amount_minor;
    return sum;
}

void check_close(std::int64_t minor, const json::value& expected, std::size_t lines) {
    CHECK(std::abs(minor * 100 - e4_of(expected)) <= 50 * static_cast<std::int64_t>(lines));
}

constexpr const char* kPeriods = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n";
constexpr const char* kZhejiang =
    "energy energy_tiered bounds: year, tiers: [{upto: '2760', price: '0.538'}, {upto: '4800', price: '0.588'}, "
    "{price: '0.838'}]";

}  // namespace

TEST_CASE("published tiers of a year that has begun") {
    const auto all = published_cases();
    if (!all) return;
    const auto check = [&](const char* id, const Usage& usage) {
        INFO(std::string(id));
        const Bill rated = rate_usage(usage);
        check_close(rated.total_minor, expected_of(*all, id).at("energy"), rated.lines.size());
    };
    check("cn-step-zhejiang-a", {.charges = kZhejiang, .pieces = "total 2026-01-01 2026-02-01 300"});
    check("cn-step-zhejiang-c", {.charges = kZhejiang, .pieces = "total 2026-01-01 2026-02-01 100", .counted = "2760"});
    const char* const pieces = "peak 2026-01-01 2026-02-01 180; valley 2026-01-01 2026-02-01 120";
    check("cn-step-tou-zhejiang", {.charges = "energy energy_tiered bounds: year, split: proportional, tiers: [{upto: "
                                              "'2760', prices: {peak: '0.568', valley: '0.288'}}, {upto: '4800', "
                                              "prices: {peak: '0.618', valley: '0.338'}}, {prices: {peak: '0.868', "
                                              "valley: '0.588'}}]",
                                   .pieces = pieces,
                                   .head = kPeriods,
                                   .counted = "2700"});
    const Usage surcharges{.charges =
                               "base energy_time_of_use prices: {peak: '0.568', valley: '0.288'}\n"
                               "energy energy_tiered bounds: year, tiers: [{upto: '2760', price: '0'}, {upto: "
                               "'4800', price: '0.05'}, {price: '0.3'}]",
                           .pieces = pieces,
                           .head = kPeriods,
                           .counted = "2700"};
    check("cn-step-tou-zhejiang", surcharges);
    const auto& parts = expected_of(*all, "cn-step-tou-zhejiang");
    const Bill by_surcharge = rate_usage(surcharges);
    check_close(minor_of(by_surcharge, "base"), parts.at("base_tou"), 2);
    check_close(minor_of(by_surcharge, "energy"), parts.at("step2_surcharge"), 1);
}

TEST_CASE("published tiers of two months, by the days of the months") {
    const auto all = published_cases();
    if (!all) return;
    for (const auto& [id, use] : {std::pair{"taipower-tier-1", "250"}, {"taipower-tier-2", "700"}}) {
        const std::string pieces = fmt::format("total 2026-01-01 2026-03-01 {}", use);
        const Bill rated = rate_usage(
            {.charges = "energy energy_tiered bounds: month_days, tiers: [{upto: '120', price: '1.78'}, {upto: '330', "
                        "price: '2.26'}, {upto: '500', price: '3.13'}, {upto: '700', price: '4.24'}, {upto: '1000', "
                        "price: '5.27'}, {price: '7.03'}]",
             .pieces = pieces.c_str(),
             .to = "2026-03-01"});
        check_close(rated.total_minor, expected_of(*all, id).at("energy"), rated.lines.size());
    }
}

TEST_CASE("published bounds: by the days of the month, by the demand") {
    const auto all = published_cases();
    if (!all) return;
    const Bill rounded =
        rate_usage({.charges = "energy energy_tiered bounds: month_days, round_bounds: {decimals: 0, mode: up}, tiers: "
                               "[{upto: '200', price: '1'}, {price: '2'}]",
                    .pieces = "total 2026-07-01 2026-08-02 405",
                    .from = "2026-07-01",
                    .to = "2026-08-02"});
    CHECK(rounded.lines.at(0).quantity_micro ==
          expected_of(*all, "in-slab-proration-32-days").at("first_slab_kWh").as_int64() * 1'000'000);

    const Bill by_demand = rate_usage(
        {.charges = "energy energy_tiered times: demand_kw, tiers: [{upto: '200', price: '0.031718'}, {upto: "
                    "'400', price: '0.013627'}, {upto: '600', price: '0.010275'}, {price: '0.00771'}]",
         .pieces = "total 2026-01-01 2026-02-01 1000000",
         .head = "facts: {demand_kw: {unit: kW}}\n",
         .demand = "1413"});
    const auto& bounds = expected_of(*all, "ssc-eq-kwh-per-kw-1413kW").at("upper_kWh");
    std::int64_t filled = 0;
    for (std::size_t tier = 0; tier < 3; ++tier) {
        filled += by_demand.lines.at(tier).quantity_micro;
        CHECK(filled == bounds.at(tier).as_int64() * 1'000'000);
    }
}

TEST_CASE("published slabs: all of it at the price that is reached") {
    const auto all = published_cases();
    if (!all) return;
    const Bill rated = rate_usage(
        {.charges = "energy energy_slab tiers: [{upto: '200', price: '21.8'}, {upto: '1500', price: '33.4'}, "
                    "{price: '51.6'}]",
         .pieces = "total 2026-01-01 2026-02-01 2000000"});
    REQUIRE(rated.lines.size() == 1);
    CHECK(rated.lines[0].price_e8 == e4_of(expected_of(*all, "tnb-tier-select-2").at("rate_on_all_kWh")) * 10'000);

    for (const int use : {0, 501, 601, 1001}) {
        const auto& expected = expected_of(*all, fmt::format("in-kseb-bimonthly-{}", use));
        const std::string pieces = fmt::format("total 2026-01-01 2026-03-01 {}", use);
        const Bill bill = rate_usage(
            {.charges = fmt::format("energy energy_slab tiers: [{{upto: '600', price: '5.8'}}, {{upto: '700', price: "
                                    "'6.6'}}, {{upto: '800', price: '6.9'}}, {{upto: '1000', price: '7.1'}}, {{price: "
                                    "'7.9'}}]\nfixed fixed_per_period price: '{}'\nrent fixed_per_period price: "
                                    "'14.16'\nduty percentage percent: '10', of: [energy]",
                                    expected.at("fixed").as_int64()),
             .pieces = pieces.c_str(),
             .head = "currency: INR\nrounding: {bill: {step: '1', mode: half_up}}\n",
             .to = "2026-03-01"});
        CHECK(minor_of(bill, "energy") * 100 == e4_of(expected.at("energy")));
        CHECK(minor_of(bill, "duty") * 100 == e4_of(expected.at("duty")));
        CHECK(bill.total_minor * 100 == e4_of(expected.at("total")));
    }
}

TEST_CASE("published net metering: what is fed in is taken off the peak first") {
    const auto all = published_cases();
    if (!all) return;
    constexpr int kGrossMinor = 15'500;
    for (const auto& [id, fed_in] :
         {std::pair{"tnb-export-match-0", 150}, {"tnb-export-match-1", 50}, {"tnb-export-match-2", 400}}) {
        const std::string pieces = fmt::format(
            "peak 2026-01-01 2026-02-01 100; valley 2026-01-01 2026-02-01 200; export 2026-01-01 2026-02-01 {}",
            fed_in);
        const Bill rated = rate_usage({.charges = "all_hours energy_flat price: '0.45', less: {of: export}\n"
                                                  "peak_hours energy_flat price: '0.2', of: peak, less: {of: "
                                                  "export}",
                                       .pieces = pieces.c_str(),
                                       .head = kPeriods});
        CHECK((kGrossMinor - rated.total_minor) * 100 == e4_of(expected_of(*all, id).at("credit_RM")));
    }
}

TEST_CASE("a published statement with what was fed in") {
    const auto all = published_cases();
    if (!all) return;
    const Bill rated = rate_usage(
        {.charges = "energy energy_time_of_use prices: {off_peak: '0.37267', part_peak: '0.42935', peak: '0.59123'}\n"
                    "base fixed_per_day price: '0.79343'\nacc_plus energy_flat price: '-0.0088', of: export",
         .pieces = "off_peak 2026-07-02 2026-07-29 22.903; part_peak 2026-07-02 2026-07-29 0.228; peak 2026-07-02 "
                   "2026-07-29 0.458; export 2026-07-02 2026-07-29 180.68",
         .head = "currency: USD\ncalendar:\n  periods: [{period: peak, hours: ['16:00-21:00']}, {period: part_peak, "
                 "hours: ['15:00-16:00', '21:00-24:00']}, {period: off_peak}]\n",
         .from = "2026-07-02",
         .to = "2026-07-29"});
    const auto& expected = expected_of(*all, "pge-2026-07-statement-lines");
    check_close(minor_of(rated, "energy"), expected.at("energy_charges"), 3);
    check_close(minor_of(rated, "base"), expected.at("base_services_charge"), 1);
    check_close(minor_of(rated, "acc_plus"), expected.at("acc_plus"), 1);
}
