// A tariff version compiled for rating: flat arrays, numbers instead of names, nothing to look up by text.
// Meaning of every element: docs/TARIFFS.md.
#pragma once
#include <cstdint>
#include <expected>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"
#include "calendar/time_of_use.hpp"
#include "money/money.hpp"
#include "quantity/quantity.hpp"

namespace mainspring::tariff {

// The process has met more names of streams or entitlements than their numbers can hold.
struct TooManyNames : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A stream is what a register counts: a measure (the two highest bits), in a time-of-use period (the other bits) or in
// all hours (0). Periods are numbered once for the whole process (thread-safe), so that registers and tariff versions
// mean the same thing by the same number. Names: "total", "peak", "export", "export.peak".
using Stream = std::uint16_t;
inline constexpr Stream kTotal = 0, kExport = 0x4000, kReactive = 0x8000, kReactiveExport = 0xc000;
inline constexpr std::size_t kMeasures = 4;
Stream stream_of(std::string_view name);  // throws TooManyNames after 16,383 periods
std::string_view name_of(Stream stream);

// Its bare stream.
constexpr Stream measure_of(Stream stream) { return static_cast<Stream>(stream & 0xc000U); }
// The stream of the same period of the energy taken; 0: it is bare.
constexpr Stream period_of(Stream stream) { return static_cast<Stream>(stream & 0x3fffU); }
// The stream of the measure in the period of `stream`.
constexpr Stream in_measure(Stream measure, Stream stream) {
    return static_cast<Stream>(measure_of(measure) | period_of(stream));
}
constexpr std::size_t measure_index(Stream stream) { return stream >> 14U; }
// The name of a bare stream other than the total, which periods must not bear.
bool is_measure(std::string_view name);
// kvarh for the reactive measures, else the unit of the tariff.
Unit unit_of_stream(Stream stream, Unit tariff);

// Facts of agreements are numbered the same way; kDwellings is the one that every tariff has.
using FactId = std::uint16_t;
inline constexpr FactId kDwellings = 0;
inline constexpr FactId kNoFact = 0xffff;
FactId fact_of(std::string_view name);  // throws TooManyNames after 65,534
std::string_view name_of_fact(FactId fact);

// Entitlements are numbered the same way; an agreement holds at most 64 kinds as a bit set.
std::uint64_t entitlement_bit(std::string_view name);  // throws TooManyNames after 64
std::vector<std::string> entitlement_names(std::uint64_t bits);

enum class CustomerClass : std::uint8_t { residential = 1, commercial = 2, industrial = 3, public_service = 4 };
std::string_view text_of(CustomerClass customer_class);  // residential commercial industrial public
std::expected<CustomerClass, std::string> customer_class_of(std::string_view text);

// 100 %, or a factor of one, at the scale of ratios.
inline constexpr std::int64_t kWholeE8 = 100'000'000;

// Stored in derivations by number: append only.
enum class ClauseKind : std::uint8_t {
    fixed_per_day = 1,
    fixed_per_period = 2,
    energy_flat = 3,
    energy_time_of_use = 4,
    energy_tiered = 5,
    percentage = 6,
    tax = 7,
    discount_percent = 8,
    discount_per_day = 9,
    discount_per_period = 10,
    minimum = 11,
    rounding = 12,  // made by rating itself
    energy_slab = 13,
    energy_indexed = 14,
    demand = 15,
    power_factor = 16,
    maximum = 17,
};

std::string_view text_of(ClauseKind kind);  // as the enumerator is called

// What stands on a line of the kind: which fields of rating::Line count, and what they are.
enum class LineForm : std::uint8_t {
    days,      // days x price
    months,    // price x months
    quantity,  // quantity of the clause's measure x price
    indexed,   // quantity; the price is only an average
    demand,    // kW or kVA x price x months
    share,     // base x percent; of a power factor the factor too
    limit,     // what a minimum or maximum adds
    rounding,
};
LineForm form_of(ClauseKind kind);
bool is_discount(ClauseKind kind);

enum class Proration : std::uint8_t { none, month_days, days_30 };
enum class TierBounds : std::uint8_t { bill, day, month_days, days_30, month, year, quarter, each_day };
// Whether the bounds are filled over all bills of a calendar period.
constexpr bool counts_over_bills(TierBounds bounds) {
    return bounds == TierBounds::month || bounds == TierBounds::quarter || bounds == TierBounds::year;
}

struct QuantityRounding {
    int decimals = 6;
    RoundingMode mode = RoundingMode::half_up;
};

struct Tier {
    std::int64_t upto_micro = 0;  // inclusive; ignored in the last tier
    std::int64_t price_e8 = 0;
    std::vector<std::int64_t> period_prices_e8;  // instead of the price: one for each of Tiering::periods
};

struct PeriodPrice {
    Stream stream = kTotal;
    std::int64_t price_e8 = 0;
};

// How the bounds of tiers, slabs and bands are scaled, and what fills them.
struct Tiering {
    TierBounds bounds = TierBounds::bill;
    QuantityRounding round_bounds;
    MonthDay year_from;                            // bounds: year
    enum class OnVersion : std::uint8_t { keeps, restarts } on_version = OnVersion::keeps;
    std::vector<Stream> periods;                   // of tiers with a price for each period, in the order of the text
};

// Quantities of these streams, added.
using Streams = std::vector<Stream>;

// A fact in [from, below), in millionths: "above" and "upto" are one millionth further.
struct FactCondition {
    FactId fact = kNoFact;
    std::int64_t from_micro = 0, below_micro = 0;
};

// The section's quantity of `of` is above the one bound and at most the other, each scaled by the section's days.
struct UseCondition {
    Streams of;  // empty: no condition
    std::int64_t above_micro = std::numeric_limits<std::int64_t>::min();
    std::int64_t upto_micro = std::numeric_limits<std::int64_t>::max();
    TierBounds bounds = TierBounds::bill;
};

// What stands in place of the price of a fixed charge; `tiers` of the clause has the prices.
struct Bands {
    enum class By : std::uint8_t { nothing, use, fact } by = By::nothing;
    Streams of;
    FactId fact = kNoFact;
};

// docs/TARIFFS.md, "Quantity keys". Ratios as everywhere: 100 % = 10^8.
struct QuantityKeys {
    std::int64_t share_e8 = kWholeE8;
    Streams less;  // empty: nothing is taken off
    std::int64_t less_e8 = kWholeE8;
    std::int64_t at_least_micro = std::numeric_limits<std::int64_t>::min();  // the limits of the type: none
    std::int64_t at_most_micro = std::numeric_limits<std::int64_t>::max();
    TierBounds limits = TierBounds::day;  // day, month_days, days_30
    bool has_limits = false, any = false;
    // What `less` takes off beyond the quantity goes on as credit, until this day of the next year.
    bool carries = false;
    MonthDay credit_ends;
};

// docs/TARIFFS.md, "Formulas": postfix.
struct Formula {
    struct Step {
        enum class Op : std::uint8_t { number, input, add, subtract, multiply, divide, negate } op{};
        std::int64_t number_e8 = 0;   // of a number
        std::uint16_t input = 0;      // index into `inputs`
    };
    std::string text;                 // as it was written
    std::vector<Step> steps;          // empty: no formula
    std::vector<std::string> inputs;  // names of published values
    int lag_months = 0;
    int decimals = 8;
    RoundingMode mode = RoundingMode::half_up;
};

// docs/TARIFFS.md, "Indexed".
struct IndexedPrice {
    // Which intervals a stream of Clause::of counts.
    struct Intervals {
        Stream measure = kTotal;   // a bare stream
        int period = kAllPeriods;  // index into the calendar's period names
    };
    static constexpr int kAllPeriods = -1;
    std::string series;
    std::vector<Intervals> intervals;
    std::int64_t factor_e8 = kWholeE8;
    std::int64_t adder_e8 = 0;
};

// docs/TARIFFS.md, "Demand".
struct DemandCharge {
    struct AtLeast {
        enum class By : std::uint8_t { amount, fact, past } by{};
        std::int64_t amount_micro = 0;
        FactId fact = kNoFact;
        int past_months = 0;
        std::int64_t ratio_e8 = kWholeE8;
        std::uint16_t months = 0x1ffe;  // bit n: month n, of `past`
    };
    int average_of = 1;
    bool each_month = false;  // every calendar month of the section is measured and billed by itself
    std::vector<AtLeast> at_least;
    std::int64_t current_e8 = kWholeE8;
    std::uint16_t current_months = 0x1ffe;  // in which current_e8 counts; in others the whole
    FactId tolerance_fact = kNoFact;
    std::int64_t tolerance_e8 = 0;
    QuantityRounding round_demand;
};

// docs/TARIFFS.md, "Power factor". Factors are in units of the last decimal: 0.95 with two decimals is 95.
struct PowerFactorTable {
    struct Row {
        int from = 0;
        std::int64_t ratio_e8 = 0, each_e8 = 0;
    };
    Streams active{kTotal}, reactive;
    int decimals = 2;
    std::vector<Row> rows;  // descending
};

struct Clause {
    std::string name;                 // the text key, for people and for the derivation's clause table
    std::string name_en, name_local;  // as printed
    std::string local_language;       // "zh", …; empty when there is only English
    ClauseKind kind{};
    std::string account;  // ledger key
    std::string item;     // charge type of the open item
    std::string source;
    RoundingRule round;

    // When it applies.
    std::uint64_t seasons = ~std::uint64_t{0};       // bit s: season index s
    DateRange dates{Date{}, kForever};               // from / until
    std::uint8_t classes = 0xff;                     // bit n: CustomerClass n
    std::uint64_t entitlement = 0;                   // bit that must be present; 0: none asked
    std::vector<FactCondition> fact_conditions;
    UseCondition when;

    // What rating must look at, so that it looks no further where nothing is asked.
    bool asks_more = false;       // fact_conditions or when
    bool asks_facts = false;      // that an agreement may not state
    bool asks_registers = false;  // more than the energy taken in all hours
    // Bit m: the measure with index m.
    std::uint8_t priced_by_period = 0;  // quantities of its periods
    std::uint8_t counts_in_segment = 0, counts_in_section = 0;  // whose use it looks at, and on which days

    // What it computes; which fields count depends on `kind`.
    std::int64_t price_e8 = 0;    // per day, month or unit
    Formula formula;              // instead of the price
    Streams of{kTotal};           // energy_*, demand
    QuantityKeys quantity;        // energy_flat, energy_tiered, energy_slab
    std::vector<PeriodPrice> period_prices;
    std::vector<Tier> tiers;      // also of bands and demand
    Tiering tiering;
    Bands bands;
    Proration proration = Proration::none;
    FactId times = kNoFact;
    FactId agreed = kNoFact;      // where an agreement states it, its value is the price
    std::optional<std::uint16_t> hours_of;  // demand clause above: the bounds are for each unit that it bills
    IndexedPrice indexed;
    DemandCharge demand;
    PowerFactorTable power_factor;
    std::int64_t ratio_e8 = 0;               // percentage, tax, discount_percent: 10 % = 10,000,000
    std::int64_t tax_above_micro = 0;  // tax: only the share of the use beyond, scaled by tiering.bounds; 0: all
    std::string contained_in;  // tax: account of the revenue that contains it; empty: it comes on top
    std::vector<std::uint16_t> of_clauses;  // indexes of clauses above this one
    std::int64_t limit_minor = 0;  // minimum, maximum: amount of a month
};

// Every stream that the clause names, those of `when` and `bands` too.
Streams named_streams(const Clause& clause);
// The same without what only conditions and bands look at.
Streams priced_streams(const Clause& clause);

// A fact that the charges of a version use.
struct FactRule {
    FactId fact = kNoFact;
    Unit unit{};
    std::optional<std::int64_t> otherwise_micro;  // for agreements that do not state it
};

// A demand that the charges of a version use: how it is measured.
struct DemandRule {
    std::string name;
    Stream stream = kTotal;  // bare
    Streams periods;  // "<name>.<period>" for each period of the calendar, in its order
    Unit unit{};  // kW or kVA
    int window_minutes = 30, step_minutes = 30;
    // Minutes of local days in which alone a window counts; without any, all do.
    struct Event {
        Date date;
        int from_minute = 0, to_minute = 0;
    };
    std::vector<Event> at{};
};

// Immutable once made; shared between threads.
struct Plan {
    std::string key, version;
    std::string name_en, name_local, local_language;
    Commodity commodity{};
    Unit unit{};
    Currency currency;
    std::string zone;
    Date effective;
    std::uint8_t classes = 0xff;
    QuantityRounding round_quantity;
    RoundingRule round_line, round_bill;
    bool carries_rounding = false;  // what round_bill takes or gives goes on to the next bill
    bool has_seasons = false;  // calendar has more than one season
    std::uint8_t counts = 0;  // bit m: some clause looks at use of the measure with index m
    bool names_measures = false;  // some clause counts more than the energy taken
    bool cuts_at_months = false;  // some clause counts calendar months or has inputs of them
    bool has_formula = false;  // some price is a formula
    bool has_indexed = false;  // some clause is of the kind energy_indexed
    bool has_demand = false;  // some clause is a demand
    bool cuts_at_quarters = false;  // some clause counts calendar quarters
    std::vector<MonthDay> counting_years;  // first days of the years that clauses count
    TimeOfUse calendar;
    Streams period_streams;  // of the energy taken, in the order of calendar.period_names()
    std::vector<FactRule> facts;
    std::vector<DemandRule> demands;
    std::vector<Clause> clauses;
    std::string source;  // document, place, note; one below the other
    std::int64_t version_id = 0;  // the row in tariff.version; 0 while the plan is only a file
};

// kW or kVA: of the demands that a demand clause names.
Unit demand_unit(const Plan& plan, const Clause& clause);

// All versions of one key, ascending by `effective`. REQUIRES: not empty when rating.
struct Tariff {
    std::string key;
    std::vector<std::shared_ptr<const Plan>> versions;
};

}  // namespace mainspring::tariff
