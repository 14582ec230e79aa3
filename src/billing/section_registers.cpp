#include <algorithm>
#include <fmt/format.h>

#include "billing/section_internal.hpp"
#include "rating/usage.hpp"

namespace mainspring::billing {

namespace {

constexpr Int128 kMicro = 1'000'000;
constexpr tariff::QuantityRounding kMicroRounding{Quantity::kScale, RoundingMode::half_up};

Int128 full_scale(const Register& r) { return power_of_ten(r.dials) * kMicro; }

rating::RegisterFacts facts_of(const Register& r) { return {r.dials, r.decimals, r.multiplier_e6}; }

std::string number(std::int64_t micro) { return format_decimal(micro, Quantity::kScale); }

// The read's values in the order of the part's registers.
std::vector<std::int64_t> values_of(const Read& read, const MeterPart& part) {
    std::vector<std::int64_t> values;
    values.reserve(part.registers.size());
    for (const auto index : part.registers) {
        const auto no = part.installation->registers[index].register_no;
        const auto at = std::ranges::find(read.register_no, no);
        values.push_back(read.value_micro[static_cast<std::size_t>(at - read.register_no.begin())]);
    }
    return values;
}

// The last read of the device on that day; null when there is none.
const Read* read_on(const Agreement& agreement, const Installation& installation, Date day) {
    const Read* found = nullptr;
    for (const auto& read : agreement.reads)
        if (read.on == day && read.device_id == installation.device_id && holds_all_registers(read, installation))
            found = &read;
    return found;
}

std::optional<std::vector<std::int64_t>> carried_values(const AgreementCarry* carry, const MeterPart& part) {
    if (carry == nullptr || carry->device_id != part.installation->device_id) return std::nullopt;
    std::vector<std::int64_t> values;
    for (const auto index : part.registers) {
        const auto no = part.installation->registers[index].register_no;
        const auto at = std::ranges::find(carry->registers, no, &CarriedRegister::register_no);
        if (at == carry->registers.end()) return std::nullopt;
        values.push_back(at->value_micro);
    }
    return values;
}

bool add_opening(const SectionInputs& in, const Section& section, MeterPart& part) {
    const bool at_start = part.dates.from == section.dates.from;
    if (at_start) {
        if (auto values = carried_values(in.carry, part)) {
            part.boundaries.push_back({Boundary::Origin::carry, part.dates.from, nullptr, std::move(*values)});
            return true;
        }
    }
    if (const Read* read = read_on(in.agreement, *part.installation, part.dates.from)) {
        part.boundaries.push_back({Boundary::Origin::read, read->on, read, values_of(*read, part)});
        return true;
    }
    in.hold(at_start ? Cause::opening_read_missing : Cause::boundary_read_missing, section.dates.to,
            fmt::format("no read of the meter on {}", format_date(part.dates.from)));
    return false;
}

void add_interim(const SectionInputs& in, MeterPart& part) {
    for (const auto& read : in.agreement.reads) {
        if (read.device_id != part.installation->device_id || read.on <= part.dates.from || read.on >= part.dates.to ||
            !holds_all_registers(read, *part.installation))
            continue;
        if (part.boundaries.back().on == read.on) part.boundaries.pop_back();
        part.boundaries.push_back({Boundary::Origin::read, read.on, &read, values_of(read, part)});
    }
}

// Over the last three periods that were read, not estimated. days 0: no such history.
rating::UsageOfDays average_use(const AgreementCarry* carry, std::int16_t register_no) {
    if (carry == nullptr) return {};
    Int128 micro = 0;
    std::int64_t days = 0;
    int taken = 0;
    for (auto use = carry->history.rbegin(); use != carry->history.rend() && taken < 3; ++use) {
        if (use->estimated) continue;
        const auto at = std::ranges::find(use->by_register, register_no, &std::pair<std::int16_t, std::int64_t>::first);
        if (at == use->by_register.end()) continue;
        micro += at->second;
        days += use->days;
        ++taken;
    }
    return {narrow(micro), days};
}

bool add_estimate(const SectionInputs& in, Section& section, MeterPart& part) {
    const Date end = part.dates.to;
    const Boundary& last = part.boundaries.back();
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < part.registers.size(); ++i) {
        const Register& r = part.installation->registers[part.registers[i]];
        if (is_maximum(r)) {  // nobody can tell
            values.push_back(0);
            continue;
        }
        const auto average = average_use(in.carry, r.register_no);
        if (average.days == 0) {
            in.hold(Cause::no_history, end,
                    fmt::format("no read on or near {} and no history to estimate from", format_date(end)));
            return false;
        }
        values.push_back(rating::estimated_read(last.values[i], average, days_between(last.on, end), facts_of(r)));
    }
    if (in.carry != nullptr && in.carry->estimates_in_a_row >= 2 &&
        in.hold(Cause::estimated_too_long, end,
                fmt::format("would be estimate {} in a row", in.carry->estimates_in_a_row + 1)))
        return false;
    part.boundaries.push_back({Boundary::Origin::estimate, end, nullptr, std::move(values)});
    section.estimated = true;
    return true;
}

bool add_closing(const SectionInputs& in, Section& section, MeterPart& part) {
    if (const Read* read = read_on(in.agreement, *part.installation, part.dates.to)) {
        part.boundaries.push_back({Boundary::Origin::read, read->on, read, values_of(*read, part)});
        return true;
    }
    if (part.dates.to == section.dates.to) return add_estimate(in, section, part);
    in.hold(Cause::boundary_read_missing, section.dates.to,
            fmt::format("no read of the old meter on {}", format_date(part.dates.to)));
    return false;
}

bool reads_are_sound(const SectionInputs& in, const Section& section, const MeterPart& part) {
    for (const auto& boundary : part.boundaries)
        if (boundary.read != nullptr && boundary.read->status == 's' &&
            in.hold(Cause::suspect_read, section.dates.to,
                    fmt::format("read of {} is suspect", format_date(boundary.on))))
            return false;
    for (std::size_t i = 0; i < part.registers.size(); ++i) {
        const Register& r = part.installation->registers[part.registers[i]];
        for (const auto& boundary : part.boundaries)
            if (boundary.values[i] < 0 || boundary.values[i] >= full_scale(r)) {
                in.hold(Cause::read_beyond_dials, section.dates.to,
                        fmt::format("read {} of {} does not fit {} dials", number(boundary.values[i]),
                                    format_date(boundary.on), r.dials));
                return false;
            }
    }
    return true;
}

// Mean over the days of the piece of the zone's dated values; nullopt when a day has none.
// Notes the values in `used`.
std::optional<std::int64_t> calorific_value(const SectionInputs& in, DateRange days,
                                            std::vector<const CalorificValue*>& used) {
    const auto zone = in.reference.calorific_values.find(in.agreement.gas_zone);
    if (zone == in.reference.calorific_values.end()) return std::nullopt;
    Int128 weighted = 0;
    std::int64_t covered = 0;
    const auto& values = zone->second;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const DateRange holds{values[i].from, i + 1 < values.size() ? values[i + 1].from : kForever};
        const DateRange part = intersect(holds, days);
        if (part.from >= part.to) continue;
        weighted += Int128{values[i].value_e4} * part.days();
        covered += part.days();
        if (const auto at = std::ranges::lower_bound(used, &values[i]); at == used.end() || *at != &values[i])
            used.insert(at, &values[i]);
    }
    if (covered != days.days()) return std::nullopt;
    return narrow(divide_rounded(weighted, covered, RoundingMode::half_up));
}

// The volume of gas at base conditions, where the installation says how it is measured.
std::int64_t at_base(const SectionInputs& in, const MeterPart& part, const Register& r, Advance& advance) {
    const auto* conditions = part.installation->conditions;
    if (conditions == nullptr || conditions->gas.kpa_micro == 0 || in.agreement.commodity != Commodity::gas ||
        r.unit != Unit::cubic_metre)
        return advance.metered_micro;
    const auto& gas = conditions->gas;
    advance.base_micro = rating::base_volume(
        advance.metered_micro, {gas.kpa_micro, gas.kelvin_micro, gas.compressibility_micro}, {}, kMicroRounding);
    return advance.base_micro;
}

bool convert(const SectionInputs& in, Section& section, const MeterPart& part, DateRange days, Advance& advance) {
    const Register& r = part.installation->registers[part.registers[advance.register_index]];
    const Unit unit = r.unit, wanted = tariff::unit_of_stream(r.stream, tariff_unit_on(section, days.from));
    const std::int64_t volume = at_base(in, part, r, advance);
    advance.billed_micro = volume;
    if (unit == wanted) return true;
    if (in.agreement.commodity != Commodity::gas || unit != Unit::cubic_metre || wanted != Unit::kwh) {
        in.hold(Cause::unit_mismatch, section.dates.to,
                fmt::format("register counts {}, tariff bills {}", text_of(unit), text_of(wanted)));
        return false;
    }
    const auto value = calorific_value(in, days, section.calorific_values);
    if (!value) {
        in.hold(Cause::no_calorific_value, section.dates.to,
                fmt::format("zone {} has no calorific value on some day from {} to {}", in.agreement.gas_zone,
                            format_date(days.from), format_date(days.to)));
        return false;
    }
    advance.calorific_value_e4 = *value;
    advance.billed_micro = energy_of({volume, unit}, {part.installation->volume_factor_e8, *value}).micro;
    return true;
}

// Whether the way back from an estimate is shorter than the way on: the read lies below it, perhaps past the dials'
// end.
bool lies_behind(const rating::RegisterReads& reads, const Register& r) {
    const Int128 full = full_scale(r);
    const Int128 on = (Int128{reads.current} - reads.previous + full) % full;
    return on * 2 > full;
}

bool add_advance(const SectionInputs& in, Section& section, MeterPart& part, Advance advance) {
    const Register& r = part.installation->registers[part.registers[advance.register_index]];
    const Boundary& before = part.boundaries[advance.boundary];
    const Boundary& after = part.boundaries[advance.boundary + 1u];
    const std::int64_t previous = before.values[advance.register_index];
    const std::int64_t current = after.values[advance.register_index];
    const bool estimate = before.origin == Boundary::Origin::carry && in.carry->estimated;
    // Both fit the dials (reads_are_sound), so backward is the only problem left.
    const auto counted = rating::register_advance({previous, current}, facts_of(r));
    if (!counted || (estimate && lies_behind({previous, current}, r))) {
        in.hold(estimate ? Cause::below_estimate : Cause::read_backward, section.dates.to,
                fmt::format("{} on {} is below {} on {}", number(current), format_date(after.on), number(previous),
                            format_date(before.on)));
        return false;
    }
    advance.rolled_over = counted->rolled;
    advance.metered_micro = counted->micro;
    if (!convert(in, section, part, {before.on, after.on}, advance)) return false;
    section.pieces.push_back({r.stream, {before.on, after.on}, advance.billed_micro});
    part.advances.push_back(advance);
    return true;
}

// The bare name of a demand's stream: "md" of "md.peak".
std::string_view demand_of(const Register& r) {
    const std::string_view name = tariff::name_of(r.stream);
    return name.substr(0, name.find('.'));
}

// Whether a version that holds on one of the days has the register's demand, and none of them in another unit.
bool measures_demand(const Section& section, DateRange days, const Register& r) {
    bool found = false;
    for (const auto& span : section.spans) {
        const auto& versions = span.tariff->versions;
        for (std::size_t i = 0; i < versions.size(); ++i) {
            const Date end = i + 1 < versions.size() ? versions[i + 1]->effective : kForever;
            const DateRange holds = intersect(intersect({versions[i]->effective, end}, span.dates), days);
            if (holds.from >= holds.to) continue;
            const auto rule = std::ranges::find(versions[i]->demands, demand_of(r), &tariff::DemandRule::name);
            if (rule == versions[i]->demands.end()) continue;
            if (rule->unit != r.unit) return false;
            found = true;
        }
    }
    return found;
}

// What a maximum register shows at the later of two boundaries. An estimate gives no peak.
bool add_peak(const SectionInputs& in, Section& section, const MeterPart& part, const Advance& at) {
    if (in.of == SectionInputs::Of::related_point) return true;
    const Register& r = part.installation->registers[part.registers[at.register_index]];
    const Boundary& after = part.boundaries[at.boundary + 1u];
    const DateRange days{part.boundaries[at.boundary].on, after.on};
    if (!measures_demand(section, days, r)) {
        in.hold(Cause::unit_mismatch, section.dates.to,
                fmt::format("maximum register in {}, but the tariff has no demand {} in it", text_of(r.unit),
                            demand_of(r)));
        return false;
    }
    if (after.origin == Boundary::Origin::estimate) return true;
    const Int128 value = multiply(after.values[at.register_index], r.multiplier_e6);
    section.peaks.push_back({r.stream, days, narrow(divide_rounded(value, kMicro, RoundingMode::half_up))});
    return true;
}

bool fill_part(const SectionInputs& in, Section& section, MeterPart& part) {
    if (!add_opening(in, section, part)) return false;
    add_interim(in, part);
    if (!add_closing(in, section, part) || !reads_are_sound(in, section, part)) return false;
    for (std::size_t b = 0; b + 1 < part.boundaries.size(); ++b)
        for (std::size_t i = 0; i < part.registers.size(); ++i) {
            Advance advance;
            advance.register_index = static_cast<std::uint16_t>(i);
            advance.boundary = static_cast<std::uint16_t>(b);
            const bool maximum = is_maximum(part.installation->registers[part.registers[i]]);
            if (!(maximum ? add_peak(in, section, part, advance) : add_advance(in, section, part, advance)))
                return false;
        }
    return true;
}

MeterPart part_of(const Installation& installation, DateRange dates) {
    MeterPart part;
    part.installation = &installation;
    part.dates = dates;
    for (std::size_t i = 0; i < installation.registers.size(); ++i)
        if (installation.registers[i].billed && installation.registers[i].interval_minutes == 0)
            part.registers.push_back(static_cast<std::uint16_t>(i));
    return part;
}

}  // namespace

bool fill_registers(const SectionInputs& in, Section& out) {
    if (std::ranges::none_of(in.agreement.installations, [](const Installation& i) { return i.device_id != 0; }))
        return true;
    Date covered = out.dates.from;
    for (const auto& installation : in.agreement.installations) {
        const DateRange dates = intersect(installation.dates, out.dates);
        if (installation.device_id == 0 || dates.from >= dates.to) continue;
        if (dates.from != covered) break;
        covered = dates.to;
        if (is_interval_billed(installation)) continue;
        MeterPart part = part_of(installation, dates);
        if (!part.registers.empty() && !fill_part(in, out, part)) return false;
        out.meters.push_back(std::move(part));
    }
    if (covered == out.dates.to) return true;
    in.hold(Cause::no_meter, out.dates.to, fmt::format("no meter on {}", format_date(covered)));
    return false;
}

}  // namespace mainspring::billing
