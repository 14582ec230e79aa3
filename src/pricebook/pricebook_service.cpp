#include "pricebook/pricebook_service.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"
#include "org/org_service.hpp"
#include "org/sha256.hpp"
#include "pricebook/pricebook_store.hpp"

namespace mainspring::pricebook {

namespace {

using store::VersionRow;

std::vector<std::string> texts_of(const std::vector<tariff::TextProblem>& problems) {
    std::vector<std::string> texts;
    for (const auto& problem : problems) texts.push_back(tariff::text_of(problem));
    return texts;
}

void write_trail(Tx& tx, const org::Doer& doer, std::string_view action, const Outcome& outcome,
                 std::string_view detail = "{}") {
    const std::string object = fmt::format("tariff {} {}", outcome.key, outcome.version);
    org::write_trail(tx, doer, {org::kNoCell, std::nullopt, action, object, detail});
}

Outcome import_one(Tx& tx, const TariffText& file, const org::Doer& doer) {
    Outcome outcome;
    outcome.file_name = file.file_name;
    const auto read = tariff::read_tariff(file.text, file.file_name);
    if (!read) {
        outcome.problems = texts_of(read.error());
        return outcome;
    }
    const tariff::Plan* plan = &read->plan;
    outcome.key = plan->key;
    outcome.version = plan->version;
    if (read->examples.empty()) {  // a stored text never changes, so one could never be added
        outcome.problems.push_back(tariff::text_of(tariff::no_examples(*read, file.file_name)));
        return outcome;
    }
    VersionRow row;
    row.key = plan->key;
    row.version = plan->version;
    row.file_name = file.file_name;
    row.effective = plan->effective;
    row.commodity = static_cast<std::int16_t>(plan->commodity);
    row.currency = std::string(plan->currency.text());
    row.document = file.text;
    const auto digest = org::sha256_of(file.text);
    row.sha256.assign(digest.begin(), digest.end());
    for (const auto& known : store::versions_of(tx, row.key)) {
        if (known.version == row.version && known.sha256 == row.sha256) return outcome;
        if (known.version == row.version)
            outcome.problems.push_back(
                fmt::format("{}: version {} of {} is stored with another text; give the new text a version of its own",
                            file.file_name, row.version, row.key));
        else if (known.effective == row.effective)
            outcome.problems.push_back(fmt::format("{}: version {} of {} takes effect on the same day, {}",
                                                   file.file_name, known.version, row.key, format_date(row.effective)));
    }
    if (!outcome.problems.empty()) return outcome;
    store::insert_draft(tx, row, doer.actor_id, doer.at);
    outcome.change = Change::added;
    write_trail(tx, doer, "tariff.imported", outcome);
    return outcome;
}

// Examples name other versions of the key by the file they came from.
rating::ExampleReport test_stored(const VersionRow& row, const std::vector<VersionRow>& versions) {
    return rating::test_tariff(row.document, row.file_name,
                               [&](const std::string& name) -> std::expected<std::string, std::string> {
                                   const auto at = std::ranges::find(versions, name, &VersionRow::file_name);
                                   if (at != versions.end()) return at->document;
                                   return std::unexpected("no version of the key was imported from this file");
                               });
}

Outcome activate_one(Tx& tx, const VersionRow& row, const std::vector<VersionRow>& versions, const org::Doer& doer) {
    Outcome outcome{row.file_name, row.key, row.version, Change::unchanged, {}};
    if (row.state == "active") return outcome;
    const auto report = test_stored(row, versions);
    if (!report.passed()) {
        outcome.problems.push_back(rating::text_of(report));
        return outcome;
    }
    const bool own = row.imported_by == doer.actor_id;
    if (own && org::any_other_may(tx, doer.actor_id, org::Permission::change_tariffs)) {
        outcome.problems.push_back(
            fmt::format("{}: version {} of {} was imported by you: a second person puts it in force", row.file_name,
                        row.version, row.key));
        return outcome;
    }
    if (!store::set_active(tx, row.version_id, doer.actor_id, doer.at)) return outcome;
    outcome.change = Change::activated;
    write_trail(tx, doer, "tariff.activated", outcome, own ? R"({"alone": true})" : "{}");
    return outcome;
}

}  // namespace

std::expected<std::vector<Outcome>, org::AccessRefusal> import_tariffs(Pool& pool, const Clock& clock,
                                                                       std::span<const TariffText> files, Doer doer) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) -> std::expected<std::vector<Outcome>, org::AccessRefusal> {
        if (const auto allowed = org::require(tx, doer.actor_id, {org::Permission::change_tariffs}); !allowed)
            return std::unexpected(allowed.error());
        std::vector<Outcome> outcomes;
        for (const auto& file : files)
            outcomes.push_back(import_one(tx, file, {doer.actor_id, doer.org_unit_id, clock.now()}));
        return outcomes;
    });
}

std::expected<std::vector<Outcome>, org::AccessRefusal> activate(Pool& pool, const Clock& clock,
                                                                 const VersionName& name, Doer doer) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) -> std::expected<std::vector<Outcome>, org::AccessRefusal> {
        if (const auto allowed = org::require(tx, doer.actor_id, {org::Permission::change_tariffs}); !allowed)
            return std::unexpected(allowed.error());
        std::vector<Outcome> outcomes;
        const org::Doer at_once{doer.actor_id, doer.org_unit_id, org::moment_of_facts(tx, clock.now())};
        const auto versions = store::versions_of(tx, name.key);
        for (const auto& row : versions)
            if (name.version.empty() || row.version == name.version)
                outcomes.push_back(activate_one(tx, row, versions, at_once));
        if (outcomes.empty())
            outcomes.push_back({"",
                                name.key,
                                name.version,
                                Change::unchanged,
                                {fmt::format("there is no tariff {} {}", name.key, name.version)}});
        return outcomes;
    });
}

std::vector<StoredVersion> list_versions(Tx& tx) {
    std::vector<StoredVersion> versions;
    for (auto& row : store::versions_of(tx, "")) versions.push_back(std::move(row));
    return versions;
}

std::optional<std::string> document_of(Tx& tx, const VersionName& name) {
    for (auto& row : store::versions_of(tx, name.key))
        if (row.version == name.version) return std::move(row.document);
    return std::nullopt;
}

bool any_activated(Tx& tx, Instant from, Instant to) { return store::any_activated(tx, from, to); }

tariff::TariffSet load_active(Tx& tx, Instant known_at) {
    std::vector<std::shared_ptr<const tariff::Plan>> plans;
    for (const auto& row : store::versions_of(tx, "")) {
        if (row.state != "active" || !row.activated_at || *row.activated_at > known_at) continue;
        auto plan = tariff::compile_tariff(row.document, row.file_name);
        ensure(plan.has_value(), fmt::format("active tariff {} {} does not compile", row.key, row.version));
        plan->version_id = row.version_id;
        plans.push_back(std::make_shared<tariff::Plan>(std::move(*plan)));
    }
    auto set = tariff::make_tariff_set(std::move(plans));
    ensure(set.has_value(), "active tariff versions contradict each other");
    return std::move(*set);
}

}  // namespace mainspring::pricebook
