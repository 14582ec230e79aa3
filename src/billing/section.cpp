#include "billing/section.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "billing/section_internal.hpp"

namespace mainspring::billing {

std::string_view text_of(Cause cause) {
    static constexpr std::string_view kNames[] = {"no_tariff",
                                                  "no_tariff_version",
                                                  "class_not_allowed",
                                                  "currency_changed",
                                                  "unit_changed",
                                                  "fact_missing",
                                                  "register_missing",
                                                  "usage_missing",
                                                  "intervals_missing",
                                                  "price_missing",
                                                  "input_missing",
                                                  "no_meter",
                                                  "opening_read_missing",
                                                  "boundary_read_missing",
                                                  "suspect_read",
                                                  "read_backward",
                                                  "read_beyond_dials",
                                                  "below_estimate",
                                                  "no_history",
                                                  "estimated_too_long",
                                                  "unit_mismatch",
                                                  "no_calorific_value",
                                                  "interval_gap",
                                                  "sub_meter_missing",
                                                  "master_meter_missing",
                                                  "sub_meters_exceed",
                                                  "intervals_adjusted",
                                                  "beyond_range",
                                                  "use_high",
                                                  "use_low",
                                                  "use_zero",
                                                  "bill_negative"};
    return kNames[static_cast<std::size_t>(cause)];
}

void Section::clear() {
    agreement = nullptr;
    final = estimated = false;
    spans.clear();
    span_versions.clear();
    meters.clear();
    channels.clear();
    calorific_values.clear();
    pieces.clear();
    adjustments.clear();
    peaks.clear();
    intervals.clear();
    interval_values.clear();
    zone = nullptr;
    left_before.clear();
    accumulated.clear();
    published.clear();
    total_micro = 0;
    unit = Unit::none;
    carry_out = {};
}

std::optional<Cause> cause_of(std::string_view text) {
    for (auto cause = Cause::no_tariff; cause <= Cause::bill_negative;
         cause = static_cast<Cause>(static_cast<std::uint8_t>(cause) + 1))
        if (text_of(cause) == text) return cause;
    return std::nullopt;
}

bool is_acceptable(Cause cause) {
    switch (cause) {
        case Cause::suspect_read:
        case Cause::estimated_too_long:
        case Cause::use_high:
        case Cause::use_low:
        case Cause::use_zero:
        case Cause::bill_negative: return true;
        default: return false;
    }
}

bool SectionInputs::hold(Cause cause, Date end, std::string detail) const {
    for (const auto& acceptance : accepted)
        if (is_acceptable(cause) && acceptance.cause == cause && end <= acceptance.upto &&
            (acceptance.agreement_id == 0 || acceptance.agreement_id == agreement.agreement_id))
            return false;
    exceptions.push_back({agreement.agreement_id, cause, std::move(detail)});
    return true;
}

bool is_interval_billed(const Installation& installation) {
    return std::ranges::any_of(installation.registers,
                               [](const Register& r) { return r.billed && r.interval_minutes > 0; });
}

bool holds_all_registers(const Read& read, const Installation& installation) {
    return std::ranges::all_of(installation.registers, [&](const Register& r) {
        return !r.billed || r.interval_minutes > 0 ||
               std::ranges::find(read.register_no, r.register_no) != read.register_no.end();
    });
}

const Installation* installation_on(const Agreement& agreement, Date day) {
    for (const auto& installation : agreement.installations)
        if (installation.device_id != 0 && installation.dates.contains(day)) return &installation;
    return nullptr;
}

Unit tariff_unit_on(const Section& section, Date day) {
    for (const auto& span : section.spans)
        if (span.dates.contains(day) && span.tariff != nullptr && !span.tariff->versions.empty())
            return span.tariff->versions.front()->unit;
    return Unit::none;
}

const tariff::Plan* plan_on(const Section& section, Date day) {
    for (const auto& span : section.spans) {
        if (!span.dates.contains(day)) continue;
        const tariff::Plan* plan = nullptr;
        for (const auto& version : span.tariff->versions)
            if (version->effective <= day) plan = version.get();
        return plan;
    }
    return nullptr;
}

rating::SectionInput input_of(const Section& section) {
    return {.dates = section.dates,
            .spans = section.spans,
            .pieces = section.pieces,
            .peaks = section.peaks,
            .intervals = section.intervals,
            .before = section.left_before.empty() ? nullptr : &section.accumulated,
            .zone = section.zone};
}

const Read* closing_read(const Agreement& agreement, const Installation& installation, Date start,
                         const RunRules& rules) {
    const Date end = rules.period.to;
    const Read* best = nullptr;
    const auto distance = [&](const Read& read) { return std::abs(days_between(end, read.on)); };
    for (const auto& read : agreement.reads) {
        if (read.device_id != installation.device_id || read.on <= start ||
            read.on < end - std::chrono::days{rules.window_before_days} ||
            read.on > end + std::chrono::days{rules.window_after_days} || !holds_all_registers(read, installation))
            continue;
        if (best == nullptr || distance(read) < distance(*best) || read.on == best->on) best = &read;
    }
    return best;
}

namespace {

// The unbroken stretch of the agreement that the section lies in.
struct Stretch {
    std::size_t first = 0;  // version that holds at `start`
    Date start, end;
    bool resumed = false;  // the agreement had ended since the last bill
};

std::optional<Stretch> find_stretch(const Agreement& agreement, const AgreementCarry* carry) {
    if (agreement.versions.empty()) return std::nullopt;
    Stretch stretch;
    stretch.start = carry != nullptr ? carry->billed_through : agreement.versions.front().dates.from;
    const auto at =
        std::ranges::find_if(agreement.versions, [&](const AgreementVersion& v) { return v.dates.to > stretch.start; });
    if (at == agreement.versions.end()) return std::nullopt;
    stretch.first = static_cast<std::size_t>(at - agreement.versions.begin());
    if (at->dates.from > stretch.start) {
        stretch.resumed = carry != nullptr;
        stretch.start = at->dates.from;
    }
    stretch.end = at->dates.to;
    for (auto next = at + 1; next != agreement.versions.end() && next->dates.from == stretch.end; ++next)
        stretch.end = next->dates.to;
    return stretch;
}

bool has_energy_clause(const tariff::Tariff& tariff) {
    return std::ranges::any_of(tariff.versions, [](const auto& plan) {
        return std::ranges::any_of(plan->clauses, [](const tariff::Clause& clause) {
            const auto form = tariff::form_of(clause.kind);
            return form == tariff::LineForm::quantity || form == tariff::LineForm::indexed ||
                   form == tariff::LineForm::demand;
        });
    });
}

bool is_unmetered(const Agreement& agreement, const AgreementVersion& version) {
    const bool no_installation =
        std::ranges::none_of(agreement.installations, [](const Installation& i) { return i.device_id != 0; });
    return no_installation && version.tariff != nullptr && !has_energy_clause(*version.tariff);
}

void fill_spans(const Agreement& agreement, const Stretch& stretch, Section& out) {
    for (std::size_t i = stretch.first; i < agreement.versions.size(); ++i) {
        const auto& version = agreement.versions[i];
        const DateRange dates = intersect(version.dates, out.dates);
        if (dates.from >= dates.to) break;
        out.spans.push_back(
            {dates, version.tariff, version.customer_class, version.entitlements, version.dwellings, version.facts});
        out.span_versions.push_back(static_cast<std::uint16_t>(i));
    }
}

// Sets out.dates; false: held back or nothing.
SectionResult choose_dates(const SectionInputs& in, const Stretch& stretch, Section& out) {
    const Date nominal_end = in.rules.period.to;
    out.dates = {stretch.start, std::min(nominal_end, stretch.end)};
    if (out.dates.from >= out.dates.to) return SectionResult::nothing_to_bill;
    const Installation* installation = installation_on(in.agreement, out.dates.to - std::chrono::days{1});
    if (installation == nullptr && is_shared_on(in.agreement, out.dates.to - std::chrono::days{1})) {
        if (stretch.end > nominal_end)
            if (const auto end = end_of_share(in, {stretch.start, nominal_end}))
                out.dates.to = std::min(*end, stretch.end);
        return SectionResult::billed;
    }
    if (installation == nullptr) {
        if (is_unmetered(in.agreement, in.agreement.versions[stretch.first])) return SectionResult::billed;
        in.hold(Cause::no_meter, out.dates.to,
                fmt::format("no meter on {}", format_date(out.dates.to - std::chrono::days{1})));
        return SectionResult::held_back;
    }
    if (stretch.end > nominal_end && !is_interval_billed(*installation))
        if (const Read* read = closing_read(in.agreement, *installation, stretch.start, in.rules))
            out.dates.to = std::min(read->on, stretch.end);
    return SectionResult::billed;
}

bool has_tariffs(const SectionInputs& in, const Section& section) {
    for (const auto& span : section.spans)
        if (span.tariff == nullptr || span.tariff->versions.empty())
            return !in.hold(
                Cause::no_tariff, section.dates.to,
                fmt::format("no active tariff version for the agreement on {}", format_date(span.dates.from)));
    return true;
}

void fill_total(Section& out) {
    Int128 total = 0, periods = 0;
    bool has_total = false;
    for (const auto& piece : out.pieces) {
        if (tariff::measure_of(piece.stream) != tariff::kTotal) continue;
        if (piece.stream == tariff::kTotal) {
            has_total = true;
            total += piece.micro;
        } else {
            periods += piece.micro;
        }
    }
    out.total_micro = narrow(has_total ? total : periods);
}

// What this period used, by register number, over all its meters.
PeriodUse use_of(const Section& section) {
    PeriodUse use{section.dates.days(), section.estimated, section.total_micro, {}};
    for (const auto& part : section.meters) {
        for (const auto& advance : part.advances) {
            const auto no = part.installation->registers[part.registers[advance.register_index]].register_no;
            auto at = std::ranges::find(use.by_register, no, &std::pair<std::int16_t, std::int64_t>::first);
            if (at == use.by_register.end()) at = use.by_register.insert(at, {no, 0});
            at->second = narrow(Int128{at->second} + advance.metered_micro);
        }
    }
    std::ranges::sort(use.by_register);
    return use;
}

void fill_carry(const AgreementCarry* carry, Section& out) {
    AgreementCarry& next = out.carry_out;
    next.agreement_id = out.agreement->agreement_id;
    next.billed_through = out.dates.to;
    next.estimated = out.estimated;
    next.estimates_in_a_row = out.estimated ? (carry != nullptr ? carry->estimates_in_a_row : 0) + 1 : 0;
    if (carry != nullptr) next.history = carry->history;
    next.history.push_back(use_of(out));
    if (next.history.size() > kHistoryPeriods) next.history.erase(next.history.begin());
    if (out.meters.empty() || out.meters.back().dates.to != out.dates.to) return;
    const MeterPart& last = out.meters.back();
    next.device_id = last.installation->device_id;
    for (std::size_t i = 0; i < last.registers.size(); ++i)
        next.registers.push_back(
            {last.installation->registers[last.registers[i]].register_no, last.boundaries.back().values[i]});
}

}  // namespace

Date end_of_period(const Agreement& agreement, const RunRules& rules) {
    const Installation* installation = installation_on(agreement, rules.period.to - std::chrono::days{1});
    if (installation == nullptr || is_interval_billed(*installation)) return rules.period.to;
    const Read* read = closing_read(agreement, *installation, Date::min(), rules);
    return read != nullptr ? read->on : rules.period.to;
}

SectionResult build_section(const SectionRequest& request, Section& out, std::vector<Exception>& exceptions) {
    const Agreement& agreement = request.agreement;
    out.clear();
    out.agreement = &agreement;
    const auto stretch = find_stretch(agreement, request.carry);
    if (!stretch || stretch->start >= request.rules.period.to) return SectionResult::nothing_to_bill;
    // A carry from before a break says nothing about the dials of today.
    const AgreementCarry* usable = stretch->resumed ? nullptr : request.carry;
    const SectionInputs in{agreement, usable, request.rules, request.reference, request.accepted, exceptions};
    const SectionResult chosen = choose_dates(in, *stretch, out);
    if (chosen != SectionResult::billed) return chosen;
    out.final = out.dates.to == stretch->end;
    fill_spans(agreement, *stretch, out);
    if (!has_tariffs(in, out)) return SectionResult::held_back;
    out.unit = tariff_unit_on(out, out.dates.from);
    if (usable != nullptr && !usable->left.empty()) {
        out.left_before = usable->left;
        for_rating(out.left_before, agreement.versions, out.accumulated);
    }
    if (!fill_registers(in, out) || !fill_intervals(in, out) || !adjust(in, out)) return SectionResult::held_back;
    fill_total(out);
    if (!check_use(in, out)) return SectionResult::held_back;
    fill_carry(usable, out);
    return SectionResult::billed;
}

}  // namespace mainspring::billing
