// A bill's line in words: for the printed page and for the explanation.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "billing/derivation.hpp"
#include "tariff/plan.hpp"

namespace mainspring::billing {

// What was multiplied, as text; empty where a kind of clause has no such thing.
struct LineText {
    std::string en, zh;    // "Energy, tier 1"; zh is empty when the tariff has no Chinese name for the clause
    std::string quantity;  // "120.5", "30", "1"; a fraction of a month "17/30"; the base of a percentage "139.88"
    std::string unit;      // "kWh", "days", "month", "CNY"
    std::string price;     // "0.538", "5 %"
};
LineText text_of_line(const tariff::Plan& plan, const rating::Line& line, Unit unit);

// Whether the line takes a contained tax out of the revenue.
bool takes_tax_out(const tariff::Clause& clause, const rating::Line& line);

// The clause's kind; `rounding` for the line that rating itself adds.
tariff::ClauseKind kind_of_line(const tariff::Plan& plan, const rating::Line& line);

// What a line's amount is before rounding, as a fraction at scale 14; nothing for a minimum and for the rounding line,
// which are differences.
struct ExactAmount {
    Int128 numerator = 0, denominator = 1;
};
std::optional<ExactAmount> exact_amount(tariff::ClauseKind kind, const rating::Line& line, Currency currency);
// Of a discount and of a tax that is taken out of the revenue, what comes out is taken off.
std::int64_t rounded_minor(const tariff::Clause& clause, const rating::Line& line, const ExactAmount& exact,
                           Currency currency);
// Exact where the fraction ends within scale 14; else cut, with an ellipsis.
std::string text_of(const ExactAmount& exact);

// What people call a time-of-use period or register: "off peak", "谷".
std::string stream_en(std::string_view stream);
std::string stream_zh(std::string_view stream);

}  // namespace mainspring::billing
