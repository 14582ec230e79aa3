#include <atomic>
#include <cstdlib>
#include <doctest/doctest.h>
#include <limits>
#include <set>
#include <thread>

#include "ledger/book_service.hpp"
#include "ledger/verify_service.hpp"
#include "payment/payment_service.hpp"
#include "support/ledger_sample.hpp"

using namespace mainspring;
using namespace mainspring::payment;
using ledger::Check;

namespace {

const FixedClock kClock{Instant{day(2026, 3, 10)}};

struct Office {
    Office() {
        set_up_entity(database);
        chart = ledger::load_chart(pool());
    }
    // Whatever a test did, the books must be right.
    ~Office() {
        const auto report = ledger::verify(pool());
        for (const auto& finding : report.findings)
            MESSAGE(text_of(finding.check), " ", finding.where, " ", finding.detail);
        CHECK(report.good());
    }
    Pool& pool() { return database.app(); }
    Desk desk() { return {pool(), kClock, chart}; }
    void charge(std::int64_t account, std::int64_t energy, std::int64_t tax, Date on = day(2026, 2, 27)) {
        post_charge(pool(), chart, account, {.energy = energy, .tax = tax, .on = on});
    }
    PayCommand command(std::int64_t account, std::int64_t minor) {
        return {.command_id = next_command(),
                .account = {kSampleCell, account, 1, kSampleCurrency},
                .amount = {minor, kSampleCurrency},
                .method = Method::cash,
                .reference = "R",
                .received_on = day(2026, 3, 9),
                .actor_id = 5};
    }
    UndoCommand undo_of(const PayCommand& paid) {
        return {.command_id = next_command(),
                .cell_id = kSampleCell,
                .payment_command_id = paid.command_id,
                .reason = "cheque \"bounced\"",
                .business_date = day(2026, 3, 10),
                .actor_id = 1};  // who takes payments does not take them back
    }
    std::int64_t owed(std::int64_t account) { return ledger::account_balance(pool(), {kSampleCell, account}).total; }
    std::vector<ledger::Item> open(std::int64_t account) {
        return ledger::open_items(pool(), chart, {kSampleCell, account});
    }
    std::int64_t count(const std::string& from) {
        return with_tx(database.read(), TxOptions(),
                       [&](Tx& tx) { return tx.exec_once("select count(*) from " + from).one().get<std::int64_t>(0); });
    }

    TestDatabase database;
    ledger::Chart chart;
};

template <class Fn>
void in_threads(int n, Fn fn) {
    std::vector<std::thread> threads;
    for (int t = 0; t < n; ++t) threads.emplace_back(fn, t);
    for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("a payment settles items, leaves a receipt, an audit row and a message") {
    Office office;
    office.charge(7, 1000, 130);
    const auto command = office.command(7, 1200);
    const auto paid = pay(office.desk(), command);
    REQUIRE(paid.has_value());
    CHECK(paid->entry_seq == 2);
    CHECK(paid->shares == std::vector<ledger::Share>{{{1, 1}, 1110, 1000}, {{1, 2}, 1150, 130}});
    CHECK(paid->credit == 70);
    CHECK(office.owed(7) == -70);
    CHECK(office.count("payment.payment where account_id = 7 and entry_seq = 2 and amount_minor = 1200") == 1);
    CHECK(office.count("core.audit where action = 'payment.pay' and actor_id = 5 and command_id is not null") == 1);
    CHECK(office.count("core.outbox where topic = 'payment.received' and payload->>'amount' = '12.00'") == 1);

    CHECK((pay(office.desk(), command) == paid));
    CHECK(office.count("payment.payment") == 1);
    CHECK(office.count("core.outbox") == 1);
}

TEST_CASE("the same payment and undoing on another day, the day left open, are answered as the first time") {
    Office office;
    office.charge(7, 1000, 130);
    const FixedClock later{kClock.now() + std::chrono::days{1}};
    const Desk next_day{office.pool(), later, office.chart};
    auto open = office.command(7, 100);
    open.received_on.reset();
    const auto paid = pay(office.desk(), open);
    REQUIRE(paid.has_value());
    CHECK(office.count("payment.payment where received_on = '2026-03-10'") == 1);
    CHECK((pay(next_day, open) == paid));
    auto other = open;
    other.received_on = day(2026, 3, 11);
    CHECK((pay(next_day, other).error() == PaymentRefusal::command_reused));

    auto batched = office.command(7, 200);
    batched.received_on.reset();
    const auto in_batch = pay_batch(office.desk(), {&batched, 1});
    REQUIRE(in_batch.at(0).has_value());
    CHECK((pay_batch(next_day, {&batched, 1}).at(0) == in_batch.at(0)));
    CHECK(office.count("payment.payment where received_on = '2026-03-10'") == 2);

    auto taken_back = office.undo_of(open);
    taken_back.business_date.reset();
    const auto undone = undo(office.desk(), taken_back);
    REQUIRE(undone.has_value());
    CHECK((undo(next_day, taken_back) == undone));
    CHECK(office.count("ledger.entry where command_id = (select command_id from payment.reversal) and "
                       "business_date = '2026-03-10'") == 1);
}

TEST_CASE("an actor who may not take payments is refused before anything else") {
    Office office;
    office.charge(7, 1000, 130);
    const auto done = office.command(7, 100);
    REQUIRE(pay(office.desk(), done).has_value());
    auto command = office.command(7, 100);
    command.actor_id = 6;
    CHECK(pay(office.desk(), command).error() == PaymentRefusal::access);
    command.amount.minor = 0;
    CHECK(pay(office.desk(), command).error() == PaymentRefusal::access);
    auto repeated = done;
    repeated.actor_id = 6;
    CHECK(pay(office.desk(), repeated).error() == PaymentRefusal::access);
    command.amount.minor = 100;
    const std::vector batch{office.command(7, 50), command};
    const auto answers = pay_batch(office.desk(), batch);
    CHECK(answers[0].has_value());
    CHECK(answers[1].error() == PaymentRefusal::access);
    auto undoing = office.undo_of(done);
    for (const std::int32_t actor : {5, 6}) {  // the cashier who took it; an auditor
        undoing.actor_id = actor;
        CHECK(undo(office.desk(), undoing).error() == PaymentRefusal::access);
    }
    undoing.payment_command_id = next_command();
    CHECK(undo(office.desk(), undoing).error() == PaymentRefusal::access);
    CHECK(office.count("payment.payment") == 2);
    CHECK(office.count("payment.reversal") == 0);
}

TEST_CASE(
    "an actor of another utility is refused, whatever the command says of the account; the unit is the account's") {
    Office office;
    office.charge(7, 1000, 130);
    with_tx(office.database.owner(), TxOptions(), [](Tx& tx) {
        tx.exec_once(
            "insert into org.legal_entity (legal_entity_id, code, name, currency, zone) "
            "values (2, 'u2', '{\"en\": \"Other\"}', 'CNY', 'Asia/Shanghai')");
        tx.exec_once("insert into org.org_unit values (2, 2, 'other', 'Other'), (3, 1, 'desk', 'Desk')");
        tx.exec_once("insert into org.unit_place values (3, '0001-01-01', 1, 1, 1, '2026-01-01')");
        tx.exec_once("insert into org.cell values (2, 1, 3, 0)");
        tx.exec_once("insert into org.actor (actor_id, code, name) values (7, 'alien', 'Alien'), (8, 'desk', 'Desk')");
        tx.exec_once(
            "insert into org.assignment values (107, 7, 'cashier', 2, '0001-01-01', null, 1, '2026-01-01'), "
            "(108, 8, 'cashier', 3, '0001-01-01', null, 1, '2026-01-01')");
    });
    const auto done = office.command(7, 100);
    REQUIRE(pay(office.desk(), done).has_value());
    for (const std::int32_t actor : {7, 8}) {  // of another utility; of a unit below the account's
        for (const std::int32_t entity : {1, 2}) {
            auto command = office.command(7, 100);
            command.actor_id = actor;
            command.account.legal_entity_id = entity;
            CHECK(pay(office.desk(), command).error() == PaymentRefusal::access);
            CHECK(pay_batch(office.desk(), {&command, 1}).at(0).error() == PaymentRefusal::access);
        }
        auto undoing = office.undo_of(done);
        undoing.actor_id = actor;
        CHECK(undo(office.desk(), undoing).error() == PaymentRefusal::access);
    }
    auto mistaken = office.command(7, 100);
    mistaken.account.legal_entity_id = 2;
    CHECK(pay(office.desk(), mistaken).error() == PaymentRefusal::unknown_account);

    auto below = office.command(9, 100);
    below.account.cell_id = CellId{2};
    below.actor_id = 8;
    REQUIRE(pay(office.desk(), below).has_value());
    auto from_above = office.command(9, 100);
    from_above.account.cell_id = CellId{2};
    REQUIRE(pay_batch(office.desk(), {&from_above, 1}).at(0).has_value());
    CHECK(office.count("ledger.entry where cell_id = 2 and org_unit_id = 3") == 2);
    CHECK(office.count("core.audit where cell_id = 2 and org_unit_id = 3 and actor_id in (5, 8)") == 2);
}

TEST_CASE("every refusal of pay and undo has a case") {
    Office office;
    office.charge(7, 1000, 130);
    const auto done = office.command(7, 100);
    REQUIRE(pay(office.desk(), done).has_value());
    const auto refusal = [&](PayCommand command) { return pay(office.desk(), command).error(); };

    auto other = done;
    other.amount.minor = 101;
    CHECK(refusal(other) == PaymentRefusal::command_reused);
    other = done;
    other.account.account_id = 8;
    CHECK(refusal(other) == PaymentRefusal::command_reused);
    other = done;
    other.amount.minor = -1;
    CHECK(refusal(other) == PaymentRefusal::command_reused);
    CHECK(refusal(office.command(-3, 5)) == PaymentRefusal::unknown_account);
    auto ahead = office.command(7, 5);
    ahead.received_on = day(2199, 1, 1);
    CHECK(refusal(ahead) == PaymentRefusal::period_closed);
    CHECK(refusal(office.command(7, 0)) == PaymentRefusal::amount_not_positive);
    auto foreign = office.command(7, 5);
    foreign.amount.currency = Currency{{'E', 'U', 'R'}};
    CHECK(refusal(foreign) == PaymentRefusal::currency_differs);
    foreign.account.currency = foreign.amount.currency;
    CHECK(refusal(foreign) == PaymentRefusal::currency_differs);
    REQUIRE(pay(office.desk(), office.command(9, ledger::kMostMinor)).has_value());
    CHECK(refusal(office.command(9, ledger::kMostMinor + 1)) == PaymentRefusal::out_of_range);
    CHECK(refusal(office.command(9, std::numeric_limits<std::int64_t>::max())) == PaymentRefusal::out_of_range);

    CHECK(undo(office.desk(), office.undo_of(office.command(7, 1))).error() == PaymentRefusal::unknown_payment);
    auto reused = office.undo_of(done);
    reused.command_id = done.command_id;
    CHECK(undo(office.desk(), reused).error() == PaymentRefusal::command_reused);
    ledger::set_period(office.pool(), kClock,
                       {.command_id = next_command(), .legal_entity_id = 1, .period = 202603, .actor_id = 1});
    CHECK(refusal(office.command(7, 5)) == PaymentRefusal::period_closed);
    CHECK(undo(office.desk(), office.undo_of(done)).error() == PaymentRefusal::period_closed);
    CHECK(pay(office.desk(), done).has_value());
}

TEST_CASE("undo restores the items exactly, once, and takes matches of the credit with it") {
    Office office;
    office.charge(7, 1000, 130);
    const auto before = office.open(7);
    const auto command = office.command(7, 1300);
    REQUIRE(pay(office.desk(), command).has_value());
    office.charge(7, 400, 52);
    auto matching = adjustment(7, {});
    const auto matched = ledger::match(office.pool(), kClock, office.chart, matching);
    REQUIRE(matched.has_value());
    REQUIRE(matched->has_value());
    CHECK(office.owed(7) == 282);

    const auto undoing = office.undo_of(command);
    const auto undone = undo(office.desk(), undoing);
    REQUIRE(undone.has_value());
    CHECK(undone->entry_seq == 6);
    const auto after = office.open(7);
    REQUIRE(after.size() == 4);
    CHECK(std::equal(before.begin(), before.end(), after.begin()));
    CHECK(office.owed(7) == 1582);

    CHECK((undo(office.desk(), undoing) == undone));
    CHECK(undo(office.desk(), office.undo_of(command)).error() == PaymentRefusal::already_undone);
    CHECK((ledger::match(office.pool(), kClock, office.chart, matching) == matched));
    CHECK_FALSE(ledger::match(office.pool(), kClock, office.chart, adjustment(7, {})).value().has_value());
    CHECK(office.count("payment.reversal") == 1);
    CHECK(office.count("core.outbox where topic = 'payment.undone' and payload->>'reason' = 'cheque \"bounced\"'") ==
          1);
}

TEST_CASE("credit that an adjustment used cannot be taken back") {
    Office office;
    const auto command = office.command(7, 300);
    REQUIRE(pay(office.desk(), command).has_value());
    REQUIRE(ledger::post(office.pool(), kClock, office.chart, adjustment(7, {{2110, 100, {1, 2}}, {1020, -100, {}}})));
    CHECK(undo(office.desk(), office.undo_of(command)).error() == PaymentRefusal::credit_used);
    CHECK(office.owed(7) == -200);
}

TEST_CASE("eight tellers at one account: nothing is lost") {
    Office office;
    for (int i = 0; i < 10; ++i) office.charge(7, 1000 + i, 130);
    const std::int64_t owed = office.owed(7);
    std::atomic<std::int64_t> sum = 0;
    in_threads(8, [&](int t) {
        for (int i = 0; i < 15; ++i) {
            auto command = office.command(7, 0);
            static std::atomic<std::uint8_t> serial = 0;
            command.command_id.bytes[0] = static_cast<std::uint8_t>(t + 1);
            command.command_id.bytes[1] = serial++;
            command.amount.minor = 50 + t + i;
            if (pay(office.desk(), command)) sum += command.amount.minor;
        }
    });
    CHECK(office.count("payment.payment") == 120);
    CHECK(office.count("ledger.entry where book_id = 7") == 130);
    CHECK(office.owed(7) == owed - sum);
}

TEST_CASE("one command from eight callers at once is one payment") {
    Office office;
    office.charge(7, 1000, 130);
    const auto command = office.command(7, 600);
    std::vector<std::optional<std::expected<PaymentResult, PaymentRefusal>>> answers(8);
    in_threads(8, [&](int t) { answers[static_cast<std::size_t>(t)] = pay(office.desk(), command); });
    for (const auto& answer : answers) {
        REQUIRE(answer->has_value());
        CHECK((*answer == *answers[0]));
    }
    CHECK(office.count("payment.payment") == 1);
    CHECK(office.owed(7) == 530);
}

TEST_CASE("one undo from eight callers at once is one reversal") {
    Office office;
    office.charge(7, 1000, 130);
    const auto paid = office.command(7, 600);
    REQUIRE(pay(office.desk(), paid).has_value());
    const auto same = office.undo_of(paid);
    std::vector<UndoCommand> commands(8, same);
    for (std::size_t t = 4; t < 8; ++t) commands[t] = office.undo_of(paid);
    std::atomic<int> done = 0;
    in_threads(8,
               [&](int t) { done += undo(office.desk(), commands[static_cast<std::size_t>(t)]).has_value() ? 1 : 0; });
    CHECK((done == 4 || done == 1));
    CHECK(office.count("payment.reversal") == 1);
    CHECK(office.owed(7) == 1130);
}

TEST_CASE("a batch answers each payment, also doubled, refused and known ones") {
    Office office;
    for (std::int64_t account = 1; account <= 20; ++account) office.charge(account, 1000, 130);
    std::vector<PayCommand> commands;
    for (std::int64_t account = 1; account <= 20; ++account)
        commands.push_back(office.command(account, 1130 + account));
    commands.push_back(office.command(3, 500));
    commands.push_back(commands[0]);
    commands.push_back(office.command(4, 0));
    const auto answers = pay_batch(office.desk(), commands);
    REQUIRE(answers.size() == 23);
    CHECK(answers[2]->credit == 3);
    CHECK(answers[20]->credit == 500);
    CHECK((answers[21] == answers[0]));
    CHECK(answers[22].error() == PaymentRefusal::amount_not_positive);
    CHECK(office.count("payment.payment") == 21);
    CHECK(office.owed(3) == -503);

    commands.push_back(office.command(5, 1));
    const auto again = pay_batch(office.desk(), commands);
    CHECK(std::equal(answers.begin(), answers.end(), again.begin()));
    CHECK(again.back().has_value());
    CHECK(office.count("payment.payment") == 22);
}

TEST_CASE("batches and single payments beside each other lose nothing") {
    Office office;
    for (std::int64_t account = 1; account <= 5; ++account) office.charge(account, 100'000, 130);
    std::vector<std::vector<PayCommand>> work(4);
    for (auto& commands : work)
        for (int i = 0; i < 30; ++i) commands.push_back(office.command(1 + i % 5, 10));
    std::atomic<int> done = 0;
    in_threads(4, [&](int t) {
        const auto& commands = work[static_cast<std::size_t>(t)];
        if (t == 0)
            for (const auto& command : commands) done += pay(office.desk(), command).has_value() ? 1 : 0;
        else
            for (const auto& answer : pay_batch(office.desk(), commands)) done += answer.has_value() ? 1 : 0;
    });
    CHECK(done == 120);
    CHECK(office.count("payment.payment") == 120);
}

TEST_CASE("a connection lost at COMMIT is resolved by the command id") {
    Office office;
    office.charge(7, 1000, 130);
    // The first COMMIT that would write a payment loses its connection.
    with_tx(office.database.owner(), TxOptions(), [](Tx& tx) {
        tx.exec_once("create sequence payment.commits");
        tx.exec_once(
            "create function payment.cut() returns trigger language plpgsql as $$ begin "
            "if nextval('payment.commits') = 1 then perform pg_terminate_backend(pg_backend_pid()), pg_sleep(60); end "
            "if; "
            "return null; end $$");
        tx.exec_once(
            "create constraint trigger cut after insert on payment.payment deferrable initially deferred "
            "for each row execute function payment.cut()");
    });
    const auto paid = pay(office.desk(), office.command(7, 600));
    REQUIRE(paid.has_value());
    CHECK(paid->entry_seq == 2);
    CHECK(office.count("payment.payment") == 1);
    CHECK(office.owed(7) == 530);
}

TEST_CASE("connections cut at any moment: every payment is done exactly once") {
    Office office;
    office.charge(7, 100'000, 130);
    constexpr int kPayments = 150;
    std::atomic<int> round = 0;
    // One cut a payment, wherever it finds the payment's connection at work.
    std::thread killer([&] {
        for (int seen = 0; seen < kPayments; ++seen) {
            while (round <= seen) std::this_thread::yield();
            with_tx(office.database.superuser(), TxOptions(), [&](Tx& tx) {
                for (int tries = 0; tries < 20 && round == seen + 1; ++tries)
                    if (!tx.exec_once("select pg_terminate_backend(pid) from pg_stat_activity "
                                      "where datname = current_database() and usename = 'mainspring_app' "
                                      "and (state = 'active' or state like 'idle in%') limit 1")
                             .empty())
                        return;
            });
        }
    });
    int lost = 0;
    for (int i = 0; i < kPayments; ++i) {
        const auto command = office.command(7, 10);
        round = i + 1;
        // A caller repeats the command with its id until it has an answer.
        for (bool answered = false; !answered;) {
            try {
                answered = pay(office.desk(), command).has_value();
            } catch (const DbError&) {
                ++lost;
            }
        }
    }
    killer.join();
    MESSAGE("connections lost: ", lost);
    CHECK(office.count("payment.payment") == kPayments);
    CHECK(office.owed(7) == 100'130 - 10 * kPayments);
}
