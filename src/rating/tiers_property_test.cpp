// What must hold of tiers, slabs and counters whatever the use is.
#include <rapidcheck.h>

#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

const auto kResidential = tariff::CustomerClass::residential;
constexpr const char* kPeriods = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n";

template <class Property>
void holds(const char* name, Property property) {
    CHECK(rc::check(name, property));
}

std::int64_t any_use(std::int64_t most = 5'000'000'000) { return *rc::gen::inRange<std::int64_t>(0, most); }

RatedSection rate(const tariff::Tariff& tariff, DateRange dates, std::span<const Piece> pieces,
                  const Accumulated* before = nullptr) {
    const AgreementSpan span{dates, &tariff, kResidential};
    RatedSection rated;
    const SectionInput input{.dates = dates, .spans = {&span, 1}, .pieces = pieces, .before = before};
    RC_ASSERT(Rater().rate(input, rated).has_value());
    return rated;
}

RatedSection rate_use(const tariff::Tariff& tariff, std::int64_t use) {
    const Piece piece{tariff::kTotal, {day("2026-01-01"), day("2026-02-01")}, use};
    return rate(tariff, piece.dates, {&piece, 1});
}

std::int64_t quantity_of(const RatedSection& rated) {
    std::int64_t sum = 0;
    for (const Line& line : rated.lines) sum += line.quantity_micro;
    return sum;
}

// Days at which the sections of two years begin; the last is the end.
std::vector<Date> any_bills(Date from, Date to, int longest) {
    std::vector<Date> days{from};
    while (days.back() < to)
        days.push_back(std::min(to, days.back() + std::chrono::days{*rc::gen::inRange(1, longest)}));
    return days;
}

// The sum of what falls into each tier, and of the money.
struct Totals {
    std::map<std::uint16_t, std::int64_t> by_part;
    std::int64_t minor = 0;
    std::size_t lines = 0;
    void add(const RatedSection& rated) {
        for (const Line& line : rated.lines) by_part[line.part] += line.quantity_micro;
        minor += rated.total_minor;
        lines += rated.lines.size();
    }
    // Parts without quantity are only the lines of a bill of zero.
    void drop_empty() {
        std::erase_if(by_part, [](const auto& entry) { return entry.second == 0; });
    }
};

// Rates the pieces that begin in each section, with what the one before left.
Totals rate_bills(const tariff::Tariff& tariff, const std::vector<Date>& bills, const std::vector<Piece>& pieces) {
    Totals totals;
    Accumulated left;
    for (std::size_t i = 0; i + 1 < bills.size(); ++i) {
        const DateRange dates{bills[i], bills[i + 1]};
        std::vector<Piece> own;
        for (const Piece& piece : pieces)
            if (dates.contains(piece.dates.from)) own.push_back(piece);
        const RatedSection rated = rate(tariff, dates, own, &left);
        left = rated.after;
        totals.add(rated);
    }
    totals.drop_empty();
    return totals;
}

// A piece for each day.
std::vector<Piece> any_days(tariff::Stream stream, DateRange dates) {
    std::vector<Piece> pieces;
    for (Date at = dates.from; at < dates.to; at += std::chrono::days{1})
        pieces.push_back({stream, {at, at + std::chrono::days{1}}, any_use(40'000'000)});
    return pieces;
}

void check_bills(const tariff::Tariff& tariff, const std::vector<Piece>& pieces, int longest) {
    const Date from = day("2025-11-10"), to = day("2027-02-20");
    const Totals one = rate_bills(tariff, {from, to}, pieces);
    const Totals many = rate_bills(tariff, any_bills(from, to, longest), pieces);
    RC_ASSERT(one.by_part == many.by_part);
    RC_ASSERT(std::abs(one.minor - many.minor) * 2 <= static_cast<std::int64_t>(one.lines + many.lines));
}

}  // namespace

TEST_CASE("however the bills are cut, the tiers of a year or month hold the same, to the last millionth") {
    const DateRange dates{day("2025-11-10"), day("2027-02-20")};
    const std::string tiers = "tiers: [{upto: '150', price: '0.5'}, {upto: '900.5', price: '0.7'}, {price: '1.1'}]";
    const auto year = tariff_of({{.charges = "energy energy_tiered bounds: year, year_from: 04-15, " + tiers}});
    const auto month = tariff_of({{.charges = "energy energy_tiered bounds: month, " + tiers}});
    const auto versions =
        tariff_of({{.charges = "energy energy_tiered bounds: year, " + tiers},
                   {.effective = "2026-08-10", .charges = "energy energy_tiered bounds: year, " + tiers}});
    const auto restart = tariff_of(
        {{.charges = "energy energy_tiered bounds: year, on_version: restart, " + tiers},
         {.effective = "2026-08-10", .charges = "energy energy_tiered bounds: year, on_version: restart, " + tiers}});
    for (const auto* tariff : {&year, &month, &versions, &restart})
        CHECK(rc::check("bills cut at any day",
                        [&] { check_bills(*tariff, any_days(tariff::kTotal, dates), *rc::gen::element(5, 40, 200)); }));
}

TEST_CASE("tiers with counters are continuous") {
    const auto tariff =
        tariff_of({{.charges = "energy energy_tiered bounds: year, tiers: [{upto: '120', price: '0.5'}, "
                               "{upto: '900.5', price: '0.7'}, {price: '1.1'}]"}});
    holds("a little more use is a little more money", [&] {
        const Accumulated before{{{"energy", day("2026-01-01"), nullptr, any_use(1'000'000'000)}}, {}, 0, {}};
        const DateRange dates{day("2026-01-01"), day("2026-02-01")};
        const Piece less{tariff::kTotal, dates, any_use(1'000'000'000)}, more{tariff::kTotal, dates, less.micro + 1};
        const auto a = rate(tariff, dates, {&less, 1}, &before), b = rate(tariff, dates, {&more, 1}, &before);
        RC_ASSERT(quantity_of(a) == less.micro);
        RC_ASSERT(b.total_minor >= a.total_minor - 1);  // a line more may round down
        RC_ASSERT(b.total_minor - a.total_minor <= 2);
    });
}

TEST_CASE("slabs jump at their edges only, and are the flat price of the tier between them") {
    const auto slabs = tariff_of({{.charges = "energy energy_slab tiers: [{upto: '120', price: '0.5'}, {upto: '900.5', "
                                              "price: '0.7'}, {price: '1.1'}]"}});
    holds("a jump at an edge", [&] {
        const std::int64_t edge = *rc::gen::element<std::int64_t>(120'000'000, 900'500'000);
        const auto at = rate_use(slabs, edge), beyond = rate_use(slabs, edge + 1);
        RC_ASSERT(beyond.lines.at(0).part == at.lines.at(0).part + 1);
        RC_ASSERT(beyond.total_minor > at.total_minor + 2000);
        const std::int64_t use = std::max<std::int64_t>(1, any_use(1'500'000'000));
        const auto less = rate_use(slabs, use), more = rate_use(slabs, use + 1);
        const bool edge_between = use == 120'000'000 || use == 900'500'000;
        RC_ASSERT(less.lines.size() == 1);
        RC_ASSERT((more.total_minor - less.total_minor <= 1) == !edge_between);
        const std::int64_t price = use <= 120'000'000 ? 50'000'000 : use <= 900'500'000 ? 70'000'000 : 110'000'000;
        RC_ASSERT(less.lines.at(0).price_e8 == price);
    });
}

TEST_CASE("the parts of the periods are the tier, and the shares of a tier are those of the whole") {
    const auto split =
        tariff_of({{.head = kPeriods,
                    .charges = "energy energy_tiered split: proportional, tiers: [{upto: '120', prices: "
                               "{peak: '0.5', valley: '0.5'}}, {prices: {peak: '0.7', valley: '0.7'}}]"}});
    const auto whole = tariff_of({{.head = kPeriods,
                                   .charges = "energy energy_tiered tiers: [{upto: '120', price: '0.5'}, {price: "
                                              "'0.7'}]"}});
    holds("equal prices of the periods are the price of the tier", [&] {
        const DateRange dates{day("2026-01-01"), day("2026-02-01")};
        const std::array pieces{Piece{tariff::stream_of("peak"), dates, any_use()},
                                Piece{tariff::stream_of("valley"), dates, any_use()}};
        Totals parts, tiers;
        parts.add(rate(split, dates, pieces));
        tiers.add(rate(whole, dates, pieces));
        for (const auto& [tier, quantity] : tiers.by_part) {
            const auto period = [&](int number) { return static_cast<std::uint16_t>(tier + 256 * number); };
            RC_ASSERT(parts.by_part[period(1)] + parts.by_part[period(2)] == quantity);
        }
        RC_ASSERT(std::abs(parts.minor - tiers.minor) <= 3);
    });
}

TEST_CASE("limits hold, and a measure's periods add up to it") {
    const auto tariff = tariff_of({{.head = kPeriods,
                                    .charges = "fed energy_flat price: '1', of: export, at_least: '2', at_most: '9', "
                                               "limits: day\nsum energy_flat price: '1', of: [export.peak, "
                                               "export.valley]\nbare energy_flat price: '1', of: export"}});
    holds("within the limits", [&] {
        const DateRange dates{day("2026-01-01"), day("2026-01-11")};
        const std::array pieces{Piece{tariff::stream_of("export.peak"), dates, any_use(70'000'000)},
                                Piece{tariff::stream_of("export.valley"), dates, any_use(70'000'000)},
                                Piece{tariff::kTotal, dates, any_use()}};
        const auto rated = rate(tariff, dates, pieces);
        const std::int64_t sum = pieces[0].micro + pieces[1].micro;
        RC_ASSERT(rated.lines.at(0).quantity_micro == std::clamp<std::int64_t>(sum, 20'000'000, 90'000'000));
        RC_ASSERT(rated.lines.at(1).quantity_micro == sum);
        RC_ASSERT(rated.lines.at(2).quantity_micro == sum);
    });
}
