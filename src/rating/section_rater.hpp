// Rates one section whose segments and quantities are known: one small function per kind of clause.
// docs/TARIFFS.md, "Charges". Internal to rating.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <utility>
#include <vector>

#include "rating/exact.hpp"
#include "rating/quantities.hpp"
#include "rating/rating.hpp"

namespace mainspring::rating {

inline constexpr std::uint16_t kNoClause = 0xffff;
// What the first period adds to the part of a line whose tier has prices for periods; so does each further one.
inline constexpr std::uint16_t kFirstPeriod = 256;

// The clauses of all versions of a section by name. A rank is a place in the order of the bill.
class ClauseOrder {
public:
    void build(const std::vector<const tariff::Plan*>& plans);
    std::size_t size() const { return size_; }
    bool has_one_version() const { return one_version_; }
    // kNoClause where the version does not have it.
    std::uint16_t clause(std::size_t rank, std::size_t version) const {
        return one_version_ ? static_cast<std::uint16_t>(rank) : clauses_[rank * versions_ + version];
    }
    // The clause after the last is the rounding line.
    std::size_t rank(std::size_t version, std::size_t clause) const {
        return one_version_ ? clause : ranks_[first_[version] + clause];
    }

private:
    std::size_t find_or_add(std::string_view name, std::size_t added_before);

    bool one_version_ = true;
    std::size_t size_ = 0, versions_ = 0;
    std::vector<std::string_view> names_;
    std::vector<std::uint16_t> clauses_;  // rank * versions + version
    std::vector<std::size_t> ranks_;      // first_[version] + clause
    std::vector<std::size_t> first_;
};

using DayPeak = std::pair<Date, std::int64_t>;  // first day, millionths

// What an indexed clause comes to in a segment: price * value of its intervals, exactly.
struct IndexedSum {
    // exact = amount at Amount::kScale * kScale: factors have 8 decimals, the mean of up to four prices two more bits.
    static constexpr std::int64_t kScale = 400'000'000;
    std::uint16_t version, clause, segment;
    Int128 exact = 0;
};

// What is kept from section to section.
struct Workspace {
    Quantities quantities;
    ClauseOrder order;
    std::vector<std::size_t> next;  // per version: the clause that is to be derived next
    std::vector<DayPeak> peaks;  // that one demand looks at
    Currency currency;  // the one `minor_unit` was made for
    Int128 minor_unit = 0;  // in steps of an amount
    std::vector<std::int64_t> formula_inputs;
    std::vector<IndexedSum> indexed;
    std::vector<std::int64_t> values, prices_x4;  // of the intervals of one clause that need a look-up each
    std::vector<Int128> tier_sums;  // of one clause
    std::vector<std::int64_t> measured;  // of demand clauses, see measured_at
};

class SectionRater {
public:
    SectionRater(const SectionInput& input, RatedSection& out, Workspace& work);
    std::expected<void, Refusal> run();

private:
    // A clause in a segment in which it applies.
    struct Place {
        std::uint16_t version, clause, segment;
    };
    // Tiers with bounds for a month or year: where the counter stands, and the version that it last counted for.
    struct CounterState {
        bool counts = false;
        Date since;
        const tariff::Plan* version = nullptr;  // null: unknown
        std::int64_t micro = 0;
    };
    // What one clause (by name) has come to on its way through the segments.
    struct Progress {
        std::int64_t filled_micro = 0;  // tiers with bounds for the whole bill
        std::optional<std::int64_t> slab_micro;  // slabs with bounds for the whole bill: all that they price
        CounterState counter;
        bool has_energy_line = false;
        std::uint16_t first_energy = kNoSegment, once = kNoSegment;  // segments
        std::optional<std::int64_t> demand_micro{};  // billed
        DateRange demand_dates{};  // for which it is
    };
    struct Derived {
        std::uint16_t version, clause;
    };
    struct DemandLine {
        Ratio months;
        std::uint16_t segment;  // kNoSegment: once for the section
    };

    const tariff::Clause& at(Place place) const { return out_.plans[place.version]->clauses[place.clause]; }
    const AgreementSpan& span_of(std::size_t segment) const { return input_.spans[out_.segments[segment].span]; }
    bool applies(const tariff::Clause& clause, std::size_t segment) const;
    bool fits_days(const tariff::Clause& clause, std::size_t segment) const;
    bool fits_agreement(const tariff::Clause& clause, std::size_t segment) const;
    bool fits_facts(const tariff::Clause& clause, std::size_t segment) const;
    bool fits_use(const tariff::Clause& clause) const;
    // The fact that it needs and does not have.
    std::optional<tariff::FactId> lacking_fact(const tariff::Clause& clause, std::size_t segment) const;
    // Leaves the place to `out_`, and says true.
    bool refuse(RefusedPlace place) const;
    bool facts_missing() const;
    bool registers_missing() const;
    bool usage_missing() const;
    bool uncovered_in(const tariff::Clause& clause, std::size_t segment, unsigned uncovered) const;
    std::optional<tariff::Stream> unpriced_period(const tariff::Clause& clause, std::size_t segment) const;
    // The stream that the clause needs and does not have.
    std::optional<tariff::Stream> lacking_stream(const tariff::Clause& clause, std::size_t segment) const;
    // The first of the streams that nothing counted on the one days, or of whose measure only the bare register
    // counted on the other.
    std::optional<tariff::Stream> lacking(std::span<const tariff::Stream> streams, DateRange counted_in,
                                          DateRange by_period_in) const;
    bool inputs_missing();
    // Empty: an input is not published, or the formula divides by zero.
    std::optional<std::int64_t> formula_price(const tariff::Clause& clause, std::size_t segment);
    std::int64_t flat_price(Place place);
    std::int64_t price_of(const tariff::Clause& clause, std::size_t segment) const;
    // In millionths; empty where neither agreement nor version says it.
    std::optional<std::int64_t> fact_in(tariff::FactId fact, std::size_t segment) const;
    Ratio times_of(const tariff::Clause& clause, std::size_t segment) const;
    std::int64_t quantity_of(const tariff::Streams& streams, std::size_t segment) const;
    // Of the clause's streams, after its quantity keys.
    std::int64_t billed_quantity(const tariff::Clause& clause, std::size_t segment) const {
        const std::int64_t quantity = quantity_of(clause.of, segment);
        return clause.quantity.any ? keyed_quantity(clause, segment, quantity) : quantity;
    }
    std::int64_t keyed_quantity(const tariff::Clause& clause, std::size_t segment, std::int64_t quantity) const;
    tariff::QuantityRounding quantity_rounding() const;
    Int128 section_quantity(const tariff::Streams& streams) const;
    Int128 section_bound(std::int64_t bound_micro, tariff::TierBounds bounds) const;
    std::size_t band_of(Place place) const;
    Line& fixed(Place place, std::int64_t quantity_micro, Ratio ratio);

    void rate_in_segments(std::size_t rank);
    void rate_place(Place place, Progress& progress);
    void fixed_per_day(Place place);
    void fixed_prorated(Place place);
    void full_price_once(Place place);
    void once(Place place, Progress& progress) const;
    bool energy_flat(Place place, Progress& progress);
    bool energy_time_of_use(Place place);
    bool energy_tiered(Place place, Progress& progress);
    bool fill_tiers(Place place, std::int64_t before, std::int64_t after);
    bool fill_each_day(Place place);
    // Whether there is a line.
    bool price_tier(Place place, std::size_t tier, std::int64_t quantity);
    bool split_tier(Place place, std::size_t tier, std::int64_t quantity);
    bool energy_slab(Place place, Progress& progress);
    std::int64_t slab_quantity(Place place) const;
    void enter_counter(Place place, CounterState& counter) const;
    std::int64_t credited_quantity(Place place, CounterState& credit) const;
    const Counter* counter_before(std::string_view clause, Date since) const;
    void leave_counter(std::string_view clause, const CounterState& counter);
    void pass_counters_on();
    bool energy_indexed(Place place);
    bool has_indexed() const;
    std::expected<void, Refusal> sum_indexed();
    void energy_of_zero(Place place);

    bool demands_missing();
    // What a demand clause measures: the section, or a calendar month of it.
    struct DemandTime {
        std::size_t rank = 0;
        DateRange dates;
    };
    DemandTime demand_time(Place place) const;
    Place last_demand(DemandTime time) const;
    bool names_peak(const tariff::Plan& plan, const tariff::Clause& clause, const Peak& peak) const;
    bool counts_peak(DemandTime time, const Peak& peak) const;
    bool has_no_event(DemandTime time) const;
    std::optional<std::int64_t> measured_demand(DemandTime time, int days);
    Int128 least_demand(const tariff::DemandCharge::AtLeast& item, Place place, DateRange dates) const;
    std::int64_t& measured_at(DemandTime time) const;
    std::int64_t billed_demand(DemandTime time) const;
    std::int64_t demand_of_hours(const tariff::Clause& clause, std::size_t segment) const;
    void rate_demand(Place place, Progress& progress);
    void demand_lines(Place place, std::int64_t billed, DemandLine line);

    void derive_in_order();
    bool derive_until_blocked(std::size_t version);
    bool is_ready(Derived limit) const;
    void derive(Derived derived);
    bool applies_anywhere(Derived derived) const;
    void percentage(Derived derived);
    Line& share_line(Derived derived, std::int64_t base, std::int64_t ratio_e8, Ratio share);
    void power_factor(Derived derived);
    Int128 percentage_base(Derived derived) const;
    Ratio taxed_share(const tariff::Clause& clause) const;
    void limit(Derived derived);
    std::int64_t limit_of(std::size_t rank, Place chosen, Line& line) const;
    Int128 limit_base(Derived derived) const;
    Place choose_once(std::size_t rank, tariff::ClauseKind kind) const;

    void order_lines();
    void round_total();

    Ratio months_of(DateRange dates, tariff::Proration proration) const;
    // Of a bound with the clause's factors and the segment's days.
    std::int64_t scaled_bound(const tariff::Clause& clause, std::int64_t bound, std::size_t segment) const;
    Ratio scale_of(const tariff::Clause& clause, tariff::TierBounds bounds, std::size_t segment) const;
    Line& priced(Place place, std::int64_t quantity_micro, std::int64_t price_e8, Ratio ratio);
    Int128 step_of(RoundingRule rule) const { return work_.minor_unit * rule.step_minor; }

    const SectionInput& input_;
    RatedSection& out_;
    Workspace& work_;
    std::size_t segments_;
};

}  // namespace mainspring::rating
