#include "whatif/scenario.hpp"

#include <algorithm>

namespace mainspring::whatif {

Scenario::Scenario(const std::vector<Replacement>& replacements) {
    for (const auto& replacement : replacements) {
        auto always = std::make_shared<tariff::Plan>(*replacement.plan);
        always->effective = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
        by_key_[replacement.key] = {replacement.key, {std::move(always)}};
    }
}

const tariff::Tariff* Scenario::instead_of(const tariff::Tariff* tariff) const {
    if (tariff == nullptr) return nullptr;
    const auto found = by_key_.find(tariff->key);
    return found == by_key_.end() ? tariff : &found->second;
}

std::vector<std::string> Scenario::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, tariff] : by_key_) keys.push_back(key);
    std::ranges::sort(keys);
    return keys;
}

std::vector<std::string> Scenario::zones() const {
    std::vector<std::string> names;
    for (const auto& [key, tariff] : by_key_) names.push_back(tariff.versions.front()->zone);
    return names;
}

}  // namespace mainspring::whatif
