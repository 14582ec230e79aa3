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

// A number above zero, or the default where the field is empty.
std::int64_t positive(const formats::CsvRow& row, const char* field, std::int64_t otherwise) {
    if (row[field].empty()) return otherwise;
    const std::int64_t value = decimal(row, field, 6);
    if (value <= 0) throw Bad{field, "must be above zero"};
    return value;
}

// "1.5" percent of something: 1500000 of 10^8. Empty: 0.
std::int64_t percent(const formats::CsvRow& row, const char* field) {
    if (row[field].empty()) return 0;
    const std::int64_t value = decimal(row, field, 6);
    if (value < 0 || value > 100'000'000) throw Bad{field, "is no percentage from 0 to 100"};
    return value;
}

// The largest that grids have is below 2,000 MVA; further figures of a plate are losses in kW, less than its rating.
constexpr std::int64_t kMostKva = 2'000'000'000'000;

TransformerPlate transformer_of(const formats::CsvRow& row) {
    TransformerPlate plate;
    plate.rated_micro = positive(row, "transformer_kva", 0);
    if (plate.rated_micro == 0) {
        for (const char* field : {"transformer_iron_kw", "transformer_copper_kw", "transformer_no_load_percent",
                                  "transformer_impedance_percent", "load_shape"})
            if (!row[field].empty()) throw Bad{field, "stands without transformer_kva"};
        return plate;
    }
    if (plate.rated_micro > kMostKva) throw Bad{"transformer_kva", "is above 2000000"};
    for (const auto& [field, value] : {std::pair{"transformer_iron_kw", &plate.iron_micro},
                                       std::pair{"transformer_copper_kw", &plate.copper_micro}}) {
        if (row[field].empty()) throw Bad{field, "is empty; a transformer has losses"};
        *value = decimal(row, field, 6);
        if (*value < 0 || *value >= plate.rated_micro) throw Bad{field, "is no loss of such a transformer"};
    }
    plate.no_load_e8 = percent(row, "transformer_no_load_percent");
    plate.impedance_e8 = percent(row, "transformer_impedance_percent");
    plate.load_shape_micro = positive(row, "load_shape", 1'000'000);
    if (plate.load_shape_micro > 10'000'000) throw Bad{"load_shape", "is above 10"};
    return plate;
}

GasCondition gas_condition_of(const formats::CsvRow& row) {
    GasCondition gas;
    gas.kpa_micro = positive(row, "gas_kpa", 0);
    if (gas.kpa_micro == 0)
        for (const char* field : {"gas_kelvin", "gas_compressibility"})
            if (!row[field].empty()) throw Bad{field, "stands without gas_kpa"};
    gas.kelvin_micro = positive(row, "gas_kelvin", gas.kelvin_micro);
    gas.compressibility_micro = positive(row, "gas_compressibility", gas.compressibility_micro);
    return gas;
}

void check_conditions(const MeterRow& row) {
    const bool volume = row.installed.unit == Unit::cubic_metre, counted = row.installed.unit != Unit::none;
    if (row.conditions.transformer.rated_micro != 0 && volume)
        throw Bad{"transformer_kva", "a meter in m3 has no transformer"};
    if (row.conditions.gas.kpa_micro != 0 && counted && !volume) throw Bad{"gas_kpa", "only a meter in m3 counts gas"};
}

}  // namespace

formats::CsvOptions meter_csv_options(std::string file) {
    return {.file = std::move(file),
            .required = {"service_point_code", "installed_on", "serial", "register_code"},
            .optional = {"removed_on",
                         "maker",
                         "model",
                         "stream",
                         "unit",
                         "dials",
                         "decimals",
                         "multiplier",
                         "interval_minutes",
                         "volume_factor",
                         "line_loss_percent",
                         "transformer_kva",
                         "transformer_iron_kw",
                         "transformer_copper_kw",
                         "transformer_no_load_percent",
                         "transformer_impedance_percent",
                         "load_shape",
                         "gas_kpa",
                         "gas_kelvin",
                         "gas_compressibility"}};
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
        out.conditions = {percent(row, "line_loss_percent"), transformer_of(row), gas_condition_of(row)};
        check_conditions(out);
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
