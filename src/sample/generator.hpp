// Writes the customers, meters and reads of an invented utility, ready for import. The same mix, seed, months and
// number give the same bytes; more accounts leave the first ones as they were. Constant memory.
//
// Into the folder `out`:
//   accounts.csv, meters.csv, reads.csv          as import_accounts, import_meters and import_reads take them
//   calorific.csv                                where the mix has gas zones
//   reads_nem12/0001.csv, ...                    intervals, format nem12
//   reads_interval.csv, interval_profile.yaml    intervals, format profile
//   tariffs/*.yaml                               where the mix asks for synthetic ones
// All agreements begin on the first day of the first month; codes ascend with the lines. Interval meters hang two days
// earlier, so that the market days of NEM12 around the first local day find them.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "calendar/date.hpp"

namespace mainspring::sample {

struct GenerateOptions {
    std::filesystem::path mix;
    std::filesystem::path out;  // made where missing; files of these names are overwritten
    std::uint64_t seed = 1;
    std::optional<std::int64_t> accounts = {};  // else the mix says
    std::optional<Date> from = {}, to = {};  // first days of the first and last month with reads; else the mix says
};

struct GenerateReport {
    std::int64_t accounts = 0, service_points = 0, meters = 0, registers = 0;
    std::int64_t reads = 0;  // rows of reads.csv
    std::int64_t interval_days = 0, interval_values = 0;
    std::int64_t exchanges = 0, moves = 0, missing_reads = 0, odd_reads = 0, gaps = 0;
    std::int64_t tariff_files = 0;
    std::int64_t bytes = 0;
};

// Error: what is wrong with the mix or the options, or what the disk refused.
std::expected<GenerateReport, std::string> generate(const GenerateOptions& options);

}  // namespace mainspring::sample
