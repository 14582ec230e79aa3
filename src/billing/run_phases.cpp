#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <thread>

#include "billing/run_work.hpp"
#include "ledger/journal_service.hpp"
#include "ledger/posting.hpp"
#include "org/command_log.hpp"

namespace mainspring::billing {

namespace {

TxOptions read_snapshot() { return {Isolation::repeatable_read, {}, Access::read_only}; }

}  // namespace

// Pool of workers

bool RangePool::stop_asked() {
    const std::lock_guard lock(mutex_);
    if (!stop_ &&
        with_tx(work_.pool, TxOptions(), [&](Tx& tx) { return store::find_run(tx, work_.run.run_id); })->stop_asked)
        stop_ = true;
    return stop_;
}

void RangePool::report(std::int64_t accounts) {
    const std::lock_guard lock(mutex_);
    done_ += accounts;
    if (work_.options.progress) work_.options.progress({phase_, done_, total_});
}

void RangePool::work_off(std::vector<RunRange*>& queue, const std::function<Worker()>& make) {
    try {
        const Worker worker = make();
        while (!stop_asked()) {
            const std::size_t at = next_++;
            if (at >= queue.size()) return;
            worker(*queue[at]);
            report(queue[at]->accounts);
        }
    } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        stop_ = true;
    }
}

bool RangePool::run(std::vector<RunRange>& ranges, RangeState todo, const std::function<Worker()>& make) {
    std::vector<RunRange*> queue;
    for (auto& range : ranges) {
        total_ += range.accounts;
        if (range.state == todo)
            queue.push_back(&range);
        else
            done_ += range.accounts;
    }
    std::vector<std::thread> threads;
    const auto count =
        std::min<std::size_t>(static_cast<std::size_t>(std::max(1, work_.options.workers)), queue.size());
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&] { work_off(queue, make); });
    for (auto& thread : threads) thread.join();
    if (failure_) std::rethrow_exception(failure_);
    return !stop_;
}

// Rate

RatedRange RangeRater::rate(const RunRange& range) {
    const Run& run = work_.run;
    with_tx(work_.pool, read_snapshot(), [&](Tx& tx) {
        facts_.load(tx,
                    {range.cell, range.account_from, range.account_to, run.legal_entity_id, run.cycle, run.rules.period,
                     run.rules.window_after_days, run.clock},
                    work_.tariffs);
    });
    RatedRange rated;
    AccountBiller biller(work_.context, range.cell.value);
    ReadyBill bill;
    std::vector<Exception> exceptions;
    static const BillChain kNoChain;
    for (const auto& account : facts_.accounts()) {
        ++rated.accounts;
        exceptions.clear();
        const BillChain* chain = facts_.chain_of(account.account_id);
        const auto outcome = biller.bill(
            {account, chain != nullptr ? *chain : kNoChain, facts_.accepted_of(account.account_id)}, bill, exceptions);
        if (outcome == AccountBiller::Outcome::billed) rated.spill.add(bill, account.org_unit_id);
        for (auto& exception : exceptions) rated.exceptions.push_back({account.account_id, std::move(exception)});
    }
    rated.totals = biller.totals();
    return rated;
}

bool rate_ranges(RunWork& work, std::vector<RunRange>& ranges) {
    RangePool pool(work, "rate");
    return pool.run(ranges, RangeState::open, [&]() -> RangePool::Worker {
        auto rater = std::make_shared<RangeRater>(work);
        return [&work, rater](RunRange& range) {
            const RatedRange rated = rater->rate(range);
            range.accounts = rated.accounts;
            range.bills = rated.spill.bills();
            range.exceptions = static_cast<std::int32_t>(rated.exceptions.size());
            range.digest = rated.spill.digest();
            work.spill.save(range.range_no, rated.spill.bytes());
            with_tx(work.pool, TxOptions(), [&](Tx& tx) {
                if (!store::mark_rated(tx, work.run.run_id, range)) return;  // another process was faster
                store::insert_exceptions(tx, work.run.run_id, range, work.run.clock, rated.exceptions);
                store::insert_totals(tx, work.run.run_id, range, rated.totals, work.context.postings);
            });
        };
    });
}

// Issue

namespace {

// The same run and account always give the same id, in the order of accounts, so that index inserts stay close.
Uuid command_of(std::int64_t run_id, std::int64_t account_id) {
    Uuid uuid;
    const auto run = static_cast<std::uint64_t>(run_id), account = static_cast<std::uint64_t>(account_id);
    for (unsigned i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(run >> (40 - 8 * i));
    uuid.bytes[6] = 0x80;  // RFC 9562 version 8
    uuid.bytes[8] = 0x80;  // variant
    for (unsigned i = 0; i < 7; ++i) uuid.bytes[9 + i] = static_cast<std::uint8_t>(account >> (48 - 8 * i));
    return uuid;
}

std::string hex(const Sha256& digest) { return fmt::format("{:02x}", fmt::join(digest, "")); }

class RangeIssuer {
public:
    explicit RangeIssuer(RunWork& work) : work_(work), rater_(work) {}

    void issue(RunRange& range) {
        const Checked checked = checked_bills(range);
        for (int attempt = 0;; ++attempt) try {
                with_tx(work_.pool, TxOptions(), [&](Tx& tx) { issue_in(tx, range, checked); });
                break;
            } catch (const InDoubt&) {
                // If it did happen, the next attempt finds the range issued.
                if (attempt == kAttempts) throw;
            } catch (const DbError& error) {
                // A payment took the place in a book that an entry of ours was to have.
                if (!error.is_unique_violation() || attempt == kAttempts) throw;
            }
        range.state = RangeState::issued;
        work_.spill.drop(range.range_no);
    }

private:
    static constexpr int kAttempts = 20;

    // The bills of a range as they were checked; or as they come out now, which a person accepted.
    struct Checked {
        std::vector<std::uint8_t> bytes;
        std::optional<RatedRange> changed = {};
    };

    void issue_in(Tx& tx, const RunRange& range, const Checked& checked) {
        if (store::lock_range(tx, work_.run.run_id, range) == RangeState::issued) return;
        ensure(range.first_number.has_value(), "a range without numbers is to be issued");
        ledger::hold_periods(tx, work_.run.legal_entity_id);
        if (!ledger::period_is_open(tx, work_.run.legal_entity_id, work_.run.issued_on)) throw PeriodClosed();
        if (checked.changed) take_changed(tx, range, *checked.changed);
        write(tx, range, checked.bytes);
        store::mark_issued(tx, work_.run.run_id, range);
        write_trail(tx, range);
    }

    Checked checked_bills(const RunRange& range) {
        if (auto kept = work_.spill.load(range.range_no, *range.digest)) return {std::move(*kept)};
        RatedRange again = rater_.rate(range);
        Checked checked{{again.spill.bytes().begin(), again.spill.bytes().end()}};
        if (again.spill.digest() == *range.digest) return checked;
        const std::string what =
            fmt::format("range {} of run {}: facts changed after the check", range.range_no, work_.run.run_id);
        if (again.spill.bills() != range.bills)
            refuse_changed(
                fmt::format("{}; it comes to {} bills now, and {} numbers are given out to it: it cannot be "
                            "issued before the facts are again as they were checked",
                            what, again.spill.bills(), range.bills));
        if (work_.options.changed == ExecuteOptions::Changed::refuse)
            refuse_changed(
                fmt::format("{}; its bills would no longer be those that were checked, unless they are "
                            "accepted: bill resume {} --accept-changed",
                            what, work_.run.run_id));
        checked.changed = std::move(again);
        return checked;
    }

    [[noreturn]] static void refuse_changed(const std::string& why) {
        throw DbError({.sqlstate = std::string(kFactsChanged), .message = why});
    }

    void take_changed(Tx& tx, const RunRange& range, const RatedRange& changed) {
        const Run& run = work_.run;
        RunRange now = range;
        now.digest = changed.spill.digest();
        store::forget_check(tx, run.run_id, now);
        store::insert_totals(tx, run.run_id, now, changed.totals, work_.context.postings);
        store::add_exceptions(tx, run.run_id, now, run.clock, changed.exceptions);
        const std::string detail = fmt::format(R"({{"bills": {}, "checked": "{}", "issued": "{}"}})", range.bills,
                                               hex(*range.digest), hex(*now.digest));
        org::write_trail(tx, work_.options.doer,
                         {range.cell, run.command_id, "billing.changes_accepted",
                          fmt::format("run {} range {}", run.run_id, range.range_no), detail});
    }

    static std::vector<std::int64_t> accounts_of(const std::vector<std::uint8_t>& bytes) {
        std::vector<std::int64_t> ids;
        SpillReader reader(bytes);
        while (const auto bill = reader.next()) ids.push_back(bill->account_id);
        return ids;
    }

    // Bills and entries of the range, each in one COPY; the heads of the books are read in the same transaction, and a
    // payment that comes in between makes the entry's key collide, so that the whole range is tried again.
    void write(Tx& tx, const RunRange& range, const std::vector<std::uint8_t>& bytes) {
        const auto heads = ledger::heads(tx, range.cell, accounts_of(bytes));
        auto head = heads.begin();
        SpillReader reader(bytes);
        CopyBuffer bills, entries;
        ledger::EntryCopy entry_copy;
        std::int64_t number = *range.first_number;
        while (auto bill = reader.next()) {
            store::Issue issue{work_.run.run_id, work_.run.legal_entity_id,
                               number++,         work_.run.issued_on,
                               work_.run.due_on, std::nullopt,
                               std::nullopt,     work_.run.clock};
            if (!bill->legs.empty()) {
                const ledger::Entry entry = entry_of(range, *bill, *head);
                entry_copy.add(entries, entry);
                issue.entry_seq = entry.seq;
            }
            store::BillCopy::put(bills, range.cell, *bill, issue);
            ++head;
        }
        copy(tx, store::BillCopy::target(), bills);
        copy(tx, ledger::kEntryCopyTarget, entries);
    }

    static void copy(Tx& tx, const CopyTarget& target, const CopyBuffer& rows) {
        if (rows.rows() == 0) return;
        CopyIn in = tx.copy_in(target);
        in.put_raw(rows);
        in.finish();
    }

    ledger::Entry entry_of(const RunRange& range, const SpilledBill& bill, ledger::Head head) const {
        ledger::Draft draft;
        draft.book = {range.cell, bill.account_id};
        draft.command_id = command_of(work_.run.run_id, bill.account_id);
        draft.kind = ledger::EntryKind::bill;
        draft.legal_entity_id = work_.run.legal_entity_id;
        draft.org_unit_id = bill.org_unit_id;
        draft.actor_id = work_.run.actor_id;
        draft.business_date = work_.run.issued_on;
        draft.posted_at = work_.run.clock;
        draft.currency = bill.currency;
        draft.source = bill.bill_seq;
        draft.due_on = work_.run.due_on;
        for (const auto& leg : bill.legs) draft.legs.push_back({leg.account_no, leg.amount_minor, {}});
        head.book = draft.book;
        auto entry = ledger::append(work_.chart, head, {}, std::move(draft));
        ensure(entry.has_value(), "a bill's entry is refused");
        return *entry;
    }

    void write_trail(Tx& tx, const RunRange& range) {
        const Run& run = work_.run;
        const std::string object = fmt::format("run {} range {}", run.run_id, range.range_no);
        const std::string detail =
            fmt::format(R"({{"bills": {}, "first_number": {}}})", range.bills, *range.first_number);
        org::write_audit(tx, work_.options.doer, {range.cell, run.command_id, "billing.issue", object, detail});
        org::write_outbox(tx, work_.options.doer.at, {range.cell, "billing.issued", object, detail});
    }

    RunWork& work_;
    RangeRater rater_;
};

}  // namespace

bool issue_ranges(RunWork& work, std::vector<RunRange>& ranges) {
    RangePool pool(work, "issue");
    return pool.run(ranges, RangeState::rated, [&]() -> RangePool::Worker {
        auto issuer = std::make_shared<RangeIssuer>(work);
        return [issuer](RunRange& range) { issuer->issue(range); };
    });
}

}  // namespace mainspring::billing
