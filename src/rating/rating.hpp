// The rating core: (tariff versions, agreement facts, quantities, period) -> lines. Pure: no I/O, no clock, no text.
// Every rule is defined in docs/TARIFFS.md.
#pragma once
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calendar/date.hpp"
#include "calendar/zone.hpp"
#include "money/money.hpp"
#include "tariff/plan.hpp"

namespace mainspring::rating {

// A number that an agreement states.
struct FactValue {
    tariff::FactId fact = tariff::kNoFact;
    std::int64_t micro = 0;
};

// One version of an agreement, cut to the section. Spans are in time order, touch each other and cover the section.
struct AgreementSpan {
    DateRange dates;
    const tariff::Tariff* tariff = nullptr;
    tariff::CustomerClass customer_class{};
    std::uint64_t entitlements = 0;
    std::int32_t dwellings = 1;
    std::span<const FactValue> facts{};  // other than dwellings
};

// A quantity that one register (or the intervals of one day and period) counted, in the tariff's unit.
// REQUIRES: at least one day.
struct Piece {
    tariff::Stream stream = tariff::kTotal;
    DateRange dates;
    std::int64_t micro = 0;
};

// The highest demand of a stream in some days, in the unit of the demand.
struct Peak {
    tariff::Stream stream = tariff::kTotal;
    DateRange dates;
    std::int64_t micro = 0;
};

// Whole local days of one measure's interval values, in the tariff's unit, in time order without holes. Runs of one
// measure share no day; their values are those of the section's pieces. `minutes` divides 60.
struct IntervalRun {
    tariff::Stream measure = tariff::kTotal;  // a bare stream
    DateRange dates;
    int minutes = 30;
    std::span<const std::int64_t> micro;
};

// A published series of prices, one for every `minutes` (15, 30, 60) that elapse from the local midnight of `first` on;
// of `minutes` = 1440 one for every local day. A name has one series.
struct PriceSeries {
    std::string_view name;
    Date first;
    int minutes = 60;
    std::span<const std::int64_t> e8;  // kNoPrice where nothing is published
};
inline constexpr std::int64_t kNoPrice = std::numeric_limits<std::int64_t>::min();

// A published value of a calendar month.
struct MonthlyInput {
    std::string_view name;
    Date month;  // its first day
    std::int64_t e8 = 0;
};

// What a clause has counted in a calendar month or year, with the version it last counted for.
struct Counter {
    std::string clause;
    Date since;  // first day of the month or year
    const tariff::Plan* version = nullptr;  // may be unknown
    std::int64_t micro = 0;
};

// What a demand clause measured in a section.
struct PastDemand {
    std::string clause;
    DateRange dates;
    std::int64_t micro = 0;
    friend bool operator==(const PastDemand&, const PastDemand&) = default;
};

// What sections leave to later ones of the same agreement.
struct Accumulated {
    std::vector<Counter> counters;
    std::vector<PastDemand> demands;
    std::int64_t carried_minor = 0;  // of rounded bills, in minor units: + the customer still owes, - has paid too much
    Currency carried_in;
    void clear();
};

struct SectionInput {
    DateRange dates;
    std::span<const AgreementSpan> spans;
    std::span<const Piece> pieces;  // any order
    std::span<const Peak> peaks{};
    std::span<const IntervalRun> intervals{};
    std::span<const PriceSeries> series{};
    std::span<const MonthlyInput> inputs{};
    const Accumulated* before = nullptr;  // null: the first section
    const Zone* zone = nullptr;  // of the tariffs; only sections with intervals need it
};

// Days with one tariff version, one agreement version, one season, one set of dated clauses.
struct Segment {
    DateRange dates;
    std::uint16_t span = 0;  // index into SectionInput::spans
    std::uint16_t version = 0;  // index into RatedSection::plans
    std::uint8_t season = 0;
};

// `part` of the line that takes a contained tax out of the revenue; the tax itself has 0.
inline constexpr std::uint16_t kTakenOut = 1;

// `segment` of a line that belongs to none (fixed_per_period none, minimum, percentage over a version, rounding).
inline constexpr std::uint16_t kNoSegment = 0xffff;

struct Line {
    std::uint16_t version = 0;  // index into RatedSection::plans
    std::uint16_t clause = 0;  // index into Plan::clauses; clauses.size() for the rounding line
    std::uint16_t segment = kNoSegment;
    // Tier from 1, or stream of a time-of-use line; of a tier with prices by period: tier + 256 * (1 + position of the
    // period in Tiering::periods); of a charge in bands the band from 1; kTakenOut; else 0.
    std::uint16_t part = 0;
    // What was multiplied: quantity (micro units, days * 10^6, or one month * 10^6 with the ratio below), or the base
    // of a percentage, minimum or rounding in minor units. A percentage's price is its ratio, a minimum's the amount
    // of a month, an indexed line's the average, that of a rounding what was carried to the section. A power factor
    // (millionths) stands as quantity beside the base.
    std::int64_t quantity_micro = 0;
    std::int64_t base_minor = 0;
    std::int64_t price_e8 = 0;  // price or ratio
    // Months and facts, or the share of a base that a tax is on, in lowest terms:
    // amount = price * quantity * numerator / denominator.
    std::int64_t numerator = 1, denominator = 1;
    std::int64_t amount_minor = 0;
};

// What the part of a line of tiers or slabs says.
struct TierPart {
    int tier = 0;  // from 1
    tariff::Stream period = tariff::kTotal;  // kTotal: the tier has one price
};
TierPart tier_part(const tariff::Clause& clause, std::uint16_t part);

// A charge that looked at a price series or at inputs in a segment.
struct PublishedPlace {
    std::uint16_t version = 0;  // index into RatedSection::plans
    std::uint16_t clause = 0, segment = 0;
};
// The month whose inputs a formula takes in a segment: its first day.
Date input_month(const tariff::Formula& formula, Date segment_from);

// The charge that a refused section was refused for, and what it lacks.
struct RefusedPlace {
    std::uint16_t version = 0;  // index into RatedSection::plans
    std::uint16_t clause = 0, segment = 0;
    std::optional<tariff::Stream> stream{};  // of register_missing
    tariff::FactId fact = tariff::kNoFact;  // of fact_missing
};

struct RatedSection {
    std::vector<const tariff::Plan*> plans;  // versions used, in order of first use
    std::vector<Segment> segments;
    std::vector<Line> lines;
    std::int64_t total_minor = 0;
    Currency currency;
    Accumulated after;
    // Of a refused section as far as was looked: the last place is that of input_missing.
    std::vector<PublishedPlace> published;
    std::optional<RefusedPlace> refused;  // where it is about one charge
    void clear();
};

// In the order of precedence.
enum class Refusal {
    no_tariff_version,  // a day of the section lies before the first version
    class_not_allowed,  // the version does not serve the customer's class
    currency_changed,  // versions or spans of one section differ in currency
    unit_changed,
    fact_missing,  // the agreement does not state a number that a charge needs
    register_missing,  // nothing counted what a charge is over, or only a total register counted what needs periods
    usage_missing,  // a day whose use a charge looks at, and that no register or interval counted
    intervals_missing,  // an indexed charge meets usage that no intervals counted
    price_missing,  // a hole in a price series
    input_missing,  // a formula's input is not published, or divides by zero
};
std::string_view text_of(Refusal refusal);
// For a person: "clause peak needs export.peak on days from 2026-01-01"; empty where no charge is to blame.
std::string refused_text(const RatedSection& refused);

// Holds buffers so that rating a million sections allocates nothing after the first few. One per thread.
class Rater {
public:
    // `out` is cleared first. Fills out.plans, segments, lines, total.
    std::expected<void, Refusal> rate(const SectionInput& input, RatedSection& out);

private:
    struct Work;
    std::shared_ptr<Work> work_;
};

// One local day of interval values of one channel.
struct IntervalDay {
    Date date;  // local day
    std::span<const std::int64_t> micro;  // in the tariff's unit; as many as the day has intervals (46, 48, 50, …)
    tariff::Stream measure = tariff::kTotal;  // what they count: a bare stream
};

// Sums the values of a local day into the time-of-use periods of the version that holds on that day, one Piece for
// each period that occurs (stream of the measure's period), or one of the bare stream when the version has no periods.
// REQUIRES: micro.size() * interval_minutes == zone.minutes_in(date); interval_minutes divides 60.
void classify_day(const tariff::Plan& plan, const Zone& zone, int interval_minutes, IntervalDay day,
                  std::vector<Piece>& out);

}  // namespace mainspring::rating
