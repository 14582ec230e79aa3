// Interval values of many customers under one tariff, such as a year of 8,760 hours. Which values belong to which
// segment and period is found once, for all of them; a customer's values are then summed in columns, day upon day.
// The same sums as classify_day gives, a piece for each segment and period in place of one for each day and period.
#pragma once
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "rating/rating.hpp"

namespace mainspring::rating {

class IntervalSchedule {
public:
    struct Shared {
        AgreementSpan agreement;  // its days do not count: it holds in all sections
        const Zone* zone = nullptr;
        int minutes = 60;                     // divides 60
        std::span<const DateRange> sections;  // in time order, touching each other
    };
    // Says why where a section has no version, or a demand is not the highest single interval's kW.
    static std::expected<IntervalSchedule, std::string> compile(const Shared& shared);

    // How many a customer has, from local midnight of the first section's first day on.
    std::size_t values() const { return values_; }
    std::size_t sections() const { return sections_.size(); }

private:
    friend class IntervalUsage;
    friend class ScheduleMaker;
    // Days that have the same periods at the same places.
    struct DayGroup {
        std::uint32_t first_day = 0, days = 0;  // in first_values_
        std::uint32_t first_run = 0, runs = 0;  // in runs_
    };
    // Neighbouring values of one slot: places in a day, or of a changed day in all values.
    struct Run {
        std::uint32_t slot = 0, from = 0, to = 0;
    };
    struct Section {
        std::uint32_t first_piece = 0, pieces = 0, first_peak = 0, peaks = 0;
    };

    std::size_t values_ = 0, per_day_ = 0;
    std::int64_t per_hour_ = 1;
    std::vector<std::uint32_t> first_values_;
    std::vector<DayGroup> groups_;
    std::vector<Run> runs_;
    std::vector<Run> changed_;  // of days on which the clock is changed
    std::vector<Piece> pieces_;  // one for each slot, without quantity
    std::vector<Peak> peaks_;
    std::vector<std::uint32_t> peak_slots_;  // for each of peaks_
    std::vector<Section> sections_;
};

// One customer's sums. Keeps its buffers: one for each thread, filled for customer after customer.
class IntervalUsage {
public:
    // Keeps a reference.
    explicit IntervalUsage(const IntervalSchedule& schedule);

    // REQUIRES: as many values as the schedule has. Throws OverflowError where a sum leaves 64 bits.
    void sum(std::span<const std::int64_t> values);

    // For the Rater. Peaks are of the demands whose window is the interval.
    std::span<const Piece> pieces(std::size_t section) const;
    std::span<const Peak> peaks(std::size_t section) const;

private:
    std::span<const std::uint32_t> whole_days(const IntervalSchedule::DayGroup& group) const;
    bool sum_days(std::span<const std::int64_t> values);
    void sum_exactly(std::span<const std::int64_t> values);
    void add_changed(std::span<const std::int64_t> values);

    const IntervalSchedule& schedule_;
    std::vector<Piece> pieces_;
    std::vector<Peak> peaks_;
    std::vector<std::int64_t> highest_;           // by slot
    std::vector<std::int64_t> sums_, day_highest_;  // by place in the day
};

}  // namespace mainspring::rating
