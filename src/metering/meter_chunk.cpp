#include "metering/meter_chunk.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "customer/customer_service.hpp"
#include "customer/dated.hpp"

namespace mainspring::metering {

using customer::LineOutcome;

MeterChunk::MeterChunk(Tx& tx, const MeterChunkContext& context)
    : tx_(tx), context_(context), new_rows_(context.actor_id, context.at) {}

std::vector<MeterChunk::Group> MeterChunk::group(std::span<const MeterRow> rows) {
    std::vector<Group> groups;
    std::map<std::pair<std::string_view, Date>, std::size_t> index;
    for (const MeterRow& row : rows) {
        const auto [at, fresh] = index.try_emplace({row.service_point, row.installed_on}, groups.size());
        if (fresh) groups.emplace_back();
        groups[at->second].rows.push_back(&row);
    }
    // A device that moves must come down before it goes up elsewhere.
    std::ranges::stable_sort(groups, {}, [](const Group& each) { return each.head().installed_on; });
    return groups;
}

customer::ImportReport MeterChunk::run(std::span<const MeterRow> rows) {
    load(rows);
    customer::ImportReport report;
    for (const Group& each : group(rows)) {
        try {
            const LineOutcome outcome = apply(each);
            for (std::size_t i = 0; i < each.rows.size(); ++i) report.count(outcome);
        } catch (const Rejected& rejected) {
            for (const MeterRow* row : each.rows) {
                const std::string reason =
                    row == rejected.row
                        ? rejected.reason
                        : fmt::format("refused with line {}, which is of the same installation", rejected.row->line);
                report.add({.file = context_.file,
                            .line = row->line,
                            .field = row == rejected.row ? std::string(rejected.field) : std::string(),
                            .reason = reason,
                            .severity = formats::Severity::record});
            }
        }
    }
    new_rows_.copy_to(tx_);
    return report;
}

void MeterChunk::load(std::span<const MeterRow> rows) {
    std::vector<CellId> cells;
    for (const org::Cell& cell : org::lock_cells(tx_, context_.legal_entity_id)) cells.push_back(cell.cell);
    std::vector<std::string> codes, serials;
    for (const MeterRow& row : rows) {
        if (codes.empty() || codes.back() != row.service_point) codes.push_back(row.service_point);
        if (serials.empty() || serials.back() != row.serial) serials.push_back(row.serial);
    }
    std::map<CellId, std::vector<std::int64_t>> points, devices;
    std::map<std::pair<CellId, std::int64_t>, std::vector<InstallationFact>> facts;
    for (const auto& ref : customer::find_service_points(tx_, cells, codes)) {
        points[ref.cell].push_back(ref.service_point_id);
        points_.emplace(ref.code, PointState{ref.cell, ref.service_point_id, {}});
    }
    for (const auto& [cell, ids] : points)
        for (auto& each : select_installations(tx_, cell, ids))
            facts[{cell, each.service_point_id}] = std::move(each.rows);
    for (auto& [code, point] : points_)
        if (const auto at = facts.find({point.cell, point.id}); at != facts.end()) point.facts = std::move(at->second);
    std::map<std::pair<CellId, std::int64_t>, DeviceEvent> events;
    const auto known = select_devices(tx_, cells, serials);
    for (const Device& device : known) devices[device.cell].push_back(device.device_id);
    for (const auto& [cell, ids] : devices)
        for (const LastEvent& each : select_last_events(tx_, cell, ids)) events[{cell, each.device_id}] = each.event;
    for (const Device& device : known) {
        DeviceLife life{device, std::nullopt};
        if (const auto at = events.find({device.cell, device.device_id}); at != events.end()) life.last = at->second;
        devices_.emplace(device.serial, std::move(life));
    }
}

void MeterChunk::check_alike(const Group& group) {
    const MeterRow& head = group.head();
    for (const MeterRow* row : group.rows) {
        if (row->serial != head.serial)
            throw Rejected{row, "serial",
                           fmt::format("line {} installs '{}' there on the same day", head.line, head.serial)};
        if (row->removed_on != head.removed_on)
            throw Rejected{row, "removed_on", fmt::format("differs from line {}", head.line)};
        if (row->volume_factor_e8 != head.volume_factor_e8)
            throw Rejected{row, "volume_factor", fmt::format("differs from line {}", head.line)};
        if (row->conditions != head.conditions)
            throw Rejected{row, "transformer_kva",
                           fmt::format("losses or gas conditions differ from line {}", head.line)};
        for (const MeterRow* other : group.rows)
            if (other != row && other->installed.code == row->installed.code)
                throw Rejected{row, "register_code",
                               fmt::format("'{}' is there twice in this installation", row->installed.code)};
    }
}

// No two devices at a time: what hangs there already must end where this one begins, and the other way round.
void MeterChunk::check_room(const Group& group, const std::vector<InstallationFact>& timeline) const {
    const MeterRow& head = group.head();
    const auto after = std::ranges::upper_bound(timeline, head.installed_on, {}, &InstallationFact::valid_from);
    const InstallationFact* next = after != timeline.end() ? &*after : nullptr;
    const InstallationFact* now = after != timeline.begin() ? &*std::prev(after) : nullptr;
    const bool inside =
        now != nullptr && now->valid_from < head.installed_on && now->device_id != 0 && now->serial != head.serial;
    if (inside && next != nullptr)
        throw Rejected{&head, "installed_on",
                       fmt::format("meter '{}' hangs there until {}", now->serial, format_date(next->valid_from))};
    if (head.removed_on && next != nullptr && next->valid_from < *head.removed_on &&
        !(next->device_id != 0 && next->serial == head.serial))
        throw Rejected{&head, "removed_on",
                       fmt::format("from {} on {}", format_date(next->valid_from),
                                   next->device_id == 0 ? std::string("nothing hangs there")
                                                        : fmt::format("meter '{}' hangs there", next->serial))};
}

InstallationFact MeterChunk::fact_of(const Group& group, const InstallationFact* before) {
    InstallationFact fact;
    fact.valid_from = group.head().installed_on;
    fact.serial = group.head().serial;
    fact.volume_factor_e8 = group.head().volume_factor_e8;
    fact.conditions = group.head().conditions;
    const bool same_device = before != nullptr && before->serial == fact.serial;
    std::int16_t last = 0;
    if (same_device)
        for (const InstalledRegister& each : before->registers) last = std::max(last, each.register_no);
    for (const MeterRow* row : group.rows) {
        InstalledRegister each = row->installed;
        const InstalledRegister* known = same_device ? before->find(each.code) : nullptr;
        each.register_no = known != nullptr ? known->register_no : ++last;
        fact.registers.push_back(std::move(each));
    }
    std::ranges::sort(fact.registers, {}, &InstalledRegister::register_no);
    return fact;
}

MeterChunk::DeviceLife& MeterChunk::device_of(const Group& group, const PointState& point) {
    const MeterRow& head = group.head();
    if (const auto at = devices_.find(head.serial); at != devices_.end()) return at->second;
    auto [last, fresh] = last_device_.try_emplace(point.cell.value, 0);
    if (fresh) last->second = select_last_device_id(tx_, point.cell);
    Device device{.cell = point.cell,
                  .device_id = ++last->second,
                  .serial = head.serial,
                  .maker = head.maker,
                  .model = head.model};
    new_rows_.add(device);
    DeviceLife life{std::move(device), std::nullopt};
    life.last = DeviceEvent{.event_no = 1, .on = head.installed_on, .state = DeviceState::stock, .point_cell = {}};
    new_rows_.add(life.device, *life.last);
    return devices_.emplace(head.serial, std::move(life)).first->second;
}

void MeterChunk::move(DeviceLife& device, const DeviceEvent& event, const MeterRow&) {
    DeviceEvent next = event;
    next.event_no = device.last ? device.last->event_no + 1 : 1;
    new_rows_.add(device.device, next);
    device.last = next;
}

void MeterChunk::take_down(PointState& point, const InstallationFact& old, Date on, const MeterRow& row) {
    auto at = devices_.find(old.serial);
    if (at == devices_.end()) {
        const std::array cells{old.device_cell};
        const std::array serials{old.serial};
        for (Device& device : select_devices(tx_, cells, serials)) {
            DeviceLife life{std::move(device), std::nullopt};
            const std::array ids{life.device.device_id};
            for (const LastEvent& each : select_last_events(tx_, life.device.cell, ids)) life.last = each.event;
            at = devices_.emplace(old.serial, std::move(life)).first;
        }
    }
    if (at == devices_.end() || !at->second.last || at->second.last->state != DeviceState::installed) return;
    move(at->second,
         {.event_no = 0,
          .on = on,
          .state = DeviceState::removed,
          .point_cell = point.cell,
          .service_point_id = point.id},
         row);
}

void MeterChunk::write(PointState& point, InstallationFact fact) {
    fact.version = customer::next_version(point.facts, fact.valid_from);
    new_rows_.add({point.cell, point.id}, fact);
    point.facts.push_back(std::move(fact));
}

LineOutcome MeterChunk::apply(const Group& group) {
    const MeterRow& head = group.head();
    const auto at = points_.find(head.service_point);
    if (at == points_.end())
        throw Rejected{&head, "service_point_code", fmt::format("there is no service point '{}'", head.service_point)};
    PointState& point = at->second;
    check_alike(group);
    auto timeline = customer::timeline_of(point.facts);
    check_room(group, timeline);

    const InstallationFact* now = customer::fact_on(timeline, head.installed_on);
    const bool restated = now != nullptr && now->valid_from == head.installed_on && now->device_id != 0;
    InstallationFact fact = fact_of(group, now);
    const bool same_device = now != nullptr && now->serial == fact.serial && now->device_id != 0;
    const bool same = same_device && now->registers == fact.registers &&
                      now->volume_factor_e8 == fact.volume_factor_e8 && now->conditions == fact.conditions;
    LineOutcome outcome = LineOutcome::unchanged;
    if (!same) {
        if (!same_device) {
            if (const auto known = devices_.find(head.serial); known != devices_.end() && known->second.last) {
                const DeviceEvent& last = *known->second.last;
                if (!may_become(last.state, DeviceState::installed))
                    throw Rejected{
                        &head, "serial",
                        fmt::format("meter '{}' is {} since {}", head.serial,
                                    last.state == DeviceState::installed ? "installed elsewhere" : text_of(last.state),
                                    format_date(last.on))};
                if (last.on > head.installed_on)
                    throw Rejected{&head, "installed_on",
                                   fmt::format("meter '{}' was {} on {} only", head.serial, text_of(last.state),
                                               format_date(last.on))};
            }
            if (now != nullptr && now->device_id != 0) take_down(point, *now, head.installed_on, head);
        }
        DeviceLife& device = device_of(group, point);
        fact.device_cell = device.device.cell;
        fact.device_id = device.device.device_id;
        if (!same_device)
            move(device,
                 {.event_no = 0,
                  .on = head.installed_on,
                  .state = DeviceState::installed,
                  .point_cell = point.cell,
                  .service_point_id = point.id},
                 head);
        write(point, fact);
        outcome = restated || same_device ? LineOutcome::changed : LineOutcome::added;
        timeline = customer::timeline_of(point.facts);
    }
    if (!head.removed_on) return outcome;
    const InstallationFact* end = customer::fact_on(timeline, *head.removed_on);
    const bool gone = end->serial != head.serial || end->device_id == 0;
    if (gone) return outcome;
    const InstallationFact hanging = *end;
    take_down(point, hanging, *head.removed_on, head);
    InstallationFact nothing;
    nothing.valid_from = *head.removed_on;
    write(point, std::move(nothing));
    return std::max(outcome, LineOutcome::changed);
}

}  // namespace mainspring::metering
