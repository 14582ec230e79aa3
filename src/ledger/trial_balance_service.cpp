#include "ledger/trial_balance_service.hpp"

#include "base/ensure.hpp"
#include "ledger/entry_row.hpp"

namespace mainspring::ledger {
namespace {

#define MAINSPRING_TURNOVER                                                                  \
    "select e.legal_entity_id, e.currency, l.account_no, sum(greatest(l.amount, 0))::text, " \
    "(-sum(least(l.amount, 0)))::text from ledger.entry e, unnest(e.accounts, e.amounts) l(account_no, amount) "

const Statement kJournal{
    "ledger.trial_balance_journal", MAINSPRING_TURNOVER
    "where ($1::date is null or e.business_date <= $1) and ($2::timestamptz is null or e.posted_at <= $2) "
    "and ($3::int4 is null or e.legal_entity_id = $3) and ($4::int4 is null or e.org_unit_id = $4) "
    "group by 1, 2, 3"};

const Statement kReadModel{"ledger.trial_balance_read_model",
                           "select legal_entity_id, currency, account_no, sum(debits)::text, sum(credits)::text "
                           "from ledger.account_day where ($1::date is null or business_date <= $1) "
                           "and ($2::int4 is null or legal_entity_id = $2) and ($3::int4 is null or org_unit_id = $3) "
                           "group by 1, 2, 3"};

// Every cell that has entries, by hopping along the primary key, and the lowest horizon of them all.
const Statement kLowestHorizon{
    "ledger.lowest_horizon",
    "with recursive c as ((select cell_id from ledger.entry order by cell_id limit 1) union all "
    "select (select e.cell_id from ledger.entry e where e.cell_id > c.cell_id order by e.cell_id limit 1) "
    "from c where c.cell_id is not null) "
    "select coalesce(min(coalesce((select max(r.upto_tx) from ledger.rollup r where r.cell_id = c.cell_id), 0)), "
    "0)::int8 "
    "from c where c.cell_id is not null"};

// $1 lets the BRIN index skip what every cell has rolled up.
const Statement kTail{"ledger.trial_balance_tail", MAINSPRING_TURNOVER
                      "where e.tx >= $1 and e.tx >= coalesce((select max(r.upto_tx) from ledger.rollup r "
                      "where r.cell_id = e.cell_id), 0) and ($2::date is null or e.business_date <= $2) "
                      "and ($3::int4 is null or e.legal_entity_id = $3) and ($4::int4 is null or e.org_unit_id = $4) "
                      "group by 1, 2, 3"};

// 'LR': one roll-up of a cell at a time.
const Statement kLockRollup{"ledger.lock_rollup", "select pg_advisory_xact_lock(19538, $1::int4)"};

const Statement kBeginRollup{
    "ledger.begin_rollup",
    "insert into ledger.rollup (cell_id, rollup_no, from_tx, upto_tx, rolled_at) "
    "select $1, coalesce(max(rollup_no), 0) + 1, coalesce(max(upto_tx), 0), "
    "greatest(coalesce(max(upto_tx), 0), pg_snapshot_xmin(pg_current_snapshot())::text::int8), $2 "
    "from ledger.rollup where cell_id = $1 returning rollup_no, from_tx, upto_tx"};

// An entry with two legs on one account counts once.
const Statement kRollUp{
    "ledger.roll_up",
    "insert into ledger.account_day (cell_id, rollup_no, legal_entity_id, org_unit_id, account_no, currency, "
    "business_date, debits, credits, entries) "
    "select e.cell_id, $2, e.legal_entity_id, e.org_unit_id, l.account_no, e.currency, e.business_date, "
    "sum(greatest(l.amount, 0)), -sum(least(l.amount, 0)), "
    "count(*) filter (where array_position(e.accounts, l.account_no) = l.leg) "
    "from ledger.entry e, unnest(e.accounts, e.amounts) with ordinality l(account_no, amount, leg) "
    "where e.cell_id = $1 and e.tx >= $3 and e.tx < $4 group by 1, 3, 4, 5, 6, 7"};

// The database sums in numeric, which has no largest number.
Int128 sum_of(const Row& row, std::size_t column) {
    const auto sum = parse_whole(row.get<std::string_view>(column));
    ensure(sum.has_value(), "a sum of the journal is a whole number of minor units");
    return *sum;
}

void add_rows(TrialBalance& balance, const Result& rows) {
    for (const Row row : rows)
        balance.add({.legal_entity_id = row.get<std::int32_t>(0),
                     .currency = currency_from(row.get<std::string_view>(1)),
                     .account_no = row.get<std::int32_t>(2)},
                    {.debits = sum_of(row, 3), .credits = sum_of(row, 4)});
}

}  // namespace

TrialBalance trial_balance(Pool& pool, const TrialBalanceQuery& query, TrialBalanceSource source) {
    ensure(source == TrialBalanceSource::journal || !query.posted_upto, "the read model knows no posted moment");
    // One snapshot for the model, its horizon and the tail.
    return with_tx(pool, {Isolation::repeatable_read, {}, Access::read_only}, [&](Tx& tx) {
        TrialBalance balance;
        if (source == TrialBalanceSource::journal) {
            add_rows(balance,
                     tx.exec(kJournal, query.upto, query.posted_upto, query.legal_entity_id, query.org_unit_id));
            return balance;
        }
        const auto horizon = tx.exec(kLowestHorizon).one().get<std::int64_t>(0);
        add_rows(balance, tx.exec(kReadModel, query.upto, query.legal_entity_id, query.org_unit_id));
        add_rows(balance, tx.exec(kTail, horizon, query.upto, query.legal_entity_id, query.org_unit_id));
        return balance;
    });
}

RollupStep rollup(Pool& pool, const Clock& clock, CellId cell) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) {
        tx.exec(kLockRollup, cell);
        const Result begun = tx.exec(kBeginRollup, cell, clock.now());
        const auto [rollup_no, from_tx, upto_tx] = begun.one().as<std::int32_t, std::int64_t, std::int64_t>();
        const auto rows = tx.exec(kRollUp, cell, rollup_no, from_tx, upto_tx).affected();
        return RollupStep{.rollup_no = rollup_no, .from_tx = from_tx, .upto_tx = upto_tx, .rows = rows};
    });
}

}  // namespace mainspring::ledger
