#include "rating/section_rater.hpp"

#include <algorithm>
#include <tuple>

#include "base/ensure.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::Proration;
using tariff::TierBounds;

namespace {

constexpr std::int64_t kMicro = 1'000'000;

bool is_energy(ClauseKind kind) {
    const auto form = tariff::form_of(kind);
    return form == tariff::LineForm::quantity || form == tariff::LineForm::indexed;
}

}  // namespace

SectionRater::SectionRater(const SectionInput& input, RatedSection& out, Workspace& work)
    : input_(input), out_(out), work_(work), segments_(out.segments.size()) {
    if (work_.minor_unit != 0 && work_.currency == out.currency) return;
    work_.currency = out.currency;
    work_.minor_unit = power_of_ten(Amount::kScale - minor_digits(out.currency));
}

std::expected<void, Refusal> SectionRater::run() {
    const std::uint16_t last_version = out_.segments.back().version;
    work_.quantities.gather(input_.pieces, out_.segments, out_.plans[last_version]->round_quantity);
    if (facts_missing()) return std::unexpected(Refusal::fact_missing);
    work_.order.build(out_.plans);
    if (registers_missing() || demands_missing()) return std::unexpected(Refusal::register_missing);
    if (usage_missing()) return std::unexpected(Refusal::usage_missing);
    if (has_indexed())
        if (const auto summed = sum_indexed(); !summed) return summed;
    if (inputs_missing()) return std::unexpected(Refusal::input_missing);
    for (std::size_t rank = 0; rank < work_.order.size(); ++rank) {
        rate_in_segments(rank);
        // In a single version the order of the bill is the order of calculation.
        if (work_.order.has_one_version()) derive({0, static_cast<std::uint16_t>(rank)});
    }
    if (!work_.order.has_one_version()) {
        derive_in_order();
        order_lines();
    }
    round_total();
    if (input_.before != nullptr) pass_counters_on();
    return {};
}

bool SectionRater::applies(const Clause& clause, std::size_t segment) const {
    return fits_days(clause, segment) && fits_agreement(clause, segment) &&
           (!clause.asks_more || (fits_facts(clause, segment) && fits_use(clause)));
}

bool SectionRater::fits_days(const Clause& clause, std::size_t segment) const {
    const Segment& s = out_.segments[segment];
    return (clause.seasons >> s.season & 1) != 0 && clause.dates.contains(s.dates.from);
}

bool SectionRater::fits_agreement(const Clause& clause, std::size_t segment) const {
    const AgreementSpan& span = span_of(segment);
    return (clause.classes >> static_cast<unsigned>(span.customer_class) & 1) != 0 &&
           (clause.entitlement & ~span.entitlements) == 0;
}

bool SectionRater::refuse(RefusedPlace place) const {
    out_.refused = place;
    return true;
}

bool SectionRater::registers_missing() const {
    for (std::uint16_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const auto& clauses = out_.plans[version]->clauses;
        for (std::uint16_t at = 0; at < clauses.size(); ++at)
            if (clauses[at].asks_registers)
                if (const auto stream = lacking_stream(clauses[at], segment))
                    return refuse({version, at, segment, stream});
    }
    return false;
}

// Days that nothing counted would be days without use.
bool SectionRater::usage_missing() const {
    unsigned counts = 0, uncovered = 0;
    for (const tariff::Plan* plan : out_.plans) counts |= plan->counts;
    for (std::size_t measure = 0; measure < tariff::kMeasures; ++measure)
        if ((counts >> measure & 1) != 0 && !work_.quantities.covers(measure, input_.dates)) uncovered |= 1U << measure;
    if (uncovered == 0) return false;
    for (std::uint16_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const auto& clauses = out_.plans[version]->clauses;
        for (std::uint16_t at = 0; at < clauses.size(); ++at)
            if (((clauses[at].counts_in_segment | clauses[at].counts_in_section) & uncovered) != 0 &&
                uncovered_in(clauses[at], segment, uncovered))
                return refuse({version, at, segment});
    }
    return false;
}

bool SectionRater::uncovered_in(const Clause& clause, std::size_t segment, unsigned uncovered) const {
    if (!fits_days(clause, segment) || !fits_agreement(clause, segment) || !fits_facts(clause, segment)) return false;
    if ((clause.counts_in_section & uncovered) != 0) return true;
    if (!fits_use(clause)) return false;
    for (std::size_t measure = 0; measure < tariff::kMeasures; ++measure)
        if ((clause.counts_in_segment & uncovered & 1U << measure) != 0 &&
            !work_.quantities.covers(measure, out_.segments[segment].dates))
            return true;
    return false;
}

// What `when` asks must be known before it can be asked.
std::optional<tariff::Stream> SectionRater::lacking_stream(const Clause& clause, std::size_t segment) const {
    const DateRange dates = out_.segments[segment].dates;
    if (!fits_days(clause, segment) || !fits_agreement(clause, segment) || !fits_facts(clause, segment)) return {};
    if (const auto stream = lacking(clause.when.of, dates, input_.dates)) return stream;
    if (!fits_use(clause)) return {};
    if (clause.hours_of)
        if (const std::uint16_t version = out_.segments[segment].version;
            last_demand({work_.order.rank(version, *clause.hours_of), input_.dates}).segment == kNoSegment)
            return out_.plans[version]->clauses[*clause.hours_of].of.front();
    if (clause.priced_by_period != 0)
        if (const auto stream = unpriced_period(clause, segment)) return stream;
    if (is_energy(clause.kind))
        if (const auto stream = lacking(clause.of, dates, dates)) return stream;
    for (const auto& price : clause.period_prices)
        if (const auto stream = lacking({&price.stream, 1}, dates, dates)) return stream;
    for (const tariff::Streams* streams : {&clause.quantity.less, &clause.tiering.periods})
        if (const auto stream = lacking(*streams, dates, dates)) return stream;
    if (const auto stream = lacking(clause.bands.of, dates, input_.dates)) return stream;
    if (clause.kind != ClauseKind::power_factor) return {};
    const auto active = lacking(clause.power_factor.active, dates, dates);
    return active ? active : lacking(clause.power_factor.reactive, dates, dates);
}

// Energy of a period that the version does not know would be energy for nothing.
std::optional<tariff::Stream> SectionRater::unpriced_period(const Clause& clause, std::size_t segment) const {
    const Segment& s = out_.segments[segment];
    const auto& known = out_.plans[s.version]->period_streams;
    for (std::size_t measure = 0; measure < tariff::kMeasures; ++measure)
        if ((clause.priced_by_period >> measure & 1) != 0 &&
            work_.quantities.counts_other_periods(measure, s.dates, known))
            return tariff::in_measure(static_cast<tariff::Stream>(measure << 14U),
                                      known.empty() ? tariff::kTotal : known.front());
    return {};
}

std::optional<tariff::Stream> SectionRater::lacking(std::span<const tariff::Stream> streams, DateRange counted_in,
                                                    DateRange by_period_in) const {
    for (const tariff::Stream stream : streams) {
        const tariff::Stream measure = tariff::measure_of(stream);
        if (measure != tariff::kTotal && !work_.quantities.counts(stream, counted_in)) return stream;
        if (stream != measure && work_.quantities.only_bare_in(measure, by_period_in)) return stream;
    }
    return {};
}

std::optional<std::int64_t> SectionRater::fact_in(tariff::FactId fact, std::size_t segment) const {
    const AgreementSpan& span = span_of(segment);
    if (fact == tariff::kDwellings) return std::int64_t{span.dwellings} * kMicro;
    for (const FactValue& value : span.facts)
        if (value.fact == fact) return value.micro;
    for (const auto& rule : out_.plans[out_.segments[segment].version]->facts)
        if (rule.fact == fact) return rule.otherwise_micro;
    return std::nullopt;
}

Ratio SectionRater::times_of(const Clause& clause, std::size_t segment) const {
    if (clause.times == tariff::kNoFact) return {};
    if (clause.times == tariff::kDwellings) return {span_of(segment).dwellings, 1};
    return Ratio::reduced(fact_in(clause.times, segment).value_or(0), kMicro);
}

std::int64_t SectionRater::quantity_of(const tariff::Streams& streams, std::size_t segment) const {
    if (streams.size() == 1) return work_.quantities.of(streams.front(), segment);
    Int128 sum = 0;
    for (const tariff::Stream stream : streams) sum += work_.quantities.of(stream, segment);
    return narrow(sum);
}

void SectionRater::rate_in_segments(std::size_t rank) {
    Progress progress;
    const auto place_in = [&](std::size_t segment) {
        const std::uint16_t version = out_.segments[segment].version;
        return Place{version, work_.order.clause(rank, version), static_cast<std::uint16_t>(segment)};
    };
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const Place place = place_in(segment);
        if (place.clause != kNoClause && applies(at(place), segment)) rate_place(place, progress);
    }
    if (progress.first_energy != kNoSegment && !progress.has_energy_line)
        energy_of_zero(place_in(progress.first_energy));
    if (progress.counter.counts) leave_counter(at(place_in(progress.first_energy)).name, progress.counter);
    if (progress.once == kNoSegment) return;
    const Place chosen = place_in(progress.once);
    if (at(chosen).kind == ClauseKind::demand)
        demand_lines(chosen, billed_demand(demand_time(chosen)), {{}, kNoSegment});
    else
        full_price_once(chosen);
}

void SectionRater::rate_place(Place place, Progress& progress) {
    const Clause& clause = at(place);
    if (is_energy(clause.kind) && progress.first_energy == kNoSegment) progress.first_energy = place.segment;
    switch (clause.kind) {
        case ClauseKind::fixed_per_day:
        case ClauseKind::discount_per_day: fixed_per_day(place); break;
        case ClauseKind::fixed_per_period:
        case ClauseKind::discount_per_period:
            if (clause.proration != Proration::none)
                fixed_prorated(place);
            else
                once(place, progress);
            break;
        case ClauseKind::energy_flat: progress.has_energy_line |= energy_flat(place, progress); break;
        case ClauseKind::energy_time_of_use: progress.has_energy_line |= energy_time_of_use(place); break;
        case ClauseKind::energy_tiered: progress.has_energy_line |= energy_tiered(place, progress); break;
        case ClauseKind::energy_slab: progress.has_energy_line |= energy_slab(place, progress); break;
        case ClauseKind::demand: rate_demand(place, progress); break;
        case ClauseKind::energy_indexed: progress.has_energy_line |= energy_indexed(place); break;
        default: break;
    }
}

// The last segment, or else the first in which the clause applies.
void SectionRater::once(Place place, Progress& progress) const {
    if (progress.once == kNoSegment || place.segment + 1U == segments_) progress.once = place.segment;
}

Line& SectionRater::priced(Place place, std::int64_t quantity_micro, std::int64_t price_e8, Ratio ratio) {
    const Clause& clause = at(place);
    Int128 exact = Int128{price_e8} * quantity_micro;
    Int128 step = step_of(clause.round);
    if (ratio.numerator != 1) exact = multiply(exact, ratio.numerator);
    if (ratio.denominator != 1) step = multiply(step, ratio.denominator);
    const Int128 steps = divide_exactly_rounded(exact, step, clause.round.mode);
    const std::int64_t amount = narrow(multiply(steps, clause.round.step_minor));
    Line& line = out_.lines.emplace_back();
    line.version = place.version;
    line.clause = place.clause;
    line.segment = place.segment;
    line.quantity_micro = quantity_micro;
    line.price_e8 = price_e8;
    line.numerator = ratio.numerator;
    line.denominator = ratio.denominator;
    line.amount_minor = tariff::is_discount(clause.kind) ? -amount : amount;
    return line;
}

// A line of a charge that no meter counts: its price, or that of its band.
Line& SectionRater::fixed(Place place, std::int64_t quantity_micro, Ratio ratio) {
    const Clause& clause = at(place);
    if (clause.bands.by == tariff::Bands::By::nothing)
        return priced(place, quantity_micro, price_of(clause, place.segment), ratio);
    const std::size_t band = band_of(place);
    Line& line = priced(place, quantity_micro, clause.tiers[band].price_e8, ratio);
    line.part = static_cast<std::uint16_t>(band + 1);
    return line;
}

void SectionRater::fixed_per_day(Place place) {
    const Clause& clause = at(place);
    const Ratio ratio = times_of(clause, place.segment);
    fixed(place, out_.segments[place.segment].dates.days() * kMicro, ratio);
}

void SectionRater::fixed_prorated(Place place) {
    const Clause& clause = at(place);
    const Ratio ratio =
        months_of(out_.segments[place.segment].dates, clause.proration).times(times_of(clause, place.segment));
    fixed(place, kMicro, ratio);
}

void SectionRater::full_price_once(Place place) {
    const Clause& clause = at(place);
    const Ratio ratio = times_of(clause, place.segment);
    fixed(place, kMicro, ratio).segment = kNoSegment;
}

// REQUIRES: no input of a formula is missing.
std::int64_t SectionRater::flat_price(Place place) {
    const Clause& clause = at(place);
    return clause.formula.steps.empty() ? price_of(clause, place.segment)
                                        : formula_price(clause, place.segment).value();
}

// What the agreement has settled, else what the tariff says.
std::int64_t SectionRater::price_of(const Clause& clause, std::size_t segment) const {
    constexpr std::int64_t kStep = 100;  // a price has two decimals more than a fact
    if (clause.agreed != tariff::kNoFact)
        if (const auto agreed = fact_in(clause.agreed, segment)) return narrow(Int128{*agreed} * kStep);
    return clause.price_e8;
}

bool SectionRater::energy_flat(Place place, Progress& progress) {
    const Clause& clause = at(place);
    const std::int64_t quantity =
        clause.quantity.carries ? credited_quantity(place, progress.counter) : billed_quantity(clause, place.segment);
    if (quantity == 0) return false;
    priced(place, quantity, flat_price(place), {});
    return true;
}

bool SectionRater::energy_time_of_use(Place place) {
    bool any = false;
    for (const auto& period : at(place).period_prices) {
        const std::int64_t quantity = work_.quantities.of(period.stream, place.segment);
        if (quantity == 0) continue;
        priced(place, quantity, period.price_e8, {}).part = period.stream;
        any = true;
    }
    return any;
}

// A clause without any use still shows on the bill.
void SectionRater::energy_of_zero(Place place) {
    const Clause& clause = at(place);
    std::int64_t price = flat_price(place);
    std::uint16_t part = 0;
    if (clause.kind == ClauseKind::energy_tiered || clause.kind == ClauseKind::energy_slab) {
        const tariff::Tier& first = clause.tiers.front();
        const bool by_period = !first.period_prices_e8.empty();
        price = by_period ? first.period_prices_e8.front() : first.price_e8;
        part = by_period ? kFirstPeriod + 1 : 1;
    } else if (clause.kind == ClauseKind::energy_time_of_use) {
        price = clause.period_prices.front().price_e8;
        part = clause.period_prices.front().stream;
    }
    priced(place, 0, price, {}).part = part;
}

Ratio SectionRater::months_of(DateRange dates, Proration proration) const {
    if (proration == Proration::none) return {};
    if (proration == Proration::days_30) return Ratio::reduced(dates.days(), 30);
    // The least common multiple of 28, 29, 30 and 31.
    constexpr std::int64_t kDenominator = 377'580;
    static_assert(kDenominator % 28 == 0 && kDenominator % 29 == 0 && kDenominator % 30 == 0 && kDenominator % 31 == 0);
    std::int64_t numerator = 0;
    for (Date day = dates.from; day < dates.to;) {
        const Date next = std::min(first_of_next_month(day), dates.to);
        numerator += days_between(day, next) * (kDenominator / days_in_month_of(day));
        day = next;
    }
    return Ratio::reduced(numerator, kDenominator);
}

void SectionRater::order_lines() {
    const auto key = [&](const Line& line) {
        return std::tuple{work_.order.rank(line.version, line.clause), line.segment, line.version};
    };
    // Nearly ordered already; a stable sort of the library would allocate.
    auto& lines = out_.lines;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const Line line = lines[i];
        std::size_t to = i;
        for (; to > 0 && key(line) < key(lines[to - 1]); --to) lines[to] = lines[to - 1];
        lines[to] = line;
    }
}

void SectionRater::round_total() {
    Int128 sum = 0;
    for (const Line& line : out_.lines) sum += line.amount_minor;
    const std::uint16_t version = out_.segments.back().version;
    const tariff::Plan& plan = *out_.plans[version];
    const RoundingRule rule = plan.round_bill;
    const bool has_carried = input_.before != nullptr && input_.before->carried_in == out_.currency;
    const std::int64_t carried = has_carried ? input_.before->carried_minor : 0;
    const Int128 exact = sum + carried;
    const Int128 rounded = divide_exactly_rounded(exact, rule.step_minor, rule.mode) * rule.step_minor;
    out_.total_minor = narrow(rounded);
    if (plan.carries_rounding) {
        out_.after.carried_minor = narrow(exact - rounded);
        out_.after.carried_in = out_.currency;
    }
    if (rounded == sum) return;
    Line& line = out_.lines.emplace_back();
    line.version = version;
    line.clause = static_cast<std::uint16_t>(plan.clauses.size());
    line.base_minor = narrow(sum);
    line.price_e8 = narrow(Int128{carried} * work_.minor_unit / power_of_ten(Amount::kScale - Price::kScale));
    line.amount_minor = narrow(rounded - sum);
}

}  // namespace mainspring::rating
