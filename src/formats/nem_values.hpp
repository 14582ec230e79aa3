// The numbers of a 300 record, read fast. Part of the NEM reader; not for others.
#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

namespace mainspring::formats {

struct NemValues {
    std::vector<std::int64_t> values;  // at `scale`
    int scale = 0;
    std::size_t length = 0;  // how much of the text they took, the comma behind the last one included
};

struct NemValueError {
    std::size_t index = 0;  // from 0
    std::string_view text;  // the offending field
    std::string_view reason;  // "is not a number", "is negative", ...
};

// `count` unsigned decimals, each followed by a comma or, the last one, by the end. `into` is reused between days.
std::expected<void, NemValueError> parse_nem_values(std::string_view text, std::size_t count, NemValues& into);

}  // namespace mainspring::formats
