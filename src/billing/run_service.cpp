#include "billing/run_service.hpp"

#include <fmt/format.h>
#include <numeric>

#include "billing/resources.hpp"
#include "billing/run_work.hpp"
#include "customer/billing_stream.hpp"
#include "ledger/journal_service.hpp"
#include "ledger/posting.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"
#include "org/org_service.hpp"

namespace mainspring::billing {

namespace {

std::unexpected<RunProblem> refuse(RunRefusal code, std::string text) {
    return std::unexpected(RunProblem{code, std::move(text)});
}

std::expected<void, RunProblem> may_bill(Tx& tx, std::int32_t actor_id, std::int32_t org_unit_id) {
    const auto allowed = org::require(tx, actor_id, {org::Permission::bill, org_unit_id});
    if (!allowed) return refuse(RunRefusal::access, allowed.error().text);
    return {};
}

std::vector<RunRange> cut_into_ranges(Tx& tx, const RunCommand& command) {
    std::vector<RunRange> ranges;
    for (const auto& part :
         customer::account_ranges(tx, {command.legal_entity_id, command.cycle, command.range_size})) {
        RunRange range;
        range.cell = part.cell;
        range.range_no = static_cast<std::int32_t>(ranges.size()) + 1;
        range.account_from = part.account_from;
        range.account_to = part.account_to - 1;
        range.accounts = static_cast<std::int32_t>(part.count);
        ranges.push_back(range);
    }
    return ranges;
}

std::expected<void, RunProblem> check_command(Tx& tx, const RunCommand& command) {
    const DateRange period = command.rules.period;
    if (period.days() <= 0 || period.days() > 366)
        return refuse(RunRefusal::bad_period, fmt::format("the period {} to {} is not between a day and a year",
                                                          format_date(period.from), format_date(period.to)));
    if (const auto other = store::unfinished_run(tx, command.legal_entity_id))
        return refuse(RunRefusal::unfinished_run,
                      fmt::format("run {} of this utility is not finished: resume or cancel it first", *other));
    if (!ledger::period_is_open(tx, command.legal_entity_id, command.issued_on))
        return refuse(RunRefusal::period_closed,
                      fmt::format("the ledger period of {} is closed", format_date(command.issued_on)));
    return {};
}

Run run_of(const RunCommand& command, Instant now) {
    Run run;
    run.command_id = command.command_id;
    run.legal_entity_id = command.legal_entity_id;
    run.cycle = command.cycle;
    run.rules = command.rules;
    run.clock = now;
    run.issued_on = command.issued_on;
    run.due_on = command.due_on;
    run.actor_id = command.actor_id;
    run.org_unit_id = command.org_unit_id;
    return run;
}

// The run made before by this command id, if it was asked for the same.
std::expected<std::int64_t, RunProblem> same_run(Tx& tx, std::int64_t run_id, const RunCommand& command) {
    const auto run = store::find_run(tx, run_id);
    if (run->legal_entity_id == command.legal_entity_id && run->cycle == command.cycle &&
        run->rules.period == command.rules.period)
        return run_id;
    return refuse(RunRefusal::command_reused, fmt::format("the command id was used for run {}, another one", run_id));
}

}  // namespace

std::expected<std::int64_t, RunProblem> start_run(Pool& pool, const Clock& clock, const RunCommand& command) {
    const auto start = [&](Tx& tx) -> std::expected<std::int64_t, RunProblem> {
        const auto utility = org::find_utility(tx, command.legal_entity_id);
        if (!utility) return refuse(RunRefusal::unknown_utility, "there is no such utility");
        if (const auto allowed = may_bill(tx, command.actor_id, utility->root_unit_id); !allowed)
            return std::unexpected(allowed.error());
        store::keep_runs_out(tx, command.legal_entity_id);
        if (const auto known = store::run_of_command(tx, command.command_id)) return same_run(tx, *known, command);
        if (const auto sound = check_command(tx, command); !sound) return std::unexpected(sound.error());
        // Before the accounts are cut into ranges: those of an import that comes in between would be in none.
        const Instant now = org::moment_of_look(tx, clock.now());
        if (ledger::is_too_far_ahead(command.issued_on, now))
            return refuse(RunRefusal::bad_period,
                          fmt::format("the day of issue {} is years ahead", format_date(command.issued_on)));
        const auto ranges = cut_into_ranges(tx, command);
        if (ranges.empty())
            return refuse(RunRefusal::nobody_to_bill, fmt::format("no account of cycle '{}'", command.cycle));
        const auto run_id = store::insert_run(tx, run_of(command, now), ranges);
        if (!run_id) return *store::run_of_command(tx, command.command_id);
        const std::string object = fmt::format("run {}", *run_id);
        org::write_trail(tx, {command.actor_id, command.org_unit_id, now},
                         {org::kNoCell, command.command_id, "billing.run_started", object});
        return *run_id;
    };
    return with_tx_resolved(pool, TxOptions(), start,
                            [&](Tx& tx) -> std::optional<std::expected<std::int64_t, RunProblem>> {
                                if (const auto known = store::run_of_command(tx, command.command_id)) return *known;
                                return std::nullopt;
                            });
}

namespace {

// The run, for someone who may bill in its unit.
std::expected<Run, RunProblem> run_to_change(Tx& tx, std::int64_t run_id, const org::Doer& doer) {
    auto run = store::find_run(tx, run_id);
    if (!run) return refuse(RunRefusal::unknown_run, fmt::format("there is no run {}", run_id));
    if (const auto allowed = may_bill(tx, doer.actor_id, run->org_unit_id); !allowed)
        return std::unexpected(allowed.error());
    return *std::move(run);
}

// Who releases bills need not be one who makes them.
std::expected<Run, RunProblem> run_to_work_on(Tx& tx, const ExecuteOptions& options) {
    if (options.until == ExecuteOptions::After::issue)
        if (auto run = store::find_run(tx, options.run_id))
            if (org::require(tx, options.doer.actor_id, {org::Permission::release_bills, run->org_unit_id}))
                return *std::move(run);
    return run_to_change(tx, options.run_id, options.doer);
}

// What was done to the run, in the name of who did it.
void write_trail(Tx& tx, const org::Doer& doer, const Run& run, std::string_view action,
                 std::string_view detail = "{}") {
    const std::string object = fmt::format("run {}", run.run_id);
    org::write_trail(tx, doer, {org::kNoCell, run.command_id, action, object, detail});
}

// The run as it stands now: another process may have moved it on, or a person cancelled it.
void read_again(RunWork& work, std::vector<RunRange>& ranges) {
    with_tx(work.pool, TxOptions(Isolation::repeatable_read), [&](Tx& tx) {
        ranges = store::ranges_of(tx, work.run.run_id);
        work.run = *store::find_run(tx, work.run.run_id);
    });
}

// checked -> issuing: the block of numbers is taken in the transaction that makes the run unstoppable.
void give_numbers(RunWork& work, std::vector<RunRange>& ranges) {
    const std::int64_t bills = std::accumulate(ranges.begin(), ranges.end(), std::int64_t{0},
                                               [](std::int64_t sum, const RunRange& r) { return sum + r.bills; });
    with_tx(work.pool, TxOptions(), [&](Tx& tx) {
        if (!store::change_state(tx, work.run.run_id, RunState::checked, RunState::issuing)) return;
        ledger::hold_periods(tx, work.run.legal_entity_id);
        if (!ledger::period_is_open(tx, work.run.legal_entity_id, work.run.issued_on)) throw PeriodClosed();
        std::int64_t number =
            bills == 0 ? 0 : ledger::take_numbers(tx, {work.run.legal_entity_id, ledger::kBillSeries, bills});
        store::set_first_number(tx, work.run.run_id, number);
        write_trail(tx, work.options.doer, work.run, "billing.run_numbered",
                    fmt::format(R"({{"bills": {}, "first_number": {}}})", bills, number));
        for (auto& range : ranges) {
            range.first_number = number;
            number += range.bills;
        }
        store::give_numbers(tx, work.run.run_id, ranges);
    });
    read_again(work, ranges);
}

void finish(RunWork& work) {
    with_tx(work.pool, TxOptions(), [&](Tx& tx) {
        if (!store::change_state(tx, work.run.run_id, RunState::issuing, RunState::issued)) return;
        store::set_finished(tx, work.run.run_id, work.run.clock);
        write_trail(tx, work.options.doer, work.run, "billing.run_issued");
    });
}

Executed execute(RunWork& work, std::vector<RunRange>& ranges) {
    if (work.run.state == RunState::rating) {
        if (!rate_ranges(work, ranges)) return Executed::stopped;
        with_tx(work.pool, TxOptions(), [&](Tx& tx) {
            if (store::change_state(tx, work.run.run_id, RunState::rating, RunState::checked))
                write_trail(tx, work.options.doer, work.run, "billing.run_checked");
        });
        read_again(work, ranges);
    }
    if (work.run.state == RunState::checked) {
        if (work.options.until == ExecuteOptions::After::check) return Executed::checked;
        give_numbers(work, ranges);
    }
    if (work.run.state == RunState::issuing) {
        if (!issue_ranges(work, ranges)) return Executed::stopped;
        finish(work);
    }
    return work.run.state == RunState::cancelled ? Executed::cancelled : Executed::issued;
}

std::expected<Run, RunProblem> begin_work(Pool& pool, const ExecuteOptions& options, std::vector<RunRange>& ranges) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) -> std::expected<Run, RunProblem> {
        auto run = run_to_work_on(tx, options);
        if (!run) return run;
        if (run->state == RunState::cancelled)
            return refuse(RunRefusal::already_cancelled, fmt::format("run {} is cancelled", options.run_id));
        ranges = store::ranges_of(tx, options.run_id);
        if (run->state == RunState::issued) return run;
        store::set_stop_asked(tx, options.run_id, "no");
        write_trail(tx, options.doer, *run, "billing.run_executed");
        return run;
    });
}

}  // namespace

std::expected<Executed, RunProblem> execute_run(Pool& pool, const RunResources& resources,
                                                const ExecuteOptions& options) {
    std::vector<RunRange> ranges;
    const auto run = begin_work(pool, options, ranges);
    if (!run) return std::unexpected(run.error());
    auto context = make_context(*run, resources);
    if (!context) return std::unexpected(context.error());
    RunWork work{
        pool,   *run, std::move(*context), index_of(resources), resources.chart, SpillFolder(options.spill_folder),
        options};
    try {
        return execute(work, ranges);
    } catch (const PeriodClosed&) {
        return refuse(RunRefusal::period_closed,
                      fmt::format("the ledger period of {} is closed: open it, then resume run {}",
                                  format_date(work.run.issued_on), work.run.run_id));
    } catch (const DbError& error) {
        if (error.sqlstate() == kFactsChanged) return refuse(RunRefusal::facts_changed, error.message());
        throw;
    }
}

std::expected<void, RunProblem> ask_stop(Pool& pool, std::int64_t run_id, const org::Doer& doer) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) -> std::expected<void, RunProblem> {
        const auto run = run_to_change(tx, run_id, doer);
        if (!run) return std::unexpected(run.error());
        store::set_stop_asked(tx, run_id, "yes");
        write_trail(tx, doer, *run, "billing.run_stop_asked");
        return {};
    });
}

std::expected<void, RunProblem> cancel_run(Pool& pool, std::int64_t run_id, const org::Doer& doer) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) -> std::expected<void, RunProblem> {
        const auto run = run_to_change(tx, run_id, doer);
        if (!run) return std::unexpected(run.error());
        if (run->state == RunState::cancelled) return {};
        if (run->state == RunState::issuing || run->state == RunState::issued)
            return refuse(
                RunRefusal::not_cancellable,
                fmt::format("run {} has given out bill numbers: resume it, then cancel single bills", run_id));
        if (!store::change_state(tx, run_id, run->state, RunState::cancelled))
            return refuse(RunRefusal::not_cancellable, fmt::format("run {} has just moved on", run_id));
        write_trail(tx, doer, *run, "billing.run_cancelled");
        return {};
    });
}

std::expected<void, RunProblem> accept_cause(Tx& tx, const customer::AccountRef& account, const AcceptCommand& command,
                                             org::Doer doer) {
    if (const auto allowed = may_bill(tx, doer.actor_id, account.org_unit_id); !allowed) return allowed;
    doer.at = org::moment_of_facts(tx, doer.at);
    // 0 stands for every agreement of the account.
    const bool is_new = store::insert_acceptance(
        tx,
        {account.cell, account.account_id, {0, command.cause, command.upto}, command.reason, doer.actor_id, doer.at});
    if (!is_new) return {};
    const std::string object = fmt::format("account {}:{}", account.cell.value, account.account_id);
    const std::string detail =
        fmt::format(R"({{"cause": "{}", "upto": "{}"}})", text_of(command.cause), format_date(command.upto));
    org::write_trail(tx, doer, {account.cell, std::nullopt, "billing.exception_accepted", object, detail});
    return {};
}

std::expected<RunStatus, RunProblem> run_status(Pool& pool, std::int64_t run_id) {
    RunStatus status;
    std::vector<RunRange> ranges;
    const auto run = with_tx(pool, TxOptions(), [&](Tx& tx) {
        ranges = store::ranges_of(tx, run_id);
        return store::find_run(tx, run_id);
    });
    if (!run) return refuse(RunRefusal::unknown_run, fmt::format("there is no run {}", run_id));
    status.run = *run;
    for (const auto& range : ranges) {
        ++status.ranges;
        status.ranges_rated += range.state != RangeState::open ? 1 : 0;
        status.ranges_issued += range.state == RangeState::issued ? 1 : 0;
        status.accounts += range.accounts;
        status.bills += range.bills;
        status.exceptions += range.exceptions;
    }
    return status;
}

}  // namespace mainspring::billing
