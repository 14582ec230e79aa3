#include "metering/read_feed.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <tuple>

#include "formats/csv.hpp"
#include "formats/nem.hpp"
#include "formats/nem_advance.hpp"

namespace mainspring::metering {
namespace {

constexpr std::string_view kQualities = "ACES";

bool two_digits(std::string_view text, std::size_t at, int& out) {
    if (at + 2 > text.size()) return false;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 2, out);
    return error == std::errc() && end == text.data() + at + 2;
}

struct Bad {
    const char* field;
    std::string reason;
};

class CsvFeed {
public:
    CsvFeed(const formats::CsvHeader& header, const Zone& zone) : zone_(zone) {
        constexpr std::array<const char*, 7> kNames{"service_point", "serial",  "register", "read_at",
                                                    "value",         "quality", "reason"};
        for (std::size_t i = 0; i < kNames.size(); ++i) at_[i] = header.find(kNames[i]);
    }
    StatedRead parse(const formats::CsvRow& row) {
        StatedRead read;
        read.line = row.line();
        read.channel.point = cell(row, 0);
        if (read.channel.point.empty()) throw Bad{"service_point", "is empty"};
        read.channel.serial = cell(row, 1);
        read.channel.code = cell(row, 2);
        stamp(cell(row, 3), read);
        const auto value = parse_decimal(cell(row, 4), 6);
        if (!value) throw Bad{"value", fmt::format("'{}': {}", formats::shown(cell(row, 4)), text_of(value.error()))};
        read.value_micro = *value;
        if (const std::string_view quality = cell(row, 5); !quality.empty()) {
            if (quality.size() != 1 || !kQualities.contains(quality[0]))
                throw Bad{"quality", fmt::format("'{}' is none of A, C, E, S", formats::shown(quality))};
            read.quality = quality[0];
        }
        const auto reason = read_reason_of(cell(row, 6));
        if (!reason) throw Bad{"reason", reason.error()};
        read.reason = *reason;
        return read;
    }

private:
    std::string_view cell(const formats::CsvRow& row, std::size_t column) const {
        return at_[column] ? row[*at_[column]] : std::string_view();
    }
    // Neighbours often carry the same time.
    void stamp(std::string_view text, StatedRead& read) {
        if (text != last_text_ || last_text_.empty()) {
            const auto wall = parse_wall_time(text);
            if (!wall) throw Bad{"read_at", wall.error()};
            last_on_ = wall->date;
            last_at_ = *zone_.instant_of(*wall, MissingTime::next_valid, DoubledTime::first);
            last_text_ = text;
        }
        read.on = last_on_;
        read.at = last_at_;
    }

    const Zone& zone_;
    std::array<std::optional<std::size_t>, 7> at_;
    std::string last_text_;
    Date last_on_;
    Instant last_at_;
};

Instant market_instant(std::string_view stamp) {  // yyyymmddHHMMSS, checked by the reader
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::from_chars(stamp.data(), stamp.data() + 4, year);
    two_digits(stamp, 4, month);
    two_digits(stamp, 6, day);
    two_digits(stamp, 8, hour);
    two_digits(stamp, 10, minute);
    two_digits(stamp, 12, second);
    const Date date = std::chrono::year{year} / month / day;
    return Instant(date) + std::chrono::hours(hour - 10) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

// value * 10^-scale in millionths, exactly.
std::optional<std::int64_t> micro_of(formats::ScaledDecimal value, int more_decimals) {
    const int scale = value.scale + more_decimals;
    if (scale <= 6) {
        const Int128 out = Int128(value.value) * power_of_ten(6 - scale);
        return out == static_cast<std::int64_t>(out) ? std::optional(static_cast<std::int64_t>(out)) : std::nullopt;
    }
    const Int128 divisor = power_of_ten(scale - 6);
    if (value.value % divisor != 0) return std::nullopt;
    return static_cast<std::int64_t>(value.value / divisor);
}

}  // namespace

std::expected<WallTime, std::string> parse_wall_time(std::string_view text) {
    const auto date = parse_date(text.substr(0, 10));
    if (!date) return std::unexpected(date.error());
    WallTime wall{*date, 0};
    if (text.size() == 10) return wall;
    int hour = -1, minute = -1, second = 0;
    const bool shape = (text[10] == ' ' || text[10] == 'T') && two_digits(text, 11, hour) && text.size() >= 16 &&
                       text[13] == ':' && two_digits(text, 14, minute) &&
                       (text.size() == 16 || (text.size() == 19 && text[16] == ':' && two_digits(text, 17, second)));
    if (!shape || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return std::unexpected(fmt::format("'{}' is neither a date (2026-07-01) nor a date and time (2026-07-01 08:30)",
                                           formats::shown(text)));
    wall.minute_of_day = hour * 60 + minute;
    return wall;
}

std::expected<UnitReading, std::string> read_unit(std::string_view text) {
    using enum formats::NemUnitBase;
    if (text.empty()) return UnitReading{};
    if (text == "m3") return UnitReading{UnitStatement::ours, Unit::cubic_metre, 0};
    const auto unit = formats::nem_unit_of(text);
    if (!unit) return std::unexpected(fmt::format("unknown unit '{}'", formats::shown(text)));
    const auto ours = [&](Unit which) { return UnitReading{UnitStatement::ours, which, 3 - unit->power_of_ten}; };
    switch (unit->base) {
        case unstated: return UnitReading{};
        case wh: return ours(Unit::kwh);
        case varh: return ours(Unit::kvarh);
        case vah: return ours(Unit::kvah);
        case w: return ours(Unit::kw);
        case va: return ours(Unit::kva);
        case var:
        case volt:
        case ampere:
        case power_factor: break;
    }
    return UnitReading{UnitStatement::foreign, Unit::none, 0};
}

void feed_csv(const formats::TextFile& text, const Zone& zone, const FeedSink& sink) {
    auto csv = formats::CsvReader::open(text.text(), {.file = text.name(),
                                                      .required = {"service_point", "register", "read_at", "value"},
                                                      .optional = {"serial", "quality", "reason"}});
    if (!csv) return sink.problem(csv.error());
    CsvFeed feed(csv->header(), zone);
    StatedBatch batch;
    std::int64_t done = 0;
    while (auto row = csv->next()) {
        if (!*row) {
            sink.problem(row->error());
            continue;
        }
        try {
            batch.reads.push_back(feed.parse(***row));
        } catch (const Bad& bad) {
            sink.problem({.file = text.name(),
                          .line = (**row)->line(),
                          .field = bad.field,
                          .reason = bad.reason,
                          .severity = formats::Severity::record});
        }
        done = (**row)->cells().front().data() - text.text().data();
        // The registers of one read stay together.
        const std::size_t count = batch.reads.size();
        if (count > sink.reads_of_batch &&
            batch.reads[count - 1].channel.point != batch.reads[count - 2].channel.point) {
            StatedRead first = std::move(batch.reads.back());
            batch.reads.pop_back();
            sink.batch(batch, done);
            batch.reads.clear();
            batch.reads.push_back(std::move(first));
        }
    }
    sink.batch(batch, static_cast<std::int64_t>(text.text().size()));
}

namespace {

class NemFeed final : public formats::NemVisitor {
public:
    NemFeed(const formats::TextFile& text, const Zone& zone, const FeedSink& sink)
        : text_(text), zone_(zone), sink_(sink) {}

    void interval_day(const formats::NemChannel& channel, const formats::NemDay& day) override {
        const auto unit = read_unit(channel.unit_text);
        if (!unit) return refuse(channel.line, "UOM", unit.error());
        StatedDay stated{.line = day.line,
                         .channel = channel_of(channel.nmi, channel.meter, channel.suffix, channel.register_id, *unit),
                         .start = Instant(day.date) - std::chrono::hours(10),
                         .interval_minutes = channel.interval_minutes,
                         .scale = day.scale + unit->more_decimals,
                         .values = {day.values.begin(), day.values.end()},
                         .qualities = {},
                         .method = {},
                         .updated_at = std::string(day.updated_at)};
        for (const formats::NemQualityRange& range : day.qualities) {
            stated.qualities.append(static_cast<std::size_t>(range.last - range.first + 1), range.quality.flag);
            const std::string name = formats::text_of(range.quality);
            if (name.size() > 1 && !stated.method.contains(name))
                stated.method += (stated.method.empty() ? "" : ",") + name;
        }
        batch_.days.push_back(std::move(stated));
        if (batch_.days.size() >= sink_.days_of_batch) flush(channel.nmi.data());
    }

    void accumulation(const formats::NemAccumulation& record) override;

    void problem(const formats::Problem& problem) override { sink_.problem(problem); }
    void finish() { sink_.batch(batch_, static_cast<std::int64_t>(text_.text().size())); }

private:
    static StatedChannel channel_of(std::string_view nmi, std::string_view meter, std::string_view suffix,
                                    std::string_view register_id, const UnitReading& unit) {
        return {.point = std::string(nmi),
                .serial = std::string(meter),
                .code = std::string(suffix),
                .other_code = std::string(register_id),
                .unit_statement = unit.statement,
                .unit = unit.unit};
    }
    void refuse(int line, std::string field, std::string reason) {
        sink_.problem({.file = text_.name(),
                       .line = line,
                       .field = std::move(field),
                       .reason = std::move(reason),
                       .severity = formats::Severity::record});
    }
    void add_read(const formats::NemAccumulation& record, const UnitReading& unit, const StatedRead& like,
                  const formats::NemRegisterRead& read);
    void flush(const char* at) {
        sink_.batch(batch_, at - text_.text().data());
        batch_ = {};
    }

    const formats::TextFile& text_;
    const Zone& zone_;
    const FeedSink& sink_;
    StatedBatch batch_;
};

void NemFeed::add_read(const formats::NemAccumulation& record, const UnitReading& unit, const StatedRead& like,
                       const formats::NemRegisterRead& read) {
    if (read.quality.flag == 'N' || read.reading.empty()) return;
    const auto value = formats::parse_scaled(read.reading);
    const auto micro = value ? micro_of(*value, unit.more_decimals) : std::nullopt;
    if (!micro)
        return refuse(record.line, "RegisterRead", fmt::format("'{}' is no reading", formats::shown(read.reading)));
    StatedRead stated = like;
    stated.at = market_instant(read.at);
    stated.on = zone_.date_of(stated.at);
    stated.value_micro = *micro;
    stated.quality = read.quality.flag == 'F' ? 'S' : read.quality.flag;
    const std::string name = formats::text_of(read.quality);
    stated.method = name.size() > 1 ? name : std::string();
    batch_.reads.push_back(std::move(stated));
}

void NemFeed::accumulation(const formats::NemAccumulation& record) {
    const auto unit = read_unit(record.unit_text);
    if (!unit) return refuse(record.line, "UOM", unit.error());
    StatedRead like{.line = record.line,
                    .channel = channel_of(record.nmi, record.meter, record.suffix, record.register_id, *unit),
                    .at = {},
                    .on = {}};
    const auto judgement = formats::judge_advance({.previous = record.previous.reading,
                                                   .current = record.current.reading,
                                                   .quantity = record.quantity_text,
                                                   .direction = record.direction});
    like.only_if_unknown = true;
    add_read(record, *unit, like, record.previous);
    like.only_if_unknown = false;
    const bool doubtful = !judgement || judgement->verdict == formats::AdvanceVerdict::mismatch || judgement->review;
    if (doubtful) {
        like.status = 's';
        sink_.problem({.file = text_.name(),
                       .line = record.line,
                       .field = "Quantity",
                       .reason = fmt::format("{} does not follow from the readings {} and {} ({}): the read is suspect",
                                             record.quantity_text, record.previous.reading, record.current.reading,
                                             judgement ? formats::text_of(judgement->verdict) : "unreadable"),
                       .severity = formats::Severity::warning});
    }
    add_read(record, *unit, like, record.current);
    if (batch_.reads.size() >= sink_.reads_of_batch) flush(record.nmi.data());
}

// Gathers the values of each channel and local day.
class ProfileDays {
public:
    ProfileDays(const ProfileFeed& feed, const formats::TextFile& text, const FeedSink& sink)
        : feed_(feed), text_(text), sink_(sink) {}

    void add(const formats::CsvRead& read) {
        const auto unit = read_unit(read.unit);
        if (!unit) return refuse(read.line, "unit", unit.error());
        if (feed_.profile.kind == formats::ReadKind::register_)
            add_register(read, *unit);
        else
            add_interval(read, *unit);
    }
    void finish() { flush(static_cast<std::int64_t>(text_.text().size())); }

private:
    void refuse(int line, std::string field, std::string reason) {
        sink_.problem({.file = text_.name(),
                       .line = line,
                       .field = std::move(field),
                       .reason = std::move(reason),
                       .severity = formats::Severity::record});
    }
    static StatedChannel channel_of(const formats::CsvRead& read, const UnitReading& unit) {
        return {.point = std::string(read.service_point),
                .serial = std::string(read.device),
                .code = std::string(read.register_id),
                .other_code = {},
                .unit_statement = unit.statement,
                .unit = unit.unit};
    }
    Instant instant_of(const formats::StampedTime& time, DoubledTime doubled) const {
        if (time.offset) return Instant(time.local.time_since_epoch() - *time.offset);
        const auto day = std::chrono::floor<std::chrono::days>(time.local);
        const auto minute = std::chrono::floor<std::chrono::minutes>(time.local - day);
        return *feed_.file_zone.instant_of({Date(day.time_since_epoch()), static_cast<int>(minute.count())},
                                           MissingTime::next_valid, doubled);
    }
    char quality_of(const formats::CsvRead& read) const {
        return read.quality.empty() ? 'A' : read.quality.size() == 1 ? read.quality[0] : '?';
    }
    void add_register(const formats::CsvRead& read, const UnitReading& unit);
    void add_interval(const formats::CsvRead& read, const UnitReading& unit);
    void put(const formats::CsvRead& read, const UnitReading& unit, Instant start, Instant later);
    void flush(std::int64_t done);

    struct Day {
        StatedDay stated;
        std::vector<formats::ScaledDecimal> values;
    };
    const ProfileFeed& feed_;
    const formats::TextFile& text_;
    const FeedSink& sink_;
    StatedBatch batch_;
    std::map<std::tuple<std::string, std::string, std::string, Date>, Day> days_;
};

void ProfileDays::add_register(const formats::CsvRead& read, const UnitReading& unit) {
    const auto micro = micro_of(read.value, unit.more_decimals);
    if (!micro) return refuse(read.line, "value", "has more than 6 decimals, or is absurdly large");
    const char quality = quality_of(read);
    if (!kQualities.contains(quality)) return refuse(read.line, "quality", "is none of A, C, E, S");
    const Instant at = instant_of(read.read_at, DoubledTime::first);
    batch_.reads.push_back({.line = read.line,
                            .channel = channel_of(read, unit),
                            .at = at,
                            .on = feed_.zone.date_of(at),
                            .value_micro = *micro,
                            .quality = quality});
    if (batch_.reads.size() >= sink_.reads_of_batch) flush(read.value_text.data() - text_.text().data());
}

void ProfileDays::add_interval(const formats::CsvRead& read, const UnitReading& unit) {
    constexpr std::string_view kIntervalQualities = "AEFSN";
    if (!kIntervalQualities.contains(quality_of(read))) return refuse(read.line, "quality", "is none of A, E, F, S, N");
    const auto back =
        std::chrono::minutes(feed_.profile.time_means == formats::TimeMeaning::end ? read.interval_minutes : 0);
    put(read, unit, instant_of(read.read_at, DoubledTime::first) - back,
        instant_of(read.read_at, DoubledTime::second) - back);
}

// `later`: the start when the wall time is the second of a doubled hour, else the same.
void ProfileDays::put(const formats::CsvRead& read, const UnitReading& unit, Instant start, Instant later) {
    const Date date = feed_.zone.date_of(start);
    const Instant midnight = feed_.zone.start_of(date);
    const int count = feed_.zone.minutes_in(date) / read.interval_minutes;
    if (days_.size() >= sink_.days_of_batch &&
        !days_.contains(
            {std::string(read.service_point), std::string(read.device), std::string(read.register_id), date}))
        flush(read.value_text.data() - text_.text().data());
    Day& day = days_[{std::string(read.service_point), std::string(read.device), std::string(read.register_id), date}];
    if (day.values.empty()) {
        day.stated = {.line = read.line,
                      .lines = 0,
                      .channel = channel_of(read, unit),
                      .start = midnight,
                      .interval_minutes = read.interval_minutes,
                      .scale = unit.more_decimals,
                      .values = {},
                      .qualities = std::string(static_cast<std::size_t>(count), 'N'),
                      .method = {},
                      .updated_at = {},
                      .partial = true};
        day.values.resize(static_cast<std::size_t>(count));
    }
    if (day.stated.interval_minutes != read.interval_minutes)
        return refuse(read.line, "interval_minutes", "differs from the lines before of this day");
    const auto place = [&](Instant at) { return (at - midnight) / std::chrono::minutes(read.interval_minutes); };
    if ((start - midnight) % std::chrono::minutes(read.interval_minutes) != std::chrono::milliseconds(0))
        return refuse(read.line, "read_at", "does not begin an interval of the day");
    auto at = static_cast<std::size_t>(place(start));
    if (day.stated.qualities[at] != 'N' && later != start) at = static_cast<std::size_t>(place(later));
    if (at >= day.values.size()) return refuse(read.line, "read_at", "lies outside the day");
    ++day.stated.lines;
    if (day.stated.qualities[at] != 'N' && day.values[at] != read.value) {
        --day.stated.lines;
        return refuse(read.line, "value", "another line gives another value for the same interval");
    }
    day.values[at] = read.value;
    day.stated.qualities[at] = quality_of(read);
}

void ProfileDays::flush(std::int64_t done) {
    for (auto& [key, day] : days_) {
        int scale = 0;
        for (const auto& value : day.values) scale = std::max(scale, value.scale);
        for (const auto& value : day.values)
            day.stated.values.push_back(narrow(multiply(value.value, power_of_ten(scale - value.scale))));
        day.stated.scale += scale;
        if (day.stated.lines > 0) batch_.days.push_back(std::move(day.stated));
    }
    days_.clear();
    sink_.batch(batch_, done);
    batch_ = {};
}

}  // namespace

void feed_nem(const formats::TextFile& text, const Zone& zone, const FeedSink& sink) {
    NemFeed feed(text, zone, sink);
    formats::read_nem(text.text(), text.name(), feed);
    feed.finish();
}

void feed_profile(const formats::TextFile& text, const ProfileFeed& feed, const FeedSink& sink) {
    ProfileDays days(feed, text, sink);
    formats::read_csv_reads(text, feed.profile,
                            {.read = [&](const formats::CsvRead& read) { days.add(read); },
                             .problem = [&](const formats::Problem& problem) { sink.problem(problem); }});
    days.finish();
}

std::expected<Zone, std::string> profile_zone(const formats::CsvProfile& profile, const Zone& utility) {
    if (profile.zone.empty()) return utility;
    if (profile.zone == "utc") return Zone::named("UTC");
    if (profile.zone[0] == '+' || profile.zone[0] == '-') return Zone::named("UTC" + profile.zone);
    return Zone::named(profile.zone);
}

}  // namespace mainspring::metering
