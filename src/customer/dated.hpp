// Dated facts: rows (…, valid_from, version). The highest version of each valid_from counts; a voided one takes the
// fact of that day back. What is left, in order of valid_from, is the timeline: each fact holds until the next one.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "calendar/date.hpp"

namespace mainspring::customer {

template <class F>
concept DatedFact = requires(const F& fact) {
    { fact.valid_from } -> std::convertible_to<Date>;
    { fact.version } -> std::convertible_to<std::int16_t>;
    { fact.voided } -> std::convertible_to<bool>;
};

// In place, without allocation. REQUIRES: `rows` sorted by (valid_from, version), as streams and stores give them.
template <DatedFact F>
void resolve_sorted(std::vector<F>& rows) {
    auto to = rows.begin();
    for (auto at = rows.begin(); at != rows.end(); ++at) {
        const auto next = std::next(at);
        const bool counts = (next == rows.end() || next->valid_from != at->valid_from) && !at->voided;
        if (!counts) continue;
        if (to != at) *to = std::move(*at);
        ++to;
    }
    rows.erase(to, rows.end());
}

template <DatedFact F>
std::vector<F> timeline_of(std::span<const F> rows) {
    std::vector<F> out(rows.begin(), rows.end());
    std::ranges::sort(out, [](const F& a, const F& b) {
        return a.valid_from != b.valid_from ? a.valid_from < b.valid_from : a.version < b.version;
    });
    resolve_sorted(out);
    return out;
}
template <DatedFact F>
std::vector<F> timeline_of(const std::vector<F>& rows) {
    return timeline_of(std::span<const F>(rows));
}

// The fact that holds on `day`; null before the first. REQUIRES: a timeline.
template <DatedFact F>
const F* fact_on(std::span<const F> timeline, Date day) {
    const auto after =
        std::ranges::upper_bound(timeline, day, {}, [](const F& fact) -> Date { return fact.valid_from; });
    return after == timeline.begin() ? nullptr : &*std::prev(after);
}
template <DatedFact F>
const F* fact_on(const std::vector<F>& timeline, Date day) {
    return fact_on(std::span<const F>(timeline), day);
}

// The version that a new row for this valid_from gets. Any order of rows.
template <DatedFact F>
std::int16_t next_version(std::span<const F> rows, Date valid_from) {
    int version = 0;
    for (const F& row : rows)
        if (row.valid_from == valid_from) version = std::max<int>(version, row.version);
    return static_cast<std::int16_t>(version + 1);
}
template <DatedFact F>
std::int16_t next_version(const std::vector<F>& rows, Date valid_from) {
    return next_version(std::span<const F>(rows), valid_from);
}

}  // namespace mainspring::customer
