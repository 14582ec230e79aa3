#include "billing/bill_page_of.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "billing/line_text.hpp"

namespace mainspring::billing {

using document::BarKind;
using document::BillPage;
using document::BillSection;
using document::ReadKind;
using document::Words;

namespace {

std::string last_day(DateRange dates) { return format_date(dates.to - std::chrono::days{1}); }

std::string micro_text(std::int64_t micro) { return format_decimal(micro, Quantity::kScale); }

std::string unit_text(Unit unit) { return unit == Unit::cubic_metre ? "m³" : std::string(text_of(unit)); }

document::CommodityName commodity_name(Commodity commodity) {
    switch (commodity) {
        case Commodity::electricity: return document::CommodityName::electricity;
        case Commodity::gas: return document::CommodityName::gas;
        case Commodity::water: return document::CommodityName::water;
    }
    return document::CommodityName::electricity;
}

Words tariff_words(const tariff::Plan& plan) {
    return {plan.name_en, plan.local_language.starts_with("zh") ? plan.name_local : ""};
}

// Reads

ReadKind kind_of(const ProvenBoundary& boundary, ReadKind carried) {
    if (boundary.origin == Boundary::Origin::carry) return carried;
    if (boundary.origin == Boundary::Origin::estimate || boundary.quality == 'E') return ReadKind::estimated;
    return boundary.quality == 'C' ? ReadKind::customer : ReadKind::actual;
}

struct MeterContext {
    const BillNames& names;
    const ProvenSection& section;
    const ProvenMeter& meter;
    ReadKind carried;
};

void add_advance(const MeterContext& in, const Advance& advance, BillSection& to) {
    const auto& [names, section, meter, carried] = in;
    const RegisterNames known =
        register_of(names, {section.service_point_id, meter.installed_from, meter.installation_version,
                            meter.register_no[advance.register_index]});
    const ProvenBoundary& before = meter.boundaries[advance.boundary];
    const ProvenBoundary& after = meter.boundaries[advance.boundary + 1U];
    const auto read = [&](const ProvenBoundary& boundary) {
        return document::ReadValue{format_date(boundary.on), micro_text(boundary.values[advance.register_index]),
                                   kind_of(boundary, carried)};
    };
    const bool converted = advance.calorific_value_e4 != 0;
    const Unit unit = known.unit != Unit::none ? known.unit : converted ? Unit::cubic_metre : section.unit;
    to.meters.push_back({known.serial,
                         {stream_en(known.stream), stream_zh(known.stream)},
                         read(before),
                         read(after),
                         format_decimal(known.multiplier_e6, 6),
                         micro_text(advance.metered_micro),
                         unit_text(unit)});
    if (advance.rolled_over) {
        to.meter_notes.push_back({known.serial + ": the meter went past its highest figure and began again at zero.",
                                  known.serial + "：示数已满量程归零。"});
    }
    if (advance.base_micro != 0) {
        const std::string measured = micro_text(advance.metered_micro), base = micro_text(advance.base_micro);
        to.meter_notes.push_back({fmt::format("{} m³ measured = {} m³ at 101.325 kPa and 15 °C", measured, base),
                                  fmt::format("工况 {} m³ = 标况（101.325 kPa，15 °C）{} m³", measured, base)});
    }
    if (!converted) return;
    const std::string volume = micro_text(advance.base_micro != 0 ? advance.base_micro : advance.metered_micro) + " m³";
    const std::string factor = format_decimal(known.volume_factor_e8, 8);
    const std::string heat = format_decimal(advance.calorific_value_e4, 4) + " MJ/m³";
    const std::string energy = micro_text(advance.billed_micro) + " kWh";
    to.meter_notes.push_back(
        {fmt::format("{} × volume factor {} × calorific value {} ÷ 3.6 = {}", volume, factor, heat, energy),
         fmt::format("{} × 体积换算系数 {} × 热值 {} ÷ 3.6 = {}", volume, factor, heat, energy)});
}

// A maximum begins anew at each read: only what it shows at the later one counts.
void add_maximum(const MeterContext& in, const ProvenMaximum& maximum, BillSection& to) {
    const ReadKind kind = kind_of(in.meter.boundaries[maximum.boundary], in.carried);
    to.meters.push_back({maximum.known.serial,
                         {stream_en(maximum.known.stream), stream_zh(maximum.known.stream)},
                         {format_date(maximum.days.from), "", ReadKind::none},
                         {format_date(maximum.days.to), micro_text(maximum.value_micro), kind},
                         format_decimal(maximum.known.multiplier_e6, 6),
                         micro_text(maximum.demand_micro),
                         unit_text(maximum.known.unit)});
}

void add_channel(const BillNames& names, const ProvenSection& section, const ProvenChannel& channel, BillSection& to) {
    const RegisterNames known = register_of(
        names, {section.service_point_id, channel.installed_from, channel.installation_version, channel.register_no});
    const std::int32_t estimated = channel.estimated_linear + channel.estimated_like_day;
    to.meter_notes.push_back({fmt::format("{}, {}: billed by {} interval values, {} of them estimated.", known.serial,
                                          stream_en(known.stream), channel.values, estimated),
                              fmt::format("{}（{}）：按 {} 个时段数据计费，其中估算 {} 个。", known.serial,
                                          stream_zh(known.stream), channel.values, estimated)});
}

// What comes to, or off, what the meters counted.
void add_adjustments(const ProvenSection& section, BillSection& to) {
    const std::string unit = unit_text(section.unit);
    for (const auto& loss : section.adjustments.losses) {
        if (!loss.conditions.has_losses()) continue;
        const std::string active = micro_text(loss.added_active()), reactive = micro_text(loss.added_reactive());
        to.meter_notes.push_back(
            {fmt::format("Losses of transformer and line: + {} {}, + {} kvarh", active, unit, reactive),
             fmt::format("变压器与线路损耗：+ {} {}，+ {} kvarh", active, unit, reactive)});
    }
    for (const auto& share : section.adjustments.shares) {
        const std::string days = fmt::format("{} – {}", format_date(share.dates.from), last_day(share.dates));
        const std::string quantity = micro_text(share.active_micro);
        if (share.from_above)
            to.meter_notes.push_back({fmt::format("Part of the main meter, {}: + {} {}", days, quantity, unit),
                                      fmt::format("总表分摊，{}：+ {} {}", days, quantity, unit)});
        else
            to.meter_notes.push_back({fmt::format("Taken off for a sub-meter, {}: − {} {}", days, quantity, unit),
                                      fmt::format("扣减分表，{}：− {} {}", days, quantity, unit)});
    }
}

// Charges

std::string printed_unit(const std::string& unit, document::Language language) {
    if (unit == "m3") return "m³";
    if (language != document::Language::zh) return unit;
    return unit == "days" ? "天" : unit == "month" || unit == "months" ? "个月" : unit;
}

document::ChargeLine charge_line(const tariff::Plan& plan, const ProvenSection& section, const rating::Line& line,
                                 document::Language language) {
    const LineText text = text_of_line(plan, line, section.unit);
    document::ChargeLine charge{{text.en, text.zh}, "", "", text.quantity, printed_unit(text.unit, language),
                                text.price,         ""};
    if (line.segment != rating::kNoSegment) {
        const DateRange dates = section.segments[line.segment].dates;
        charge.from = format_date(dates.from);
        charge.to = last_day(dates);
    }
    charge.amount = format_money({line.amount_minor, plan.currency});
    return charge;
}

void add_charges(const BillNames& names, const ProvenSection& section, BillSection& to) {
    document::ChargeGroup charges, taxes;
    taxes.kind = document::GroupKind::taxes;
    Int128 charged = 0, taxed = 0;
    Currency currency;
    for (const rating::Line& line : section.lines) {
        const tariff::Plan& plan = plan_of(names, section.plan_version_ids[line.version]);
        const bool is_tax =
            kind_of_line(plan, line) == tariff::ClauseKind::tax && !takes_tax_out(plan.clauses[line.clause], line);
        (is_tax ? taxes : charges).lines.push_back(charge_line(plan, section, line, names.language));
        (is_tax ? taxed : charged) += line.amount_minor;
        currency = plan.currency;
    }
    if (!charges.lines.empty() && !taxes.lines.empty()) {
        charges.subtotal = format_sum(charged, currency);
        taxes.subtotal = format_sum(taxed, currency);
    }
    if (!charges.lines.empty()) to.groups.push_back(std::move(charges));
    if (!taxes.lines.empty()) to.groups.push_back(std::move(taxes));
}

// Usage

// Whole units from ten on, two decimals below: a chart is read at a glance.
std::string bar_text(std::int64_t micro) {
    const bool whole = micro >= 10'000'000 || micro <= -10'000'000;
    const Int128 step = whole ? 1'000'000 : 10'000;
    return format_decimal(divide_rounded(micro, step, RoundingMode::half_up), whole ? 0 : 2);
}

void add_chart(const BillNames& names, const ProvenSection& section, BillSection& to) {
    const AgreementCarry* carry = names.carry.find(section.agreement_id);
    if (carry == nullptr || carry->history.empty()) return;
    to.chart.unit = unit_text(section.unit);
    Date end = carry->billed_through;
    for (auto use = carry->history.rbegin(); use != carry->history.rend(); ++use) {
        const Date start = end - std::chrono::days{use->days};
        const bool is_current = start == section.dates.from && end == section.dates.to;
        const std::chrono::year_month_day middle{start + std::chrono::days{use->days / 2}};
        const BarKind kind = is_current ? (use->estimated ? BarKind::current_estimated : BarKind::current)
                                        : (use->estimated ? BarKind::past_estimated : BarKind::past);
        to.chart.bars.push_back(
            {fmt::format("{}-{:02}", static_cast<int>(middle.year()), static_cast<unsigned>(middle.month())),
             bar_text(use->total_micro), use->total_micro, kind});
        end = start;
    }
    std::ranges::reverse(to.chart.bars);
}

// Of a credit note: quantities too, so that every line still multiplies out.
void turn_signs(BillSection& section) {
    const auto turn = [](std::string& number) {
        if (number.find_first_of("123456789") == std::string::npos) return;
        if (number[0] == '-')
            number.erase(0, 1);
        else
            number.insert(0, "-");
    };
    turn(section.total);
    for (auto& group : section.groups) {
        turn(group.subtotal);
        for (auto& line : group.lines) {
            turn(line.quantity);
            turn(line.amount);
        }
    }
}

BillSection section_of(const BillNames& names, BillKind kind, const ProvenSection& section) {
    const tariff::Plan& plan = plan_of(names, section.plan_version_ids.back());
    BillSection to;
    to.commodity = commodity_name(plan.commodity);
    to.tariff = tariff_words(plan);
    if (const auto point = names.points.find(section.service_point_id); point != names.points.end()) {
        to.supply_address = point->second.address;
        to.service_point = point->second.code;
    } else {
        to.service_point = fmt::format("#{}", section.service_point_id);
    }
    add_charges(names, section, to);
    to.total = format_money({section.total_minor, plan.currency});
    if (kind == BillKind::cancellation) {  // the bill that it takes back shows reads and usage
        turn_signs(to);
        return to;
    }
    const bool estimated = names.estimated_openings.contains(section.agreement_id);
    for (const ProvenMeter& meter : section.meters) {
        const MeterContext context{names, section, meter, estimated ? ReadKind::estimated : ReadKind::none};
        for (const Advance& advance : meter.advances) add_advance(context, advance, to);
        for (const ProvenMaximum& maximum : maxima_of(names, section.service_point_id, meter))
            add_maximum(context, maximum, to);
    }
    for (const ProvenChannel& channel : section.channels) add_channel(names, section, channel, to);
    add_adjustments(section, to);
    add_chart(names, section, to);
    return to;
}

Words correction_words(const BillHead& head, const BillNames& names) {
    if (!names.replaced_minor)
        return {"Corrected bill. It replaces bill no. " + names.replaces_number + ".",
                "更正账单，替换账单 " + names.replaces_number + "。"};
    const auto money = [&](Int128 minor) {
        return format_sum(minor, head.currency) + " " + std::string(head.currency.text());
    };
    const std::string before = money(*names.replaced_minor), now = money(head.total_minor);
    const Int128 more = Int128{head.total_minor} - *names.replaced_minor;
    const std::string by = (more > 0 ? "+" : "") + money(more);
    return {
        fmt::format("Corrected bill. It replaces bill no. {} of {}, which a credit note takes back in full. Now: {}; "
                    "difference: {}. What you paid for the earlier bill counts towards this one.",
                    names.replaces_number, before, now, by),
        fmt::format(
            "更正账单，替换账单 {}（原金额 {}，已由红字账单全额冲销）。现金额 {}，差额 {}。原账单已付款项计入本账单。",
            names.replaces_number, before, now, by)};
}

void add_messages(const BillHead& head, const BillNames& names, BillPage& page) {
    if (head.kind == BillKind::cancellation) {
        page.messages.push_back({"This credit note takes back bill no. " + names.cancels_number + " in full.",
                                 "本单全额冲销账单 " + names.cancels_number + "。"});
        return;
    }
    if (head.replaces_seq != 0) {
        page.messages.push_back(correction_words(head, names));
    }
    if ((head.flags & kEstimated) != 0) {
        page.messages.push_back(
            {"We could not read your meter: this bill rests on an estimate. The next reading puts it right by itself.",
             "本期未能抄表，账单按估算用量计费；下次实抄后自动更正差额。"});
    }
    if ((head.flags & kFinal) != 0) {
        page.messages.push_back({"This is the final bill of your agreement.", "本单为您合同的最终账单。"});
    }
    if ((head.flags & kZeroUse) != 0) {
        page.messages.push_back({"No use was recorded in this period.", "本期用量为零。"});
    }
}

void add_tariffs(const Derivation& bill, const BillNames& names, BillPage& page) {
    for (const ProvenSection& section : bill.sections) {
        for (const auto id : section.plan_version_ids) {
            const tariff::Plan& plan = plan_of(names, id);
            const Words words = tariff_words(plan);
            const bool chinese = names.language == document::Language::zh && !words.zh.empty();
            std::string text =
                fmt::format("{} {} ({})", chinese ? words.zh : words.en, plan.version, format_date(plan.effective));
            if (std::ranges::find(page.tariffs, text) == page.tariffs.end()) page.tariffs.push_back(std::move(text));
        }
    }
}

}  // namespace

const tariff::Plan& plan_of(const BillNames& names, std::int64_t version_id) {
    const auto found = names.plans.find(version_id);
    ensure(found != names.plans.end() && found->second != nullptr, "a bill without its tariff version");
    return *found->second;
}

RegisterNames register_of(const BillNames& names, const RegisterKey& key) {
    if (const auto found = names.registers.find(key); found != names.registers.end()) return found->second;
    RegisterNames unknown;
    unknown.serial = fmt::format("#{} {}", key.service_point_id, format_date(key.installed_from));
    unknown.stream = fmt::format("register {}", key.register_no);
    return unknown;
}

std::vector<ProvenMaximum> maxima_of(const BillNames& names, std::int64_t point, const ProvenMeter& meter) {
    std::vector<ProvenMaximum> maxima;
    for (std::size_t i = 0; i < meter.register_no.size(); ++i) {
        const RegisterNames known =
            register_of(names, {point, meter.installed_from, meter.installation_version, meter.register_no[i]});
        if (known.unit != Unit::kw && known.unit != Unit::kva) continue;
        for (std::size_t b = 1; b < meter.boundaries.size(); ++b) {
            if (meter.boundaries[b].origin == Boundary::Origin::estimate) continue;
            const std::int64_t value = meter.boundaries[b].values[i];
            const Int128 demand =
                divide_rounded(multiply(value, known.multiplier_e6), power_of_ten(6), RoundingMode::half_up);
            maxima.push_back(
                {i, known, b, {meter.boundaries[b - 1].on, meter.boundaries[b].on}, value, narrow(demand)});
        }
    }
    return maxima;
}

BillPage bill_page_of(const Derivation& bill, const BillNames& names) {
    const BillHead& head = bill.head;
    const bool is_credit = head.kind == BillKind::cancellation;
    BillPage page;
    page.language = names.language;
    page.kind = is_credit ? document::PageKind::credit_note : document::PageKind::bill;
    page.utility = names.utility;
    page.customer_name = names.customer_name;
    page.postal_address = names.postal_address;
    page.account_number = names.account_number;
    page.bill_number = names.bill_number;
    page.issued_on = format_date(head.issued_on);
    page.period_from = format_date(head.period.from);
    page.period_to = last_day(head.period);
    page.currency = head.currency.text();
    page.total = format_money({head.total_minor, head.currency});
    page.legal = names.legal;
    add_messages(head, names, page);
    for (const ProvenSection& section : bill.sections) page.sections.push_back(section_of(names, head.kind, section));
    add_tariffs(bill, names, page);
    if (is_credit) return page;
    page.due_on = format_date(head.due_on);
    page.balances = names.balances;
    page.amount_due = names.amount_due.value_or(page.total);
    const bool is_owed = page.amount_due.find_first_of("123456789") != std::string::npos && page.amount_due[0] != '-';
    if (is_owed)
        page.slip = names.slip;
    else
        page.due_on.clear();
    return page;
}

}  // namespace mainspring::billing
