// What each stream counted in each segment, rounded so that the parts add up to the rounded whole.
// docs/TARIFFS.md, "Quantities". Internal to rating.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "rating/exact.hpp"
#include "rating/rating.hpp"

namespace mainspring::rating {

// Keeps its buffers from section to section.
class Quantities {
public:
    // Keeps a view of `pieces`.
    void gather(std::span<const Piece> pieces, std::span<const Segment> segments, tariff::QuantityRounding rounding);

    // Rounded quantity in millionths; 0 of a stream that no register counts.
    std::int64_t of(tariff::Stream stream, std::size_t segment) const;

    // The same of a single day of the section: the days of a segment add up to it.
    std::int64_t on(tariff::Stream stream, Date day) const;

    // Whether a register of the measure's bare name counted anything.
    bool has_bare(tariff::Stream measure) const { return measures_[tariff::measure_index(measure)].has_bare; }
    // Whether anything counted the stream's measure on days of the segment; of a period, whether registers of periods
    // did.
    bool counts(tariff::Stream stream, DateRange segment) const;
    // Whether every one of these days was counted by some register of the measure.
    bool covers(std::size_t measure_index, DateRange days) const;
    // Whether a register of the measure's bare name alone counted usage of days of the segment.
    bool only_bare_in(tariff::Stream measure, DateRange segment) const;
    // Whether a register of a period that is none of `known` (streams of the energy taken) counted usage of days of the
    // segment.
    bool counts_other_periods(std::size_t measure_index, DateRange segment,
                              std::span<const tariff::Stream> known) const;

private:
    // A period stream has two slots where bare registers of its measure count part of the section: all of it, and what
    // lies on days without a bare register.
    struct Slot {
        tariff::Stream stream;
        bool beside_bare;
    };
    struct Measure {
        bool has_bare = false, has_periods = false;
        std::vector<DateRange> covered;  // by bare registers; ascending, apart from each other; only in a mixed section
    };
    // cumulative at one boundary = whole + part
    struct Cumulative {
        Int128 whole = 0;
        Fraction part;
    };

    Measure& measure(tariff::Stream stream) { return measures_[tariff::measure_index(stream)]; }
    void find_streams();
    void cover(tariff::Stream bare);
    void lay_out(std::span<const Segment> segments);
    std::size_t slot_of(Slot wanted);
    // Whether the slot is part of the bare name of its measure.
    bool counts_for_bare(const Slot& slot) const;
    void add(const Piece& piece, std::size_t slot);
    void add_uncovered(const Piece& piece, std::size_t slot);
    Int128 rounded(const Cumulative& value) const;
    // Of one slot, of what lies before the day.
    Int128 before(const Slot& slot, Date day) const;
    static int uncovered_days(const std::vector<DateRange>& covered, DateRange days);
    void round(std::size_t slot);
    void sum_totals();

    std::span<const Piece> pieces_;
    tariff::QuantityRounding rounding_;
    std::array<Measure, tariff::kMeasures> measures_;
    std::size_t measures_used_ = 1;  // the energy taken alone, or all
    std::vector<Slot> slots_;
    std::vector<Date> boundaries_;  // of the segments
    std::vector<Cumulative> cumulative_;  // slot * boundaries + boundary
    std::vector<std::int64_t> quantities_;  // slot * segments + segment
    std::vector<std::int64_t> totals_;  // measure * segments + segment
    std::size_t segments_ = 0;
};

}  // namespace mainspring::rating
