// What the next bill of an account starts from: handed from bill to bill, so that a run needs no history.
// docs/BILLING.md, "The bill".
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "billing/accumulated.hpp"
#include "calendar/date.hpp"

namespace mainspring::billing {

// The value on the dials at the end of the last bill (millionths, before the multiplier).
struct CarriedRegister {
    std::int16_t register_no = 0;
    std::int64_t value_micro = 0;
    friend bool operator==(const CarriedRegister&, const CarriedRegister&) = default;
};

// What one period used. Quantities by register number are after the multiplier, before any gas conversion.
struct PeriodUse {
    std::int32_t days = 0;
    bool estimated = false;
    std::int64_t total_micro = 0;  // in the tariff's unit
    std::vector<std::pair<std::int16_t, std::int64_t>> by_register;
    friend bool operator==(const PeriodUse&, const PeriodUse&) = default;
};

inline constexpr std::size_t kHistoryPeriods = 13;

struct AgreementCarry {
    std::int64_t agreement_id = 0;
    Date billed_through;
    std::int64_t device_id = 0;  // 0: interval channels or no meter; then `registers` is empty
    bool estimated = false;      // the closing values are an estimate
    std::int32_t estimates_in_a_row = 0;
    std::vector<CarriedRegister> registers;
    std::vector<PeriodUse> history;  // oldest first, at most kHistoryPeriods
    Accumulation left;               // for the charges of later sections
    friend bool operator==(const AgreementCarry&, const AgreementCarry&) = default;
};

struct Carry {
    std::vector<AgreementCarry> agreements;  // ascending by agreement_id
    const AgreementCarry* find(std::int64_t agreement_id) const;
    friend bool operator==(const Carry&, const Carry&) = default;
};

void encode(const Carry& carry, std::vector<std::uint8_t>& out);
// Throws BytesError.
void decode(std::span<const std::uint8_t> bytes, Carry& out);

}  // namespace mainspring::billing
