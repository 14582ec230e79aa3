// Every service of the room that writes refuses an actor who may not bill, whatever calls it.
#include <doctest/doctest.h>

#include "billing/print_service.hpp"
#include "billing/rebill_touched_service.hpp"
#include "pricebook/pricebook_service.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

constexpr std::int32_t kAuditor = 8;

struct Watched : BillingSample {
    // The audit tells of every change.
    std::int64_t changes() { return count("core.audit") + count("core.outbox") + count("core.fact_moment"); }
};

}  // namespace

TEST_CASE("runs refuse an actor who may not bill") {
    Watched sample;
    const org::Doer auditor{kAuditor, 1, sample.clock().now()};
    const auto run = sample.start(sample.january());
    const auto before = sample.changes();

    auto command = sample.february();
    command.actor_id = kAuditor;
    CHECK(start_run(sample.pool(), sample.clock(), command).error().code == RunRefusal::access);
    command.actor_id = 99;  // not stored
    CHECK(start_run(sample.pool(), sample.clock(), command).error().code == RunRefusal::access);
    auto options = sample.options(run);
    options.doer = auditor;
    const auto resources = load_resources(sample.pool(), sample.clock().now());
    CHECK(execute_run(sample.pool(), resources, options).error().code == RunRefusal::access);
    CHECK(ask_stop(sample.pool(), run, auditor).error().code == RunRefusal::access);
    CHECK(cancel_run(sample.pool(), run, auditor).error().code == RunRefusal::access);
    const auto accepted = with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        return accept_cause(tx, sample.account("A09"), {Cause::bill_negative, date_of("2026-12-31"), "agreed"},
                            auditor);
    });
    CHECK(accepted.error().code == RunRefusal::access);

    CHECK(sample.changes() == before);
    CHECK(sample.status(run).run.state == RunState::rating);
    options.doer.actor_id = 7;
    CHECK(sample.execute(options) == Executed::issued);
}

TEST_CASE("rebilling and printing refuse an actor who may not bill") {
    Watched sample;
    const auto run = sample.bill(sample.january());
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    const auto before = sample.changes();

    RebillCommand command;
    command.command_id = sample.january().command_id;
    command.bill = {1, BillKind::bill, sample.bills("A03").at(0).number};
    command.actor_id = kAuditor;
    command.org_unit_id = 1;
    CHECK(rebill(sample.pool(), sample.clock(), command).error().code == RebillRefusal::access);
    CHECK(rebill_touched(sample.pool(), sample.clock(), {command}).error().code == RebillRefusal::access);
    PrintOptions options;
    options.run_id = run;
    options.folder = sample.folder / "print";
    options.doer = {kAuditor, 1, sample.clock().now()};
    const auto utility = with_tx(sample.pool(), TxOptions(), [](Tx& tx) { return *org::find_utility(tx, 1); });
    CHECK_THROWS_AS(print_run(sample.pool(), utility, options), NotPrintable);
    CHECK_THROWS_AS(print_corrections(sample.pool(), utility, options), NotPrintable);
    CHECK_FALSE(std::filesystem::exists(options.folder));

    CHECK(sample.changes() == before);
    CHECK(sample.count("billing.print_file") == 0);
    command.actor_id = 7;
    CHECK(rebill(sample.pool(), sample.clock(), command));
}

TEST_CASE("the price book refuses an actor who may not set up") {
    Watched sample;
    const auto before = sample.changes();
    const pricebook::TariffText file{"x.yaml", "tariff: x"};
    for (const std::int32_t actor : {kAuditor, 7}) {
        CHECK_FALSE(pricebook::import_tariffs(sample.pool(), sample.clock(), {&file, 1}, {actor, 1}));
        CHECK_FALSE(pricebook::activate(sample.pool(), sample.clock(), {"flat", ""}, {actor, 1}));
    }
    CHECK(sample.changes() == before);
}
