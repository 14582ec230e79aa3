// Bill runs against a database: whoever works, however often it stops, the same facts give the same bills.
#include <atomic>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fstream>
#include <thread>

#include "billing/range_facts.hpp"
#include "billing/report.hpp"
#include "ledger/ledger_service.hpp"
#include "support/billing_sample.hpp"
#include "support/statements.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

struct Way {
    int workers = 2;
    std::int32_t range_size = 4000;
};
std::string digest_by(const Way& way) {
    BillingSample sample;
    auto command = sample.january();
    command.range_size = way.range_size;
    const auto run = sample.start(command);
    CHECK(sample.execute(sample.options(run, way.workers)) == Executed::issued);
    return sample.digest(run);
}

// What every way must come to.
const std::string& january_digest() {
    static const std::string digest = digest_by({});
    return digest;
}

RunRefusal refusal(BillingSample& sample, const RunCommand& command) {
    const auto run = start_run(sample.pool(), sample.clock(), command);
    REQUIRE_FALSE(run);
    return run.error().code;
}

std::vector<std::string> causes(BillingSample& sample, std::int64_t run) {
    std::vector<std::string> texts;
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        for (const auto& cause : exceptions_by_cause(tx, run))
            texts.push_back(fmt::format("{} {}", cause.count, cause.cause));
    });
    return texts;
}

}  // namespace

TEST_CASE("every statement of the room fits the database") {
    TestDatabase database;
    for (const auto& problem : statement_problems(database)) FAIL_CHECK(problem);
}

TEST_CASE("a run bills every account once, with numbers in order") {
    BillingSample sample;
    const auto run = sample.bill(sample.january());
    const auto status = sample.status(run);
    CHECK(status.run.state == RunState::issued);
    CHECK(status.ranges == 3);  // one a cell
    CHECK(status.accounts == 12);
    CHECK(status.bills == 10);
    CHECK(causes(sample, run) == std::vector<std::string>{"1 bill_negative", "1 opening_read_missing"});

    // 100 x 0.5 + 31 x 0.1 = 53.10; 13 % of 50 and of 3.10 is 6.903: 60.00
    const auto first = sample.bills("A01");
    REQUIRE(first.size() == 1);
    CHECK(first[0].total_minor == 60'00);
    CHECK(first[0].number == 1);
    CHECK(sample.owed("A01") == 60'00);
    CHECK(sample.bills("A10").at(0).total_minor == 31'00);
    // 31 days: 4 x 1 + 20 x 0.5
    CHECK(sample.bills("A11").at(0).total_minor == 434'00);
    // (100 + 200) x 0.5 + 2 x 3.10, and 13 % of each of them
    CHECK(sample.bills("A12").at(0).total_minor == 176'50);
    CHECK(sample.count("billing.bill where number between 1 and 10") == 10);
    CHECK(sample.count("(select from billing.bill a join billing.bill b on (a.cell_id, a.account_id) < (b.cell_id, "
                       "b.account_id) and a.number > b.number) x") == 0);

    // A bill of zero posts nothing.
    const auto zero = sample.bills("A07");
    REQUIRE(zero.size() == 1);
    CHECK(zero[0].total_minor == 0);
    CHECK_FALSE(zero[0].entry_seq.has_value());
    CHECK(sample.count("ledger.entry") == 9);

    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        CHECK(money_of_run(tx, run).at(0).bills == 10);
        std::int64_t total = 0;
        for (const auto& sum : account_sums(tx, run)) total += std::stoll(sum.amount_minor);
        CHECK(fmt::format("{}", total) == money_of_run(tx, run).at(0).total_minor);
        CHECK(exceptions_of(tx, {.run_id = run, .cause = "bill_negative"}).at(0).agreement_id == 0);
        // A01 … A06: 100 to 600; A11: 744; A12: 100 and 200
        const auto use = use_of_run(tx, run);
        REQUIRE(use.size() == 1);
        CHECK(use[0].commodity == "electricity");
        CHECK(use[0].quantity == "3144");
        CHECK(use[0].unit == "kWh");
        CHECK(use[0].sections == 11);
        for (const auto& sum : clause_sums(tx, run)) {
            if (sum.clause == "energy") CHECK(sum.unit == "kWh");
            if (sum.clause == "standing") CHECK(sum.unit == "days");
            if (sum.clause == "tax") CHECK(sum.unit.empty());
            CHECK(sum.quantity.empty() == sum.unit.empty());
        }
    });
}

TEST_CASE("an absurd fact holds its account alone") {
    BillingSample sample;
    sample.add_tariff({.key = "dear",
                       .charges = "\n  - {clause: energy, kind: energy_flat, name: {en: E}, account: "
                                  "revenue.electricity, price: \"90000000000\"}",
                       .lines = "energy: '0'"});
    sample.pass_time();
    with_tx(sample.database.owner(), TxOptions(), [](Tx& tx) {
        tx.exec_once(
            "update customer.agreement set tariff = 'dear' where agreement_id = (select agreement_id from "
            "customer.agreement g join customer.account a using (cell_id, account_id) where a.code = 'A02')");
        tx.exec_once(
            "update metering.installation i set dials = '{12}', multiplier_e6 = '{9000000000000000000}' "
            "from customer.service_point p where p.code = 'S03' and p.cell_id = i.cell_id "
            "and p.service_point_id = i.service_point_id");
    });
    const auto run = sample.bill(sample.january());
    CHECK(sample.status(run).run.state == RunState::issued);
    CHECK(sample.status(run).bills == 8);
    CHECK(causes(sample, run) ==
          std::vector<std::string>{"2 beyond_range", "1 bill_negative", "1 opening_read_missing"});
    CHECK(sample.bills("A01").at(0).total_minor == 60'00);
    CHECK(sample.bills("A03").empty());
}

TEST_CASE("an agreement billed to its end asks for no more reads") {
    BillingSample sample;
    with_tx(sample.database.owner(), TxOptions(), [](Tx& tx) {
        tx.exec_once(
            "insert into customer.agreement select cell_id, account_id, agreement_id, '2026-02-01', version, "
            "voided, true, service_point_id, tariff, customer_class, entitlements, dwellings, actor_id, "
            "recorded_at from customer.agreement g where exists (select from customer.account a where "
            "a.code = 'A01' and (a.cell_id, a.account_id) = (g.cell_id, g.account_id))");
    });
    const auto first = sample.account("A01"), last = sample.account("A02");
    REQUIRE(first.cell == last.cell);
    // "A01: S01's reads from 2026-02-01": of each account of the range, the first read that was read.
    const auto first_read = [&] {
        RangeFacts facts;
        const auto resources = load_resources(sample.pool(), sample.clock().now());
        with_tx(sample.pool(), TxOptions(Isolation::repeatable_read), [&](Tx& tx) {
            facts.load(tx,
                       {first.cell,
                        first.account_id,
                        last.account_id,
                        1,
                        "monthly",
                        {date_of("2026-02-01"), date_of("2026-03-01")},
                        6,
                        sample.clock().now()},
                       index_of(resources));
        });
        Date day = kForever;
        for (const auto& account : facts.accounts())
            for (const auto& agreement : account.agreements)
                for (const auto& read : agreement.reads) day = std::min(day, read.on);
        return format_date(day);
    };
    CHECK(first_read() == "2026-01-01");  // nothing is billed yet
    sample.bill(sample.january());
    CHECK(first_read() == "2026-02-01");
    sample.bill(sample.february());
    CHECK(sample.bills("A01").size() == 1);
    CHECK(sample.bills("A02").size() == 2);
    CHECK(first_read() == "2026-03-01");  // A01 stopped on February 1st and asks for nothing
}

TEST_CASE("the same facts give the same bills, whoever works and however they are cut") {
    for (const int workers : {1, 2, 7})
        for (const std::int32_t range_size : {1, 7, 4000}) {
            INFO(workers, " workers, ranges of ", range_size);
            CHECK(digest_by({workers, range_size}) == january_digest());
        }
}

TEST_CASE("stopped in the middle of each phase and resumed: the same bills") {
    BillingSample sample;
    auto command = sample.january();
    command.range_size = 1;
    const auto run = sample.start(command);
    auto options = sample.options(run, 1);
    int stops = 0;
    options.progress = [&](const Progress& progress) {
        CHECK(progress.total == 12);
        if (progress.done == (progress.phase == "rate" ? 3 : 5)) {
            ++stops;
            CHECK(ask_stop(sample.pool(), run, {7, 1, sample.clock().now()}));
        }
    };
    CHECK(sample.execute(options) == Executed::stopped);
    CHECK(sample.status(run).ranges_rated == 3);
    CHECK(sample.count("billing.bill") == 0);
    CHECK(sample.execute(options) == Executed::stopped);
    CHECK(sample.status(run).run.state == RunState::issuing);
    CHECK(sample.status(run).ranges_issued == 5);
    options.doer.actor_id = 7;  // another person goes on
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(stops == 2);
    // Every step in the name of who took it, each with its message.
    const auto trail = [&](std::string_view action, std::int32_t actor) {
        return sample.count(
            fmt::format("core.audit a where action = '{0}' and actor_id = {1} and exists (select from "
                        "core.outbox o where topic = '{0}' and o.key = a.object)",
                        action, actor));
    };
    const auto starter = sample.actor.actor_id;
    CHECK(trail("billing.run_started", starter) == 1);
    CHECK(trail("billing.run_executed", starter) == 2);
    CHECK(trail("billing.run_executed", 7) == 1);
    CHECK(trail("billing.run_stop_asked", 7) == 2);
    CHECK(trail("billing.run_checked", starter) == 1);
    CHECK(trail("billing.run_numbered", starter) == 1);
    CHECK(trail("billing.run_issued", 7) == 1);
    CHECK(sample.count("core.audit where action = 'billing.issue' and actor_id = 7") == 7);
    CHECK(sample.execute(options) == Executed::issued);  // once more does nothing
    CHECK(sample.digest(run) == january_digest());
}

TEST_CASE("a month closed while a run issues into it holds the run, not its bills") {
    BillingSample sample;
    auto command = sample.january();
    command.range_size = 1;
    const auto run = sample.start(command);
    auto options = sample.options(run, 1);
    const auto set = [&](ledger::PeriodState state) {
        CHECK(ledger::set_period(sample.pool(), sample.clock(),
                                 {.command_id = Uuid::random_v7(sample.clock()),
                                  .legal_entity_id = 1,
                                  .period = 202602,
                                  .state = state,
                                  .actor_id = sample.actor.actor_id})
                  .value());
    };
    options.progress = [&](const Progress& progress) {
        if (progress.phase == "issue" && progress.done == 5) set(ledger::PeriodState::closed);
    };
    const auto resources = load_resources(sample.pool(), sample.clock().now());
    const auto held = execute_run(sample.pool(), resources, options);
    REQUIRE_FALSE(held);
    CHECK(held.error().code == RunRefusal::period_closed);
    CHECK(sample.status(run).ranges_issued == 5);
    set(ledger::PeriodState::open);
    options.progress = {};
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(sample.digest(run) == january_digest());
}

TEST_CASE("spill files lost or spoilt between check and issue: the same bills") {
    for (const bool lost : {true, false}) {
        BillingSample sample;
        const auto run = sample.start(sample.january());
        auto options = sample.options(run);
        options.until = ExecuteOptions::After::check;
        CHECK(sample.execute(options) == Executed::checked);
        CHECK(sample.execute(options) == Executed::checked);
        int files = 0;
        for (const auto& file : std::filesystem::directory_iterator(options.spill_folder)) {
            ++files;
            if (lost) {
                std::filesystem::remove(file);
                continue;
            }
            std::fstream bytes(file.path(), std::ios::binary | std::ios::in | std::ios::out);
            bytes.seekp(10);
            bytes.put('\x55');
        }
        CHECK(files == 3);
        // What is known only since belongs to the next run.
        sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
        options.until = ExecuteOptions::After::issue;
        CHECK(sample.execute(options) == Executed::issued);
        CHECK(sample.digest(run) == january_digest());
    }
}

TEST_CASE("an acceptance between check and issue cannot change the checked bills") {
    BillingSample sample;
    const auto run = sample.start(sample.january());
    auto options = sample.options(run);
    options.until = ExecuteOptions::After::check;
    options.spill_folder.clear();
    CHECK(sample.execute(options) == Executed::checked);
    sample.pass_time();
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        accept_cause(tx, sample.account("A09"), {Cause::bill_negative, date_of("2026-12-31"), "agreed"},
                     {sample.actor.actor_id, 1, sample.clock().now()});
    });
    options.until = ExecuteOptions::After::issue;
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(sample.digest(run) == january_digest());
}

TEST_CASE("a run is one run, and the next one of its period bills nothing") {
    BillingSample sample;
    const auto command = sample.january();
    const auto run = sample.start(command);
    CHECK(sample.start(command) == run);
    CHECK(refusal(sample, sample.january()) == RunRefusal::unfinished_run);
    CHECK(sample.execute(sample.options(run)) == Executed::issued);
    CHECK(sample.start(command) == run);

    const auto again = sample.bill(sample.january());
    CHECK(again != run);
    CHECK(sample.status(again).bills == 0);
    CHECK(sample.count("billing.bill") == 10);
    CHECK(causes(sample, again).size() == 2);

    const auto february = sample.bill(sample.february());
    CHECK(sample.status(february).bills == 10);  // A08 still lacks its first read
    CHECK(sample.bills("A01").at(1).number == 11);
    CHECK(sample.bills("A01").at(1).period == DateRange{date_of("2026-02-01"), date_of("2026-03-01")});
}

TEST_CASE("two runs started at once: one of them") {
    BillingSample sample;
    std::atomic<int> started = 0, refused = 0;
    std::vector<std::thread> threads;
    std::vector<RunCommand> commands;
    for (int i = 0; i < 4; ++i) commands.push_back(sample.january());
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
            const auto run = start_run(sample.pool(), sample.clock(), commands[static_cast<std::size_t>(i)]);
            ++(run ? started : refused);
        });
    for (auto& thread : threads) thread.join();
    CHECK(started == 1);
    CHECK(refused == 3);
}

TEST_CASE("a run is cancelled before it gives out numbers, not after") {
    BillingSample sample;
    const auto run = sample.start(sample.january());
    auto options = sample.options(run);
    options.until = ExecuteOptions::After::check;
    sample.execute(options);
    CHECK(cancel_run(sample.pool(), run, {7, 1, sample.clock().now()}));
    CHECK(cancel_run(sample.pool(), run, {7, 1, sample.clock().now()}));
    // Once, in the name of who did it.
    CHECK(sample.count("core.audit where action = 'billing.run_cancelled'") == 1);
    CHECK(sample.count("core.audit where action = 'billing.run_cancelled' and actor_id = 7") == 1);
    CHECK(sample.count("core.outbox where topic = 'billing.run_cancelled'") == 1);
    const auto resources = load_resources(sample.pool(), sample.clock().now());
    CHECK(execute_run(sample.pool(), resources, options).error().code == RunRefusal::already_cancelled);
    CHECK(cancel_run(sample.pool(), 99, {7, 1, sample.clock().now()}).error().code == RunRefusal::unknown_run);
    CHECK(ask_stop(sample.pool(), 99, {7, 1, sample.clock().now()}).error().code == RunRefusal::unknown_run);
    CHECK(run_status(sample.pool(), 99).error().code == RunRefusal::unknown_run);
    CHECK(execute_run(sample.pool(), resources, sample.options(99)).error().code == RunRefusal::unknown_run);

    const auto next = sample.bill(sample.january());
    CHECK(sample.bills("A01").at(0).number == 1);
    CHECK(cancel_run(sample.pool(), next, {7, 1, sample.clock().now()}).error().code == RunRefusal::not_cancellable);
}

TEST_CASE("a run is not issued years ahead") {
    BillingSample sample;
    auto command = sample.january();
    command.issued_on = date_of("2190-01-01");
    CHECK(refusal(sample, command) == RunRefusal::bad_period);
}

TEST_CASE("runs that cannot start, or not go on") {
    BillingSample sample;
    auto command = sample.january();
    command.rules.period.to = command.rules.period.from;
    CHECK(refusal(sample, command) == RunRefusal::bad_period);
    command.rules.period.to = command.rules.period.from + std::chrono::days{367};
    CHECK(refusal(sample, command) == RunRefusal::bad_period);
    command = sample.january();
    command.cycle = "weekly";
    CHECK(refusal(sample, command) == RunRefusal::nobody_to_bill);
    ledger::set_period(sample.pool(), sample.clock(),
                       {.command_id = sample.january().command_id,
                        .legal_entity_id = 1,
                        .period = 202602,
                        .actor_id = sample.actor.actor_id});
    CHECK(refusal(sample, sample.january()) == RunRefusal::period_closed);

    sample.add_tariff({.key = "odd",
                       .charges = "\n  - {clause: power, kind: energy_flat, name: {en: P}, account: revenue.nowhere, "
                                  "price: \"1\"}",
                       .lines = "power: '0'"});
    sample.pass_time();
    const auto run = sample.start(sample.february());
    const auto resources = load_resources(sample.pool(), sample.clock().now());
    const auto done = execute_run(sample.pool(), resources, sample.options(run));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == RunRefusal::chart_incomplete);
    CHECK(done.error().text == "tariff odd 1, clause power: the chart of accounts has no 'revenue.nowhere'");
}

TEST_CASE("exceptions are accepted by a person and billed by the next run") {
    BillingSample sample;
    const auto run = sample.bill(sample.january());
    CHECK(sample.bills("A09").empty());
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        accept_cause(tx, sample.account("A09"), {Cause::bill_negative, date_of("2026-02-01"), "agreed"},
                     {sample.actor.actor_id, 1, sample.clock().now()});
    });
    sample.pass_time();
    const auto next = sample.bill(sample.january());
    CHECK(sample.status(next).bills == 1);
    CHECK(sample.bills("A09").at(0).total_minor == -450'00);
    CHECK(sample.owed("A09") == -450'00);
    CHECK(causes(sample, next) == std::vector<std::string>{"1 opening_read_missing"});
    CHECK(causes(sample, run).size() == 2);  // what was found then stays
    CHECK(sample.count("core.audit where action = 'billing.exception_accepted'") == 1);
}

TEST_CASE("a payment between check and issue finds its place") {
    BillingSample sample;
    const auto run = sample.start(sample.january());
    auto options = sample.options(run);
    options.until = ExecuteOptions::After::check;
    sample.execute(options);
    sample.pay("A01", 100'00);
    options.until = ExecuteOptions::After::issue;
    CHECK(sample.execute(options) == Executed::issued);
    CHECK(sample.owed("A01") == -40'00);
    CHECK(sample.bills("A01").at(0).entry_seq == 2);
}

TEST_CASE("payments while a run issues: nothing is lost") {
    BillingSample sample;
    auto command = sample.january();
    command.range_size = 2;
    const auto run = sample.start(command);
    std::atomic<bool> done = false;
    std::atomic<int> paid = 0;
    std::thread payer([&] {
        // At least once for each account, then for as long as the run takes.
        for (int i = 0; i < 6 || !done; ++i, ++paid) sample.pay(fmt::format("A{:02}", 1 + i % 6), 1);
    });
    CHECK(sample.execute(sample.options(run)) == Executed::issued);
    done = true;
    payer.join();
    CHECK(sample.count("payment.payment") == paid);
    std::int64_t owed = 0, billed = 0;
    for (int i = 1; i <= 6; ++i) {
        owed += sample.owed(fmt::format("A{:02}", i));
        billed += sample.bills(fmt::format("A{:02}", i)).at(0).total_minor;
    }
    CHECK(owed == billed - paid);
}
