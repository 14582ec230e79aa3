#include "billing/published.hpp"

#include <algorithm>

namespace mainspring::billing {

namespace {

void add_days(const std::string& name, DateRange days, const rating::Published& known, PublishedPins& out) {
    const auto series = std::ranges::find(known.series, name, &rating::PublishedSeries::name);
    if (series == known.series.end()) return;
    for (Date day = days.from; day < days.to; day += std::chrono::days{1})
        if (const auto version = series->version_on(day); version != 0) out.prices.push_back({name, day, version});
}

void add_inputs(const tariff::Formula& formula, Date month, const rating::Published& known, PublishedPins& out) {
    for (const std::string& name : formula.inputs) {
        const auto input =
            std::ranges::find_if(known.inputs, [&](const auto& one) { return one.month == month && one.name == name; });
        if (input != known.inputs.end()) out.inputs.push_back({name, month, input->version});
    }
}

void keep_one_of_each(std::vector<PublishedPin>& pins) {
    std::ranges::sort(pins);
    pins.erase(std::ranges::unique(pins).begin(), pins.end());
}

}  // namespace

PublishedViews::PublishedViews(const rating::Published& known) {
    for (const auto& series : known.series) series_[series.zone].push_back(series.view());
    for (const auto& input : known.inputs) inputs_.push_back({input.name, input.month, input.e8});
}

void PublishedViews::give(const Section& section, rating::SectionInput& input) const {
    input.inputs = inputs_;
    if (series_.empty() || section.zone == nullptr) return;
    if (const auto of_zone = series_.find(section.zone->name()); of_zone != series_.end())
        input.series = of_zone->second;
}

void fill_pins(const rating::RatedSection& rated, const rating::Published& known, PublishedPins& out) {
    out.clear();
    for (const auto& place : rated.published) {
        const tariff::Clause& clause = rated.plans[place.version]->clauses[place.clause];
        const DateRange days = rated.segments[place.segment].dates;
        if (clause.kind == tariff::ClauseKind::energy_indexed) add_days(clause.indexed.series, days, known, out);
        if (!clause.formula.steps.empty())
            add_inputs(clause.formula, rating::input_month(clause.formula, days.from), known, out);
    }
    keep_one_of_each(out.prices);
    keep_one_of_each(out.inputs);
}

}  // namespace mainspring::billing
