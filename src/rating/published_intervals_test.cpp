// Yearly bills from interval values that others have published, as far as our clauses express them: their tariffs are
// turned into texts of ours, a year that begins on a Monday is rated month by month. What they expect must come out,
// but for half a cent a line. Not here: prices by kWh per kW, the generation side, tiers in time order within periods.
#include <boost/json.hpp>

#include "rating/interval_schedule.hpp"
#include "rating/published_json_test.hpp"
#include "rating/schedule_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;
namespace {

std::string price_text(const json::value& value) { return format_decimal(decimal_of(value, 8), 8); }
std::size_t whole(const json::value& value) { return static_cast<std::size_t>(decimal_of(value, 0)); }

// Values of one column of a CSV, or of its only one; without its heading.
std::vector<std::int64_t> load_of(const json::value& load, int minutes) {
    const auto file = published_text("rating/" + text_of(load.at("file")));
    REQUIRE(file.has_value());
    std::istringstream rows(*file);
    std::size_t column = 0;
    if (const auto* wanted = load.as_object().if_contains("column")) {
        std::string heading, name;
        std::getline(rows, heading);
        std::istringstream names(heading);
        while (std::getline(names, name, ',') && name != wanted->as_string()) ++column;
    }
    const bool is_power = load.at("unit").as_string() == "kW";
    std::vector<std::int64_t> values;
    for (std::string row; std::getline(rows, row);) {
        std::istringstream cells(row);
        std::string cell;
        for (std::size_t i = 0; i <= column; ++i) std::getline(cells, cell, ',');
        while (!cell.empty() && cell.back() == '\r') cell.pop_back();
        const std::int64_t micro = decimal_of_text(cell, 6);
        values.push_back(is_power ? narrow(divide_rounded(Int128{micro} * minutes, 60, RoundingMode::half_up)) : micro);
    }
    return values;
}

struct YearOf {
    int year;
    const char* zone;
    int minutes;
};

// The sum of each clause's lines in each month, by the clause's name up to a "_"; and the lines it has.
struct Sums {
    std::map<std::string, std::array<std::int64_t, 12>> minor;
    std::int64_t lines = 0;
};

std::vector<DateRange> months_of(int year) {
    std::vector<DateRange> months;
    for (Date at = std::chrono::sys_days{std::chrono::year{year} / 1 / 1}; months.size() < 12;) {
        months.push_back({at, first_of_next_month(at)});
        at = months.back().to;
    }
    return months;
}

// `prices`: of the series "spot", one for each value.
Sums rate_year(const tariff::Tariff& tariff, YearOf of, std::span<const std::int64_t> values,
               std::span<const std::int64_t> prices = {}) {
    const Zone zone = Zone::named(of.zone).value();
    const auto months = months_of(of.year);
    AgreementSpan span{{}, &tariff, tariff::CustomerClass::residential};
    const auto schedule = IntervalSchedule::compile({span, &zone, of.minutes, months});
    REQUIRE(schedule.has_value());
    IntervalUsage usage(*schedule);
    usage.sum(values);
    const IntervalRun run{tariff::kTotal, {months.front().from, months.back().to}, of.minutes, values};
    const PriceSeries series{"spot", months.front().from, of.minutes, prices};
    Sums sums;
    RatedSection rated;
    for (std::size_t month = 0; month < 12; ++month) {
        span.dates = months[month];
        SectionInput input{span.dates, {&span, 1}, usage.pieces(month)};
        input.intervals = {&run, 1};
        input.series = {&series, prices.empty() ? 0U : 1U};
        input.zone = &zone;
        REQUIRE(Rater().rate(input, rated).has_value());
        for (const Line& line : rated.lines) {
            std::string name = rated.plans[line.version]->clauses[line.clause].name;
            name = name.substr(0, name.find('_'));
            sums.minor.try_emplace(name).first->second[month] += line.amount_minor;
        }
        sums.lines = std::max(sums.lines, static_cast<std::int64_t>(rated.lines.size()));
    }
    return sums;
}

void check_months(const Sums& sums, const std::string& clause, const json::value& expected) {
    const auto found = sums.minor.find(clause);
    for (std::size_t month = 0; month < 12; ++month) {
        const std::int64_t minor = found == sums.minor.end() ? 0 : found->second[month];
        INFO(clause << " in month " << month + 1);
        const std::int64_t difference = minor * 100 - decimal_of(expected.at(month), 4);
        CHECK(std::abs(difference) <= 50 * sums.lines);
    }
}

bool is_endless(const json::value& bound) { return json::serialize(bound).find("E3") != std::string::npos; }

Schedule::Days days_of(const json::value& rows, std::size_t lowest) {
    Schedule::Days days{};
    for (std::size_t month = 0; month < 12; ++month)
        for (std::size_t half = 0; half < 48; ++half) days[month][half] = whole(rows.at(month).at(half / 2)) - lowest;
    return days;
}

// Nothing where a bound is not of kWh alone.
std::optional<Schedule> schedule_of_ssc(const json::value& body) {
    Schedule schedule;
    schedule.weekday = days_of(body.at("ur_ec_sched_weekday"), 1);
    schedule.weekend = days_of(body.at("ur_ec_sched_weekend"), 1);
    for (const auto& row : body.at("ur_ec_tou_mat").as_array()) {
        const std::size_t period = whole(row.at(0)), unit = whole(row.at(3));
        if (unit != 0 && unit != 2) return std::nullopt;
        schedule.bounds = unit == 0 ? "bill" : "day";
        schedule.tiers.resize(std::max(schedule.tiers.size(), period));
        schedule.tiers[period - 1].push_back(
            {is_endless(row.at(2)) ? "" : format_decimal(decimal_of(row.at(2), 6), 6), price_text(row.at(4))});
    }
    return schedule;
}

Schedule schedule_of_urdb(const json::value& item) {
    Schedule schedule;
    schedule.weekday = days_of(item.at("energyweekdayschedule"), 0);
    schedule.weekend = days_of(item.at("energyweekendschedule"), 0);
    for (const auto& period : item.at("energyratestructure").as_array()) {
        auto& tiers = schedule.tiers.emplace_back();
        for (const auto& tier : period.as_array()) {
            const auto* bound = tier.as_object().if_contains("max");
            tiers.push_back(
                {bound == nullptr ? "" : format_decimal(decimal_of(*bound, 6), 6), price_text(tier.at("rate"))});
        }
    }
    return schedule;
}

std::string head_of(const Schedule& schedule) { return "currency: USD\n" + calendar_of(schedule); }

}  // namespace

TEST_CASE("published years of the SAM utility rate model") {
    const auto all = published_cases();
    if (!all) return;
    int rated = 0, shared_tiers = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text_of(item.at("id"));
        if (!id.starts_with("ssc-ur5-") || item.at("expected").as_object().if_contains("load_only_monthly") == nullptr)
            continue;
        INFO(id);
        const auto& body = item.at("tariff").at("body");
        const auto schedule = schedule_of_ssc(body);
        if (!schedule) continue;
        auto energy = energy_of(*schedule);
        // Their net metering shares tiers as we do, their net billing fills them in the order of time.
        const bool shares = whole(body.at("ur_metering_option")) < 2;
        if (!energy && shares) energy = shared_tiers_of(*schedule);
        shared_tiers += energy ? 0 : 1;
        if (!energy) continue;
        const auto* by_hour = body.as_object().if_contains("ur_en_ts_buy_rate");
        if (by_hour != nullptr && whole(*by_hour) == 1) continue;  // its prices are all zero
        const auto tariff = tariff_of({{.effective = "2000-01-01",
                                        .head = head_of(*schedule),
                                        .charges = *energy + "fixed fixed_per_period price: '" +
                                                   price_text(body.at("ur_monthly_fixed_charge")) + "'"}});
        const auto& load = item.at("input").at("load");
        const int minutes = static_cast<int>(whole(load.at("interval_min")));
        const Sums sums = rate_year(tariff, {2007, "UTC+00:00", minutes}, load_of(load, minutes));
        const auto& expected = item.at("expected").at("load_only_monthly");
        check_months(sums, "energy", expected.at("energy"));
        check_months(sums, "fixed", expected.at("fixed"));
        ran(id);
        ++rated;
    }
    CHECK(rated == 20);
    CHECK(shared_tiers == 0);
}

TEST_CASE("published years of OpenStudio's utility bills, real-time prices too") {
    const auto all = published_cases();
    if (!all) return;
    int rated = 0, shared_tiers = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text_of(item.at("id"));
        if (!id.starts_with("hpxml-") || item.at("tariff").as_object().if_contains("file") == nullptr) continue;
        INFO(id);
        const auto file = published_text("rating/" + text_of(item.at("tariff").at("file")));
        if (!file) return;
        const auto body = json::parse(*file).at("items").at(0);
        std::vector<std::int64_t> prices;
        std::string charges, head = "currency: USD\n";
        if (const auto* real_time = body.as_object().if_contains("realtimepricing")) {
            for (const auto& price : real_time->as_array()) prices.push_back(decimal_of(price, 8));
            charges = "energy energy_indexed series: spot\n";
        } else {
            const Schedule schedule = schedule_of_urdb(body);
            const auto energy = energy_of(schedule);
            shared_tiers += energy ? 0 : 1;
            if (!energy) continue;
            charges = *energy;
            head = head_of(schedule);
        }
        const bool by_day = body.at("fixedchargeunits").as_string() == "$/day";
        charges += fmt::format("fixed {} price: '{}'", by_day ? "fixed_per_day" : "fixed_per_period",
                               price_text(body.at("fixedchargefirstmeter")));
        const auto tariff = tariff_of({{.effective = "2000-01-01", .head = head, .charges = charges}});
        const Sums sums = rate_year(tariff, {2007, "UTC+00:00", 60}, load_of(item.at("input").at("load"), 60), prices);
        check_months(sums, "energy", item.at("expected").at("monthly_energy"));
        // With a minimum their fixed line holds what the minimum adds after the credit for generation.
        const bool has_minimum = id.find("_min_") != std::string::npos;
        if (!has_minimum) check_months(sums, "fixed", item.at("expected").at("monthly_fixed"));
        ran(id);
        ++rated;
    }
    CHECK(rated == 19);
    CHECK(shared_tiers == 3);
}

namespace {

// Their months and days of the week count from 0, Sunday; hours are local.
Schedule schedule_of_components(const json::array& components) {
    Schedule schedule;
    std::vector<std::string> prices;
    for (const auto& one : components) {
        const auto* only = one.as_object().if_contains("onlyOnDays");
        if (only != nullptr && !only->as_array().empty()) continue;  // holidays of another year
        const std::string price = price_text(one.at("charge"));
        const auto found = std::ranges::find(prices, price);
        const auto period = static_cast<std::size_t>(found - prices.begin());
        if (found == prices.end()) {
            prices.push_back(price);
            schedule.tiers.emplace_back().push_back(Schedule::Tier{"", price});
        }
        // What is not named is not limited.
        const auto has = [&](const char* key, std::size_t number) {
            const auto* list = one.as_object().if_contains(key);
            return list == nullptr || list->as_array().empty() ||
                   std::ranges::any_of(list->as_array(), [&](const auto& value) { return whole(value) == number; });
        };
        for (std::size_t month = 0; month < 12; ++month)
            for (std::size_t half = 0; half < 48; ++half) {
                if (!has("months", month) || !has("hourStarts", half / 2)) continue;
                if (has("daysOfWeek", 1)) schedule.weekday[month][half] = period;
                if (has("daysOfWeek", 0)) schedule.weekend[month][half] = period;
            }
    }
    return schedule;
}

std::string charges_of_element(const json::value& element) {
    const std::string type = text_of(element.at("rateElementType"));
    const auto& first = element.at("rateComponents").at(0);
    const auto& charge = first.at("charge");
    if (type == "FixedPerDay") return fmt::format("delivery fixed_per_day price: '{}'\n", price_text(charge));
    std::string charges;
    if (type == "FixedPerMonth")
        for (std::size_t month = 0; month < 12; ++month)
            if (const std::int64_t credit = -decimal_of(charge.at(month), 8); credit > 0)
                charges += fmt::format("credit_{0} discount season: m{0}, price: '{1}', per: period\n", month + 1,
                                       format_decimal(credit, 8));
    if (type == "BlockedTiersInDays")
        for (std::size_t month = 0; month < 12; ++month)
            charges += fmt::format(
                "block_{0} energy_tiered season: m{0}, bounds: day, tiers: [{{upto: '{1}', price: '{2}'}}, {{price: "
                "'0'}}]\n",
                month + 1, format_decimal(decimal_of(first.at("max").at(month), 6), 6), price_text(charge));
    return charges;
}

}  // namespace

TEST_CASE("published years of residential time-of-use with changes of the clock") {
    const auto all = published_cases();
    const auto file = published_text("rating/ere/rates.json");
    if (!all || !file) return;
    const auto rates = json::parse(*file);
    int rated = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text_of(item.at("id"));
        if (!id.starts_with("ere-pge-")) continue;
        INFO(id);
        Schedule schedule;
        std::string charges;
        for (const auto& element : rates.at(text_of(item.at("tariff").at("key"))).at("rateElements").as_array()) {
            if (element.at("rateElementType").as_string() != "EnergyTimeOfUse") {
                charges += charges_of_element(element);
                continue;
            }
            schedule = schedule_of_components(element.at("rateComponents").as_array());
            charges += energy_of(schedule).value();
        }
        const auto tariff = tariff_of({{.effective = "2019-01-01", .head = head_of(schedule), .charges = charges}});
        const bool moves = item.at("input").at("time_zone").as_string() == "America/New_York";
        const auto values = load_of(item.at("input").at("load"), 60);
        const Sums sums = rate_year(tariff, {2019, moves ? "America/New_York" : "UTC+00:00", 60}, values);
        const auto& expected = item.at("expected").at("lines_monthly").as_object();
        check_months(sums, "delivery", expected.at("Delivery Charge"));
        check_months(sums, "credit", expected.at("California Clean Climate Credit"));
        check_months(sums, "energy", expected.at("Energy Charges"));
        if (const auto* block = expected.if_contains("First Block Discount")) check_months(sums, "block", *block);
        ran(id);
        ++rated;
    }
    CHECK(rated == 8);
}

TEST_CASE("published use and highest demand of summer working days, without a holiday") {
    const auto all = published_cases();
    if (!all) return;
    auto plan =
        *plan_of({.effective = "2019-01-01",
                  .head = "currency: USD\ncalendar:\n  holidays: [2019-07-04]\n"
                          "  seasons: {summer: [{from: 06-01, to: 09-30}], winter: [{from: 10-01, to: 05-31}]}\n"
                          "  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun], holiday: "
                          "weekend}\n  periods: [{period: peak, seasons: [summer], day_types: [weekday], hours: "
                          "['07:00-20:00']}, {period: rest}]\n",
                  .charges = "energy energy_flat of: peak, price: '1'"});
    plan.demands = {{"md", tariff::stream_of("md"), {}, Unit::kw, 60, 60}};
    const tariff::Tariff tariff{"test", {std::make_shared<const tariff::Plan>(plan)}};
    const auto months = months_of(2019);
    const Zone zone = Zone::named("America/New_York").value();
    const AgreementSpan span{{}, &tariff, tariff::CustomerClass::residential};
    const auto schedule = IntervalSchedule::compile({span, &zone, 60, months});
    REQUIRE(schedule.has_value());
    int found = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text_of(item.at("id"));
        if (id != "ere-determinant-etou-1" && id != "ere-determinant-dtou-0") continue;
        INFO(id);
        ran(id);
        const auto values = load_of(item.at("input").at("load"), 60);
        const auto& expected = item.at("expected").at("by_month");
        if (id == "ere-determinant-etou-1")
            check_months(rate_year(tariff, {2019, "America/New_York", 60}, values), "energy", expected);
        IntervalUsage usage(*schedule);
        usage.sum(values);
        for (std::size_t month = 0; month < 12 && id == "ere-determinant-dtou-0"; ++month) {
            std::int64_t highest = 0;
            for (const Peak& peak : usage.peaks(month))
                if (peak.stream == tariff::stream_of("md.peak")) highest = std::max(highest, peak.micro);
            CHECK(highest == decimal_of(expected.at(month), 6));
        }
        ++found;
    }
    CHECK(found == 2);
}

TEST_CASE("published hours of the months, and a price of one hour") {
    const auto all = published_cases();
    if (!all) return;
    const std::vector<std::int64_t> twos(8'760, 2'000'000);
    std::vector<std::int64_t> prices(8'760);
    prices[50] = 500'000'000;
    const auto tariff = tariff_of({{.effective = "2018-01-01",
                                    .head = "currency: USD\n",
                                    .charges = "energy energy_flat price: '1'\nspot energy_indexed series: spot"}});
    int found = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text_of(item.at("id"));
        INFO(id);
        if (id == "ere-hours-per-month-dst") {
            const std::vector<std::int64_t> ones(8'760, 1'000'000);
            check_months(rate_year(tariff, {2018, "America/New_York", 60}, ones, prices), "energy",
                         item.at("expected").at("kWh_by_month"));
            ran(id);
            ++found;
        } else if (id == "ere-hourly-price") {
            check_months(rate_year(tariff, {2019, "America/New_York", 60}, twos, prices), "spot",
                         item.at("expected").at("cost_by_month"));
            ran(id);
            ++found;
        }
    }
    CHECK(found == 2);
}
