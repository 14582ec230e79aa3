// Cuts a section into segments. docs/TARIFFS.md, "Segments". Internal to rating.
#pragma once
#include <expected>

#include "rating/rating.hpp"

namespace mainspring::rating {

// Fills out.plans and out.segments. REQUIRES: spans in time order that cover the section.
std::expected<void, Refusal> cut_segments(const SectionInput& input, RatedSection& out);

}  // namespace mainspring::rating
