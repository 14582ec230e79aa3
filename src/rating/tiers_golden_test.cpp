// One row for every rule of measures, quantity keys, tiers with counters and slabs (docs/TARIFFS.md). All amounts are
// calculated by hand from that page.
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kPeriods = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n";
constexpr const char* kWhole = "rounding: {quantity: {decimals: 0, mode: half_up}}\n";
constexpr const char* kTenths = "rounding: {quantity: {decimals: 1, mode: half_up}}\n";
constexpr const char* kPersons = "facts: {persons: {unit: none}}\n";
constexpr const char* kYear =
    "energy energy_tiered bounds: year, tiers: [{upto: '2760', price: '0.538'}, {upto: '4800', price: '0.588'}, "
    "{price: '0.838'}]";

struct Setting {
    std::string head = "";
    const char* from = "2026-01-01";
    const char* to = "2026-02-01";
    int dwellings = 1;
    const char* before = "";   // "energy 2026-01-01 2700; ..."
    const char* persons = "";  // the fact, if stated
};

struct Case {
    const char* name;
    std::string charges;
    const char* pieces;
    const char* expected;
    Setting with = {};
};

Accumulated accumulated_of(const std::string& text) {
    Accumulated before;
    std::istringstream rows(text);
    for (std::string row; std::getline(rows, row, ';');) {
        std::istringstream words(row);
        std::string clause, since, quantity;
        if (words >> clause >> since >> quantity)
            before.counters.push_back({clause, day(since), nullptr, micro(quantity)});
    }
    return before;
}

std::string left_by(const Accumulated& after) {
    std::string text;
    for (const Counter& counter : after.counters)
        text += fmt::format("{} since {}: {}\n", counter.clause, format_date(counter.since),
                            format_decimal(counter.micro, 6));
    return text;
}

// The lines, and what is left to later sections.
std::string rate_all(const SectionInput& input) {
    RatedSection rated;
    const auto done = Rater().rate(input, rated);
    if (!done) return "refused: " + std::string(text_of(done.error())) + "\n";
    return text_of(rated) + left_by(rated.after);
}

std::string rate_case(const Case& c) {
    const auto tariff = tariff_of({{.head = c.with.head, .charges = c.charges}});
    const FactValue persons{tariff::fact_of("persons"), micro(*c.with.persons == 0 ? "0" : c.with.persons)};
    AgreementSpan span{
        {day(c.with.from), day(c.with.to)}, &tariff, tariff::CustomerClass::residential, 0, c.with.dwellings};
    if (*c.with.persons != 0) span.facts = {&persons, 1};
    const auto pieces = pieces_of(c.pieces);
    const Accumulated before = accumulated_of(c.with.before);
    return rate_all({.dates = span.dates, .spans = {&span, 1}, .pieces = pieces, .before = &before});
}

const Case kMeasures[] = {
    {"nothing counted is not nothing used", "energy energy_flat price: '1'", "", "refused: usage_missing\n"},
    {"days that nothing counted", "energy energy_flat price: '1'", "total 2026-01-01 2026-01-11 100",
     "refused: usage_missing\n"},
    {"a day between two registers that nothing counted", "energy energy_flat price: '1'",
     "total 2026-01-01 2026-01-11 100; total 2026-01-12 2026-02-01 200", "refused: usage_missing\n"},
    {"days that one register or another counted, in any order",
     "energy energy_flat price: '1'",
     "total 2026-01-21 2026-02-01 10; peak 2026-01-01 2026-01-11 1; valley 2026-01-09 2026-01-21 2",
     "energy/0 13 x 1 = 13.00\ntotal 13.00\n",
     {.head = kPeriods}},
    {"days that nothing counted, on which the clause does not apply",
     "energy energy_flat price: '1', until: 2026-01-11", "total 2026-01-01 2026-01-11 100",
     "energy/0 100 x 1 = 100.00\ntotal 100.00\n"},
    {"what a condition looks at must be counted on every day of the section",
     "fee fixed_per_day price: '1', until: 2026-01-11, when: {above: '10'}", "total 2026-01-01 2026-01-11 100",
     "refused: usage_missing\n"},
    {"no charge looks at use", "fee fixed_per_day price: '1'", "", "fee/0 31 x 1 = 31.00\ntotal 31.00\n"},
    {"what is fed in is counted on every day, too", "fed energy_flat price: '-1', of: export",
     "export 2026-01-01 2026-01-11 100", "refused: usage_missing\n"},
    {"energy of a period that nobody priced",
     "energy energy_time_of_use prices: {peak: '1', valley: '2'}",
     "peak 2026-01-01 2026-02-01 100; sharp 2026-01-01 2026-02-01 900",
     "refused: register_missing\n",
     {.head = kPeriods}},
    {"energy of a period that nobody priced, where all of it has a price",
     "energy energy_flat price: '1'",
     "peak 2026-01-01 2026-02-01 100; sharp 2026-01-01 2026-02-01 900",
     "energy/0 1000 x 1 = 1000.00\ntotal 1000.00\n",
     {.head = kPeriods}},
    {"what is fed in, credited", "fed energy_flat price: '-0.4', of: export",
     "total 2026-01-01 2026-02-01 100; export 2026-01-01 2026-02-01 50", "fed/0 50 x -0.4 = -20.00\ntotal -20.00\n"},
    {"a measure is the sum of its periods, and no part of the energy taken",
     "net energy_flat price: '1'\nfed energy_flat price: '-0.4', of: export",
     "peak 2026-01-01 2026-02-01 10; valley 2026-01-01 2026-02-01 20; export.peak 2026-01-01 2026-02-01 3; "
     "export.valley 2026-01-01 2026-02-01 4",
     "net/0 30 x 1 = 30.00\nfed/0 7 x -0.4 = -2.80\ntotal 27.20\n",
     {.head = kPeriods}},
    {"periods of a measure count for it on days without its bare register",
     "fed energy_flat price: '-1', of: export",
     "export 2026-01-01 2026-01-11 5; export.peak 2026-01-11 2026-02-01 10; export.valley 2026-01-11 2026-02-01 20; "
     "export.peak 2026-01-01 2026-01-11 100; total 2026-01-01 2026-02-01 7",
     "fed/0 35 x -1 = -35.00\ntotal -35.00\n",
     {.head = kPeriods}},
    {"a list is added",
     "both energy_flat price: '0.01', of: [peak, export]",
     "peak 2026-01-01 2026-02-01 10; valley 2026-01-01 2026-02-01 1000; export 2026-01-01 2026-02-01 5",
     "both/0 15 x 0.01 = 0.15\ntotal 0.15\n",
     {.head = kPeriods}},
    {"a period of a measure",
     "fed energy_flat price: '-1', of: export.peak",
     "total 2026-01-01 2026-02-01 100; export.peak 2026-01-01 2026-02-01 3; export.valley 2026-01-01 2026-02-01 4",
     "fed/0 3 x -1 = -3.00\ntotal -3.00\n",
     {.head = kPeriods}},
    {"a measure that nothing counted", "fed energy_flat price: '-0.4', of: export", "total 2026-01-01 2026-02-01 100",
     "refused: register_missing\n"},
    {"another measure does not do", "fed energy_flat price: '-0.4', of: export", "reactive 2026-01-01 2026-02-01 100",
     "refused: register_missing\n"},
    {"a measure that nothing counted where the clause applies",
     "fed energy_flat price: '-0.4', of: export, from: 2026-01-16", "export 2026-01-01 2026-01-11 100",
     "refused: register_missing\n"},
    {"a measure that nothing counted where the clause does not apply",
     "fed energy_flat price: '-0.4', of: export, until: 2026-01-11", "export 2026-01-01 2026-01-11 100",
     "fed/0 100 x -0.4 = -40.00\ntotal -40.00\n"},
    {"a period of a measure that only its bare register counted",
     "fed energy_flat price: '-0.4', of: export.peak",
     "export 2026-01-01 2026-02-01 100; peak 2026-01-01 2026-02-01 1",
     "refused: register_missing\n",
     {.head = kPeriods}},
    {"a period of a measure that only its bare register counted there, though periods were counted later",
     "fed energy_flat price: '-0.4', of: export.peak, until: 2026-01-16",
     "export 2026-01-01 2026-02-11 5; export.peak 2026-02-01 2026-03-01 5",
     "refused: register_missing\n",
     {.head = kPeriods, .to = "2026-03-01"}},
    {"energy and what is fed in, of which nothing was counted", "both energy_flat price: '1', of: [total, export]",
     "total 2026-01-01 2026-02-01 1", "refused: register_missing\n"},
    {"time of use does not ask the periods of other measures",
     "energy energy_time_of_use prices: {peak: '1', valley: '2'}",
     "export 2026-01-01 2026-02-01 100; peak 2026-01-01 2026-02-01 1",
     "energy/0#peak 1 x 1 = 1.00\ntotal 1.00\n",
     {.head = kPeriods}},
    {"a measure that is taken off and nothing counted", "net energy_flat price: '1', less: {of: export}",
     "total 2026-01-01 2026-02-01 100", "refused: register_missing\n"},
    {"tiers of a measure", "fed energy_tiered of: export, tiers: [{upto: '10', price: '-0.5'}, {price: '-0.1'}]",
     "export 2026-01-01 2026-02-01 30", "fed/0#1 10 x -0.5 = -5.00\nfed/0#2 20 x -0.1 = -2.00\ntotal -7.00\n"},
};

const Case kKeys[] = {
    {"a share, of the rounded quantity and rounded",
     "sewage energy_flat price: '1', share: '90'",
     "total 2026-01-01 2026-02-01 10.55",  // 10.6; 9.54
     "sewage/0 9.5 x 1 = 9.50\ntotal 9.50\n",
     {.head = kTenths}},
    {"less a part of another quantity", "net energy_flat price: '1', less: {of: export, percent: '30'}",
     "total 2026-01-01 2026-02-01 100; export 2026-01-01 2026-02-01 50", "net/0 85 x 1 = 85.00\ntotal 85.00\n"},
    {"less another quantity, not below zero", "net energy_flat price: '1', less: {of: export}",
     "total 2026-01-01 2026-02-01 10; export 2026-01-01 2026-02-01 50", "net/0 0 x 1 = 0.00\ntotal 0.00\n"},
    {"reactive energy beyond a part of the active",
     "reactive energy_flat price: '0.05', of: reactive, less: {of: total, percent: '50'}",
     "total 2026-01-01 2026-02-01 100; reactive 2026-01-01 2026-02-01 60", "reactive/0 10 x 0.05 = 0.50\ntotal 0.50\n"},
    {"each step is rounded",
     "net energy_flat price: '1', share: '50', less: {of: export, percent: '10'}",
     "total 2026-01-01 2026-02-01 11; export 2026-01-01 2026-02-01 7",  // 5.5 -> 6; 6 - 0.7 = 5.3 -> 5
     "net/0 5 x 1 = 5.00\ntotal 5.00\n",
     {.head = kWhole}},
    {"share, less, limits, in this order",
     "net energy_flat at_most: '0.5', limits: day, less: {of: export}, share: '50', price: '1'",
     "total 2026-01-01 2026-02-01 100; export 2026-01-01 2026-02-01 20",  // 50; 30; 15.5
     "net/0 15.5 x 1 = 15.50\ntotal 15.50\n"},
    {"at least for each day", "water energy_flat price: '1', at_least: '1', limits: day",
     "total 2026-01-01 2026-02-01 20", "water/0 31 x 1 = 31.00\ntotal 31.00\n"},
    {"at least where nothing was used", "water energy_flat price: '1', at_least: '1', limits: day",
     "total 2026-01-01 2026-02-01 0", "water/0 31 x 1 = 31.00\ntotal 31.00\n"},
    {"at most for each month of 30 days", "water energy_flat price: '1', at_most: '30', limits: days_30",
     "total 2026-01-01 2026-02-01 40", "water/0 31 x 1 = 31.00\ntotal 31.00\n"},
    {"at most leaves a negative quantity", "water energy_flat price: '1', at_most: '30', limits: days_30",
     "total 2026-01-01 2026-02-01 -40", "water/0 -40 x 1 = -40.00\ntotal -40.00\n"},
    {"at least by days of the months",
     "water energy_flat price: '1', at_least: '100', limits: month_days",
     "total 2026-01-15 2026-02-16 50",  // 100 x 941/868 = 108.4101382...
     "water/0 108.410138 x 1 = 108.41\ntotal 108.41\n",
     {.from = "2026-01-15", .to = "2026-02-16"}},
    {"limits of tiers a dwelling",
     "water energy_tiered times: dwellings, at_most: '10', limits: day, tiers: [{upto: '300', price: '1'}, {price: "
     "'2'}]",
     "total 2026-01-01 2026-02-01 1000",  // at most 620; bound 600
     "water/0#1 600 x 1 = 600.00\nwater/0#2 20 x 2 = 40.00\ntotal 640.00\n",
     {.dwellings = 2}},
};

const std::string kSlab =
    "slab energy_slab tiers: [{upto: '200', price: '0.218'}, {upto: '1500', price: '0.334'}, {price: '0.516'}]";

const Case kSlabs[] = {
    {"at least so much a day, then the slab",
     "slab energy_slab at_least: '10', limits: day, tiers: [{upto: '100', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-02-01 50", "slab/0#2 310 x 0.2 = 62.00\ntotal 62.00\n"},
    {"less half of what is fed in, at most a month's limit, then the slab",  // 400 - 50 = 350, at most 100
     "slab energy_slab less: {of: export, percent: '50'}, at_most: '100', limits: days_30, tiers: [{upto: '100', "
     "price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-01-31 400; export 2026-01-01 2026-01-31 100",
     "slab/0#1 100 x 0.1 = 10.00\ntotal 10.00\n",
     {.to = "2026-01-31"}},
    {"at least a month's limit, with bounds by the day",
     "slab energy_slab bounds: day, at_least: '31', limits: month_days, tiers: [{upto: '1', price: '0.1'}, {price: "
     "'0.2'}]",
     "total 2026-01-01 2026-02-01 20", "slab/0#1 31 x 0.1 = 3.10\ntotal 3.10\n"},
    {"slabs by the days of the month",  // 310 x 10/31 = 100
     "slab energy_slab bounds: month_days, tiers: [{upto: '310', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-01-11 101",
     "slab/0#2 101 x 0.2 = 20.20\ntotal 20.20\n",
     {.to = "2026-01-11"}},
    {"tiers of a share, less what is fed in, at least a month's limit",  // 50 - 20 = 30, at least 60
     "energy energy_tiered share: '50', less: {of: export}, at_least: '60', limits: days_30, tiers: [{upto: '50', "
     "price: '1'}, {price: '2'}]",
     "total 2026-01-01 2026-01-31 100; export 2026-01-01 2026-01-31 20",
     "energy/0#1 50 x 1 = 50.00\nenergy/0#2 10 x 2 = 20.00\ntotal 70.00\n",
     {.to = "2026-01-31"}},
    {"exactly at a bound is the lower slab", kSlab, "total 2026-01-01 2026-02-01 200",
     "slab/0#1 200 x 0.218 = 43.60\ntotal 43.60\n"},
    {"all of it at the price that is reached", kSlab, "total 2026-01-01 2026-02-01 200.000001",
     "slab/0#2 200.000001 x 0.334 = 66.80\ntotal 66.80\n"},
    {"the last slab", kSlab, "total 2026-01-01 2026-02-01 2000", "slab/0#3 2000 x 0.516 = 1032.00\ntotal 1032.00\n"},
    {"a slab of nothing", kSlab, "total 2026-01-01 2026-02-01 0", "slab/0#1 0 x 0.218 = 0.00\ntotal 0.00\n"},
    {"a negative quantity is in the first slab", kSlab, "total 2026-01-01 2026-02-01 -10",
     "slab/0#1 -10 x 0.218 = -2.18\ntotal -2.18\n"},
    {"the whole section finds the slab",
     kSlab + "\ncut energy_flat price: '0', from: 2026-01-16",
     "total 2026-01-01 2026-01-31 300",
     "slab/0#2 150 x 0.334 = 50.10\nslab/1#2 150 x 0.334 = 50.10\ncut/1 150 x 0 = 0.00\ntotal 100.20\n",
     {.to = "2026-01-31"}},
    {"only where the clause applies",
     "slab energy_slab tiers: [{upto: '200', price: '1'}, {price: '2'}], until: 2026-01-16",
     "total 2026-01-01 2026-01-31 300",
     "slab/0#1 150 x 1 = 150.00\ntotal 150.00\n",
     {.to = "2026-01-31"}},
    {"bounds of 30 days, of each segment",
     "slab energy_slab bounds: days_30, tiers: [{upto: '200', price: '1'}, {price: '2'}]\ncut energy_flat price: '0', "
     "from: 2026-01-16",
     "total 2026-01-01 2026-01-16 100; total 2026-01-16 2026-02-01 106.666668",  // bounds 100 and 106.666667
     "slab/0#1 100 x 1 = 100.00\nslab/1#2 106.666668 x 2 = 213.33\ncut/1 106.666668 x 0 = 0.00\ntotal 313.33\n"},
    {"bounds a dwelling, after the keys",
     "slab energy_slab times: dwellings, share: '50', tiers: [{upto: '200', price: '1'}, {price: '2'}]",
     "total 2026-01-01 2026-02-01 800",
     "slab/0#1 400 x 1 = 400.00\ntotal 400.00\n",
     {.dwellings = 2}},
};

const Case kCounters[] = {
    {"a year goes on",
     kYear,
     "total 2026-03-01 2026-04-01 100",
     "energy/0#1 60 x 0.538 = 32.28\nenergy/0#2 40 x 0.588 = 23.52\ntotal 55.80\nenergy since 2026-01-01: 2800\n",
     {.from = "2026-03-01", .to = "2026-04-01", .before = "energy 2026-01-01 2700"}},
    {"another year and another clause are not counted",
     kYear,
     "total 2026-03-01 2026-04-01 100",
     "energy/0#1 100 x 0.538 = 53.80\ntotal 53.80\nenergy since 2026-01-01: 100\n",
     {.from = "2026-03-01", .to = "2026-04-01", .before = "energy 2025-01-01 2700; water 2025-01-01 2700"}},
    {"a year ends inside",
     kYear,
     "total 2025-12-22 2026-01-11 200",
     "energy/0#1 60 x 0.538 = 32.28\nenergy/0#2 40 x 0.588 = 23.52\nenergy/1#1 100 x 0.538 = 53.80\ntotal 109.60\n"
     "energy since 2026-01-01: 100\n",
     {.from = "2025-12-22", .to = "2026-01-11", .before = "energy 2025-01-01 2700"}},
    {"a year from July",
     "energy energy_tiered bounds: year, year_from: 07-01, tiers: [{upto: '100', price: '1'}, {price: '2'}]",
     "total 2026-06-21 2026-07-11 200",
     "energy/0#1 50 x 1 = 50.00\nenergy/0#2 50 x 2 = 100.00\nenergy/1#1 100 x 1 = 100.00\ntotal 250.00\n"
     "energy since 2026-07-01: 100\n",
     {.from = "2026-06-21", .to = "2026-07-11", .before = "energy 2025-07-01 50"}},
    {"months, each for itself",
     "energy energy_tiered bounds: month, tiers: [{upto: '100', price: '1'}, {price: '2'}]",
     "total 2026-01-15 2026-02-16 320",
     "energy/0#1 20 x 1 = 20.00\nenergy/0#2 150 x 2 = 300.00\nenergy/1#1 100 x 1 = 100.00\nenergy/1#2 50 x 2 = "
     "100.00\ntotal 520.00\nenergy since 2026-02-01: 150\n",
     {.from = "2026-01-15", .to = "2026-02-16", .before = "energy 2026-01-01 80"}},
    {"a month is counted on in a month of several segments",
     "energy energy_tiered bounds: month, tiers: [{upto: '100', price: '1'}, {price: '2'}]\ncut energy_flat price: "
     "'0', "
     "from: 2026-01-16",
     "total 2026-01-01 2026-01-31 300",
     "energy/0#1 100 x 1 = 100.00\nenergy/0#2 50 x 2 = 100.00\nenergy/1#2 150 x 2 = 300.00\ncut/1 150 x 0 = "
     "0.00\ntotal 500.00\nenergy since 2026-01-01: 300\n",
     {.to = "2026-01-31"}},
    {"a credit goes back through the tiers",
     kYear,
     "total 2026-03-01 2026-04-01 -100",
     "energy/0#1 -60 x 0.538 = -32.28\nenergy/0#2 -40 x 0.588 = -23.52\ntotal -55.80\nenergy since 2026-01-01: 2700\n",
     {.from = "2026-03-01", .to = "2026-04-01", .before = "energy 2026-01-01 2800"}},
    {"bounds of a year by a fact",
     "energy energy_tiered bounds: year, times: persons, round_bounds: {decimals: 0, mode: up}, tiers: [{upto: '60.5', "
     "price: '1'}, {price: '2'}]",
     "total 2026-01-01 2026-02-01 200",  // 60.5 x 2.5 = 151.25 -> 152
     "energy/0#1 152 x 1 = 152.00\nenergy/0#2 48 x 2 = 96.00\ntotal 248.00\nenergy since 2026-01-01: 200\n",
     {.head = kPersons, .persons = "2.5"}},
    {"bounds by a fact that the agreement does not state",
     "energy energy_tiered bounds: year, times: persons, tiers: [{upto: '60', price: '1'}, {price: '2'}]",
     "total 2026-01-01 2026-02-01 200",
     "refused: fact_missing\n",
     {.head = kPersons}},
    {"no use leaves the counter where it stands",
     kYear,
     "total 2026-03-01 2026-04-01 0",
     "energy/0#1 0 x 0.538 = 0.00\ntotal 0.00\nenergy since 2026-01-01: 2700\n",
     {.from = "2026-03-01", .to = "2026-04-01", .before = "energy 2026-01-01 2700"}},
    {"a counter of a clause that does not count now is kept as long as its year may go on",
     "fee fixed_per_period price: '1'",
     "",
     "fee 1 x 1 = 1.00\ntotal 1.00\nenergy since 2025-02-02: 5\n",
     {.before = "energy 2025-02-02 5; old 2025-02-01 7"}},
};

const std::string kSplit =
    "energy energy_tiered bounds: year, split: proportional, tiers: [{upto: '2760', prices: "
    "{peak: '0.568', valley: '0.288'}}, {upto: '4800', prices: {peak: '0.618', valley: "
    "'0.338'}}, {prices: {valley: '0.588', peak: '0.868'}}]";

const Case kByPeriod[] = {
    {"a tier is shared over the periods as they are",
     kSplit,
     "peak 2026-03-01 2026-04-01 180; valley 2026-03-01 2026-04-01 120",
     "energy/0#1.peak 36 x 0.568 = 20.45\nenergy/0#1.valley 24 x 0.288 = 6.91\nenergy/0#2.peak 144 x 0.618 = 88.99\n"
     "energy/0#2.valley 96 x 0.338 = 32.45\ntotal 148.80\nenergy since 2026-01-01: 3000\n",
     {.head = kPeriods, .from = "2026-03-01", .to = "2026-04-01", .before = "energy 2026-01-01 2700"}},
    {"the prices of a tier in another order",
     kSplit,
     "peak 2026-03-01 2026-04-01 180; valley 2026-03-01 2026-04-01 120",
     "energy/0#3.peak 180 x 0.868 = 156.24\nenergy/0#3.valley 120 x 0.588 = 70.56\ntotal 226.80\nenergy since "
     "2026-01-01: 5300\n",
     {.head = kPeriods, .from = "2026-03-01", .to = "2026-04-01", .before = "energy 2026-01-01 5000"}},
    {"the parts of a tier are rounded as parts of a whole",
     "energy energy_tiered split: proportional, tiers: [{upto: '2', prices: {peak: '1', valley: '2'}}, {prices: {peak: "
     "'3', valley: '4'}}]",
     "peak 2026-01-01 2026-02-01 1; valley 2026-01-01 2026-02-01 2",  // 2 x 1/3 -> 1, 2 - 1; 1 x 1/3 -> 0, 1 - 0
     "energy/0#1.peak 1 x 1 = 1.00\nenergy/0#1.valley 1 x 2 = 2.00\nenergy/0#2.valley 1 x 4 = 4.00\ntotal 7.00\n",
     {.head = std::string(kWhole) + kPeriods}},
    {"a total register fills the tiers, the periods share them",
     "energy energy_tiered split: proportional, tiers: [{prices: {peak: '1', valley: '2'}}]",
     "total 2026-01-01 2026-02-01 8; peak 2026-01-01 2026-02-01 1; valley 2026-01-01 2026-02-01 3",
     "energy/0#1.peak 2 x 1 = 2.00\nenergy/0#1.valley 6 x 2 = 12.00\ntotal 14.00\n",
     {.head = kPeriods}},
    {"periods below zero",
     "energy energy_tiered split: proportional, tiers: [{prices: {peak: '1', valley: '2'}}]",
     "peak 2026-01-01 2026-02-01 -30; valley 2026-01-01 2026-02-01 10",
     "energy/0#1.peak -30 x 1 = -30.00\nenergy/0#1.valley 10 x 2 = 20.00\ntotal -10.00\n",
     {.head = kPeriods}},
    {"periods that add up to zero, beside a total that fills the tiers",
     "energy energy_tiered bounds: year, split: proportional, tiers: [{prices: {peak: '1', valley: '2'}}]",
     "total 2026-01-01 2026-02-01 8; peak 2026-01-01 2026-02-01 0",
     "energy/0#1.peak 0 x 1 = 0.00\ntotal 0.00\nenergy since 2026-01-01: 8\n",
     {.head = kPeriods}},
    {"tiers by period with a total register alone",
     kSplit,
     "total 2026-01-01 2026-02-01 8",
     "refused: register_missing\n",
     {.head = kPeriods}},
};

void check_all(std::span<const Case> cases) {
    for (const Case& c : cases) {
        INFO(std::string(c.name));
        CHECK(rate_case(c) == std::string(c.expected));
    }
}

}  // namespace

TEST_CASE("measures") { check_all(kMeasures); }

TEST_CASE("quantity keys") { check_all(kKeys); }

TEST_CASE("slabs") { check_all(kSlabs); }

TEST_CASE("tiers with counters") { check_all(kCounters); }

TEST_CASE("tiers with prices for periods") { check_all(kByPeriod); }

namespace {

constexpr const char* kTwoTiers =
    "energy energy_tiered bounds: year, on_version: {}, tiers: [{{upto: '100', price: "
    "'{}'}}, {{price: '{}'}}]";

tariff::Tariff two_versions(const char* on_version) {
    return tariff_of({{.effective = "2025-01-01", .charges = fmt::format(fmt::runtime(kTwoTiers), on_version, 1, 2)},
                      {.effective = "2026-01-16", .charges = fmt::format(fmt::runtime(kTwoTiers), on_version, 3, 4)}});
}

struct Months {
    std::string january, february;
};

// A section over the change of the version, and one after it that gets what the first one left.
Months two_sections(const tariff::Tariff& tariff, const Accumulated& before) {
    const auto pieces = pieces_of("total 2026-01-01 2026-01-31 120; total 2026-01-31 2026-03-01 50");
    const Date first = day("2026-01-01"), middle = day("2026-01-31"), last = day("2026-03-01");
    const auto residential = tariff::CustomerClass::residential;
    const AgreementSpan one{{first, middle}, &tariff, residential}, two{{middle, last}, &tariff, residential};
    Rater rater;
    RatedSection rated;
    REQUIRE(rater.rate({.dates = one.dates, .spans = {&one, 1}, .pieces = pieces, .before = &before}, rated));
    Months months{text_of(rated) + left_by(rated.after), ""};
    const Accumulated between = rated.after;
    const std::span rest(pieces.begin() + 1, pieces.end());
    REQUIRE(rater.rate({.dates = two.dates, .spans = {&two, 1}, .pieces = rest, .before = &between}, rated));
    months.february = text_of(rated) + left_by(rated.after);
    return months;
}

}  // namespace

TEST_CASE("a counter goes on when the version changes") {
    const auto tariff = two_versions("continue");
    const Months months = two_sections(tariff, accumulated_of("energy 2026-01-01 30"));
    CHECK(months.january ==
          "energy@2025-01-01/0#1 60 x 1 = 60.00\nenergy@2026-01-16/1#1 10 x 3 = 30.00\n"
          "energy@2026-01-16/1#2 50 x 4 = 200.00\ntotal 290.00\nenergy since 2026-01-01: 150\n");
    CHECK(months.february == "energy/0#2 50 x 4 = 200.00\ntotal 200.00\nenergy since 2026-01-01: 200\n");
}

TEST_CASE("a counter begins anew with each version, and goes on with the version of the section before") {
    const auto tariff = two_versions("restart");
    Accumulated before = accumulated_of("energy 2026-01-01 30");
    before.counters.front().version = tariff.versions.front().get();
    const Months months = two_sections(tariff, before);
    CHECK(months.january ==
          "energy@2025-01-01/0#1 60 x 1 = 60.00\nenergy@2026-01-16/1#1 60 x 3 = 180.00\n"
          "total 240.00\nenergy since 2026-01-01: 60\n");
    CHECK(months.february ==
          "energy/0#1 40 x 3 = 120.00\nenergy/0#2 10 x 4 = 40.00\ntotal 160.00\nenergy since 2026-01-01: 110\n");
    before.counters.front().version = tariff.versions.back().get();
    CHECK(two_sections(tariff, before).january ==
          "energy@2025-01-01/0#1 60 x 1 = 60.00\nenergy@2026-01-16/1#1 60 x 3 = 180.00\n"
          "total 240.00\nenergy since 2026-01-01: 60\n");
}

TEST_CASE("each segment finds its slab by the bounds of its own version") {
    const std::string slab = "slab energy_slab tiers: [{{upto: '{}', price: '{}'}}, {{price: '{}'}}]";
    const auto tariff = tariff_of({{.effective = "2025-01-01", .charges = fmt::format(fmt::runtime(slab), 10, 1, 2)},
                                   {.effective = "2026-01-16", .charges = fmt::format(fmt::runtime(slab), 30, 3, 4)}});
    const AgreementSpan span{{day("2026-01-01"), day("2026-01-31")}, &tariff, tariff::CustomerClass::residential};
    const auto pieces = pieces_of("total 2026-01-01 2026-01-31 30");
    CHECK(rate_all({.dates = span.dates, .spans = {&span, 1}, .pieces = pieces}) ==
          "slab@2025-01-01/0#2 15 x 2 = 30.00\nslab@2026-01-16/1#1 15 x 3 = 45.00\ntotal 75.00\n");
}

TEST_CASE("intervals of a measure are spread over its periods") {
    const auto plan = plan_of({.head = kPeriods, .charges = "fed energy_flat price: '1', of: export.peak"});
    const Zone zone = Zone::named("Asia/Shanghai").value();
    const std::vector<std::int64_t> hours(24, 1'000'000);
    std::vector<Piece> pieces;
    classify_day(*plan, zone, 60, {day("2026-01-01"), hours, tariff::kExport}, pieces);
    REQUIRE(pieces.size() == 2);
    for (const Piece& piece : pieces)
        CHECK(piece.micro == (piece.stream == tariff::stream_of("export.peak") ? 14'000'000 : 10'000'000));
    CHECK(tariff::name_of(pieces.back().stream).starts_with("export."));
}
