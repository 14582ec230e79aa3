#include "billing/rebill_service.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "ledger/allocation.hpp"
#include "ledger/journal_service.hpp"
#include "ledger/posting.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"
#include "org/org_service.hpp"

namespace mainspring::billing {

namespace {

// Thrown within the transaction: a balance of the account would leave 64 bits.
struct BeyondBook {};

using store::StoredBill;

std::unexpected<RebillProblem> refuse(RebillRefusal code, std::string text) {
    return std::unexpected(RebillProblem{code, std::move(text)});
}

constexpr std::string_view kTryAgain = "40001";  // with_tx does

// The command's result as kept with it, and back.
std::string pack(const std::vector<RebilledBill>& bills) {
    std::string text = "[";
    for (const auto& bill : bills)
        text += fmt::format(R"({}[{}, {}, {}, {}, {}, {}, {}, "{}"])", text.size() > 1 ? ", " : "", bill.old_number,
                            bill.credit_note_number, bill.new_number, bill.period.from.time_since_epoch().count(),
                            bill.period.days(), bill.old_minor, bill.new_minor, bill.currency.text());
    return text + "]";
}

std::vector<RebilledBill> unpack(std::string_view text) {
    std::vector<RebilledBill> bills;
    const Json json = stored_json(text);
    for (const Json& row : json.items()) {
        const auto number = [&](std::size_t i) { return row.items().at(i).integer(); };
        const Date from{std::chrono::days{number(3)}};
        bills.push_back({number(0),
                         number(1),
                         number(2),
                         {from, from + std::chrono::days{number(4)}},
                         number(5),
                         number(6),
                         currency_of(row.items().at(7).text()).value()});
    }
    return bills;
}

struct Days {
    Date issued_on, due_on;
    Instant now;
};

// One rebilling inside its transaction: the account's chain and book as they grow.
class Rebilling {
public:
    Rebilling(Tx& tx, const RunResources& resources, const RebillCommand& command, const Days& days)
        : tx_(tx), resources_(resources), command_(command), days_(days), now_(days.now) {}

    std::expected<std::vector<RebilledBill>, RebillProblem> run(const StoredBill& first) {
        if (const auto sound = gather(first); !sound) return std::unexpected(sound.error());
        for (auto bill = wrong_.rbegin(); bill != wrong_.rend(); ++bill) cancel(*bill);
        if (command_.mode == RebillCommand::Mode::rebill)
            for (std::size_t i = 0; i < wrong_.size(); ++i)
                if (const auto billed = bill_again(i); !billed) return std::unexpected(billed.error());
        match();
        write();
        return results_;
    }

private:
    struct NewRow {
        SpilledBill bill;
        store::Issue issue;
        std::string_view series;
        std::vector<std::uint8_t> derivation, carry;
        Sha256 sha256{};
        std::size_t result = 0;  // index into results_
    };

    std::expected<void, RebillProblem> gather(const StoredBill& first) {
        cell_ = first.cell;
        account_id_ = first.account_id;
        all_ = store::bills_of_account(tx_, cell_, account_id_);
        std::vector<std::int32_t> cancelled;
        for (const auto& bill : all_)
            if (bill.cancels_seq) cancelled.push_back(*bill.cancels_seq);
        std::vector<StoredBill> active;
        for (const auto& bill : all_)
            if (bill.kind == BillKind::bill && std::ranges::find(cancelled, bill.bill_seq) == cancelled.end())
                active.push_back(bill);
        const auto at = std::ranges::find(active, first.bill_seq, &StoredBill::bill_seq);
        if (at == active.end())
            return refuse(RebillRefusal::already_cancelled, fmt::format("bill {} is cancelled already", first.number));
        if (at != active.begin()) decode((at - 1)->carry, chain_.carry);
        wrong_.assign(at, active.end());
        chain_.last_seq = all_.back().bill_seq;
        // Carries from before each cancelled bill, for its credit note.
        for (auto bill = at; bill != active.end(); ++bill)
            carry_before_.push_back(bill == active.begin() ? std::vector<std::uint8_t>() : (bill - 1)->carry);
        const ledger::BookKey book{cell_, account_id_};
        entries_ = ledger::entries_of(tx_, book);
        if (!entries_.empty()) head_ = ledger::head_of(entries_.back());
        head_.book = book;
        for (const auto& bill : wrong_)
            results_.push_back({bill.number, 0, 0, bill.period, bill.total_minor, 0, bill.currency});
        return {};
    }

    std::vector<ledger::Item> items() const { return ledger::items_of(resources_.chart, entries_); }

    ledger::Draft draft(ledger::EntryKind kind, std::int64_t source, const StoredBill& bill) {
        ledger::Draft draft;
        draft.book = head_.book;
        draft.command_id = ledger::derived_command(command_.command_id, ++commands_);
        draft.kind = kind;
        draft.legal_entity_id = bill.legal_entity_id;
        draft.org_unit_id = command_.org_unit_id;
        draft.actor_id = command_.actor_id;
        draft.business_date = days_.issued_on;
        draft.posted_at = now_;
        draft.currency = bill.currency;
        draft.source = source;
        return draft;
    }

    std::int32_t post(ledger::Draft draft) {
        auto entry = ledger::append(resources_.chart, head_, items(), std::move(draft));
        if (!entry && entry.error() == ledger::PostingRefusal::out_of_range) throw BeyondBook();
        ensure(entry.has_value(), "an entry of a rebilling is refused");
        // A payment was first: it does not wait for the book's lock at its first attempt.
        if (!ledger::insert_entry(tx_, *entry))
            throw DbError({.sqlstate = std::string(kTryAgain), .message = "an entry of a rebilling collides"});
        head_ = ledger::head_of(*entry);
        entries_.push_back(*entry);
        return entry->seq;
    }

    void cancel(const StoredBill& old) {
        NewRow row;
        BillHead head;
        head.cell_id = cell_.value;
        head.account_id = account_id_;
        head.bill_seq = ++chain_.last_seq;
        head.kind = BillKind::cancellation;
        head.cancels_seq = old.bill_seq;
        head.period = old.period;
        head.issued_on = head.due_on = days_.issued_on;
        head.currency = old.currency;
        head.total_minor = -old.total_minor;
        encode(head, row.derivation);
        const auto place = static_cast<std::size_t>(&old - wrong_.data());
        row.carry = carry_before_[place];
        if (row.carry.empty()) encode(Carry{}, row.carry);
        row.series = ledger::kCreditNoteSeries;
        row.result = place;
        row.issue.cancels_seq = old.bill_seq;
        if (old.entry_seq) row.issue.entry_seq = post_cancellation(old, head.bill_seq);
        add(std::move(row), head, old);
    }

    std::int32_t post_cancellation(const StoredBill& old, std::int32_t bill_seq) {
        const auto entry = std::ranges::find(entries_, *old.entry_seq, &ledger::Entry::seq);
        ensure(entry != entries_.end(), "a bill's entry is missing");
        auto cancellation = draft(ledger::EntryKind::cancellation, bill_seq, old);
        cancellation.reverses_seq = entry->seq;
        cancellation.legs = ledger::cancellation_legs(resources_.chart, *entry, items());
        return post(std::move(cancellation));
    }

    void add(NewRow row, const BillHead& head, const StoredBill& old) {
        row.bill.account_id = account_id_;
        row.bill.bill_seq = head.bill_seq;
        row.bill.replaces_seq = head.replaces_seq;
        row.bill.period = head.period;
        row.bill.currency = head.currency;
        row.bill.total_minor = head.total_minor;
        row.bill.flags = head.flags;
        row.sha256 = sha256_of(row.derivation);
        row.issue.run_id = old.run_id;
        row.issue.legal_entity_id = old.legal_entity_id;
        row.issue.issued_on = head.issued_on;
        row.issue.due_on = head.due_on;
        row.issue.recorded_at = now_;
        rows_.push_back(std::move(row));
    }

    std::expected<void, RebillProblem> bill_again(std::size_t place) {
        const StoredBill& old = wrong_[place];
        auto run = store::find_run(tx_, old.run_id);
        ensure(run.has_value(), "a bill's run is missing");
        run->issued_on = days_.issued_on;
        run->due_on = days_.due_on;
        auto context = make_context(*run, resources_);
        if (!context) return refuse(RebillRefusal::chart_incomplete, context.error().text);
        RangeFacts facts;
        facts.load(tx_,
                   {cell_, account_id_, account_id_, old.legal_entity_id, run->cycle, run->rules.period,
                    run->rules.window_after_days, now_},
                   index_of(resources_), chain_.carry);
        if (facts.accounts().empty()) return {};
        AccountBiller biller(*context, cell_.value);
        ReadyBill ready;
        std::vector<Exception> exceptions;
        const Account& account = facts.accounts().front();
        const auto outcome =
            biller.bill({account, chain_, facts.accepted_of(account_id_), {old.bill_seq}}, ready, exceptions);
        if (outcome == AccountBiller::Outcome::held_back)
            return refuse(RebillRefusal::held_back,
                          fmt::format("bill {}: {}: {}", old.number, text_of(exceptions.front().cause),
                                      exceptions.front().detail));
        if (outcome == AccountBiller::Outcome::nothing_to_bill) return {};
        add_bill(std::move(ready), old, place);
        return {};
    }

    void add_bill(ReadyBill ready, const StoredBill& old, std::size_t place) {
        NewRow row;
        row.series = ledger::kBillSeries;
        row.result = place;
        if (!ready.legs.empty()) {
            auto entry = draft(ledger::EntryKind::bill, ready.head.bill_seq, old);
            entry.due_on = days_.due_on;
            for (const auto& leg : ready.legs) entry.legs.push_back({leg.account_no, leg.amount_minor, {}});
            row.issue.entry_seq = post(std::move(entry));
        }
        results_[place].new_minor = ready.head.total_minor;
        chain_.last_seq = ready.head.bill_seq;
        decode(ready.carry, chain_.carry);
        row.derivation = std::move(ready.derivation);
        row.carry = std::move(ready.carry);
        add(std::move(row), ready.head, old);
    }

    // Credits that the cancellation set free pay the new bills, oldest due first.
    void match() {
        const auto open = ledger::open_items(resources_.chart, entries_);
        auto legs = ledger::match_legs(open);
        if (legs.empty()) return;
        auto entry = draft(ledger::EntryKind::match, 0, wrong_.front());
        entry.legs = std::move(legs);
        post(std::move(entry));
    }

    // Numbers last: they lock their series until the end of the transaction.
    void write() {
        CopyBuffer copied;
        for (auto& row : rows_) {
            row.issue.number = ledger::take_numbers(tx_, {row.issue.legal_entity_id, row.series, 1});
            auto& result = results_[row.result];
            (row.issue.cancels_seq ? result.credit_note_number : result.new_number) = row.issue.number;
            row.bill.derivation = row.derivation;
            row.bill.carry = row.carry;
            row.bill.sha256 = row.sha256;
            store::BillCopy::put(copied, cell_, row.bill, row.issue);
        }
        CopyIn in = tx_.copy_in(store::BillCopy::target());
        in.put_raw(copied);
        in.finish();
    }

    Tx& tx_;
    const RunResources& resources_;
    const RebillCommand& command_;
    Days days_;
    Instant now_;
    CellId cell_;
    std::int64_t account_id_ = 0;
    std::vector<StoredBill> all_, wrong_;
    std::vector<std::vector<std::uint8_t>> carry_before_;
    BillChain chain_;
    std::vector<ledger::Entry> entries_;
    ledger::Head head_;
    std::uint32_t commands_ = 0;
    std::vector<NewRow> rows_;
    std::vector<RebilledBill> results_;
};

std::unexpected<RebillProblem> beyond_book() {
    return refuse(RebillRefusal::out_of_range, "an amount, or the account's balance with it, would be too large");
}

std::string request_of(const RebillCommand& command) {
    return fmt::format("{} {} {}", command.bill.legal_entity_id, command.bill.number, request_text(command));
}

}  // namespace

std::expected<void, RebillProblem> may_rebill(Tx& tx, const RebillCommand& command) {
    const auto allowed =
        org::require_of_utility(tx, command.actor_id, org::Permission::bill, command.bill.legal_entity_id);
    if (!allowed) return refuse(RebillRefusal::access, allowed.error().text);
    return {};
}

std::string request_text(const RebillCommand& command) {
    const std::string issued = command.issued_on ? format_date(*command.issued_on) : "today";
    const std::string due = command.issued_on ? format_date(*command.issued_on + std::chrono::days{command.due_days})
                                              : fmt::format("+{}", command.due_days);
    return fmt::format("{} {} {} {}", static_cast<int>(command.mode), issued, due, command.reason);
}

namespace {

Days days_of(Tx& tx, const RebillCommand& command, Instant today, Instant now) {
    const Date issued =
        command.issued_on ? *command.issued_on : org::local_date(tx, command.bill.legal_entity_id, today);
    return {issued, issued + std::chrono::days{command.due_days}, now};
}

}  // namespace

// The use case is read committed, so that what is read after a lock is younger than the lock: runs, periods, the book.
// The facts do not change underneath all the same: those known at `now` are all there since the look, and rows of facts
// never change.
std::expected<std::vector<RebilledBill>, RebillProblem> rebill(Pool& pool, const Clock& clock,
                                                               const RebillCommand& command) {
    LatestResources resources(pool);
    return rebill(pool, clock, command, resources);
}

std::expected<std::vector<RebilledBill>, RebillProblem> rebill(Pool& pool, const Clock& clock,
                                                               const RebillCommand& command, LatestResources& latest) {
    const auto look = with_tx(pool, TxOptions(), [&](Tx& tx) -> std::expected<Instant, RebillProblem> {
        if (const auto allowed = may_rebill(tx, command); !allowed) return std::unexpected(allowed.error());
        return org::moment_of_look(tx, clock.now());
    });
    if (!look) return std::unexpected(look.error());
    const Instant now = *look;
    const RunResources& resources = latest.as_of(now);
    const auto use_case = [&](Tx& tx) -> std::expected<std::vector<RebilledBill>, RebillProblem> {
        store::keep_runs_from_starting(tx, command.bill.legal_entity_id);
        const std::string request = request_of(command);
        const auto first = store::find_bill(tx, command.bill);
        if (!first) return refuse(RebillRefusal::unknown_bill, fmt::format("there is no bill {}", command.bill.number));
        // A repetition under way at the same time waits here, and then finds the command.
        ledger::queue_for_book(tx, {first->cell, first->account_id});
        const org::Command logged{first->cell, command.command_id, "billing.rebill", request};
        const auto known = org::find_command(tx, logged);
        if (!known) return refuse(RebillRefusal::command_reused, known.error());
        if (*known) return unpack(**known);
        if (first->kind != BillKind::bill) return refuse(RebillRefusal::not_a_bill, "a credit note cannot be rebilled");
        if (const auto run = store::unfinished_run(tx, first->legal_entity_id))
            return refuse(RebillRefusal::unfinished_run, fmt::format("run {} is under way: finish it first", *run));
        ledger::hold_periods(tx, first->legal_entity_id);
        const Days days = days_of(tx, command, clock.now(), now);
        if (!ledger::period_is_open(tx, first->legal_entity_id, days.issued_on))
            return refuse(RebillRefusal::period_closed, "the ledger period of the issue date is closed");
        if (ledger::is_too_far_ahead(days.issued_on, now))
            return refuse(RebillRefusal::period_closed,
                          fmt::format("the day of issue {} is years ahead", format_date(days.issued_on)));
        auto result = Rebilling(tx, resources, command, days).run(*first);
        if (!result) return result;
        const org::Doer doer{command.actor_id, command.org_unit_id, now};
        org::record_command(tx, logged, doer, pack(*result));
        const std::string object = fmt::format("account {}:{}", first->cell.value, first->account_id);
        const std::string detail =
            fmt::format(R"({{"reason": {}, "bills": {}}})", json_string(command.reason), pack(*result));
        org::write_trail(tx, doer, {first->cell, command.command_id, "billing.rebilled", object, detail});
        return result;
    };
    try {
        return with_tx_resolved(pool, TxOptions(), use_case,
                                [](Tx&) -> std::optional<std::expected<std::vector<RebilledBill>, RebillProblem>> {
                                    return std::nullopt;  // the repetition finds the command recorded
                                });
    } catch (const BeyondBook&) {
        return beyond_book();
    }
}

}  // namespace mainspring::billing
