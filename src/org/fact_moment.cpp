#include "org/fact_moment.hpp"

#include "base/ensure.hpp"

namespace mainspring::org {
namespace {

const Statement kShareFacts{"org.share_facts", "select pg_advisory_xact_lock_shared(19542, 0)"};
const Statement kHoldFacts{"org.hold_facts", "select pg_advisory_xact_lock(19542, 0)"};
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

}  // namespace

Instant moment_of_facts(Tx& tx, Instant now) {
    tx.exec(kShareFacts);
    return moment_from(tx.exec(kAddFacts, now));
}

Instant moment_of_look(Tx& tx, Instant now) {
    tx.exec(kHoldFacts);
    return moment_from(tx.exec(kAddLook, now));
}

}  // namespace mainspring::org
