// Usage at published prices, interval by interval. docs/TARIFFS.md, "Indexed".
#include <algorithm>

#include "base/ensure.hpp"
#include "rating/interval_sums.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using Intervals = tariff::IndexedPrice::Intervals;

namespace {

constexpr int kDay = 1440;  // minutes of a series that has one price a day

int minutes_between(Instant from, Instant to) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(to - from).count());
}

// Whether the piece is part of what the intervals count.
bool counts(tariff::Stream stream, Intervals intervals, const tariff::Plan& plan) {
    if (tariff::measure_of(stream) != intervals.measure) return false;
    if (intervals.period == tariff::IndexedPrice::kAllPeriods) return true;
    const std::string& period = plan.calendar.period_names()[static_cast<std::size_t>(intervals.period)];
    return tariff::name_of(tariff::period_of(stream)) == period;
}

// Prices of one series for intervals of one length.
class SeriesPrices {
public:
    SeriesPrices(const PriceSeries& series, const Zone& zone, int interval_minutes)
        : series_(series), start_(zone.start_of(series.first)), minutes_(interval_minutes) {}

    // The prices of `count` intervals from `start` on, if the series has just one for each; else nothing.
    std::span<const std::int64_t> aligned(Instant start, std::size_t count) const {
        const int from = minutes_between(start_, start);
        if (series_.minutes != minutes_ || from < 0 || from % minutes_ != 0) return {};
        const auto first = static_cast<std::size_t>(from / minutes_);
        return first + count <= series_.e8.size() ? series_.e8.subspan(first, count) : std::span<const std::int64_t>{};
    }

    // Four times the price of the interval that begins at `start` in `day`; kNoPrice if there is none.
    std::int64_t price_x4(Date day, Instant start) const {
        if (series_.minutes == kDay) return sum_x4(days_between(series_.first, day), 1);
        const int from = minutes_between(start_, start);
        const int begins = from % series_.minutes;
        if (from < 0) return kNoPrice;
        if (begins + minutes_ <= series_.minutes) return sum_x4(from / series_.minutes, 1);
        if (begins != 0 || minutes_ % series_.minutes != 0) return kNoPrice;
        return sum_x4(from / series_.minutes, minutes_ / series_.minutes);
    }

private:
    // Of prices that weigh alike: one, two or four.
    std::int64_t sum_x4(int first, int count) const {
        if (first < 0 || static_cast<std::size_t>(first) + static_cast<std::size_t>(count) > series_.e8.size())
            return kNoPrice;
        ensure(4 % count == 0, "an interval covers one, two or four prices");
        Int128 sum = 0;
        for (const std::int64_t price :
             series_.e8.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count))) {
            if (price == kNoPrice) return kNoPrice;
            sum += price;
        }
        return narrow(sum * (4 / count));
    }

    const PriceSeries& series_;
    Instant start_;
    int minutes_;
};

// Sums one clause over the days of one segment.
class IndexedSummer {
public:
    IndexedSummer(const SectionInput& input, const tariff::Plan& plan, Workspace& work)
        : input_(input), plan_(plan), work_(work) {}

    bool intervals_missing(const Clause& clause, DateRange dates) const {
        return std::ranges::any_of(clause.indexed.intervals, [&](Intervals intervals) {
            if (covered(intervals.measure, dates)) return false;
            return std::ranges::any_of(input_.pieces, [&](const Piece& piece) {
                const DateRange days = intersect(piece.dates, dates);
                return days.from < days.to && counts(piece.stream, intervals, plan_) &&
                       !covered(intervals.measure, days);
            });
        });
    }

    // Nothing where a price is missing.
    std::optional<Int128> sum(const Clause& clause, DateRange dates) {
        products_x4_ = values_ = 0;
        for (const Intervals intervals : clause.indexed.intervals)
            for (const IntervalRun& run : input_.intervals) {
                const DateRange days = intersect(run.dates, dates);
                if (run.measure != intervals.measure || days.from >= days.to) continue;
                if (!add_run(clause, run, days, intervals.period)) return std::nullopt;
            }
        // amount x kScale = factor x products x 4 + adder x values x 4 x 10^8
        return add(multiply(products_x4_, clause.indexed.factor_e8),
                   multiply(multiply(values_, clause.indexed.adder_e8), IndexedSum::kScale));
    }

private:
    bool covered(tariff::Stream measure, DateRange dates) const {
        for (Date day = dates.from; day < dates.to;) {
            const auto run = std::ranges::find_if(input_.intervals, [&](const IntervalRun& one) {
                return one.measure == measure && one.dates.contains(day);
            });
            if (run == input_.intervals.end()) return false;
            day = run->dates.to;
        }
        return true;
    }

    bool add_run(const Clause& clause, const IntervalRun& run, DateRange days, int period) {
        ensure(input_.zone != nullptr && run.minutes > 0 && 60 % run.minutes == 0,
               "intervals need a zone, and a length");
        const auto series = std::ranges::find(input_.series, clause.indexed.series, &PriceSeries::name);
        if (series == input_.series.end()) return false;
        const Zone& zone = *input_.zone;
        const Instant start = zone.start_of(days.from);
        const auto first =
            static_cast<std::size_t>(minutes_between(zone.start_of(run.dates.from), start) / run.minutes);
        const auto count = static_cast<std::size_t>(minutes_between(start, zone.start_of(days.to)) / run.minutes);
        ensure(first + count <= run.micro.size(), "a run has the values of all its days");
        const auto values = run.micro.subspan(first, count);
        const SeriesPrices prices(*series, zone, run.minutes);
        if (period == tariff::IndexedPrice::kAllPeriods)
            if (const auto aligned = prices.aligned(start, count); !aligned.empty())
                return add_priced(values, aligned, {4, clause.indexed.adder_e8});
        work_.values.clear();
        work_.prices_x4.clear();
        return look_up(prices, values, days, {run.minutes, period}) &&
               add_priced(work_.values, work_.prices_x4, {1, clause.indexed.adder_e8});
    }

    struct Wanted {
        int minutes, period;
    };

    // The values that count, each with its price. False where one has none.
    bool look_up(const SeriesPrices& prices, std::span<const std::int64_t> values, DateRange days, Wanted wanted) {
        const Zone& zone = *input_.zone;
        std::size_t next = 0;
        for (Date day = days.from; day < days.to; day += std::chrono::days{1}) {
            const int minutes = zone.minutes_in(day);
            Instant start = zone.start_of(day);
            for (int minute = 0; minute < minutes; minute += wanted.minutes, ++next) {
                const int wall = minutes == kDay ? minute : zone.wall_time_of(start).minute_of_day;
                if (wanted.period == tariff::IndexedPrice::kAllPeriods || period_at(day, wall) == wanted.period) {
                    work_.values.push_back(values[next]);
                    work_.prices_x4.push_back(prices.price_x4(day, start));
                    if (work_.prices_x4.back() == kNoPrice) return false;
                }
                start += std::chrono::minutes{wanted.minutes};
            }
        }
        return true;
    }

    int period_at(Date day, int minute) const {
        return plan_.calendar.minutes_of(day)[static_cast<std::size_t>(minute)];
    }

    struct Weights {
        int times;  // that a product counts, to be four times itself
        std::int64_t adder_e8;
    };

    bool add_priced(std::span<const std::int64_t> values, std::span<const std::int64_t> prices, Weights weights) {
        const PricedSum priced = sum_of_products(values, prices);
        products_x4_ = add(products_x4_, multiply(priced.products, weights.times));
        if (weights.adder_e8 != 0) values_ = add(values_, sum_of(values));
        return !priced.has_hole;
    }

    const SectionInput& input_;
    const tariff::Plan& plan_;
    Workspace& work_;
    Int128 products_x4_ = 0, values_ = 0;
};

}  // namespace

bool SectionRater::has_indexed() const {
    return std::ranges::any_of(out_.plans, [](const tariff::Plan* plan) { return plan->has_indexed; });
}

std::expected<void, Refusal> SectionRater::sum_indexed() {
    work_.indexed.clear();
    for (std::uint16_t segment = 0; segment < segments_; ++segment) {
        const std::uint16_t version = out_.segments[segment].version;
        const auto& clauses = out_.plans[version]->clauses;
        for (std::uint16_t clause = 0; clause < clauses.size(); ++clause)
            if (clauses[clause].kind == ClauseKind::energy_indexed && applies(clauses[clause], segment)) {
                work_.indexed.push_back({version, clause, segment});
                out_.published.push_back({version, clause, segment});
            }
    }
    for (const IndexedSum& one : work_.indexed) {
        IndexedSummer summer(input_, *out_.plans[one.version], work_);
        if (summer.intervals_missing(at({one.version, one.clause, one.segment}), out_.segments[one.segment].dates))
            return refuse({one.version, one.clause, one.segment}), std::unexpected(Refusal::intervals_missing);
    }
    for (IndexedSum& one : work_.indexed) {
        IndexedSummer summer(input_, *out_.plans[one.version], work_);
        const auto sum = summer.sum(at({one.version, one.clause, one.segment}), out_.segments[one.segment].dates);
        if (!sum) return refuse({one.version, one.clause, one.segment}), std::unexpected(Refusal::price_missing);
        one.exact = *sum;
    }
    return {};
}

bool SectionRater::energy_indexed(Place place) {
    const Clause& clause = at(place);
    const auto found = std::ranges::find_if(work_.indexed, [&](const IndexedSum& one) {
        return one.version == place.version && one.clause == place.clause && one.segment == place.segment;
    });
    ensure(found != work_.indexed.end(), "every indexed clause was summed where it applies");
    const std::int64_t quantity = quantity_of(clause.of, place.segment);
    if (quantity == 0 && found->exact == 0) return false;
    Line& line = priced(place, quantity, 0, {});
    const Int128 steps =
        divide_exactly_rounded(found->exact, multiply(step_of(clause.round), IndexedSum::kScale), clause.round.mode);
    line.amount_minor = narrow(multiply(steps, clause.round.step_minor));
    if (quantity == 0) return true;
    const Int128 total = quantity < 0 ? -found->exact : found->exact;
    const Int128 divisor = multiply(quantity < 0 ? -Int128{quantity} : Int128{quantity}, IndexedSum::kScale);
    line.price_e8 = narrow(divide_rounded(total, divisor, RoundingMode::half_up));
    return true;
}

}  // namespace mainspring::rating
