#include "metering/import_support.hpp"

#include <fmt/format.h>

namespace mainspring::metering {

ImportFrame::ImportFrame(Pool& pool, const Clock& clock, const ImportOrder& order, ImportKind kind)
    : pool_(pool),
      clock_(clock),
      at_(clock.now()),
      order_(order),
      kind_(std::move(kind)),
      object_(order.file.filename().string() + (kind_.about.empty() ? "" : " " + kind_.about)),
      request_(fmt::format("{} into {}", object_, order.utility)) {}

std::expected<std::optional<ImportReport>, ImportRefusal> ImportFrame::begin() {
    using Outcome = std::expected<std::optional<ImportReport>, ImportRefusal>;
    return with_tx(pool_, {}, [&](Tx& tx) -> Outcome {
        utility_ = org::find_utility(tx, order_.utility);
        if (!utility_)
            return std::unexpected(ImportRefusal{ImportRefusalCode::unknown_utility,
                                                 fmt::format("there is no utility '{}'", order_.utility)});
        const bool everywhere = kind_.permission == org::Permission::change_tariffs;
        const org::AccessQuestion question{kind_.permission, everywhere ? 0 : utility_->root_unit_id};
        if (const auto allowed = org::require(tx, order_.actor.actor_id, question); !allowed)
            return std::unexpected(ImportRefusal{ImportRefusalCode::access, allowed.error().text});
        const auto before = org::find_command(tx, command());
        if (!before) return std::unexpected(ImportRefusal{ImportRefusalCode::command_reused, before.error()});
        if (*before) return std::optional(ImportReport::from_json(**before));
        return std::optional<ImportReport>();
    });
}

void ImportFrame::end(const ImportReport& report) {
    if (order_.dry_run == DryRun::yes) return;
    with_tx(pool_, {}, [&](Tx& tx) {
        const std::string counts = report.to_json();
        const org::Doer doer{order_.actor.actor_id, utility_->root_unit_id, at_};
        org::record_command(tx, command(), doer, counts);
        org::write_audit(tx, doer,
                         {.cell = org::kNoCell,
                          .command_id = order_.command_id,
                          .action = kind_.name,
                          .object = object_,
                          .detail_json = counts});
        org::write_outbox(tx, at_,
                          {.cell = org::kNoCell, .topic = kind_.name, .key = order_.utility, .payload_json = counts});
    });
}

}  // namespace mainspring::metering
