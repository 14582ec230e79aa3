// What the imports of this room share: who, where, and how an import ends.
#pragma once
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "customer/import_report.hpp"
#include "formats/text_file.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"
#include "org/org_service.hpp"

namespace mainspring::metering {

using customer::DryRun;
using customer::ImportReport;
using customer::LineOutcome;

enum class ImportRefusalCode : std::uint8_t { unknown_utility, access, command_reused, file, profile };
struct ImportRefusal {
    ImportRefusalCode code{};
    std::string text;
};

struct ImportOrder {
    std::filesystem::path file;
    std::string utility;  // code
    org::Actor actor;
    Uuid command_id;
    DryRun dry_run = DryRun::no;
    customer::ProgressFunction on_progress = {};
};

// What an import is called in the log of commands, who may do it, and what it is about beside its file.
struct ImportKind {
    std::string name;
    org::Permission permission = org::Permission::change_meters;  // change_tariffs: of all units
    std::string about = {};
};

// One import from beginning to end: finds the utility, checks access and the command id; records the outcome.
class ImportFrame {
public:
    ImportFrame(Pool& pool, const Clock& clock, const ImportOrder& order, ImportKind kind);

    // Empty to go on; the stored report when the command was carried out before.
    std::expected<std::optional<ImportReport>, ImportRefusal> begin();
    void end(const ImportReport& report);

    const org::Utility& utility() const { return *utility_; }
    const ImportOrder& order() const { return order_; }
    Date today() const { return utility_->zone_rules().date_of(at_); }

    // Every step in a transaction of its own, with the moment that its facts carry; in a dry run all in one that is
    // rolled back, and holds up no bill run. `steps` calls its argument with functions of (Tx&, Instant).
    template <class Steps>
    ImportReport run(Steps steps) {
        const TxOptions options{Isolation::read_committed, {order_.actor.actor_id, utility_->root_unit_id}};
        if (order_.dry_run == DryRun::no)
            return steps([&](auto fn) {
                return again_after_collision([&] {
                    return with_tx(pool_, options,
                                   [&](Tx& tx) { return fn(tx, org::moment_of_facts(tx, clock_.now())); });
                });
            });
        ImportReport report;
        std::ignore = with_tx(pool_, options, [&](Tx& tx) -> std::expected<void, std::monostate> {
            report = steps([&](auto fn) { return fn(tx, clock_.now()); });
            return std::unexpected(std::monostate());
        });
        return report;
    }

private:
    // Another import, or a person, wrote the same version of a fact first: decide anew from what is there now.
    template <class Step>
    static auto again_after_collision(Step step) {
        for (int collisions = 0;;) try {
                return step();
            } catch (const DbError& error) {
                if (!error.is_unique_violation() || ++collisions == 3) throw;
            }
    }

    org::Command command() const { return {org::kNoCell, order_.command_id, kind_.name, request_}; }

    Pool& pool_;
    const Clock& clock_;
    Instant at_;  // when the import began
    const ImportOrder& order_;
    ImportKind kind_;
    std::string object_, request_;
    std::optional<org::Utility> utility_;
};

// Every text of the order's file, after the frame has begun.
template <class Each>
std::expected<ImportReport, ImportRefusal> each_text(ImportFrame& frame, Each each) {
    auto input = formats::open_input(frame.order().file);
    if (!input) return std::unexpected(ImportRefusal{ImportRefusalCode::file, formats::text_of(input.error())});
    ImportReport report;
    while (auto text = input->next()) {
        if (*text)
            report.merge(each(**text));
        else
            report.add(text->error());
    }
    frame.end(report);
    return report;
}

}  // namespace mainspring::metering
