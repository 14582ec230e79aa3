// Real rates of the database, converted and rated over a year of hourly loads: what others have published for them must
// come out, but for half a cent a line, since our lines are rounded.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <map>
#include <sstream>

#include "base/json.hpp"
#include "exchange/number_text.hpp"
#include "exchange/urdb.hpp"
#include "rating/published_test.hpp"
#include "rating/rating.hpp"
#include "tariff/tariff_text.hpp"

using namespace mainspring;
using namespace mainspring::exchange;
using mainspring::rating::testing::published_text;

namespace {

std::int64_t scaled(std::string_view text, int scale) { return scaled_number(text, scale).value().value; }

// 8760 hourly values in millionths of a kWh: the last column of each line, after a header if there is one.
std::vector<std::int64_t> read_load(const std::string& text) {
    std::vector<std::int64_t> values;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        while (!line.empty() && line.back() <= ' ') line.pop_back();
        const auto value = scaled_number(line.substr(line.find_last_of(",\t ") + 1), 6);
        if (value) values.push_back(value->value);
    }
    return values;
}

// The year of the cases: 365 days, 1 January is a Monday.
constexpr Date kYear = std::chrono::sys_days{std::chrono::year{2018} / 1 / 1};

struct Month {
    std::vector<rating::Piece> pieces;
    std::vector<rating::Peak> peaks;
    DateRange dates;
};

Month month_of(const tariff::Plan& plan, const std::vector<std::int64_t>& load, int month) {
    Month made;
    const Date first{std::chrono::sys_days{std::chrono::year{2018} / (month + 1) / 1}};
    made.dates = {first, first_of_next_month(first)};
    const bool split = !plan.calendar.period_names().empty();
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;  // by period: sum, highest
    for (Date day = made.dates.from; day < made.dates.to; day += std::chrono::days{1})
        for (std::size_t hour = 0; hour < 24; ++hour) {
            const std::size_t at = static_cast<std::size_t>(days_between(kYear, day)) * 24 + hour;
            const std::string period =
                split ? plan.calendar.period_names()[plan.calendar.minutes_of(day)[hour * 60]] : "total";
            auto& [sum, highest] = sums[period];
            sum += load[at];
            highest = std::max(highest, load[at]);
        }
    for (const auto& [period, sum] : sums) {
        made.pieces.push_back({tariff::stream_of(period), made.dates, sum.first});
        for (const auto& demand : plan.demands) {
            const std::string stream = split ? demand.name + "." + period : demand.name;
            made.peaks.push_back({tariff::stream_of(stream), made.dates, sum.second});
        }
    }
    return made;
}

std::string group_of(std::string_view clause) {
    for (const auto& [start, group] : {std::pair{"energy", "energy"},
                                       {"demand", "demand_flat"},
                                       {"period_demand", "demand_tou"},
                                       {"fixed", "fixed"},
                                       {"minimum", "minimum"}})
        if (clause.starts_with(start)) return group;
    return "other";
}

struct Bill {
    std::map<std::string, std::int64_t> minor;  // by group
    std::map<std::string, int> lines;
};

void add_month(const tariff::Tariff& tariff, const Month& month, Bill& bill) {
    const rating::AgreementSpan span{month.dates, &tariff, tariff::CustomerClass::commercial};
    rating::RatedSection rated;
    const auto done = rating::Rater().rate({month.dates, {&span, 1}, month.pieces, month.peaks}, rated);
    REQUIRE_MESSAGE(done.has_value(), (done ? "" : rating::text_of(done.error())));
    for (const auto& line : rated.lines) {
        const auto& clauses = rated.plans[line.version]->clauses;
        const std::string group = line.clause < clauses.size() ? group_of(clauses[line.clause].name) : "rounding";
        bill.minor[group] += line.amount_minor;
        ++bill.lines[group];
    }
}

void check_bill(const Json& expected, const Bill& bill, std::size_t month) {
    for (const auto* group : {"energy", "demand_flat", "demand_tou", "minimum"}) {
        const auto ours = bill.minor.contains(group) ? bill.minor.at(group) * 1'000'000 : 0;
        const auto theirs = scaled(expected.at(group).items()[month].text(), 8);
        const auto lines = bill.lines.contains(group) ? bill.lines.at(group) : 0;
        INFO(group << " of month " << month + 1 << ": " << ours << " for " << theirs);
        CHECK(std::abs(ours - theirs) <= 500'000 * lines + 10'000);
    }
}

// Whether this version reads what the converted text says; the message names what it does not.
std::optional<tariff::Plan> compile(const std::string& text, const std::string& name) {
    auto plan = tariff::compile_tariff(text, name);
    if (plan) return std::move(*plan);
    FAIL_CHECK(tariff::text_of(plan.error()));
    return std::nullopt;
}

Choices choices() {
    Choices made;
    made.zone = "Etc/UTC";
    made.effective = kYear;
    made.customer_class = tariff::CustomerClass::commercial;
    made.demand_window_minutes = 60;
    made.leave_out = {"dgrules",
                      "dgRules",
                      "usenetmetering",
                      "annualmincharge",
                      "demandreactivepowercharge",
                      "demandReactPwrCharge",
                      "energyattrs",
                      "demandattrs"};
    return made;
}

void check_case(const Json& item, const std::map<std::string, std::vector<std::int64_t>>& loads) {
    const std::string& file = item.at("tariff").at("file").text();
    const auto text = published_text("rating/" + file);
    if (!text) return;
    const auto made = convert_urdb(*text, std::filesystem::path(file).filename().native(), choices());
    REQUIRE(made.has_value());
    std::string why;
    for (const auto& refusal : made->front().refusals) why += refusal.field + ": " + refusal.reason + "\n";
    REQUIRE_MESSAGE(made->front().done(), why);
    auto plan = compile(made->front().text, made->front().file_name);
    if (!plan) return;
    tariff::Tariff tariff{plan->key, {std::make_shared<const tariff::Plan>(std::move(*plan))}};
    const auto& load = loads.at(item.at("input").at("load").at("file").text());
    REQUIRE(load.size() == 8760);
    std::int64_t fixed = 0;
    Int128 fixed_theirs = 0;
    for (int month = 0; month < 12; ++month) {
        Bill bill;
        add_month(tariff, month_of(*tariff.versions[0], load, month), bill);
        check_bill(item.at("expected"), bill, static_cast<std::size_t>(month));
        fixed += bill.minor["fixed"];
        fixed_theirs += scaled(item.at("expected").at("fixed").items()[static_cast<std::size_t>(month)].text(), 8);
    }
    CHECK(std::abs(fixed * 1'000'000 - static_cast<std::int64_t>(fixed_theirs)) <= 12 * 500'000 + 10'000);
}

}  // namespace

TEST_CASE("published bills of real rates") {
    const auto cases = published_text("rating/cases.json");
    const auto large = published_text("rating/ssc/load_commercial_large.csv");
    const auto household = published_text("rating/ssc/load_residential_8760_kw.csv");
    if (!cases || !large || !household) return;
    const auto all = Json::parse(*cases);
    REQUIRE(all.has_value());
    const std::map<std::string, std::vector<std::int64_t>> loads{
        {"ssc/load_commercial_large.csv", read_load(*large)},
        {"ssc/load_residential_8760_kw.csv", read_load(*household)}};
    int checked = 0;
    for (const Json& item : all->at("cases").items()) {
        const std::string& id = item.at("id").text();
        if (!id.starts_with("urdb-")) continue;
        INFO(id);
        check_case(item, loads);
        ++checked;
    }
    CHECK(checked == 18);
}
