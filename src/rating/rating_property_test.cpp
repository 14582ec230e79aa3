// Laws of rating that hold for any usage, prices and dates.
#include <rapidcheck.h>

#include "rating/exact.hpp"
#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

const Date kStart = day("2026-01-01");
const auto kResidential = tariff::CustomerClass::residential;

template <class Law>
void holds(const std::string& name, Law law) {
    CHECK(rc::check(name, law));
}

std::int64_t any_use() { return *rc::gen::inRange<std::int64_t>(0, 5'000'000'000); }
int any_days(int most) { return *rc::gen::inRange(1, most); }
Date after(Date date, int days) { return date + std::chrono::days{days}; }

RatedSection rate(const tariff::Tariff& tariff, DateRange dates, const std::vector<Piece>& pieces,
                  std::span<const AgreementSpan> spans = {}) {
    const AgreementSpan whole{dates, &tariff, kResidential};
    RatedSection rated;
    const auto done = Rater().rate({dates, spans.empty() ? std::span(&whole, 1) : spans, pieces}, rated);
    RC_ASSERT(done.has_value());
    return rated;
}

// Pieces of one stream that follow each other from kStart on.
std::vector<Piece> any_pieces(tariff::Stream stream) {
    std::vector<Piece> pieces;
    Date from = kStart;
    const int count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
        const Date to = after(from, any_days(40));
        pieces.push_back({stream, {from, to}, any_use()});
        from = to;
    }
    return pieces;
}

DateRange days_of(const std::vector<Piece>& pieces) { return {pieces.front().dates.from, pieces.back().dates.to}; }

// Two agreement versions that differ in nothing cut the section at any day.
std::vector<AgreementSpan> split(const tariff::Tariff& tariff, DateRange dates) {
    const Date cut = after(dates.from, *rc::gen::inRange(0, dates.days() + 1));
    std::vector<AgreementSpan> spans;
    if (dates.from < cut) spans.push_back({{dates.from, cut}, &tariff, kResidential});
    if (cut < dates.to) spans.push_back({{cut, dates.to}, &tariff, kResidential});
    return spans;
}

std::int64_t quantity_of(const RatedSection& rated) {
    std::int64_t sum = 0;
    for (const Line& line : rated.lines) sum += line.quantity_micro;
    return sum;
}

std::int64_t amounts_of(const RatedSection& rated) {
    std::int64_t sum = 0;
    for (const Line& line : rated.lines) sum += line.amount_minor;
    return sum;
}

}  // namespace

TEST_CASE("quantities: the parts of any cut add up to the rounded whole") {
    const auto tariff = tariff_of(
        {{.head = "rounding: {quantity: {decimals: 0, mode: half_up}}\n", .charges = "energy energy_flat price: '1'"}});
    holds("parts add up", [&] {
        const auto pieces = any_pieces(tariff::kTotal);
        const auto spans = split(tariff, days_of(pieces));
        std::int64_t sum = 0;
        for (const Piece& piece : pieces) sum += piece.micro;
        const Int128 whole = divide_rounded(sum, 1'000'000, RoundingMode::half_up) * 1'000'000;
        RC_ASSERT(quantity_of(rate(tariff, days_of(pieces), pieces, spans)) == whole);
    });
}

TEST_CASE("splitting a section changes a flat or tiered energy amount by less than its roundings") {
    const auto flat = tariff_of({{.charges = "energy energy_flat price: '0.53812345'"}});
    const auto tiered = tariff_of({{.charges = "energy energy_tiered tiers: [{upto: '120', price: '0.5'}, {upto: "
                                               "'900', price: '0.7'}, {price: '1.1'}]"}});
    holds("a cut costs at most half a cent a line", [&] {
        const auto pieces = any_pieces(tariff::kTotal);
        for (const auto* tariff : {&flat, &tiered}) {
            const auto one = rate(*tariff, days_of(pieces), pieces);
            const auto two = rate(*tariff, days_of(pieces), pieces, split(*tariff, days_of(pieces)));
            const auto lines = static_cast<std::int64_t>(one.lines.size() + two.lines.size());
            RC_ASSERT(std::abs(one.total_minor - two.total_minor) * 2 <= lines);
            RC_ASSERT(quantity_of(one) == quantity_of(two));
        }
    });
}

TEST_CASE("splitting changes nothing where nothing is rounded away") {
    const auto tariff = tariff_of({{.charges = "standing fixed_per_day price: '0.25'\nfee fixed_per_period price: '3'\n"
                                               "energy energy_tiered tiers: [{upto: '100', price: '0.5'}, {price: "
                                               "'0.7'}]\nvat tax percent: '100', of: [all]"}});
    holds("whole cents every day", [&] {
        const int days = any_days(90);
        const std::vector<Piece> pieces{{tariff::kTotal, {kStart, after(kStart, days)}, days * 2'000'000LL}};
        const auto one = rate(tariff, days_of(pieces), pieces);
        const auto two = rate(tariff, days_of(pieces), pieces, split(tariff, days_of(pieces)));
        RC_ASSERT(one.total_minor == two.total_minor);
    });
}

TEST_CASE("tiers are continuous, rise with use, and hold exactly the quantity") {
    const auto tariff = tariff_of({{.charges = "energy energy_tiered tiers: [{upto: '120', price: '0.5'}, {upto: "
                                               "'900.5', price: '0.7'}, {price: '1.1'}]"}});
    holds("a little more use is a little more money", [&] {
        const std::int64_t bound = *rc::gen::element<std::int64_t>(120'000'000, 900'500'000, any_use());
        const std::int64_t use = std::max<std::int64_t>(0, bound + *rc::gen::inRange<std::int64_t>(-3, 4));
        const DateRange dates{kStart, after(kStart, 31)};
        const auto less = rate(tariff, dates, {{tariff::kTotal, dates, use}});
        const auto more = rate(tariff, dates, {{tariff::kTotal, dates, use + 1}});
        RC_ASSERT(quantity_of(less) == use);
        RC_ASSERT(more.total_minor >= less.total_minor - 1);  // a line more may round down
        RC_ASSERT(more.total_minor - less.total_minor <= 2);
    });
}

TEST_CASE("time of use at equal prices is the flat price, within the roundings of its lines") {
    const std::string periods = "calendar:\n  periods: [{period: peak, hours: ['08:00-22:00']}, {period: valley}]\n";
    const auto by_period =
        tariff_of({{.head = periods, .charges = "energy energy_time_of_use prices: {peak: '0.6', valley: '0.6'}"}});
    const auto flat = tariff_of({{.head = periods, .charges = "energy energy_flat price: '0.6'"}});
    holds("equal prices", [&] {
        auto pieces = any_pieces(tariff::stream_of("peak"));
        const DateRange dates = days_of(pieces);
        pieces.push_back({tariff::stream_of("valley"), dates, any_use()});
        const auto a = rate(by_period, dates, pieces), b = rate(flat, dates, pieces);
        RC_ASSERT(quantity_of(a) == quantity_of(b));
        RC_ASSERT(std::abs(a.total_minor - b.total_minor) <= 1);
    });
}

TEST_CASE("a tax of everything is the tax of the sum above it") {
    const auto tariff =
        tariff_of({{.charges = "standing fixed_per_day price: '0.2456'\nenergy energy_flat price: '0.538'\n"
                               "rebate discount percent: '3', of: [energy]\nvat tax percent: '9', of: [all]"}});
    holds("percent of all", [&] {
        const auto pieces = any_pieces(tariff::kTotal);
        const auto rated = rate(tariff, days_of(pieces), pieces, split(tariff, days_of(pieces)));
        const Line& tax = rated.lines.back();
        RC_ASSERT(tax.base_minor == amounts_of(rated) - tax.amount_minor);
        RC_ASSERT(tax.amount_minor == divide_rounded(Int128{tax.base_minor} * 9, 100, RoundingMode::half_up));
        RC_ASSERT(rated.total_minor == amounts_of(rated));
    });
}

TEST_CASE("a minimum is what is paid at least, and nothing else changes the bill") {
    const auto with =
        tariff_of({{.charges = "energy energy_flat price: '0.5'\nleast minimum amount: '30', of: [all]"}});
    const auto without = tariff_of({{.charges = "energy energy_flat price: '0.5'"}});
    holds("max of both", [&] {
        const DateRange dates{kStart, after(kStart, any_days(60))};
        const std::vector<Piece> pieces{{tariff::kTotal, dates, *rc::gen::inRange<std::int64_t>(0, 120'000'000)}};
        RC_ASSERT(rate(with, dates, pieces).total_minor ==
                  std::max<std::int64_t>(3000, rate(without, dates, pieces).total_minor));
    });
}

TEST_CASE("prices by days of the month add up to whole months") {
    const auto tariff = tariff_of({{.charges = "fee fixed_per_period price: '10', proration: month_days"}});
    holds("whole months", [&] {
        const int months = *rc::gen::inRange(1, 14);
        const std::chrono::year_month_day first{kStart};
        const DateRange dates{kStart, Date{(first.year() / first.month() + std::chrono::months{months}) / 1}};
        RC_ASSERT(rate(tariff, dates, {}).total_minor == months * 1000);
        const auto cut = rate(tariff, dates, {}, split(tariff, dates));
        RC_ASSERT(std::abs(cut.total_minor - months * 1000) <= 1);
    });
}

TEST_CASE("the order of the pieces and what was rated before do not matter") {
    const auto tariff = tariff_of(
        {{.charges = "energy energy_tiered bounds: month_days, tiers: [{upto: '120', price: '0.5'}, {price: '0.7'}]"}});
    Rater used;
    RatedSection a;
    holds("same input, same lines", [&] {
        auto pieces = any_pieces(tariff::kTotal);
        const DateRange dates = days_of(pieces);
        const auto spans = split(tariff, dates);
        const auto b = rate(tariff, dates, pieces, spans);
        std::ranges::reverse(pieces);
        RC_ASSERT(used.rate({dates, spans, pieces}, a).has_value());
        RC_ASSERT(text_of(a) == text_of(b));
    });
}

namespace {

// Versions, agreements and pieces at random, with every kind of clause in every version, in another order.
struct AnySection {
    std::vector<tariff::Tariff> tariffs;
    std::vector<AgreementSpan> spans;
    std::vector<Piece> pieces;
    DateRange dates;

    AnySection() {
        const std::string head =
            "calendar:\n  seasons: {warm: [{from: 02-01, to: 03-31}], cold: [{from: 04-01, to: 01-31}]}\n";
        tariffs = {tariff_of({{.head = head, .charges = first_charges()},
                              {.effective = "2026-02-10", .head = head, .charges = second_charges()}}),
                   tariff_of({{.head = head, .charges = second_charges(), .key = "other"}})};
    }
    static std::string first_charges() {
        return "day fixed_per_day price: '0.333'\nfee fixed_per_period price: '7', proration: month_days\n"
               "energy energy_tiered tiers: [{upto: '50', price: '0.51'}, {upto: '90', price: '0.63'}, {price: "
               "'0.87'}]\n"
               "levy percentage percent: '3.3', of: [energy]\nleast minimum amount: '90', of: [energy, levy]\n"
               "rebate discount percent: '7', of: [day, levy], season: warm\nvat tax percent: '9', of: [all]";
    }
    static std::string second_charges() {
        return "fee fixed_per_period price: '9'\nenergy energy_flat price: '0.77'\ncarbon energy_flat price: '0.011', "
               "until: 2026-03-05\n"
               "levy percentage percent: '2.2', of: [energy, carbon]\nvat tax percent: '11', of: [all]\n"
               "least minimum amount: '80', of: [all], proration: days_30";
    }
    void draw() {
        spans.clear();
        pieces = any_pieces(tariff::kTotal);
        dates = days_of(pieces);
        for (Date from = dates.from; from < dates.to;) {
            const Date to = std::min(dates.to, after(from, any_days(50)));
            spans.push_back({{from, to}, &tariffs[*rc::gen::inRange<std::size_t>(0, 2)], kResidential});
            from = to;
        }
    }
};

std::string name_of(const RatedSection& rated, const Line& line) {
    return rated.plans[line.version]->clauses[line.clause].name;
}

std::int64_t sum_of_names(const RatedSection& rated, const Line& line) {
    const auto& clause = rated.plans[line.version]->clauses[line.clause];
    const bool minimum = clause.kind == tariff::ClauseKind::minimum;
    std::int64_t sum = 0;
    for (const Line& other : rated.lines)
        for (const auto of : clause.of_clauses) {
            const bool named = minimum ? name_of(rated, other) == rated.plans[line.version]->clauses[of].name
                                       : other.version == line.version && other.clause == of;
            if (named) sum += other.amount_minor;
        }
    return sum;
}

}  // namespace

TEST_CASE("whatever the versions: lines made from lines are made from all of them, and stand in one order") {
    AnySection section;
    holds("bases and order", [&] {
        section.draw();
        const auto rated = rate(section.tariffs.front(), section.dates, section.pieces, section.spans);
        std::vector<std::string> seen;
        for (std::size_t i = 0; i < rated.lines.size(); ++i) {
            const Line& line = rated.lines[i];
            const auto kind = rated.plans[line.version]->clauses[line.clause].kind;
            if (kind == tariff::ClauseKind::percentage || kind == tariff::ClauseKind::tax ||
                kind == tariff::ClauseKind::minimum)
                RC_ASSERT(line.base_minor == sum_of_names(rated, line));
            const std::string name = name_of(rated, line);
            const bool goes_on = i > 0 && name_of(rated, rated.lines[i - 1]) == name;
            RC_ASSERT(goes_on || std::ranges::find(seen, name) == seen.end());
            if (goes_on) RC_ASSERT(rated.lines[i - 1].segment <= line.segment);
            seen.push_back(name);
        }
        RC_ASSERT(rated.total_minor == amounts_of(rated));
        RC_ASSERT(std::ranges::count(seen, "least") <= 1);
    });
}

TEST_CASE("the fast division rounds as the exact one") {
    holds("64 bits or 128", [] {
        const auto n = *rc::gen::arbitrary<std::int64_t>();
        const auto d = *rc::gen::suchThat(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t v) { return v > 0; });
        const auto small = *rc::gen::inRange<std::int64_t>(1, 20);
        RC_ASSERT(divide_exactly_rounded(n, d, RoundingMode::half_up) == divide_rounded(n, d, RoundingMode::half_up));
        RC_ASSERT(divide_exactly_rounded(n, small, RoundingMode::half_up) ==
                  divide_rounded(n, small, RoundingMode::half_up));
    });
}
