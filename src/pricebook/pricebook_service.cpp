#include "pricebook/pricebook_service.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
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

Outcome refused(Outcome outcome, TariffRefusalCode code, const std::vector<std::string>& problems) {
    if (!outcome.refusal) outcome.refusal = code;
    outcome.problems.insert(outcome.problems.end(), problems.begin(), problems.end());
    return outcome;
}

Outcome import_one(Tx& tx, const TariffText& file, const org::Doer& doer) {
    Outcome outcome;
    outcome.file_name = file.file_name;
    const auto read = tariff::read_tariff(file.text, file.file_name);
    if (!read) {
        return refused(std::move(outcome), TariffRefusalCode::bad_text, texts_of(read.error()));
    }
    const tariff::Plan* plan = &read->plan;
    outcome.key = plan->key;
    outcome.version = plan->version;
    if (read->examples.empty()) {  // a stored text never changes, so one could never be added
        return refused(std::move(outcome), TariffRefusalCode::no_examples,
                       {tariff::text_of(tariff::no_examples(*read, file.file_name))});
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
            outcome = refused(
                std::move(outcome), TariffRefusalCode::text_differs,
                {fmt::format("{}: version {} of {} is stored with another text; give the new text a version of its own",
                             file.file_name, row.version, row.key)});
        else if (known.effective == row.effective)
            outcome = refused(std::move(outcome), TariffRefusalCode::day_taken,
                              {fmt::format("{}: version {} of {} takes effect on the same day, {}", file.file_name,
                                           known.version, row.key, format_date(row.effective))});
    }
    if (!outcome.problems.empty()) return outcome;
    store::insert_draft(tx, row, doer.actor_id, doer.at);
    outcome.change = Change::added;
    write_trail(tx, doer, "tariff.imported", outcome);
    return outcome;
}

std::expected<std::string, std::string> text_of_file(const std::vector<VersionRow>& versions, const std::string& name) {
    const auto at = std::ranges::find(versions, name, &VersionRow::file_name);
    if (at != versions.end()) return at->document;
    return std::unexpected("no version of the key was imported from this file");
}

// Examples name other versions of the key by the file they came from.
rating::ExampleReport test_stored(const VersionRow& row, const std::vector<VersionRow>& versions) {
    return rating::test_tariff(row.document, row.file_name,
                               [&](const std::string& name) { return text_of_file(versions, name); });
}

struct Asked {
    const TariffCommand& command;
    std::string_view kind, request;
};

// One version by a command: refused, done before, or done now.
template <class Step>
std::expected<VersionName, TariffRefusal> carry_out_once(Tx& tx, const Asked& asked, const Step& step) {
    const auto refuse = [](TariffRefusalCode code, std::vector<std::string> problems) {
        return std::unexpected(TariffRefusal{code, std::move(problems)});
    };
    const Doer& who = asked.command.doer;
    const org::Command command{org::kNoCell, asked.command.command_id, asked.kind, asked.request};
    const auto done = org::find_command(tx, command);
    if (!done) return refuse(TariffRefusalCode::command_reused, {done.error()});
    if (*done) {
        const Json stored = stored_json(**done);
        return VersionName{stored.at("key").text(), stored.at("version").text()};
    }
    if (const auto allowed = org::require(tx, who.actor_id, {org::Permission::change_tariffs}); !allowed)
        return refuse(TariffRefusalCode::access, {allowed.error().text});
    org::Doer doer{who.actor_id, who.org_unit_id, {}};
    const Outcome outcome = step(tx, doer);
    if (outcome.refusal) return refuse(*outcome.refusal, outcome.problems);
    org::record_command(tx, command, doer, json_object({{"key", outcome.key}, {"version", outcome.version}}));
    return VersionName{outcome.key, outcome.version};
}

// Again when the same command, or another about the same version, was under way at the same time.
template <class Step>
std::expected<VersionName, TariffRefusal> carry_out(Pool& pool, const Asked& asked, const Step& step) {
    for (int collisions = 0;;) try {
            return with_tx(pool, TxOptions(), [&](Tx& tx) { return carry_out_once(tx, asked, step); });
        } catch (const DbError& error) {
            if (!error.is_unique_violation() || ++collisions == 3) throw;
        }
}

Outcome activate_one(Tx& tx, const VersionRow& row, const std::vector<VersionRow>& versions, const org::Doer& doer) {
    Outcome outcome{row.file_name, row.key, row.version};
    if (row.state == "active") return outcome;
    const auto report = test_stored(row, versions);
    if (!report.passed()) {
        return refused(std::move(outcome), TariffRefusalCode::examples_differ, {rating::text_of(report)});
    }
    const bool own = row.imported_by == doer.actor_id;
    if (own && org::any_other_may(tx, doer.actor_id, org::Permission::change_tariffs)) {
        return refused(std::move(outcome), TariffRefusalCode::own_import,
                       {fmt::format("{}: version {} of {} was imported by you: a second person puts it in force",
                                    row.file_name, row.version, row.key)});
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
            outcomes.push_back(refused({"", name.key, name.version}, TariffRefusalCode::unknown_version,
                                       {fmt::format("there is no tariff {} {}", name.key, name.version)}));
        return outcomes;
    });
}

std::expected<VersionName, TariffRefusal> import_tariff(Pool& pool, const Clock& clock, const TariffText& file,
                                                        const TariffCommand& command) {
    const std::string request = fmt::format("{}\n{}", file.file_name, file.text);
    return carry_out(pool, {command, "tariff.import", request}, [&](Tx& tx, org::Doer& doer) {
        doer.at = clock.now();
        return import_one(tx, file, doer);
    });
}

std::expected<VersionName, TariffRefusal> activate_version(Pool& pool, const Clock& clock, const VersionName& name,
                                                           const TariffCommand& command) {
    const std::string request = fmt::format("{} {}", name.key, name.version);
    return carry_out(pool, {command, "tariff.activate", request}, [&](Tx& tx, org::Doer& doer) {
        doer.at = org::moment_of_facts(tx, clock.now());
        const auto versions = store::versions_of(tx, name.key);
        const auto row = std::ranges::find(versions, name.version, &VersionRow::version);
        if (row != versions.end()) return activate_one(tx, *row, versions, doer);
        return refused({"", name.key, name.version}, TariffRefusalCode::unknown_version,
                       {fmt::format("There is no tariff {} {}.", name.key, name.version)});
    });
}

rating::ReadBeside read_beside_in_book(Tx& tx, std::string_view key) {
    return [versions = store::versions_of(tx, key)](const std::string& name) { return text_of_file(versions, name); };
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
