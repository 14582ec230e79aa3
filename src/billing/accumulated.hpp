// What sections leave to later ones of the same agreement (docs/BILLING.md, "The bill"), as carries and derivations
// hold it: tariff versions by their ids.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "billing/facts.hpp"
#include "rating/rating.hpp"

namespace mainspring::billing {

struct CarriedCounter {
    std::string clause;
    Date since;                   // first day of the month or year
    std::int64_t version_id = 0;  // that it last counted for; 0: unknown
    std::int64_t micro = 0;
    friend bool operator==(const CarriedCounter&, const CarriedCounter&) = default;
};

struct Accumulation {
    std::vector<CarriedCounter> counters;
    std::vector<rating::PastDemand> demands;  // oldest first
    std::int64_t carried_minor = 0;               // what rounding a bill left
    Currency carried_in;                          // only beside an amount
    bool empty() const { return counters.empty() && demands.empty() && carried_minor == 0; }
    void clear();
    friend bool operator==(const Accumulation&, const Accumulation&) = default;
};

void put(const Accumulation& accumulation, ByteWriter& to);
void get(ByteReader& from, Accumulation& out);

// A version that none of the agreement's tariffs has is unknown.
void for_rating(const Accumulation& left, std::span<const AgreementVersion> versions, rating::Accumulated& out);
void for_carry(const rating::Accumulated& after, Accumulation& out);

// As far as a charge may look back (docs/TARIFFS.md, "Demand").
inline constexpr int kDemandMonths = 60;

// Adds to what a section has left what came into it and later ones may still ask for: demands of sections whose last
// day lies in the last 60 months, counters of clauses that counted nothing here, for a year from their first day.
void pass_on(const rating::Accumulated& before, DateRange section, rating::Accumulated& after);

}  // namespace mainspring::billing
