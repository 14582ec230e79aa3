// Tariff versions from several files, put together by key.
#pragma once
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tariff/plan.hpp"

namespace mainspring::tariff {

using TariffSet = std::map<std::string, Tariff, std::less<>>;

// Sorts the versions of each key by their first day. Refuses, naming key and versions, every pair of one key with the
// same version label, the same first day, or different commodities.
std::expected<TariffSet, std::vector<std::string>> make_tariff_set(std::vector<std::shared_ptr<const Plan>> plans);

}  // namespace mainspring::tariff
