#include "rating/rating.hpp"

#include "base/ensure.hpp"
#include "rating/section_rater.hpp"
#include "rating/segments.hpp"

namespace mainspring::rating {

void Accumulated::clear() {
    counters.clear();
    demands.clear();
    carried_minor = 0;
    carried_in = {};
}

void RatedSection::clear() {
    plans.clear();
    segments.clear();
    lines.clear();
    total_minor = 0;
    currency = {};
    after.clear();
    published.clear();
    refused.reset();
}

std::string refused_text(const RatedSection& section) {
    if (!section.refused) return {};
    const RefusedPlace& place = *section.refused;
    std::string text = "clause " + section.plans[place.version]->clauses[place.clause].name;
    if (place.stream) text.append(" needs ").append(tariff::name_of(*place.stream));
    if (place.fact != tariff::kNoFact) text.append(" needs ").append(tariff::name_of_fact(place.fact));
    return text.append(" on days from ").append(format_date(section.segments[place.segment].dates.from));
}

TierPart tier_part(const tariff::Clause& clause, std::uint16_t part) {
    const auto& periods = clause.tiering.periods;
    if (periods.empty()) return {part};
    return {part % kFirstPeriod, periods.at(part / kFirstPeriod - 1U)};
}

std::string_view text_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::no_tariff_version: return "no_tariff_version";
        case Refusal::class_not_allowed: return "class_not_allowed";
        case Refusal::currency_changed: return "currency_changed";
        case Refusal::unit_changed: return "unit_changed";
        case Refusal::fact_missing: return "fact_missing";
        case Refusal::register_missing: return "register_missing";
        case Refusal::usage_missing: return "usage_missing";
        case Refusal::intervals_missing: return "intervals_missing";
        case Refusal::price_missing: return "price_missing";
        case Refusal::input_missing: return "input_missing";
    }
    return "";
}

struct Rater::Work : Workspace {};

std::expected<void, Refusal> Rater::rate(const SectionInput& input, RatedSection& out) {
    ensure(input.dates.from < input.dates.to, "a section has at least one day");
    if (!work_) work_ = std::make_shared<Work>();
    out.clear();
    if (const auto cut = cut_segments(input, out); !cut) return cut;
    out.currency = out.plans.front()->currency;
    return SectionRater(input, out, *work_).run();
}

}  // namespace mainspring::rating
