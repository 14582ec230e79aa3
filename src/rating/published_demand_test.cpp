// Published cases of demand, contract demand, capacity and power factor: what they expect must come out.
#include <boost/json.hpp>
#include <map>

#include "rating/peaks.hpp"
#include "rating/published_json_test.hpp"
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;

namespace {

class Cases {
public:
    static std::optional<Cases> read() {
        auto all = published_cases();
        return all ? std::optional(Cases(std::move(*all))) : std::nullopt;
    }
    const json::value& of(std::string_view id) const { return case_of(all_, id); }
    std::vector<std::string> starting_with(std::string_view start) const {
        std::vector<std::string> ids;
        for (const auto& item : all_.at("cases").as_array())
            if (const std::string id(item.at("id").as_string()); id.starts_with(start)) ids.push_back(id);
        return ids;
    }

private:
    explicit Cases(json::value all) : all_(std::move(all)) {}
    json::value all_;
};

struct Section {
    DateRange dates;
    std::vector<Piece> pieces{};
    std::vector<Peak> peaks{};
    std::vector<FactValue> facts{};
};

RatedSection rate(const tariff::Tariff& tariff, const Section& section, const Accumulated& before = {}) {
    const AgreementSpan span{section.dates, &tariff, tariff::CustomerClass::commercial, 0, 1, section.facts};
    SectionInput input{.dates = section.dates, .spans = {&span, 1}, .pieces = section.pieces, .peaks = section.peaks};
    input.before = &before;
    RatedSection rated;
    REQUIRE(Rater().rate(input, rated).has_value());
    return rated;
}

DateRange month_of(int year, unsigned month) {
    const Date first = std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / 1};
    return {first, first_of_next_month(first)};
}

Section section_of(DateRange dates, const char* stream, std::int64_t peak) {
    return {.dates = dates, .peaks = {{tariff::stream_of(stream), dates, peak}}};
}

// The peaks of a run of values of one interval length, in the version's own zone.
std::vector<Peak> peaks_of_values(const tariff::Tariff& tariff, DateRange dates, int minutes,
                                  const std::vector<std::int64_t>& micro) {
    const Zone zone = Zone::named(tariff.versions.front()->zone).value();
    const IntervalRun run{tariff::kTotal, dates, minutes, micro};
    std::vector<Peak> peaks;
    peaks_of_runs(tariff, zone, {&run, 1}, peaks);
    return peaks;
}

std::vector<std::int64_t> values_of(const json::value& kw) {
    std::vector<std::int64_t> values;
    for (const auto& value : kw.as_array()) values.push_back(micro_of(value));
    return values;
}

std::string decimal(const json::value& value) { return format_decimal(micro_of(value), 6); }

// Twelve monthly sections one after the other, from what the year before has left; the billed demands.
std::vector<std::int64_t> year_of_billed(const tariff::Tariff& tariff, const std::vector<std::int64_t>& peaks,
                                         const std::vector<std::int64_t>& year_before) {
    Accumulated before;
    for (unsigned m = 1; m <= year_before.size(); ++m)
        before.demands.push_back({"d", month_of(2021, m), year_before[m - 1]});
    std::vector<std::int64_t> billed;
    for (unsigned m = 1; m <= 12; ++m) {
        const RatedSection rated = rate(tariff, section_of(month_of(2022, m), "md", peaks[m - 1]), before);
        REQUIRE(!rated.lines.empty());
        billed.push_back(rated.lines.front().quantity_micro);
        before.demands.push_back(rated.after.demands.front());
    }
    return billed;
}

}  // namespace

TEST_CASE("published contract demand, in both readings of what is beyond 105 %") {
    const auto cases = Cases::read();
    if (!cases) return;
    const char* head = "facts: {contract_kw: {unit: kW}}\ndemands: {md: {unit: kW, window: 15}}\n";
    const auto with_band =
        tariff_of({{.head = head,
                    .charges = "d demand of: md, times: contract_kw, at_least: [{fact: contract_kw}], "
                               "tiers: [{upto: '1', price: '36.1'}, {upto: '1.05', price: '0'}, {price: '72.2'}]"}});
    const auto beyond_band =
        tariff_of({{.head = head,
                    .charges = "d demand of: md, times: contract_kw, tolerance: {fact: contract_kw, percent: '105'}, "
                               "tiers: [{upto: '1.05', price: '36.1'}, {price: '72.2'}]"}});
    const auto ids = cases->starting_with("cn-basic-contract-demand-");
    CHECK(ids.size() >= 4);
    for (const std::string& id : ids) {
        INFO(id);
        const json::value& item = cases->of(id);
        Section section = section_of(month_of(2026, 6), "md", micro_of(item.at("input").at("max_demand_kW")));
        section.facts = {{tariff::fact_of("contract_kw"), micro_of(item.at("tariff").at("body").at("contract_kW"))}};
        const json::value& expected = item.at("expected");
        const json::value& other =
            expected.at("other_reading").is_null() ? expected.at("basic_charge") : expected.at("other_reading");
        CHECK(rate(with_band, section).total_minor * 10'000 == micro_of(expected.at("basic_charge")));
        CHECK(rate(beyond_band, section).total_minor * 10'000 == micro_of(other));
    }
}

TEST_CASE("published capacity charge of a part of a month") {
    const auto cases = Cases::read();
    if (!cases) return;
    const auto tariff =
        tariff_of({{.head = "facts: {contract_kva: {unit: kVA}}\n",
                    .charges = "d fixed_per_period price: '22.6', times: contract_kva, proration: month_days"}});
    const Section section{.dates = {day("2026-06-11"), day("2026-06-21")},
                          .facts = {{tariff::fact_of("contract_kva"), micro("315")}}};
    CHECK(rate(tariff, section).total_minor * 10'000 ==
          micro_of(cases->of("cn-basic-capacity-partial").at("expected").at("basic_charge")));
}

namespace {

constexpr const char* kStandards[][2] = {
    {"0.90",
     "{from: '0.95', percent: '-0.75'}, {from: '0.91', percent: '-0.60', each: '0.15'}, "
     "{from: '0.90', percent: '0'}, {from: '0.70', percent: '0.5', each: '0.5'}, "
     "{from: '0.65', percent: '11', each: '1'}, {from: '0.00', percent: '17', each: '2'}"},
    {"0.85",
     "{from: '0.94', percent: '-1.10'}, {from: '0.90', percent: '-0.95', each: '0.15'}, "
     "{from: '0.85', percent: '-0.4', each: '0.1'}, {from: '0.65', percent: '0.5', each: '0.5'}, "
     "{from: '0.60', percent: '11', each: '1'}, {from: '0.00', percent: '17', each: '2'}"},
    {"0.80",
     "{from: '0.92', percent: '-1.30'}, {from: '0.90', percent: '-1.15', each: '0.15'}, "
     "{from: '0.80', percent: '-0.9', each: '0.1'}, {from: '0.60', percent: '0.5', each: '0.5'}, "
     "{from: '0.55', percent: '11', each: '1'}, {from: '0.00', percent: '17', each: '2'}"},
};

tariff::Tariff factor_tariff(std::string_view standard) {
    for (const auto& [name, table] : kStandards)
        if (name == standard)
            return tariff_of({{.charges = fmt::format("e fixed_per_period price: '10000'\npf power_factor of: [e], "
                                                      "table: [{}]",
                                                      table)}});
    throw std::runtime_error("no such standard");
}

// Reactive energy with which 10,000 kWh have this factor: kvarh = kWh x sqrt(1 / f^2 - 1), to a thousandth.
std::int64_t reactive_for(int factor) {
    std::int64_t low = 0, high = 1'000'000'000;  // thousandths of a kvarh
    while (low < high) {
        const std::int64_t middle = (low + high) / 2;
        const Int128 square = Int128{10'000'000} * 10'000'000 + Int128{middle} * middle;
        if (Int128{10'000'000} * 10'000'000 * 10'000 > square * factor * factor)
            low = middle + 1;
        else
            high = middle;
    }
    return low * 1000;
}

std::int64_t percent_e6(const tariff::Tariff& tariff, int factor) {
    const DateRange dates = month_of(2026, 6);
    const Section section{.dates = dates,
                          .pieces = {{tariff::kTotal, dates, micro("10000")},
                                     {tariff::stream_of("reactive"), dates, reactive_for(factor)}}};
    const RatedSection rated = rate(tariff, section);
    if (rated.lines.size() < 2) return 0;
    CHECK(rated.lines[1].quantity_micro == factor * 10'000);
    return rated.lines[1].price_e8;
}

}  // namespace

TEST_CASE("the whole table of 1983 for three standards") {
    const auto table = published_text("rating/china/power_factor_adjustment_1983.csv");
    if (!table) return;
    std::istringstream rows(*table);
    std::string row;
    std::getline(rows, row);
    REQUIRE(row == "standard,actual_pf,adjust_percent");
    std::map<std::string, tariff::Tariff> tariffs;
    int points = 0;
    while (std::getline(rows, row)) {
        INFO(row);
        std::istringstream cells(row);
        std::string standard, factor, percent;
        std::getline(cells, standard, ',');
        std::getline(cells, factor, ',');
        std::getline(cells, percent, '\r');
        if (!tariffs.contains(standard)) tariffs.emplace(standard, factor_tariff(standard));
        const auto units = static_cast<int>(parse_decimal(factor, 2).value());
        CHECK(percent_e6(tariffs.at(standard), units) == micro(percent));
        ++points;
    }
    CHECK(tariffs.size() == 3);
    CHECK(points >= 120);
}

TEST_CASE("published points of the table, and bills with it") {
    const auto cases = Cases::read();
    if (!cases) return;
    int points = 0;
    for (const std::string& id : cases->starting_with("cn-pf-")) {
        INFO(id);
        const json::value& item = cases->of(id);
        const std::string standard = format_fixed(micro_of(item.at("tariff").at("standard")), 6, 2);
        const json::value &input = item.at("input"), &expected = item.at("expected");
        if (id.starts_with("cn-pf-bill-")) continue;
        CHECK(percent_e6(factor_tariff(standard), static_cast<int>(micro_of(input.at("pf")) / 10'000)) ==
              micro_of(expected.at("adjust_percent")));
        ++points;
    }
    CHECK(points >= 18);
    for (const std::string& id : cases->starting_with("cn-pf-bill-")) {
        INFO(id);
        const json::value& item = cases->of(id);
        const std::string standard = format_fixed(micro_of(item.at("tariff").at("standard")), 6, 2);
        const auto* rows = std::ranges::find(kStandards, standard, [](const auto& row) { return row[0]; });
        const json::value &input = item.at("input"), &expected = item.at("expected");
        const auto tariff = tariff_of(
            {{.charges = fmt::format("basic fixed_per_period price: '{}'\ne fixed_per_period price: '{}'\n"
                                     "fund energy_flat price: '0.03'\npf power_factor of: [basic, e], table: [{}]",
                                     decimal(input.at("basic_charge")),
                                     decimal(input.at("energy_charge_without_government_funds")), (*rows)[1])}});
        const DateRange dates = month_of(2026, 6);
        const RatedSection rated =
            rate(tariff, {.dates = dates,
                          .pieces = {{tariff::kTotal, dates, micro_of(input.at("active_kWh"))},
                                     {tariff::stream_of("reactive"), dates, micro_of(input.at("reactive_kvarh"))}}});
        const Line& line = rated.lines.back();
        CHECK(line.quantity_micro == micro_of(expected.at("pf")));
        CHECK(line.price_e8 == micro_of(expected.at("adjust_percent")));
        CHECK(line.amount_minor * 10'000 == micro_of(expected.at("adjust_charge")));
    }
}

TEST_CASE("published demand windows") {
    const auto cases = Cases::read();
    if (!cases) return;
    const char* charges = "e energy_flat price: '1'";
    const auto tariff = tariff_of({{.head = "demands: {quarter: {unit: kW, window: 15}, half: {unit: kW, window: 30}, "
                                            "rolling: {unit: kW, window: 30, step: 15}}\n",
                                    .charges = charges}});
    const auto peak = [&](const json::value& item, const char* stream) {
        std::vector<std::int64_t> quarters(96, 0);
        const auto kw = values_of(item.at("input").at("kW"));
        for (std::size_t i = 0; i < kw.size(); ++i) quarters[i] = kw[i] / 4;
        for (const Peak& found : peaks_of_values(tariff, {day("2026-01-05"), day("2026-01-06")}, 15, quarters))
            if (found.stream == tariff::stream_of(stream)) return found.micro;
        return std::int64_t{-1};
    };
    const json::value &quarter = cases->of("demand-window-15"), &half = cases->of("demand-window-30-rolling");
    CHECK(peak(quarter, "quarter") == micro_of(quarter.at("expected").at("kW")));
    CHECK(peak(half, "half") == micro_of(half.at("expected").at("kW_fixed")));
    CHECK(peak(half, "rolling") == micro_of(half.at("expected").at("kW_rolling")));
}

TEST_CASE("published demand of two periods with tiers, and of periods that do not all occur") {
    const auto cases = Cases::read();
    if (!cases) return;
    const json::value& day_case = cases->of("ssc-eq-demand-tou-tiers-day");
    const auto two =
        tariff_of({{.head = "calendar:\n  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}\n"
                            "  periods: [{period: one, day_types: [weekday], hours: ['15:00-20:00']}, {period: two}]\n"
                            "demands: {md: {unit: kW, window: 60}}\n",
                    .charges = "a demand of: md.one, tiers: [{upto: '100', price: '20'}, {price: '15'}]\n"
                               "b demand of: md.two, tiers: [{upto: '100', price: '10'}, {price: '5'}]"}});
    const DateRange monday{day("2029-01-01"), day("2029-01-02")};
    const auto peaks = peaks_of_values(two, monday, 60, values_of(day_case.at("input").at("kW_hourly")));
    const RatedSection rated = rate(two, {.dates = monday, .peaks = peaks});
    CHECK(rated.total_minor * 10'000 == micro_of(day_case.at("expected").at("demand_charge")));
    CHECK(rated.lines[0].quantity_micro == micro("5"));
    CHECK(rated.lines[1].quantity_micro == micro("10"));

    const json::value& march = cases->of("ssc-eq-demand-tou-march-hourly");
    const auto four = tariff_of(
        {{.head = "calendar:\n  seasons: {march: [{from: 03-01, to: 03-31}], rest: [{from: 04-01, to: 02-28}]}\n"
                  "  periods: [{period: one, seasons: [rest], hours: ['12:00-18:00']}, {period: two, hours: "
                  "['07:00-14:00', '16:00-20:00']}, {period: three, hours: ['06:00-07:00', '14:00-16:00', "
                  "'20:00-24:00']}, {period: four}]\ndemands: {md: {unit: kW, window: 60}}\n",
          .charges = "b demand price: '0.83363003', of: md.two\nc demand price: '0.18034001', of: md.three\n"
                     "d demand price: '0.01278', of: md.four"}});
    const DateRange first{day("2027-03-01"), day("2027-03-02")};
    const RatedSection in_march =
        rate(four,
             {.dates = first, .peaks = peaks_of_values(four, first, 60, values_of(march.at("input").at("kW_hourly")))});
    CHECK(std::abs(in_march.total_minor * 10'000 - micro_of(march.at("expected").at("exact"))) <= 15'000);
}

TEST_CASE("published demand of one season") {
    const auto cases = Cases::read();
    if (!cases) return;
    const json::value& item = cases->of("ssc-eq-demand-flat-seasonal");
    const auto tariff =
        tariff_of({{.head = "calendar:\n  seasons: {summer: [{from: 06-01, to: 09-30}], winter: [{from: "
                            "10-01, to: 05-31}]}\ndemands: {md: {unit: kW, window: 60}}\n",
                    .charges = "d demand price: '1', of: md, season: summer"}});
    CHECK(rate(tariff, section_of(month_of(2026, 1), "md", micro("10"))).total_minor * 10'000 ==
          micro_of(item.at("expected").at("january")));
    CHECK(rate(tariff, section_of(month_of(2026, 6), "md", micro("10"))).total_minor * 10'000 ==
          micro_of(item.at("expected").at("june")));
}

TEST_CASE("published ratchets") {
    const auto cases = Cases::read();
    if (!cases) return;
    const char* head = "demands: {md: {unit: kW, window: 60}}\n";
    const json::value& ssc = cases->of("ssc-eq-ratchet-60-95");
    const auto ratchet = tariff_of(
        {{.head = head,
          .charges =
              "d demand price: '1', of: md, current: '60', current_months: [1, 2, 3, 4, 5, 10, 11, 12], at_least: "
              "[{amount: '500'}, {past: 11, percent: '60', months: [1, 2, 3, 4, 5, 10, 11, 12]}, "
              "{past: 11, percent: '95', months: [6, 7, 8, 9]}]"}});
    const auto peaks = values_of(ssc.at("input").at("peak_kW_this_year"));
    CHECK(year_of_billed(ratchet, peaks, values_of(ssc.at("input").at("peak_kW_previous_year"))) ==
          values_of(ssc.at("expected").at("billing_demand_kW")));

    // These take the year as a ring: as if the year before had been the same.
    const json::value& range = cases->of("reopt-lookback-range-6");
    const auto six =
        tariff_of({{.head = head, .charges = "d demand price: '1', of: md, at_least: [{past: 6, percent: '75'}]"}});
    const auto range_peaks = values_of(range.at("input").at("peak_kW"));
    CHECK(year_of_billed(six, range_peaks, range_peaks) == values_of(range.at("expected").at("billed_kW")));

    const json::value& selected = cases->of("reopt-lookback-selected-months");
    const auto months = tariff_of({{.head = head,
                                    .charges = "d demand price: '1', of: md, at_least: [{past: 11, percent: '75', "
                                               "months: [1, 4, 12]}]"}});
    const auto selected_peaks = values_of(selected.at("input").at("peak_kW"));
    CHECK(year_of_billed(months, selected_peaks, selected_peaks) == values_of(selected.at("expected").at("billed_kW")));

    // One clause whose price follows the season, so that January's peak is known in summer: versions of one key.
    const char* clause = "d demand price: '{}', of: md, at_least: [{{past: 11, percent: '35'}}]";
    const std::string cold = fmt::format(fmt::runtime(clause), "10.5"),
                      warm = fmt::format(fmt::runtime(clause), "11.5");
    const auto third = tariff_of({{.head = head, .charges = cold},
                                  {.effective = "2022-05-01", .head = head, .charges = warm},
                                  {.effective = "2022-11-01", .head = head, .charges = cold}});
    Accumulated before;
    std::int64_t annual = 0;
    for (unsigned m = 1; m <= 12; ++m) {
        const auto rated = rate(third, section_of(month_of(2022, m), "md", micro(m == 1 ? "100" : "1")), before);
        annual += rated.total_minor;
        before.demands.push_back(rated.after.demands.front());
    }
    CHECK(annual * 10'000 == micro_of(cases->of("reopt-lookback-35pct").at("expected").at("demand_annual")));
}

namespace {

// Hourly ones with some other hours, of 2019.
std::vector<std::int64_t> hours_of_2019(const std::map<std::size_t, std::int64_t>& some) {
    std::vector<std::int64_t> hours(8760, micro("1"));
    for (const auto& [hour, kw] : some) hours[hour] = kw;
    return hours;
}

std::vector<std::int64_t> measured_by_month(const tariff::Tariff& tariff, const std::vector<Peak>& peaks) {
    std::vector<std::int64_t> measured;
    for (unsigned m = 1; m <= 12; ++m)
        measured.push_back(rate(tariff, {.dates = month_of(2019, m), .peaks = peaks}).after.demands.front().micro);
    return measured;
}

}  // namespace

TEST_CASE("published demand determinants: tiers and means of the highest days") {
    const auto cases = Cases::read();
    if (!cases) return;
    const DateRange year{day("2019-01-01"), day("2020-01-01")};
    for (const auto& [id, tiers] :
         {std::pair{"ere-demand-tier-over1", "{upto: '1', price: '0'}, {price: '1'}"},
          std::pair{"ere-demand-tier-1to5", "{upto: '1', price: '0'}, {upto: '5', price: '1'}, {price: '0'}"}}) {
        INFO(std::string(id));
        const json::value& item = cases->of(id);
        const auto tariff = tariff_of({{.effective = "2019-01-01",
                                        .head = "demands: {md: {unit: kW, window: 60}}\n",
                                        .charges = fmt::format("d demand of: md, tiers: [{}]", tiers)}});
        std::map<std::size_t, std::int64_t> some;
        const auto kw = values_of(item.at("input").at("kw"));
        for (std::size_t month = 0; month < 12; ++month) some[month * 720 + 240] = kw[month];
        const auto peaks = peaks_of_values(tariff, year, 60, hours_of_2019(some));
        const auto expected = values_of(item.at("expected").at("kW_by_month"));
        for (unsigned m = 1; m <= 12; ++m)
            CHECK(rate(tariff, {.dates = month_of(2019, m), .peaks = peaks}).total_minor * 10'000 == expected[m - 1]);
    }
    const json::value& top = cases->of("ere-demand-top3-daily-average");
    const auto mean = tariff_of({{.effective = "2019-01-01",
                                  .head = "demands: {md: {unit: kW, window: 60}}\n",
                                  .charges = "d demand price: '1', of: md, average_of: 3"}});
    std::map<std::size_t, std::int64_t> some;
    for (const auto& pair : top.at("input").at("hours").as_object())
        some[static_cast<std::size_t>(std::stoi(std::string(pair.key())))] = micro_of(pair.value());
    const auto got = measured_by_month(mean, peaks_of_values(mean, year, 60, hours_of_2019(some)));
    const auto expected = values_of(top.at("expected").at("kW_by_month"));
    for (std::size_t month = 0; month < 12; ++month) CHECK(std::abs(got[month] - expected[month]) <= 5000);
}

TEST_CASE("published sums of daily demands, as the mean of all days times the days") {
    const auto cases = Cases::read();
    const auto load = published_text("rating/ere/load_8760_kw_2019.csv");
    if (!cases || !load) return;
    std::istringstream rows(*load);
    std::vector<std::int64_t> hours;
    for (std::string row; std::getline(rows, row);)
        if (const auto value = parse_decimal(row.substr(0, row.find('\r')), 6)) hours.push_back(*value);
    REQUIRE(hours.size() == 8760);
    const std::string head = "zone: America/New_York\ndemands: {md: {unit: kW, window: 60}}\n";
    const auto daily = tariff_of({{.effective = "2019-01-01",
                                   .head = head,
                                   .charges = "d demand price: '30', of: md, average_of: 31, proration: days_30"}});
    const DateRange year{day("2019-01-01"), day("2020-01-01")};
    const auto sums = [&](const std::vector<std::int64_t>& values) {
        const auto peaks = peaks_of_values(daily, year, 60, values);
        std::vector<std::int64_t> sum;
        for (unsigned m = 1; m <= 12; ++m)
            sum.push_back(rate(daily, {.dates = month_of(2019, m), .peaks = peaks}).total_minor * 10'000);
        return sum;
    };
    CHECK(sums(hours) == values_of(cases->of("ere-determinant-ddd-0").at("expected").at("by_month")));
    CHECK(sums(hours_of_2019({})) == values_of(cases->of("ere-demand-daily-ones").at("expected").at("kW_by_month")));

    // The highest hour of working days from 7 to 20 in summer, without the fourth of July.
    const auto monthly = tariff_of(
        {{.effective = "2019-01-01",
          .head =
              "calendar:\n  holidays: [2019-07-04]\n  seasons: {summer: [{from: 06-01, to: 09-30}], winter: [{from: "
              "10-01, to: 05-31}]}\n  day_types: {work: [mon, tue, wed, thu, fri], off: [sat, sun], holiday: off}\n"
              "  periods: [{period: peak, day_types: [work], hours: ['07:00-20:00']}, {period: rest}]\n" +
              head,
          .charges = "d demand price: '1', of: md.peak, season: summer"}});
    const auto peaks = peaks_of_values(monthly, year, 60, hours);
    const auto expected = values_of(cases->of("ere-determinant-dtou-0").at("expected").at("by_month"));
    for (unsigned m = 1; m <= 12; ++m)
        CHECK(rate(monthly, {.dates = month_of(2019, m), .peaks = peaks}).total_minor * 10'000 == expected[m - 1]);
}
