// What an import did with each line of a file. The same report for customers, meters and reads.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "formats/problem.hpp"

namespace mainspring::customer {

enum class LineOutcome : std::uint8_t { unchanged, changed, added, rejected };

struct ImportReport {
    // Problems kept in `problems`; what lies beyond is counted only.
    static constexpr std::size_t kKeptProblems = 10'000;

    std::int64_t lines = 0;  // rows of data
    std::int64_t added = 0, changed = 0, unchanged = 0, rejected = 0, warnings = 0;
    bool done_before = false;  // the command id was carried out before; nothing was read
    std::vector<formats::Problem> problems;

    void count(LineOutcome outcome);
    // Counts a warning as such; whatever is worse, as a rejected line.
    void add(formats::Problem problem);
    void merge(ImportReport&& other);
    // The counts as JSON, stored as the result of the command.
    std::string to_json() const;
    static ImportReport from_json(std::string_view json);
};

struct ImportProgress {
    std::int64_t done = 0, total = 0;  // bytes of the text
};
using ProgressFunction = std::function<void(const ImportProgress&)>;

enum class DryRun : std::uint8_t { no, yes };

}  // namespace mainspring::customer
