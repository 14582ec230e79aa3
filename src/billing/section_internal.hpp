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
    // A related point's meters are counted for their quantities alone.
    enum class Of : std::uint8_t { agreement, related_point } of{};

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

// The read nearest to the nominal end, within the window; null when there is none.
const Read* closing_read(const Agreement& agreement, const Installation& installation, Date start,
                         const RunRules& rules);

// Whether a part of the point above is charged to the agreement on that day.
bool is_shared_on(const Agreement& agreement, Date day);
// The day on which the meter above is read about the nominal end, if a ratio of what it shows is charged.
std::optional<Date> end_of_share(const SectionInputs& in, DateRange section);

// Each returns false when the section is held back.
bool fill_registers(const SectionInputs& in, Section& out);
bool fill_intervals(const SectionInputs& in, Section& out);
// Losses, and what is taken off for points below or charged as a part of points above. After both.
bool adjust(const SectionInputs& in, Section& out);
bool check_use(const SectionInputs& in, const Section& section);

}  // namespace mainspring::billing
