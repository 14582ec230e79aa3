#include "sample/interval_reads.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "formats/nem_writer.hpp"

namespace mainspring::sample {
namespace {

using std::chrono::minutes;

// Share of the day's use in each local hour, per mille.
constexpr std::array<std::int64_t, 24> kShape{26, 22, 20, 20, 21, 25, 35, 48, 50, 44, 40, 40,
                                              42, 40, 38, 40, 46, 60, 72, 74, 68, 54, 43, 32};
constexpr minutes kMarketOffset{600};  // NEM12: UTC+10 all year

constexpr std::string_view kProfile = R"(profile: intervals
kind: interval
time:
  format: "%Y-%m-%dT%H:%M%z"
  means: start
  zone: utc
columns:
  service_point: service_point
  register: register
  interval_minutes: interval_minutes
  read_at: read_at
  value: value
constants:
  unit: kWh
)";

}  // namespace

// Two gaps: one hour, that a straight line closes, and six hours, that need a like day. Both late, so that there are
// days to liken them to.
struct IntervalWriter::Gaps {
    Instant short_from, long_from;
    bool present = false;

    Gaps(Random& random, const IntervalLife& life, Instant to) {
        if (!life.plan.has_gap) return;
        present = true;
        short_from = to - std::chrono::days(random.between(8, 12)) + minutes(60 * random.between(3, 18));
        long_from = to - std::chrono::days(random.between(3, 6)) + minutes(60 * random.between(2, 12));
    }
    bool holds(Instant at) const {
        return present && ((at >= short_from && at < short_from + minutes(60)) ||
                           (at >= long_from && at < long_from + minutes(360)));
    }
};

IntervalWriter::IntervalWriter(const Mix& mix, std::filesystem::path out, GenerateReport& report)
    : mix_(mix), out_(std::move(out)), report_(report) {
    from_ = mix.zone.start_of(mix.first_month);
    to_ = mix.zone.start_of(first_of_next_month(mix.last_month));
}

void IntervalWriter::write(Random& random, const IntervalLife& life) {
    if (life.plan.has_gap) ++report_.gaps;
    if (mix_.interval_format == IntervalFormat::nem12)
        write_nem12(random, life);
    else
        write_profile(random, life);
}

void IntervalWriter::fill_day(Random& random, const IntervalLife& life, int first_minute) {
    const int step = life.plan.supply->minutes;
    values_.resize(static_cast<std::size_t>(1440 / step));
    const std::int64_t day_factor = random.between(850, 1150);
    const Int128 hour = multiply(multiply(life.plan.daily_micro, 1'000'000) / life.plan.multiplier_e6, day_factor);
    // Thousandths of the unit in a whole day, times 1000.
    const std::int64_t milli = narrow(hour / 1'000'000);
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const auto minute = static_cast<std::size_t>(first_minute) + i * static_cast<std::size_t>(step);
        const std::int64_t share = kShape[minute / 60 % 24] * step;
        values_[i] = milli * share / 60'000 * random.between(900, 1100) / 1000;
    }
}

OutputFile& IntervalWriter::nem12_file() {
    if (!file_) {
        std::filesystem::create_directories(out_ / "reads_nem12");
        file_.emplace(out_ / "reads_nem12" / fmt::format("{:04}.csv", ++files_), "");
        const std::string created = fmt::format("{}0000", format_date(first_of_next_month(mix_.last_month)));
        std::string digits;
        std::ranges::copy_if(created, std::back_inserter(digits), [](char c) { return c != '-'; });
        formats::Nem12Writer(file_->text())
            .header({.version = "NEM12", .created = digits, .from = "SAMPLE", .to = "MAINSPRING"});
        channels_ = 0;
    }
    return *file_;
}

void IntervalWriter::end_nem12_file() {
    formats::Nem12Writer(file_->text()).end();
    file_->close();
    report_.bytes += file_->bytes();
    file_.reset();
}

void IntervalWriter::write_nem12(Random& random, const IntervalLife& life) {
    OutputFile& file = nem12_file();
    formats::Nem12Writer writer(file.text());
    const formats::NemChannel channel{.nmi = life.point,
                                      .configuration = "E1",
                                      .register_id = "",
                                      .suffix = "E1",
                                      .stream = "N1",
                                      .meter = life.serial,
                                      .unit = {},
                                      .unit_text = "kWh",
                                      .interval_minutes = life.plan.supply->minutes,
                                      .next_read = ""};
    writer.channel(channel);
    const Gaps gaps(random, life, to_);
    std::vector<formats::NemQualityRange> events;
    const auto first = std::chrono::floor<std::chrono::days>(from_ + kMarketOffset);
    const auto end = std::chrono::ceil<std::chrono::days>(to_ + kMarketOffset);
    for (Date day = Date(first.time_since_epoch()); day < Date(end.time_since_epoch()); day += std::chrono::days(1)) {
        const Instant start = Instant(day.time_since_epoch()) - kMarketOffset;
        fill_day(random, life, mix_.zone.wall_time_of(start).minute_of_day);
        formats::NemDay out{.date = day,
                            .scale = 3,
                            .values = {},
                            .quality = {},
                            .reason = {},
                            .events = {},
                            .qualities = {},
                            .updated_at = "",
                            .loaded_at = "",
                            .raw_values = ""};
        events.clear();
        for (std::size_t i = 0; gaps.present && i < values_.size(); ++i) {
            const bool missing = gaps.holds(start + minutes(static_cast<int>(i) * channel.interval_minutes));
            if (missing) values_[i] = 0;
            const char flag = missing ? 'N' : 'A';
            if (events.empty() || events.back().quality.flag != flag)
                events.push_back({.first = static_cast<int>(i) + 1, .quality = {.flag = flag}, .reason = {}});
            events.back().last = static_cast<int>(i) + 1;
        }
        out.values = values_;
        if (events.size() > 1) {
            out.quality.flag = 'V';
            out.events = events;
        }
        writer.interval_day(channel, out);
        ++report_.interval_days;
        report_.interval_values += std::ssize(values_);
        file.written(1);
    }
    if (++channels_ >= kChannelsOfFile) end_nem12_file();
}

void IntervalWriter::write_profile(Random& random, const IntervalLife& life) {
    if (!file_) {
        file_.emplace(out_ / "reads_interval.csv", "service_point,register,interval_minutes,read_at,value\n");
        OutputFile profile(out_ / "interval_profile.yaml", kProfile);
        profile.close();
        report_.bytes += profile.bytes();
    }
    const Gaps gaps(random, life, to_);
    const int step = life.plan.supply->minutes;
    for (Instant start = from_; start < to_; start += minutes(1440)) {
        fill_day(random, life, mix_.zone.wall_time_of(start).minute_of_day);
        for (std::size_t i = 0; i < values_.size(); ++i) {
            const Instant at = start + minutes(static_cast<int>(i) * step);
            if (at >= to_ || gaps.holds(at)) continue;
            const auto day = std::chrono::floor<std::chrono::days>(at);
            const auto minute = std::chrono::floor<minutes>(at - day).count();
            std::string& out = file_->text();
            out += life.point;
            out += ",1,";
            append_whole(out, step);
            out += ',';
            append_date(out, Date(day.time_since_epoch()));
            out += 'T';
            append_whole(out, minute / 60, 2);
            out += ':';
            append_whole(out, minute % 60, 2);
            out += "Z,";
            append_fixed(out, values_[i], 3);
            out += '\n';
            ++report_.interval_values;
            file_->written(1);
        }
        ++report_.interval_days;
    }
}

void IntervalWriter::close() {
    if (!file_) return;
    if (mix_.interval_format == IntervalFormat::nem12) {
        end_nem12_file();
        return;
    }
    file_->close();
    report_.bytes += file_->bytes();
    file_.reset();
}

}  // namespace mainspring::sample
