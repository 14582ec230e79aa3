// Rates one section whose segments and quantities are known: one small function per kind of clause.
// docs/TARIFFS.md, "Charges". Internal to rating.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "rating/exact.hpp"
#include "rating/quantities.hpp"
#include "rating/rating.hpp"

namespace mainspring::rating {

inline constexpr std::uint16_t kNoClause = 0xffff;

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
    Currency currency;  // the one `minor_unit` was made for
    Int128 minor_unit = 0;  // in steps of an amount
    std::vector<IndexedSum> indexed;
    std::vector<std::int64_t> values, prices_x4;  // of the intervals of one clause that need a look-up each
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
    // What one clause (by name) has come to on its way through the segments.
    struct Progress {
        std::int64_t filled_micro = 0;  // tiers with bounds for the whole bill
        bool has_energy_line = false;
        std::uint16_t first_energy = kNoSegment, once = kNoSegment;  // segments
    };
    struct Derived {
        std::uint16_t version, clause;
    };

    const tariff::Clause& at(Place place) const { return out_.plans[place.version]->clauses[place.clause]; }
    const AgreementSpan& span_of(std::size_t segment) const { return input_.spans[out_.segments[segment].span]; }
    bool applies(const tariff::Clause& clause, std::size_t segment) const;
    bool facts_missing() const;
    bool registers_missing() const;
    // In millionths; empty where neither agreement nor version says it.
    std::optional<std::int64_t> fact_in(tariff::FactId fact, std::size_t segment) const;
    Ratio times_of(const tariff::Clause& clause, std::size_t segment) const;
    std::int64_t quantity_of(const tariff::Streams& streams, std::size_t segment) const;

    void rate_in_segments(std::size_t rank);
    void rate_place(Place place, Progress& progress);
    void fixed_per_day(Place place);
    void fixed_prorated(Place place);
    void full_price_once(Place place);
    bool energy_flat(Place place);
    bool energy_time_of_use(Place place);
    bool energy_tiered(Place place, Progress& progress);
    bool energy_indexed(Place place);
    bool has_indexed() const;
    std::expected<void, Refusal> sum_indexed();
    void energy_of_zero(Place place);

    void derive_in_order();
    bool derive_until_blocked(std::size_t version);
    bool is_ready(Derived minimum) const;
    void derive(Derived derived);
    bool applies_anywhere(Derived derived) const;
    void percentage(Derived derived);
    Int128 percentage_base(Derived derived) const;
    void minimum(Derived derived);
    std::int64_t minimum_floor(std::size_t rank, Place chosen, Line& line) const;
    Int128 minimum_base(Derived derived) const;
    Place choose_once(std::size_t rank) const;

    void order_lines();
    void round_total();

    Ratio months_of(DateRange dates, tariff::Proration proration) const;
    std::int64_t scaled_bound(const tariff::Clause& clause, std::int64_t bound, std::size_t segment) const;
    Line& priced(Place place, std::int64_t quantity_micro, std::int64_t price_e8, Ratio ratio);
    Int128 step_of(RoundingRule rule) const { return work_.minor_unit * rule.step_minor; }

    const SectionInput& input_;
    RatedSection& out_;
    Workspace& work_;
    std::size_t segments_;
};

}  // namespace mainspring::rating
