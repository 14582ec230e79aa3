#include "metering/meter_row.hpp"

#include <charconv>
#include <fmt/format.h>

namespace mainspring::metering {
namespace {

struct Bad {
    const char* field;
    std::string reason;
};

// CT x PT of the largest feeders (4000/1 A, 500 kV/100 V: 20 million) and some room.
constexpr std::int64_t kMostMultiplierE6 = 100'000'000'000'000;

std::int64_t decimal(const formats::CsvRow& row, const char* field, int scale) {
    const auto value = parse_decimal(row[field], scale);
    if (!value) throw Bad{field, fmt::format("'{}': {}", formats::shown(row[field]), text_of(value.error()))};
    return *value;
}

std::int16_t whole(const formats::CsvRow& row, const char* field, int highest) {
    const std::string_view text = row[field];
    if (text.empty()) return 0;
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > highest)
        throw Bad{field, fmt::format("'{}' is no whole number from 0 to {}", formats::shown(text), highest)};
    return static_cast<std::int16_t>(value);
}

std::string needed(const formats::CsvRow& row, const char* field) {
    if (row[field].empty()) throw Bad{field, "is empty"};
    return std::string(row[field]);
}

Date date(const formats::CsvRow& row, const char* field) {
    const auto day = parse_date(row[field]);
    if (!day) throw Bad{field, day.error()};
    return *day;
}

// What the stream counts must be counted in a unit of its kind; billing compares it with the tariff.
void check_unit(const InstalledRegister& counted) {
    const std::string_view stream = counted.stream;
    const std::string_view name = stream.substr(0, stream.find('.'));
    const bool reactive = name == "reactive" || name == "reactive_export";
    if (reactive && counted.unit != Unit::kvarh) throw Bad{"unit", "reactive energy is counted in kvarh"};
    const bool highest = counted.unit == Unit::kw || counted.unit == Unit::kva;
    if (highest && (name == "total" || name == "export"))
        throw Bad{"stream", "a register in kW or kVA shows the highest demand: name the demand of the tariff"};
    if (highest && !stream.empty() && counted.interval_minutes != 0)
        throw Bad{"unit", "interval values are energy: kWh, kvarh or m3"};
}

InstalledRegister register_of(const formats::CsvRow& row) {
    InstalledRegister out;
    out.code = needed(row, "register_code");
    out.stream = row["stream"];
    if (const std::string_view text = row["unit"]; text.empty()) {
        out.unit = Unit::none;
    } else {
        const auto unit = unit_of(text);
        if (!unit) throw Bad{"unit", unit.error()};
        out.unit = *unit;
    }
    if (out.unit == Unit::none && !out.stream.empty()) throw Bad{"unit", "is empty; what is billed needs a unit"};
    out.interval_minutes = whole(row, "interval_minutes", 60);
    constexpr std::array<std::int16_t, 7> kMinutes{0, 1, 5, 10, 15, 30, 60};
    if (std::ranges::find(kMinutes, out.interval_minutes) == kMinutes.end())
        throw Bad{"interval_minutes", "is none of 1, 5, 10, 15, 30, 60 (0 or empty: a register)"};
    out.dials = whole(row, "dials", 12);
    if (out.interval_minutes == 0 && out.dials == 0) throw Bad{"dials", "a register needs its number of whole digits"};
    if (out.interval_minutes != 0 && out.dials != 0) throw Bad{"dials", "an interval channel has no dials"};
    out.decimals = whole(row, "decimals", 6);
    if (!row["multiplier"].empty()) out.multiplier_e6 = decimal(row, "multiplier", 6);
    if (out.multiplier_e6 <= 0) throw Bad{"multiplier", "must be above zero"};
    if (out.multiplier_e6 > kMostMultiplierE6) throw Bad{"multiplier", "is above 100000000"};
    check_unit(out);
    return out;
}

}  // namespace

formats::CsvOptions meter_csv_options(std::string file) {
    return {.file = std::move(file),
            .required = {"service_point_code", "installed_on", "serial", "register_code"},
            .optional = {"removed_on", "maker", "model", "stream", "unit", "dials", "decimals", "multiplier",
                         "interval_minutes", "volume_factor"}};
}

std::expected<MeterRow, formats::Problem> parse_meter_row(const formats::CsvRow& row, const std::string& file) {
    try {
        MeterRow out;
        out.line = row.line();
        out.service_point = needed(row, "service_point_code");
        out.installed_on = date(row, "installed_on");
        if (!row["removed_on"].empty()) out.removed_on = date(row, "removed_on");
        if (out.removed_on && *out.removed_on <= out.installed_on) throw Bad{"removed_on", "is not after installed_on"};
        out.serial = needed(row, "serial");
        out.maker = row["maker"];
        out.model = row["model"];
        out.installed = register_of(row);
        if (!row["volume_factor"].empty()) out.volume_factor_e8 = decimal(row, "volume_factor", 8);
        if (out.volume_factor_e8 <= 0) throw Bad{"volume_factor", "must be above zero"};
        return out;
    } catch (const Bad& bad) {
        return std::unexpected(formats::Problem{.file = file,
                                                .line = row.line(),
                                                .field = bad.field,
                                                .reason = bad.reason,
                                                .severity = formats::Severity::record});
    }
}

}  // namespace mainspring::metering
