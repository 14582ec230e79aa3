#include "calendar/zone.hpp"

#include <absl/time/time.h>
#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <mutex>
#include <optional>

#include "base/ensure.hpp"

namespace mainspring {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

constexpr Instant kFirst{};  // 1970-01-01
constexpr Instant kLast{kForever};

// No offset has ever been this far from UTC, so that a wall time W lies within W - kReach and W + kReach of UTC.
constexpr hours kReach{26};

// About 199 days: a bucket rarely holds more than one change of offset.
constexpr int kBucketBits = 34;

std::size_t bucket_of(Instant at) {
    return static_cast<std::size_t>((std::clamp(at, kFirst, kLast) - kFirst).count() >> kBucketBits);
}

}  // namespace

struct Zone::Data {
    std::string name;
    std::vector<OffsetSegment> segments;      // never empty; the first one also holds for everything before it
    std::vector<std::uint16_t> first_of_bucket;  // the segment that holds when the bucket begins

    void fill_buckets() {
        std::size_t segment = 0;
        for (std::size_t bucket = 0; bucket <= bucket_of(kLast); ++bucket) {
            const Instant start = kFirst + milliseconds{static_cast<std::int64_t>(bucket) << kBucketBits};
            while (segment + 1 < segments.size() && segments[segment + 1].from <= start) ++segment;
            first_of_bucket.push_back(static_cast<std::uint16_t>(segment));
        }
    }

    std::size_t index_of(Instant at) const {
        std::size_t index = first_of_bucket[bucket_of(at)];
        while (index + 1 < segments.size() && segments[index + 1].from <= at) ++index;
        return index;
    }

    // Calls `visit(first instant of the segment at which local time is `wall` or later, whether it is exactly `wall`)`
    // for the segments around `wall` in time order, while it returns true.
    template <class Visit>
    void visit_segments(Instant wall, Visit visit) const {
        for (std::size_t i = index_of(wall - kReach); i < segments.size(); ++i) {
            const Instant begin = i == 0 ? Instant::min() : segments[i].from;
            if (i > 0 && begin > wall + kReach) return;
            const Instant exact = wall - minutes{segments[i].offset_minutes};
            const Instant at = std::max(exact, begin);
            const bool inside = i + 1 == segments.size() || at < segments[i + 1].from;
            if (inside && !visit(at, at == exact)) return;
        }
    }

    // First instant whose local time is `wall` or later.
    Instant reach(Instant wall) const {
        std::optional<Instant> found;
        visit_segments(wall, [&](Instant at, bool) {
            found = at;
            return false;
        });
        ensure(found.has_value(), "a zone's segments must cover all time");
        return *found;
    }
};

namespace {

// Everything but plain IANA names would make the loader look at files and variables of this machine.
bool is_plain_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
               c == '-' || c == '/';
    };
    return !name.empty() && name.size() <= 60 && name.front() >= 'A' && name.front() <= 'Z' &&
           std::ranges::all_of(name, allowed) && !name.starts_with("Fixed/");
}

// "UTC+10:00" -> 600.
std::optional<int> fixed_offset(std::string_view name) {
    if (name.size() != 9 || !name.starts_with("UTC") || (name[3] != '+' && name[3] != '-') || name[6] != ':')
        return std::nullopt;
    const auto digit = [&](std::size_t i) { return name[i] >= '0' && name[i] <= '9' ? name[i] - '0' : 100; };
    const int hour = digit(4) * 10 + digit(5), minute = digit(7) * 10 + digit(8);
    const int total = hour * 60 + minute;
    if (minute > 59 || total > 14 * 60) return std::nullopt;
    return name[3] == '-' ? -total : total;
}

Instant instant_from(absl::Time time) { return Instant{milliseconds{absl::ToUnixMillis(time)}}; }

std::vector<Zone::OffsetSegment> segments_of(const absl::TimeZone& zone) {
    const auto offset_at = [&](absl::Time time) { return zone.At(time).offset / 60; };
    absl::Time at = absl::FromUnixMillis(kFirst.time_since_epoch().count());
    std::vector<Zone::OffsetSegment> segments{{kFirst, offset_at(at)}};
    absl::TimeZone::CivilTransition change;
    while (zone.NextTransition(at, &change)) {
        at = zone.At(change.to).trans;
        if (instant_from(at) >= kLast) break;
        if (offset_at(at) != segments.back().offset_minutes) segments.push_back({instant_from(at), offset_at(at)});
    }
    return segments;
}

}  // namespace

Zone::Zone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

std::expected<Zone, std::string> Zone::named(std::string_view name) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<const Data>, std::less<>> cache;
    const std::lock_guard lock(mutex);
    if (const auto found = cache.find(name); found != cache.end()) return Zone(found->second);
    auto data = std::make_shared<Data>();
    data->name = std::string(name);
    if (const auto offset = fixed_offset(name)) {
        data->segments.push_back({kFirst, *offset});
    } else {
        absl::TimeZone zone;
        if (!is_plain_name(name) || !absl::LoadTimeZone(data->name, &zone))
            return std::unexpected(fmt::format(
                "'{}' is no time zone (an IANA name such as Asia/Shanghai, or UTC+10:00)", name.substr(0, 60)));
        data->segments = segments_of(zone);
    }
    data->fill_buckets();
    cache.emplace(data->name, data);
    return Zone(std::move(data));
}

const std::string& Zone::name() const { return data_->name; }

std::span<const Zone::OffsetSegment> Zone::segments() const { return data_->segments; }

WallTime Zone::wall_time_of(Instant at) const {
    const Instant local = at + minutes{data_->segments[data_->index_of(at)].offset_minutes};
    const Date day = std::chrono::floor<std::chrono::days>(local);
    return {day, static_cast<int>(std::chrono::floor<minutes>(local - day).count())};
}

Date Zone::date_of(Instant at) const { return wall_time_of(at).date; }

Instant Zone::start_of(Date day) const { return data_->reach(Instant{day}); }

int Zone::minutes_in(Date day) const {
    return static_cast<int>(std::chrono::floor<minutes>(start_of(day + std::chrono::days{1}) - start_of(day)).count());
}

std::expected<Instant, std::string> Zone::instant_of(WallTime wall, MissingTime missing, DoubledTime doubled) const {
    const Instant local = Instant{wall.date} + minutes{wall.minute_of_day};
    std::optional<Instant> first, last;
    data_->visit_segments(local, [&](Instant at, bool exact) {
        if (exact && !first) first = at;
        if (exact) last = at;
        return true;
    });
    const auto text = [&] {
        return fmt::format("{} {:02}:{:02}", format_date(wall.date), wall.minute_of_day / 60, wall.minute_of_day % 60);
    };
    if (!first) {
        if (missing == MissingTime::next_valid) return data_->reach(local);
        return std::unexpected(fmt::format("{} does not exist in {}", text(), name()));
    }
    if (*first != *last && doubled == DoubledTime::refuse)
        return std::unexpected(fmt::format("{} exists twice in {}", text(), name()));
    return doubled == DoubledTime::second ? *last : *first;
}

}  // namespace mainspring
