#include "identity/attempt_limit.hpp"

#include <algorithm>

namespace mainspring::identity {

std::optional<Instant> wait_until(const AttemptRule& rule, std::int32_t failures, std::optional<Instant> failed_at) {
    const std::int32_t beyond = failures - rule.free;
    if (beyond < 0 || !failed_at) return std::nullopt;
    const auto delay = std::min(rule.longest, rule.first * (std::int64_t{1} << std::min(beyond, 20)));
    return *failed_at + delay;
}

std::int32_t one_more(std::int32_t failures, std::optional<Instant> failed_at, Instant now) {
    if (!failed_at || now - *failed_at > kFailuresCount) return 1;
    return std::min(failures, 1'000'000) + 1;
}

}  // namespace mainspring::identity
