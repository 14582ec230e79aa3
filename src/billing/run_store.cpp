#include <algorithm>
#include <fmt/format.h>

#include "billing/billing_store.hpp"

namespace mainspring::billing::store {

namespace {

const Statement kInsertRun{"billing.insert_run", R"(
    insert into billing.run (run_id, command_id, legal_entity_id, cycle, period_from, period_to, parameters, clock,
                             issued_on, due_on, state, actor_id, org_unit_id, started_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'rating', $11, $12, $8)
    on conflict (command_id) do nothing)"};
const Statement kNextRunId{"billing.next_run_id", "select nextval('billing.run_id')"};
const Statement kRunOfCommand{"billing.run_of_command", "select run_id from billing.run where command_id = $1"};
const Statement kFindRun{"billing.find_run", R"(
    select run_id, command_id, legal_entity_id, cycle, period_from, period_to, parameters::text, clock, issued_on,
           due_on, state, stop_asked, actor_id, org_unit_id, first_number
    from billing.run where run_id = $1)"};
const Statement kRecentRuns{"billing.recent_runs", R"(
    select run_id, command_id, legal_entity_id, cycle, period_from, period_to, parameters::text, clock, issued_on,
           due_on, state, stop_asked, actor_id, org_unit_id, first_number
    from billing.run where legal_entity_id = $1 order by run_id desc limit $2)"};
const Statement kKeepRunsOut{"billing.keep_runs_out", "select pg_advisory_xact_lock(19540, $1::int4)"};
const Statement kKeepRunsFromStarting{"billing.keep_runs_from_starting",
                                      "select pg_advisory_xact_lock_shared(19540, $1::int4)"};
const Statement kUnfinishedRun{"billing.unfinished_run", R"(
    select run_id from billing.run
    where legal_entity_id = $1 and state in ('rating', 'checked', 'issuing') order by run_id limit 1)"};
const Statement kAllowed{"billing.transition_allowed", "select core.allowed('bill_run', $1, $2)"};
const Statement kChangeState{"billing.change_state", R"(
    update billing.run set state = $3, stop_asked = false where run_id = $1 and state = $2)"};
const Statement kSetFirstNumber{"billing.set_first_number",
                                "update billing.run set first_number = $2 where run_id = $1"};
const Statement kAskStop{"billing.ask_stop", "update billing.run set stop_asked = $2::text = 'yes' where run_id = $1"};
const Statement kSetFinished{"billing.set_finished", "update billing.run set finished_at = $2 where run_id = $1"};
const Statement kRangesOf{"billing.ranges_of", R"(
    select cell_id, range_no, account_from, account_to, state, accounts, bills, exceptions, digest, first_number
    from billing.run_range where run_id = $1 order by range_no)"};
const Statement kMarkRated{"billing.mark_rated", R"(
    update billing.run_range set state = 'rated', accounts = $4, bills = $5, exceptions = $6, digest = $7
    where cell_id = $1 and run_id = $2 and range_no = $3 and state = 'open')"};
const Statement kGiveNumber{"billing.give_number", R"(
    update billing.run_range set first_number = $4 where cell_id = $1 and run_id = $2 and range_no = $3)"};
const Statement kLockRange{"billing.lock_range", R"(
    select state from billing.run_range where cell_id = $1 and run_id = $2 and range_no = $3 for update)"};
const Statement kMarkIssued{"billing.mark_issued", R"(
    update billing.run_range set state = 'issued' where cell_id = $1 and run_id = $2 and range_no = $3)"};

const Statement kSetDigest{"billing.set_digest", R"(
    update billing.run_range set digest = $4
    where cell_id = $1 and run_id = $2 and range_no = $3 and state = 'rated')"};
const Statement kDropTotals{"billing.drop_totals", R"(
    delete from billing.range_total where cell_id = $1 and run_id = $2 and range_no = $3)"};
const Statement kDropUse{"billing.drop_use", R"(
    delete from billing.range_use where cell_id = $1 and run_id = $2 and range_no = $3)"};
const Statement kAddException{"billing.add_exception", R"(
    insert into billing.exception (cell_id, run_id, account_id, agreement_id, cause, detail, found_at)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing)"};
const Statement kCountExceptions{"billing.count_exceptions", R"(
    update billing.run_range r set exceptions = (
        select count(*) from billing.exception e
        where e.cell_id = r.cell_id and e.run_id = r.run_id and e.account_id between r.account_from and r.account_to)
    where r.cell_id = $1 and r.run_id = $2 and r.range_no = $3)"};

RangeState range_state_of(std::string_view text) {
    if (text == "open") return RangeState::open;
    return text == "rated" ? RangeState::rated : RangeState::issued;
}

Run run_of(const Row& row) {
    Run run;
    run.run_id = row.get<std::int64_t>(0);
    run.command_id = row.get<Uuid>(1);
    run.legal_entity_id = row.get<std::int32_t>(2);
    run.cycle = row.get<std::string>(3);
    run.rules.period = {row.get<Date>(4), row.get<Date>(5)};
    read_rules_json(row.get<std::string_view>(6), run.rules);
    run.clock = row.get<Instant>(7);
    run.issued_on = row.get<Date>(8);
    run.due_on = row.get<Date>(9);
    run.state = *run_state_of(row.get<std::string_view>(10));
    run.stop_asked = row.get<bool>(11);
    run.actor_id = row.get<std::int32_t>(12);
    run.org_unit_id = row.get<std::int32_t>(13);
    run.first_number = row.get<std::optional<std::int64_t>>(14);
    return run;
}

}  // namespace

std::optional<std::int64_t> insert_run(Tx& tx, const Run& run, std::span<const RunRange> ranges) {
    const auto run_id = tx.exec(kNextRunId).one().get<std::int64_t>(0);
    const auto inserted = tx.exec(kInsertRun, run_id, run.command_id, run.legal_entity_id, run.cycle,
                                  run.rules.period.from, run.rules.period.to, Jsonb{rules_json(run.rules)}, run.clock,
                                  run.issued_on, run.due_on, run.actor_id, run.org_unit_id);
    if (inserted.affected() == 0) return std::nullopt;
    CopyIn copy = tx.copy_in({"billing.run_range", "cell_id, run_id, range_no, account_from, account_to, accounts"});
    for (const auto& range : ranges)
        copy.row(range.cell, run_id, range.range_no, range.account_from, range.account_to, range.accounts);
    copy.finish();
    return run_id;
}

std::optional<std::int64_t> run_of_command(Tx& tx, const Uuid& command_id) {
    const Result result = tx.exec(kRunOfCommand, command_id);
    if (result.empty()) return std::nullopt;
    return result.one().get<std::int64_t>(0);
}

std::optional<Run> find_run(Tx& tx, std::int64_t run_id) {
    const Result result = tx.exec(kFindRun, run_id);
    if (result.empty()) return std::nullopt;
    return run_of(result.one());
}

std::vector<Run> recent_runs(Tx& tx, std::int32_t legal_entity_id, std::int32_t limit) {
    std::vector<Run> runs;
    const Result result = tx.exec(kRecentRuns, legal_entity_id, std::int64_t{limit});
    for (const Row row : result) runs.push_back(run_of(row));
    return runs;
}

void keep_runs_out(Tx& tx, std::int32_t legal_entity_id) { tx.exec(kKeepRunsOut, legal_entity_id); }

void keep_runs_from_starting(Tx& tx, std::int32_t legal_entity_id) { tx.exec(kKeepRunsFromStarting, legal_entity_id); }

std::optional<std::int64_t> unfinished_run(Tx& tx, std::int32_t legal_entity_id) {
    const Result result = tx.exec(kUnfinishedRun, legal_entity_id);
    if (result.empty()) return std::nullopt;
    return result.one().get<std::int64_t>(0);
}

bool change_state(Tx& tx, std::int64_t run_id, RunState from, RunState to) {
    ensure(tx.exec(kAllowed, text_of(from), text_of(to)).one().get<bool>(0),
           fmt::format("a bill run does not go from {} to {}", text_of(from), text_of(to)));
    return tx.exec(kChangeState, run_id, text_of(from), text_of(to)).affected() == 1;
}

void set_first_number(Tx& tx, std::int64_t run_id, std::int64_t first_number) {
    tx.exec(kSetFirstNumber, run_id, first_number);
}

void set_stop_asked(Tx& tx, std::int64_t run_id, std::string_view asked) { tx.exec(kAskStop, run_id, asked); }

void set_finished(Tx& tx, std::int64_t run_id, Instant at) { tx.exec(kSetFinished, run_id, at); }

std::vector<RunRange> ranges_of(Tx& tx, std::int64_t run_id) {
    std::vector<RunRange> ranges;
    const Result result = tx.exec(kRangesOf, run_id);
    for (const Row row : result) {
        RunRange range{row.get<CellId>(0),
                       row.get<std::int32_t>(1),
                       row.get<std::int64_t>(2),
                       row.get<std::int64_t>(3),
                       range_state_of(row.get<std::string_view>(4)),
                       row.get<std::int32_t>(5),
                       row.get<std::int32_t>(6),
                       row.get<std::int32_t>(7),
                       std::nullopt,
                       row.get<std::optional<std::int64_t>>(9)};
        if (const auto digest = row.get<std::optional<std::vector<std::byte>>>(8); digest && digest->size() == 32) {
            range.digest.emplace();
            std::ranges::transform(*digest, range.digest->begin(),
                                   [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
        }
        ranges.push_back(range);
    }
    return ranges;
}

bool mark_rated(Tx& tx, std::int64_t run_id, const RunRange& range) {
    return tx.exec(kMarkRated, range.cell, run_id, range.range_no, range.accounts, range.bills, range.exceptions,
                   std::as_bytes(std::span<const std::uint8_t>(*range.digest)))
               .affected() == 1;
}

void give_numbers(Tx& tx, std::int64_t run_id, std::span<const RunRange> ranges) {
    Pipeline pipeline = tx.pipeline();
    for (const auto& range : ranges) pipeline.add(kGiveNumber, range.cell, run_id, range.range_no, *range.first_number);
    pipeline.sync();
}

RangeState lock_range(Tx& tx, std::int64_t run_id, const RunRange& range) {
    return range_state_of(tx.exec(kLockRange, range.cell, run_id, range.range_no).one().get<std::string_view>(0));
}

void mark_issued(Tx& tx, std::int64_t run_id, const RunRange& range) {
    tx.exec(kMarkIssued, range.cell, run_id, range.range_no);
}

void forget_check(Tx& tx, std::int64_t run_id, const RunRange& range) {
    tx.exec(kSetDigest, range.cell, run_id, range.range_no,
            std::as_bytes(std::span<const std::uint8_t>(*range.digest)));
    tx.exec(kDropTotals, range.cell, run_id, range.range_no);
    tx.exec(kDropUse, range.cell, run_id, range.range_no);
}

void add_exceptions(Tx& tx, std::int64_t run_id, const RunRange& range, Instant found_at,
                    std::span<const AccountException> exceptions) {
    Pipeline pipeline = tx.pipeline();
    for (const auto& [account_id, exception] : exceptions)
        pipeline.add(kAddException, range.cell, run_id, account_id, exception.agreement_id, text_of(exception.cause),
                     exception.detail, found_at);
    pipeline.add(kCountExceptions, range.cell, run_id, range.range_no);
    pipeline.sync();
}

void insert_exceptions(Tx& tx, std::int64_t run_id, const RunRange& range, Instant found_at,
                       std::span<const AccountException> exceptions) {
    if (exceptions.empty()) return;
    CopyIn copy =
        tx.copy_in({"billing.exception", "cell_id, run_id, account_id, agreement_id, cause, detail, found_at"});
    for (const auto& [account_id, exception] : exceptions)
        copy.row(range.cell, run_id, account_id, exception.agreement_id, text_of(exception.cause), exception.detail,
                 found_at);
    copy.finish();
}

namespace {

const Statement kInsertTotal{"billing.insert_total", R"(
    insert into billing.range_total (cell_id, run_id, range_no, version_id, clause, account_no, lines, quantity_micro,
                                     amount_minor)
    values ($1, $2, $3, $4, $5, $6, $7, $8::text::numeric, $9::text::numeric))"};

const Statement kInsertUse{"billing.insert_use", R"(
    insert into billing.range_use (cell_id, run_id, range_no, commodity, unit, sections, quantity_micro)
    values ($1, $2, $3, $4, $5, $6, $7::text::numeric))"};

}  // namespace

void insert_totals(Tx& tx, std::int64_t run_id, const RunRange& range, const ClauseTotals& totals,
                   const PostingMap& postings) {
    Pipeline pipeline = tx.pipeline();
    for (const auto& [plan, by_clause] : totals.by_plan())
        for (std::size_t i = 0; i < by_clause.size(); ++i) {
            const ClauseTotal& total = by_clause[i];
            if (total.lines == 0) continue;
            const std::string clause = i < plan->clauses.size() ? plan->clauses[i].name : "rounding";
            pipeline.add(kInsertTotal, range.cell, run_id, range.range_no, plan->version_id, clause,
                         postings.of(*plan).credit_account[i], total.lines, format_decimal(total.quantity_micro, 0),
                         format_decimal(total.amount_minor, 0));
        }
    for (const auto& [of, use] : totals.use())
        pipeline.add(kInsertUse, range.cell, run_id, range.range_no, text_of(of.first), text_of(of.second),
                     use.sections, format_decimal(use.quantity_micro, 0));
    pipeline.sync();
}

}  // namespace mainspring::billing::store
