#include "rating/interval_schedule.hpp"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <limits>

#include "base/ensure.hpp"
#include "rating/interval_sums.hpp"
#include "rating/segments.hpp"

namespace mainspring::rating {

namespace {

constexpr int kDay = 1440;  // minutes
using Table = std::array<std::uint8_t, kDay>;
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::uint32_t kNoSlot = 0xffffffff;

// The stream of a demand in a period.
tariff::Stream demand_stream(const tariff::DemandRule& rule, tariff::Stream period) {
    if (period == tariff::kTotal) return rule.stream;
    return tariff::stream_of(fmt::format("{}.{}", rule.name, tariff::name_of(period)));
}

}  // namespace

// Makes one schedule.
class ScheduleMaker {
public:
    explicit ScheduleMaker(const IntervalSchedule::Shared& shared) : shared_(shared) {
        ensure(shared.zone != nullptr && shared.minutes > 0 && 60 % shared.minutes == 0,
               "a schedule needs a zone and a length of intervals");
        made_.per_day_ = static_cast<std::size_t>(kDay / shared.minutes);
        made_.per_hour_ = 60 / shared.minutes;
    }

    std::expected<IntervalSchedule, std::string> run() {
        for (const DateRange dates : shared_.sections)
            if (const auto added = add_section(dates); !added) return std::unexpected(added.error());
        ensure(made_.values_ > 0 && made_.values_ <= kMostAdded, "a schedule has between one value and 2^17");
        return std::move(made_);
    }

private:
    std::expected<void, std::string> add_section(DateRange dates) {
        AgreementSpan span = shared_.agreement;
        span.dates = dates;
        RatedSection cut;
        SectionInput input{dates, {&span, 1}, {}};
        if (const auto done = cut_segments(input, cut); !done)
            return std::unexpected(fmt::format("{}: {}", format_date(dates.from), text_of(done.error())));
        IntervalSchedule::Section section;
        section.first_piece = size_of(made_.pieces_);
        section.first_peak = size_of(made_.peaks_);
        for (const Segment& segment : cut.segments) {
            const tariff::Plan& plan = *cut.plans[segment.version];
            for (const auto& rule : plan.demands)
                if (rule.unit != Unit::kw || rule.window_minutes != shared_.minutes)
                    return std::unexpected(fmt::format("the demand '{}' is not that of single intervals", rule.name));
            add_segment(plan, segment.dates);
        }
        section.pieces = size_of(made_.pieces_) - section.first_piece;
        section.peaks = size_of(made_.peaks_) - section.first_peak;
        made_.sections_.push_back(section);
        return {};
    }

    template <class T>
    static std::uint32_t size_of(const std::vector<T>& items) {
        return static_cast<std::uint32_t>(items.size());
    }

    struct SameDays {
        const Table* table;  // null: no periods
        std::vector<std::uint32_t> first_values;
    };

    void add_segment(const tariff::Plan& plan, DateRange dates) {
        plan_ = &plan;
        dates_ = dates;
        slots_.assign(std::max<std::size_t>(plan.calendar.period_names().size(), 1), kNoSlot);
        std::vector<SameDays> days;
        for (Date day = dates.from; day < dates.to; day += std::chrono::days{1}) {
            const int minutes = shared_.zone->minutes_in(day);
            if (minutes == kDay)
                same_days(days, table_of(day)).first_values.push_back(static_cast<std::uint32_t>(made_.values_));
            else
                add_changed_day(day, minutes);
            made_.values_ += static_cast<std::size_t>(minutes / shared_.minutes);
        }
        for (const SameDays& same : days) add_group(same);
        for (const std::uint32_t slot : slots_)
            if (slot != kNoSlot) add_peaks(slot);
    }

    const Table* table_of(Date day) const {
        return plan_->calendar.period_names().empty() ? nullptr : &plan_->calendar.minutes_of(day);
    }

    static SameDays& same_days(std::vector<SameDays>& days, const Table* table) {
        for (SameDays& same : days)
            if (same.table == table || (table != nullptr && *same.table == *table)) return same;
        return days.emplace_back(SameDays{table, {}});
    }

    std::uint32_t slot_at(const Table* table, int minute) {
        const std::size_t period = table == nullptr ? 0 : (*table)[static_cast<std::size_t>(minute)];
        if (slots_[period] == kNoSlot) {
            slots_[period] = size_of(made_.pieces_);
            const auto stream =
                table == nullptr ? tariff::kTotal : tariff::stream_of(plan_->calendar.period_names()[period]);
            made_.pieces_.push_back({stream, dates_, 0});
        }
        return slots_[period];
    }

    static void extend(std::vector<IntervalSchedule::Run>& runs, std::size_t first_run, IntervalSchedule::Run one) {
        if (runs.size() > first_run && runs.back().slot == one.slot && runs.back().to == one.from)
            runs.back().to = one.to;
        else
            runs.push_back(one);
    }

    void add_group(const SameDays& same) {
        IntervalSchedule::DayGroup group;
        group.first_day = size_of(made_.first_values_);
        group.days = size_of(same.first_values);
        group.first_run = size_of(made_.runs_);
        made_.first_values_.insert(made_.first_values_.end(), same.first_values.begin(), same.first_values.end());
        for (std::uint32_t place = 0; place < made_.per_day_; ++place) {
            const std::uint32_t slot = slot_at(same.table, static_cast<int>(place) * shared_.minutes);
            extend(made_.runs_, group.first_run, {slot, place, place + 1});
        }
        group.runs = size_of(made_.runs_) - group.first_run;
        made_.groups_.push_back(group);
    }

    void add_changed_day(Date day, int minutes) {
        ensure(minutes % shared_.minutes == 0, "a day has whole intervals");
        Instant at = shared_.zone->start_of(day);
        const std::size_t first_run = made_.changed_.size();
        for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(minutes / shared_.minutes); ++i) {
            const auto value = static_cast<std::uint32_t>(made_.values_) + i;
            const std::uint32_t slot = slot_at(table_of(day), shared_.zone->wall_time_of(at).minute_of_day);
            extend(made_.changed_, first_run, {slot, value, value + 1});
            at += std::chrono::minutes{shared_.minutes};
        }
    }

    void add_peaks(std::uint32_t slot) {
        const Piece& piece = made_.pieces_[slot];
        for (const auto& rule : plan_->demands) {
            made_.peaks_.push_back({demand_stream(rule, piece.stream), piece.dates, 0});
            made_.peak_slots_.push_back(slot);
        }
    }

    const IntervalSchedule::Shared& shared_;
    IntervalSchedule made_;
    const tariff::Plan* plan_ = nullptr;
    DateRange dates_;                   // of the segment
    std::vector<std::uint32_t> slots_;  // of the segment, by period
};

std::expected<IntervalSchedule, std::string> IntervalSchedule::compile(const Shared& shared) {
    return ScheduleMaker(shared).run();
}

IntervalUsage::IntervalUsage(const IntervalSchedule& schedule)
    : schedule_(schedule),
      pieces_(schedule.pieces_),
      peaks_(schedule.peaks_),
      highest_(schedule.pieces_.size()),
      sums_(schedule.per_day_),
      day_highest_(schedule.per_day_) {}

void IntervalUsage::sum(std::span<const std::int64_t> values) {
    ensure(values.size() == schedule_.values_, "a customer has the values of all sections");
    if (!sum_days(values)) sum_exactly(values);
    for (std::size_t i = 0; i < peaks_.size(); ++i)
        peaks_[i].micro = narrow(Int128{highest_[schedule_.peak_slots_[i]]} * schedule_.per_hour_);
}

// Where each of the group's days begins, if they are one period from end to end and follow each other; else nothing.
std::span<const std::uint32_t> IntervalUsage::whole_days(const IntervalSchedule::DayGroup& group) const {
    const auto days = std::span(schedule_.first_values_).subspan(group.first_day, group.days);
    const IntervalSchedule::Run& run = schedule_.runs_[group.first_run];
    const bool whole = group.runs == 1 && run.from == 0 && run.to == schedule_.per_day_ &&
                       days.back() - days.front() == (days.size() - 1) * schedule_.per_day_;
    return whole ? days : std::span<const std::uint32_t>();
}

// False where a value is too large for the columns. Nothing here can leave 64 bits: at most 2^17 values are added.
bool IntervalUsage::sum_days(std::span<const std::int64_t> values) {
    for (Piece& piece : pieces_) piece.micro = 0;
    std::ranges::fill(highest_, kLowest);
    const std::span<const std::uint32_t> days = schedule_.first_values_;
    const std::span<const IntervalSchedule::Run> runs = schedule_.runs_;
    for (const auto& group : schedule_.groups_) {
        if (const auto whole = whole_days(group); !whole.empty() && peaks_.empty()) {
            const std::uint32_t slot = schedule_.runs_[group.first_run].slot;
            pieces_[slot].micro =
                narrow(pieces_[slot].micro + sum_of(values.subspan(whole.front(), whole.size() * schedule_.per_day_)));
            continue;
        }
        if (add_days(values, days.subspan(group.first_day, group.days), {sums_, day_highest_}) == Range::beyond)
            return false;
        for (const auto& run : runs.subspan(group.first_run, group.runs)) {
            std::int64_t sum = pieces_[run.slot].micro, highest = highest_[run.slot];
            for (std::size_t i = run.from; i < run.to; ++i) {
                sum += sums_[i];
                highest = std::max(highest, day_highest_[i]);
            }
            pieces_[run.slot].micro = sum;
            highest_[run.slot] = highest;
        }
    }
    add_changed(values);
    return true;
}

void IntervalUsage::add_changed(std::span<const std::int64_t> values) {
    for (const auto& run : schedule_.changed_)
        for (const std::int64_t value : values.subspan(run.from, run.to - run.from)) {
            pieces_[run.slot].micro = narrow(Int128{pieces_[run.slot].micro} + value);
            highest_[run.slot] = std::max(highest_[run.slot], value);
        }
}

void IntervalUsage::sum_exactly(std::span<const std::int64_t> values) {
    std::vector<Int128> sums(pieces_.size());
    std::ranges::fill(highest_, kLowest);
    const auto add_run = [&](const IntervalSchedule::Run& run, std::size_t first) {
        for (const std::int64_t value : values.subspan(first + run.from, run.to - run.from)) {
            sums[run.slot] += value;
            highest_[run.slot] = std::max(highest_[run.slot], value);
        }
    };
    const std::span<const IntervalSchedule::Run> runs = schedule_.runs_;
    for (const auto& group : schedule_.groups_)
        for (std::size_t day = group.first_day; day < group.first_day + group.days; ++day)
            for (const auto& run : runs.subspan(group.first_run, group.runs))
                add_run(run, schedule_.first_values_[day]);
    for (const auto& run : schedule_.changed_) add_run(run, 0);
    for (std::size_t slot = 0; slot < sums.size(); ++slot) pieces_[slot].micro = narrow(sums[slot]);
}

std::span<const Piece> IntervalUsage::pieces(std::size_t section) const {
    const auto& at = schedule_.sections_.at(section);
    return std::span(pieces_).subspan(at.first_piece, at.pieces);
}

std::span<const Peak> IntervalUsage::peaks(std::size_t section) const {
    const auto& at = schedule_.sections_.at(section);
    return std::span(peaks_).subspan(at.first_peak, at.peaks);
}

}  // namespace mainspring::rating
