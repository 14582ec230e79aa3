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

// A transformer between the supply and the meter on its low side. Ratios: 1 % = 10^6.
struct TransformerPlate {
    std::int64_t rated_micro = 0;             // kVA; 0: there is none
    std::int64_t iron_micro = 0;              // kW without load
    std::int64_t copper_micro = 0;            // kW at the rated load
    std::int64_t no_load_e8 = 0;              // no-load current
    std::int64_t impedance_e8 = 0;            // short-circuit voltage
    std::int64_t load_shape_micro = 1'000'000;  // how uneven the load is
    friend bool operator==(const TransformerPlate&, const TransformerPlate&) = default;
};

// How gas is when it is measured: absolute pressure, temperature, compressibility against that of base conditions.
struct GasCondition {
    std::int64_t kpa_micro = 0;  // 0: counted at base conditions
    std::int64_t kelvin_micro = 288'150'000;
    std::int64_t compressibility_micro = 1'000'000;
    friend bool operator==(const GasCondition&, const GasCondition&) = default;
};

// What lies between what the meter shows and what is billed.
struct MeasuringConditions {
    std::int64_t line_loss_e8 = 0;  // of what was measured
    TransformerPlate transformer;
    GasCondition gas;
    bool has_losses() const { return line_loss_e8 != 0 || transformer.rated_micro != 0; }
    bool any() const { return has_losses() || gas.kpa_micro != 0; }
    friend bool operator==(const MeasuringConditions&, const MeasuringConditions&) = default;
};
// As stored; empty where there is none.
std::vector<std::int64_t> stored(const TransformerPlate& plate);
std::vector<std::int64_t> stored(const GasCondition& gas);
TransformerPlate transformer_of(std::span<const std::int64_t> stored);
GasCondition gas_condition_of(std::span<const std::int64_t> stored);

struct InstallationFact {
    Date valid_from;
    std::int16_t version = 1;
    bool voided = false;
    CellId device_cell;
    std::int64_t device_id = 0;  // 0: nothing hangs there from this day on
    std::string serial;
    std::vector<InstalledRegister> registers;
    std::int64_t volume_factor_e8 = 100'000'000;
    MeasuringConditions conditions{};

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
