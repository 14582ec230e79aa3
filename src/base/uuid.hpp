// 128-bit identifiers (RFC 9562): command ids and other names that a client makes up before it asks.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mainspring {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};  // network order

    friend auto operator<=>(const Uuid&, const Uuid&) = default;

    // "0190a7e2-1c2b-7d3e-8f4a-5b6c7d8e9f00", any case; nothing for any other shape.
    static std::optional<Uuid> parse(std::string_view text);
    // Version 7: sorted by the clock's millisecond, the rest random, so that index inserts stay close together.
    static Uuid random_v7(const Clock& clock);
};

// Lower case with four hyphens.
std::string format_uuid(const Uuid& uuid);

}  // namespace mainspring

template <>
struct std::hash<mainspring::Uuid> {
    std::size_t operator()(const mainspring::Uuid& uuid) const noexcept;
};
