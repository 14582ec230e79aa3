#include "rating/quantities.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace mainspring::rating {

using tariff::kTotal;
using tariff::Stream;

void Quantities::gather(std::span<const Piece> pieces, std::span<const Segment> segments,
                        tariff::QuantityRounding rounding) {
    pieces_ = pieces;
    rounding_ = rounding;
    find_streams();
    lay_out(segments);
    for (const Piece& piece : pieces) {
        ensure(piece.dates.from < piece.dates.to, "a piece has at least one day");
        add(piece, slot_of({piece.stream, false}));
        if (tariff::period_of(piece.stream) != 0 && !measure(piece.stream).covered.empty())
            add_uncovered(piece, slot_of({piece.stream, true}));
    }
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) round(slot);
    sum_totals();
}

std::int64_t Quantities::of(Stream stream, std::size_t segment) const {
    if (stream == kTotal) return totals_[segment];
    if (tariff::measure_index(stream) >= measures_used_) return 0;
    if (tariff::period_of(stream) == 0) return totals_[tariff::measure_index(stream) * segments_ + segment];
    for (std::size_t slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].stream == stream && !slots_[slot].beside_bare) return quantities_[slot * segments_ + segment];
    return 0;
}

bool Quantities::counts(Stream stream, DateRange segment) const {
    const bool by_period = tariff::period_of(stream) != 0;
    return std::ranges::any_of(pieces_, [&](const Piece& piece) {
        return tariff::measure_of(piece.stream) == tariff::measure_of(stream) &&
               (!by_period || tariff::period_of(piece.stream) != 0) && overlap(piece.dates, segment);
    });
}

// Pieces mostly stand in the order of their days: then once through them is enough.
bool Quantities::covers(std::size_t measure_index, DateRange days) const {
    Date reached = days.from;
    for (Date before = Date::min(); reached < days.to && reached != before;) {
        before = reached;
        for (const Piece& piece : pieces_)
            if (tariff::measure_index(piece.stream) == measure_index && piece.dates.from <= reached)
                reached = std::max(reached, piece.dates.to);
    }
    return reached >= days.to;
}

bool Quantities::only_bare_in(Stream measure, DateRange segment) const {
    if (!has_bare(measure)) return false;
    return std::ranges::any_of(pieces_, [&](const Piece& bare) {
        if (bare.stream != measure || !overlap(bare.dates, segment)) return false;
        return std::ranges::none_of(pieces_, [&](const Piece& period) {
            return period.stream != measure && tariff::measure_of(period.stream) == measure &&
                   overlap(period.dates, bare.dates);
        });
    });
}

bool Quantities::counts_other_periods(std::size_t measure_index, DateRange segment,
                                      std::span<const Stream> known) const {
    return std::ranges::any_of(pieces_, [&](const Piece& piece) {
        const Stream period = tariff::period_of(piece.stream);
        return period != 0 && tariff::measure_index(piece.stream) == measure_index &&
               std::ranges::find(known, period) == known.end() && overlap(piece.dates, segment);
    });
}

void Quantities::find_streams() {
    for (Measure& one : measures_) {
        one.has_bare = one.has_periods = false;
        one.covered.clear();
    }
    measures_used_ = 1;
    for (const Piece& piece : pieces_) {
        if (piece.stream >= tariff::kExport) measures_used_ = tariff::kMeasures;
        Measure& one = measure(piece.stream);
        (tariff::period_of(piece.stream) == 0 ? one.has_bare : one.has_periods) = true;
    }
    for (std::size_t i = 0; i < measures_used_; ++i)
        if (measures_[i].has_bare && measures_[i].has_periods) cover(static_cast<Stream>(i << 14U));
}

void Quantities::cover(Stream bare) {
    std::vector<DateRange>& covered = measure(bare).covered;
    for (const Piece& piece : pieces_)
        if (piece.stream == bare) covered.push_back(piece.dates);
    std::ranges::sort(covered, {}, &DateRange::from);
    std::size_t last = 0;
    for (const DateRange next : covered) {
        if (next.from <= covered[last].to)
            covered[last].to = std::max(covered[last].to, next.to);
        else
            covered[++last] = next;
    }
    covered.resize(last + 1);
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
        if (slots_[slot].stream == wanted.stream && slots_[slot].beside_bare == wanted.beside_bare) return slot;
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
    const std::vector<DateRange>& covered = measure(piece.stream).covered;
    Cumulative* at = &cumulative_[slot * boundaries_.size()];
    for (const Date day : boundaries_) {
        const int days = uncovered_days(covered, intersect(piece.dates, {piece.dates.from, day}));
        if (days == piece.dates.days())
            at->whole += piece.micro;
        else if (days > 0)
            at->part.add(Int128{piece.micro} * days, piece.dates.days());
        ++at;
    }
}

int Quantities::uncovered_days(const std::vector<DateRange>& covered, DateRange days) {
    if (days.from >= days.to) return 0;
    int left = days.days();
    for (const DateRange range : covered)
        if (overlap(range, days)) left -= intersect(range, days).days();
    return left;
}

Int128 Quantities::rounded(const Cumulative& value) const {
    const Int128 step = power_of_ten(Quantity::kScale - rounding_.decimals);
    const Fraction& part = value.part;
    if (part.denominator == 1 && step == 1) return value.whole + part.numerator;
    const Int128 numerator = mainspring::add(multiply(value.whole, part.denominator), part.numerator);
    return divide_exactly_rounded(numerator, multiply(part.denominator, step), rounding_.mode) * step;
}

Int128 Quantities::before(const Slot& slot, Date day) const {
    Cumulative sum;
    for (const Piece& piece : pieces_) {
        if (piece.stream != slot.stream || piece.dates.from >= day) continue;
        const DateRange before = intersect(piece.dates, {piece.dates.from, day});
        const int days = slot.beside_bare
                             ? uncovered_days(measures_[tariff::measure_index(slot.stream)].covered, before)
                             : before.days();
        if (days == piece.dates.days())
            sum.whole += piece.micro;
        else if (days > 0)
            sum.part.add(Int128{piece.micro} * days, piece.dates.days());
    }
    return rounded(sum);
}

std::int64_t Quantities::on(Stream stream, Date day) const {
    Int128 sum = 0;
    for (const Slot& slot : slots_) {
        const bool counts = tariff::period_of(stream) == 0
                                ? tariff::measure_of(slot.stream) == stream && counts_for_bare(slot)
                                : slot.stream == stream && !slot.beside_bare;
        if (counts) sum += before(slot, day + std::chrono::days{1}) - before(slot, day);
    }
    return narrow(sum);
}

bool Quantities::counts_for_bare(const Slot& slot) const {
    return !measures_[tariff::measure_index(slot.stream)].has_bare || tariff::period_of(slot.stream) == 0 ||
           slot.beside_bare;
}

void Quantities::round(std::size_t slot) {
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
    totals_.assign(measures_used_ * segments_, 0);
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        const Stream stream = slots_[slot].stream;
        if (!counts_for_bare(slots_[slot])) continue;
        std::int64_t* const totals = &totals_[tariff::measure_index(stream) * segments_];
        for (std::size_t segment = 0; segment < segments_; ++segment)
            totals[segment] = narrow(Int128{totals[segment]} + quantities_[slot * segments_ + segment]);
    }
}

}  // namespace mainspring::rating
