// What hangs on a service point, as values: installations, their registers, and which of them a read belongs to.
#pragma once
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "calendar/date.hpp"
#include "quantity/quantity.hpp"

namespace mainspring::metering {

struct InstalledRegister {
    std::int16_t register_no = 0;
    std::string code;    // as files name it
    std::string stream;  // "total", a time-of-use period, a measure; "" = not billed
    Unit unit = Unit::kwh;
    std::int16_t dials = 0, decimals = 0;
    std::int64_t multiplier_e6 = 1'000'000;
    std::int16_t interval_minutes = 0;  // 0: a register
    friend bool operator==(const InstalledRegister&, const InstalledRegister&) = default;
};

struct InstallationFact {
    Date valid_from;
    std::int16_t version = 1;
    bool voided = false;
    CellId device_cell;
    std::int64_t device_id = 0;  // 0: nothing hangs there from this day on
    std::string serial;
    std::vector<InstalledRegister> registers;
    std::int64_t volume_factor_e8 = 100'000'000;

    const InstalledRegister* find(std::string_view code) const;
};

enum class ReadReason : std::uint8_t { billing, install, remove, move, check, multiplier };
std::string_view text_of(ReadReason reason);
std::expected<ReadReason, std::string> read_reason_of(std::string_view text);

// The device that a read of this day comes from. On the day of an exchange both devices can be read: the serial
// decides, without one the reason (install, remove), else the question is refused. `timeline` as customer::timeline_of
// gives it. Error: the reason in words.
struct DeviceQuestion {
    Date day;
    std::string_view serial;  // may be empty
    ReadReason reason = ReadReason::billing;
};
std::expected<const InstallationFact*, std::string> device_on(std::span<const InstallationFact> timeline,
                                                              const DeviceQuestion& question);

// Life of a device; the same pairs as core.transition, machine 'device'.
enum class DeviceState : std::uint8_t { stock, installed, removed, scrapped };
std::string_view text_of(DeviceState state);
std::expected<DeviceState, std::string> device_state_of(std::string_view text);
bool may_become(DeviceState from, DeviceState to);

}  // namespace mainspring::metering
