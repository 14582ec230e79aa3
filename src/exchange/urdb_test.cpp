#include "exchange/urdb.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <functional>

#include "tariff/tariff_text.hpp"

using namespace mainspring;
using namespace mainspring::exchange;

namespace {

using RateAt = std::function<int(int month, int hour)>;  // month from 1

std::string schedule(const RateAt& rate) {
    std::string rows;
    for (int month = 1; month <= 12; ++month) {
        std::string row;
        for (int hour = 0; hour < 24; ++hour) row += fmt::format("{}{}", hour == 0 ? "" : ",", rate(month, hour));
        rows += fmt::format("{}[{}]", month == 1 ? "" : ",", row);
    }
    return "[" + rows + "]";
}

std::string both_schedules(std::string_view axis, const RateAt& rate) {
    return fmt::format(R"("{0}weekdayschedule":{1},"{0}weekendschedule":{1})", axis, schedule(rate));
}

int peak_hours(int, int hour) { return hour >= 16 && hour < 21 ? 1 : 0; }
int summer_months(int month, int) { return month >= 6 && month <= 9 ? 1 : 0; }

const std::string kFlat =
    R"("energyratestructure":[[{"rate":0.1,"unit":"kWh"}]],)" + both_schedules("energy", [](int, int) { return 0; });
const std::string kPeak =
    R"("energyratestructure":[[{"rate":0.1,"adj":0.0125,"unit":"kWh"}],[{"rate":0.3,"unit":"kWh"}]],)" +
    both_schedules("energy", peak_hours);

std::string rate_text(const std::string& fields) {
    return R"({"name":"Test","utility":"Hill","sector":"Residential","startdate":1735718400)" +
           (fields.empty() ? "" : "," + fields) + "}";
}

Choices choices() {
    Choices made;
    made.zone = "America/Denver";
    made.demand_window_minutes = 15;
    return made;
}

Conversion convert(const std::string& fields, const Choices& chosen = choices()) {
    const auto made = convert_urdb(rate_text(fields), "test.json", chosen);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error()));
    REQUIRE(made->size() == 1);
    return made->front();
}

std::string problems_of(const Conversion& made) {
    std::string text;
    for (const auto& refusal : made.refusals) text += fmt::format("{}: {}\n", refusal.field, refusal.reason);
    return text;
}

// A line "clause kind key: value, …" for each charge.
std::string charges_of(const std::string& fields, const Choices& chosen = choices()) {
    const Conversion made = convert(fields, chosen);
    if (!made.done()) return problems_of(made);
    std::string text, line;
    const auto from = made.text.find("charges:\n") + 9;
    std::string_view rest = std::string_view(made.text).substr(from, made.text.find("# Give") - from);
    while (!rest.empty()) {
        const std::string row(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(row.size() + 1);
        if (row.starts_with("  - clause: "))
            text += (text.empty() ? "" : "\n") + row.substr(12);
        else if (!row.starts_with("    name") && !row.starts_with("    account"))
            text += row.starts_with("    kind: ") ? " " + row.substr(10) : " | " + row.substr(4);
    }
    return text;
}

std::string between(const std::string& text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    return at == std::string::npos ? "" : text.substr(at, text.find(to, at) - at);
}

}  // namespace

TEST_CASE("one price all year") {
    CHECK(charges_of(kFlat) == "energy energy_flat | price: \"0.1\"");
    const Conversion made = convert(kFlat + R"(,"uri":"https://a/b","peakkwcapacitymin":500,"description":"words")");
    CHECK(made.file_name == "hill-test-2025-01-01.yaml");
    CHECK(
        made.text.starts_with("tariff: \"hill-test\"\nversion: \"2025-01-01\"\nname: {en: \"Test\"}\n"
                              "commodity: electricity\nunit: kWh\ncurrency: USD\nzone: \"America/Denver\"\n"
                              "effective: 2025-01-01\nclasses: [residential]\nsource:\n"
                              "  document: \"OpenEI Utility Rate Database: Hill, Test\"\n"
                              "  place: \"https://a/b\"\n  note: \"peakkwcapacitymin: 500\"\ncharges:\n"));
    const auto file = tariff::read_tariff(made.text, "t.yaml");
    REQUIRE_MESSAGE(file.has_value(), (file ? "" : tariff::text_of(file.error())));
    CHECK(file->examples.empty());
}

TEST_CASE("prices are rate and adj; periods are those of the schedules") {
    CHECK(charges_of(kPeak) == "energy energy_time_of_use | prices: {p0: \"0.1125\", p1: \"0.3\"}");
    const Conversion made = convert(kPeak + R"(,"energytoulabels":["Off-Peak","On Peak"])");
    CHECK(between(made.text, "calendar:", "charges:") ==
          "calendar:\n  periods:\n    - {period: off_peak, hours: [\"00:00-16:00\", \"21:00-24:00\"]}\n"
          "    - {period: on_peak}\n");
    REQUIRE(tariff::read_tariff(made.text, "t.yaml").has_value());
    // Labels that cannot be names of periods, or are not different, are not used.
    CHECK(charges_of(kPeak + R"(,"energytoulabels":["Total","Peak"])").find("{p0: \"0.1125\", peak: ") !=
          std::string::npos);
    CHECK(charges_of(kPeak + R"(,"energytoulabels":["Peak","Peak"])").find("{p0: \"0.1125\", p1: ") !=
          std::string::npos);
}

TEST_CASE("weekends have days of their own") {
    const std::string fields = R"("energyratestructure":[[{"rate":0.1,"unit":"kWh"}],[{"rate":0.3,"unit":"kWh"}]],)"
                               R"("energyweekdayschedule":)" +
                               schedule(peak_hours) + R"(,"energyweekendschedule":)" +
                               schedule([](int, int) { return 0; });
    const Conversion made = convert(fields);
    CHECK(between(made.text, "calendar:", "charges:") ==
          "calendar:\n  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}\n  periods:\n"
          "    - {period: p0, day_types: [weekday], hours: [\"00:00-16:00\", \"21:00-24:00\"]}\n"
          "    - {period: p1, day_types: [weekday], hours: [\"16:00-21:00\"]}\n    - {period: p0}\n");
    CHECK(tariff::read_tariff(made.text, "t.yaml").has_value());
}

TEST_CASE("rates that hold all day need no periods, only seasons") {
    const std::string fields =
        R"("energyratestructure":[[{"rate":0.1,"unit":"kWh"}],[{"max":650.0,"rate":0.2,"unit":"kWh"},)"
        R"({"rate":0.25,"unit":"kWh"}]],)" +
        both_schedules("energy", summer_months);
    CHECK(charges_of(fields) ==
          "energy_winter_p0 energy_flat | seasons: [winter] | price: \"0.1\"\n"
          "energy_summer_p1 energy_tiered | seasons: [summer] | bounds: bill | "
          "tiers: [{upto: \"650\", price: \"0.2\"}, {price: \"0.25\"}]");
    const Conversion made = convert(fields);
    CHECK(between(made.text, "calendar:", "charges:") ==
          "calendar:\n  seasons:\n    winter: [{from: 10-01, to: 05-31}]\n    summer: [{from: 06-01, to: 09-30}]\n");
    CHECK(tariff::read_tariff(made.text, "t.yaml").has_value());
}

TEST_CASE("seasons of more than two patterns are called by their months") {
    const auto thirds = [](int month, int) { return month % 2 == 0 ? 0 : (month < 6 ? 1 : 2); };
    const Conversion made = convert(R"("energyratestructure":[[{"rate":1}],[{"rate":2}],[{"rate":3}]],)" +
                                    both_schedules("energy", thirds));
    CHECK(made.text.find("    jan_mar_may: [{from: 01-01, to: 01-31}, {from: 03-01, to: 03-31}, ") !=
          std::string::npos);
    CHECK(made.text.find("    feb_apr_jun_aug_oct_dec: [{from: 02-01, to: 02-28}, ") != std::string::npos);
    CHECK(tariff::read_tariff(made.text, "t.yaml").has_value());
}

TEST_CASE("tiers with equal bounds in all periods are shared in proportion") {
    CHECK(charges_of(R"("energyratestructure":[[{"max":100,"rate":0.1,"unit":"kWh"},{"rate":0.2,"unit":"kWh"}],)"
                     R"([{"max":100,"rate":0.3,"unit":"kWh"},{"max":1e38,"rate":0.4,"unit":"kWh"}]],)" +
                     both_schedules("energy", peak_hours)) ==
          "energy energy_tiered | bounds: bill | split: proportional | tiers: [{upto: \"100\", prices: {p0: \"0.1\", "
          "p1: \"0.3\"}}, {prices: {p0: \"0.2\", p1: \"0.4\"}}]");
}

TEST_CASE("tiers with bounds of their own are clauses of their own") {
    CHECK(charges_of(R"("energyratestructure":[[{"rate":0.1,"unit":"kWh"}],)"
                     R"([{"max":12.5,"rate":0.3,"unit":"kWh daily"},{"rate":0.4,"unit":"kWh daily"}]],)" +
                     both_schedules("energy", peak_hours)) ==
          "energy_all_p0 energy_flat | of: p0 | price: \"0.1\"\n"
          "energy_all_p1 energy_tiered | of: p1 | bounds: day | "
          "tiers: [{upto: \"12.5\", price: \"0.3\"}, {price: \"0.4\"}]");
}

TEST_CASE("fixed charges by month, day and year, further meters and minimum") {
    CHECK(charges_of(kFlat + R"(,"fixedchargefirstmeter":13.5,"fixedchargeunits":"$/month","fixedchargeeaaddl":2,)"
                             R"("mincharge":15,"minchargeunits":"$/month")") ==
          "fixed fixed_per_period | price: \"13.5\"\n"
          "fixed_more_meters fixed_per_period | price: \"2\" | times: further_meters\n"
          "energy energy_flat | price: \"0.1\"\nminimum minimum | amount: \"15\" | of: [all]");
    CHECK(charges_of(kFlat + R"(,"fixedchargefirstmeter":0.25,"fixedchargeunits":"$/day","minmonthlycharge":3)") ==
          "fixed fixed_per_day | price: \"0.25\"\nenergy energy_flat | price: \"0.1\"\n"
          "minimum minimum | amount: \"3\" | of: [all]");
    const std::string year = R"(,"fixedchargefirstmeter":100,"fixedchargeunits":"$/year")";
    CHECK(charges_of(kFlat + year) ==
          "fixed fixed_per_period | price: \"8.33333333\"\nenergy energy_flat | price: \"0.1\"");
    CHECK(convert(kFlat + year).notes ==
          std::vector<std::string>{"fixedchargefirstmeter: a twelfth of it is rounded to 8 decimals"});
    CHECK(
        charges_of(kFlat + R"(,"fixedmonthlycharge":7)").starts_with("fixed_month fixed_per_period | price: \"7\"\n"));
}

TEST_CASE("what is sold back is a clause for those who feed in") {
    CHECK(charges_of(R"("dgrules":"Net Billing Instantaneous","energyratestructure":[[{"rate":0.1,"sell":0.04}]],)" +
                     both_schedules("energy", [](int, int) { return 0; })) ==
          "energy energy_flat | price: \"0.1\"\n"
          "fed_in energy_flat | of: export | price: \"-0.04\" | for: {entitlement: feeds_in}");
    CHECK(charges_of(R"("energyratestructure":[[{"rate":0.1,"sell":0.04}],[{"rate":0.3,"sell":0.09}]],)" +
                     both_schedules("energy", peak_hours)) ==
          "energy energy_time_of_use | prices: {p0: \"0.1\", p1: \"0.3\"}\n"
          "fed_in_1 energy_flat | of: export.p0 | price: \"-0.04\" | for: {entitlement: feeds_in}\n"
          "fed_in_2 energy_flat | of: export.p1 | price: \"-0.09\" | for: {entitlement: feeds_in}");
}

TEST_CASE("fuel adjustments of months") {
    CHECK(charges_of(kFlat + R"(,"fueladjustmentsmonthly":[0,0,0,0,0,0.01,0.01,0.01,0,0,0,0])") ==
          "energy energy_flat | price: \"0.1\"\nfuel_1 energy_flat | seasons: [summer] | price: \"0.01\"");
}

TEST_CASE("flat demand by month, in tiers, with what earlier months leave") {
    CHECK(charges_of(kFlat +
                     R"(,"flatdemandstructure":[[{"rate":7.5}],[{"max":100,"rate":16.3},{"rate":14.9,"adj":1}]],)"
                     R"("flatdemandmonths":[0,0,0,0,0,1,1,1,1,0,0,0],"lookbackpercent":0.8,"lookbackrange":6)") ==
          "energy energy_flat | price: \"0.1\"\n"
          "demand_1 demand | seasons: [winter] | of: demand_kw | price: \"7.5\" | proration: none | "
          "at_least: [{past: 6, percent: \"80\"}]\n"
          "demand_2 demand | seasons: [summer] | of: demand_kw | tiers: [{upto: \"100\", price: \"16.3\"}, "
          "{price: \"15.9\"}] | proration: none | at_least: [{past: 6, percent: \"80\"}]");
    CHECK(charges_of(kFlat + R"(,"flatdemandstructure":[[{"rate":7.5}]],"lookbackpercent":60,)"
                             R"("lookbackmonths":[0,0,0,0,0,1,1,1,1,0,0,0])")
              .ends_with("at_least: [{past: 11, percent: \"60\", months: [6, 7, 8, 9]}]"));
    CHECK(charges_of(kFlat + R"(,"flatdemandstructure":[[{"rate":7.5}]],)"
                             R"("demandratchetpercentage":[0.5,0.5,0.5,0.5,0.5,0.9,0.9,0.9,0.5,0.5,0.5,0.5])")
              .ends_with("at_least: [{past: 11, percent: \"50\", months: [1, 2, 3, 4, 5, 9, 10, 11, 12]}, "
                         "{past: 11, percent: \"90\", months: [6, 7, 8]}]"));
}

TEST_CASE("demand by period shares the calendar with energy by period") {
    const std::string demand = R"(,"demandratestructure":[[{"rate":0}],[{"rate":8.4}]],"demandrateunit":"kVA",)"
                               R"("demandwindow":30,)" +
                               both_schedules("demand", [](int, int hour) { return hour >= 12 && hour < 20 ? 1 : 0; });
    CHECK(charges_of(kPeak + demand) ==
          "energy energy_time_of_use | prices: {p0_d0: \"0.1125\", p0_d1: \"0.1125\", p1_d1: \"0.3\", p1_d0: \"0.3\"}\n"
          "period_demand_1 demand | of: [demand_kva.p0_d1, demand_kva.p1_d1] | price: \"8.4\" | proration: none");
    const Conversion made = convert(kPeak + demand);
    CHECK(between(made.text, "demands:", "charges:") == "demands:\n  demand_kva: {unit: kVA, window: 30}\n");
    CHECK(charges_of(kFlat + demand) ==
          "energy energy_flat | price: \"0.1\"\nperiod_demand_1 demand | of: demand_kva.d1 | price: \"8.4\" | "
          "proration: none");
    // A demand of one rate a season needs no periods; one without a price is nothing at all.
    CHECK(charges_of(kFlat + R"(,"demandratestructure":[[{"rate":2}],[{"rate":5}]],)" +
                     both_schedules("demand", summer_months)) ==
          "energy energy_flat | price: \"0.1\"\n"
          "period_demand_1 demand | seasons: [winter] | of: demand_kw | price: \"2\" | proration: none\n"
          "period_demand_2 demand | seasons: [summer] | of: demand_kw | price: \"5\" | proration: none");
    CHECK(charges_of(kFlat + R"(,"demandratestructure":[[{"rate":0}],[{"rate":0}]],)" +
                     both_schedules("demand", peak_hours)) == "energy energy_flat | price: \"0.1\"");
}

namespace {

struct RefusalRow {
    const char* fields;  // beside one flat price
    const char* refusal;
};
const RefusalRow kRefusals[] = {
    {R"("coincidentratestructure":[[{"rate":3}]])", "coincidentratestructure: a charge on the demand in the hours"},
    {R"("reactivepowercharge":0.3)", "reactivepowercharge: a charge for each kvar"},
    {R"("demandreactivepowercharge":0.3)", "demandreactivepowercharge: a charge for each kvar"},
    {R"("demandReactPwrCharge":0.3)", "demandReactPwrCharge: a charge for each kvar"},
    {R"("fixedattrs":[{"a":"b"}])", "fixedattrs: may hold discounts"},
    {R"("energyattrs":[{"a":"b"}])", "energyattrs: may hold discounts"},
    {R"("demandattrs":[{"a":"b"}])", "demandattrs: may hold discounts"},
    {R"("energykeyvals":[{"a":"b"}])", "energykeyvals: may hold discounts"},
    {R"("demandkeyvals":[{"a":"b"}])", "demandkeyvals: may hold discounts"},
    {R"("fixedkeyvals":[{"a":"b"}])", "fixedkeyvals: may hold discounts"},
    {R"("usenetmetering":true)", "usenetmetering: energy fed in is set off"},
    {R"("dgrules":"Net Metering")", "dgrules: 'Net Metering': energy fed in is set off"},
    {R"("dgRules":"Net Billing Hourly")", "dgRules: 'Net Billing Hourly': energy fed in"},
    {R"("annualmincharge":12)", "annualmincharge: a least sum of a year"},
    {R"("mincharge":12,"minchargeunits":"$/year")", "mincharge: in $/year; tariffs know"},
    {R"("mincharge":12)", "mincharge: minchargeunits is missing"},
    {R"("surcharge":0.1)", "surcharge: is not known"},
    {R"("fixedchargefirstmeter":3)", "fixedchargeunits: is missing"},
    {R"("fixedchargefirstmeter":3,"fixedchargeunits":"$/week")", "fixedchargeunits: '$/week': must be"},
    {R"("fixedchargefirstmeter":"3")", "fixedchargefirstmeter: must be a number"},
    {R"("fixedmonthlycharge":1e12)", "fixedmonthlycharge: 1e12 is out of range"},
    {R"("fueladjustmentsmonthly":[1,2])", "fueladjustmentsmonthly: must have one number for each month"},
    {R"("flatdemandstructure":[[{"rate":1}],[{"rate":2}]])", "flatdemandmonths: is missing"},
    {R"("flatdemandstructure":[[{"rate":1}]],"flatdemandmonths":[0])", "flatdemandmonths: must have one number"},
    {R"("flatdemandstructure":[[{"rate":1}]],"flatdemandmonths":[0,0,0,0,0,0,0,0,0,0,0,1])",
     "flatdemandmonths[11]: must be a whole number from 0 to 0"},
    {R"("flatdemandstructure":[[{"rate":1}]],"flatdemandunit":"hp")", "flatdemandunit: 'hp': the highest demand"},
    {R"("flatdemandstructure":[[{"rate":1,"unit":"kW daily"}]])", "flatdemandstructure[0].unit: 'kW daily': demands"},
    {R"("flatdemandstructure":[[{"rate":1}]],"demandwindow":20)", "demandwindow: 20 minutes: must be"},
    {R"("flatdemandstructure":[[{"rate":1}]],"lookbackpercent":0.5)", "lookbackpercent: stands without"},
    {R"("flatdemandstructure":{"rate":1})", "flatdemandstructure: must be a list"},
    {R"("demandratestructure":[[{"rate":1}],[{"rate":2}]])", "demandweekdayschedule: is missing"},
    {R"("demandratestructure":[[{"rate":1}]],"demandweekdayschedule":[[0]])", "demandweekdayschedule: must be 12 rows"},
};

const RefusalRow kEnergyRefusals[] = {
    {R"([[{"adj":0.1}]])", "energyratestructure[0][0].rate: is missing"},
    {R"([[{"sell":0.1}]])", "energyratestructure[0][0].rate: is missing"},
    {R"([[]])", "energyratestructure[0]: must be a list of 1 to 100 tiers"},
    {R"([[3]])", "energyratestructure[0][0]: must be an object"},
    {R"([[{"rate":1,"discount":0.5}]])", "energyratestructure[0][0].discount: is not known"},
    {R"([[{"rate":1,"unit":"kWh"},{"rate":2,"unit":"kWh"}]])", "energyratestructure[0][0].max: is missing"},
    {R"([[{"rate":1,"max":9,"unit":"kWh"},{"rate":2,"max":9,"unit":"kWh"},{"rate":3,"unit":"kWh"}]])",
     "energyratestructure[0][1].max: is not above"},
    {R"([[{"rate":1,"max":-1,"unit":"kWh"},{"rate":2,"unit":"kWh"}]])",
     "energyratestructure[0][0].max: must be a number above zero"},
    {R"([[{"rate":1,"max":500,"unit":"kWh"}]])", "energyratestructure.max: energyratestructure[0][0].max ends"},
    {R"([[{"rate":1,"max":5,"unit":"kWh/kW"},{"rate":2,"unit":"kWh/kW"}]])",
     "energyratestructure[0].unit: 'kWh/kW': bounds that grow"},
    {R"([[{"rate":1,"max":5,"unit":"kWh/kW daily"},{"rate":2,"unit":"kWh/kW daily"}]])",
     "energyratestructure[0].unit: 'kWh/kW daily': bounds that grow"},
    {R"([[{"rate":1,"max":5,"unit":"kWh"},{"rate":2,"unit":"kWh daily"}]])",
     "energyratestructure[0]: tiers of one period have different units"},
    {R"([[{"rate":1,"max":5},{"rate":2}]])", "energyratestructure[0].unit: is missing"},
    {R"([[{"rate":1,"unit":"therm"}]])", "energyratestructure[0].unit: 'therm' is not known"},
    {R"([[{"rate":1,"sell":2,"max":5,"unit":"kWh"},{"rate":2,"sell":3,"unit":"kWh"}]])",
     "energyratestructure.sell: energyratestructure[0]: tiers buy"},
};

void check_refused(const std::string& fields, const std::string& refusal) {
    const Conversion made = convert(fields);
    INFO(problems_of(made));
    CHECK(made.text.empty());
    CHECK(std::ranges::any_of(
        made.refusals, [&](const FieldRefusal& one) { return (one.field + ": " + one.reason).starts_with(refusal); }));
}

}  // namespace

TEST_CASE("what cannot be carried over is refused by its name") {
    for (const auto& row : kRefusals) check_refused(kFlat + "," + row.fields, row.refusal);
    const std::string always = both_schedules("energy", [](int, int) { return 0; });
    for (const auto& row : kEnergyRefusals)
        check_refused(fmt::format(R"("energyratestructure":{},{})", row.fields, always), row.refusal);
    check_refused(R"("energyratestructure":[[{"rate":1}]],)" + both_schedules("energy", [](int, int) { return 1; }),
                  "energyweekdayschedule[0][0]: must be a whole number from 0 to 0");
    check_refused("", "energyratestructure: no price at all");
}

TEST_CASE("nothing is refused for a field that is empty or zero") {
    CHECK(charges_of(kFlat + R"(,"coincidentratestructure":[[{"rate":0}]],"fixedattrs":[],"usenetmetering":false,)"
                             R"("annualmincharge":0.0,"surcharge":null,"demandattrs":"","reactivepowercharge":0)") ==
          "energy energy_flat | price: \"0.1\"");
}

TEST_CASE("a person may let a field go by its name, and the text says so") {
    Choices chosen = choices();
    chosen.leave_out = {"dgrules", "surcharge", "energyratestructure.max"};
    const Conversion made = convert(R"("dgrules":"Net Metering","surcharge":1,"voltagecategory":"Secondary",)"
                                    R"("energyratestructure":[[{"rate":0.1,"max":500,"unit":"kWh"}]],)" +
                                        both_schedules("energy", [](int, int) { return 0; }),
                                    chosen);
    REQUIRE_MESSAGE(made.done(), problems_of(made));
    CHECK(
        made.text.find("note: \"voltagecategory: Secondary; left out: surcharge, dgrules, energyratestructure.max\"") !=
        std::string::npos);
    CHECK(made.notes.size() == 3);
}

TEST_CASE("what the form does not say is asked for") {
    Choices none;
    const auto made =
        convert_urdb(R"({"name":"X","energyratestructure":[],"flatdemandstructure":[[{"rate":1}]]})", "x.json", none);
    REQUIRE(made.has_value());
    std::vector<std::string> fields;
    for (const auto& refusal : made->front().refusals) fields.push_back(refusal.field);
    CHECK(fields == std::vector<std::string>{"zone", "startdate", "sector", "demandwindow"});
    CHECK(convert_urdb(R"({"startdate":"soon"})", "x.json", none)->front().refusals[1].reason == "'soon' is no date");
    CHECK(convert(kFlat + R"(,"startdate2":"")").done());
}

TEST_CASE("files with several rates, rates in a text, and files that are none") {
    const auto several =
        convert_urdb("{\"items\":[" + rate_text(kFlat) + "," + rate_text("") + ",7]}", "x.json", choices());
    REQUIRE(several.has_value());
    REQUIRE(several->size() == 3);
    CHECK(several->at(0).done());
    CHECK_FALSE(several->at(1).done());
    CHECK(problems_of(several->at(2)) == "items: must be objects\n");
    std::string text = "\"";
    for (const char c : rate_text(kFlat)) text += c == '"' ? std::string("\\\"") : std::string(1, c);
    const auto unwrapped = convert_urdb(text + "\"", "x.json", choices());
    REQUIRE(unwrapped.has_value());
    CHECK(unwrapped->front().done());
    CHECK(convert_urdb("{\n  x}", "x.json", choices()).error().starts_with("x.json:2:3: no JSON: "));
    CHECK(convert_urdb("[]", "x.json", choices()).error() ==
          "x.json: must be a rate, or an object with rates in \"items\"");
    CHECK_FALSE(convert_urdb("{\"items\":[]}", "x.json", choices()).has_value());
}

TEST_CASE("names of any spelling become names of ours") {
    const auto made = convert_urdb(R"({"name":"Tariff \"A\"\r\n(§ 3) \u202e\\","utility":"","sector":"General",)"
                                   R"("startdate":"2017-01-01 00:00:00",)" +
                                       kFlat + "}",
                                   "x.json", choices());
    REQUIRE(made->front().done());
    CHECK(made->front().file_name == "tariff-a-3-2017-01-01.yaml");
    const auto file = tariff::read_tariff(made->front().text, "t.yaml");
    REQUIRE_MESSAGE(file.has_value(), (file ? "" : tariff::text_of(file.error())));
    CHECK(file->plan.name_en == "Tariff \"A\" (§ 3) \\");
}
