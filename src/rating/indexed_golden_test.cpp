// Charges at published prices, docs/TARIFFS.md "Indexed". All amounts are calculated by hand from that page.
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kPeriods = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: night}]\n";
constexpr const char* kHalfYears =
    "calendar:\n  seasons: {first: [{from: 01-01, to: 06-30}], second: [{from: 07-01, to: 12-31}]}\n";

// "1 2.5 0*22": decimals, each repeated as often as stands behind it; "-" is a hole.
std::vector<std::int64_t> column_of(const std::string& text, int scale) {
    std::vector<std::int64_t> column;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto star = word.find('*');
        const std::string number = word.substr(0, star);
        const std::int64_t value = number == "-" ? kNoPrice : parse_decimal(number, scale).value();
        column.insert(column.end(), star == std::string::npos ? 1 : std::stoul(word.substr(star + 1)), value);
    }
    return column;
}

struct Setting {
    const char* head = "";
    const char* zone = "Asia/Shanghai";
    const char* from = "2026-01-01";
    const char* to = "2026-01-02";
    int minutes = 60;
    int resolution = 60;
    const char* series_from = "";  // else as `from`
    const char* pieces = "";       // instead of the sums of the values
    const char* counted_to = "";   // where the values end, else as `to`
};

struct Case {
    const char* name;
    const char* charges;
    const char* values;
    const char* prices;
    const char* expected;
    Setting with = {};
};

std::string rate_case(const Case& c) {
    const auto tariff = tariff_of({{.head = c.with.head, .charges = c.charges}});
    const Zone zone = Zone::named(c.with.zone).value();
    const DateRange dates{day(c.with.from), day(c.with.to)};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
    const auto values = column_of(c.values, 6), prices = column_of(c.prices, 8);
    const DateRange counted{dates.from, *c.with.counted_to == 0 ? dates.to : day(c.with.counted_to)};
    const IntervalRun run{tariff::kTotal, counted, c.with.minutes, values};
    auto pieces = pieces_of(c.with.pieces);
    if (pieces.empty()) {
        std::span<const std::int64_t> rest = values;
        for (Date at = counted.from; at < counted.to; at += std::chrono::days{1}) {
            const auto count = static_cast<std::size_t>(zone.minutes_in(at) / c.with.minutes);
            REQUIRE(rest.size() >= count);
            classify_day(*tariff.versions.front(), zone, c.with.minutes, {at, rest.first(count)}, pieces);
            rest = rest.subspan(count);
        }
    }
    const PriceSeries series{"spot", *c.with.series_from == 0 ? dates.from : day(c.with.series_from), c.with.resolution,
                             prices};
    SectionInput input{dates, {&span, 1}, pieces};
    input.intervals = {&run, values.empty() ? 0U : 1U};
    input.series = {&series, 1};
    input.zone = &zone;
    return rate_text(input);
}

constexpr const char* kPlain = "energy energy_indexed series: spot";

const Case kCases[] = {
    {"each hour at its price", kPlain, "1 2 0*22", "0.1 0.2 0.5*22",
     "energy/0 3 x 0.16666667 = 0.50\n"  // 0.1 + 0.4; 0.5 / 3
     "total 0.50\n"},
    {"factor and adder, rounded once", "energy energy_indexed series: spot, factor: '1.05', adder: '0.01'", "1 2 0*22",
     "0.1 0.2 0.5*22",
     "energy/0 3 x 0.185 = 0.56\n"  // 1.05 * 0.5 + 0.03 = 0.555
     "total 0.56\n"},
    {"a factor of zero leaves the adder", "energy energy_indexed series: spot, factor: '0', adder: '-0.01'", "1 2 0*22",
     "0.1 0.2 0.5*22",
     "energy/0 3 x -0.01 = -0.03\n"
     "total -0.03\n"},
    {"half hours lie in the hour of the price",
     kPlain,
     "0.25 0.75 1 0 0*44",
     "0.1 0.2 0.5*22",
     "energy/0 2 x 0.15 = 0.30\n"  // 1 * 0.1 + 1 * 0.2
     "total 0.30\n",
     {.minutes = 30}},
    {"an hour at the mean of its quarter hours",
     kPlain,
     "1 0*23",
     "0.1 0.2 0.3 0.5 9*92",
     "energy/0 1 x 0.275 = 0.28\n"
     "total 0.28\n",
     {.resolution = 15}},
    {"half an hour at the mean of two quarter hours",
     kPlain,
     "1 3 0*46",
     "0.1 0.2 0.3 0.5 9*92",
     "energy/0 4 x 0.3375 = 1.35\n"  // 0.15 + 3 * 0.4
     "total 1.35\n",
     {.minutes = 30, .resolution = 15}},
    {"an hour at the mean of its half hours",
     kPlain,
     "1 3 0*22",
     "0.1 0.2 0.3 0.5 9*44",
     "energy/0 4 x 0.3375 = 1.35\ntotal 1.35\n",
     {.resolution = 30}},
    {"a price for each local day, short days too",
     kPlain,
     "1*24 1*23 1*24",
     "0.1 0.2 0.3",
     "energy/0 71 x 0.2 = 14.20\n"  // 2.4 + 4.6 + 7.2
     "total 14.20\n",
     {.zone = "Europe/Berlin", .from = "2026-03-28", .to = "2026-03-31", .resolution = 1440}},
    {"the missing hour has no price, the hours after it keep theirs",
     kPlain,
     "0*23 1 0*23",
     "5*23 1 2*23",
     "energy/0 1 x 1 = 1.00\ntotal 1.00\n",
     {.zone = "Europe/Berlin", .from = "2026-03-29", .to = "2026-03-31"}},
    {"a series that begins earlier",
     kPlain,
     "0 2 0*22",
     "9*24 9 0.3 9*22",
     "energy/0 2 x 0.3 = 0.60\ntotal 0.60\n",
     {.series_from = "2025-12-31"}},
    {"only the intervals of a period",
     "energy energy_indexed series: spot, of: peak",
     "4*8 1*14 4*2",
     "9*8 0.5*14 9*2",
     "energy/0 14 x 0.5 = 7.00\ntotal 7.00\n",
     {.head = kPeriods}},
    {"what is named twice counts twice",  // 3 x 0.1 + 2 x 5 x 0.2
     "energy energy_indexed series: spot, of: [total, peak]",
     "3 0*8 5 0*14",
     "0.1 0*8 0.2 0*14",
     "energy/0 13 x 0.17692308 = 2.30\ntotal 2.30\n",
     {.head = kPeriods}},
    {"the doubled hour of autumn counts in its period twice",
     "energy energy_indexed series: spot, of: night",
     "1*25",
     "0.1*2 0.2 0.4 0.1*21",
     "energy/0 11 x 0.13636364 = 1.50\ntotal 1.50\n",  // 0.1*9 + 0.2 + 0.4; 11 hours of night
     {.head = kPeriods, .zone = "Europe/Berlin", .from = "2026-10-25", .to = "2026-10-26"}},
    {"a line for each segment",
     kPlain,
     "1*24 2*24",
     "0.1*24 0.2*24",
     "energy/0 24 x 0.1 = 2.40\nenergy/1 48 x 0.2 = 9.60\ntotal 12.00\n",
     {.head = kHalfYears, .from = "2026-06-30", .to = "2026-07-02"}},
    {"a clause of one season takes only its days",
     "energy energy_indexed series: spot, season: second",
     "1*24 2*24",
     "-*24 0.2*24",
     "energy/1 48 x 0.2 = 9.60\ntotal 9.60\n",
     {.head = kHalfYears, .from = "2026-06-30", .to = "2026-07-02"}},
    {"prices below zero, ties away from zero", kPlain, "0.1 0*23", "-0.05 0*23",
     "energy/0 0.1 x -0.05 = -0.01\n"  // -0.005
     "total -0.01\n"},
    {"use of zero shows", kPlain, "0*24", "0.1*24", "energy/0 0 x 0 = 0.00\ntotal 0.00\n"},
    {"a sum stays though the quantities cancel out", kPlain, "1 -1 0*22", "0.5 0.2 0*22",
     "energy/0 0 x 0 = 0.30\ntotal 0.30\n"},
    {"values are not rounded as the quantity is",
     kPlain,
     "0.4 0.4 0*22",
     "1*24",
     "energy/0 1 x 0.8 = 0.80\ntotal 0.80\n",
     {.head = "rounding: {quantity: {decimals: 0}}\n"}},
    {"amounts that leave 64 bits are exact all the same", kPlain, "1000000000 1000000000.000001 0*22",
     "0.00000001 90000 0*22",
     "energy/0 2000000000.000001 x 45000.00000001 = 90000000000010.09\n"  // 10 + 9 * 10^13 + 0.09
     "total 90000000000010.09\n"},
    {"no intervals at all",
     kPlain,
     "",
     "0.1*24",
     "refused: intervals_missing\n",
     {.pieces = "total 2026-01-01 2026-01-02 5"}},
    {"a day without intervals",
     kPlain,
     "1*24",
     "0.1*48",
     "refused: intervals_missing\n",
     {.to = "2026-01-03", .pieces = "total 2026-01-01 2026-01-03 48", .counted_to = "2026-01-02"}},
    {"days on which nothing was counted",
     kPlain,
     "1*24",
     "0.1*24",
     "refused: usage_missing\n",
     {.to = "2026-01-03", .counted_to = "2026-01-02"}},
    {"a hole in the series", kPlain, "1*24", "0.1*5 - 0.1*18", "refused: price_missing\n"},
    {"a hole where nothing was used", kPlain, "1*5 0 1*18", "0.1*5 - 0.1*18", "refused: price_missing\n"},
    {"a hole under longer intervals", kPlain, "1*24", "0.1*7 - 0.1*40", "refused: price_missing\n", {.resolution = 30}},
    {"the series ends too soon", kPlain, "1*24", "0.1*23", "refused: price_missing\n"},
    {"the series begins too late",
     kPlain,
     "1*24 1*24",
     "0.1*48",
     "refused: price_missing\n",
     {.to = "2026-01-03", .series_from = "2026-01-02"}},
    {"no such series", "energy energy_indexed series: sport", "1*24", "0.1*24", "refused: price_missing\n"},
    {"intervals that cut quarter hours",
     kPlain,
     "1*72",
     "0.1*96",
     "refused: price_missing\n",
     {.minutes = 20, .resolution = 15}},
    {"a hole outside the period does no harm",
     "energy energy_indexed series: spot, of: peak",
     "1*24",
     "-*8 0.5*14 -*2",
     "energy/0 14 x 0.5 = 7.00\ntotal 7.00\n",
     {.head = kPeriods}},
    {"missing intervals before missing prices",
     "energy energy_indexed series: sport\nother energy_indexed series: spot",
     "1*24",
     "0.1*48",
     "refused: intervals_missing\n",
     {.to = "2026-01-03", .pieces = "total 2026-01-01 2026-01-03 48", .counted_to = "2026-01-02"}},
    {"a missing register before missing intervals",
     "energy energy_indexed series: spot, of: peak",
     "",
     "",
     "refused: register_missing\n",
     {.head = kPeriods, .pieces = "total 2026-01-01 2026-01-02 5"}},
};

}  // namespace

TEST_CASE("golden cases of indexed prices") {
    for (const Case& c : kCases) {
        INFO(std::string(c.name));
        CHECK(rate_case(c) == c.expected);
    }
}

TEST_CASE("a measure other than the energy taken has intervals of its own") {
    auto plan = *plan_of({.charges = "energy energy_indexed series: spot, factor: '0.9'"});
    const auto fed_in = tariff::stream_of("export");
    plan.clauses.front().of = {fed_in};
    plan.clauses.front().indexed.intervals = {{fed_in}};
    const tariff::Tariff tariff{"test", {std::make_shared<const tariff::Plan>(plan)}};
    const Zone zone = Zone::named("Asia/Shanghai").value();
    const DateRange dates{day("2026-01-01"), day("2026-01-02")};
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential};
    const auto taken = column_of("5*24", 6), fed = column_of("2 0*23", 6), prices = column_of("0.5*24", 8);
    const IntervalRun runs[] = {{tariff::kTotal, dates, 60, taken}, {fed_in, dates, 60, fed}};
    const PriceSeries series{"spot", dates.from, 60, prices};
    const Piece pieces[] = {{tariff::kTotal, dates, micro("120")}, {fed_in, dates, micro("2")}};
    SectionInput input{dates, {&span, 1}, pieces};
    input.intervals = runs;
    input.series = {&series, 1};
    input.zone = &zone;
    CHECK(rate_text(input) == "energy/0 2 x 0.45 = 0.90\ntotal 0.90\n");
    input.intervals = {runs, 1};
    CHECK(rate_text(input) == "refused: intervals_missing\n");
}
