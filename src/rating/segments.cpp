#include "rating/segments.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace mainspring::rating {

int version_on(const tariff::Tariff& tariff, Date day) {
    int index = static_cast<int>(tariff.versions.size()) - 1;
    while (index >= 0 && tariff.versions[static_cast<std::size_t>(index)]->effective > day) --index;
    return index;
}

namespace {

std::uint16_t number_of(const tariff::Plan* plan, std::vector<const tariff::Plan*>& plans) {
    for (std::size_t i = 0; i < plans.size(); ++i)
        if (plans[i] == plan) return static_cast<std::uint16_t>(i);
    plans.push_back(plan);
    return static_cast<std::uint16_t>(plans.size() - 1);
}

// First day after `day`, not after `end`, at which a charge begins or ends to hold.
Date next_dated_clause(const tariff::Plan& plan, Date day, Date end) {
    for (const auto& clause : plan.clauses) {
        if (clause.dates.from > day) end = std::min(end, clause.dates.from);
        if (clause.dates.to > day) end = std::min(end, clause.dates.to);
    }
    return end;
}

// First day of the year that begins on `first` and holds the day.
Date year_start(MonthDay first, Date day) {
    using namespace std::chrono;
    const auto in_year = [&](year y) {
        return Date{y / month(static_cast<unsigned>(first.month)) / std::chrono::day(static_cast<unsigned>(first.day))};
    };
    const year here = year_month_day{day}.year();
    return in_year(here) <= day ? in_year(here) : in_year(here - years{1});
}

// Of the calendar quarter that holds the day.
Date quarter_start(Date day) {
    using namespace std::chrono;
    const year_month_day here{day};
    return Date{here.year() / month((static_cast<unsigned>(here.month()) - 1) / 3 * 3 + 1) / 1};
}

// First day after `day`, not after `end`, at which charges begin to count anew.
Date next_counting(const tariff::Plan& plan, Date day, Date end) {
    if (plan.cuts_at_months) end = std::min(end, first_of_next_month(day));
    if (plan.cuts_at_quarters)
        end = std::min(end, Date{std::chrono::year_month_day{quarter_start(day)} + std::chrono::months{3}});
    for (const MonthDay first : plan.counting_years) end = std::min(end, next_anniversary(year_start(first, day)));
    return end;
}

// The days of one version in one span.
void cut_version(const tariff::Plan& plan, Segment all, RatedSection& out) {
    for (Date day = all.dates.from; day < all.dates.to;) {
        Date end = next_counting(plan, day, next_dated_clause(plan, day, all.dates.to));
        Segment segment = all;
        if (plan.has_seasons) {
            segment.season = static_cast<std::uint8_t>(plan.calendar.season_of(day));
            end = std::min(end, plan.calendar.next_season_start(day));
        }
        segment.dates = {day, end};
        out.segments.push_back(segment);
        day = end;
    }
}

std::expected<void, Refusal> cut_span(DateRange dates, const tariff::Tariff& tariff, Segment segment,
                                      RatedSection& out) {
    for (Date day = dates.from; day < dates.to; day = segment.dates.to) {
        const int index = version_on(tariff, day);
        if (index < 0) return std::unexpected(Refusal::no_tariff_version);
        const auto next = static_cast<std::size_t>(index) + 1;
        const Date end = next < tariff.versions.size() ? tariff.versions[next]->effective : dates.to;
        const tariff::Plan* plan = tariff.versions[next - 1].get();
        segment.version = number_of(plan, out.plans);
        segment.dates = {day, std::min(end, dates.to)};
        cut_version(*plan, segment, out);
    }
    return {};
}

std::expected<void, Refusal> check(const SectionInput& input, const RatedSection& out) {
    for (const auto& segment : out.segments) {
        const auto customer_class = static_cast<unsigned>(input.spans[segment.span].customer_class);
        if ((out.plans[segment.version]->classes >> customer_class & 1) == 0)
            return std::unexpected(Refusal::class_not_allowed);
    }
    for (const auto* plan : out.plans)
        if (plan->currency != out.plans.front()->currency) return std::unexpected(Refusal::currency_changed);
    for (const auto* plan : out.plans)
        if (plan->unit != out.plans.front()->unit) return std::unexpected(Refusal::unit_changed);
    return {};
}

}  // namespace

Date credit_since(const tariff::QuantityKeys& keys, Date day) { return year_start(keys.credit_ends, day); }

Date counting_since(const tariff::Tiering& tiering, Date day) {
    using namespace std::chrono;
    if (tiering.bounds == tariff::TierBounds::year) return year_start(tiering.year_from, day);
    if (tiering.bounds == tariff::TierBounds::quarter) return quarter_start(day);
    const year_month_day here{day};
    return Date{here.year() / here.month() / 1};
}

Date next_anniversary(Date day) {
    const std::chrono::year_month_day here{day};
    return Date{(here.year() + std::chrono::years{1}) / here.month() / here.day()};
}

std::expected<void, Refusal> cut_segments(const SectionInput& input, RatedSection& out) {
    Date reached = input.dates.from;
    for (std::size_t i = 0; i < input.spans.size(); ++i) {
        const AgreementSpan& span = input.spans[i];
        const DateRange dates = intersect(span.dates, input.dates);
        if (dates.from >= dates.to) continue;
        ensure(dates.from == reached, "spans of a section must touch each other");
        ensure(span.tariff != nullptr, "a span without a tariff cannot be rated");
        reached = dates.to;
        Segment segment;
        segment.span = static_cast<std::uint16_t>(i);
        if (const auto cut = cut_span(dates, *span.tariff, segment, out); !cut) return cut;
    }
    ensure(reached == input.dates.to && !out.segments.empty(), "spans must cover the section");
    return check(input, out);
}

}  // namespace mainspring::rating
