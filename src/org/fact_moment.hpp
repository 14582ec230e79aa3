// The order between facts and those who look at them: bill runs and rebillings.
//
// A look sees the facts whose recorded moment is at or before its own, however late it reads them. For that to be
// exact, a transaction that writes facts lies wholly before or wholly after every look:
//   - writers hold a lock that they share, a look holds it alone; each until its transaction ends;
//   - the moment of a writer is its clock's, but later than the newest look (by a millisecond, if need be);
//   - the moment of a look is its clock's, but not before that of any writer or look so far.
// So neither two events in one millisecond, nor a clock that was set back, nor the clocks of two machines can mix the
// two. The lock is one for all utilities, because tariffs and calorific values belong to none. A look that waits holds
// up new writers: most transactions of writers are short (an import of reads has one a chunk), and a look's is too.
// Both wait for up to ten minutes.
//
// A look takes the moments before it away, at most 10,000 of them: all that is asked for later is the newest look, and
// the facts since.
//
// Both take their lock before any lock that a writer of facts takes too, and REQUIRE read committed: in an older
// snapshot they would not see each other. Ask before anything is read that the facts are decided from.
#pragma once
#include "base/clock.hpp"
#include "storage/pool.hpp"

namespace mainspring::org {

// What the facts of this transaction carry as recorded (activated) moment.
Instant moment_of_facts(Tx& tx, Instant now);
// The clock of a run that starts, or of a rebilling.
Instant moment_of_look(Tx& tx, Instant now);

}  // namespace mainspring::org
