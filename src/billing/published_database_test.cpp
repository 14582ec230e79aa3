// Published prices and values from the import to bills, and the bills that a newer version touches, against a database.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fstream>

#include "billing/rebill_service.hpp"
#include "billing/touched.hpp"
#include "pricebook/published_import.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

using Texts = std::vector<std::string>;

// A06 (600 kWh a month) pays twice the fuel price of the month before, A11 (1 kWh an hour) the price of each hour; both
// 0.1 a day.
struct Published : BillingSample {
    Published() {
        const auto with_lamps = [](const std::string& charge) {
            return "\n  - {clause: energy, name: {en: E}, account: revenue.electricity, until: 2026-05-01, " + charge +
                   "}\n  - {clause: lamps, kind: fixed_per_day, name: {en: L}, account: revenue.electricity.fixed, "
                   "price: '0.1'}";
        };
        add_tariff({.key = "hourly",
                    .charges = with_lamps("kind: energy_indexed, series: day_ahead"),
                    .lines = "lamps: '1'",
                    .total = "1"});
        add_tariff({.key = "fuelled",
                    .charges = with_lamps("kind: energy_flat, formula: {text: 'fuel * 2', inputs: [fuel], lag: 1}"),
                    .lines = "lamps: '1'",
                    .total = "1"});
        add_customers({"A06,S06,fuelled", "A11,S11,hourly"});
        pass_time();
    }
    metering::ImportOrder order(const std::string& text) {
        std::ofstream(folder / "published.csv", std::ios::binary) << text;
        return {.file = folder / "published.csv",
                .utility = "u",
                .actor = actor,
                .command_id = Uuid::random_v7(SystemClock())};
    }
    void import_prices(const std::string& rows) {
        const auto report =
            pricebook::import_prices(pool(), clock(), {order("date,position,price\n" + rows), "day_ahead", 60});
        REQUIRE(report);
        CHECK(report->rejected == 0);
        pass_time();
    }
    void import_inputs(const std::string& rows) {
        const auto report = pricebook::import_inputs(pool(), clock(), order("name,month,value\n" + rows));
        REQUIRE(report);
        CHECK(report->rejected == 0);
        pass_time();
    }
    void import_half_yuan(std::string_view from, std::string_view to) {
        std::string rows;
        for (Date day = date_of(from); day < date_of(to); day += std::chrono::days{1})
            for (int hour = 1; hour <= 24; ++hour) rows += fmt::format("{},{},0.5\n", format_date(day), hour);
        import_prices(rows);
    }
    // "A11 1: price_day day_ahead 2026-01-10 1>2"
    Texts touched() {
        Texts texts;
        for (const auto& bill : touched_bills(pool(), {.legal_entity_id = 1})) {
            texts.push_back(fmt::format("{} {}:", bill.account_code, bill.bill_seq));
            for (const auto& fact : bill.facts)
                texts.back() +=
                    fmt::format(" {} {} {}>{}", text_of(fact.kind), fact.key, fact.old_version, fact.new_version);
        }
        return texts;
    }
    void rebill_touched() {
        for (const auto& bill : touched_bills(pool(), {.legal_entity_id = 1})) {
            RebillCommand command;
            command.command_id = Uuid::random_v7(SystemClock());
            command.bill = {1, BillKind::bill, bill.number};
            command.issued_on = date_of("2026-03-08");
            command.due_days = 20;
            command.reason = "corrected";
            command.actor_id = actor.actor_id;
            command.org_unit_id = 1;
            const auto done = rebill(pool(), clock(), command);
            if (!done) FAIL_CHECK(done.error().text);
        }
        pass_time();
    }
    std::string held(std::int64_t run, std::string_view cause) {
        return with_tx(pool(), TxOptions(), [&](Tx& tx) {
            return tx
                .exec_once(
                    "select string_agg(a.code, ' ' order by a.code) from billing.exception e "
                    "join customer.account a using (cell_id, account_id) where e.run_id = $1 and e.cause = $2",
                    run, cause)
                .one()
                .get<std::string>(0);
        });
    }
    std::string totals(std::string_view account) {
        std::string text;
        for (const auto& bill : bills(account)) text += fmt::format("{} ", bill.total_minor);
        return text;
    }
};

}  // namespace

TEST_CASE("bills at published prices wait for them, and follow them when they are corrected") {
    Published sample;
    sample.import_half_yuan("2026-01-01", "2026-01-31");  // the last day of the month is not published
    const auto early = sample.bill(sample.january());
    CHECK(sample.held(early, "price_missing") == "A11");
    CHECK(sample.held(early, "input_missing") == "A06");

    sample.import_half_yuan("2026-01-31", "2026-03-01");
    sample.import_inputs("fuel,2025-12,0.4\nfuel,2026-01,0.5\nother,2026-01,7\n");
    sample.bill(sample.january());
    sample.bill(sample.february());
    // 744 and 672 hours at 0.5; 600 kWh at 0.8 and 1; 31 and 28 days of 0.1
    CHECK(sample.totals("A11") == "37510 33880 ");
    CHECK(sample.totals("A06") == "48310 60280 ");
    CHECK(sample.touched().empty());

    sample.import_prices("2026-01-10,3,0.7\n2026-01-11,1,0.5\n2026-03-05,1,9\n");
    CHECK(sample.touched() == Texts{"A11 1: price_day day_ahead 2026-01-10 1>2"});
    sample.import_inputs("fuel,2026-01,0.6\nfuel,2026-02,9\nother,2026-01,8\n");
    CHECK(sample.touched() == Texts{"A06 2: input fuel 2026-01 1>2", "A11 1: price_day day_ahead 2026-01-10 1>2"});
    sample.rebill_touched();
    CHECK(sample.touched().empty());
    CHECK(sample.totals("A06") == "48310 60280 -60280 72280 ");
    CHECK(sample.totals("A11") == "37510 33880 -33880 -37510 37530 33880 ");
}
