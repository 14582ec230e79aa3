// Losses and gas conditions of a line of a meters file.
#include "metering/meter_row.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace mainspring::metering {
namespace {

constexpr std::string_view kHead =
    "service_point_code,installed_on,serial,register_code,stream,unit,dials,line_loss_percent,transformer_kva,"
    "transformer_iron_kw,transformer_copper_kw,transformer_no_load_percent,transformer_impedance_percent,load_shape,"
    "gas_kpa,gas_kelvin,gas_compressibility\n";

std::expected<MeterRow, formats::Problem> parsed(std::string_view unit, std::string_view conditions) {
    const std::string text = fmt::format("{}S,2026-01-01,M,R,total,{},5,{}\n", kHead, unit, conditions);
    auto csv = formats::CsvReader::open(text, meter_csv_options("meters.csv"));
    REQUIRE(csv.has_value());
    auto row = csv->next();
    REQUIRE(row.has_value());
    REQUIRE(row->has_value());
    return parse_meter_row(***row, "meters.csv");
}

}  // namespace

TEST_CASE("losses and gas conditions are read as they are stored") {
    const auto full = parsed("kWh", "2.5,800,1.4,7.5,1.5,4.5,1.2,,,");
    REQUIRE(full.has_value());
    CHECK(full->conditions.line_loss_e8 == 2'500'000);
    CHECK(full->conditions.transformer ==
          TransformerPlate{800'000'000, 1'400'000, 7'500'000, 1'500'000, 4'500'000, 1'200'000});
    CHECK(transformer_of(stored(full->conditions.transformer)) == full->conditions.transformer);
    const auto gas = parsed("m3", ",,,,,,,103.3,,");
    REQUIRE(gas.has_value());
    CHECK(gas->conditions.gas == GasCondition{103'300'000, 288'150'000, 1'000'000});
    CHECK(gas_condition_of(stored(gas->conditions.gas)) == gas->conditions.gas);
    CHECK_FALSE(parsed("kWh", ",,,,,,,,,")->conditions.any());
    CHECK(stored(TransformerPlate()).empty());
    CHECK(stored(GasCondition()).empty());
}

TEST_CASE("losses and gas conditions that cannot be") {
    const struct {
        const char *unit, *conditions, *field;
    } rows[] = {
        {"kWh", "-1,,,,,,,,,", "line_loss_percent"},
        {"kWh", "100.1,,,,,,,,,", "line_loss_percent"},
        {"kWh", ",0,1,1,,,,,,", "transformer_kva"},
        {"kWh", ",2000001,1,1,,,,,,", "transformer_kva"},
        {"m3", ",100,1,1,,,,,,", "transformer_kva"},
        {"kWh", ",100,,1,,,,,,", "transformer_iron_kw"},
        {"kWh", ",100,1,,,,,,,", "transformer_copper_kw"},
        {"kWh", ",100,100,1,,,,,,", "transformer_iron_kw"},
        {"kWh", ",,1,,,,,,,", "transformer_iron_kw"},
        {"kWh", ",,,,,4,,,,", "transformer_impedance_percent"},
        {"kWh", ",100,1,1,101,,,,,", "transformer_no_load_percent"},
        {"kWh", ",100,1,1,,,10.1,,,", "load_shape"},
        {"kWh", ",100,1,1,,,0,,,", "load_shape"},
        {"kWh", ",,,,,,,103,,", "gas_kpa"},
        {"m3", ",,,,,,,0,,", "gas_kpa"},
        {"m3", ",,,,,,,,280,", "gas_kelvin"},
        {"m3", ",,,,,,,103,-1,", "gas_kelvin"},
        {"m3", ",,,,,,,103,,x", "gas_compressibility"},
    };
    for (const auto& [unit, conditions, field] : rows) {
        const auto row = parsed(unit, conditions);
        CHECK_MESSAGE(!row, conditions);
        if (!row) CHECK_MESSAGE(row.error().field == field, conditions);
    }
}

}  // namespace mainspring::metering
