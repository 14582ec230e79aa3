// A tariff version compiled for rating: flat arrays, numbers instead of names, nothing to look up by text.
// Meaning of every element: docs/TARIFFS.md.
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
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

// A stream is what a register counts: 0 = "total", others are time-of-use period names, numbered once for the whole
// process (thread-safe), so that registers and tariff versions mean the same thing by the same number.
using Stream = std::uint16_t;
inline constexpr Stream kTotal = 0;
Stream stream_of(std::string_view name);  // throws TooManyNames after 65,535
std::string_view name_of(Stream stream);

// Entitlements are numbered the same way; an agreement holds at most 64 kinds as a bit set.
std::uint64_t entitlement_bit(std::string_view name);  // throws TooManyNames after 64
std::vector<std::string> entitlement_names(std::uint64_t bits);

enum class CustomerClass : std::uint8_t { residential = 1, commercial = 2, industrial = 3, public_service = 4 };
std::string_view text_of(CustomerClass customer_class);  // residential commercial industrial public
std::expected<CustomerClass, std::string> customer_class_of(std::string_view text);

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
};

std::string_view text_of(ClauseKind kind);  // as the enumerator is called

enum class Proration : std::uint8_t { none, month_days, days_30 };
enum class TierBounds : std::uint8_t { bill, day, month_days, days_30 };

struct QuantityRounding {
    int decimals = 6;
    RoundingMode mode = RoundingMode::half_up;
};

struct Tier {
    std::int64_t upto_micro = 0;  // inclusive; ignored in the last tier
    std::int64_t price_e8 = 0;
};

struct PeriodPrice {
    Stream stream = kTotal;
    std::int64_t price_e8 = 0;
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

    // What it computes; which fields count depends on `kind`.
    std::int64_t price_e8 = 0;    // per day, month or unit
    Stream of_stream = kTotal;    // energy_flat, energy_tiered
    std::vector<PeriodPrice> period_prices;
    std::vector<Tier> tiers;
    TierBounds bounds = TierBounds::bill;
    QuantityRounding round_bounds;
    Proration proration = Proration::none;
    enum class Times : std::uint8_t { one, dwellings } times = Times::one;
    std::int64_t ratio_e8 = 0;               // percentage, tax, discount_percent: 10 % = 10,000,000
    std::vector<std::uint16_t> of_clauses;   // indexes of clauses above this one
    std::int64_t minimum_minor = 0;
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
    bool has_seasons = false;  // calendar has more than one season
    TimeOfUse calendar;
    std::vector<Clause> clauses;
    std::string source;           // document, place, note; one below the other
    std::int64_t version_id = 0;  // the row in tariff.version; 0 while the plan is only a file
};

// All versions of one key, ascending by `effective`. REQUIRES: not empty when rating.
struct Tariff {
    std::string key;
    std::vector<std::shared_ptr<const Plan>> versions;
};

}  // namespace mainspring::tariff
