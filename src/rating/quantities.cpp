#include "rating/quantities.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace mainspring::rating {

using tariff::kTotal;
using tariff::Stream;

namespace {

bool share_a_day(DateRange a, DateRange b) { return a.from < b.to && b.from < a.to; }

}  // namespace

void Quantities::gather(std::span<const Piece> pieces, std::span<const Segment> segments,
                        tariff::QuantityRounding rounding) {
    pieces_ = pieces;
    find_streams();
    lay_out(segments);
    for (const Piece& piece : pieces) {
        ensure(piece.dates.from < piece.dates.to, "a piece has at least one day");
        add(piece, slot_of({piece.stream, false}));
        if (!covered_.empty() && piece.stream != kTotal) add_uncovered(piece, slot_of({piece.stream, true}));
    }
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) round(slot, rounding);
    sum_totals();
}

std::int64_t Quantities::of(Stream stream, std::size_t segment) const {
    if (stream == kTotal) return totals_[segment];
    for (std::size_t slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].stream == stream && !slots_[slot].beside_total) return quantities_[slot * segments_ + segment];
    return 0;
}

bool Quantities::only_total_in(DateRange segment) const {
    if (!has_total_) return false;
    return std::ranges::any_of(pieces_, [&](const Piece& total) {
        if (total.stream != kTotal || !share_a_day(total.dates, segment)) return false;
        return std::ranges::none_of(pieces_, [&](const Piece& period) {
            return period.stream != kTotal && share_a_day(period.dates, total.dates);
        });
    });
}

void Quantities::find_streams() {
    has_total_ = has_periods_ = false;
    for (const Piece& piece : pieces_) (piece.stream == kTotal ? has_total_ : has_periods_) = true;
    covered_.clear();
    if (has_total_ && has_periods_) cover_total();
}

void Quantities::cover_total() {
    for (const Piece& piece : pieces_)
        if (piece.stream == kTotal) covered_.push_back(piece.dates);
    std::ranges::sort(covered_, {}, &DateRange::from);
    std::size_t last = 0;
    for (const DateRange next : covered_) {
        if (next.from <= covered_[last].to)
            covered_[last].to = std::max(covered_[last].to, next.to);
        else
            covered_[++last] = next;
    }
    covered_.resize(last + 1);
}

void Quantities::lay_out(std::span<const Segment> segments) {
    segments_ = segments.size();
    boundaries_.clear();
    for (const Segment& segment : segments) boundaries_.push_back(segment.dates.from);
    boundaries_.push_back(segments.back().dates.to);
    slots_.clear();
    cumulative_.clear();
}

std::size_t Quantities::slot_of(Slot wanted) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].stream == wanted.stream && slots_[slot].beside_total == wanted.beside_total) return slot;
    slots_.push_back(wanted);
    cumulative_.resize(slots_.size() * boundaries_.size());
    return slots_.size() - 1;
}

void Quantities::add(const Piece& piece, std::size_t slot) {
    Cumulative* at = &cumulative_[slot * boundaries_.size()];
    for (const Date day : boundaries_) {
        if (piece.dates.to <= day)
            at->whole += piece.micro;
        else if (piece.dates.from < day)
            at->part.add(Int128{piece.micro} * days_between(piece.dates.from, day), piece.dates.days());
        ++at;
    }
}

void Quantities::add_uncovered(const Piece& piece, std::size_t slot) {
    Cumulative* at = &cumulative_[slot * boundaries_.size()];
    for (const Date day : boundaries_) {
        const int days = uncovered_days(intersect(piece.dates, {piece.dates.from, day}));
        if (days == piece.dates.days())
            at->whole += piece.micro;
        else if (days > 0)
            at->part.add(Int128{piece.micro} * days, piece.dates.days());
        ++at;
    }
}

int Quantities::uncovered_days(DateRange days) const {
    if (days.from >= days.to) return 0;
    int left = days.days();
    for (const DateRange covered : covered_)
        if (share_a_day(covered, days)) left -= intersect(covered, days).days();
    return left;
}

void Quantities::round(std::size_t slot, tariff::QuantityRounding rounding) {
    const Int128 step = power_of_ten(Quantity::kScale - rounding.decimals);
    const auto rounded = [&](const Cumulative& value) -> Int128 {
        const Fraction& part = value.part;
        if (part.denominator == 1 && step == 1) return value.whole + part.numerator;
        const Int128 numerator = mainspring::add(multiply(value.whole, part.denominator), part.numerator);
        return divide_exactly_rounded(numerator, multiply(part.denominator, step), rounding.mode) * step;
    };
    const Cumulative* at = &cumulative_[slot * boundaries_.size()];
    quantities_.resize((slot + 1) * segments_);
    Int128 before = rounded(at[0]);
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const Int128 after = rounded(at[segment + 1]);
        quantities_[slot * segments_ + segment] = narrow(after - before);
        before = after;
    }
}

void Quantities::sum_totals() {
    totals_.assign(segments_, 0);
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        const bool counts = !has_total_ || slots_[slot].stream == kTotal || slots_[slot].beside_total;
        if (!counts) continue;
        for (std::size_t segment = 0; segment < segments_; ++segment)
            totals_[segment] = narrow(Int128{totals_[segment]} + quantities_[slot * segments_ + segment]);
    }
}

}  // namespace mainspring::rating
