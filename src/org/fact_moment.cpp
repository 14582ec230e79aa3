#include "org/fact_moment.hpp"

#include "base/ensure.hpp"

namespace mainspring::org {
namespace {

const Statement kShareFacts{"org.share_facts", "select pg_advisory_xact_lock_shared(19542, 0)"};
const Statement kHoldFacts{"org.hold_facts", "select pg_advisory_xact_lock(19542, 0)"};
// A whole file may be one transaction: wait for it, within reason. Later locks wait as long as ever.
const Statement kBePatient{"org.be_patient", R"(
    select current_setting('lock_timeout'), set_config('lock_timeout', '10min', true))"};
const Statement kPatienceAgain{"org.patience_again", "select set_config('lock_timeout', $1::text, true)"};
// Statements of their own: their snapshot must be younger than the lock.
const Statement kAddFacts{"org.add_fact_moment", R"(
    insert into core.fact_moment (at, look)
    select greatest($1::timestamptz,
                    (select max(at) from core.fact_moment where look) + interval '1 millisecond'), false
    returning at, current_setting('transaction_isolation') = 'read committed')"};
const Statement kAddLook{"org.add_look", R"(
    insert into core.fact_moment (at, look)
    select greatest($1::timestamptz, (select max(at) from core.fact_moment where look),
                    (select max(at) from core.fact_moment where not look)), true
    returning at, current_setting('transaction_isolation') = 'read committed')"};
// Nobody writes beside a look, and its moment is not before any other: whoever comes later asks for no older one. What
// many writers left is taken away by several looks.
const Statement kForgetMoments{"org.forget_fact_moments", R"(
    delete from core.fact_moment where moment_id in (
        select moment_id from core.fact_moment
        where moment_id <> (select moment_id from core.fact_moment where look order by at desc, moment_id desc limit 1)
        order by moment_id limit 10000))"};

Instant moment_from(const Result& inserted) {
    const Row row = inserted.one();
    ensure(row.get<bool>(1), "moments of facts are taken in read committed transactions");
    return row.get<Instant>(0);
}

void lock(Tx& tx, const Statement& how) {
    const auto before = tx.exec(kBePatient).one().get<std::string>(0);
    tx.exec(how);
    tx.exec(kPatienceAgain, before);
}

}  // namespace

Instant moment_of_facts(Tx& tx, Instant now) {
    lock(tx, kShareFacts);
    return moment_from(tx.exec(kAddFacts, now));
}

Instant moment_of_look(Tx& tx, Instant now) {
    lock(tx, kHoldFacts);
    const Instant at = moment_from(tx.exec(kAddLook, now));
    tx.exec(kForgetMoments);
    return at;
}

}  // namespace mainspring::org
