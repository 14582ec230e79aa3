// Cases that others have published, of many kinds, one or two each: taxes and discounts of one line, events, hours of
// a period, days whose clock moves, money into units, gas as kWh.
#include <boost/json.hpp>

#include "rating/peaks.hpp"
#include "rating/published_json_test.hpp"
#include "rating/rating_test_help.hpp"
#include "rating/usage.hpp"
#include "rating/vend.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;

namespace {

std::string price_of(const json::value& value, std::int64_t divisor = 1) {
    return format_decimal(decimal_of(value, 8) / divisor, 8);
}

struct Charged {
    std::string charges;
    std::string pieces;  // "total 10": over all days
    std::string head = "";
    const char* from = "2026-01-01";
    const char* to = "2026-02-01";
};

// Of each clause, in cents.
std::map<std::string, std::int64_t> charge(const Charged& what) {
    const auto tariff = tariff_of({{.effective = "2000-01-01", .head = what.head, .charges = what.charges}});
    const AgreementSpan span{{day(what.from), day(what.to)}, &tariff, tariff::CustomerClass::residential};
    std::vector<Piece> pieces;
    std::istringstream words(what.pieces);
    for (std::string stream, quantity; words >> stream >> quantity;)
        pieces.push_back({tariff::stream_of(stream), span.dates, micro(quantity)});
    RatedSection rated;
    REQUIRE(Rater().rate({span.dates, {&span, 1}, pieces}, rated).has_value());
    std::map<std::string, std::int64_t> sums;
    for (const Line& line : rated.lines) sums[rated.plans[0]->clauses[line.clause].name] += line.amount_minor;
    sums["total"] = rated.total_minor;
    return sums;
}

std::string total(const json::value& use) { return "total " + format_decimal(micro_of(use), 6); }

// Sums of exact lines agree to half a cent a line.
void check_near(std::int64_t minor, const json::value& expected, int lines = 1) {
    CHECK(std::abs(minor * 10'000 - decimal_of(expected, 6)) <= 5'000 * lines);
}

// In hundredths of a cent, where a cent would hide the difference: prices are a thousandfold.
std::int64_t kilo(std::int64_t minor) { return minor * 10; }

DateRange month_of(int year, unsigned month) {
    const Date first = std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / 1};
    return {first, first_of_next_month(first)};
}

}  // namespace

TEST_CASE("published taxes and discounts of one line") {
    const auto all = published_cases();
    if (!all) return;
    // A discount of what does not include the exempt part; a thousand units, since ours are rounded to the cent.
    for (const char* id : {"pge-care-discount-peak", "pge-medical-12pct"}) {
        INFO(std::string(id));
        const auto& item = case_of(*all, id);
        const auto& body = item.at("tariff").at("body");
        std::int64_t exempt = 0;
        for (const auto& part : body.at("exempt_components").as_array()) exempt += decimal_of(part, 8);
        const auto sums = charge({fmt::format("rest energy_flat price: '{}'\nlow discount percent: '{}', of: [rest]",
                                              format_decimal(decimal_of(body.at("rate"), 8) - exempt, 8),
                                              price_of(body.at("discount_percent"))),
                                  "total 1000"});
        CHECK(std::abs(kilo(sums.at("total")) - decimal_of(item.at("expected").at("charge"), 6)) <= 10);
    }
    const auto& tax = case_of(*all, "pge-energy-commission-tax");
    check_near(charge({"tax energy_flat price: '0.0003'", total(tax.at("input").at("kWh"))}).at("tax"),
               tax.at("expected").at("tax"));
    const auto& over = case_of(*all, "taipower-over2000");
    const auto sums = charge({"surcharge energy_tiered tiers: [{upto: '2000', price: '0'}, {price: '1.04'}]",
                              total(over.at("input").at("kWh"))});
    CHECK(sums.at("surcharge") == decimal_of(over.at("expected").at("surcharge"), 2));
    const auto& fixed = case_of(*all, "ere-surcharge-fixed-only");
    std::int64_t year = 0;
    for (unsigned month = 1; month <= 12; ++month)
        year += charge({"fixed fixed_per_period price: '10'\nenergy energy_flat price: '1'\n"
                        "more percentage percent: '10', of: [fixed]",
                        "total 744"})
                    .at("more");
    CHECK(year == decimal_of(fixed.at("expected").at("surcharge_annual"), 2));
}

TEST_CASE("published prices of the hours of an event") {
    const auto all = published_cases();
    if (!all) return;
    const auto& item = case_of(*all, "pge-smartrate-event");
    const auto sums =
        charge({"high energy_flat of: event, price: '0.6'\n"
                "credit energy_flat of: other, price: '-0.00803'",
                "event 2 other 10",
                "calendar:\n  holidays: [2026-07-15]\n  day_types: {plain: [mon, tue, wed, thu, fri, sat, "
                "sun], holiday: holiday}\n  periods: [{period: event, day_types: [holiday], hours: "
                "['16:00-21:00']}, {period: other}]\n",
                "2026-07-01", "2026-08-01"});
    check_near(sums.at("high"), item.at("expected").at("smartrate_high_price"));
    check_near(sums.at("credit"), item.at("expected").at("smartrate_credit"));
}

TEST_CASE("published bills of Queensland, taxed, in cents") {
    const auto all = published_cases();
    if (!all) return;
    const auto& plain = case_of(*all, "qld-charge");
    const auto supply = charge({"supply fixed_per_day price: '60.514'\ngst tax percent: '10', of: [all]", "total 0"});
    check_near(supply.at("total"), plain.at("expected").at("cents_incl_gst"), 2);
    const auto check = [&](const char* id, const Charged& bill, const std::vector<const char*>& clauses) {
        INFO(std::string(id));
        const auto sums = charge(bill);
        const auto& expected = case_of(*all, id).at("expected");
        for (const std::string clause : clauses)
            check_near(sums.at(clause) + sums.at(clause + "_gst"), expected.at(clause + "_incl_gst"), 2);
        check_near(sums.at("total"), expected.at("total_cents_incl_gst"), 6);
    };
    check("qld-t11",
          {"supply fixed_per_day price: '89.572'\nusage energy_flat price: '24.61'\n"
           "supply_gst tax percent: '10', of: [supply]\nusage_gst tax percent: '10', of: [usage]",
           "total 142.5", "", "2026-01-01", "2026-01-23"},
          {"supply", "usage"});
    check("qld-t12",
          {"supply fixed_per_day price: '101.306'\npeak energy_flat of: at_peak, price: '55.865'\n"
           "shoulder energy_flat of: at_shoulder, price: '19.859'\n"
           "offpeak energy_flat of: at_night, price: '19.859'\nsupply_gst tax percent: '10', of: [supply]\n"
           "peak_gst tax percent: '10', of: [peak]\noffpeak_gst tax percent: '10', of: [offpeak]",
           "at_peak 75.49 at_shoulder 0 at_night 109.5",
           "calendar:\n  periods: [{period: at_peak, hours: ['15:00-21:00']}, {period: at_shoulder, hours: "
           "['07:00-15:00']}, {period: at_night}]\n"},
          {"supply", "peak", "offpeak"});
}

namespace {

// The period in which an hour lies.
std::string period_at(const tariff::Plan& plan, const std::string& local) {
    const Zone zone = Zone::named(plan.zone).value();
    const Date date = day(local.substr(0, 10));
    std::vector<std::int64_t> hours(24, 0);
    hours.at(std::stoul(local.substr(11, 2))) = 1;
    std::vector<Piece> pieces;
    classify_day(plan, zone, 60, {date, hours}, pieces);
    for (const Piece& piece : pieces)
        if (piece.micro != 0) return std::string(tariff::name_of(piece.stream));
    return "none";
}

}  // namespace

TEST_CASE("published hours of peak, of working days and holidays, and their price") {
    const auto all = published_cases();
    if (!all) return;
    const auto malaysia = plan_of(
        {.effective = "2000-01-01",
         .head = "zone: Asia/Kuala_Lumpur\ncalendar:\n  holidays: [2025-01-01, 2025-05-01, 2025-12-25]\n  day_types: "
                 "{work: [mon, tue, wed, thu, fri], off: [sat, sun], holiday: off}\n  periods: [{period: peak, "
                 "day_types: [work], hours: ['14:00-22:00']}, {period: rest}]\n",
         .charges = "energy energy_time_of_use prices: {peak: '1', rest: '2'}"});
    for (const char* id : {"tnb-tou-0", "tnb-tou-2", "tnb-tou-4"}) {
        INFO(std::string(id));
        const auto& item = case_of(*all, id);
        CHECK((period_at(*malaysia, text_of(item.at("input").at("local_time"))) == "peak") ==
              item.at("expected").at("peak").as_bool());
    }
    const std::string head =
        "zone: Asia/Taipei\ncurrency: TWD\nrounding: {line: {step: '0.01'}}\ncalendar:\n  seasons: {summer: [{from: "
        "06-01, to: 09-30}], winter: [{from: 10-01, to: 05-31}]}\n  day_types: {work: [mon, tue, wed, thu, fri], off: "
        "[sat, sun]}\n  periods: [{period: peak, seasons: [summer], day_types: [work], hours: ['09:00-24:00']}, "
        "{period: peak, seasons: [winter], day_types: [work], hours: ['06:00-11:00', '14:00-24:00']}, {period: "
        "rest}]\n";
    const std::string charges =
        "summer energy_time_of_use season: summer, prices: {peak: '5.16', rest: '2.06'}\n"
        "winter energy_time_of_use season: winter, prices: {peak: '4.93', rest: '1.99'}";
    const auto taiwan = plan_of({.effective = "2000-01-01", .head = head, .charges = charges});
    for (const char* id : {"taipower-tou2-0", "taipower-tou2-1", "taipower-tou2-3"}) {
        INFO(std::string(id));
        const auto& item = case_of(*all, id);
        const std::string at = text_of(item.at("input").at("local_time")), date = at.substr(0, 10);
        const std::string next = format_date(day(date) + std::chrono::days{1});
        const auto sums = charge({charges, period_at(*taiwan, at) + " 1", head, date.c_str(), next.c_str()});
        CHECK(sums.at("total") == decimal_of(item.at("expected").at("cost"), 2));
    }
}

TEST_CASE("published days and hours of cycles over a change of the clock") {
    const auto all = published_cases();
    if (!all) return;
    for (const char* id : {"dst-elapsed-0", "dst-elapsed-1"}) {
        INFO(std::string(id));
        const auto& item = case_of(*all, id);
        const auto& input = item.at("input");
        const Zone zone = Zone::named(text_of(input.at("time_zone"))).value();
        const DateRange dates{day(text_of(input.at("from"))),
                              day(text_of(input.at("to_inclusive"))) + std::chrono::days{1}};
        CHECK(dates.days() == item.at("expected").at("days").as_int64());
        CHECK((zone.start_of(dates.to) - zone.start_of(dates.from)) / std::chrono::hours{1} ==
              item.at("expected").at("hours").as_int64());
    }
}

TEST_CASE("published kWh for money, and money for kWh") {
    const auto all = published_cases();
    if (!all) return;
    const auto tariff =
        tariff_of({{.charges = "energy energy_tiered bounds: month, tiers: [{upto: '600', price: '0.01'}"
                               ", {upto: '2000', price: '0.08'}, {upto: '4000', price: '0.1'}, {price: "
                               "'0.12'}]"}});
    const auto sold = VendTariff::make(tariff, VendTariff::Charges::all);
    REQUIRE(sold.has_value());
    for (const char* id : {"prepaid-brunei-0", "prepaid-brunei-1", "prepaid-brunei-420", "prepaid-brunei-3100",
                           "prepaid-brunei-4206.9", "prepaid-brunei-4855.75", "prepaid-brunei-5100"}) {
        INFO(std::string(id));
        const auto& item = case_of(*all, id);
        const AgreementSpan span{{day("2026-01-01"), day("2026-01-02")}, &tariff, tariff::CustomerClass::residential};
        const Piece used{tariff::kTotal, span.dates, micro_of(item.at("input").at("kWh"))};
        RatedSection rated;
        REQUIRE(Rater().rate({span.dates, {&span, 1}, {&used, 1}}, rated).has_value());
        CHECK(std::abs(rated.total_minor - decimal_of(item.at("expected").at("cost"), 2)) <= 1);
        const auto& inverse = item.at("expected").at("inverse");
        const auto bought = vend(*sold, {span.dates, {&span, 1}, {}},
                                 {.money_minor = decimal_of(inverse.at("money"), 2), .step_micro = 10'000}, rated);
        REQUIRE(bought.has_value());
        // A cent buys up to a unit.
        CHECK(std::abs(bought->units_micro - micro_of(inverse.at("kWh"))) <= micro("0.5"));
    }
}

TEST_CASE("published days of a supplier's page") {
    const auto all = published_cases();
    if (!all) return;
    const auto& item = case_of(*all, "octopus-elec-day-2026-05-09");
    std::int64_t use = 0;
    for (const auto& half : item.at("input").at("kWh").as_array()) use += micro_of(half);
    CHECK(use == micro_of(item.at("expected").at("consumption_kWh")));
    const auto sums = charge({"energy energy_flat price: '0.23856'\nstanding fixed_per_day price: '0.53'",
                              "total " + format_decimal(use, 6), "", "2026-05-09", "2026-05-10"});
    CHECK(sums.at("energy") == decimal_of(item.at("expected").at("cost_without_standing_GBP"), 2));
    CHECK(sums.at("total") == decimal_of(item.at("expected").at("total_GBP"), 2));
}

TEST_CASE("published use over an exchange, each meter with its own factor") {
    const auto all = published_cases();
    if (!all) return;
    const auto& item = case_of(*all, "cn-meter-exchange");
    std::int64_t use = 0;
    for (const char* meter : {"old", "new"}) {
        const auto& reads = item.at("input").at(meter);
        const auto advance = register_advance({micro_of(reads.at("start")), micro_of(reads.at("end"))},
                                              {5, 3, micro_of(reads.at("factor"))});
        REQUIRE(advance.has_value());
        use += advance->micro;
    }
    CHECK(use == micro_of(item.at("expected").at("kWh")));
}

TEST_CASE("published use of tiers that begin and end somewhere") {
    const auto all = published_cases();
    if (!all) return;
    const auto& item = case_of(*all, "ere-tier-in-days");
    const auto& tier = item.at("tariff").at("body").at("tier_kWh_per_day");
    const auto use_of = [&](unsigned month, const char* bounds) {
        const std::int64_t from = micro_of(tier.at("min").at(month - 1)), to = micro_of(tier.at("max").at(month - 1));
        const DateRange dates = month_of(2018, month);
        const std::string first = format_date(dates.from), end = format_date(dates.to);
        const std::string below = from == 0 ? "" : fmt::format("{{upto: '{}', price: '0'}}, ", from / 1'000'000);
        return charge({fmt::format("energy energy_tiered bounds: {}, tiers: [{}{{upto: '{}', price: '1'}}, {{price: "
                                   "'0'}}]",
                                   bounds, below, to / 1'000'000),
                       fmt::format("total {}", dates.days() * 24), "", first.c_str(), end.c_str()})
            .at("total");
    };
    // Theirs has three months whose upper bound lies below the lower one: our texts cannot say that.
    for (unsigned month = 1; month <= 9; ++month)
        CHECK(use_of(month, "day") == decimal_of(item.at("expected").at("kWh_by_month").at(month - 1), 2));
    CHECK(use_of(1, "month") ==
          decimal_of(case_of(*all, "ere-tier-in-months-jan").at("expected").at("kWh_by_month").at(0), 2));
}

namespace {

std::vector<Peak> peaks_of_year(const tariff::Tariff& tariff, DateRange year, const std::vector<std::int64_t>& hours) {
    const Zone zone = Zone::named(tariff.versions.front()->zone).value();
    const IntervalRun run{tariff::kTotal, year, 60, hours};
    std::vector<Peak> peaks;
    peaks_of_runs(tariff, zone, {&run, 1}, peaks);
    return peaks;
}

std::int64_t bill_of_peaks(const tariff::Tariff& tariff, DateRange dates, const std::vector<Peak>& peaks,
                           const std::vector<Piece>& pieces = {}) {
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::commercial};
    RatedSection rated;
    REQUIRE(Rater().rate({dates, {&span, 1}, pieces, peaks}, rated).has_value());
    return rated.total_minor;
}

}  // namespace

TEST_CASE("published sums of the highest demands of working days") {
    const auto all = published_cases();
    const auto load = published_text("rating/ere/load_8760_kw_2019.csv");
    if (!all || !load) return;
    std::istringstream rows(*load);
    std::vector<std::int64_t> hours;
    for (std::string row; std::getline(rows, row);)
        if (const auto value = parse_decimal(row.substr(0, row.find('\r')), 6)) hours.push_back(*value);
    REQUIRE(hours.size() == 8760);
    const auto summer = tariff_of(
        {{.effective = "2019-01-01",
          .head = "zone: America/New_York\ncalendar:\n  holidays: [2019-07-04]\n  seasons: {summer: [{from: 06-01, to: "
                  "09-30}], winter: [{from: 10-01, to: 05-31}]}\n  day_types: {work: [mon, tue, wed, thu, fri], off: "
                  "[sat, sun], holiday: off}\n  periods: [{period: peak, seasons: [summer], day_types: [work], hours: "
                  "['07:00-20:00']}, {period: rest}]\ndemands: {md: {unit: kW, window: 60}}\n",
          .charges = "d demand price: '1', of: md.peak"}});
    std::array<std::int64_t, 12> sums{};
    for (const Peak& peak : peaks_of_year(summer, {day("2019-01-01"), day("2020-01-01")}, hours))
        for (unsigned month = 1; month <= 12; ++month)
            if (peak.stream == tariff::stream_of("md.peak") && month_of(2019, month).contains(peak.dates.from))
                sums.at(month - 1) += peak.micro;
    const auto& expected = case_of(*all, "ere-determinant-ddd-1").at("expected").at("by_month");
    for (std::size_t month = 0; month < 12; ++month)
        CHECK(std::abs(sums.at(month) - micro_of(expected.at(month))) <= micro("0.01"));
}

TEST_CASE("published demands of two months, of a tier, and of a leap year's February") {
    const auto all = published_cases();
    if (!all) return;
    const auto& two = case_of(*all, "ere-demand-jan-feb-only");
    const auto cold = tariff_of({{.effective = "2019-01-01",
                                  .head = "calendar:\n  seasons: {cold: [{from: 01-01, to: 02-28}], rest: [{from: "
                                          "03-01, to: 12-31}]}\ndemands: {md: {unit: kW, window: 60}}\n",
                                  .charges = "d demand price: '1', of: md, season: cold"}});
    std::vector<std::int64_t> hours(8760, micro("1"));
    for (std::size_t month = 0; month < 12; ++month)
        hours[month * 720 + 240] = micro_of(two.at("input").at("kw").at(month));
    const auto peaks = peaks_of_year(cold, {day("2019-01-01"), day("2020-01-01")}, hours);
    for (unsigned month = 1; month <= 12; ++month)
        CHECK(bill_of_peaks(cold, month_of(2019, month), peaks) ==
              decimal_of(two.at("expected").at("kW_by_month").at(month - 1), 2));

    const auto tiered = tariff_of({{.head = "demands: {md: {unit: kW, window: 60}}\n",
                                    .charges = "d demand of: md, tiers: [{upto: '50', price: '0'}, {price: '12'}]"}});
    const DateRange january = month_of(2026, 1);
    // 1,000,000 kWh in 8760 hours
    const std::int64_t month =
        bill_of_peaks(tiered, january, {{tariff::stream_of("md"), january, micro("114.155251")}});
    CHECK(std::abs(month * 12 -
                   decimal_of(case_of(*all, "reopt-tiered-tou-demand").at("expected").at("demand_annual"), 2)) <= 100);
}

TEST_CASE("published demand of the hours of the network's peak") {
    const auto all = published_cases();
    if (!all) return;
    // Their hours of the year, from 1 on: the first two and the hundredth at 10, two of September at 5 a kW.
    const auto& item = case_of(*all, "reopt-coincident-peak");
    const auto tariff = tariff_of(
        {{.effective = "2019-01-01",
          .head = "demands:\n  winter: {unit: kW, window: 60, at: [{date: 2019-01-01, hours: ['00:00-02:00']}, {date: "
                  "2019-01-05, hours: ['03:00-04:00']}]}\n  autumn: {unit: kW, window: 60, at: [{date: 2019-09-07, "
                  "hours: ['23:00-24:00']}, {date: 2019-10-19, hours: ['15:00-16:00']}]}\n",
          .charges = "a demand price: '10', of: winter\nb demand price: '5', of: autumn"}});
    const DateRange year{day("2019-01-01"), day("2020-01-01")};
    const std::vector<std::int64_t> hours(8760, micro("1"));
    CHECK(bill_of_peaks(tariff, year, peaks_of_year(tariff, year, hours)) ==
          decimal_of(item.at("expected").at("coincident_peak_charge"), 2));
}

TEST_CASE("published demand and energy of a leap year") {
    const auto all = published_cases();
    if (!all) return;
    const auto tariff = tariff_of(
        {{.effective = "2019-01-01",
          .head = "calendar:\n  day_types: {work: [mon, tue, wed, thu, fri], off: [sat, sun]}\n  periods: [{period: "
                  "evening, day_types: [work], hours: ['14:00-20:00']}, {period: shoulder, day_types: [work], hours: "
                  "['07:00-14:00']}, {period: rest}]\ndemands: {md: {unit: kW, window: 60}}\n",
          .charges = "energy energy_time_of_use prices: {evening: '0.36', shoulder: '0.36', rest: '0.28'}\n"
                     "any demand price: '18.05', of: md\nlate demand price: '10', of: md.evening"}});
    const Zone zone = Zone::named(tariff.versions.front()->zone).value();
    // 10 kW in one hour of these days of the year, from 1 on; the sums of energy and demand.
    const auto year_of = [&](int year, const std::vector<std::size_t>& days, std::size_t hour) {
        const DateRange dates{month_of(year, 1).from, month_of(year + 1, 1).from};
        std::vector<std::int64_t> hours(static_cast<std::size_t>(dates.days()) * 24);
        for (const std::size_t at : days) hours[(at - 1) * 24 + hour] = micro("10");
        const auto peaks = peaks_of_year(tariff, dates, hours);
        std::int64_t sum = 0;
        for (unsigned month = 1; month <= 12; ++month) {
            std::vector<Piece> pieces;
            for (Date at = month_of(year, month).from; at < month_of(year, month).to; at += std::chrono::days{1})
                classify_day(
                    *tariff.versions.front(), zone, 60,
                    {at, std::span(hours).subspan(static_cast<std::size_t>(days_between(dates.from, at)) * 24, 24)},
                    pieces);
            sum += bill_of_peaks(tariff, month_of(year, month), peaks, pieces);
        }
        return sum;
    };
    const auto demand = [&](const char* id) {
        return decimal_of(case_of(*all, id).at("expected").at("demand_annual"), 2);
    };
    constexpr std::int64_t kTwentyHours = 720;  // 20 kWh x 0.36
    CHECK(year_of(2024, {59, 60}, 7) == demand("reopt-leap-2024-feb") + kTwentyHours);
    CHECK(year_of(2023, {59, 60}, 7) == demand("reopt-leap-2023-feb") + kTwentyHours);
    CHECK(year_of(2024, {64}, 15) ==
          demand("reopt-leap-2024-tou") +
              decimal_of(case_of(*all, "reopt-leap-2024-tou").at("expected").at("energy"), 2));
}
