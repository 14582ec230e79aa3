#include "metering/read_chunk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>

#include "customer/customer_service.hpp"
#include "customer/dated.hpp"
#include "org/org_service.hpp"

namespace mainspring::metering {

using customer::LineOutcome;

BatchPoints::BatchPoints(Tx& tx, std::int32_t legal_entity_id, const StatedBatch& batch) {
    std::vector<std::string> codes;
    const auto want = [&](const std::string& code) {
        if (points_.try_emplace(code).second) codes.push_back(code);
    };
    for (const StatedRead& read : batch.reads) want(read.channel.point);
    for (const StatedDay& day : batch.days) want(day.channel.point);
    if (codes.empty()) return;
    std::map<CellId, std::vector<std::pair<std::int64_t, Point*>>> by_cell;
    for (const auto& ref : customer::find_service_points(tx, org::cells_of(tx, legal_entity_id), codes)) {
        Point& point = points_[ref.code];
        point.cell = ref.cell;
        point.id = ref.service_point_id;
        by_cell[ref.cell].emplace_back(point.id, &point);
    }
    for (auto& [cell, list] : by_cell) {
        std::ranges::sort(list);
        std::vector<std::int64_t> ids;
        for (const auto& [id, point] : list) ids.push_back(id);
        std::size_t at = 0;
        for (PointInstallations& each : select_installations(tx, cell, ids)) {
            while (list[at].first != each.service_point_id) ++at;
            customer::resolve_sorted(each.rows);
            list[at].second->timeline = std::move(each.rows);
        }
    }
}

customer::ImportReport ReadChunk::run(Expectation& expectation) {
    resolve_reads(batch_.reads);
    group_reads();
    resolve_days(batch_.days);
    drop_double_days();
    if (groups_.empty() && days_.empty()) return std::move(report_);
    if (expectation == Expectation::some_known || !write_all_new()) {
        const auto before = report_.unchanged + report_.changed;
        write_compared();
        expectation = report_.unchanged + report_.changed > before ? Expectation::some_known : Expectation::all_new;
    }
    return std::move(report_);
}

void ReadChunk::reject(int line, const Rejected& rejected) {
    report_.add({.file = context_.file,
                 .line = line,
                 .field = std::string(rejected.field),
                 .reason = rejected.reason,
                 .severity = formats::Severity::record});
}

void ReadChunk::count(int lines, LineOutcome outcome) {
    for (int i = 0; i < lines; ++i) report_.count(outcome);
}

ReadChunk::Place ReadChunk::place_of(const StatedChannel& channel, const DeviceQuestion& question) const {
    const BatchPoints::Point& point = points_.find(channel.point);
    if (point.id == 0)
        throw Rejected{"service_point", fmt::format("there is no service point '{}'", formats::shown(channel.point))};
    if (question.day > context_.today)
        throw Rejected{"read_at", fmt::format("{} is in the future", format_date(question.day))};
    const auto fact = device_on(point.timeline, question);
    if (!fact) throw Rejected{"serial", fact.error()};
    const InstalledRegister* found = (*fact)->find(channel.code);
    if (found == nullptr && !channel.other_code.empty()) found = (*fact)->find(channel.other_code);
    if (found == nullptr)
        throw Rejected{"register",
                       fmt::format("meter '{}' has no register '{}'", (*fact)->serial, formats::shown(channel.code))};
    const bool same = channel.unit_statement == UnitStatement::unstated || channel.unit == found->unit;
    if (!same)
        throw Rejected{"unit", fmt::format("register '{}' counts {}, not {}", found->code,
                                           found->unit == Unit::none ? "another unit" : text_of(found->unit),
                                           channel.unit == Unit::none ? "what the file says" : text_of(channel.unit))};
    return {&point, *fact, found};
}

void ReadChunk::check_value(const StatedRead& read, const InstalledRegister& channel) const {
    if (channel.interval_minutes != 0)
        throw Rejected{"register", fmt::format("'{}' is an interval channel, not a register", channel.code)};
    if (read.value_micro < 0) throw Rejected{"value", "is negative"};
    if (read.value_micro / 1'000'000 >= static_cast<std::int64_t>(power_of_ten(channel.dials)))
        throw Rejected{"value", fmt::format("{} does not fit the {} dials of register '{}'",
                                            format_decimal(read.value_micro, 6), channel.dials, channel.code)};
}

void ReadChunk::resolve_reads(std::span<const StatedRead> reads) {
    resolved_.reserve(reads.size());
    for (const StatedRead& read : reads) {
        try {
            const Place place = place_of(read.channel, {read.on, read.channel.serial, read.reason});
            check_value(read, *place.channel);
            resolved_.push_back({place.point->cell, place.point->id, read.at, place.fact->device_id,
                                 place.channel->register_no, &read});
        } catch (const Rejected& rejected) {
            reject(read.line, rejected);
        }
    }
}

void ReadChunk::group_reads() {
    const auto key = [](const Resolved& each) {
        return std::tuple(each.cell, each.point, each.at, each.device, each.stated->only_if_unknown, each.register_no);
    };
    const auto before = [&](const Resolved& a, const Resolved& b) { return key(a) < key(b); };
    if (!std::ranges::is_sorted(resolved_, before)) std::ranges::stable_sort(resolved_, before);
    groups_.reserve(resolved_.size());
    for (const Resolved& each : resolved_) {
        const StatedRead& stated = *each.stated;
        Group* last = groups_.empty() ? nullptr : &groups_.back();
        const bool same = last != nullptr && last->read.cell == each.cell &&
                          last->read.service_point_id == each.point && last->read.read_at == each.at &&
                          last->read.device_id == each.device;
        if (!same) {
            groups_.push_back({.read = {.cell = each.cell,
                                        .service_point_id = each.point,
                                        .read_at = each.at,
                                        .device_id = each.device,
                                        .read_on = stated.on,
                                        .register_no = {},
                                        .value_micro = {},
                                        .quality = stated.quality,
                                        .status = stated.status,
                                        .reason = std::string(text_of(stated.reason)),
                                        .method = stated.method,
                                        .source_line = stated.line},
                               .only_if_unknown = stated.only_if_unknown});
            last = &groups_.back();
        }
        RegisterRead& read = last->read;
        const auto known = std::ranges::find(read.register_no, each.register_no);
        if (known == read.register_no.end()) {
            read.register_no.push_back(each.register_no);
            read.value_micro.push_back(stated.value_micro);
            ++last->lines;
        } else if (stated.only_if_unknown ||
                   read.value_micro[static_cast<std::size_t>(known - read.register_no.begin())] == stated.value_micro) {
            count(1, LineOutcome::unchanged);
        } else {
            reject(stated.line,
                   {"value",
                    fmt::format("another line gives {} for the same register and time",
                                format_decimal(
                                    read.value_micro[static_cast<std::size_t>(known - read.register_no.begin())], 6))});
        }
    }
}

ReadChunk::DayGroup ReadChunk::day_of(const StatedDay& stated) const {
    // The middle of the day decides which device it belongs to: market days begin before or after local midnight.
    const Date day = context_.zone.date_of(stated.start + std::chrono::hours(12));
    const Place place = place_of(stated.channel, {day, stated.channel.serial, ReadReason::install});
    if (place.channel->interval_minutes != stated.interval_minutes)
        throw Rejected{"interval_minutes",
                       place.channel->interval_minutes == 0
                           ? fmt::format("'{}' is a register, not an interval channel", place.channel->code)
                           : fmt::format("channel '{}' has intervals of {} minutes, not {}", place.channel->code,
                                         place.channel->interval_minutes, stated.interval_minutes)};
    auto packed = pack({stated.values, stated.scale});
    if (!packed)
        throw Rejected{"value", packed.error() == PackError::too_fine ? "has more than 9 decimals in the channel's unit"
                                                                      : "is absurdly large"};
    return {.day = {.cell = place.point->cell,
                    .service_point_id = place.point->id,
                    .register_no = place.channel->register_no,
                    .start = stated.start,
                    .device_id = place.fact->device_id,
                    .interval_minutes = static_cast<std::int16_t>(stated.interval_minutes),
                    .values = *std::move(packed),
                    .qualities = std::string(compact_qualities(stated.qualities)),
                    .method = stated.method,
                    .source_line = stated.line},
            .lines = stated.lines,
            .stated = &stated};
}

void ReadChunk::resolve_days(std::span<const StatedDay> days) {
    days_.reserve(days.size());
    for (const StatedDay& stated : days) {
        try {
            days_.push_back(day_of(stated));
        } catch (const Rejected& rejected) {
            for (int i = 0; i < stated.lines; ++i) reject(stated.line + i, rejected);
        }
    }
}

// The same day twice in one file: the later update counts, else the later line.
void ReadChunk::drop_double_days() {
    const auto key = [](const DayGroup& each) {
        return std::tuple(each.day.cell, each.day.service_point_id, each.day.register_no, each.day.start);
    };
    std::ranges::stable_sort(days_, [&](const DayGroup& a, const DayGroup& b) {
        return key(a) != key(b) ? key(a) < key(b) : a.stated->updated_at < b.stated->updated_at;
    });
    std::vector<DayGroup> kept;
    kept.reserve(days_.size());
    for (DayGroup& each : days_) {
        if (!kept.empty() && key(kept.back()) == key(each)) {
            count(kept.back().lines, LineOutcome::unchanged);
            kept.back() = std::move(each);
        } else {
            kept.push_back(std::move(each));
        }
    }
    days_ = std::move(kept);
}

bool ReadChunk::write_all_new() {
    try {
        with_savepoint(tx_, [&](Tx& tx) {
            source_ = insert_source(tx, context_.source);
            CopyBuffer reads, days;
            for (Group& group : groups_) {
                group.read.source = source_;
                add_read(reads, group.read);
            }
            for (DayGroup& group : days_) {
                group.day.source = source_;
                add_day(days, group.day);
            }
            copy_reads(tx, reads);
            copy_days(tx, days);
        });
    } catch (const DbError& error) {
        if (!error.is_unique_violation()) throw;
        return false;
    }
    for (const Group& group : groups_) count(group.lines, LineOutcome::added);
    for (const DayGroup& group : days_) count(group.lines, LineOutcome::added);
    return true;
}

std::int64_t ReadChunk::source() {
    if (source_ == 0) source_ = insert_source(tx_, context_.source);
    return source_;
}

bool ReadChunk::is_of_this_content(std::int64_t source) const {
    return std::ranges::binary_search(same_content_, source);
}

void ReadChunk::write_compared() {
    source_ = 0;
    same_content_ = select_sources_of(tx_, context_.source);
    CopyBuffer reads, days;
    const auto each_cell = [](auto& list, auto cell_of, auto use) {
        for (auto from = list.begin(); from != list.end();) {
            const auto to =
                std::find_if(from, list.end(), [&](const auto& each) { return cell_of(each) != cell_of(*from); });
            use(std::span(from, to));
            from = to;
        }
    };
    each_cell(
        groups_, [](const Group& each) { return each.read.cell; },
        [&](std::span<Group> part) { compare_reads(part, reads); });
    each_cell(
        days_, [](const DayGroup& each) { return each.day.cell; },
        [&](std::span<DayGroup> part) { compare_days(part, days); });
    copy_reads(tx_, reads);
    copy_days(tx_, days);
}

void ReadChunk::compare_reads(std::span<Group> groups, CopyBuffer& rows) {
    std::vector<std::int64_t> points;
    std::vector<Instant> instants;
    for (const Group& group : groups) {
        points.push_back(group.read.service_point_id);
        instants.push_back(group.read.read_at);
    }
    const auto known = select_reads(tx_, {groups.front().read.cell, points, instants});
    const auto key = [](const RegisterRead& read) {
        return std::tuple(read.service_point_id, read.read_at, read.device_id);
    };
    for (Group& group : groups) {
        const auto same = std::ranges::equal_range(known, key(group.read), {}, key);
        count(group.lines, compare(group, std::span<const RegisterRead>(same.begin(), same.end()), rows));
    }
}

namespace {

// Does the stored read say everything that the new one says?
bool holds(const RegisterRead& stored, const RegisterRead& read) {
    if (stored.voided || stored.quality != read.quality) return false;
    for (std::size_t i = 0; i < read.register_no.size(); ++i) {
        const auto at = std::ranges::find(stored.register_no, read.register_no[i]);
        if (at == stored.register_no.end()) return false;
        if (stored.value_micro[static_cast<std::size_t>(at - stored.register_no.begin())] != read.value_micro[i])
            return false;
    }
    return true;
}

// Registers that only the older version has are kept.
void add_missing(RegisterRead& read, const RegisterRead& older) {
    for (std::size_t i = 0; i < older.register_no.size(); ++i) {
        if (std::ranges::find(read.register_no, older.register_no[i]) != read.register_no.end()) continue;
        read.register_no.push_back(older.register_no[i]);
        read.value_micro.push_back(older.value_micro[i]);
    }
}

// Of a day stated in part: what is not stated stays as it was. False when the two do not fit together.
bool fill_up(IntervalDay& day, const IntervalDay& older) {
    std::vector<std::int64_t> values, old_values;
    unpack(day.values.bytes, day.values.width, values);
    unpack(older.values.bytes, older.values.width, old_values);
    if (values.size() != old_values.size() || day.interval_minutes != older.interval_minutes) return false;
    std::string qualities = day.qualities, old_qualities = older.qualities;
    if (qualities.size() == 1) qualities.assign(values.size(), qualities[0]);
    if (old_qualities.size() == 1) old_qualities.assign(values.size(), old_qualities[0]);
    const int scale = std::max(day.values.scale, older.values.scale);
    const Int128 factor = power_of_ten(scale - day.values.scale), old_factor = power_of_ten(scale - older.values.scale);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool keep_old = qualities[i] == 'N';
        values[i] = keep_old ? narrow(multiply(old_values[i], old_factor)) : narrow(multiply(values[i], factor));
        if (keep_old) qualities[i] = old_qualities[i];
    }
    auto packed = pack({values, scale});
    if (!packed) return false;
    day.values = *std::move(packed);
    day.qualities = compact_qualities(qualities);
    return true;
}

bool same_values(const IntervalDay& a, const IntervalDay& b) {
    return !a.voided && a.interval_minutes == b.interval_minutes && a.values == b.values && a.qualities == b.qualities;
}

}  // namespace

LineOutcome ReadChunk::compare(Group& group, std::span<const RegisterRead> known, CopyBuffer& rows) {
    RegisterRead& read = group.read;
    if (known.empty()) {
        read.source = source();
        add_read(rows, read);
        return LineOutcome::added;
    }
    if (group.only_if_unknown) return LineOutcome::unchanged;
    const RegisterRead& latest = known.back();
    if (holds(latest, read)) return LineOutcome::unchanged;
    // What this very file said before has been superseded since.
    for (const RegisterRead& each : known)
        if (is_of_this_content(each.source) && holds(each, read)) return LineOutcome::unchanged;
    read.version = static_cast<std::int16_t>(latest.version + 1);
    if (!latest.voided) add_missing(read, latest);
    read.source = source();
    add_read(rows, read);
    return LineOutcome::changed;
}

void ReadChunk::compare_days(std::span<DayGroup> groups, CopyBuffer& rows) {
    std::vector<std::int64_t> points;
    std::vector<std::int16_t> registers;
    std::vector<Instant> starts;
    for (const DayGroup& group : groups) {
        points.push_back(group.day.service_point_id);
        registers.push_back(group.day.register_no);
        starts.push_back(group.day.start);
    }
    const auto known = select_days(tx_, {groups.front().day.cell, points, registers, starts});
    const auto key = [](const IntervalDay& day) {
        return std::tuple(day.service_point_id, day.register_no, day.start);
    };
    for (DayGroup& group : groups) {
        const auto same = std::ranges::equal_range(known, key(group.day), {}, key);
        count(group.lines, compare(group, std::span<const IntervalDay>(same.begin(), same.end()), rows));
    }
}

LineOutcome ReadChunk::compare(DayGroup& group, std::span<const IntervalDay> known, CopyBuffer& rows) {
    IntervalDay& day = group.day;
    if (known.empty()) {
        day.source = source();
        add_day(rows, day);
        return LineOutcome::added;
    }
    const IntervalDay& latest = known.back();
    if (group.stated->partial && !latest.voided) fill_up(day, latest);
    if (same_values(latest, day)) return LineOutcome::unchanged;
    for (const IntervalDay& each : known)
        if (is_of_this_content(each.source) && same_values(each, day)) return LineOutcome::unchanged;
    day.version = static_cast<std::int16_t>(latest.version + 1);
    day.source = source();
    add_day(rows, day);
    return LineOutcome::changed;
}

}  // namespace mainspring::metering
