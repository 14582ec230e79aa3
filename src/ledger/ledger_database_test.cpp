#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <thread>

#include "ledger/book_service.hpp"
#include "ledger/hledger_service.hpp"
#include "ledger/trial_balance_service.hpp"
#include "ledger/verify_service.hpp"
#include "money/money.hpp"
#include "support/ledger_sample.hpp"

using namespace mainspring;
using namespace mainspring::ledger;

namespace {

const FixedClock kClock{Instant{day(2026, 3, 10)}};

struct Books {
    Books() {
        set_up_entity(database);
        chart = load_chart(pool());
    }
    Pool& pool() { return database.app(); }
    void charge(std::int64_t book, std::int64_t energy, std::int64_t tax) {
        post_charge(pool(), chart, book, {.energy = energy, .tax = tax, .on = day(2026, 2, 27)});
    }
    void owner(const char* sql) {
        with_tx(database.owner(), TxOptions(), [&](Tx& tx) { tx.exec_once(sql); });
    }
    std::string sqlstate_as_app(const char* sql) {
        try {
            with_tx(pool(), TxOptions(), [&](Tx& tx) { tx.exec_once(sql); });
        } catch (const DbError& error) {
            return error.sqlstate();
        }
        return "";
    }
    std::vector<Check> findings() {
        std::vector<Check> checks;
        for (const Finding& finding : verify(pool()).findings) checks.push_back(finding.check);
        return checks;
    }

    TestDatabase database;
    Chart chart;
};

std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char part[4096];
    while (const std::size_t size = fread(part, 1, sizeof part, pipe)) text.append(part, size);
    CHECK_MESSAGE(pclose(pipe) == 0, text);
    return text;
}

}  // namespace

TEST_CASE("what is stored is what was decided") {
    Books books;
    books.charge(7, 1000, 130);
    auto command = adjustment(7, {{1010, 400, {}}, {1110, -400, {1, 1}}});
    const auto posted = post(books.pool(), kClock, books.chart, command);
    REQUIRE(posted.has_value());
    with_tx(books.pool(), TxOptions(), [&](Tx& tx) {
        const auto entries = entries_of(tx, {kSampleCell, 7});
        REQUIRE(entries.size() == 2);
        CHECK(entries[1] == *posted);
        CHECK(read_book(tx, {kSampleCell, 7}).head == head_of(*posted));
        CHECK(read_book(tx, {kSampleCell, 8}).head.seq == 0);
        const std::int64_t ids[] = {9, 7};
        const auto found = heads(tx, kSampleCell, ids);
        REQUIRE(found.size() == 2);
        CHECK(found[0] == Head{.book = {kSampleCell, 9}, .seq = 0, .currency = {}, .open_from = 1, .balances = {}});
        CHECK(found[1] == head_of(*posted));
        CHECK(find_by_command(tx, kSampleCell, command.command_id) == posted.value());
    });
    CHECK(account_balance(books.pool(), {kSampleCell, 7}).total == 730);
    CHECK(open_items(books.pool(), books.chart, {kSampleCell, 7}).size() == 2);
    const auto page = statement(books.pool(), books.chart, {kSampleCell, 7}, {day(2026, 3, 1), day(2026, 4, 1)});
    CHECK(page.opening == 1130);
    REQUIRE(page.lines.size() == 1);
    CHECK(page.lines[0].balance == 730);
    CHECK(page.closing == 730);
}

TEST_CASE("the same command again is the same entry; another request under its id is refused") {
    Books books;
    auto command = adjustment(7, {{1110, 50, {}}, {4160, -50, {}}});
    const auto first = post(books.pool(), kClock, books.chart, command);
    CHECK(post(books.pool(), kClock, books.chart, command) == first);
    command.legs = {{1110, 51, {}}, {4160, -51, {}}};
    CHECK(post(books.pool(), kClock, books.chart, command).error() == PostingRefusal::command_reused);
    CHECK(post(books.pool(), kClock, books.chart, adjustment(7, {{1110, 51, {}}, {4160, -50, {}}})).error() ==
          PostingRefusal::unbalanced);
    CHECK(account_balance(books.pool(), {kSampleCell, 7}).total == 50);
}

TEST_CASE("the database itself refuses what is unbalanced, doubled or changed") {
    Books books;
    books.charge(7, 1000, 130);
    const std::string insert =
        "insert into ledger.entry (cell_id, book_id, seq, command_id, kind, legal_entity_id, org_unit_id, actor_id, "
        "business_date, posted_at, currency, accounts, amounts, balance_accounts, balances, open_from) values "
        "(1, 7, %, gen_random_uuid(), 7, 1, 1, 1, '2026-03-01', '2026-03-01', 'CNY', '{1010,4160}', '{5,%}', '{}', "
        "'{}', 1)";
    const auto with = [&](const char* seq, const char* amount) {
        std::string sql = insert;
        sql.replace(sql.find('%'), 1, seq);
        sql.replace(sql.find('%'), 1, amount);
        return books.sqlstate_as_app(sql.c_str());
    };
    CHECK(with("2", "-4") == "23514");
    CHECK(with("2", "0") == "23514");
    CHECK(with("1", "-5") == "23505");
    CHECK(with("2", "-5").empty());
    CHECK(books.sqlstate_as_app("update ledger.entry set amounts = amounts") == "42501");
    CHECK(books.sqlstate_as_app("delete from ledger.entry") == "42501");
    CHECK(books.sqlstate_as_app("truncate ledger.entry") == "42501");
    CHECK(books.sqlstate_as_app("update ledger.account set control = false") == "42501");
    CHECK(books.sqlstate_as_app("insert into core.transition values ('a', 'b', 'c')") == "42501");
    CHECK(books.sqlstate_as_app("update payment.payment set amount_minor = 1") == "42501");
}

TEST_CASE("numbers have no gaps, whoever takes them and however often a taker fails") {
    Books books;
    std::atomic<std::int64_t> taken = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                const auto done = with_tx(books.pool(), TxOptions(), [&](Tx& tx) -> std::expected<int, int> {
                    take_numbers(tx, {.legal_entity_id = 1, .series = "bill", .count = t + 1});
                    if (i % 3 == 0) return std::unexpected(0);
                    return 0;
                });
                if (done) taken += t + 1;
            }
        });
    for (auto& thread : threads) thread.join();
    const auto next = with_tx(books.pool(), TxOptions(), [](Tx& tx) {
        return take_numbers(tx, {.legal_entity_id = 1, .series = "bill", .count = 1});
    });
    CHECK(next == taken + 1);
}

TEST_CASE("an actor who may not keep the books posts, matches and closes nothing") {
    Books books;
    auto command = adjustment(7, {{1110, 50, {}}, {4160, -50, {}}});
    REQUIRE(post(books.pool(), kClock, books.chart, command).has_value());
    for (const std::int32_t actor : {5, 6, 99}) {
        command.actor_id = actor;
        CHECK(post(books.pool(), kClock, books.chart, command).error() == PostingRefusal::access);
        command.command_id = next_command();
        CHECK(post(books.pool(), kClock, books.chart, command).error() == PostingRefusal::access);
        CHECK(match(books.pool(), kClock, books.chart, command).error() == PostingRefusal::access);
        CHECK_FALSE(
            set_period(books.pool(), kClock,
                       {.command_id = next_command(), .legal_entity_id = 1, .period = 202603, .actor_id = actor})
                .has_value());
        command = adjustment(7, {{1110, 50, {}}, {4160, -50, {}}});
    }
    CHECK(post(books.pool(), kClock, books.chart, adjustment(7, {{1110, 1, {}}, {4160, -1, {}}})).has_value());
}

TEST_CASE("a closed period takes no entry until it is open again") {
    Books books;
    const auto set = [&](PeriodState state) {
        return set_period(books.pool(), kClock,
                          {.command_id = next_command(),
                           .legal_entity_id = 1,
                           .period = 202603,
                           .state = state,
                           .actor_id = 1})
            .value();
    };
    const auto command = adjustment(7, {{1110, 50, {}}, {4160, -50, {}}});
    const auto kept = post(books.pool(), kClock, books.chart, command);
    CHECK(set(PeriodState::closed));
    CHECK_FALSE(set(PeriodState::closed));
    CHECK(post(books.pool(), kClock, books.chart, adjustment(7, {{1110, 1, {}}, {4160, -1, {}}})).error() ==
          PostingRefusal::period_closed);
    CHECK(post(books.pool(), kClock, books.chart, command) == kept);
    CHECK(books.findings().empty());
    // Past the service, behind the period's back: the auditor sees it.
    post_charge(books.pool(), books.chart, 7, {.energy = 5, .tax = 1, .on = day(2026, 3, 20)});
    CHECK(books.findings() == std::vector<Check>{Check::period_violated});
    CHECK(set(PeriodState::open));
    CHECK(post(books.pool(), kClock, books.chart, adjustment(7, {{1110, 1, {}}, {4160, -1, {}}})).has_value());
    CHECK(books.findings().empty());  // opened before that day came
    const auto messages = with_tx(books.database.read(), TxOptions(), [](Tx& tx) {
        return tx
            .exec_once("select count(*) from core.outbox where topic in ('ledger.period.closed', 'ledger.period.open')")
            .one()
            .get<std::int64_t>(0);
    });
    CHECK(messages == 2);
}

TEST_CASE("opening a month again does not excuse what slipped in while it was closed") {
    Books books;
    const auto set = [&](PeriodState state, Date on) {
        return set_period(books.pool(), FixedClock(Instant{on}),
                          {.command_id = next_command(),
                           .legal_entity_id = 1,
                           .period = 202603,
                           .state = state,
                           .actor_id = 1})
            .value();
    };
    const auto slip_in = [&](Date on) { post_charge(books.pool(), books.chart, 7, {.energy = 5, .tax = 1, .on = on}); };
    slip_in(day(2026, 3, 5));
    CHECK(set(PeriodState::closed, day(2026, 3, 10)));
    CHECK(set(PeriodState::open, day(2026, 3, 12)));
    slip_in(day(2026, 3, 20));
    CHECK(set(PeriodState::closed, day(2026, 3, 25)));
    CHECK(books.findings().empty());
    slip_in(day(2026, 3, 11));
    CHECK(books.findings() == std::vector<Check>{Check::period_violated});
    slip_in(day(2026, 3, 26));
    CHECK(books.findings().size() == 2);
    CHECK(set(PeriodState::open, day(2026, 3, 27)));
    CHECK(books.findings().size() == 2);
}

TEST_CASE("closing a period waits for postings under way") {
    Books books;
    std::atomic<bool> closed = false;
    std::thread closer;
    with_tx(books.pool(), TxOptions(), [&](Tx& tx) {
        hold_periods(tx, 1);
        CHECK(period_is_open(tx, 1, day(2026, 3, 1)));
        closer = std::thread([&] {
            set_period(books.pool(), kClock,
                       {.command_id = next_command(), .legal_entity_id = 1, .period = 202603, .actor_id = 1});
            closed = true;
        });
        // Until the closer is seen waiting for our lock.
        while (tx.exec_once("select 1 from pg_locks where locktype = 'advisory' and not granted "
                            "and database = (select oid from pg_database where datname = current_database())")
                   .empty())
            std::this_thread::yield();
        CHECK_FALSE(closed);
    });
    closer.join();
    CHECK(closed);
}

TEST_CASE("the read model and the journal agree, also about what came after the roll-up") {
    Books books;
    books.charge(7, 1000, 130);
    books.charge(8, 500, 65);
    const auto first = rollup(books.pool(), kClock, kSampleCell);
    CHECK(first.rows == 4);
    books.charge(9, 70, 9);
    const auto both = [&](const TrialBalanceQuery& query) {
        const auto journal = trial_balance(books.pool(), query, TrialBalanceSource::journal);
        CHECK(journal.is_balanced());
        CHECK(journal == trial_balance(books.pool(), query, TrialBalanceSource::read_model));
        return journal;
    };
    CHECK(both({}).rows().at({1, kSampleCurrency, 1110}).debits == 1570);
    CHECK(both({.upto = day(2026, 1, 1), .posted_upto = {}, .legal_entity_id = {}, .org_unit_id = {}}).rows().empty());
    CHECK(both({.upto = {}, .posted_upto = {}, .legal_entity_id = 2, .org_unit_id = {}}).rows().empty());
    CHECK(rollup(books.pool(), kClock, kSampleCell).from_tx == first.upto_tx);
    CHECK(rollup(books.pool(), kClock, kSampleCell).rows == 0);
    both({});
    CHECK(books.findings().empty());
    const Instant before{day(2026, 2, 1)};
    CHECK(trial_balance(books.pool(), {.upto = {}, .posted_upto = before, .legal_entity_id = {}, .org_unit_id = {}},
                        TrialBalanceSource::journal)
              .rows()
              .empty());
}

TEST_CASE("a sum that leaves 64 bits is a sum like any other") {
    constexpr std::int64_t kLarge = 9'000'000'000'000'000'000;
    Books books;
    books.charge(7, kLarge, 1);
    books.charge(8, kLarge, 1);
    rollup(books.pool(), kClock, kSampleCell);
    books.charge(9, kLarge, 1);
    const auto journal = trial_balance(books.pool(), {}, TrialBalanceSource::journal);
    CHECK(journal == trial_balance(books.pool(), {}, TrialBalanceSource::read_model));
    CHECK(journal.is_balanced());
    CHECK(journal.rows().at({1, kSampleCurrency, 1110}) == Turnover{.debits = Int128{kLarge} * 3, .credits = 0});
    CHECK(journal.rows().at({1, kSampleCurrency, 4110}).balance() == Int128{kLarge} * -3);
    CHECK(books.findings().empty());
    std::ostringstream exported;
    export_hledger(books.pool(), exported);
    CHECK(exported.str().find("= -270000000000000000.00 CNY") != std::string::npos);
}

TEST_CASE("a roll-up misses no entry of a transaction that commits late") {
    Books books;
    books.charge(7, 1000, 130);
    with_tx(books.pool(), TxOptions(), [&](Tx& tx) {
        // This transaction's number is below those that commit while it runs.
        Entry entry = entries_of(tx, {kSampleCell, 7}).front();
        entry.book.book_id = 8;
        entry.command_id = next_command();
        REQUIRE(insert_entry(tx, entry));
        books.charge(9, 10, 1);
        rollup(books.pool(), kClock, kSampleCell);
    });
    rollup(books.pool(), kClock, kSampleCell);
    const auto model = trial_balance(books.pool(), {}, TrialBalanceSource::read_model);
    CHECK(model.rows().at({1, kSampleCurrency, 1110}).debits == 2010);
    CHECK(model == trial_balance(books.pool(), {}, TrialBalanceSource::journal));
    CHECK(books.findings().empty());
}

TEST_CASE("verify names what was tampered with") {
    Books books;
    books.charge(7, 1000, 130);
    books.charge(7, 500, 65);
    REQUIRE(
        post(books.pool(), kClock, books.chart, adjustment(7, {{1010, 400, {}}, {1110, -400, {1, 1}}})).has_value());
    rollup(books.pool(), kClock, kSampleCell);
    REQUIRE(books.findings().empty());

    const auto plant = [&](const char* change, const char* back) {
        books.owner(change);
        const auto found = books.findings();
        books.owner(back);
        CHECK(books.findings().empty());
        return found;
    };
    CHECK(plant("update ledger.entry set amounts = '{1001,129,-1000,-130}' where seq = 1",
                "update ledger.entry set amounts = '{1000,130,-1000,-130}' where seq = 1")[0] == Check::balances_wrong);
    CHECK(plant("update ledger.entry set balances[1] = 1 where seq = 2",
                "update ledger.entry set balances[1] = 1500 where seq = 2") == std::vector{Check::balances_wrong});
    CHECK(plant("update ledger.entry set open_from = 2 where seq = 3",
                "update ledger.entry set open_from = 1 where seq = 3") == std::vector{Check::open_from_wrong});
    CHECK(plant("update ledger.entry set settles_leg[2] = 2 where seq = 3",
                "update ledger.entry set settles_leg[2] = 1 where seq = 3") ==
          std::vector{Check::settles_nothing_known});
    CHECK(plant("update ledger.entry set seq = 9 where seq = 3", "update ledger.entry set seq = 3 where seq = 9")[0] ==
          Check::seq_gap);
    CHECK(plant("update ledger.entry set currency = 'EUR' where seq = 3",
                "update ledger.entry set currency = 'CNY' where seq = 3")[0] == Check::currency_changed);
    CHECK(plant("update ledger.account_day set debits = debits + 1 where account_no = 1010",
                "update ledger.account_day set debits = debits - 1 where account_no = 1010") ==
          std::vector{Check::read_model_differs});
    CHECK(plant("update ledger.entry set reverses_seq = 1, kind = 4 where seq = 3",
                "update ledger.entry set reverses_seq = null, kind = 7 where seq = 3") ==
          std::vector{Check::reversal_wrong});
    CHECK(plant("insert into ledger.series values (1, 'bill', 4)", "delete from ledger.series") ==
          std::vector{Check::series_gap});
    CHECK(plant("update ledger.entry set legal_entity_id = 77 where seq = 3",
                "update ledger.entry set legal_entity_id = 1 where seq = 3")
              .back() == Check::reference_missing);
    for (const char* kind : {"1", "2"})
        CHECK(plant(fmt::format("update ledger.entry set kind = {}, source = 3 where seq = 1", kind).c_str(),
                    "update ledger.entry set kind = 7, source = 0 where seq = 1")
                  .back() == Check::reference_missing);
    CHECK(plant("insert into metering.register_read (cell_id, service_point_id, read_at, device_id, version, read_on, "
                "register_no, value_micro, quality, source) "
                "values (1, 404, '2026-03-01Z', 1, 1, '2026-03-01', '{1}', '{0}', 'A', 1)",
                "delete from metering.register_read") == std::vector{Check::reference_missing});
    books.owner(
        "do $$ begin execute (select format('alter table ledger.entry drop constraint %I', conname) from pg_constraint "
        "where conrelid = 'ledger.entry'::regclass and pg_get_constraintdef(oid) like '%balanced%'); end $$");
    CHECK(plant("update ledger.entry set amounts[1] = 401 where seq = 3",
                "update ledger.entry set amounts[1] = 400 where seq = 3") ==
          std::vector{Check::entry_unbalanced, Check::read_model_differs});
    books.owner("update ledger.entry set amounts = '{2000,-2000}' where seq = 3");
    const auto found = books.findings();
    CHECK(std::ranges::find(found, Check::over_settled) != found.end());
}

TEST_CASE("hledger reads the export and agrees on every balance") {
    if (std::system("hledger --version > /dev/null 2>&1") != 0) {
        MESSAGE("SKIPPED: hledger agrees on every balance: hledger is not installed");
        return;
    }
    Books books;
    for (std::int64_t book = 1; book <= 5; ++book) {
        books.charge(book, 1000 * book + 7, 130 * book);
        books.charge(book, 99 * book, -3 * book);
        REQUIRE(post(books.pool(), kClock, books.chart,
                     adjustment(book, {{1020, 500, {}}, {1110, -400, {1, 1}}, {2110, -100, {}}}))
                    .has_value());
    }
    REQUIRE(post(books.pool(), kClock, books.chart, adjustment(-1, {{1020, 900, {}}, {1010, -900, {}}})).has_value());

    const std::string file = (std::filesystem::temp_directory_path() / (books.database.name() + ".journal")).string();
    std::ofstream out(file);
    CHECK(export_hledger(books.pool(), out) == 16);
    out.close();
    const std::string csv =
        output_of("hledger -f " + file + " balance --flat --depth 2 --empty --no-total -O csv 2>&1");
    std::filesystem::remove(file);

    std::map<std::string, std::string> theirs;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        const auto middle = line.find("\",\"");
        REQUIRE(middle != std::string::npos);
        const std::string name = line.substr(1, middle - 1);
        theirs[name.substr(name.find(':') + 1)] = line.substr(middle + 3, line.size() - middle - 4);
    }
    const auto ours = trial_balance(books.pool(), {}, TrialBalanceSource::journal);
    CHECK(ours.rows().size() == 7);
    for (const auto& [key, turnover] : ours.rows()) {
        const Account* account = books.chart.find(key.account_no);
        const std::string name = std::to_string(key.account_no) + " " + account->key;
        CHECK_MESSAGE(theirs[name] == format_sum(turnover.balance(), key.currency) + " CNY", name, " in ", csv);
    }
}
