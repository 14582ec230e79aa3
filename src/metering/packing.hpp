// A day of interval values as bytes, exact: each value at 10^-scale of the unit, in the fewest bytes (1, 2, 4 or 8)
// that hold them all, little endian, two's complement. The form is canonical: equal values give equal bytes, whatever
// scale they came with. Source: the comment of metering.interval_day.
#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mainspring::metering {

struct PackedValues {
    std::int16_t scale = 0;  // 0..9
    std::int16_t width = 1;
    std::vector<std::byte> bytes;
    friend bool operator==(const PackedValues&, const PackedValues&) = default;
};

// value * 10^-scale each. Scales beyond 0..9 are brought inside when that is exact.
struct ScaledValues {
    std::span<const std::int64_t> values;
    int scale = 0;
};
enum class PackError : std::uint8_t { too_fine, too_large };  // more than 9 decimals; beyond 64 bits
std::expected<PackedValues, PackError> pack(const ScaledValues& values);

// Appends the values at 10^-scale of the row. REQUIRES: width is 1, 2, 4 or 8 and divides the size (the table checks
// it).
void unpack(std::span<const std::byte> bytes, int width, std::vector<std::int64_t>& out);

// "AAAA" -> "A", others as they are; REQUIRES: not empty.
std::string_view compact_qualities(std::string_view qualities);

}  // namespace mainspring::metering
