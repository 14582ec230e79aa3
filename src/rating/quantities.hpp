// What each stream counted in each segment, rounded so that the parts add up to the rounded whole.
// docs/TARIFFS.md, "Quantities". Internal to rating.
#pragma once
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

    bool has_total() const { return has_total_; }
    // Whether a total register alone counted usage of days of the segment.
    bool only_total_in(DateRange segment) const;

private:
    // A period stream has two slots where total registers count part of the section: all of it, and what lies on days
    // without a total register.
    struct Slot {
        tariff::Stream stream;
        bool beside_total;
    };
    // cumulative at one boundary = whole + part
    struct Cumulative {
        Int128 whole = 0;
        Fraction part;
    };

    void find_streams();
    void cover_total();
    void lay_out(std::span<const Segment> segments);
    std::size_t slot_of(Slot wanted);
    void add(const Piece& piece, std::size_t slot);
    void add_uncovered(const Piece& piece, std::size_t slot);
    int uncovered_days(DateRange days) const;
    void round(std::size_t slot, tariff::QuantityRounding rounding);
    void sum_totals();

    std::span<const Piece> pieces_;
    bool has_total_ = false, has_periods_ = false;
    std::vector<DateRange> covered_;  // by total registers; ascending, apart from each other; only in a mixed section
    std::vector<Slot> slots_;
    std::vector<Date> boundaries_;  // of the segments
    std::vector<Cumulative> cumulative_;  // slot * boundaries + boundary
    std::vector<std::int64_t> quantities_;  // slot * segments + segment
    std::vector<std::int64_t> totals_;  // segment
    std::size_t segments_ = 0;
};

}  // namespace mainspring::rating
