// Yearly bills from interval values that others have published, as far as our clauses express them: their tariffs are
// turned into texts of ours, a year that begins on a Monday is rated month by month. What they expect must come out,
// but for half a cent a line. Not here: prices by kWh per kW, the generation side, tiers in time order within periods.
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

#include "rating/interval_schedule.hpp"
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;

namespace {

std::optional<std::string> published(const std::string& file) {
    std::ifstream in(std::filesystem::path(MAINSPRING_SOURCE_DIR) / "../shared/data/rating" / file);
    if (!in) {
        MESSAGE("SKIPPED: " << file << " is not there");
        return std::nullopt;
    }
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// "1.25", "1E-1", "4.3e-05" at a scale; digits beyond it are rounded half up.
std::int64_t decimal_of(std::string_view text, int scale) {
    const auto exponent_at = text.find_first_of("eE");
    const int exponent = exponent_at == text.npos ? 0 : std::stoi(std::string(text.substr(exponent_at + 1)));
    std::string digits(text.substr(0, exponent_at));
    const bool negative = digits.starts_with('-');
    if (negative) digits.erase(0, 1);
    const auto point = digits.find('.');
    int decimals = point == digits.npos ? 0 : static_cast<int>(digits.size() - point - 1);
    if (point != digits.npos) digits.erase(point, 1);
    Int128 value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    decimals -= exponent + scale;
    const Int128 scaled = decimals > 0 ? divide_rounded(value, power_of_ten(decimals), RoundingMode::half_up)
                                       : value * power_of_ten(-decimals);
    return narrow(negative ? -scaled : scaled);
}

std::int64_t decimal_of(const json::value& value, int scale) { return decimal_of(json::serialize(value), scale); }
std::string price_text(const json::value& value) { return format_decimal(decimal_of(value, 8), 8); }
std::size_t whole(const json::value& value) { return static_cast<std::size_t>(decimal_of(value, 0)); }

std::string text(const json::value& value) { return std::string(value.as_string()); }

// Values of one column of a CSV, or of its only one; without its heading.
std::vector<std::int64_t> load_of(const json::value& load, int minutes) {
    const auto file = published(text(load.at("file")));
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
        const std::int64_t micro = decimal_of(cell, 6);
        values.push_back(is_power ? narrow(divide_rounded(Int128{micro} * minutes, 60, RoundingMode::half_up)) : micro);
    }
    return values;
}

// The period of each hour, by month and kind of day, from 0 on; and what a period costs.
struct Schedule {
    using Days = std::array<std::array<std::size_t, 24>, 12>;
    Days weekday{}, weekend{};
    struct Tier {
        std::string upto, price;  // the last tier without upto
    };
    std::vector<std::vector<Tier>> tiers;  // by period
    const char* bounds = "bill";

    std::vector<std::size_t> used() const {
        std::vector<std::size_t> periods;
        for (std::size_t period = 0; period < tiers.size(); ++period)
            for (const Days* days : {&weekday, &weekend})
                for (const auto& hours : *days)
                    if (std::ranges::find(hours, period) != hours.end() &&
                        std::ranges::find(periods, period) == periods.end())
                        periods.push_back(period);
        return periods;
    }
};

constexpr const char* kMonths =
    "  seasons: {m1: [{from: 01-01, to: 01-31}], m2: [{from: 02-01, to: 02-28}], m3: [{from: 03-01, to: 03-31}], "
    "m4: [{from: 04-01, to: 04-30}], m5: [{from: 05-01, to: 05-31}], m6: [{from: 06-01, to: 06-30}], "
    "m7: [{from: 07-01, to: 07-31}], m8: [{from: 08-01, to: 08-31}], m9: [{from: 09-01, to: 09-30}], "
    "m10: [{from: 10-01, to: 10-31}], m11: [{from: 11-01, to: 11-30}], m12: [{from: 12-01, to: 12-31}]}\n";

std::string calendar_of(const Schedule& schedule) {
    std::string head = std::string("calendar:\n") + kMonths;
    if (schedule.used().size() < 2) return head;
    head += "  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}\n  periods:\n";
    for (std::size_t month = 0; month < 12; ++month)
        for (const auto& [name, days] : {std::pair{"weekday", &schedule.weekday}, {"weekend", &schedule.weekend}})
            for (const std::size_t period : schedule.used()) {
                std::string hours;
                for (std::size_t hour = 0; hour < 24; ++hour)
                    if ((*days)[month][hour] == period)
                        hours += fmt::format("{}'{:02}:00-{:02}:00'", hours.empty() ? "" : ", ", hour, hour + 1);
                if (!hours.empty())
                    head += fmt::format("    - {{period: p{}, seasons: [m{}], day_types: [{}], hours: [{}]}}\n", period,
                                        month + 1, name, hours);
            }
    return head;
}

// Nothing where tiers would have to be shared over periods.
std::optional<std::string> energy_of(const Schedule& schedule) {
    const auto used = schedule.used();
    const auto& first = schedule.tiers[used.front()];
    std::string list;
    if (used.size() == 1) {
        for (const auto& tier : first)
            list += fmt::format("{}{{{}price: '{}'}}", list.empty() ? "" : ", ",
                                tier.upto.empty() ? "" : fmt::format("upto: '{}', ", tier.upto), tier.price);
        return fmt::format("energy energy_tiered bounds: {}, tiers: [{}]\n", schedule.bounds, list);
    }
    if (std::ranges::any_of(used, [&](std::size_t period) { return schedule.tiers[period].size() > 1; }))
        return std::nullopt;
    for (const std::size_t period : used)
        list += fmt::format("{}p{}: '{}'", list.empty() ? "" : ", ", period, schedule.tiers[period].front().price);
    return fmt::format("energy energy_time_of_use prices: {{{}}}\n", list);
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
        for (std::size_t hour = 0; hour < 24; ++hour) days[month][hour] = whole(rows.at(month).at(hour)) - lowest;
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

std::optional<json::value> published_cases() {
    const auto file = published("cases.json");
    return file ? std::optional(json::parse(*file)) : std::nullopt;
}

std::string head_of(const Schedule& schedule) { return "currency: USD\n" + calendar_of(schedule); }

}  // namespace

TEST_CASE("published years of the SAM utility rate model") {
    const auto all = published_cases();
    if (!all) return;
    int rated = 0, shared_tiers = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text(item.at("id"));
        if (!id.starts_with("ssc-ur5-") || item.at("expected").as_object().if_contains("load_only_monthly") == nullptr)
            continue;
        INFO(id);
        const auto& body = item.at("tariff").at("body");
        const auto schedule = schedule_of_ssc(body);
        if (!schedule) continue;
        const auto energy = energy_of(*schedule);
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
        ++rated;
    }
    CHECK(rated == 19);
    CHECK(shared_tiers == 1);
}

TEST_CASE("published years of OpenStudio's utility bills, real-time prices too") {
    const auto all = published_cases();
    if (!all) return;
    int rated = 0, shared_tiers = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text(item.at("id"));
        if (!id.starts_with("hpxml-") || item.at("tariff").as_object().if_contains("file") == nullptr) continue;
        INFO(id);
        const auto file = published(text(item.at("tariff").at("file")));
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
            for (std::size_t hour = 0; hour < 24; ++hour) {
                if (!has("months", month) || !has("hourStarts", hour)) continue;
                if (has("daysOfWeek", 1)) schedule.weekday[month][hour] = period;
                if (has("daysOfWeek", 0)) schedule.weekend[month][hour] = period;
            }
    }
    return schedule;
}

std::string charges_of_element(const json::value& element) {
    const std::string type = text(element.at("rateElementType"));
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
    const auto file = published("ere/rates.json");
    if (!all || !file) return;
    const auto rates = json::parse(*file);
    int rated = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text(item.at("id"));
        if (!id.starts_with("ere-pge-")) continue;
        INFO(id);
        Schedule schedule;
        std::string charges;
        for (const auto& element : rates.at(text(item.at("tariff").at("key"))).at("rateElements").as_array()) {
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
        ++rated;
    }
    CHECK(rated == 8);
}

// Their other tariffs go by the weekday and month of each half hour's end, and count a day less.
TEST_CASE("published years of Australian half hours at one price") {
    const auto all = published_cases();
    const auto file = published("ceem/AllTariffs_network.json");
    if (!all || !file) return;
    std::string tariffs_text = *file;
    for (std::size_t at = 0; (at = tariffs_text.find(": Infinity", at)) != tariffs_text.npos;)
        tariffs_text.replace(at, 10, ": null");
    const auto tariffs = json::parse(tariffs_text);
    int rated = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const auto* charge = item.at("expected").as_object().if_contains("Charge_FlatRate");
        const std::string id = text(item.at("id"));
        if (!id.starts_with("unsw-TN") || charge == nullptr) continue;
        const auto& wanted = item.at("tariff");
        for (const auto& version : tariffs.as_array())
            for (const auto& one : version.at("Tariffs").as_array()) {
                if (one.at("Tariff ID") != wanted.at("key")) continue;
                const auto& price = one.at("Parameters").at(text(wanted.at("component"))).at("FlatRate").at("Value");
                // A thousandfold, so that cents do not hide a difference.
                const auto tariff = tariff_of(
                    {{.effective = "2000-01-01",
                      .head = "currency: AUD\n",
                      .charges = "energy energy_flat price: '" + format_decimal(decimal_of(price, 8), 5) + "'"}});
                for (const auto& [customer, dollars] : charge->as_object()) {
                    INFO(id << " " << std::string(customer));
                    json::object load{{"file", "ceem/TestLoadProfile.csv"}, {"unit", "kWh"}, {"column", customer}};
                    auto values = load_of(load, 30);
                    values.resize(365 * 48);
                    for (std::int64_t& value : values) value = std::max<std::int64_t>(value, 0);  // what is not fed in
                    const DateRange dates{day("2012-07-01"), day("2013-07-01")};
                    const Zone zone = Zone::named("UTC+10:00").value();
                    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
                    const auto schedule = IntervalSchedule::compile({span, &zone, 30, {&dates, 1}});
                    IntervalUsage usage(schedule.value());
                    usage.sum(values);
                    RatedSection result;
                    REQUIRE(Rater().rate({dates, {&span, 1}, usage.pieces(0)}, result).has_value());
                    CHECK(std::abs(result.total_minor - decimal_of(dollars, 5)) <= 100);  // their 0.001
                }
                ++rated;
            }
    }
    CHECK(rated == 6);
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
        const std::string id = text(item.at("id"));
        INFO(id);
        if (id == "ere-hours-per-month-dst") {
            const std::vector<std::int64_t> ones(8'760, 1'000'000);
            check_months(rate_year(tariff, {2018, "America/New_York", 60}, ones, prices), "energy",
                         item.at("expected").at("kWh_by_month"));
            ++found;
        } else if (id == "ere-hourly-price") {
            check_months(rate_year(tariff, {2019, "America/New_York", 60}, twos, prices), "spot",
                         item.at("expected").at("cost_by_month"));
            ++found;
        }
    }
    CHECK(found == 2);
}
