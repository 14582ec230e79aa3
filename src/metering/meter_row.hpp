// One line of a meters file, checked by itself; see meter_import.hpp.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "formats/csv.hpp"
#include "metering/installation.hpp"

namespace mainspring::metering {

struct MeterRow {
    int line = 0;
    std::string service_point, serial, maker, model;
    Date installed_on;
    std::optional<Date> removed_on;
    InstalledRegister installed;
    std::int64_t volume_factor_e8 = 100'000'000;
    MeasuringConditions conditions{};
};

formats::CsvOptions meter_csv_options(std::string file);
std::expected<MeterRow, formats::Problem> parse_meter_row(const formats::CsvRow& row, const std::string& file);

}  // namespace mainspring::metering
