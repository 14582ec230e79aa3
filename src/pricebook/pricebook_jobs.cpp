#include "pricebook/pricebook_jobs.hpp"

#include "customer/account_import.hpp"
#include "pricebook/pricebook_service.hpp"
#include "pricebook/published_import.hpp"

namespace mainspring::pricebook {
namespace {

using metering::ImportJobParts;
using metering::ImportOrder;
using Imported = std::expected<metering::ImportReport, std::string>;

std::string text_at(const Json& parameters, std::string_view name) {
    const Json* found = parameters.find(name);
    return found != nullptr ? found->text() : "";
}

template <class Report>
Imported told(Report report) {
    if (!report) return std::unexpected(report.error().text);
    return *std::move(report);
}

Imported run_accounts(const ImportJobParts& parts, const ImportOrder& order, const Json& parameters) {
    std::set<std::string, std::less<>> tariffs;
    for (auto& version : with_tx(parts.pool, TxOptions(), list_versions)) tariffs.insert(std::move(version.key));
    customer::AccountImport import{.file = order.file,
                                   .utility = order.utility,
                                   .org_unit = text_at(parameters, "org_unit"),
                                   .actor = order.actor,
                                   .command_id = order.command_id,
                                   .dry_run = order.dry_run};
    import.knows_tariff = [&](std::string_view tariff) { return tariffs.contains(tariff); };
    import.on_progress = order.on_progress;
    return told(customer::import_accounts(parts.pool, parts.clock, import));
}

Imported run_prices(const ImportJobParts& parts, const ImportOrder& order, const Json& parameters) {
    const std::string minutes = text_at(parameters, "minutes");
    return told(import_prices(parts.pool, parts.clock,
                              {order, text_at(parameters, "series"), minutes.empty() ? 0 : std::stoi(minutes)}));
}

}  // namespace

void add_pricebook_jobs(jobs::JobKinds& kinds, const ImportJobParts& parts) {
    kinds.add(metering::import_kind(
        parts, {.name = "import_accounts", .permission = org::Permission::change_customers},
        [parts](const ImportOrder& order, const Json& parameters) { return run_accounts(parts, order, parameters); }));
    const auto everywhere = jobs::JobKind::Reach::everywhere;
    kinds.add(metering::import_kind(
        parts,
        {.name = "import_prices",
         .permission = org::Permission::change_tariffs,
         .reach = everywhere,
         .objection =
             [](const Json& parameters) {
                 return parameters.find("series") == nullptr ? "Prices are imported into a series." : "";
             }},
        [parts](const ImportOrder& order, const Json& parameters) { return run_prices(parts, order, parameters); }));
    kinds.add(metering::import_kind(
        parts, {.name = "import_inputs", .permission = org::Permission::change_tariffs, .reach = everywhere},
        [parts](const ImportOrder& order, const Json&) {
            return told(import_inputs(parts.pool, parts.clock, order));
        }));
}

}  // namespace mainspring::pricebook
