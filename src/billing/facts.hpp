// The facts of one account that a bill is made from, resolved to timelines: what holds on which day.
// Owned by the loader of a range; spans point into its arenas.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "calendar/date.hpp"
#include "metering/installation.hpp"
#include "metering/relation.hpp"
#include "quantity/quantity.hpp"
#include "rating/rating.hpp"
#include "tariff/plan.hpp"

namespace mainspring::billing {

struct AgreementVersion {
    DateRange dates;
    std::int16_t version = 0;
    const tariff::Tariff* tariff = nullptr;  // null: the key has no active version
    tariff::CustomerClass customer_class{};
    std::uint64_t entitlements = 0;
    std::int32_t dwellings = 1;
    std::span<const rating::FactValue> facts = {};  // by name
};

struct Register {
    std::int16_t register_no = 0;
    tariff::Stream stream = tariff::kTotal;
    bool billed = true;
    Unit unit{};
    std::int16_t dials = 0, decimals = 0;
    std::int64_t multiplier_e6 = 1'000'000;
    std::int16_t interval_minutes = 0;  // 0: a register that is read
};

// A maximum register: the highest demand since it was read before. What its stream names is a demand.
inline bool is_maximum(const Register& r) {
    return r.interval_minutes == 0 && (r.unit == Unit::kw || r.unit == Unit::kva);
}

struct Installation {
    DateRange dates;
    std::int16_t version = 0;
    std::int64_t device_id = 0;  // 0: nothing hangs there
    std::int64_t volume_factor_e8 = 100'000'000;
    std::span<const Register> registers;
    const metering::MeasuringConditions* conditions = nullptr;  // null: none
};

struct Read {
    Date on;
    Instant at;
    std::int64_t device_id = 0;
    std::int16_t version = 0;
    char quality = 'A', status = 'v';
    std::span<const std::int16_t> register_no;
    std::span<const std::int64_t> value_micro;
};

// Values of one channel from `start` on, as they were received, before the multiplier.
struct ChannelDay {
    std::int16_t register_no = 0;
    Instant start;
    std::int16_t version = 0;
    std::int16_t interval_minutes = 30;
    std::int16_t scale = 6;
    std::span<const std::int64_t> values;  // at 10^-scale
    std::string_view qualities;            // one for all or one each; 'N': no value
};

// A sub-meter relation on the days on which it holds. Of the agreement's own point, or of a point above it.
struct Relation {
    std::int64_t parent_id = 0, child_id = 0;
    DateRange dates;
    std::int16_t version = 0;
    metering::RelationTerms terms;
};

// What is known of a point that stands above the agreement's or below it.
struct RelatedPoint {
    std::int64_t service_point_id = 0;
    std::span<const Installation> installations;
    std::span<const Read> reads;
    std::span<const ChannelDay> channel_days;
};

struct Agreement {
    std::int64_t agreement_id = 0, service_point_id = 0;
    Commodity commodity{};
    std::string_view gas_zone;
    std::span<const AgreementVersion> versions;   // ascending, not touching where the agreement was ended
    std::span<const Installation> installations;  // ascending
    std::span<const Read> reads;                  // by (on, at); highest versions, no voided or rejected ones
    std::span<const ChannelDay> channel_days;     // by (register_no, start); highest versions
    std::span<const Relation> relations = {};     // by (parent, child, first day)
    std::span<const RelatedPoint> related = {};   // ascending by id
};

struct Account {
    std::int64_t account_id = 0;
    std::int32_t org_unit_id = 0;
    Currency currency;
    std::span<const Agreement> agreements;  // ascending by id
};

// Dated calorific values of one zone, ascending.
struct CalorificValue {
    Date from;
    std::int64_t value_e4 = 0;
    std::int16_t version = 1;
};

// Why an account (or one agreement of it) gets no bill in this run. Order and names are those of docs/BILLING.md.
enum class Cause : std::uint8_t {
    no_tariff,
    no_tariff_version,
    class_not_allowed,
    currency_changed,
    unit_changed,
    fact_missing,
    register_missing,
    usage_missing,
    intervals_missing,
    price_missing,
    input_missing,
    no_meter,
    opening_read_missing,
    boundary_read_missing,
    suspect_read,
    read_backward,
    read_beyond_dials,
    below_estimate,
    no_history,
    estimated_too_long,
    unit_mismatch,
    no_calorific_value,
    interval_gap,
    sub_meter_missing,
    master_meter_missing,
    sub_meters_exceed,
    intervals_adjusted,
    beyond_range,
    use_high,
    use_low,
    use_zero,
    bill_negative,
};
std::string_view text_of(Cause cause);
std::optional<Cause> cause_of(std::string_view text);
// Whether a person's word is enough to bill all the same; the others need a fact.
bool is_acceptable(Cause cause);

struct Exception {
    std::int64_t agreement_id = 0;  // 0: the whole account
    Cause cause{};
    std::string detail;  // for a person: values and days
};

}  // namespace mainspring::billing
