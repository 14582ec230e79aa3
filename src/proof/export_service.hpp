// The raw facts and the bills as JSON lines, for an independent checker: what went in, and what came out.
// One file a table, one object a row, the names of the columns; derivations of bills are spelled out.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "storage/pool.hpp"

namespace mainspring::proof {

struct ExportOptions {
    std::filesystem::path folder;     // made if absent
    std::int32_t legal_entity_id = 0;
    std::function<void(std::string_view table, std::int64_t rows)> progress;
};
struct ExportedTable {
    std::string name;
    std::int64_t rows = 0;
};
// Everything in one snapshot. Throws std::runtime_error naming the file that could not be written.
std::vector<ExportedTable> export_facts(Pool& pool, const ExportOptions& options);

}  // namespace mainspring::proof
