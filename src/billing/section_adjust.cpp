// Losses, meters behind meters and agreed parts: docs/BILLING.md, "Losses and sub-meters".
#include <algorithm>
#include <fmt/format.h>

#include "billing/section_internal.hpp"
#include "rating/exact.hpp"

namespace mainspring::billing {

namespace {

using metering::TakenBy;
using rating::Piece;
using rating::StreamQuantity;
using tariff::Stream;

constexpr tariff::QuantityRounding kMicroRounding{Quantity::kScale, RoundingMode::half_up};

std::int64_t half_up(Int128 numerator, Int128 denominator) {
    return narrow(divide_rounded(numerator, denominator, RoundingMode::half_up));
}

// What pieces count of one measure in some days.
struct Counted {
    std::optional<std::int64_t> bare;
    std::vector<StreamQuantity> periods;  // by name

    std::int64_t whole() const {
        if (bare) return *bare;
        Int128 sum = 0;
        for (const auto& period : periods) sum += period.micro;
        return narrow(sum);
    }
    bool any() const { return bare || !periods.empty(); }
};

void add_share_of(const Piece& piece, DateRange days, rating::Fraction& sum) {
    const DateRange both = intersect(piece.dates, days);
    if (both.from < both.to) sum.add(Int128{piece.micro} * both.days(), piece.dates.days());
}

std::int64_t counted_in(std::span<const Piece> pieces, Stream stream, DateRange days) {
    rating::Fraction sum;
    for (const Piece& piece : pieces)
        if (piece.stream == stream) add_share_of(piece, days, sum);
    return half_up(sum.numerator, sum.denominator);
}

Counted counted_of(std::span<const Piece> pieces, Stream measure, DateRange days) {
    Counted counted;
    for (const Piece& piece : pieces) {
        if (tariff::measure_of(piece.stream) != measure || !overlap(piece.dates, days)) continue;
        if (piece.stream == measure)
            counted.bare = 0;
        else if (std::ranges::find(counted.periods, piece.stream, &StreamQuantity::stream) == counted.periods.end())
            counted.periods.push_back({piece.stream, 0});
    }
    if (counted.bare) counted.bare = counted_in(pieces, measure, days);
    for (auto& period : counted.periods) period.micro = counted_in(pieces, period.stream, days);
    std::ranges::sort(counted.periods, {}, [](const StreamQuantity& each) { return tariff::name_of(each.stream); });
    return counted;
}

Stream flat_of(Stream measure) {
    static const Stream flat = tariff::stream_of("flat");
    return static_cast<Stream>(measure | flat);
}

// The section's pieces while they are adjusted: what comes is spread over what was measured.
class Adjuster {
public:
    explicit Adjuster(Section& section) : section_(section), measured_(section.pieces.begin(), section.pieces.end()) {}

    std::span<const Piece> measured() const { return measured_; }
    bool changed() const { return section_.pieces.size() > measured_.size(); }

    // To the bare stream, or where none counts, and to the periods, in proportion to what they counted.
    void add(Stream measure, DateRange days, std::int64_t micro) {
        const Counted counted = counted_of(measured_, measure, days);
        if (!counted.any()) section_.pieces.push_back({measure, days, micro});
        if (counted.bare) spread(measure, days, micro);
        if (counted.periods.empty()) return;
        Int128 whole = 0, upto = 0;
        for (const auto& period : counted.periods) whole += period.micro;
        if (whole <= 0) {
            const auto flat = std::ranges::find(counted.periods, flat_of(measure), &StreamQuantity::stream);
            return spread((flat == counted.periods.end() ? counted.periods.front() : *flat).stream, days, micro);
        }
        std::int64_t given = 0;
        for (const auto& period : counted.periods) {
            upto += period.micro;
            const std::int64_t next = half_up(multiply(micro, upto), whole);
            spread(period.stream, days, next - given);
            given = next;
        }
    }

    // Over the stream's pieces in proportion to their quantities in these days; where they are zero, over the days.
    void spread(Stream stream, DateRange days, std::int64_t micro) {
        if (micro == 0) return;
        const std::int64_t whole = counted_in(measured_, stream, days);
        if (whole <= 0) {
            section_.pieces.push_back({stream, days, micro});
            return;
        }
        const std::int64_t sign = micro < 0 ? -1 : 1;
        rating::Fraction sum;
        std::int64_t given = 0;
        for (const Piece& piece : measured_) {
            if (piece.stream != stream || !overlap(piece.dates, days)) continue;
            add_share_of(piece, days, sum);
            const std::int64_t next = half_up(multiply(sign * micro, half_up(sum.numerator, sum.denominator)), whole);
            if (next != given) section_.pieces.push_back({stream, intersect(piece.dates, days), sign * (next - given)});
            given = next;
        }
    }

private:
    Section& section_;
    std::vector<Piece> measured_;
};

void add_losses(const SectionInputs& in, Section& out, Adjuster& adjuster) {
    for (const auto& installation : in.agreement.installations) {
        const DateRange days = intersect(installation.dates, out.dates);
        if (installation.conditions == nullptr || installation.device_id == 0 || days.from >= days.to) continue;
        LossPart part{installation.dates.from, days, *installation.conditions, 0, 0, {}, 0};
        const Counted reactive = counted_of(adjuster.measured(), tariff::kReactive, days);
        part.active_micro = counted_of(adjuster.measured(), tariff::kTotal, days).whole();
        part.reactive_micro = reactive.whole();
        if (const auto& plate = part.conditions.transformer; plate.rated_micro != 0) {
            part.loss = rating::transformer_loss(
                {plate.rated_micro, plate.iron_micro, plate.copper_micro, plate.no_load_e8, plate.impedance_e8},
                {part.active_micro, part.reactive_micro, days.days(), plate.load_shape_micro}, kMicroRounding);
            if (!reactive.any()) part.loss.no_load_micro = part.loss.load_micro = 0;
        }
        part.line_micro = rating::part_of(part.active_micro, part.conditions.line_loss_e8, kMicroRounding);
        if (part.added_active() != 0) adjuster.add(tariff::kTotal, days, part.added_active());
        if (part.added_reactive() != 0) adjuster.add(tariff::kReactive, days, part.added_reactive());
        out.adjustments.losses.push_back(part);
    }
}

// A quantity a month, of some days: of each month the part of its days, rounded.
std::int64_t fixed_in(std::int64_t month_micro, DateRange days) {
    Int128 sum = 0;
    for (Date from = days.from; from < days.to;) {
        const auto month = std::chrono::year_month_day{from}.year() / std::chrono::year_month_day{from}.month();
        const DateRange whole{std::chrono::sys_days{month / 1},
                              std::chrono::sys_days{(month + std::chrono::months{1}) / 1}};
        const DateRange part = intersect(whole, days);
        sum += half_up(Int128{month_micro} * part.days(), whole.days());
        from = part.to;
    }
    return narrow(sum);
}

const RelatedPoint* related_point(const Agreement& agreement, std::int64_t service_point_id) {
    const auto at = std::ranges::find(agreement.related, service_point_id, &RelatedPoint::service_point_id);
    return at == agreement.related.end() ? nullptr : &*at;
}

// The related point as if it were supplied like the agreement.
Agreement supplied_alike(const Agreement& agreement, const RelatedPoint& point) {
    Agreement other;
    other.agreement_id = agreement.agreement_id;
    other.service_point_id = point.service_point_id;
    other.commodity = agreement.commodity;
    other.gas_zone = agreement.gas_zone;
    other.installations = point.installations;
    other.reads = point.reads;
    other.channel_days = point.channel_days;
    return other;
}

struct RelatedQuestion {
    std::int64_t service_point_id = 0;
    DateRange days;
    Cause missing{};  // when it cannot be told
};

void merge_calorific_values(const Section& from, Section& to) {
    for (const auto* value : from.calorific_values)
        if (const auto at = std::ranges::lower_bound(to.calorific_values, value);
            at == to.calorific_values.end() || *at != value)
            to.calorific_values.insert(at, value);
}

// What the related point's meters counted, read on the first day and on the last; false: held back.
bool count_related(const SectionInputs& in, const RelatedQuestion& question, Section& out, std::vector<Piece>& pieces) {
    const RelatedPoint* point = related_point(in.agreement, question.service_point_id);
    const Agreement other = supplied_alike(in.agreement, point == nullptr ? RelatedPoint() : *point);
    Section sub;
    sub.agreement = &other;
    sub.dates = question.days;
    sub.unit = out.unit;
    for (const auto& span : out.spans)
        if (overlap(span.dates, sub.dates)) {
            sub.spans.push_back(span);
            sub.spans.back().dates = intersect(span.dates, sub.dates);
        }
    std::vector<Exception> problems;
    const SectionInputs of_other{
        other, nullptr, in.rules, in.reference, {}, problems, SectionInputs::Of::related_point};
    const bool metered =
        std::ranges::any_of(other.installations, [](const Installation& each) { return each.device_id != 0; });
    if (!metered || !fill_registers(of_other, sub) || !fill_intervals(of_other, sub)) {
        const std::string why = problems.empty()
                                    ? std::string("it has no meter")
                                    : fmt::format("{}, {}", text_of(problems.front().cause), problems.front().detail);
        in.hold(question.missing, out.dates.to,
                fmt::format("service point {} from {} to {}: {}", question.service_point_id,
                            format_date(question.days.from), format_date(question.days.to), why));
        return false;
    }
    pieces = std::move(sub.pieces);
    merge_calorific_values(sub, out);
    out.adjustments.related.push_back({question.service_point_id, std::move(sub.meters), std::move(sub.channels)});
    return true;
}

// The stretches of the days, cut where a relation or a meter of the point above begins or ends.
class Cuts {
public:
    explicit Cuts(DateRange days) : days_(days), at_{days.from, days.to} {}
    void add(DateRange dates) {
        for (const Date day : {dates.from, dates.to})
            if (days_.from < day && day < days_.to) at_.push_back(day);
    }
    void add(std::span<const Installation> installations) {
        for (const auto& installation : installations) add(installation.dates);
    }
    std::vector<DateRange> stretches() {
        std::ranges::sort(at_);
        at_.erase(std::unique(at_.begin(), at_.end()), at_.end());
        std::vector<DateRange> stretches;
        for (std::size_t i = 0; i + 1 < at_.size(); ++i) stretches.push_back({at_[i], at_[i + 1]});
        return stretches;
    }

private:
    DateRange days_;
    std::vector<Date> at_;
};

void pin(const Relation& relation, Section& out) {
    const RelationPin pin{relation.parent_id, relation.child_id, relation.dates.from, relation.version};
    auto& pins = out.adjustments.relations;
    if (const auto at = std::ranges::lower_bound(pins, pin); at == pins.end() || *at != pin) pins.insert(at, pin);
}

// One point below the section's.
struct Below {
    const Relation* relation = nullptr;
    std::vector<Piece> pieces;  // by its own meter
};

// What is taken off in one stretch.
class Stretch {
public:
    Stretch(DateRange days, std::span<const Below> below) : days_(days) {
        for (const Below& each : below)
            if (each.relation->dates.contains(days.from)) below_.push_back(&each);
        shares_.resize(below_.size());
        for (std::size_t i = 0; i < below_.size(); ++i)
            shares_[i] = {below_[i]->relation->child_id, false, days, below_[i]->relation->terms, 0, 0};
    }

    // What the point above did not have.
    std::int64_t take_off(Stream measure, Adjuster& adjuster) {
        Counted above = counted_of(adjuster.measured(), measure, days_);
        if (!above.any()) {
            if (measure != tariff::kTotal) return 0;
            above.bare = 0;
        }
        std::int64_t missing = 0;
        if (!above.periods.empty()) missing = take_group(measure, above.periods, adjuster);
        if (above.bare) {
            const std::vector<StreamQuantity> bare{{measure, *above.bare}};
            missing = std::max(missing, take_group(measure, bare, adjuster));
        }
        return missing;
    }

    const std::vector<Share>& shares() const { return shares_; }

private:
    std::int64_t take_group(Stream measure, const std::vector<StreamQuantity>& above, Adjuster& adjuster) {
        const bool by_period = tariff::period_of(above.front().stream) != 0;
        std::vector<StreamQuantity> parent = above;
        for (auto& stream : parent) stream.stream = tariff::period_of(stream.stream);
        std::vector<std::vector<StreamQuantity>> read(below_.size());
        std::vector<rating::Child> children;
        for (std::size_t i = 0; i < below_.size(); ++i)
            children.push_back(child(*below_[i], measure, by_period, read[i]));
        const auto left = rating::deduct(parent, children, {{tariff::period_of(flat_of(measure))}, kMicroRounding});
        for (std::size_t i = 0; i < above.size(); ++i)
            adjuster.spread(above[i].stream, days_, left.parent[i].micro - above[i].micro);
        for (std::size_t i = 0; i < below_.size(); ++i)
            (measure == tariff::kTotal ? shares_[i].active_micro : shares_[i].reactive_micro) = left.children[i];
        return left.short_micro;
    }

    rating::Child child(const Below& below, Stream measure, bool by_period, std::vector<StreamQuantity>& read) const {
        const auto& terms = below.relation->terms;
        const bool active = measure == tariff::kTotal;
        switch (terms.by) {
            case TakenBy::quantity:
                return {rating::Child::By::fixed_quantity, active ? fixed_in(terms.amount, days_) : 0, 0, {}};
            case TakenBy::ratio: return {rating::Child::By::fixed_ratio, 0, active ? terms.amount : 0, {}};
            case TakenBy::meter: break;
        }
        const Counted counted = counted_of(below.pieces, measure, days_);
        if (by_period && !counted.periods.empty())
            for (const auto& each : counted.periods) read.push_back({tariff::period_of(each.stream), each.micro});
        else if (counted.any())
            read.push_back({tariff::kTotal, counted.whole()});
        return {rating::Child::By::meter, 0, 0, read};
    }

    DateRange days_;
    std::vector<const Below*> below_;
    std::vector<Share> shares_;
};

bool take_off_below(const SectionInputs& in, Section& out, Adjuster& adjuster) {
    std::vector<Below> below;
    Cuts cuts(out.dates);
    for (const auto& relation : in.agreement.relations) {
        const DateRange days = intersect(relation.dates, out.dates);
        if (relation.parent_id != in.agreement.service_point_id || days.from >= days.to) continue;
        pin(relation, out);
        cuts.add(relation.dates);
        auto& each = below.emplace_back();
        each.relation = &relation;
        if (relation.terms.by == TakenBy::meter &&
            !count_related(in, {relation.child_id, days, Cause::sub_meter_missing}, out, each.pieces))
            return false;
    }
    if (below.empty()) return true;
    cuts.add(in.agreement.installations);
    for (const DateRange days : cuts.stretches()) {
        Stretch stretch(days, below);
        const std::int64_t missing = stretch.take_off(tariff::kTotal, adjuster);
        stretch.take_off(tariff::kReactive, adjuster);
        out.adjustments.shares.insert(out.adjustments.shares.end(), stretch.shares().begin(), stretch.shares().end());
        if (missing > 0 &&
            in.hold(Cause::sub_meters_exceed, out.dates.to,
                    fmt::format("from {} to {}, {} more than the meter above them counted", format_date(days.from),
                                format_date(days.to), format_quantity({missing, out.unit}))))
            return false;
    }
    return true;
}

bool holds_fixed(const Relation& relation, std::int64_t parent_id) {
    return relation.parent_id == parent_id && relation.terms.by == TakenBy::quantity;
}

// The part of what the meters above counted in a stretch, after all fixed quantities.
std::int64_t ratio_in(const SectionInputs& in, const Relation& share, DateRange days, std::span<const Piece> above) {
    std::vector<rating::Child> children;
    for (const auto& relation : in.agreement.relations)
        if (holds_fixed(relation, share.parent_id) && relation.dates.contains(days.from))
            children.push_back({rating::Child::By::fixed_quantity, fixed_in(relation.terms.amount, days), 0, {}});
    children.push_back({rating::Child::By::fixed_ratio, 0, share.terms.amount, {}});
    const std::vector<StreamQuantity> whole{{tariff::kTotal, counted_of(above, tariff::kTotal, days).whole()}};
    return rating::deduct(whole, children, {{}, kMicroRounding}).children.back();
}

bool add_share(const SectionInputs& in, const Relation& share, Section& out, Adjuster& adjuster) {
    const DateRange whole = intersect(share.dates, out.dates);
    const bool ratio = share.terms.by == TakenBy::ratio;
    std::vector<Piece> above;
    Cuts cuts(whole);
    pin(share, out);
    if (ratio) {
        if (!count_related(in, {share.parent_id, whole, Cause::master_meter_missing}, out, above)) return false;
        cuts.add(related_point(in.agreement, share.parent_id)->installations);
        for (const auto& relation : in.agreement.relations)
            if (holds_fixed(relation, share.parent_id) && overlap(relation.dates, whole)) {
                pin(relation, out);
                cuts.add(relation.dates);
            }
    }
    for (const DateRange days : cuts.stretches()) {
        const std::int64_t micro = ratio ? ratio_in(in, share, days, above) : fixed_in(share.terms.amount, days);
        out.adjustments.shares.push_back({share.parent_id, true, days, share.terms, micro, 0});
        adjuster.add(tariff::kTotal, days, micro);
    }
    return true;
}

bool is_share(const Relation& relation, const Agreement& agreement) {
    return relation.child_id == agreement.service_point_id && relation.terms.by != TakenBy::meter;
}

// Where no meter hangs, shares must count every day.
bool shares_cover(const SectionInputs& in, const Section& section) {
    if (std::ranges::any_of(in.agreement.installations, [](const Installation& each) { return each.device_id != 0; }))
        return true;
    for (Date day = section.dates.from; day < section.dates.to; day += std::chrono::days{1})
        if (!is_shared_on(in.agreement, day)) {
            in.hold(Cause::no_meter, section.dates.to,
                    fmt::format("neither a meter nor a share of another on {}", format_date(day)));
            return false;
        }
    return true;
}

bool add_from_above(const SectionInputs& in, Section& out, Adjuster& adjuster) {
    bool any = false;
    for (const auto& relation : in.agreement.relations) {
        if (!is_share(relation, in.agreement) || !overlap(relation.dates, out.dates)) continue;
        any = true;
        if (!add_share(in, relation, out, adjuster)) return false;
    }
    return !any || shares_cover(in, out);
}

// Prices of single intervals, and volumes of intervals, cannot be given to what was added or taken off.
bool fits_intervals(const SectionInputs& in, const Section& out, const Adjuster& adjuster) {
    const auto hold = [&](std::string_view what) {
        return in.hold(Cause::intervals_adjusted, out.dates.to, std::string(what));
    };
    for (const auto& part : out.channels)
        if (part.installation->conditions != nullptr && part.installation->conditions->gas.kpa_micro != 0)
            return !hold("gas at measuring conditions is counted by intervals");
    if (!adjuster.changed()) return true;
    for (Date day = out.dates.from; day < out.dates.to; day += std::chrono::days{1}) {
        const tariff::Plan* plan = plan_on(out, day);
        if (plan != nullptr && std::ranges::any_of(plan->clauses, [](const tariff::Clause& clause) {
                return clause.kind == tariff::ClauseKind::energy_indexed;
            }))
            return !hold("losses or sub-meters change the quantity, but a charge prices each interval");
    }
    return true;
}

}  // namespace

bool is_shared_on(const Agreement& agreement, Date day) {
    return std::ranges::any_of(agreement.relations, [&](const Relation& relation) {
        return is_share(relation, agreement) && relation.dates.contains(day);
    });
}

std::optional<Date> end_of_share(const SectionInputs& in, DateRange section) {
    const Date last = section.to - std::chrono::days{1};
    for (const auto& relation : in.agreement.relations) {
        if (!is_share(relation, in.agreement) || relation.terms.by != TakenBy::ratio || !relation.dates.contains(last))
            continue;
        const RelatedPoint* above = related_point(in.agreement, relation.parent_id);
        if (above == nullptr) return std::nullopt;
        const Agreement other = supplied_alike(in.agreement, *above);
        const Installation* installation = installation_on(other, last);
        if (installation == nullptr || is_interval_billed(*installation)) return std::nullopt;
        const Read* read = closing_read(other, *installation, section.from, in.rules);
        return read == nullptr ? std::nullopt : std::optional(read->on);
    }
    return std::nullopt;
}

bool adjust(const SectionInputs& in, Section& out) {
    const bool conditions =
        std::ranges::any_of(in.agreement.installations, [](const auto& each) { return each.conditions != nullptr; });
    if (!conditions && in.agreement.relations.empty()) return true;
    Adjuster adjuster(out);
    add_losses(in, out, adjuster);
    return take_off_below(in, out, adjuster) && add_from_above(in, out, adjuster) && fits_intervals(in, out, adjuster);
}

}  // namespace mainspring::billing
