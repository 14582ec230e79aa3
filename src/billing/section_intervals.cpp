#include <algorithm>
#include <fmt/format.h>

#include "billing/section_internal.hpp"
#include "rating/peaks.hpp"
#include "rating/usage.hpp"

namespace mainspring::billing {

namespace {

constexpr int kLookBackDays = 35;
constexpr int kLinearMinutes = 120;
constexpr std::chrono::minutes kNoOffset{0};

enum class State : std::uint8_t { missing, good, estimated };

// The channel's values of every local day from 35 days before the part to its end, one after the other.
struct Series {
    DateRange days;                    // of the whole series
    DateRange part;                    // of the section
    int minutes = 30;
    std::vector<Instant> day_start;    // days.days() + 1
    std::vector<std::size_t> offset;   // of each day's first value; days.days() + 1
    std::vector<std::int64_t> micro;   // after the multiplier
    std::vector<State> state;

    std::size_t index(Date day) const { return static_cast<std::size_t>(days_between(days.from, day)); }
    std::size_t first_of_part() const { return offset[index(part.from)]; }
};

Series lay_out(const Zone& zone, DateRange part, int minutes) {
    Series series;
    series.part = part;
    series.days = {part.from - std::chrono::days{kLookBackDays}, part.to};
    series.minutes = minutes;
    std::size_t values = 0;
    for (Date day = series.days.from; day <= series.days.to; day += std::chrono::days{1}) {
        series.day_start.push_back(zone.start_of(day));
        series.offset.push_back(values);
        values += static_cast<std::size_t>(zone.minutes_in(day) / minutes);
    }
    series.micro.assign(series.offset.back(), 0);
    series.state.assign(series.offset.back(), State::missing);
    return series;
}

std::int64_t scaled(std::int64_t value, int scale, std::int64_t multiplier_e6) {
    return narrow(divide_rounded(multiply(value, multiplier_e6), power_of_ten(scale), RoundingMode::half_up));
}

// What a stored value is to be multiplied by, if that is a whole number, as it mostly is; else 0.
std::int64_t whole_factor(int scale, std::int64_t multiplier_e6) {
    const Int128 divisor = power_of_ten(scale);
    return multiplier_e6 % divisor == 0 ? static_cast<std::int64_t>(multiplier_e6 / divisor) : 0;
}

void place(const ChannelDay& day, std::int64_t multiplier_e6, Series& series) {
    const std::chrono::minutes step{series.minutes};
    const auto since = day.start - series.day_start.front();
    if (day.interval_minutes != series.minutes || since % step != kNoOffset) return;
    const auto first = static_cast<std::ptrdiff_t>(since / step);  // slot of the row's first value
    const auto count = static_cast<std::ptrdiff_t>(day.values.size());
    const auto end = std::min(count, static_cast<std::ptrdiff_t>(series.micro.size()) - first);
    const bool one_quality = day.qualities.size() == 1;
    if (one_quality && day.qualities[0] == 'N') return;
    const std::int64_t factor = whole_factor(day.scale, multiplier_e6);
    for (auto i = std::max(std::ptrdiff_t{0}, -first); i < end; ++i) {
        const auto at = static_cast<std::size_t>(i), slot = static_cast<std::size_t>(first + i);
        if (!one_quality && day.qualities[at] == 'N') continue;
        const bool scales = factor == 0 || __builtin_mul_overflow(day.values[at], factor, &series.micro[slot]);
        if (scales) series.micro[slot] = scaled(day.values[at], day.scale, multiplier_e6);
        series.state[slot] = State::good;
    }
}

bool is_whole(const Series& series, std::size_t day) {
    const auto from = series.state.begin() + static_cast<std::ptrdiff_t>(series.offset[day]);
    const auto to = series.state.begin() + static_cast<std::ptrdiff_t>(series.offset[day + 1]);
    return std::all_of(from, to, [](State state) { return state == State::good; });
}

std::size_t size_of_day(const Series& series, std::size_t day) { return series.offset[day + 1] - series.offset[day]; }

// The whole days, of the same weekday and length, that stand in for `day`: up to three earlier ones, else later ones.
std::vector<std::size_t> like_days(const Series& series, std::size_t day, const std::vector<bool>& whole) {
    std::vector<std::size_t> found;
    const auto take = [&](std::size_t other) {
        if (whole[other] && size_of_day(series, other) == size_of_day(series, day)) found.push_back(other);
    };
    for (std::size_t back = 7; back <= kLookBackDays && back <= day && found.size() < 3; back += 7) take(day - back);
    if (!found.empty()) return found;
    for (std::size_t ahead = 7; ahead <= kLookBackDays && day + ahead < whole.size() && found.size() < 3; ahead += 7)
        take(day + ahead);
    return found;
}

struct Filled {
    std::int32_t linear = 0, like_day = 0;
    bool complete = true;
    Date stuck;  // the first day that could not be filled
};

// Gaps of the part, seen inside the part alone; neighbours and like days are judged by what was received, not by what
// was estimated before.
class GapFiller {
public:
    explicit GapFiller(Series& series) : series_(series) {
        whole_.resize(series.offset.size() - 1);
        likened_.resize(whole_.size());
        for (std::size_t day = 0; day < whole_.size(); ++day) whole_[day] = is_whole(series, day);
    }

    Filled fill() {
        const std::vector<State> received = series_.state;
        for (std::size_t i = series_.first_of_part(); i < received.size();) {
            if (received[i] != State::missing) {
                ++i;
                continue;
            }
            std::size_t to = i;
            while (to < received.size() && received[to] == State::missing) ++to;
            fill_gap(i, to);
            i = to;
        }
        return filled_;
    }

    // Days that others were filled from.
    const std::vector<bool>& likened() const { return likened_; }

private:
    void fill_gap(std::size_t from, std::size_t to) {
        const bool short_gap = static_cast<int>(to - from) * series_.minutes <= kLinearMinutes;
        if (short_gap && from > series_.first_of_part() && to < series_.state.size()) {
            const auto first = series_.micro.begin() + static_cast<std::ptrdiff_t>(from);
            rating::fill_linear({series_.micro[from - 1], series_.micro[to]}, {first, to - from});
            std::fill_n(series_.state.begin() + static_cast<std::ptrdiff_t>(from), to - from, State::estimated);
            filled_.linear += static_cast<std::int32_t>(to - from);
            return;
        }
        for (std::size_t i = from; i < to; ++i) fill_like_day(i);
    }

    void fill_like_day(std::size_t at) {
        const auto next = std::ranges::upper_bound(series_.offset, at);
        const auto day = static_cast<std::size_t>(next - series_.offset.begin()) - 1;
        const auto days = like_days(series_, day, whole_);
        if (days.empty()) {
            if (filled_.complete) filled_.stuck = series_.days.from + std::chrono::days{day};
            filled_.complete = false;
            return;
        }
        std::vector<std::int64_t> values;
        for (const auto other : days) {
            values.push_back(series_.micro[series_.offset[other] + at - series_.offset[day]]);
            likened_[other] = true;
        }
        series_.micro[at] = rating::mean_of(values);
        series_.state[at] = State::estimated;
        ++filled_.like_day;
    }

    Series& series_;
    std::vector<bool> whole_, likened_;
    Filled filled_;
};

// A channel of a period keeps it; a measure of all hours is spread over the periods of the version of the day.
bool classify(const SectionInputs& in, const Zone& zone, const Series& series, tariff::Stream stream, Section& out) {
    for (Date day = series.part.from; day < series.part.to; day += std::chrono::days{1}) {
        const tariff::Plan* plan = plan_on(out, day);
        if (plan == nullptr)
            return !in.hold(Cause::no_tariff_version, out.dates.to, fmt::format("no version on {}", format_date(day)));
        const std::size_t at = series.index(day);
        const std::span<const std::int64_t> values(series.micro.data() + series.offset[at], size_of_day(series, at));
        if (tariff::period_of(stream) != 0) {
            Int128 sum = 0;
            for (const auto value : values) sum += value;
            out.pieces.push_back({stream, {day, day + std::chrono::days{1}}, narrow(sum)});
            continue;
        }
        rating::classify_day(*plan, zone, series.minutes, {day, values, stream}, out.pieces);
    }
    return true;
}

bool looks_at_intervals(const Section& section) {
    const auto looks = [](const tariff::Clause& clause) { return clause.kind == tariff::ClauseKind::energy_indexed; };
    return std::ranges::any_of(section.spans, [&](const rating::AgreementSpan& span) {
        return std::ranges::any_of(span.tariff->versions, [&](const auto& plan) {
            return !plan->demands.empty() || std::ranges::any_of(plan->clauses, looks);
        });
    });
}

// The values of the part for rating. Those of a channel of one period are not of all hours: none.
void keep_values(const Series& series, tariff::Stream stream, Section& out) {
    if (tariff::period_of(stream) != 0 || !looks_at_intervals(out)) return;
    const auto first = series.micro.begin() + static_cast<std::ptrdiff_t>(series.first_of_part());
    for (std::size_t i = 0; i < out.intervals.size(); ++i) {
        const rating::IntervalRun& run = out.intervals[i];
        if (run.measure != stream || run.dates != series.part || run.minutes != series.minutes) continue;
        auto& sums = out.interval_values[i];  // another channel of the measure
        for (std::size_t v = 0; v < sums.size(); ++v)
            sums[v] = narrow(Int128{sums[v]} + first[static_cast<std::ptrdiff_t>(v)]);
        return;
    }
    const auto& values = out.interval_values.emplace_back(first, series.micro.end());
    out.intervals.push_back({stream, series.part, series.minutes, values});
}

// From the day on: windows that begin in it may end in the next.
std::span<const std::int64_t> values_from(const rating::IntervalRun& run, const Zone& zone, Date day) {
    const auto before = (zone.start_of(day) - zone.start_of(run.dates.from)) / std::chrono::minutes{run.minutes};
    return run.micro.subspan(static_cast<std::size_t>(before));
}

// The peaks of each day by the demands of the version that holds on it.
void add_peaks(const Zone& zone, Section& out) {
    for (const auto& run : out.intervals) {
        if (run.measure != tariff::kTotal) continue;
        for (Date day = run.dates.from; day < run.dates.to; day += std::chrono::days{1}) {
            const tariff::Plan* plan = plan_on(out, day);
            if (plan == nullptr || plan->demands.empty()) continue;
            rating::DemandDay values{day, values_from(run, zone, day)};
            for (const auto& other : out.intervals)
                if (other.measure == tariff::kReactive && other.minutes == run.minutes && other.dates.contains(day))
                    values.reactive = values_from(other, zone, day);
            rating::peaks_of_day(*plan, zone, run.minutes, values, out.peaks);
        }
    }
}

// The rows of the channel; `days` of the agreement are sorted by (register_no, start).
std::span<const ChannelDay> rows_of(const Agreement& agreement, std::int16_t register_no) {
    const auto range = std::ranges::equal_range(agreement.channel_days, register_no, {}, &ChannelDay::register_no);
    return {range.begin(), range.end()};
}

Instant end_of(const ChannelDay& row) {
    return row.start + std::chrono::minutes{row.interval_minutes} * static_cast<int>(row.values.size());
}

// The rows before the section that hold values of days that others were filled from.
std::vector<const ChannelDay*> rows_likened(const Series& series, const std::vector<bool>& likened,
                                            std::span<const ChannelDay> before) {
    std::vector<const ChannelDay*> found;
    for (const auto& row : before)
        for (std::size_t day = 0; day < likened.size(); ++day)
            if (likened[day] && row.start < series.day_start[day + 1] && end_of(row) > series.day_start[day]) {
                found.push_back(&row);
                break;
            }
    return found;
}

bool fill_channel(const SectionInputs& in, const Zone& zone, ChannelPart& part, Section& out) {
    const Register& r = part.installation->registers[part.register_index];
    if (const Unit wanted = tariff::unit_of_stream(r.stream, out.unit); r.unit != wanted) {
        in.hold(Cause::unit_mismatch, out.dates.to,
                fmt::format("channel counts {}, tariff bills {}", text_of(r.unit), text_of(wanted)));
        return false;
    }
    Series series = lay_out(zone, part.dates, r.interval_minutes);
    const auto rows = rows_of(in.agreement, r.register_no);
    for (const auto& row : rows) place(row, r.multiplier_e6, series);
    const Instant from = zone.start_of(part.dates.from), to = zone.start_of(part.dates.to);
    const auto first = std::ranges::find_if(rows, [&](const ChannelDay& d) { return end_of(d) > from; });
    const auto last = std::find_if(first, rows.end(), [&](const ChannelDay& d) { return d.start >= to; });
    part.days = {first, last};
    part.values = static_cast<std::int32_t>(series.micro.size() - series.first_of_part());
    const auto missing = std::count(series.state.begin() + static_cast<std::ptrdiff_t>(series.first_of_part()),
                                    series.state.end(), State::missing);
    Filled filled{0, 0, false, part.dates.from};
    if (missing * 10 <= part.values * 3) {
        GapFiller filler(series);
        filled = filler.fill();
        if (filled.like_day > 0) part.like_days = rows_likened(series, filler.likened(), {rows.begin(), first});
    }
    if (!filled.complete) {
        in.hold(Cause::interval_gap, out.dates.to,
                fmt::format("{} of {} values are missing and cannot be estimated, first on {}", missing, part.values,
                            format_date(filled.stuck)));
        return false;
    }
    part.estimated_linear = filled.linear;
    part.estimated_like_day = filled.like_day;
    keep_values(series, r.stream, out);
    return classify(in, zone, series, r.stream, out);
}

}  // namespace

bool fill_intervals(const SectionInputs& in, Section& out) {
    for (const auto& installation : in.agreement.installations) {
        const DateRange dates = intersect(installation.dates, out.dates);
        if (installation.device_id == 0 || dates.from >= dates.to || !is_interval_billed(installation)) continue;
        const auto& first_plan = *out.spans.front().tariff->versions.front();
        const auto zone = in.reference.zones.find(first_plan.zone);
        if (zone == in.reference.zones.end())
            return !in.hold(Cause::no_tariff, out.dates.to, "zone of the tariff unknown");
        out.zone = &zone->second;
        for (std::size_t i = 0; i < installation.registers.size(); ++i) {
            const Register& r = installation.registers[i];
            if (!r.billed || r.interval_minutes == 0) continue;
            ChannelPart part{&installation, dates, static_cast<std::uint16_t>(i), 0, 0, 0, {}, {}};
            if (!fill_channel(in, zone->second, part, out)) return false;
            out.channels.push_back(part);
        }
    }
    if (out.zone != nullptr) add_peaks(*out.zone, out);
    return true;
}

namespace {

std::string units(std::int64_t micro, Unit unit) { return format_quantity({micro, unit}); }

}  // namespace

// All three compare products, so that nothing is divided: use / days against mean_use / mean_days.
bool check_use(const SectionInputs& in, const Section& section) {
    if (in.carry == nullptr || in.carry->history.empty()) return true;
    Int128 mean = 0;
    std::int64_t mean_days = 0;
    int taken = 0;
    for (auto use = in.carry->history.rbegin(); use != in.carry->history.rend() && taken < 12; ++use, ++taken) {
        mean += use->total_micro;
        mean_days += use->days;
    }
    const UseLimits& limits = in.rules.limits;
    const Int128 days = section.dates.days();
    const Int128 use = section.total_micro;
    const Int128 expected_x = multiply(mean, days);  // mean daily use x days x mean_days
    const bool used_before = mean >= Int128{limits.low_mean_micro_per_day} * mean_days;
    const auto detail = [&] {
        return fmt::format("{} in {} days; before, {} in {} days", units(section.total_micro, section.unit),
                           section.dates.days(), units(narrow(mean), section.unit), mean_days);
    };
    if (use == 0) return !(used_before && in.hold(Cause::use_zero, section.dates.to, detail()));
    if (multiply(use, mean_days) * 100 > expected_x * limits.high_factor_percent &&
        multiply(use, mean_days) - expected_x > Int128{limits.high_excess_micro} * mean_days)
        return !in.hold(Cause::use_high, section.dates.to, detail());
    if (used_before && multiply(use, mean_days) * 100 < expected_x * limits.low_factor_percent)
        return !in.hold(Cause::use_low, section.dates.to, detail());
    return true;
}

}  // namespace mainspring::billing
