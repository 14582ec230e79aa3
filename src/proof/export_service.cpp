#include "proof/export_service.hpp"

#include <array>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <stdexcept>

#include "proof/bill_json.hpp"

namespace mainspring::proof {

namespace {

// $1: legal entity. Instants are written as ISO 8601 in UTC.
#define MAINSPRING_UTC(column) "to_char(" column " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
#define MAINSPRING_CELLS "cell_id in (select cell_id from org.cell where legal_entity_id = $1)"

const Statement kLegalEntity{"proof.legal_entity", R"(
    select row_to_json(t)::text from (select legal_entity_id, code, currency, zone from org.legal_entity
                                      where legal_entity_id = $1) t)"};
const Statement kAccount{"proof.account", R"(
    select row_to_json(t)::text from (select cell_id, account_id, code, legal_entity_id, org_unit_id, currency,
           cycle, opened_on
                                      from customer.account where legal_entity_id = $1 order by 1, 2) t)"};
const Statement kServicePoint{
    "proof.service_point",
    "select row_to_json(t)::text from (select * from customer.service_point where " MAINSPRING_CELLS
    " order by 1, 2) t"};
const Statement kAgreement{
    "proof.agreement",
    "select row_to_json(t)::text from (select cell_id, account_id, agreement_id, valid_from, version, voided, ended, "
    "service_point_id, tariff, customer_class, entitlements, dwellings, "
    "(select coalesce(jsonb_object_agg(name, trim_scale(micro / 1e6)::text), '{}') "
    "from unnest(fact_names, fact_values_micro) stated (name, micro)) as facts, " MAINSPRING_UTC("recorded_at") " as "
    "recorded_at "
    "from customer.agreement where " MAINSPRING_CELLS " order by 1, 2, 3, 4, 5) t"};
const Statement kInstallation{
    "proof.installation",
    "select row_to_json(t)::text from (select cell_id, service_point_id, valid_from, "
    "version, voided, device_id, serial, "
    "register_no, register_code, stream, unit, dials, decimals, multiplier_e6, "
    "interval_minutes, volume_factor_e8, line_loss_e8, transformer, gas_state, " MAINSPRING_UTC(
        "recorded_at") " as recorded_at from metering.installation where " MAINSPRING_CELLS " order by 1, 2, 3, 4) t"};
const Statement kRelation{"proof.relation",
                          "select row_to_json(t)::text from (select cell_id, parent_id, child_id, kind, valid_from, "
                          "version, voided, ended, taken_by, amount, " MAINSPRING_UTC(
                              "recorded_at") " as recorded_at from metering.relation where " MAINSPRING_CELLS
                                             " order by 1, 2, 3, 4, 5, 6) t"};
const Statement kRegisterRead{
    "proof.register_read",
    "select row_to_json(t)::text from (select r.cell_id, r.service_point_id, " MAINSPRING_UTC("r.read_at")
    " as read_at, r.device_id, r.version, r.voided, r.read_on, r.register_no, r.value_micro, r.quality::text, "
    "r.status::text, "
    "r.reason, " MAINSPRING_UTC("s.recorded_at") " as recorded_at "
    "from metering.register_read r join metering.source s on s.source_id = r.source where r." MAINSPRING_CELLS
    " order by 1, 2, r.read_at, 4, 5) t"};
const Statement kCalorificValue{
    "proof.calorific_value",
    "select row_to_json(t)::text from (select gas_zone, valid_from, version, value_e4, " MAINSPRING_UTC(
        "recorded_at") " as recorded_at from metering.calorific_value where $1 > 0 order by 1, 2, 3) t"};
const Statement kPriceSeries{
    "proof.price_series",
    "select row_to_json(t)::text from (select name, on_date, version, minutes, zone, prices_e8, " MAINSPRING_UTC(
        "recorded_at") " as recorded_at from tariff.price_series where $1 > 0 order by 1, 2, 3) t"};
const Statement kInput{"proof.input",
                       "select row_to_json(t)::text from (select name, month, version, value_e8, " MAINSPRING_UTC(
                           "recorded_at") " as recorded_at from tariff.input where $1 > 0 order by 1, 2, 3) t"};
const Statement kTariffVersion{
    "proof.tariff_version",
    "select row_to_json(t)::text from (select version_id, key, version, effective, state, document, " MAINSPRING_UTC(
        "activated_at") " as activated_at from tariff.version where $1 > 0 and state = 'active' order by 2, 4) t"};
const Statement kAcceptance{
    "proof.acceptance",
    "select row_to_json(t)::text from (select cell_id, account_id, agreement_id, cause, upto, " MAINSPRING_UTC(
        "recorded_at") " as recorded_at from billing.acceptance where " MAINSPRING_CELLS " order by 1, 2, 3, 4, 5) t"};
const Statement kRun{
    "proof.run",
    "select row_to_json(t)::text from (select run_id, legal_entity_id, cycle, period_from, period_to, "
    "parameters, " MAINSPRING_UTC("clock") " as clock, issued_on, due_on, state, first_number, " MAINSPRING_UTC(
        "finished_at") " as finished_at from billing.run where legal_entity_id = $1 and state = 'issued' order by 1) "
                       "t"};
const Statement kException{"proof.exception", R"(
    select row_to_json(t)::text from (select e.cell_id, e.run_id, e.account_id, e.agreement_id, e.cause, e.detail
                                      from billing.exception e join billing.run r using (run_id)
                                      where r.legal_entity_id = $1 and r.state = 'issued' order by 2, 1, 3, 4, 5) t)"};
const Statement kEntry{"proof.entry", R"(
    select row_to_json(t)::text from (select cell_id, book_id, seq, kind, business_date, currency, source,
           due_on, accounts,
                                             amounts, settles_seq, settles_leg
                                      from ledger.entry where legal_entity_id = $1 order by 1, 2, 3) t)"};
const Statement kLedgerAccount{"proof.ledger_account", R"(
    select row_to_json(t)::text from (select account_no, key, kind, control from ledger.account where $1 > 0
           order by 1) t)"};

struct Table {
    std::string_view name;
    const Statement& statement;
};

const std::array<Table, 16>& tables() {
    static const std::array<Table, 16> kTables{{{"legal_entity", kLegalEntity},
                                                {"account", kAccount},
                                                {"service_point", kServicePoint},
                                                {"agreement", kAgreement},
                                                {"installation", kInstallation},
                                                {"relation", kRelation},
                                                {"register_read", kRegisterRead},
                                                {"calorific_value", kCalorificValue},
                                                {"price_series", kPriceSeries},
                                                {"input", kInput},
                                                {"tariff_version", kTariffVersion},
                                                {"acceptance", kAcceptance},
                                                {"run", kRun},
                                                {"exception", kException},
                                                {"entry", kEntry},
                                                {"ledger_account", kLedgerAccount}}};
    return kTables;
}

class LineFile {
public:
    LineFile(const std::filesystem::path& folder, std::string_view table)
        : path_(folder / fmt::format("{}.jsonl", table)), file_(path_, std::ios::binary | std::ios::trunc) {
        check();
    }
    void line(std::string_view text) {
        file_.write(text.data(), static_cast<std::streamsize>(text.size())).put('\n');
        ++rows_;
    }
    std::int64_t finish() {
        file_.flush();
        check();
        return rows_;
    }

private:
    void check() {
        if (!file_) throw std::runtime_error(fmt::format("{} cannot be written", path_.string()));
    }
    std::filesystem::path path_;
    std::ofstream file_;
    std::int64_t rows_ = 0;
};

}  // namespace

std::vector<ExportedTable> export_facts(Pool& pool, const ExportOptions& options) {
    std::filesystem::create_directories(options.folder);
    std::vector<ExportedTable> exported;
    const auto note = [&](std::string_view table, std::int64_t rows) {
        exported.push_back({std::string(table), rows});
        if (options.progress) options.progress(table, rows);
    };
    with_tx(pool, TxOptions(Isolation::repeatable_read, {}, Access::read_only), [&](Tx& tx) {
        for (const auto& table : tables()) {
            LineFile file(options.folder, table.name);
            CopyOut rows = tx.copy_out(table.statement, options.legal_entity_id);
            while (rows.next()) file.line(rows.get<std::string_view>(0));
            note(table.name, file.finish());
        }
        LineFile intervals(options.folder, "interval_day");
        each_interval_day(tx, options.legal_entity_id, [&](std::string_view json) { intervals.line(json); });
        note("interval_day", intervals.finish());
        LineFile bills(options.folder, "bill");
        each_bill(tx, options.legal_entity_id, [&](std::string_view json) { bills.line(json); });
        note("bill", bills.finish());
    });
    return exported;
}

}  // namespace mainspring::proof
