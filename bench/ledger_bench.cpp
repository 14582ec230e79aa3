// Postings per second, beside a bare libpq loop of the same statements, COPY and other shapes of an entry, in one run.
//   ledger_bench FOLDER [books, default 300000]
// FOLDER gets a private cluster with fsync on (kept and used again). Medians of five rounds.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/core.h>
#include <functional>
#include <libpq-fe.h>
#include <thread>
#include <utility>

#include "ledger/journal_service.hpp"
#include "ledger/ledger_service.hpp"
#include "ledger/posting.hpp"
#include "ledger/verify_service.hpp"
#include "payment/payment_service.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

using namespace mainspring;
using Seconds = std::chrono::duration<double>;

namespace {

constexpr int kRounds = 5;
constexpr Currency kCurrency{{'C', 'N', 'Y'}};
constexpr CellId kCell{1};
const Date kDay{std::chrono::year{2026} / 3 / 1};
const SystemClock kClock;

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

double seconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return Seconds(std::chrono::steady_clock::now() - start).count();
}

// Calls of `step(thread)` a second by so many threads, for a second.
double rate(int threads, const std::function<std::function<void()>(int)>& make_step) {
    std::vector<std::function<void()>> steps;
    for (int t = 0; t < threads; ++t) steps.push_back(make_step(t));
    std::atomic<std::int64_t> done = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    std::vector<std::thread> workers;
    for (auto& step : steps)
        workers.emplace_back([&] {
            while (std::chrono::steady_clock::now() < end) {
                step();
                ++done;
            }
        });
    const double seconds = seconds_of([&] {
        for (auto& worker : workers) worker.join();
    });
    return static_cast<double>(done) / seconds;
}

// As of a bill, but an adjustment: the entry of a bill has a bill, and there are none here.
ledger::Entry bill_entry(const ledger::Chart& chart, std::int64_t book, std::size_t legs) {
    ledger::Draft draft;
    draft.book = {kCell, book};
    draft.command_id = Uuid::random_v7(kClock);
    draft.kind = ledger::EntryKind::adjustment;
    draft.legal_entity_id = draft.org_unit_id = draft.actor_id = 1;
    draft.business_date = kDay;
    draft.posted_at = Instant{kDay};
    draft.currency = kCurrency;
    draft.due_on = kDay + std::chrono::days{20};
    draft.legs = {{1110, 10'000, {}}, {1150, 1'300, {}}, {4110, -10'000, {}}, {2210, -1'300, {}}};
    if (legs == 7) {
        draft.legs.push_back({1160, 500, {}});
        draft.legs.push_back({4160, -300, {}});
        draft.legs.push_back({4111, -200, {}});
    }
    ledger::Head head;
    head.book = draft.book;
    return ledger::append(chart, head, {}, std::move(draft)).value();
}

// The statements of pay(), by libpq alone, in the same round trips; values come as text made beforehand.
class BareLoop {
public:
    explicit BareLoop(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
        prepare("hold", "select pg_advisory_xact_lock_shared(19536, 1)");
        prepare("period",
                "select exists (select 1 from ledger.period where legal_entity_id = 1 and period = 202603 and state = "
                "'closed')");
        prepare("read",
                "select * from ledger.entry where cell_id = 1 and book_id = $1::int8 and seq >= (select "
                "least(open_from, seq) "
                "from ledger.entry where cell_id = 1 and book_id = $1::int8 order by seq desc limit 1) order by seq");
        prepare("entry",
                "insert into ledger.entry (cell_id, book_id, seq, command_id, kind, legal_entity_id, org_unit_id, "
                "actor_id, "
                "business_date, posted_at, currency, accounts, amounts, settles_seq, settles_leg, balance_accounts, "
                "balances, open_from) "
                "values (1, $1::int8, 2, $2::uuid, 3, 1, 1, 1, '2026-03-01', '2026-03-01', 'CNY', '{1010,1110}', "
                "'{5000,-5000}', "
                "'{0,1}', '{0,1}', '{1110,1150}', '{5000,1300}', 1) on conflict do nothing returning seq");
        prepare("payment",
                "insert into payment.payment (cell_id, command_id, account_id, legal_entity_id, entry_seq, "
                "amount_minor, currency, "
                "method, reference, received_on, actor_id, recorded_at) values (1, $2::uuid, $1::int8, 1, 2, 5000, "
                "'CNY', 'cash', "
                "'R', '2026-03-01', 1, '2026-03-01') on conflict do nothing");
        prepare(
            "audit",
            "insert into core.audit (cell_id, at, actor_id, org_unit_id, command_id, action, object, detail) values "
            "(1, '2026-03-01', 1, 1, $2::uuid, 'payment.pay', 'account:1/' || $1::int8, '{\"seq\": 2, \"amount\": "
            "\"50.00\"}')");
        prepare(
            "outbox",
            "insert into core.outbox (cell_id, at, topic, key, payload) values (1, '2026-03-01', 'payment.received', "
            "'account:1/' || $1::int8, '{\"seq\": 2, \"amount\": \"50.00\"}')");
    }
    ~BareLoop() { PQfinish(connection_); }
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    void pay(std::int64_t book) {
        const std::string id = std::to_string(book);
        const std::string command = format_uuid(Uuid::random_v7(kClock));
        simple(
            "begin isolation level read committed read write;set local mainspring.actor = '1';set local "
            "mainspring.org_unit = '1'");
        pipeline({"hold", "period", "read"}, id, command);
        pipeline({"entry", "payment", "audit", "outbox"}, id, command);
        simple("commit");
    }
    void simple(const char* sql) { check(PQexec(connection_, sql)); }
    void prepare(const char* name, const char* sql) { check(PQprepare(connection_, name, sql, 0, nullptr)); }
    void pipeline(std::initializer_list<const char*> names, const std::string& book, const std::string& command) {
        PQenterPipelineMode(connection_);
        for (const char* name : names) {
            const std::string_view text = name;
            const bool none = text == "hold" || text == "period";
            const bool one = text == "read" || text == "outbox";
            const char* values[] = {book.c_str(), command.c_str()};
            PQsendQueryPrepared(connection_, name, none ? 0 : (one ? 1 : 2), values, nullptr, nullptr, 1);
        }
        PQpipelineSync(connection_);
        for (std::size_t i = 0; i < names.size(); ++i) {
            check(PQgetResult(connection_));
            PQclear(PQgetResult(connection_));
        }
        PQclear(PQgetResult(connection_));
        PQexitPipelineMode(connection_);
    }

private:
    static void check(PGresult* result) {
        const auto status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            fmt::print(stderr, "{}\n", PQresultErrorMessage(result));
            std::exit(1);
        }
        PQclear(result);
    }
    PGconn* connection_;
};

class Bench {
public:
    Bench(const std::string& folder, std::int64_t books)
        : cluster_options_{.folder = folder, .program = test_supervisor_program()},
          cluster_(cluster_options_),
          books_(books) {
        DatabaseOptions options;
        options.cluster = cluster_options_;
        options.app_connections = 18;
        Connection admin({.url = cluster_.url(), .database = "postgres", .user = std::string(kClusterSuperuser)});
        admin.exec_script("drop database if exists ledger_bench with (force)");
        admin.exec_script("create database ledger_bench owner mainspring_owner template template0");
        options.database = "ledger_bench";
        database_ = std::make_unique<Database>(open_database(options));
        if (!migrate(*database_)) std::exit(1);
        with_tx(owner(), TxOptions(), [](Tx& tx) {
            tx.exec_once(
                "insert into org.legal_entity (legal_entity_id, code, name, currency, zone) values (1, 'u', '{}', "
                "'CNY', 'UTC')");
            tx.exec_once("insert into org.org_unit values (1, 1, 'root', 'Root')");
            tx.exec_once("insert into org.cell values (1, 1, 1, 0)");
            tx.exec_once("insert into org.actor (actor_id, code, name) values (1, 'cash', 'Cash')");
            tx.exec_once(
                "insert into org.assignment values (1, 1, 'cashier', null, '0001-01-01', null, 1, '2026-01-01')");
        });
        chart_ = ledger::load_chart(app());
    }
    Pool& owner() { return database_->owner(); }
    Pool& app() { return database_->app(); }

    void run() {
        fill();
        copy_with_and_without_check();
        heads();
        payments();
        batches();
        shapes();
        const auto lease = owner().acquire();
        lease->exec_script("vacuum analyze ledger.entry");
        ledger::VerifyReport report;
        const double seconds = seconds_of([&] { report = ledger::verify(app()); });
        fmt::print("verify: {} entries of {} books in {:.2f} s, {} findings\n", report.entries, report.books, seconds,
                   report.findings_count);
    }

private:
    void fill() {
        std::vector<ledger::Entry> entries;
        for (std::int64_t book = 1; book <= books_; ++book) entries.push_back(bill_entry(chart_, book, 4));
        const double seconds =
            seconds_of([&] { with_tx(app(), TxOptions(), [&](Tx& tx) { ledger::copy_entries(tx, entries); }); });
        fmt::print("COPY of {} entries of 4 legs into the journal: {:.0f}/s\n", books_,
                   static_cast<double>(books_) / seconds);
        owner().acquire()->exec_script("vacuum analyze ledger.entry");
    }

    void copy_with_and_without_check() {
        constexpr std::int64_t kEntries = 100'000;
        std::vector<ledger::Entry> entries;
        for (std::int64_t book = 1; book <= kEntries; ++book) entries.push_back(bill_entry(chart_, book, 7));
        owner().acquire()->exec_script(
            "create schema bench; "
            "create table bench.checked (like ledger.entry including all); "
            "create table bench.unchecked (like ledger.entry including defaults including indexes)");
        const auto copy = [&](std::string_view table) {
            std::vector<double> rates;
            for (int round = 0; round < kRounds; ++round) {
                owner().acquire()->exec_script(fmt::format("truncate {}", table));
                rates.push_back(kEntries / seconds_of([&] {
                                    with_tx(owner(), TxOptions(), [&](Tx& tx) {
                                        CopyIn in =
                                            tx.copy_in({.table = table, .columns = ledger::kEntryCopyTarget.columns});
                                        ledger::EntryCopy writer;
                                        for (const auto& entry : entries) {
                                            writer.add(in.rows(), entry);
                                            in.end_row();
                                        }
                                        in.finish();
                                    });
                                }));
            }
            return median(rates);
        };
        const double with = copy("bench.checked"), without = copy("bench.unchecked");
        fmt::print("COPY of entries of 7 legs: {:.0f}/s with the checks, {:.0f}/s without ({:.2f})\n", with, without,
                   with / without);
    }

    void heads() {
        const auto measure = [&](const char* what, const std::function<void(Tx&, std::int64_t)>& read) {
            std::vector<double> rates;
            for (int round = 0; round < kRounds; ++round)
                rates.push_back(static_cast<double>(books_) / seconds_of([&] {
                                    with_tx(app(), TxOptions(), [&](Tx& tx) {
                                        for (std::int64_t from = 1; from <= books_; from += 1000) read(tx, from);
                                    });
                                }));
            fmt::print("heads of books, {}: {:.0f}/s, a million in {:.2f} s\n", what, median(rates),
                       1e6 / median(rates));
        };
        measure("lists of 1000", [&](Tx& tx, std::int64_t from) {
            std::vector<std::int64_t> ids;
            for (std::int64_t id = from; id < from + 1000; ++id) ids.push_back(id);
            ledger::heads(tx, kCell, ids);
        });
    }

    payment::PayCommand command() {
        return {.command_id = Uuid::random_v7(kClock),
                .account = {kCell, 1 + next_book_++ % books_, 1, kCurrency},
                .amount = {5'000, kCurrency},
                .method = payment::Method::cash,
                .reference = "R",
                .received_on = kDay,
                .actor_id = 1};
    }

    // Every payment goes to an account with one open bill that none has paid.
    void payments() {
        const payment::Desk desk{app(), kClock, chart_};
        const std::string conninfo = fmt::format("{} dbname='ledger_bench' user='{}'", cluster_.url(), kAppRole);
        for (const int threads : {1, 16}) {
            std::vector<double> ours, bare, ratios;
            for (int round = 0; round < kRounds; ++round) {
                ours.push_back(rate(threads, [&](int) {
                    return [&] {
                        if (!payment::pay(desk, command())) std::exit(1);
                    };
                }));
                bare.push_back(rate(threads, [&](int) {
                    auto loop = std::make_shared<BareLoop>(conninfo);
                    return [this, loop] { loop->pay(1 + next_book_++ % books_); };
                }));
                ratios.push_back(ours.back() / bare.back());
            }
            fmt::print("single durable payments, {} connections: {:.0f}/s, bare libpq {:.0f}/s, ratio {:.2f}\n",
                       threads, median(ours), median(bare), median(ratios));
        }
    }

    void batches() {
        const payment::Desk desk{app(), kClock, chart_};
        for (const int threads : {1, 2}) {
            std::vector<double> rates;
            for (int round = 0; round < kRounds; ++round)
                rates.push_back(1000 * rate(threads, [&](int) {
                                    return [&] {
                                        std::vector<payment::PayCommand> commands;
                                        for (int i = 0; i < 1000; ++i) commands.push_back(command());
                                        payment::pay_batch(desk, commands);
                                    };
                                }));
            fmt::print("durable payments in batches of 1000, {} connections: {:.0f}/s\n", threads, median(rates));
        }
    }

    // The same entry of four legs as one row, and as a header and four rows under a statement-level balance trigger.
    void shapes() {
        owner().acquire()->exec_script(R"(
            truncate bench.checked;
            create table bench.header (cell_id int4, book_id int8, seq int4, command_id uuid not null, kind int2,
                posted_at timestamptz,
                primary key (cell_id, book_id, seq), unique (cell_id, command_id));
            create table bench.leg (cell_id int4, book_id int8, seq int4, leg int2, account_no int4, amount int8,
                primary key (cell_id, book_id, seq, leg));
            create function bench.check_legs() returns trigger language plpgsql as $$ begin
                if exists (select 1 from fresh group by cell_id, book_id, seq having sum(amount) <> 0) then
                    raise 'unbalanced';
                end if;
                return null; end $$;
            create trigger balanced after insert on bench.leg referencing new table as fresh
                for each statement execute function bench.check_legs())");
        const std::string conninfo = fmt::format("{} dbname='ledger_bench' user='{}'", cluster_.url(), kOwnerRole);
        const auto measure = [&](std::initializer_list<const char*> names) {
            return rate(16, [&, names = std::vector<const char*>(names)](int) {
                auto loop = std::make_shared<BareLoop>(conninfo);
                loop->prepare("row",
                              "insert into bench.checked (cell_id, book_id, seq, command_id, kind, legal_entity_id, "
                              "org_unit_id, actor_id, "
                              "business_date, posted_at, currency, accounts, amounts, balance_accounts, balances, "
                              "open_from) values "
                              "(1, $1::int8, 1, $2::uuid, 3, 1, 1, 1, '2026-03-01', '2026-03-01', 'CNY', "
                              "'{1110,1150,4110,2210}', "
                              "'{5,1,-5,-1}', '{1110,1150}', '{5,1}', 1)");
                loop->prepare("header", "insert into bench.header values (1, $1::int8, 1, $2::uuid, 3, '2026-03-01')");
                loop->prepare(
                    "legs",
                    "insert into bench.leg select 1, $1::int8, 1, n, a, m from unnest('{1110,1150,4110,2210}'::int4[], "
                    "'{5,1,-5,-1}'::int8[]) with ordinality l(a, m, n) where $2::uuid is not null");
                return [this, loop, names] {
                    const std::string book = std::to_string(next_book_++);
                    const std::string id = format_uuid(Uuid::random_v7(kClock));
                    loop->simple("begin");
                    if (names.size() == 1)
                        loop->pipeline({names[0]}, book, id);
                    else
                        loop->pipeline({names[0], names[1]}, book, id);
                    loop->simple("commit");
                };
            });
        };
        std::vector<double> row, legs, ratios;
        for (int round = 0; round < kRounds; ++round) {
            row.push_back(measure({"row"}));
            legs.push_back(measure({"header", "legs"}));
            ratios.push_back(row.back() / legs.back());
        }
        fmt::print(
            "single entries of 4 legs, 16 connections: one row {:.0f}/s, header and rows {:.0f}/s, ratio {:.2f}\n",
            median(row), median(legs), median(ratios));
    }

    ClusterOptions cluster_options_;
    PrivateCluster cluster_;
    std::int64_t books_;
    std::unique_ptr<Database> database_;
    ledger::Chart chart_;
    std::atomic<std::int64_t> next_book_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "ledger_bench FOLDER [books]\n");
        return 2;
    }
    Bench(argv[1], argc > 2 ? std::atoll(argv[2]) : 300'000).run();
}
