// Which tariffs hold in place of which, in a question of what would be if. docs/WHATIF.md.
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tariff/plan.hpp"

namespace mainspring::whatif {

// `plan` holds on every day in place of all versions of the tariff `key`.
struct Replacement {
    std::string key;
    std::shared_ptr<const tariff::Plan> plan;
};

class Scenario {
public:
    explicit Scenario(const std::vector<Replacement>& replacements);

    // What holds in place of the tariff: itself where nothing does.
    const tariff::Tariff* instead_of(const tariff::Tariff* tariff) const;
    std::vector<std::string> zones() const;
    std::vector<std::string> keys() const;  // of what is replaced, ascending

private:
    std::unordered_map<std::string, tariff::Tariff> by_key_;
};

}  // namespace mainspring::whatif
