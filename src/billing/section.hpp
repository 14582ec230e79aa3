// From the facts of one agreement to what rating needs: which days, which spans, which quantities, and why.
// Pure. Rules: docs/BILLING.md, "What a run bills" and "Quantities".
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "billing/carry.hpp"
#include "billing/facts.hpp"
#include "calendar/zone.hpp"
#include "rating/losses.hpp"
#include "rating/published.hpp"

namespace mainspring::billing {

struct UseLimits {
    std::int64_t high_factor_percent = 300;
    std::int64_t high_excess_micro = 300'000'000;
    std::int64_t low_factor_percent = 10;
    std::int64_t low_mean_micro_per_day = 2'000'000;
};

struct RunRules {
    DateRange period;  // nominal
    int window_before_days = 6, window_after_days = 6;
    UseLimits limits;
};

// Dated reference data of a run, shared read-only by all workers.
struct Reference {
    std::map<std::string, std::vector<CalorificValue>, std::less<>> calorific_values;  // by zone, ascending
    std::map<std::string, Zone, std::less<>> zones;  // by name: every tariff's zone
    rating::Published published;
};

// A day of a price series, or a month of an input, in the version that a section was rated by.
struct PublishedPin {
    std::string name;
    Date on;  // of a month its first day
    std::int16_t version = 0;
    friend auto operator<=>(const PublishedPin&, const PublishedPin&) = default;
};
struct PublishedPins {
    std::vector<PublishedPin> prices, inputs;
    bool empty() const { return prices.empty() && inputs.empty(); }
    void clear() {
        prices.clear();
        inputs.clear();
    }
};

// A person let these causes pass for sections that end on `upto` or before.
struct Acceptance {
    std::int64_t agreement_id = 0;  // 0: every agreement of the account
    Cause cause{};
    Date upto;
};

// A day on which the value on the dials is known or estimated.
struct Boundary {
    enum class Origin : std::uint8_t { carry, read, estimate };
    Origin origin{};
    Date on;
    const Read* read = nullptr;  // when origin is read
    std::vector<std::int64_t> values;  // one a billed register of the installation, in its order
};

// What one register counted between two neighbouring boundaries.
struct Advance {
    std::uint16_t register_index = 0;  // into MeterPart::registers
    std::uint16_t boundary = 0;  // from boundaries[boundary] to boundaries[boundary + 1]
    bool rolled_over = false;
    std::int64_t metered_micro = 0;  // after the multiplier, in the register's unit
    std::int64_t base_micro = 0;          // gas at base conditions; 0: as metered
    std::int64_t calorific_value_e4 = 0;  // 0: no conversion
    std::int64_t billed_micro = 0;  // in the tariff's unit
};

// One installation's share of the section, read by registers.
struct MeterPart {
    const Installation* installation = nullptr;
    DateRange dates;
    std::vector<std::uint16_t> registers;  // indexes of the billed registers in installation->registers
    std::vector<Boundary> boundaries;
    std::vector<Advance> advances;
};

// One channel's share of the section.
struct ChannelPart {
    const Installation* installation = nullptr;
    DateRange dates;
    std::uint16_t register_index = 0;
    std::int32_t values = 0, estimated_linear = 0, estimated_like_day = 0;
    std::span<const ChannelDay> days;  // those that lie in the section
    std::vector<const ChannelDay*> like_days;  // those before it that estimates were made from, by start
};

// What the conditions of one installation make of what its meter measured.
struct LossPart {
    Date installed_from;
    DateRange dates;
    metering::MeasuringConditions conditions;
    std::int64_t active_micro = 0, reactive_micro = 0;  // measured
    rating::TransformerLoss loss;
    std::int64_t line_micro = 0;
    std::int64_t added_active() const { return loss.iron_micro + loss.copper_micro + line_micro; }
    std::int64_t added_reactive() const { return loss.no_load_micro + loss.load_micro; }
};

// A relation that the section stands on.
struct RelationPin {
    std::int64_t parent_id = 0, child_id = 0;
    Date valid_from;
    std::int16_t version = 0;
    friend auto operator<=>(const RelationPin&, const RelationPin&) = default;
};

// What was taken off the section for a point below it, or charged to it as a part of the point above.
struct Share {
    std::int64_t service_point_id = 0;  // the other
    bool from_above = false;
    DateRange dates;
    metering::RelationTerms terms;
    std::int64_t active_micro = 0, reactive_micro = 0;
};

// The meters of another point that a share was measured by, on the days on which it was.
struct RelatedMeters {
    std::int64_t service_point_id = 0;
    std::vector<MeterPart> meters;
    std::vector<ChannelPart> channels;
};

// All that stands between what the section's own meters counted and what is billed.
struct Adjustments {
    std::vector<LossPart> losses;
    std::vector<RelationPin> relations;  // ascending
    std::vector<Share> shares;
    std::vector<RelatedMeters> related;
    bool empty() const { return losses.empty() && relations.empty(); }
    void clear() {
        losses.clear();
        relations.clear();
        shares.clear();
        related.clear();
    }
};

// Reused from account to account; clear() keeps the buffers.
struct Section {
    const Agreement* agreement = nullptr;
    DateRange dates;
    bool final = false, estimated = false;
    std::vector<rating::AgreementSpan> spans;
    std::vector<std::uint16_t> span_versions;  // index into agreement->versions
    std::vector<MeterPart> meters;
    std::vector<ChannelPart> channels;
    std::vector<const CalorificValue*> calorific_values;  // that advances were converted by, ascending
    std::vector<rating::Piece> pieces;  // as measured, then what adjusts them
    Adjustments adjustments;
    std::vector<rating::Peak> peaks;
    std::vector<rating::IntervalRun> intervals;              // only where a version of the section looks at them
    std::vector<std::vector<std::int64_t>> interval_values;  // that the runs point to
    const Zone* zone = nullptr;                              // of sections with channels
    Accumulation left_before;         // what the sections before have left
    rating::Accumulated accumulated;  // the same for rating
    PublishedPins published;          // what it was rated by
    std::int64_t total_micro = 0;
    Unit unit{};
    AgreementCarry carry_out;
    void clear();
};

// What the section is rated by.
rating::SectionInput input_of(const Section& section);

// The day that a section ending about the end of the nominal period ends on, were it not for the end of the agreement.
Date end_of_period(const Agreement& agreement, const RunRules& rules);

enum class SectionResult { billed, nothing_to_bill, held_back };

struct SectionRequest {
    const Agreement& agreement;
    const AgreementCarry* carry = nullptr;  // null: never billed
    const RunRules& rules;
    const Reference& reference;
    std::span<const Acceptance> accepted;
};
// Fills `out`; adds to `exceptions` what holds the section back.
SectionResult build_section(const SectionRequest& request, Section& out, std::vector<Exception>& exceptions);

}  // namespace mainspring::billing
