#include "metering/packing.hpp"

#include <algorithm>
#include <limits>

#include "base/decimal.hpp"
#include "base/ensure.hpp"

namespace mainspring::metering {
namespace {

constexpr int kMaxScale = 9;

template <class T>
bool fits(std::int64_t low, std::int64_t high) {
    return low >= std::numeric_limits<T>::min() && high <= std::numeric_limits<T>::max();
}

std::int16_t width_of(std::span<const std::int64_t> values) {
    if (values.empty()) return 1;
    const auto [low, high] = std::ranges::minmax(values);
    if (fits<std::int8_t>(low, high)) return 1;
    if (fits<std::int16_t>(low, high)) return 2;
    return fits<std::int32_t>(low, high) ? 4 : 8;
}

template <class T>
void unpack_as(std::span<const std::byte> bytes, std::vector<std::int64_t>& out) {
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
        std::make_unsigned_t<T> value = 0;
        for (std::size_t i = sizeof(T); i-- > 0;)
            value = static_cast<std::make_unsigned_t<T>>(value << 8 | std::to_integer<unsigned char>(bytes[at + i]));
        out.push_back(static_cast<T>(value));
    }
}

template <>
void unpack_as<std::int8_t>(std::span<const std::byte> bytes, std::vector<std::int64_t>& out) {
    for (const std::byte byte : bytes) out.push_back(static_cast<std::int8_t>(std::to_integer<unsigned char>(byte)));
}

// Takes off the decimals that are zero in every value.
int strip_zeros(std::vector<std::int64_t>& values, int scale) {
    const auto ends_in_zero = [](std::int64_t value) { return value % 10 == 0; };
    while (scale > 0 && std::ranges::all_of(values, ends_in_zero)) {
        for (std::int64_t& value : values) value /= 10;
        --scale;
    }
    return scale;
}

}  // namespace

std::expected<PackedValues, PackError> pack(const ScaledValues& given) {
    std::vector<std::int64_t> values(given.values.begin(), given.values.end());
    int scale = given.scale;
    if (scale < 0) {
        if (scale < -18) return std::unexpected(PackError::too_large);
        const Int128 factor = power_of_ten(-scale);
        for (std::int64_t& value : values) {
            const Int128 product = factor * value;
            if (product != static_cast<std::int64_t>(product)) return std::unexpected(PackError::too_large);
            value = static_cast<std::int64_t>(product);
        }
        scale = 0;
    }
    scale = strip_zeros(values, scale);
    if (scale > kMaxScale) return std::unexpected(PackError::too_fine);
    PackedValues packed{.scale = static_cast<std::int16_t>(scale), .width = width_of(values), .bytes = {}};
    const auto width = static_cast<std::size_t>(packed.width);
    packed.bytes.resize(values.size() * width);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto bits = static_cast<std::uint64_t>(values[i]);
        for (std::size_t b = 0; b < width; ++b) packed.bytes[i * width + b] = static_cast<std::byte>(bits >> (8 * b));
    }
    return packed;
}

void unpack(std::span<const std::byte> bytes, int width, std::vector<std::int64_t>& out) {
    switch (width) {
        case 1: return unpack_as<std::int8_t>(bytes, out);
        case 2: return unpack_as<std::int16_t>(bytes, out);
        case 4: return unpack_as<std::int32_t>(bytes, out);
        case 8: return unpack_as<std::int64_t>(bytes, out);
        default: ensure(false, "packed values have a width of 1, 2, 4 or 8 bytes");
    }
}

std::string_view compact_qualities(std::string_view qualities) {
    const bool all_same = qualities.find_first_not_of(qualities.front()) == std::string_view::npos;
    return all_same ? qualities.substr(0, 1) : qualities;
}

}  // namespace mainspring::metering
