#include "metering/installation.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mainspring::metering {
namespace {

constexpr std::array<std::string_view, 6> kReasons{"billing", "install", "remove", "move", "check", "multiplier"};
constexpr std::array<std::string_view, 4> kStates{"stock", "installed", "removed", "scrapped"};

bool is_it(const InstallationFact* fact, std::string_view serial) {
    return fact != nullptr && fact->device_id != 0 && fact->serial == serial;
}

std::string where_else(std::span<const InstallationFact> timeline, const DeviceQuestion& question) {
    for (std::size_t i = 0; i < timeline.size(); ++i) {
        if (!is_it(&timeline[i], question.serial)) continue;
        const std::string until =
            i + 1 < timeline.size() ? " until " + format_date(timeline[i + 1].valid_from) : std::string(" on");
        return fmt::format("meter '{}' hangs there from {}{}, not on {}", question.serial,
                           format_date(timeline[i].valid_from), until, format_date(question.day));
    }
    return fmt::format("meter '{}' was never installed there", question.serial);
}

}  // namespace

std::vector<std::int64_t> stored(const TransformerPlate& plate) {
    if (plate.rated_micro == 0) return {};
    return {plate.rated_micro, plate.iron_micro,   plate.copper_micro,
            plate.no_load_e8,  plate.impedance_e8, plate.load_shape_micro};
}

std::vector<std::int64_t> stored(const GasCondition& gas) {
    if (gas.kpa_micro == 0) return {};
    return {gas.kpa_micro, gas.kelvin_micro, gas.compressibility_micro};
}

TransformerPlate transformer_of(std::span<const std::int64_t> stored) {
    if (stored.size() != 6) return {};
    return {stored[0], stored[1], stored[2], stored[3], stored[4], stored[5]};
}

GasCondition gas_condition_of(std::span<const std::int64_t> stored) {
    if (stored.size() != 3) return {};
    return {stored[0], stored[1], stored[2]};
}

const InstalledRegister* InstallationFact::find(std::string_view code) const {
    const auto at = std::ranges::find(registers, code, &InstalledRegister::code);
    return at != registers.end() ? &*at : nullptr;
}

std::string_view text_of(ReadReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

std::expected<ReadReason, std::string> read_reason_of(std::string_view text) {
    if (text.empty()) return ReadReason::billing;
    for (std::size_t i = 0; i < kReasons.size(); ++i)
        if (kReasons[i] == text) return static_cast<ReadReason>(i);
    return std::unexpected(fmt::format("'{}' is none of {}", text, fmt::join(kReasons, ", ")));
}

std::expected<const InstallationFact*, std::string> device_on(std::span<const InstallationFact> timeline,
                                                              const DeviceQuestion& question) {
    const auto after = std::ranges::upper_bound(timeline, question.day, {}, &InstallationFact::valid_from);
    const auto place = static_cast<std::size_t>(after - timeline.begin());
    const InstallationFact* now = place > 0 ? &timeline[place - 1] : nullptr;
    // The device that was taken down on this very day gives its closing read.
    const InstallationFact* old =
        place > 1 && now->valid_from == question.day && timeline[place - 2].device_id != now->device_id
            ? &timeline[place - 2]
            : nullptr;
    if (!question.serial.empty()) {
        if (is_it(now, question.serial) && !(is_it(old, question.serial))) return now;
        if (is_it(old, question.serial)) return old;
        return std::unexpected(where_else(timeline, question));
    }
    const bool has_now = now != nullptr && now->device_id != 0;
    const bool has_old = old != nullptr && old->device_id != 0;
    if (has_now && has_old) {
        if (question.reason == ReadReason::install) return now;
        if (question.reason == ReadReason::remove) return old;
        return std::unexpected("the meter was exchanged on this day: its serial is needed");
    }
    if (has_now) return now;
    if (has_old) return old;
    return std::unexpected(fmt::format("no meter hangs there on {}", format_date(question.day)));
}

std::string_view text_of(DeviceState state) { return kStates[static_cast<std::size_t>(state)]; }

std::expected<DeviceState, std::string> device_state_of(std::string_view text) {
    for (std::size_t i = 0; i < kStates.size(); ++i)
        if (kStates[i] == text) return static_cast<DeviceState>(i);
    return std::unexpected(fmt::format("'{}' is no state of a device", text));
}

bool may_become(DeviceState from, DeviceState to) {
    switch (from) {
        case DeviceState::stock: return to == DeviceState::installed || to == DeviceState::scrapped;
        case DeviceState::installed: return to == DeviceState::removed;
        case DeviceState::removed:
            return to == DeviceState::installed || to == DeviceState::stock || to == DeviceState::scrapped;
        case DeviceState::scrapped: return false;
    }
    return false;
}

}  // namespace mainspring::metering
