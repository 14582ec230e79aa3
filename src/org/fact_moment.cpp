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
    return moment_from(tx.exec(kAddLook, now));
}

}  // namespace mainspring::org
