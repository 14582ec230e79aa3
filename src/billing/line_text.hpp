// A bill's line in words: for the printed page and for the explanation.
#pragma once
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

// The clause's kind; `rounding` for the line that rating itself adds.
tariff::ClauseKind kind_of_line(const tariff::Plan& plan, const rating::Line& line);

// What people call a time-of-use period or register: "off peak", "谷".
std::string stream_en(std::string_view stream);
std::string stream_zh(std::string_view stream);

}  // namespace mainspring::billing
