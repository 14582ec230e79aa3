// Shared by the files that build a section.
#pragma once
#include "billing/section.hpp"

namespace mainspring::billing {

struct SectionInputs {
    const Agreement& agreement;
    const AgreementCarry* carry;
    const RunRules& rules;
    const Reference& reference;
    std::span<const Acceptance> accepted;
    std::vector<Exception>& exceptions;

    // Notes the exception unless a person accepted the cause for sections ending on `end`. True: held back.
    bool hold(Cause cause, Date end, std::string detail) const;
};

bool is_interval_billed(const Installation& installation);
// Whether the read holds a value for every billed register.
bool holds_all_registers(const Read& read, const Installation& installation);
const Installation* installation_on(const Agreement& agreement, Date day);
// The tariff's unit on that day; Unit::none when there is no version.
Unit tariff_unit_on(const Section& section, Date day);

// The version that holds on that day; null when there is none.
const tariff::Plan* plan_on(const Section& section, Date day);

// Each returns false when the section is held back.
bool fill_registers(const SectionInputs& in, Section& out);
bool fill_intervals(const SectionInputs& in, Section& out);
bool check_use(const SectionInputs& in, const Section& section);

}  // namespace mainspring::billing
