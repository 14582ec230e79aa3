// A PDF file of many bills, as it is planned and, later, written.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace mainspring::billing {

struct PrintFile {
    std::int32_t file_no = 0;
    std::string name;
    std::int64_t first_number = 0, last_number = 0;  // of a run's file
    std::int32_t bills = 0;                          // in a file of corrections: credit notes too
    std::optional<std::int32_t> pages;
    std::string total_minor;
    bool written = false;
};

// Which files of corrections are to be seen to.
enum class CorrectionFiles : std::uint8_t { unwritten, all };

}  // namespace mainspring::billing
