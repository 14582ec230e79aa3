#include "support/billing_sample.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fstream>

#include "billing/report.hpp"
#include "customer/account_import.hpp"
#include "ledger/book_service.hpp"
#include "ledger/ledger_service.hpp"
#include "ledger/verify_service.hpp"
#include "metering/meter_import.hpp"
#include "metering/read_import.hpp"
#include "metering/read_service.hpp"
#include "payment/payment_service.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring {

namespace {

constexpr std::string_view kFlat = R"(
  - {clause: energy, kind: energy_flat, name: {en: Energy}, account: revenue.electricity, price: "0.5"}
  - {clause: standing, kind: fixed_per_day, name: {en: Standing}, account: revenue.electricity.fixed, price: "0.1"}
  - {clause: vat, kind: tax, name: {en: VAT}, account: tax.vat, item: tax, percent: "13", of: [energy, standing]})";
constexpr std::string_view kEnergy = R"(
  - {clause: energy, kind: energy_flat, name: {en: Energy}, account: revenue.electricity, price: "0.5"})";
constexpr std::string_view kRefund = R"(
  - {clause: energy, kind: energy_flat, name: {en: Energy}, account: revenue.electricity, price: "-0.5"})";
constexpr std::string_view kLamps = R"(
  - {clause: lamps, kind: fixed_per_day, name: {en: Lamps}, account: revenue.electricity.fixed, price: "1"})";
constexpr std::string_view kPeriods = R"(
  - {clause: energy, kind: energy_time_of_use, name: {en: Energy}, account: revenue.electricity,
     prices: {peak: "1", valley: "0.5"}})";
constexpr std::string_view kCalendar =
    "calendar:\n  periods:\n    - {period: peak, hours: [\"08:00-12:00\"]}\n    - {period: valley}\n";

Uuid new_command() { return Uuid::random_v7(SystemClock()); }

}  // namespace

Date date_of(std::string_view text) { return parse_date(text).value(); }

BillingSample::BillingSample()
    : folder(std::filesystem::temp_directory_path() / fmt::format("mainspring-billing-{}", database.name())),
      clock_(Instant{date_of("2026-03-10")}) {
    std::filesystem::create_directories(folder);
    const auto file =
        org::parse_utility("code: u\nname: {en: Utility}\ncurrency: CNY\nzone: Asia/Shanghai\n", "utility.yaml");
    REQUIRE(file);
    actor = org::command_line_actor(pool(), clock_);
    REQUIRE(org::add_utility(pool(), clock_, {*file, actor.actor_id}));
    with_tx(database.owner(), TxOptions(), [](Tx& tx) {
        tx.exec_once("insert into org.actor (actor_id, code, name) values (7, 'bea', 'Bea'), (8, 'eye', 'Eye')");
        tx.exec_once(
            "insert into org.assignment values (7, 7, 'billing', null, '0001-01-01', null, 1, '2026-01-01'), "
            "(8, 8, 'auditor', null, '0001-01-01', null, 1, '2026-01-01')");
    });
    add_tariff({.key = "flat",
                .charges = std::string(kFlat),
                .lines = "energy: '0', standing: '1', vat: '0.13'",
                .total = "1.13"});
    const std::string nothing = "energy: '0'";
    add_tariff({.key = "bare", .charges = std::string(kEnergy), .lines = nothing});
    add_tariff({.key = "refund", .charges = std::string(kRefund), .lines = nothing});
    add_tariff({.key = "lamps", .charges = std::string(kLamps), .lines = "lamps: '10'", .total = "10"});
    add_tariff(
        {.key = "periods", .charges = std::string(kPeriods), .lines = nothing, .calendar = std::string(kCalendar)});
    add_customers({"A01,S01,flat", "A02,S02,flat", "A03,S03,flat", "A04,S04,flat", "A05,S05,flat", "A06,S06,flat",
                   "A07,S07,bare", "A08,S08,flat", "A09,S09,refund", "A10,S10,lamps", "A11,S11,periods", "A12,S12,flat",
                   "A12,S13,flat"});
    add_meters();
    add_channel_days();
    pass_time();
}

BillingSample::~BillingSample() {
    const auto report = ledger::verify(pool());
    for (const auto& finding : report.findings)
        MESSAGE(ledger::text_of(finding.check), " ", finding.where, " ", finding.detail);
    CHECK(report.good());
    std::filesystem::remove_all(folder);
}

std::filesystem::path BillingSample::write(std::string_view name, std::string_view text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
}

std::int64_t BillingSample::add_tariff(const TariffText& tariff) {
    std::string text = fmt::format(
        "tariff: {}\nversion: '{}'\nname: {{en: Test}}\ncommodity: electricity\nunit: kWh\ncurrency: CNY\n"
        "zone: Asia/Shanghai\neffective: {}\nclasses: [residential]\nsource: {{document: test}}\n{}{}charges:{}\n",
        tariff.key, tariff.version, tariff.effective, tariff.calendar, tariff.head, tariff.charges);
    text += fmt::format(
        "examples:\n  - {{name: none, origin: hand, working: none, from: 2026-05-01, to: 2026-05-11, "
        "usage: {{{}: '0'}}, lines: {{{}}}, total: '{}'}}\n",
        tariff.calendar.empty() ? "total" : "peak", tariff.lines, tariff.total);
    const pricebook::TariffText file{tariff.key + ".yaml", text};
    const pricebook::Doer doer{actor.actor_id, 1};
    const auto imported = pricebook::import_tariffs(pool(), clock_, {&file, 1}, doer);
    const auto activated = pricebook::activate(pool(), clock_, {tariff.key, tariff.version}, doer);
    for (const auto* outcomes : {&imported, &activated}) {
        REQUIRE(outcomes->has_value());
        for (const auto& outcome : **outcomes)
            for (const auto& problem : outcome.problems) FAIL(problem);
    }
    return with_tx(pool(), TxOptions(), [&](Tx& tx) {
        for (const auto& version : pricebook::list_versions(tx))
            if (version.key == tariff.key && version.version == tariff.version) return version.version_id;
        FAIL("the tariff was not stored");
        return std::int64_t{0};
    });
}

void BillingSample::add_customers(const std::vector<std::string>& rows, std::string_view valid_from) {
    std::string text =
        "account_code,service_point_code,tariff,facts,party_code,party_name,opened_on,premise_code,premise_address,"
        "commodity,valid_from\n";
    for (const auto& row : rows) {
        const std::string account = row.substr(0, 3), point = row.substr(4, 3);
        const auto* facts = std::ranges::count(row, ',') == 2 ? "," : "";
        text += fmt::format("{}{},P{},N,2026-01-01,R{},x,electricity,{}\n", row, facts, account, point, valid_from);
    }
    const auto report = customer::import_accounts(pool(), clock_,
                                                  {.file = write("accounts.csv", text),
                                                   .utility = "u",
                                                   .actor = actor,
                                                   .command_id = new_command(),
                                                   .points_of_cell = 5});
    REQUIRE(report);
    for (const auto& problem : report->problems) MESSAGE(formats::text_of(problem));
    REQUIRE(report->rejected == 0);
}

void BillingSample::add_meters() {
    std::string meters = "service_point_code,installed_on,serial,register_code,stream,unit,dials,interval_minutes\n";
    std::vector<std::string> reads;
    for (const int point : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13}) {
        meters += fmt::format("S{0:02},2026-01-01,M{0:02},T,total,kWh,5,\n", point);
        const int monthly = point == 7 ? 0 : point >= 12 ? (point - 11) * 100 : point * 100;
        for (const auto& [on, months] : {std::pair{"2026-01-01", 0}, {"2026-02-01", 1}, {"2026-03-01", 2}})
            if (point != 8 || months > 0)
                reads.push_back(fmt::format("S{0:02},M{0:02},{1},{2}", point, on, 1000 + months * monthly));
    }
    meters += "S11,2026-01-01,M11,E1,total,kWh,,60\n";
    const auto report = metering::import_meters(
        pool(), clock_,
        {.file = write("meters.csv", meters), .utility = "u", .actor = actor, .command_id = new_command()});
    REQUIRE(report);
    for (const auto& problem : report->problems) MESSAGE(formats::text_of(problem));
    REQUIRE(report->rejected == 0);
    add_reads(reads);
}

void BillingSample::add_reads(const std::vector<std::string>& rows) {
    std::string text = "service_point,serial,read_at,value,register,quality\n";
    for (const auto& row : rows) text += row + ",T,A\n";
    const auto report = metering::import_reads(
        pool(), clock_,
        {.order = {.file = write("reads.csv", text), .utility = "u", .actor = actor, .command_id = new_command()}});
    REQUIRE(report);
    for (const auto& problem : report->problems) MESSAGE(formats::text_of(problem));
    REQUIRE(report->rejected == 0);
}

void BillingSample::add_channel_days() {
    with_tx(database.owner(), TxOptions(), [&](Tx& tx) {
        tx.exec_once(
            "insert into metering.source (source_id, kind, name, sha256, actor_id, recorded_at) "
            "values (nextval('metering.source_id'), 'csv', 'channels', '\\x00', 1, '2026-03-10')");
        tx.exec_once(
            "insert into metering.interval_day (cell_id, service_point_id, register_no, start_at, version, device_id, "
            "interval_minutes, scale, width, packed, qualities, source) "
            "select p.cell_id, p.service_point_id, i.register_no[1], d::timestamp at time zone 'Asia/Shanghai', 1, "
            "i.device_id, 60, 0, 1, decode(repeat('01', 24), 'hex'), 'A', "
            "(select max(source_id) from metering.source) "
            "from customer.service_point p join metering.installation i using (cell_id, service_point_id), "
            "generate_series('2026-01-01'::timestamp, '2026-02-28', '1 day') d where p.code = 'S11'");
    });
}

void BillingSample::correct_read(const Correction& correction) {
    pass_time();
    const auto at_point = point(correction.point);
    metering::ReadOrder order{
        .key = {.cell = at_point.cell, .service_point_id = at_point.service_point_id, .read_at = {}},
        .actor = actor,
        .command_id = new_command(),
        .note = "misread"};
    const Date on = date_of(correction.on);
    std::int16_t register_no = 0;
    with_tx(pool(), TxOptions(), [&](Tx& tx) {
        const Result rows = tx.exec_once(
            "select read_at, device_id, version, register_no[1] from metering.register_read where cell_id = $1 and "
            "service_point_id = $2 and read_on = $3 order by version desc limit 1",
            order.key.cell, order.key.service_point_id, on);
        const Row row = rows.one();
        order.key.read_at = row.get<Instant>(0);
        order.key.device_id = row.get<std::int64_t>(1);
        order.key.version = row.get<std::int16_t>(2);
        register_no = row.get<std::int16_t>(3);
    });
    const auto corrected =
        metering::correct_read(pool(), clock_, order, {{register_no, parse_decimal(correction.value, 6).value()}});
    REQUIRE(corrected);
    pass_time();
}

customer::AccountRef BillingSample::account(std::string_view code) {
    return with_tx(pool(), TxOptions(), [&](Tx& tx) { return customer::find_account(tx, 1, code).value(); });
}

customer::ServicePointRef BillingSample::point(const std::string& code) {
    return with_tx(pool(), TxOptions(),
                   [&](Tx& tx) { return customer::find_service_points(tx, org::cells_of(tx, 1), {&code, 1}).at(0); });
}

billing::RunCommand BillingSample::january() const {
    billing::RunCommand command;
    command.command_id = new_command();
    command.legal_entity_id = 1;
    command.rules.period = {date_of("2026-01-01"), date_of("2026-02-01")};
    command.issued_on = date_of("2026-02-05");
    command.due_on = date_of("2026-02-25");
    command.actor_id = actor.actor_id;
    command.org_unit_id = 1;
    return command;
}

billing::RunCommand BillingSample::february() const {
    billing::RunCommand command = january();
    command.rules.period = {date_of("2026-02-01"), date_of("2026-03-01")};
    command.issued_on = date_of("2026-03-05");
    command.due_on = date_of("2026-03-25");
    return command;
}

std::int64_t BillingSample::start(const billing::RunCommand& command) {
    const auto run = billing::start_run(pool(), clock_, command);
    if (!run) FAIL(run.error().text);
    return *run;
}

billing::ExecuteOptions BillingSample::options(std::int64_t run_id, int workers) const {
    billing::ExecuteOptions options;
    options.run_id = run_id;
    options.workers = workers;
    options.doer = {actor.actor_id, 1, clock_.now()};
    options.spill_folder = folder / fmt::format("run-{}", run_id);
    return options;
}

billing::Executed BillingSample::execute(const billing::ExecuteOptions& options) {
    const auto resources = billing::load_resources(pool(), status(options.run_id).run.clock);
    const auto done = billing::execute_run(pool(), resources, options);
    if (!done) FAIL(done.error().text);
    return *done;
}

std::int64_t BillingSample::bill(const billing::RunCommand& command) {
    const std::int64_t run_id = start(command);
    CHECK(execute(options(run_id)) == billing::Executed::issued);
    pass_time();
    return run_id;
}

std::string BillingSample::digest(std::int64_t run_id) {
    return with_tx(pool(), TxOptions(), [&](Tx& tx) { return billing::digest_of_run(tx, run_id); });
}

billing::RunStatus BillingSample::status(std::int64_t run_id) { return billing::run_status(pool(), run_id).value(); }

std::vector<billing::store::StoredBill> BillingSample::bills(std::string_view account_code) {
    const auto of = account(account_code);
    return with_tx(pool(), TxOptions(),
                   [&](Tx& tx) { return billing::store::bills_of_account(tx, of.cell, of.account_id); });
}

std::int64_t BillingSample::owed(std::string_view account_code) {
    const auto of = account(account_code);
    return ledger::account_balance(pool(), {of.cell, of.account_id}).total;
}

void BillingSample::pay(std::string_view account_code, std::int64_t minor) {
    const auto of = account(account_code);
    const Currency currency = currency_of(of.currency).value();
    const ledger::Chart chart = ledger::load_chart(pool());
    const auto paid =
        payment::pay({pool(), clock_, chart}, {.command_id = new_command(),
                                               .account = {of.cell, of.account_id, of.legal_entity_id, currency},
                                               .amount = {minor, currency},
                                               .reference = {},
                                               .received_on = date_of("2026-03-09"),
                                               .actor_id = actor.actor_id});
    REQUIRE(paid);
}

std::int64_t BillingSample::count(const std::string& from) {
    return with_tx(database.read(), TxOptions(),
                   [&](Tx& tx) { return tx.exec_once("select count(*) from " + from).one().get<std::int64_t>(0); });
}

}  // namespace mainspring
