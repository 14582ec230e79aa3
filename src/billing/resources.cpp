#include "billing/resources.hpp"

#include "base/ensure.hpp"
#include "ledger/journal_service.hpp"
#include "metering/billing_stream.hpp"
#include "pricebook/pricebook_service.hpp"
#include "pricebook/published_import.hpp"

namespace mainspring::billing {

RunResources load_resources(Pool& pool, Instant known_at) {
    return with_tx(pool, TxOptions(Isolation::repeatable_read), [&](Tx& tx) {
        RunResources resources;
        resources.tariffs = pricebook::load_active(tx, known_at);
        for (auto& value : metering::calorific_values(tx, known_at))
            resources.calorific_values[value.gas_zone].push_back({value.valid_from, value.value_e4, value.version});
        resources.published = pricebook::load_published(tx, known_at);
        resources.chart = ledger::load_chart(tx);
        return resources;
    });
}

const RunResources& LatestResources::as_of(Instant known_at) {
    const auto changed = [&](Tx& tx) {
        return pricebook::any_activated(tx, known_at_, known_at) ||
               metering::any_calorific_value(tx, known_at_, known_at) ||
               pricebook::any_published(tx, known_at_, known_at);
    };
    if (!loaded_ || with_tx(pool_, TxOptions(), changed)) loaded_ = load_resources(pool_, known_at);
    known_at_ = known_at;
    return *loaded_;
}

TariffIndex index_of(const RunResources& resources) {
    TariffIndex index;
    for (const auto& [key, tariff] : resources.tariffs) index.emplace(key, &tariff);
    return index;
}

Reference reference_of(const RunResources& resources) {
    Reference reference;
    reference.calorific_values = resources.calorific_values;
    reference.published = resources.published;
    for (const auto& [key, tariff] : resources.tariffs)
        for (const auto& plan : tariff.versions) {
            if (reference.zones.contains(plan->zone)) continue;
            auto zone = Zone::named(plan->zone);
            ensure(zone.has_value(), "an active tariff has an unknown zone");
            reference.zones.emplace(plan->zone, std::move(*zone));
        }
    return reference;
}

std::expected<RunContext, RunProblem> make_context(const Run& run, const RunResources& resources) {
    std::vector<const tariff::Plan*> plans;
    RunContext context;
    context.rules = run.rules;
    context.issued_on = run.issued_on;
    context.due_on = run.due_on;
    context.reference = reference_of(resources);
    for (const auto& [key, tariff] : resources.tariffs)
        for (const auto& plan : tariff.versions) plans.push_back(plan.get());
    auto postings = PostingMap::make(plans, resources.chart);
    if (!postings) return std::unexpected(RunProblem{RunRefusal::chart_incomplete, postings.error()});
    context.postings = std::move(*postings);
    return context;
}

}  // namespace mainspring::billing
