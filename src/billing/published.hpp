// Published prices and values (docs/TARIFFS.md, "Indexed" and "Formulas"): to rating, and from what was rated to the
// versions that the section stands on. Pure.
#pragma once
#include <compare>
#include <map>
#include <string>
#include <vector>

#include "billing/section.hpp"
#include "rating/published.hpp"

namespace mainspring::billing {

// Views of what a run knows, made once. `known` must outlive them.
class PublishedViews {
public:
    explicit PublishedViews(const rating::Published& known);
    // Series of the section's zone, and all inputs.
    void give(const Section& section, rating::SectionInput& input) const;

private:
    std::map<std::string, std::vector<rating::PriceSeries>, std::less<>> series_;  // by zone
    std::vector<rating::MonthlyInput> inputs_;
};

// The days of series on the segments in which a charge follows them, as far as anything is published of them, and the
// months of inputs. `out` is cleared first; both are in ascending order.
void fill_pins(const rating::RatedSection& rated, const rating::Published& known, PublishedPins& out);

// What a refused section lacks, for a person: "no price of spot on 2026-01-31", or the charge and its stream or fact:
// "clause peak needs export.peak on days from 2026-01-01"; empty where it is about no charge.
std::string missing_text(const Section& section, const rating::RatedSection& rated, const rating::Published& known,
                         rating::Refusal refusal);

}  // namespace mainspring::billing
