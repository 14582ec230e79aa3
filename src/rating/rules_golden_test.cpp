// Rows for rules of counting and demand that need more than one register and a month (docs/TARIFFS.md). All amounts are
// calculated by hand from that page.
#include <map>

#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

struct Setting {
    std::string head = "";
    const char* from = "2026-01-01";
    const char* to = "2026-02-01";
    const char* before = "";  // "energy 2026-01-01 2026-01-05 2700; ...": counters, since the first day
    int dwellings = 1;
    const char* peaks = "";  // as pieces
    const char* past = "";  // as pieces: demands of earlier sections, by clause
    std::map<std::string, const char*> facts{};
};

struct Case {
    const char* name;
    std::string charges;
    const char* pieces;
    const char* expected;
    Setting with = {};
};

struct Rated {
    std::string lines, left;
};

Rated rate_case(const Case& c) {
    const auto tariff = tariff_of({{.head = c.with.head, .charges = c.charges}});
    std::vector<FactValue> facts;
    for (const auto& [name, value] : c.with.facts) facts.push_back({tariff::fact_of(name), micro(value)});
    const AgreementSpan span{
        {day(c.with.from), day(c.with.to)}, &tariff, tariff::CustomerClass::residential, 0, c.with.dwellings, facts};
    Accumulated before;
    const auto name_of = [](const Piece& piece) { return std::string(tariff::name_of(piece.stream)); };
    for (const Piece& counted : pieces_of(c.with.before))
        before.counters.push_back({name_of(counted), counted.dates.from, nullptr, counted.micro});
    for (const Piece& past : pieces_of(c.with.past)) before.demands.push_back({name_of(past), past.dates, past.micro});
    std::vector<Peak> peaks;
    for (const Piece& peak : pieces_of(c.with.peaks)) peaks.push_back({peak.stream, peak.dates, peak.micro});
    const auto pieces = pieces_of(c.pieces);
    RatedSection rated;
    const auto done = Rater().rate(
        {.dates = span.dates, .spans = {&span, 1}, .pieces = pieces, .peaks = peaks, .before = &before}, rated);
    if (!done) return {fmt::format("refused: {}: {}\n", text_of(done.error()), refused_text(rated)), ""};
    Rated found{text_of(rated), ""};
    for (const Counter& counter : rated.after.counters)
        found.left += fmt::format("{} since {}: {}; ", counter.clause, format_date(counter.since),
                                  format_decimal(counter.micro, 6));
    for (const PastDemand& demand : rated.after.demands)
        found.left +=
            fmt::format("{} to {}: {}; ", demand.clause, format_date(demand.dates.to), format_decimal(demand.micro, 6));
    return found;
}

const Case kCounting[] = {
    {"a quarter goes on over bills",
     "energy energy_tiered bounds: quarter, tiers: [{upto: '1000', price: '0.1'}, {price: '0.2'}]",
     "total 2026-02-01 2026-03-01 300",  // 900 are counted: 100 and 200
     "energy/0#1 100 x 0.1 = 10.00\nenergy/0#2 200 x 0.2 = 40.00\ntotal 50.00\n",
     {.from = "2026-02-01", .to = "2026-03-01", .before = "energy 2026-01-01 2026-02-01 900"}},
    {"it begins anew in April; a bill over its edge is cut there",
     "energy energy_tiered bounds: quarter, tiers: [{upto: '1000', price: '0.1'}, {price: '0.2'}]",
     "total 2026-03-22 2026-04-11 400",  // ten days and ten days: 50 + 150, then 200
     "energy/0#1 50 x 0.1 = 5.00\nenergy/0#2 150 x 0.2 = 30.00\nenergy/1#1 200 x 0.1 = 20.00\ntotal 55.00\n",
     {.from = "2026-03-22", .to = "2026-04-11", .before = "energy 2026-01-01 2026-03-22 950"}},
    {"what another quarter counted is past",
     "energy energy_tiered bounds: quarter, on_version: restart, tiers: [{upto: '1000', price: '0.1'}, {price: '0.2'}]",
     "total 2026-04-01 2026-05-01 300",
     "energy/0#1 300 x 0.1 = 30.00\ntotal 30.00\n",
     {.from = "2026-04-01", .to = "2026-05-01", .before = "energy 2026-01-01 2026-04-01 950"}},
    {"blocks of each day: 5 + 9 + 12 by the tenth",
     "energy energy_tiered bounds: each_day, tiers: [{upto: '10', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-01-02 5; total 2026-01-02 2026-01-03 9; total 2026-01-03 2026-01-04 12",
     "energy/0#1 24 x 0.1 = 2.40\nenergy/0#2 2 x 0.2 = 0.40\ntotal 2.80\n",
     {.to = "2026-01-04"}},
    {"days of a register weigh equally: each day of 10.5 has half a unit beyond",
     "energy energy_tiered bounds: each_day, tiers: [{upto: '10', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-01-03 21",
     "energy/0#1 20 x 0.1 = 2.00\nenergy/0#2 1 x 0.2 = 0.20\ntotal 2.20\n",
     {.to = "2026-01-03"}},
    {"blocks of each day, for each dwelling, of a list",  // 15 + 4 and 8 + 4
     "energy energy_tiered bounds: each_day, times: dwellings, of: [total, export], round_bounds: {decimals: 0}, "
     "tiers: "
     "[{upto: '8.3', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-01-02 15; total 2026-01-02 2026-01-03 8; export 2026-01-01 2026-01-03 8",
     "energy/0#1 29 x 0.1 = 2.90\nenergy/0#2 2 x 0.2 = 0.40\ntotal 3.30\n",
     {.to = "2026-01-03", .dwellings = 2}},
    {"quantities of days are rounded so that they add up",  // whole kWh: 2, 1, 2 of 5 in three days
     "energy energy_tiered bounds: each_day, tiers: [{upto: '1', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-01-04 5",
     "energy/0#1 3 x 0.1 = 0.30\nenergy/0#2 2 x 0.2 = 0.40\ntotal 0.70\n",
     {.head = "rounding: {quantity: {decimals: 0, mode: half_up}}\n", .to = "2026-01-04"}},
    {"periods of a bare register's days aside, as in the bare quantity",
     "energy energy_tiered bounds: each_day, tiers: [{upto: '1', price: '1'}, {price: '2'}]",
     "total 2026-01-01 2026-01-02 2; day 2026-01-01 2026-01-03 2; night 2026-01-02 2026-01-03 3",
     "energy/0#1 2 x 1 = 2.00\nenergy/0#2 4 x 2 = 8.00\ntotal 10.00\n",
     {.to = "2026-01-03"}},
    {"no use is no more than its line",
     "energy energy_tiered bounds: each_day, tiers: [{upto: '1', price: '1'}, {price: "
     "'2'}]",
     "total 2026-01-01 2026-02-01 0", "energy/0#1 0 x 1 = 0.00\ntotal 0.00\n"},
};

const Case kTaxes[] = {
    {"tax on the share above a bound for each day",  // above 620 of 1240: half
     "energy energy_flat price: '0.1'\nvat tax percent: '10', of: [all], above: '20', bounds: day",
     "total 2026-01-01 2026-02-01 1240",
     "energy/0 1240 x 0.1 = 124.00\nvat (124.00) x 0.1 x 1/2 = 6.20\ntotal 130.20\n"},
    {"up to it there is none",
     "energy energy_flat price: '0.1'\nvat tax percent: '10', of: [all], above: '40', bounds: day",
     "total 2026-01-01 2026-02-01 1240", "energy/0 1240 x 0.1 = 124.00\ntotal 124.00\n"},
    {"for a month of 30 days",  // above 600 x 1/3 = 200 of 800
     "energy energy_flat price: '0.1'\nvat tax percent: '10', of: [all], above: '600', bounds: days_30",
     "total 2026-01-01 2026-01-11 800",
     "energy/0 800 x 0.1 = 80.00\nvat (80.00) x 0.1 x 3/4 = 6.00\ntotal 86.00\n",
     {.to = "2026-01-11"}},
    {"by the days of the month",  // above 620 x 10/31 = 200
     "energy energy_flat price: '0.1'\nvat tax percent: '10', of: [all], above: '620', bounds: month_days",
     "total 2026-01-01 2026-01-11 800",
     "energy/0 800 x 0.1 = 80.00\nvat (80.00) x 0.1 x 3/4 = 6.00\ntotal 86.00\n",
     {.to = "2026-01-11"}},
};

constexpr const char* kDemand = "demands: {md: {unit: kW, window: 60}}\n";

const Case kHours[] = {
    {"bounds for each kW of the demand that is billed",  // 200 x 10, 400 x 10
     "power demand of: md, price: '1'\nenergy energy_tiered hours_of: power, tiers: [{upto: '200', price: '0.1'}, "
     "{upto: '400', price: '0.05'}, {price: '0.02'}]",
     "total 2026-01-01 2026-02-01 5000",
     "power 10 x 1 = 10.00\nenergy/0#1 2000 x 0.1 = 200.00\nenergy/0#2 2000 x 0.05 = 100.00\n"
     "energy/0#3 1000 x 0.02 = 20.00\ntotal 330.00\n",
     {.head = kDemand, .peaks = "md 2026-01-01 2026-02-01 10"}},
    {"of the billed demand, not of the measured one",  // at least 20 kW
     "power demand of: md, price: '0', at_least: [{amount: '20'}]\nenergy energy_slab hours_of: power, times: "
     "dwellings, "
     "tiers: [{upto: '100', price: '0.1'}, {price: '0.05'}]",
     "total 2026-01-01 2026-02-01 4000",
     "power 20 x 0 = 0.00\nenergy/0#1 4000 x 0.1 = 400.00\ntotal 400.00\n",
     {.head = kDemand, .dwellings = 2, .peaks = "md 2026-01-01 2026-02-01 10"}},
    {"a demand of zero: all is above the bounds",
     "power demand of: md, price: '1'\nenergy energy_tiered hours_of: power, tiers: [{upto: '200', price: '0.1'}, "
     "{price: "
     "'0.02'}]",
     "total 2026-01-01 2026-02-01 100",
     "energy/0#2 100 x 0.02 = 2.00\ntotal 2.00\n",
     {.head = kDemand, .peaks = "md 2026-01-01 2026-02-01 0"}},
    {"so does a fact of zero that multiplies bounds",
     "energy energy_tiered times: persons, tiers: [{upto: '200', price: '0.1'}, {price: '0.2'}]",
     "total 2026-01-01 2026-02-01 100",
     "energy/0#2 100 x 0.2 = 20.00\ntotal 20.00\n",
     {.head = "facts: {persons: {unit: none}}\n", .facts = {{"persons", "0"}}}},
    {"where the demand clause applies nowhere there are no bounds",
     "power demand of: md, price: '1', for: {classes: [commercial]}\nenergy energy_tiered hours_of: power, tiers: "
     "[{upto: "
     "'200', price: '0.1'}, {price: '0.02'}]",
     "total 2026-01-01 2026-02-01 100",
     "refused: register_missing: clause energy needs md on days from 2026-01-01\n",
     {.head = kDemand, .peaks = "md 2026-01-01 2026-02-01 10"}},
};

const Case kMonths[] = {
    {"each month its own maximum, by its days",  // 10 kW for 17/31, 20 kW for 14/28
     "power demand of: md, price: '3.1', each_month: true, proration: month_days",
     "total 2026-01-15 2026-02-15 1",
     "power/0 10 x 3.1 x 17/31 = 17.00\npower/1 20 x 3.1 x 1/2 = 31.00\ntotal 48.00\n",
     {.head = kDemand,
      .from = "2026-01-15",
      .to = "2026-02-15",
      .peaks = "md 2026-01-15 2026-02-01 10; md 2026-02-03 2026-02-04 20"}},
    {"a peak over both months counts in both",
     "power demand of: md, price: '3', each_month: true, proration: days_30",
     "total 2026-01-15 2026-02-15 1",
     "power/0 10 x 3 x 17/30 = 17.00\npower/1 10 x 3 x 7/15 = 14.00\ntotal 31.00\n",
     {.head = kDemand, .from = "2026-01-15", .to = "2026-02-15", .peaks = "md 2026-01-15 2026-02-15 10"}},
    {"the month before is past for the second month",  // 80 % of 40
     "power demand of: md, price: '1', each_month: true, proration: days_30, at_least: [{past: 1, percent: '80'}]",
     "total 2026-01-02 2026-03-01 1",
     "power/0 40 x 1 = 40.00\npower/1 32 x 1 x 14/15 = 29.87\ntotal 69.87\n",
     {.head = kDemand,
      .from = "2026-01-02",
      .to = "2026-03-01",
      .peaks = "md 2026-01-15 2026-01-16 40; md 2026-02-15 2026-02-16 5",
      .past = "power 2025-12-01 2026-01-01 45"}},
    {"current_months go by the month",  // half of 10 in January, all of 20 in February
     "power demand of: md, price: '1', each_month: true, proration: days_30, current: '50', current_months: [1]",
     "total 2026-01-02 2026-02-15 1",
     "power/0 5 x 1 = 5.00\npower/1 20 x 1 x 7/15 = 9.33\ntotal 14.33\n",
     {.head = kDemand,
      .from = "2026-01-02",
      .to = "2026-02-15",
      .peaks = "md 2026-01-15 2026-01-16 10; md 2026-02-10 2026-02-11 20"}},
    {"a month without a peak",
     "power demand of: md, price: '1', each_month: true, proration: month_days",
     "total 2026-01-15 2026-02-15 1",
     "refused: register_missing: clause power needs md on days from 2026-02-01\n",
     {.head = kDemand, .from = "2026-01-15", .to = "2026-02-15", .peaks = "md 2026-01-15 2026-02-01 10"}},
    {"named days that the section does not have ask for no peak",
     "power demand of: peak_day, price: '1'",
     "total 2026-01-01 2026-02-01 1",
     "total 0.00\n",
     {.head = "demands: {peak_day: {unit: kW, window: 60, at: [{date: 2026-07-15, hours: ['16:00-17:00']}]}}\n"}},
    {"those that it has do",
     "power demand of: peak_day, price: '1'",
     "total 2026-07-01 2026-08-01 1",
     "refused: register_missing: clause power needs peak_day on days from 2026-07-01\n",
     {.head = "demands: {peak_day: {unit: kW, window: 60, at: [{date: 2026-07-15, hours: ['16:00-17:00']}]}}\n",
      .from = "2026-07-01",
      .to = "2026-08-01"}},
};

const Case kCredit[] = {
    {"what was fed in beyond the use is credit for later",
     "net energy_flat price: '0.5', less: {of: export, credit_until: 04-01}",
     "total 2026-01-01 2026-02-01 100; export 2026-01-01 2026-02-01 130", "net/0 0 x 0.5 = 0.00\ntotal 0.00\n"},
    {"and taken off then",  // 100 - 20 - 50
     "net energy_flat price: '0.5', less: {of: export, credit_until: 04-01}",
     "total 2026-02-01 2026-03-01 100; export 2026-02-01 2026-03-01 20",
     "net/0 30 x 0.5 = 15.00\ntotal 15.00\n",
     {.from = "2026-02-01", .to = "2026-03-01", .before = "net 2025-04-01 2026-02-01 50"}},
    {"from its day on it is lost; the bill is cut there",  // 70 of 80 in March; 60 in April
     "net energy_flat price: '0.5', less: {of: export, credit_until: 04-01}",
     "total 2026-03-22 2026-04-01 70; total 2026-04-01 2026-04-07 60; export 2026-03-22 2026-04-07 0",
     "net/1 60 x 0.5 = 30.00\ntotal 30.00\n",
     {.from = "2026-03-22", .to = "2026-04-07", .before = "net 2025-04-01 2026-03-22 80"}},
    {"what is left fills tiers",  // 300 - 80 % of 100 - 20 = 200
     "net energy_tiered tiers: [{upto: '150', price: '0.1'}, {price: '0.2'}], less: {of: export, percent: '80', "
     "credit_until: 01-01}",
     "total 2026-02-01 2026-03-01 300; export 2026-02-01 2026-03-01 100",
     "net/0#1 150 x 0.1 = 15.00\nnet/0#2 50 x 0.2 = 10.00\ntotal 25.00\n",
     {.from = "2026-02-01", .to = "2026-03-01", .before = "net 2026-01-01 2026-02-01 20"}},
};

const Case kAgreed[] = {
    {"a price of the agreement's own",
     "day fixed_per_day price: '1', agreed: own_day\nmonth fixed_per_period price: '10', agreed: own_month\n"
     "energy energy_flat price: '0.5', agreed: own_energy\npower demand of: md, price: '3', agreed: own_power",
     "total 2026-01-01 2026-02-01 100",
     "day/0 31 x 0.5 = 15.50\nmonth 1 x 8 = 8.00\nenergy/0 100 x 0.412345 = 41.23\npower 10 x 2.5 = 25.00\n"
     "total 89.73\n",
     {.head = "facts: {own_day: {unit: none}, own_month: {unit: none}, own_energy: {unit: none}, own_power: {unit: "
              "none}}\ndemands: {md: {unit: kW, window: 60}}\n",
      .peaks = "md 2026-01-01 2026-02-01 10",
      .facts = {{"own_day", "0.5"}, {"own_month", "8"}, {"own_energy", "0.412345"}, {"own_power", "2.5"}}}},
    {"without one the tariff's holds",
     "energy energy_flat price: '0.5', agreed: own_energy",
     "total 2026-01-01 2026-02-01 100",
     "energy/0 100 x 0.5 = 50.00\ntotal 50.00\n",
     {.head = "facts: {own_energy: {unit: none}}\n"}},
};

}  // namespace

TEST_CASE("bounds for each unit of a demand, and facts of zero") {
    for (const Case& c : kHours) {
        INFO(std::string(c.name));
        CHECK(rate_case(c).lines == c.expected);
    }
}

TEST_CASE("demands month by month, and at named hours") {
    for (const Case& c : kMonths) {
        INFO(std::string(c.name));
        CHECK(rate_case(c).lines == c.expected);
    }
    CHECK(rate_case(kMonths[0]).left == "power to 2026-02-01: 10; power to 2026-02-15: 20; ");
}

TEST_CASE("credit of what was fed in goes from bill to bill") {
    for (const Case& c : kCredit) {
        INFO(std::string(c.name));
        CHECK(rate_case(c).lines == c.expected);
    }
    CHECK(rate_case(kCredit[0]).left == "net since 2025-04-01: 30; ");
    CHECK(rate_case(kCredit[1]).left == "net since 2025-04-01: 0; ");
    CHECK(rate_case(kCredit[2]).left == "net since 2026-04-01: 0; ");
}

TEST_CASE("prices that an agreement has settled") {
    for (const Case& c : kAgreed) {
        INFO(std::string(c.name));
        CHECK(rate_case(c).lines == c.expected);
    }
}

TEST_CASE("quarters, and blocks of each day") {
    for (const Case& c : kCounting) {
        INFO(std::string(c.name));
        CHECK(rate_case(c).lines == c.expected);
    }
}

TEST_CASE("taxes above a bound that is scaled by days") {
    for (const Case& c : kTaxes) {
        INFO(std::string(c.name));
        CHECK(rate_case(c).lines == c.expected);
    }
}
