// What charges count from bill to bill, through runs, a rebilling and a cancellation, against a database.
#include <doctest/doctest.h>

#include "billing/derivation.hpp"
#include "billing/rebill_service.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

// A02 has tiers that are counted over the year: 1 a kWh up to 250, then 2. It uses 200 kWh a month.
struct Counting : BillingSample {
    Counting() {
        add_tariff({.key = "yearly",
                    .charges = "\n  - {clause: energy, kind: energy_tiered, name: {en: E}, account: "
                               "revenue.electricity, bounds: year, tiers: [{upto: '250', price: '1'}, {price: '2'}]}",
                    .lines = "energy: '0'"});
        with_tx(database.owner(), TxOptions(), [&](Tx& tx) {
            tx.exec_once(
                "update customer.agreement set tariff = 'yearly' where agreement_id = (select agreement_id from "
                "customer.agreement g join customer.account a using (cell_id, account_id) where a.code = 'A02')");
        });
        pass_time();
        bill(january());
        bill(february());
    }
    std::vector<std::int64_t> totals() {
        std::vector<std::int64_t> totals;
        for (const auto& each : bills("A02")) totals.push_back(each.total_minor / 100);
        return totals;
    }
    std::vector<RebilledBill> take_back(std::size_t bill, RebillCommand::Mode mode) {
        RebillCommand command;
        command.command_id = january().command_id;
        command.bill = {1, BillKind::bill, bills("A02").at(bill).number};
        command.mode = mode;
        command.issued_on = date_of("2026-03-08");
        command.reason = "misread";
        command.actor_id = actor.actor_id;
        command.org_unit_id = 1;
        const auto done = rebill(pool(), clock(), command);
        if (!done) FAIL(done.error().text);
        pass_time();
        return *done;
    }
    Accumulation came_into(std::size_t bill) {
        return decode_derivation(bills("A02").at(bill).derivation).sections.at(0).left_before;
    }
    std::vector<CarriedCounter> left_by(std::size_t bill) {
        Carry carry;
        decode(bills("A02").at(bill).carry, carry);
        return carry.agreements.at(0).left.counters;
    }
};

CarriedCounter year(std::int64_t version_id, std::int64_t kwh) {
    return {"energy", date_of("2026-01-01"), version_id, kwh * 1'000'000};
}

}  // namespace

TEST_CASE("tiers of a year go on from bill to bill, and a rebilling counts again") {
    Counting sample;
    // 200; 50 x 1 + 150 x 2
    CHECK(sample.totals() == std::vector<std::int64_t>{200, 350});
    CHECK(sample.came_into(0).empty());
    const auto after_january = sample.left_by(0);
    REQUIRE(after_january.size() == 1);
    const std::int64_t version = after_january[0].version_id;
    CHECK(version > 0);
    CHECK(after_january == std::vector<CarriedCounter>{year(version, 200)});
    CHECK(sample.came_into(1).counters == after_january);
    CHECK(sample.left_by(1) == std::vector<CarriedCounter>{year(version, 400)});
    // Others count nothing, and say so in no byte.
    CHECK(sample.bills("A03").at(1).derivation.at(0) == 1);

    // 260 and 140 kWh: 250 + 10 x 2, then all beyond.
    sample.correct_read({.point = "S02", .on = "2026-02-01", .value = "1260"});
    sample.take_back(0, RebillCommand::Mode::rebill);
    CHECK(sample.totals() == std::vector<std::int64_t>{200, 350, -350, -200, 270, 280});
    CHECK(sample.left_by(2) == std::vector<CarriedCounter>{year(version, 200)});  // from before the cancelled bill
    CHECK(sample.left_by(4) == std::vector<CarriedCounter>{year(version, 260)});
    CHECK(sample.came_into(5).counters == sample.left_by(4));
    CHECK(sample.left_by(5) == std::vector<CarriedCounter>{year(version, 400)});
}

TEST_CASE("a cancelled bill takes back what it counted") {
    Counting sample;
    sample.take_back(1, RebillCommand::Mode::cancel_only);
    CHECK(sample.totals() == std::vector<std::int64_t>{200, 350, -350});
    CHECK(sample.left_by(2).at(0).micro == 200'000'000);
    // The next run bills all days since.
    sample.add_reads({"S02,M02,2026-03-05,1450"});
    sample.pass_time();
    auto march = sample.february();
    march.rules.period = {date_of("2026-03-01"), date_of("2026-03-05")};
    sample.bill(march);
    // 250 kWh after 200: 50 x 1 + 200 x 2
    CHECK(sample.totals() == std::vector<std::int64_t>{200, 350, -350, 450});
    CHECK(sample.left_by(3).at(0).micro == 450'000'000);
}
