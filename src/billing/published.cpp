#include "billing/published.hpp"

#include <algorithm>
#include <fmt/format.h>

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

// Whether every price of the day is there.
bool is_whole(const rating::PublishedSeries& series, const Zone& zone, Date day) {
    if (series.version_on(day) == 0) return false;
    const bool daily = series.minutes == 1440;
    const auto from = daily ? days_between(series.first, day)
                            : (zone.start_of(day) - zone.start_of(series.first)) / std::chrono::minutes{series.minutes};
    const int count = daily ? 1 : zone.minutes_in(day) / series.minutes;
    const auto first = series.e8.begin() + from;
    return std::find(first, first + count, rating::kNoPrice) == first + count;
}

std::string missing_price(const Section& section, const std::string& name, DateRange days,
                          const rating::Published& known) {
    const auto series = std::ranges::find(known.series, name, &rating::PublishedSeries::name);
    if (series == known.series.end()) return fmt::format("nothing is published of {}", name);
    if (series->zone != section.zone->name()) return fmt::format("{} is of zone {}", name, series->zone);
    for (Date day = days.from; day < days.to; day += std::chrono::days{1}) {
        const bool counted =
            std::ranges::any_of(section.intervals, [&](const auto& run) { return run.dates.contains(day); });
        if (counted && !is_whole(*series, *section.zone, day))
            return fmt::format("no price of {} on {}", name, format_date(day));
    }
    return {};
}

std::string missing_input(const tariff::Formula& formula, Date month, const rating::Published& known) {
    const std::string of_month = format_date(month).substr(0, 7);
    for (const std::string& name : formula.inputs)
        if (std::ranges::none_of(known.inputs, [&](const auto& one) { return one.month == month && one.name == name; }))
            return fmt::format("no value of {} for {}", name, of_month);
    return fmt::format("{} divides by zero for {}", formula.text, of_month);
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

namespace {

// Which price or value is not published.
std::string published_text(const Section& section, const rating::RatedSection& rated, const rating::Published& known,
                           rating::Refusal refusal) {
    if (refusal == rating::Refusal::input_missing && !rated.published.empty()) {
        const auto& place = rated.published.back();
        const auto& formula = rated.plans[place.version]->clauses[place.clause].formula;
        return missing_input(formula, rating::input_month(formula, rated.segments[place.segment].dates.from), known);
    }
    if (refusal != rating::Refusal::price_missing || section.zone == nullptr) return {};
    for (const auto& place : rated.published) {
        const std::string& name = rated.plans[place.version]->clauses[place.clause].indexed.series;
        std::string text = missing_price(section, name, rated.segments[place.segment].dates, known);
        if (!text.empty()) return text;
    }
    return "an interval cuts the time of a price";
}

}  // namespace

std::string missing_text(const Section& section, const rating::RatedSection& rated, const rating::Published& known,
                         rating::Refusal refusal) {
    const std::string published = published_text(section, rated, known, refusal);
    return published.empty() ? rating::refused_text(rated) : published;
}

}  // namespace mainspring::billing
