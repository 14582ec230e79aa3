// Published yearly bills from Australian half hours, as far as our clauses express them: one price, and time of use.
// Not here: maximum demands.
#include <boost/json.hpp>

#include "rating/interval_schedule.hpp"
#include "rating/published_json_test.hpp"
#include "rating/schedule_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;

namespace {

std::size_t whole(const json::value& value) { return static_cast<std::size_t>(decimal_of(value, 0)); }

constexpr const char* kStampedFrom = "2012-07-01";
constexpr const char* kStampedTo = "2013-07-02";

// A customer's half hours. Each is stamped with its end, and belongs to the day, month and time of the stamp: it stands
// where ours begins at the stamp. What was fed in is no use.
std::vector<std::int64_t> stamped_load(std::istringstream rows, std::string_view customer) {
    std::string row, cell;
    std::getline(rows, row);
    std::istringstream names(row);
    std::size_t column = 0;
    while (std::getline(names, cell, ',') && std::string_view(cell).substr(0, customer.size()) != customer) ++column;
    const Date first = day(kStampedFrom);
    std::vector<std::int64_t> values(static_cast<std::size_t>(days_between(first, day(kStampedTo))) * 48);
    while (std::getline(rows, row)) {
        int day_of_month = 0, month = 0, year = 0, hour = 0, minute = 0;
        char slash = 0;
        std::istringstream cells(row);
        cells >> day_of_month >> slash >> month >> slash >> year >> hour >> slash >> minute;
        std::getline(cells, cell, ',');
        for (std::size_t i = 0; i < column; ++i) std::getline(cells, cell, ',');
        if (cell.empty() || cell == "\r") continue;
        while (cell.back() == '\r') cell.pop_back();
        const Date stamp = std::chrono::sys_days{std::chrono::year{year} / month / day_of_month};
        const auto at = static_cast<std::size_t>(days_between(first, stamp) * 48 + hour * 2 + minute / 30);
        values.at(at) = std::max<std::int64_t>(decimal_of_text(cell, 6), 0);
    }
    return values;
}

// A thousandfold, so that cents do not hide a difference.
std::string thousandfold(const json::value& price) { return format_decimal(decimal_of(price, 8), 5); }

std::size_t half_of(const json::value& time) {
    const std::string clock = text_of(time);
    return static_cast<std::size_t>(std::stoi(clock) * 2 + std::stoi(clock.substr(3)) / 30) % 48;
}

// Windows take the stamps after their begin and up to their end.
Schedule schedule_of_windows(const json::object& charges) {
    Schedule schedule;
    for (const auto& [name, charge] : charges) {
        const std::size_t period = schedule.tiers.size();
        schedule.tiers.emplace_back().push_back(Schedule::Tier{"", thousandfold(charge.at("Value"))});
        for (const auto& [number, window] : charge.at("TimeIntervals").as_object()) {
            const std::size_t from = half_of(window.at(0)), to = half_of(window.at(1));
            for (const auto& month : charge.at("Month").as_array())
                for (std::size_t half = 0; half < 48; ++half) {
                    if (from < to ? half <= from || half > to : half <= from && half > to) continue;
                    if (charge.at("Weekday").as_bool()) schedule.weekday[whole(month) - 1][half] = period;
                    if (charge.at("Weekend").as_bool()) schedule.weekend[whole(month) - 1][half] = period;
                }
        }
    }
    return schedule;
}

json::value tariffs_in(std::string file) {
    for (std::size_t at = 0; (at = file.find(": Infinity", at)) != file.npos;) file.replace(at, 10, ": null");
    return json::parse(file);
}

// What the case is about, of its own component or of a retailer's only one. Null if it is not in the file.
const json::value* parameters_of(const json::value& file, const json::value& wanted) {
    for (const auto& version : file.as_array())
        for (const auto& one : version.at("Tariffs").as_array()) {
            if (one.at("Tariff ID") != wanted.at("key")) continue;
            const auto* component = one.at("Parameters").as_object().if_contains(text_of(wanted.at("component")));
            return component != nullptr ? component : &one.at("Parameters");
        }
    return nullptr;
}

// Blocks in the order of their bounds, of which the last has none.
std::string tiers_of(const json::object& blocks) {
    std::string tiers;
    for (const auto& [name, block] : blocks) {
        const auto& bound = block.at("HighBound");
        const bool last = bound.is_null() || (bound.is_string() && bound.as_string() == "Infinity");
        tiers += fmt::format("{}{{{}price: '{}'}}", tiers.empty() ? "" : ", ",
                             last ? "" : fmt::format("upto: '{}', ", format_decimal(decimal_of(bound, 6), 6)),
                             thousandfold(block.at("Value")));
    }
    return tiers;
}

void check_customers(const tariff::Tariff& tariff, const json::object& expected, const std::string& load) {
    const DateRange dates{day(kStampedFrom), day(kStampedTo)};
    const Zone zone = Zone::named("UTC+10:00").value();
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
    const auto schedule = IntervalSchedule::compile({span, &zone, 30, {&dates, 1}});
    REQUIRE(schedule.has_value());
    IntervalUsage usage(*schedule);
    for (const auto& [customer, dollars] : expected) {
        INFO(std::string(customer));
        usage.sum(stamped_load(std::istringstream(load), customer));
        RatedSection rated;
        REQUIRE(Rater().rate({dates, {&span, 1}, usage.pieces(0)}, rated).has_value());
        // Theirs are right to a millionth: 0.1 of our cents of the thousandfold.
        CHECK(std::abs(rated.total_minor - decimal_of(dollars, 5)) <=
              1 + static_cast<std::int64_t>(rated.lines.size()));
    }
}

}  // namespace

// Their daily charge counts one day less.
TEST_CASE("published years of Australian half hours at one price, by time of use, in blocks") {
    const auto all = published_cases();
    const auto network = published_text("rating/ceem/AllTariffs_network.json"),
               retail = published_text("rating/ceem/AllTariffs_Retail.json");
    const auto load = published_text("rating/ceem/TestLoadProfile.csv");
    if (!all || !network || !retail || !load) return;
    const json::value files[] = {tariffs_in(*network), tariffs_in(*retail)};
    int flat = 0, by_time = 0, in_blocks = 0;
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text_of(item.at("id"));
        const auto& expected = item.at("expected").as_object();
        const auto* at_one_price = expected.if_contains("Charge_FlatRate");
        const auto* at_times = expected.if_contains("Charge_TOU");
        const auto* of_quarters = expected.if_contains("Charge_BlockQuarterly");
        const auto* of_days = expected.if_contains("Charge_BlockDaily");
        const auto* blocks = of_quarters != nullptr ? of_quarters : of_days;
        if (!id.starts_with("unsw-") || (at_one_price == nullptr && at_times == nullptr && blocks == nullptr)) continue;
        INFO(id);
        ran(id);
        const auto* parameters = parameters_of(files[id.starts_with("unsw-TN") ? 0 : 1], item.at("tariff"));
        REQUIRE(parameters != nullptr);
        VersionText version{.effective = "2000-01-01", .head = "currency: AUD\n"};
        if (at_times != nullptr) {
            const Schedule schedule = schedule_of_windows(parameters->at("TOU").as_object());
            version.head += calendar_of(schedule);
            version.charges = energy_of(schedule).value();
        } else if (blocks != nullptr) {
            const auto& listed = parameters->at(of_quarters != nullptr ? "BlockQuarterly" : "BlockDaily").as_object();
            version.charges = fmt::format("energy energy_tiered bounds: {}, tiers: [{}]",
                                          of_quarters != nullptr ? "quarter" : "each_day", tiers_of(listed));
        } else {
            version.charges =
                "energy energy_flat price: '" + thousandfold(parameters->at("FlatRate").at("Value")) + "'";
        }
        const auto* wanted = at_times != nullptr ? at_times : blocks != nullptr ? blocks : at_one_price;
        check_customers(tariff_of({version}), wanted->as_object(), *load);
        ++(at_times != nullptr ? by_time : blocks != nullptr ? in_blocks : flat);
    }
    CHECK(flat == 6);
    CHECK(by_time == 14);
    CHECK(in_blocks == 5);
}
