// Cuts a section into segments. docs/TARIFFS.md, "Segments". Internal to rating.
#pragma once
#include <expected>

#include "rating/rating.hpp"

namespace mainspring::rating {

// Index of the version that holds on the day; -1 before the first.
int version_on(const tariff::Tariff& tariff, Date day);

// Fills out.plans and out.segments. REQUIRES: spans in time order that cover the section.
std::expected<void, Refusal> cut_segments(const SectionInput& input, RatedSection& out);

// First day of the month, quarter or year that tiers count on the day. REQUIRES: bounds that count over bills.
Date counting_since(const tariff::Tiering& tiering, Date day);

// First day of the year that holds the day and ends when the clause's credit does.
Date credit_since(const tariff::QuantityKeys& keys, Date day);

// The same day a year later.
Date next_anniversary(Date day);

}  // namespace mainspring::rating
