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

TEST_CASE("a second person puts a price in force, where there is one") {
    BillingSample sample;
    const auto version = [&](const char* name, const char* effective) {
        return pricebook::TariffText{
            fmt::format("lamps-{}.yaml", name),
            fmt::format("tariff: lamps\nversion: '{}'\nname: {{en: Lamps}}\ncommodity: electricity\nunit: kWh\n"
                        "currency: CNY\nzone: Asia/Shanghai\neffective: {}\nclasses: [residential]\n"
                        "source: {{document: test}}\ncharges:\n  - {{clause: lamps, kind: fixed_per_day, name: {{en: "
                        "Lamps}}, account: revenue.electricity.fixed, price: '1'}}\nexamples:\n  - {{name: none, "
                        "origin: hand, working: none, from: 2026-05-01, to: 2026-05-02, usage: {{total: '0'}}, lines: "
                        "{{lamps: '1'}}, total: '1'}}\n",
                        name, effective)};
    };
    const std::int32_t first = sample.actor.actor_id;
    const auto put_in_force = [&](std::int32_t who, const pricebook::TariffText& file, const char* name) {
        REQUIRE(pricebook::import_tariffs(sample.pool(), sample.clock(), {&file, 1}, {first, 1}));
        return pricebook::activate(sample.pool(), sample.clock(), {"lamps", name}, {who, 1}).value().front();
    };
    CHECK(put_in_force(first, version("2", "2027-01-01"), "2").change == pricebook::Change::activated);
    CHECK(sample.count("core.audit where action = 'tariff.activated' and detail = '{\"alone\": true}'") > 0);
    const auto second = org::ensure_actor(sample.pool(), FixedClock{Instant{}},
                                          {.code = "second", .name = "Second", .roles = {org::Role::administrator}});
    REQUIRE(second);
    const auto refused = put_in_force(first, version("3", "2028-01-01"), "3");
    CHECK(refused.change == pricebook::Change::unchanged);
    CHECK(refused.problems ==
          std::vector<std::string>{
              "lamps-3.yaml: version 3 of lamps was imported by you: a second person puts it in force"});
    CHECK(put_in_force(second->actor_id, version("3", "2028-01-01"), "3").change == pricebook::Change::activated);
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
