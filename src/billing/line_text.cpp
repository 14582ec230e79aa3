#include "billing/line_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace mainspring::billing {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::LineForm;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kChinese{{{"total", "总"},
                                                                                  {"sharp", "尖"},
                                                                                  {"critical_peak", "尖"},
                                                                                  {"peak", "峰"},
                                                                                  {"flat", "平"},
                                                                                  {"shoulder", "平"},
                                                                                  {"mid_peak", "平"},
                                                                                  {"valley", "谷"},
                                                                                  {"off_peak", "谷"},
                                                                                  {"deep_valley", "深谷"},
                                                                                  {"day", "昼"},
                                                                                  {"night", "夜"}}};

// At least as many decimals as the currency has.
std::string price_text(std::int64_t price_e8, Currency currency) {
    std::string text = format_decimal(price_e8, Price::kScale);
    const std::size_t point = text.find('.');
    std::size_t decimals = point == std::string::npos ? 0 : text.size() - point - 1;
    const auto wanted = static_cast<std::size_t>(minor_digits(currency));
    if (decimals < wanted && point == std::string::npos) text += '.';
    for (; decimals < wanted; ++decimals) text += '0';
    return text;
}

std::string ratio_text(std::int64_t ratio_e8) { return format_decimal(ratio_e8, 6) + " %"; }

std::string factor_text(const rating::Line& line) {
    if (line.denominator == 1) return fmt::format("{}", line.numerator);
    return fmt::format("{}/{}", line.numerator, line.denominator);
}

void add_names(const Clause& clause, const rating::Line& line, LineText& text) {
    text.en = clause.name_en;
    if (clause.local_language.starts_with("zh")) text.zh = clause.name_local;
    if (takes_tax_out(clause, line)) {
        text.en += ", contained in the charges";
        if (!text.zh.empty()) text.zh += "（已含于上列费用）";
    }
    if (clause.kind == ClauseKind::energy_tiered || clause.kind == ClauseKind::energy_slab ||
        (clause.kind == ClauseKind::demand && line.part != 0)) {
        const rating::TierPart part = rating::tier_part(clause, line.part);
        const bool by_period = part.period != tariff::kTotal;
        const std::string_view period = by_period ? tariff::name_of(part.period) : "";
        text.en += fmt::format(", tier {}{}{}", part.tier, by_period ? ", " : "", stream_en(period));
        if (!text.zh.empty())
            text.zh += fmt::format("（第 {} 档{}{}）", part.tier, by_period ? "，" : "", stream_zh(period));
    }
    if (clause.kind == ClauseKind::energy_time_of_use && line.part < clause.period_prices.size()) {
        const auto stream = tariff::name_of(clause.period_prices[line.part].stream);
        text.en += ", " + stream_en(stream);
        if (!text.zh.empty()) text.zh += "（" + stream_zh(stream) + "）";
    }
}

void add_factor(const rating::Line& line, LineText& text) {
    if (line.numerator == 1 && line.denominator == 1) return;
    text.en += fmt::format(" × {}", factor_text(line));
    if (!text.zh.empty()) text.zh += fmt::format(" × {}", factor_text(line));
}

void add_power_factor(const rating::Line& line, LineText& text) {
    const std::string factor = format_decimal(line.quantity_micro, Quantity::kScale);
    text.en += ", " + factor;
    if (!text.zh.empty()) text.zh += fmt::format("（{}）", factor);
}

}  // namespace

std::string stream_en(std::string_view stream) {
    std::string text(stream);
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::string stream_zh(std::string_view stream) {
    for (const auto& [code, words] : kChinese) {
        if (code == stream) return std::string(words);
    }
    return stream_en(stream);
}

bool takes_tax_out(const Clause& clause, const rating::Line& line) {
    return !clause.contained_in.empty() && line.part == rating::kTakenOut;
}

ClauseKind kind_of_line(const tariff::Plan& plan, const rating::Line& line) {
    return line.clause < plan.clauses.size() ? plan.clauses[line.clause].kind : ClauseKind::rounding;
}

LineText text_of_line(const tariff::Plan& plan, const rating::Line& line, Unit unit) {
    LineText text;
    const ClauseKind kind = kind_of_line(plan, line);
    if (kind == ClauseKind::rounding) return {"Rounding", "尾差", "", "", ""};
    add_names(plan.clauses[line.clause], line, text);
    switch (tariff::form_of(kind)) {
        case LineForm::days:
            add_factor(line, text);
            text.quantity = format_decimal(line.quantity_micro, Quantity::kScale);
            text.unit = "days";
            text.price = price_text(line.price_e8, plan.currency);
            break;
        case LineForm::months:
            text.quantity = factor_text(line);
            text.unit = text.quantity == "1" ? "month" : "months";
            text.price = price_text(line.price_e8, plan.currency);
            break;
        case LineForm::quantity:
        case LineForm::indexed:
            text.quantity = format_decimal(line.quantity_micro, Quantity::kScale);
            text.unit = text_of(tariff::unit_of_stream(plan.clauses[line.clause].of.front(), unit));
            text.price = price_text(line.price_e8, plan.currency);
            break;
        case LineForm::demand:
            add_factor(line, text);
            text.quantity = format_decimal(line.quantity_micro, Quantity::kScale);
            text.unit = text_of(tariff::demand_unit(plan, plan.clauses[line.clause]));
            text.price = price_text(line.price_e8, plan.currency);
            break;
        case LineForm::share:
            if (kind == ClauseKind::power_factor) add_power_factor(line, text);
            text.quantity = format_money({line.base_minor, plan.currency});
            text.unit = plan.currency.text();
            text.price = ratio_text(line.price_e8);
            break;
        case LineForm::limit:
        case LineForm::rounding: break;
    }
    return text;
}

std::optional<ExactAmount> exact_amount(ClauseKind kind, const rating::Line& line, Currency currency) {
    switch (tariff::form_of(kind)) {
        case LineForm::share: {
            // Minor units times a ratio at scale 8, brought to scale 14: no currency has more than 6 digits.
            const int up = Amount::kScale - minor_digits(currency) - Price::kScale;
            const Int128 exact = multiply(Int128{line.base_minor} * line.price_e8, power_of_ten(up));
            return ExactAmount{multiply(exact, line.numerator), line.denominator};
        }
        case LineForm::indexed:
        case LineForm::limit:
        case LineForm::rounding: return std::nullopt;
        default:
            return ExactAmount{multiply(Int128{line.quantity_micro} * line.price_e8, line.numerator), line.denominator};
    }
}

std::int64_t rounded_minor(const Clause& clause, const rating::Line& line, const ExactAmount& exact,
                           Currency currency) {
    const Int128 step = power_of_ten(Amount::kScale - minor_digits(currency)) * clause.round.step_minor;
    const bool taken_off = tariff::is_discount(clause.kind) || takes_tax_out(clause, line);
    const Int128 steps = divide_rounded(exact.numerator, multiply(step, exact.denominator), clause.round.mode);
    return narrow((taken_off ? -1 : 1) * steps * clause.round.step_minor);
}

std::string text_of(const ExactAmount& exact) {
    if (exact.numerator % exact.denominator == 0)
        return format_decimal(exact.numerator / exact.denominator, Amount::kScale);
    return format_decimal(divide_rounded(exact.numerator, exact.denominator, RoundingMode::down), Amount::kScale) + "…";
}

}  // namespace mainspring::billing
