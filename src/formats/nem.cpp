#include "formats/nem.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mainspring::formats {

namespace {

struct NamedUnit {
    std::string_view name;
    NemUnit unit;
};

constexpr std::array<NamedUnit, 23> kUnits{{
    {"MWh", {NemUnitBase::wh, 6}},
    {"kWh", {NemUnitBase::wh, 3}},
    {"Wh", {NemUnitBase::wh, 0}},
    {"MVArh", {NemUnitBase::varh, 6}},
    {"kVArh", {NemUnitBase::varh, 3}},
    {"VArh", {NemUnitBase::varh, 0}},
    {"MVAr", {NemUnitBase::var, 6}},
    {"kVAr", {NemUnitBase::var, 3}},
    {"VAr", {NemUnitBase::var, 0}},
    {"MW", {NemUnitBase::w, 6}},
    {"kW", {NemUnitBase::w, 3}},
    {"W", {NemUnitBase::w, 0}},
    {"MVAh", {NemUnitBase::vah, 6}},
    {"kVAh", {NemUnitBase::vah, 3}},
    {"VAh", {NemUnitBase::vah, 0}},
    {"MVA", {NemUnitBase::va, 6}},
    {"kVA", {NemUnitBase::va, 3}},
    {"VA", {NemUnitBase::va, 0}},
    {"kV", {NemUnitBase::volt, 3}},
    {"V", {NemUnitBase::volt, 0}},
    {"kA", {NemUnitBase::ampere, 3}},
    {"A", {NemUnitBase::ampere, 0}},
    {"pf", {NemUnitBase::power_factor, 0}},
}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letters(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<NemUnit> nem_unit_of(std::string_view text) {
    if (text.empty()) return NemUnit{};
    for (const auto& [name, unit] : kUnits)
        if (same_letters(name, text)) return unit;
    return std::nullopt;
}

std::string text_of(NemUnit unit) {
    for (const auto& [name, value] : kUnits)
        if (value == unit) return std::string(name);
    return "";
}

std::optional<NemQuality> nem_quality_of(std::string_view text) {
    if (text.size() != 1 && text.size() != 3) return std::nullopt;
    if (std::string_view("AEFNSV").find(text[0]) == std::string_view::npos) return std::nullopt;
    NemQuality quality{text[0], 0};
    if (text.size() == 1) return quality;
    if (!is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
    quality.method = (text[1] - '0') * 10 + (text[2] - '0');
    return quality;
}

std::string text_of(NemQuality quality) {
    return quality.method == 0 ? std::string(1, quality.flag) : fmt::format("{}{:02}", quality.flag, quality.method);
}

}  // namespace mainspring::formats
