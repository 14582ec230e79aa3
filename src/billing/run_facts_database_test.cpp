// What a run knows: the facts from before it started, exactly, whenever they are read.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <thread>

#include "billing/rebill_service.hpp"
#include "billing/report.hpp"
#include "org/fact_moment.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

struct Sample : BillingSample {
    // Started, and checked where it is to be; nothing is spilled.
    ExecuteOptions started(ExecuteOptions::After until) {
        auto result = options(start(january()));
        result.spill_folder.clear();
        result.until = until;
        if (until == ExecuteOptions::After::check) CHECK(execute(result) == Executed::checked);
        result.until = ExecuteOptions::After::issue;
        return result;
    }
    // A row that the program would not write: another version of the read, of a moment before the run.
    void plant(const std::string& point_code, std::string_view values, char status) {
        const auto at = point(point_code);
        with_tx(database.owner(), TxOptions(), [&](Tx& tx) {
            tx.exec_once(
                "insert into metering.source (source_id, kind, name, sha256, actor_id, recorded_at) "
                "values (nextval('metering.source_id'), 'planted', 'planted', '\\x00', 1, '2026-03-10')");
            tx.exec_once(fmt::format(
                "insert into metering.register_read (cell_id, service_point_id, read_at, device_id, version, read_on, "
                "register_no, value_micro, quality, status, source) "
                "select cell_id, service_point_id, read_at, device_id, version + 1, read_on, register_no, '{}', "
                "quality, '{}', (select max(source_id) from metering.source) from metering.register_read "
                "where cell_id = {} and service_point_id = {} and read_on = '2026-02-01' order by version desc limit 1",
                values, status, at.cell.value, at.service_point_id));
        });
    }
    RunProblem refused(const ExecuteOptions& options) {
        const auto resources = load_resources(pool(), status(options.run_id).run.clock);
        const auto done = execute_run(pool(), resources, options);
        REQUIRE_FALSE(done);
        return done.error();
    }
    org::Doer person() { return {actor.actor_id, 1, clock().now()}; }
};

const std::string& january_digest() {
    static const std::string digest = [] {
        Sample sample;
        const auto options = sample.started(ExecuteOptions::After::issue);
        CHECK(sample.execute(options) == Executed::issued);
        return sample.digest(options.run_id);
    }();
    return digest;
}

}  // namespace

TEST_CASE("facts of the very millisecond in which a run started belong to the next one") {
    for (const auto until : {ExecuteOptions::After::issue, ExecuteOptions::After::check}) {
        Sample sample;
        const auto options = sample.started(until);
        const Instant clock = sample.status(options.run_id).run.clock;
        CHECK(clock == sample.clock().now());
        sample.add_reads({"S08,M08,2026-01-01,900", "S01,M01,2026-02-01,1150"});  // missing before; another value
        sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
        sample.add_customers({"A13,S14,lamps"});
        sample.add_tariff({.key = "flat",
                           .version = "2",
                           .effective = "2026-01-01",
                           .charges = "\n  - {clause: energy, kind: energy_flat, name: {en: E}, account: "
                                      "revenue.electricity, price: \"9\"}",
                           .lines = "energy: '0'"});
        with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
            accept_cause(tx, sample.account("A09"), {Cause::bill_negative, date_of("2026-12-31"), "agreed"},
                         {sample.actor.actor_id, 1, clock});
        });
        CHECK(sample.execute(options) == Executed::issued);
        CHECK(sample.digest(options.run_id) == january_digest());
        sample.pass_time();
        const auto next = sample.bill(sample.january());
        CHECK(sample.bills("A08").size() == 1);
        CHECK(sample.bills("A09").size() == 1);
        CHECK(sample.bills("A13").size() == 1);
        CHECK(sample.status(next).run.clock > clock);
    }
}

TEST_CASE("an import that began before a run and goes on after it") {
    Sample sample;
    // What the file said before the run is known to it, what the rest says is not.
    sample.add_reads({"S08,M08,2026-01-01,900"});
    const auto options = sample.started(ExecuteOptions::After::check);
    sample.add_reads({"S08,M08,2026-01-01,900", "S08,M08,2026-02-01,950"});
    const auto before = sample.status(options.run_id).bills;
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(sample.status(options.run_id).bills == before);
    CHECK(sample.bills("A08").size() == 1);
}

TEST_CASE("facts written past the program: the run says so, and a person may take them") {
    Sample sample;
    auto options = sample.started(ExecuteOptions::After::check);
    sample.plant("S03", "{1400000000}", 'v');
    const RunProblem problem = sample.refused(options);
    CHECK(problem.code == RunRefusal::facts_changed);
    CHECK(problem.text.find("--accept-changed") != std::string::npos);
    CHECK(cancel_run(sample.pool(), options.run_id, {7, 1, sample.clock().now()}).error().code ==
          RunRefusal::not_cancellable);
    CHECK(sample.bills("A03").empty());

    options.doer = sample.person();
    options.changed = ExecuteOptions::Changed::accept;
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(sample.bills("A03").at(0).total_minor == 229'50);  // 400 x 0.5 + 3.10, and 13 % of each
    CHECK(sample.digest(options.run_id) != january_digest());
    CHECK(sample.count("core.audit where action = 'billing.changes_accepted'") == 1);
    CHECK(sample.count("billing.bill where number between 1 and 10") == 10);
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        std::int64_t total = 0;
        for (const auto& sum : account_sums(tx, options.run_id)) total += std::stoll(sum.amount_minor);
        CHECK(fmt::format("{}", total) == money_of_run(tx, options.run_id).at(0).total_minor);
    });
}

TEST_CASE("exceptions that come with accepted changes are counted") {
    Sample sample;
    auto options = sample.started(ExecuteOptions::After::check);
    const auto causes = [&] {
        return with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
            std::int64_t sum = 0;
            for (const auto& cause : exceptions_by_cause(tx, options.run_id)) sum += cause.count;
            return sum;
        });
    };
    CHECK(sample.status(options.run_id).exceptions == 2);  // A08 and A09
    CHECK(causes() == 2);
    // A06 cannot be billed any more, but A08 of the same range can: as many bills as before.
    sample.plant("S06", "{1600000000}", 's');
    const auto point = sample.point("S08");
    with_tx(sample.database.owner(), TxOptions(), [&](Tx& tx) {
        tx.exec_once(fmt::format(
            "insert into metering.register_read (cell_id, service_point_id, read_at, device_id, version, read_on, "
            "register_no, value_micro, quality, status, source) "
            "select cell_id, service_point_id, read_at - interval '31 days', device_id, 1, '2026-01-01', register_no, "
            "'{{900000000}}', quality, status, source from metering.register_read "
            "where cell_id = {} and service_point_id = {} and read_on = '2026-02-01'",
            point.cell.value, point.service_point_id));
    });
    options.doer = sample.person();
    options.changed = ExecuteOptions::Changed::accept;
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(sample.bills("A06").empty());
    CHECK(sample.bills("A08").size() == 1);
    CHECK(causes() == 3);  // what the check found stays
    CHECK(sample.status(options.run_id).exceptions == 3);
}

TEST_CASE("facts written past the program that make another number of bills are not taken") {
    Sample sample;
    auto options = sample.started(ExecuteOptions::After::check);
    sample.plant("S03", "{1300000000}", 's');
    options.doer = sample.person();
    options.changed = ExecuteOptions::Changed::accept;
    const RunProblem problem = sample.refused(options);
    CHECK(problem.code == RunRefusal::facts_changed);
    CHECK(problem.text.find("it cannot be issued") != std::string::npos);
    CHECK(sample.count("core.audit where action = 'billing.changes_accepted'") == 0);
    sample.plant("S03", "{1300000000}", 'v');  // as it was checked, but another version
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(sample.bills("A03").at(0).total_minor == 173'00);
    CHECK(sample.count("core.audit where action = 'billing.changes_accepted'") == 1);
    CHECK(sample.count("billing.bill where number between 1 and 10") == 10);
}

TEST_CASE("a rebilling waits for a run that starts, and then sees it") {
    Sample sample;
    sample.bill(sample.january());
    const auto number = sample.bills("A01").at(0).number;
    std::optional<RebillRefusal> answer;
    std::thread rebilling;
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        store::keep_runs_out(tx, 1);
        rebilling = std::thread([&] {
            RebillCommand command;
            command.command_id = sample.january().command_id;
            command.bill = {1, BillKind::bill, number};
            command.issued_on = date_of("2026-03-08");
            command.actor_id = sample.actor.actor_id;
            command.org_unit_id = 1;
            const auto done = rebill(sample.pool(), sample.clock(), command);
            if (!done) answer = done.error().code;
        });
        while (with_tx(sample.pool(), TxOptions(), [](Tx& other) {
            return other
                .exec_once(
                    "select 1 from pg_locks where locktype = 'advisory' and not granted and classid = 19540 and "
                    "database = (select oid from pg_database where datname = current_database())")
                .empty();
        }))
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        Run run = sample.status(1).run;
        run.command_id = sample.january().command_id;
        REQUIRE(store::insert_run(tx, run, {}));
    });
    rebilling.join();
    CHECK(answer == RebillRefusal::unfinished_run);
    CHECK(sample.bills("A01").size() == 1);
}

TEST_CASE("a rebilling sees what was recorded before it, and nothing of its own millisecond after it") {
    Sample sample;
    sample.bill(sample.january());
    sample.add_reads({"S01,M01,2026-02-01,1150"});
    RebillCommand command;
    command.command_id = sample.january().command_id;
    command.bill = {1, BillKind::bill, sample.bills("A01").at(0).number};
    command.issued_on = date_of("2026-03-08");
    command.actor_id = sample.actor.actor_id;
    command.org_unit_id = 1;
    REQUIRE(rebill(sample.pool(), sample.clock(), command));
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        const Instant later = org::moment_of_facts(tx, sample.clock().now());
        CHECK(tx.exec_once("select count(*) from billing.bill where recorded_at = $1",
                           later - std::chrono::milliseconds{1})
                  .one()
                  .get<std::int64_t>(0) == 2);
    });
}
