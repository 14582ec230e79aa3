#include "storage/catalogue.hpp"

namespace mainspring {

namespace {

constexpr CatalogueTable kTables[] = {
    {"org.legal_entity", Placement::replicated},
    {"org.org_unit", Placement::replicated},
    {"org.unit_place", Placement::replicated},
    {"org.actor", Placement::replicated},
    {"org.role", Placement::replicated},
    {"org.role_permission", Placement::replicated},
    {"org.separate_role", Placement::replicated},
    {"org.assignment", Placement::replicated},
    {"org.approval", Placement::replicated},
    {"org.cell", Placement::replicated},
    {"core.command", Placement::by_cell},
    {"core.audit", Placement::by_cell},
    {"core.outbox", Placement::by_cell},
    {"core.transition", Placement::replicated},
    {"core.fact_moment", Placement::replicated},
    {"jobs.job", Placement::local},
    {"jobs.job_file", Placement::local},
    {"identity.credential", Placement::replicated},
    {"identity.second_factor", Placement::replicated},
    {"identity.recovery_code", Placement::replicated},
    {"identity.session", Placement::replicated},
    {"identity.token", Placement::replicated},
    {"identity.setup_link", Placement::replicated},
    {"identity.attempt", Placement::replicated},
    {"customer.party", Placement::by_cell},
    {"customer.premise", Placement::by_cell},
    {"customer.service_point", Placement::by_cell},
    {"customer.account", Placement::by_cell},
    {"customer.note", Placement::by_cell},
    {"customer.agreement", Placement::by_cell},
    {"metering.device", Placement::by_cell},
    {"metering.device_event", Placement::by_cell},
    {"metering.installation", Placement::by_cell},
    {"metering.relation", Placement::by_cell},
    {"metering.register_read", Placement::by_cell},
    {"metering.interval_day", Placement::by_cell},
    {"metering.source", Placement::replicated},
    {"metering.calorific_value", Placement::replicated},
    {"tariff.version", Placement::replicated},
    {"tariff.price_series", Placement::replicated},
    {"tariff.input", Placement::replicated},
    {"ledger.account", Placement::replicated},
    {"ledger.period", Placement::replicated},
    {"ledger.series", Placement::replicated},
    {"ledger.entry", Placement::by_cell},
    {"ledger.rollup", Placement::by_cell},
    {"ledger.account_day", Placement::by_cell},
    {"billing.run", Placement::replicated},
    {"billing.run_range", Placement::by_cell},
    {"billing.range_total", Placement::by_cell},
    {"billing.range_use", Placement::by_cell},
    {"billing.bill", Placement::by_cell},
    {"billing.exception", Placement::by_cell},
    {"billing.acceptance", Placement::by_cell},
    {"billing.print_file", Placement::replicated},
    {"billing.correction_file", Placement::replicated},
    {"billing.correction_print", Placement::replicated},
    {"payment.payment", Placement::by_cell},
    {"payment.reversal", Placement::by_cell},
};

}  // namespace

std::span<const CatalogueTable> table_catalogue() { return kTables; }

}  // namespace mainspring
