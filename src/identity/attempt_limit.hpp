// How long the next try to sign in has to wait: delays that grow, never a lock for good. Failures count by name and
// address together, by address for all names, and by name for all addresses; the last does not hold up an address from
// which this name has signed in before, so that nobody can keep the rightful out.
#pragma once
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace mainspring::identity {

struct AttemptRule {
    std::int32_t free = 0;  // failures without delay
    std::chrono::seconds first{1}, longest{900};
};
inline constexpr AttemptRule kByNameAndAddress{.free = 5};
inline constexpr AttemptRule kByAddress{.free = 50};
inline constexpr AttemptRule kByName{.free = 20};
// After a day without a failure none counts any more.
inline constexpr std::chrono::hours kFailuresCount{24};

// The moment before which a try is refused; none: at once. Each failure beyond the free ones doubles the delay.
std::optional<Instant> wait_until(const AttemptRule& rule, std::int32_t failures, std::optional<Instant> failed_at);
// The failures with one more.
std::int32_t one_more(std::int32_t failures, std::optional<Instant> failed_at, Instant now);

}  // namespace mainspring::identity
