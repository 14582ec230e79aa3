// Typed identifiers: an account id cannot be passed where a service point id is meant.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace mainspring {

template <class Tag>
struct Id {
    std::int64_t value = 0;
    friend auto operator<=>(const Id&, const Id&) = default;
};

// The technical home of a premise and all that hangs on it; first part of every growing table's key.
struct CellId {
    std::int32_t value = 0;
    friend auto operator<=>(const CellId&, const CellId&) = default;
};

}  // namespace mainspring

template <class Tag>
struct std::hash<mainspring::Id<Tag>> {
    std::size_t operator()(const mainspring::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
