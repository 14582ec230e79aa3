// The proof that a bill carries: which facts in which versions, which segments, which lines, what was rounded where.
// Written once, hashed (SHA-256), never changed; every reader of a bill (explain, print, export, rebill) starts from
// it.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "billing/section.hpp"
#include "rating/rating.hpp"

namespace mainspring::billing {

enum class BillKind : std::uint8_t { bill = 1, cancellation = 2 };

// Bits of billing.bill.flags.
enum BillFlag : std::int32_t { kEstimated = 1, kFinal = 2, kCorrected = 4, kZeroUse = 8 };

struct BillHead {
    std::int32_t cell_id = 0;
    std::int64_t account_id = 0;
    std::int32_t bill_seq = 0;
    BillKind kind = BillKind::bill;
    std::int32_t cancels_seq = 0, replaces_seq = 0;  // 0: none
    DateRange period;                                // first start to last end of the sections
    Date issued_on, due_on;
    Currency currency;
    std::int64_t total_minor = 0;
    std::int32_t flags = 0;
    friend bool operator==(const BillHead&, const BillHead&) = default;
};

// The decoded form; everything refers to facts by key and version.
struct ProvenBoundary {
    Boundary::Origin origin{};
    Date on;
    Instant read_at;            // of a read
    std::int16_t version = 0;   // of a read
    char quality = ' ';         // of a read
    std::vector<std::int64_t> values;
};
struct ProvenMeter {
    Date installed_from;
    std::int16_t installation_version = 0;
    std::int64_t device_id = 0;
    std::vector<std::int16_t> register_no;
    std::vector<ProvenBoundary> boundaries;
    std::vector<Advance> advances;
};
struct ProvenRow {
    Instant start;
    std::int16_t version = 0;
};
struct ProvenChannel {
    Date installed_from;
    std::int16_t installation_version = 0;
    std::int16_t register_no = 0;
    std::int32_t values = 0, estimated_linear = 0, estimated_like_day = 0;
    std::vector<ProvenRow> rows;
    std::vector<ProvenRow> like_rows;  // before the section: estimates were made from them
};
struct ProvenCalorificValue {
    Date valid_from;
    std::int16_t version = 0;
};
// The meters of a point above or below the section's.
struct ProvenRelated {
    std::int64_t service_point_id = 0;
    std::vector<ProvenMeter> meters;
    std::vector<ProvenChannel> channels;
};
struct ProvenAdjustments {
    std::vector<LossPart> losses;
    std::vector<RelationPin> relations;
    std::vector<Share> shares;
    std::vector<ProvenRelated> related;
    bool empty() const { return losses.empty() && relations.empty(); }
};
struct ProvenSpan {
    Date valid_from;
    std::int16_t version = 0;
};
struct ProvenSection {
    std::int64_t agreement_id = 0, service_point_id = 0;
    DateRange dates;
    bool estimated = false, final = false;
    Unit unit{};
    std::int64_t total_micro = 0;
    std::vector<ProvenSpan> spans;
    std::vector<std::int64_t> plan_version_ids;
    std::vector<ProvenMeter> meters;
    std::vector<ProvenChannel> channels;
    std::string gas_zone;  // empty: nothing was converted
    std::vector<ProvenCalorificValue> calorific_values;
    std::vector<rating::Segment> segments;
    // `part` of a time-of-use line is the position in the clause's prices, of a tiered line the tier.
    std::vector<rating::Line> lines;
    std::int64_t total_minor = 0;
    Accumulation left_before;  // what the charges of the sections before have left
    PublishedPins published;   // days of price series and months of inputs that charges follow
    ProvenAdjustments adjustments;
};
struct Derivation {
    BillHead head;
    std::vector<ProvenSection> sections;
};

// One section as the run has it.
struct RatedAgreement {
    const Section* section = nullptr;
    const rating::RatedSection* rated = nullptr;
};

void encode(const BillHead& head, std::span<const RatedAgreement> sections, std::vector<std::uint8_t>& out);
// Of a cancellation: the head alone.
void encode(const BillHead& head, std::vector<std::uint8_t>& out);
// Throws BytesError.
Derivation decode_derivation(std::span<const std::uint8_t> bytes);

using Sha256 = std::array<std::uint8_t, 32>;
Sha256 sha256_of(std::span<const std::uint8_t> bytes);

}  // namespace mainspring::billing
