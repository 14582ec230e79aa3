#include "tariff/tariff_set.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/ensure.hpp"

namespace mainspring::tariff {

namespace {

void compare(const Plan& a, const Plan& b, std::vector<std::string>& refusals) {
    if (a.version == b.version) refusals.push_back(fmt::format("{}: version '{}' exists twice", a.key, a.version));
    if (a.effective == b.effective)
        refusals.push_back(fmt::format("{}: versions '{}' and '{}' both begin on {}", a.key, a.version, b.version,
                                       format_date(a.effective)));
    if (a.commodity != b.commodity)
        refusals.push_back(fmt::format("{}: version '{}' is for {}, '{}' for {}", a.key, a.version,
                                       text_of(a.commodity), b.version, text_of(b.commodity)));
}

}  // namespace

std::expected<TariffSet, std::vector<std::string>> make_tariff_set(std::vector<std::shared_ptr<const Plan>> plans) {
    TariffSet set;
    std::vector<std::string> refusals;
    for (auto& plan : plans) {
        ensure(plan != nullptr, "a tariff set is made of plans");
        Tariff& tariff = set[plan->key];
        tariff.key = plan->key;
        for (const auto& other : tariff.versions) compare(*other, *plan, refusals);
        tariff.versions.push_back(std::move(plan));
    }
    if (!refusals.empty()) return std::unexpected(std::move(refusals));
    for (auto& [key, tariff] : set)
        std::ranges::sort(tariff.versions, {}, [](const auto& plan) { return plan->effective; });
    return set;
}

}  // namespace mainspring::tariff
