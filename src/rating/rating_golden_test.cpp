// One row for every rule of docs/TARIFFS.md. All amounts are calculated by hand from that page.
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kSeasons =
    "calendar:\n  seasons: {summer: [{from: 06-01, to: 08-31}], winter: [{from: 09-01, to: 05-31}]}\n";
constexpr const char* kPeriods = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n";

struct Setting {
    const char* head = "";
    const char* from = "2026-01-01";
    const char* to = "2026-02-01";
    const char* entitlement = "";
    int dwellings = 1;
};

struct Case {
    const char* name;
    const char* charges;
    const char* pieces;
    const char* expected;
    Setting with = {};
};

std::string rate_case(const Case& c) {
    const auto tariff = tariff_of({{.head = c.with.head, .charges = c.charges}});
    AgreementSpan span{
        {day(c.with.from), day(c.with.to)}, &tariff, tariff::CustomerClass::residential, 0, c.with.dwellings};
    if (*c.with.entitlement != 0) span.entitlements = tariff::entitlement_bit(c.with.entitlement);
    const auto pieces = pieces_of(c.pieces);
    return rate_text({span.dates, {&span, 1}, pieces});
}

const Case kCases[] = {
    {"fixed per day", "standing fixed_per_day price: '0.2456'", "",
     "standing/0 31 x 0.2456 = 7.61\n"  // 7.6136
     "total 7.61\n"},
    {"fixed per day and dwelling",
     "standing fixed_per_day price: '0.2456', times: dwellings",
     "",
     "standing/0 31 x 0.2456 x 3/1 = 22.84\n"  // 22.8408
     "total 22.84\n",
     {.dwellings = 3}},
    {"no dwelling has its line",
     "standing fixed_per_day price: '0.2456', times: dwellings",
     "",
     "standing/0 31 x 0.2456 x 0/1 = 0.00\ntotal 0.00\n",
     {.dwellings = 0}},
    {"a month's price once, however long",
     "fee fixed_per_period price: '12.5'",
     "",
     "fee 1 x 12.5 = 12.50\ntotal 12.50\n",
     {.to = "2026-03-15"}},
    {"a month's price by days of the months",
     "fee fixed_per_period price: '10', proration: month_days",
     "",
     "fee/0 1 x 10 x 941/868 = 10.84\n"  // 17/31 + 15/28
     "total 10.84\n",
     {.from = "2026-01-15", .to = "2026-02-16"}},
    {"a whole month is a month",
     "fee fixed_per_period price: '10', proration: month_days",
     "",
     "fee/0 1 x 10 = 10.00\ntotal 10.00\n",
     {.from = "2028-02-01", .to = "2028-03-01"}},
    {"a month's price by days of 30", "fee fixed_per_period price: '10', proration: days_30", "",
     "fee/0 1 x 10 x 31/30 = 10.33\ntotal 10.33\n"},
    {"a month's price by days of 30 and dwelling",
     "fee fixed_per_period price: '10', proration: days_30, times: dwellings",
     "",
     "fee/0 1 x 10 x 31/15 = 20.67\ntotal 20.67\n",
     {.dwellings = 2}},
    {"flat energy", "energy energy_flat price: '0.538'", "total 2026-01-01 2026-02-01 100.01",
     "energy/0 100.01 x 0.538 = 53.81\n"  // 53.80538
     "total 53.81\n"},
    {"flat energy of one period",
     "energy energy_flat price: '0.5', of: peak",
     "peak 2026-01-01 2026-02-01 10; valley 2026-01-01 2026-02-01 20",
     "energy/0 10 x 0.5 = 5.00\ntotal 5.00\n",
     {.head = kPeriods}},
    {"no use shows one line", "energy energy_flat price: '0.538'", "total 2026-01-01 2026-02-01 0",
     "energy/0 0 x 0.538 = 0.00\ntotal 0.00\n"},
    {"no use shows the first tier", "energy energy_tiered tiers: [{upto: '5', price: '1'}, {price: '2'}]",
     "total 2026-01-01 2026-02-01 0", "energy/0#1 0 x 1 = 0.00\ntotal 0.00\n"},
    {"no use shows the first period",
     "energy energy_time_of_use prices: {valley: '0.1', peak: '0.5'}",
     "peak 2026-01-01 2026-02-01 0",
     "energy/0#valley 0 x 0.1 = 0.00\ntotal 0.00\n",
     {.head = kPeriods}},
    {"time of use in the order of its prices",
     "energy energy_time_of_use prices: {valley: '0.3', peak: '0.6'}",
     "peak 2026-01-01 2026-02-01 10; valley 2026-01-01 2026-02-01 20",
     "energy/0#valley 20 x 0.3 = 6.00\nenergy/0#peak 10 x 0.6 = 6.00\ntotal 12.00\n",
     {.head = kPeriods}},
    {"a period without use has no line",
     "energy energy_time_of_use prices: {valley: '0.3', peak: '0.6'}",
     "peak 2026-01-01 2026-02-01 10; valley 2026-01-01 2026-02-01 0",
     "energy/0#peak 10 x 0.6 = 6.00\ntotal 6.00\n",
     {.head = kPeriods}},
    {"the total of periods is their sum",
     "levy energy_flat price: '0.1'",
     "peak 2026-01-01 2026-02-01 10; valley 2026-01-01 2026-02-01 20",
     "levy/0 30 x 0.1 = 3.00\ntotal 3.00\n",
     {.head = kPeriods}},
    {"a total register goes before the periods",
     "levy energy_flat price: '0.1'",
     "peak 2026-01-01 2026-02-01 10; valley 2026-01-01 2026-02-01 20; total 2026-01-01 2026-02-01 31",
     "levy/0 31 x 0.1 = 3.10\ntotal 3.10\n",
     {.head = kPeriods}},
    {"periods count for the total on days without a total register",
     "levy energy_flat price: '0.1'",
     "total 2026-01-01 2026-01-11 5; peak 2026-01-11 2026-02-01 10; valley 2026-01-11 2026-02-01 20; "
     "peak 2026-01-01 2026-01-11 100",
     "levy/0 35 x 0.1 = 3.50\ntotal 3.50\n",
     {.head = kPeriods}},
    {"time of use with a total register alone",
     "energy energy_time_of_use prices: {valley: '0.3', peak: '0.6'}",
     "total 2026-01-01 2026-02-01 10",
     "refused: register_missing\n",
     {.head = kPeriods}},
    {"flat energy of a period with a total register alone",
     "energy energy_flat price: '0.3', of: peak",
     "total 2026-01-01 2026-02-01 10",
     "refused: register_missing\n",
     {.head = kPeriods}},
    {"time of use with an old total register",
     "energy energy_time_of_use prices: {valley: '0.3', peak: '0.6'}",
     "total 2026-01-01 2026-01-11 10; peak 2026-01-11 2026-02-01 1",
     "refused: register_missing\n",
     {.head = kPeriods}},
    {"time of use beside a total register",
     "energy energy_time_of_use prices: {valley: '0.3', peak: '0.6'}",
     "total 2026-01-01 2026-02-01 10; peak 2026-01-01 2026-02-01 10",
     "energy/0#peak 10 x 0.6 = 6.00\ntotal 6.00\n",
     {.head = kPeriods}},
    {"exactly at a bound is the lower tier",
     "energy energy_tiered tiers: [{upto: '120', price: '0.5'}, {price: '0.6'}]", "total 2026-01-01 2026-02-01 120",
     "energy/0#1 120 x 0.5 = 60.00\ntotal 60.00\n"},
    {"tiers of a bill",
     "energy energy_tiered tiers: [{upto: '260', price: '0.538'}, {upto: '600', price: '0.588'}, {price: '0.838'}]",
     "total 2026-01-01 2026-02-01 700",
     "energy/0#1 260 x 0.538 = 139.88\nenergy/0#2 340 x 0.588 = 199.92\nenergy/0#3 100 x 0.838 = 83.80\ntotal "
     "423.60\n"},
    {"tiers with bounds a day",
     "energy energy_tiered bounds: day, tiers: [{upto: '10', price: '0.1'}, {price: '0.2'}]",
     "total 2024-02-01 2024-03-01 300",
     "energy/0#1 290 x 0.1 = 29.00\nenergy/0#2 10 x 0.2 = 2.00\ntotal 31.00\n",
     {.from = "2024-02-01", .to = "2024-03-01"}},
    {"tiers with bounds of 30 days",
     "energy energy_tiered bounds: days_30, tiers: [{upto: '100', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-02-03 150",
     "energy/0#1 110 x 0.1 = 11.00\nenergy/0#2 40 x 0.2 = 8.00\ntotal 19.00\n",
     {.to = "2026-02-03"}},
    {"tiers with bounds by days of the months",
     "energy energy_tiered bounds: month_days, round_bounds: {decimals: 0, mode: half_up}, tiers: [{upto: '100', "
     "price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-15 2026-02-16 150",  // 100 x 941/868 = 108.41
     "energy/0#1 108 x 0.1 = 10.80\nenergy/0#2 42 x 0.2 = 8.40\ntotal 19.20\n",
     {.from = "2026-01-15", .to = "2026-02-16"}},
    {"tiers with bounds a dwelling",
     "energy energy_tiered times: dwellings, tiers: [{upto: '100', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-02-01 250",
     "energy/0#1 200 x 0.1 = 20.00\nenergy/0#2 50 x 0.2 = 10.00\ntotal 30.00\n",
     {.dwellings = 2}},
    {"a negative quantity is credited at the first tier",
     "energy energy_tiered tiers: [{upto: '100', price: '0.1'}, {price: '0.2'}]", "total 2026-01-01 2026-02-01 -50",
     "energy/0#1 -50 x 0.1 = -5.00\ntotal -5.00\n"},
    {"a percentage of rounded lines", "energy energy_flat price: '0.333'\nlevy percentage percent: '10', of: [energy]",
     "total 2026-01-01 2026-02-01 10.05",  // 3.34665 -> 3.35; 0.335 -> 0.34
     "energy/0 10.05 x 0.333 = 3.35\nlevy (3.35) x 0.1 = 0.34\ntotal 3.69\n"},
    {"tax on all above, levies too",
     "energy energy_flat price: '1'\nlevy percentage percent: '10', of: [all]\nvat tax percent: '5', of: [all]",
     "total 2026-01-01 2026-02-01 100",
     "energy/0 100 x 1 = 100.00\nlevy (100.00) x 0.1 = 10.00\nvat (110.00) x 0.05 = 5.50\ntotal 115.50\n"},
    {"a percentage of nothing", "energy energy_flat price: '1'\nvat tax percent: '5', of: [all]",
     "total 2026-01-01 2026-02-01 0", "energy/0 0 x 1 = 0.00\ntotal 0.00\n"},
    {"a discount in percent, half away from zero",
     "energy energy_flat price: '1'\nrebate discount percent: '10', of: [energy]", "total 2026-01-01 2026-02-01 0.25",
     "energy/0 0.25 x 1 = 0.25\nrebate (0.25) x 0.1 = -0.03\ntotal 0.22\n"},
    {"a discount rounds before it is negated",
     "energy energy_flat price: '1'\nrebate discount percent: '10', of: [energy], round: {step: '0.01', mode: floor}",
     "total 2026-01-01 2026-02-01 0.25", "energy/0 0.25 x 1 = 0.25\nrebate (0.25) x 0.1 = -0.02\ntotal 0.23\n"},
    {"a discount a day", "rebate discount price: '0.1', per: day", "", "rebate/0 31 x 0.1 = -3.10\ntotal -3.10\n"},
    {"a discount a period", "rebate discount price: '7', per: period", "", "rebate 1 x 7 = -7.00\ntotal -7.00\n"},
    {"a minimum not reached", "energy energy_flat price: '1'\nleast minimum amount: '5', of: [energy]",
     "total 2026-01-01 2026-02-01 3.2", "energy/0 3.2 x 1 = 3.20\nleast 1 x 5 = 1.80\ntotal 5.00\n"},
    {"a minimum reached", "energy energy_flat price: '1'\nleast minimum amount: '5', of: [energy]",
     "total 2026-01-01 2026-02-01 5", "energy/0 5 x 1 = 5.00\ntotal 5.00\n"},
    {"a minimum by days, and tax on it",
     "energy energy_flat price: '1'\nleast minimum amount: '5', of: [energy], proration: days_30\nvat tax percent: "
     "'10', of: [all]",
     "total 2026-01-01 2026-02-01 3.2",  // 5 x 31/30 = 5.1667
     "energy/0 3.2 x 1 = 3.20\nleast 1 x 5 x 31/30 = 1.97\nvat (5.17) x 0.1 = 0.52\ntotal 5.69\n"},
    {"a minimum by the days of the month",
     "energy energy_flat price: '0.1'\nleast minimum amount: '31', of: [energy], proration: month_days",
     "total 2026-01-01 2026-01-11 50",  // 31 x 10/31 = 10
     "energy/0 50 x 0.1 = 5.00\nleast 1 x 31 x 10/31 = 5.00\ntotal 10.00\n",
     {.to = "2026-01-11"}},
    {"a month's discount by the days of the month",
     "fee fixed_per_period price: '31'\noff discount price: '31', per: period, proration: month_days",
     "",
     "fee 1 x 31 = 31.00\noff/0 1 x 31 x 10/31 = -10.00\ntotal 21.00\n",
     {.to = "2026-01-11"}},
    {"a clause of one season",
     "summer energy_flat price: '1', season: summer\nwinter energy_flat price: '2', season: winter",
     "total 2026-05-22 2026-06-11 20",
     "summer/1 10 x 1 = 10.00\nwinter/0 10 x 2 = 20.00\ntotal 30.00\n",
     {.head = kSeasons, .from = "2026-05-22", .to = "2026-06-11"}},
    {"a clause between dates",
     "energy energy_flat price: '1'\nrelief energy_flat price: '-0.1', from: 2026-01-11, until: 2026-01-21",
     "total 2026-01-01 2026-01-31 30",
     "energy/0 10 x 1 = 10.00\nenergy/1 10 x 1 = 10.00\nenergy/2 10 x 1 = 10.00\nrelief/1 10 x -0.1 = -1.00\ntotal "
     "29.00\n",
     {.to = "2026-01-31"}},
    {"a percentage between dates takes its segments",
     "energy energy_flat price: '1'\nfee fixed_per_period price: '5'\nlevy percentage percent: '10', of: [all], until: "
     "2026-01-11",
     "total 2026-01-01 2026-01-31 30",
     "energy/0 10 x 1 = 10.00\nenergy/1 20 x 1 = 20.00\nfee 1 x 5 = 5.00\nlevy (15.00) x 0.1 = 1.50\ntotal 36.50\n",
     {.to = "2026-01-31"}},
    {"a clause for the entitled",
     "rebate discount price: '0.1', per: day, for: {entitlement: low_income}",
     "",
     "rebate/0 31 x 0.1 = -3.10\ntotal -3.10\n",
     {.entitlement = "low_income"}},
    {"the not entitled",
     "rebate discount price: '0.1', per: day, for: {entitlement: low_income}",
     "",
     "total 0.00\n",
     {.entitlement = "pensioner"}},
    {"a clause for another class", "fee fixed_per_day price: '0.1', for: {classes: [commercial]}", "", "total 0.00\n"},
    {"a class that the version does not serve",
     "fee fixed_per_day price: '0.1'",
     "",
     "refused: class_not_allowed\n",
     {.head = "classes: [industrial]\n"}},
    {"quantities rounded as parts of a whole",
     "energy energy_flat price: '1'\nrelief energy_flat price: '-0.1', from: 2026-01-11",
     "total 2026-01-01 2026-01-31 10",  // 3.33 -> 3; 10 - 3 = 7
     "energy/0 3 x 1 = 3.00\nenergy/1 7 x 1 = 7.00\nrelief/1 7 x -0.1 = -0.70\ntotal 9.30\n",
     {.head = "rounding: {quantity: {decimals: 0, mode: half_up}}\n", .to = "2026-01-31"}},
    {"parallel pieces are added exactly before they are cut",
     "a energy_flat price: '1', until: 2026-01-04\nb energy_flat price: '1', from: 2026-01-04",
     "total 2026-01-01 2026-01-08 1; total 2026-01-02 2026-01-15 1",  // 3/7 + 2/13 = 53/91
     "a/0 0.582418 x 1 = 0.58\nb/1 1.417582 x 1 = 1.42\ntotal 2.00\n",
     {.to = "2026-01-15"}},
    {"the bill's rounding is a line",
     "energy energy_flat price: '0.333'",
     "total 2026-01-01 2026-02-01 10",
     "energy/0 10 x 0.333 = 3.33\nrounding (3.33) x 0 = 0.02\ntotal 3.35\n",
     {.head = "rounding: {bill: {step: '0.05', mode: half_up}}\n"}},
    {"a clause's own rounding", "energy energy_flat price: '0.333', round: {step: '0.1', mode: up}",
     "total 2026-01-01 2026-02-01 10", "energy/0 10 x 0.333 = 3.40\ntotal 3.40\n"},
    {"a currency without cents", "energy energy_flat price: '12.34'", "total 2026-01-01 2026-02-01 10",
     "energy/0 10 x 12.34 = 123\ntotal 123\n", "currency: JPY\n"},
    {"a day before the first version",
     "energy energy_flat price: '1'",
     "",
     "refused: no_tariff_version\n",
     {.from = "2019-12-31"}},
};

}  // namespace

TEST_CASE("every rule of a single version") {
    for (const Case& c : kCases) {
        INFO(std::string(c.name));
        CHECK(rate_case(c) == std::string(c.expected));
    }
}

namespace {

std::string rate_versions(const std::vector<VersionText>& versions, DateRange dates, const std::string& pieces) {
    const auto tariff = tariff_of(versions);
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential, 0, 1};
    const auto list = pieces_of(pieces);
    return rate_text({dates, {&span, 1}, list});
}

}  // namespace

TEST_CASE("a price change inside the section: tiers go on, percentages stay with their version") {
    const std::string tiers = "energy energy_tiered tiers: [{{upto: '10', price: '{}'}}, {{price: '{}'}}]\n";
    const std::string got = rate_versions(
        {{.effective = "2026-01-01",
          .charges = fmt::format(fmt::runtime(tiers), "0.5", "0.6") +
                     "fee fixed_per_period price: '3'\nvat tax percent: '10', of: [all]"},
         {.effective = "2026-01-16",
          .charges = "levy fixed_per_day price: '0.01'\n" + fmt::format(fmt::runtime(tiers), "0.7", "0.8") +
                     "fee fixed_per_period price: '4'\nvat tax percent: '20', of: [all]"}},
        {day("2026-01-01"), day("2026-01-31")}, "total 2026-01-01 2026-01-31 30");
    CHECK(got ==
          "energy@2026-01-01/0#1 10 x 0.5 = 5.00\n"
          "energy@2026-01-01/0#2 5 x 0.6 = 3.00\n"
          "energy@2026-01-16/1#2 15 x 0.8 = 12.00\n"
          "fee@2026-01-16 1 x 4 = 4.00\n"
          "vat@2026-01-01 (8.00) x 0.1 = 0.80\n"
          "vat@2026-01-16 (16.15) x 0.2 = 3.23\n"
          "levy@2026-01-16/1 15 x 0.01 = 0.15\n"
          "total 28.18\n");
}

TEST_CASE("a monthly price that the last version no longer has is charged by the first one") {
    const std::string got = rate_versions(
        {{.effective = "2026-01-01", .charges = "fee fixed_per_period price: '3'\nvat tax percent: '10', of: [all]"},
         {.effective = "2026-01-16", .charges = "day fixed_per_day price: '1'\nvat tax percent: '20', of: [all]"}},
        {day("2026-01-01"), day("2026-01-31")}, "");
    CHECK(got ==
          "fee@2026-01-01 1 x 3 = 3.00\nvat@2026-01-01 (3.00) x 0.1 = 0.30\nvat@2026-01-16 (15.00) x 0.2 = 3.00\n"
          "day@2026-01-16/1 15 x 1 = 15.00\ntotal 21.30\n");
}

TEST_CASE("a minimum looks at the whole section and is prorated with each version's amount") {
    const std::string charges =
        "energy energy_flat price: '{}'\nleast minimum amount: '{}', of: [energy], proration: days_30\n"
        "vat tax percent: '10', of: [all]";
    const std::string got =
        rate_versions({{.effective = "2026-01-01", .charges = fmt::format(fmt::runtime(charges), "1", "10")},
                       {.effective = "2026-01-11", .charges = fmt::format(fmt::runtime(charges), "2", "20")}},
                      {day("2026-01-01"), day("2026-01-31")}, "total 2026-01-01 2026-01-31 3");
    // floor 10 x 10/30 + 20 x 20/30 = 16.67; energy 1.00 + 4.00
    CHECK(got ==
          "energy@2026-01-01/0 1 x 1 = 1.00\nenergy@2026-01-11/1 2 x 2 = 4.00\nleast@2026-01-11 1 x 20 = 11.67\n"
          "vat@2026-01-01 (1.00) x 0.1 = 0.10\nvat@2026-01-11 (15.67) x 0.1 = 1.57\ntotal 18.34\n");
}

TEST_CASE("the last version rounds the quantities of the whole section") {
    const std::string got = rate_versions({{.effective = "2026-01-01", .charges = "energy energy_flat price: '1'"},
                                           {.effective = "2026-01-11",
                                            .head = "rounding: {quantity: {decimals: 0, mode: down}}\n",
                                            .charges = "energy energy_flat price: '2'"}},
                                          {day("2026-01-01"), day("2026-01-31")}, "total 2026-01-01 2026-01-31 8");
    CHECK(got == "energy@2026-01-01/0 2 x 1 = 2.00\nenergy@2026-01-11/1 6 x 2 = 12.00\ntotal 14.00\n");
}

TEST_CASE("an agreement that changes its tariff and comes back") {
    const auto day_tariff = tariff_of({{.charges = "energy energy_flat price: '1'", .key = "a"}});
    const auto other = tariff_of({{.effective = "2020-01-02", .charges = "energy energy_flat price: '2'", .key = "b"}});
    const Date d1 = day("2026-01-01"), d2 = day("2026-01-11"), d3 = day("2026-01-21"), d4 = day("2026-01-31");
    const auto residential = tariff::CustomerClass::residential;
    const AgreementSpan spans[] = {
        {{d1, d2}, &day_tariff, residential}, {{d2, d3}, &other, residential}, {{d3, d4}, &day_tariff, residential}};
    const auto pieces = pieces_of("total 2026-01-01 2026-01-31 30");
    CHECK(rate_text({{d1, d4}, spans, pieces}) ==
          "energy@2020-01-01/0 10 x 1 = 10.00\nenergy@2020-01-02/1 10 x 2 = 20.00\nenergy@2020-01-01/2 10 x 1 = 10.00\n"
          "total 40.00\n");
}

TEST_CASE("a minimum waits for the lines of every version, and lines without a segment stand by version") {
    const std::string charges =
        "energy energy_flat price: '{}'\nlevy percentage percent: '10', of: [energy]\n"
        "least minimum amount: '100', of: [energy, levy]\nvat tax percent: '50', of: [all]";
    const auto a = tariff_of({{.charges = fmt::format(fmt::runtime(charges), 1), .key = "a"}});
    const auto b =
        tariff_of({{.effective = "2020-01-02", .charges = fmt::format(fmt::runtime(charges), 2), .key = "b"}});
    const Date d1 = day("2026-01-01"), d2 = day("2026-01-11"), d3 = day("2026-01-21"), d4 = day("2026-01-31");
    const auto residential = tariff::CustomerClass::residential;
    const AgreementSpan spans[] = {
        {{d1, d2}, &a, residential}, {{d2, d3}, &b, residential}, {{d3, d4}, &a, residential}};
    const auto pieces = pieces_of("total 2026-01-01 2026-01-31 30");
    // 20 + 2 and 20 + 2; the minimum's line is the last version's, a's
    CHECK(rate_text({{d1, d4}, spans, pieces}) ==
          "energy@2020-01-01/0 10 x 1 = 10.00\nenergy@2020-01-02/1 10 x 2 = 20.00\nenergy@2020-01-01/2 10 x 1 = 10.00\n"
          "levy@2020-01-01 (20.00) x 0.1 = 2.00\nlevy@2020-01-02 (20.00) x 0.1 = 2.00\n"
          "least@2020-01-01 1 x 100 = 56.00\n"
          "vat@2020-01-01 (78.00) x 0.5 = 39.00\nvat@2020-01-02 (22.00) x 0.5 = 11.00\ntotal 150.00\n");
}

TEST_CASE("bounds a dwelling follow the agreement's dated facts") {
    const auto tariff = tariff_of(
        {{.charges =
              "energy energy_tiered bounds: day, times: dwellings, tiers: [{upto: '1', price: '1'}, {price: '2'}]"}});
    const Date d1 = day("2026-01-01"), d2 = day("2026-01-11"), d3 = day("2026-01-21");
    const auto residential = tariff::CustomerClass::residential;
    const AgreementSpan spans[] = {{{d1, d2}, &tariff, residential, 0, 1}, {{d2, d3}, &tariff, residential, 0, 2}};
    const auto pieces = pieces_of("total 2026-01-01 2026-01-21 40");
    CHECK(rate_text({{d1, d3}, spans, pieces}) ==
          "energy/0#1 10 x 1 = 10.00\nenergy/0#2 10 x 2 = 20.00\nenergy/1#1 20 x 1 = 20.00\ntotal 50.00\n");
}

TEST_CASE("refusals of a section with unlike versions") {
    const std::string charges = "energy energy_flat price: '1'";
    const DateRange dates{day("2026-01-01"), day("2026-01-31")};
    CHECK(rate_versions(
              {{.charges = charges}, {.effective = "2026-01-11", .head = "currency: USD\n", .charges = charges}}, dates,
              "") == "refused: currency_changed\n");
    auto tariff = tariff_of({{.charges = charges}, {.effective = "2026-01-11", .charges = charges}});
    auto changed = std::make_shared<tariff::Plan>(*tariff.versions[1]);
    changed->unit = Unit::cubic_metre;
    tariff.versions[1] = changed;
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential, 0, 1};
    CHECK(rate_text({dates, {&span, 1}, {}}) == "refused: unit_changed\n");
    CHECK(text_of(Refusal::register_missing) == "register_missing");
}

TEST_CASE("broken requirements are bugs, not bills") {
    const auto tariff = tariff_of({{.charges = "energy energy_flat price: '1'"}});
    const DateRange dates{day("2026-01-01"), day("2026-01-31")};
    const AgreementSpan short_span{{dates.from, day("2026-01-30")}, &tariff, tariff::CustomerClass::residential};
    RatedSection rated;
    CHECK_THROWS_AS((void)Rater().rate({dates, {&short_span, 1}, {}}, rated), BugError);
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
    const auto empty = pieces_of("total 2026-01-05 2026-01-05 1");
    CHECK_THROWS_AS((void)Rater().rate({dates, {&span, 1}, empty}, rated), BugError);
    CHECK_THROWS_AS((void)Rater().rate({{dates.from, dates.from}, {&span, 1}, {}}, rated), BugError);
}

TEST_CASE("amounts beyond 64 bits on the way are exact") {
    const auto tariff = tariff_of({{.charges = "energy energy_flat price: '99999.99999999'"}});
    const DateRange dates{day("2026-01-01"), day("2026-02-01")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
    const auto pieces = pieces_of("total 2026-01-01 2026-02-01 999999999.999999");
    CHECK(rate_text({dates, {&span, 1}, pieces}) ==
          "energy/0 999999999.999999 x 99999.99999999 = 99999999999989.90\ntotal 99999999999989.90\n");
}
