// A rebilling whose entries do not fit the account's book.
#include <doctest/doctest.h>

#include "billing/rebill_service.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

TEST_CASE("a book that would leave its range refuses the rebilling, and nothing is cancelled") {
    BillingSample sample;
    sample.bill(sample.january());
    sample.bill(sample.february());
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    // As if the account had been credited all that 64 bits hold.
    const auto owner = [&](const std::string& sql) {
        with_tx(sample.database.owner(), TxOptions(), [&](Tx& tx) { tx.exec_once(sql); });
    };
    const std::string head = "e.cell_id = s.cell_id and e.book_id = s.book_id and e.seq = s.seq";
    owner(
        "create table public.saved as select e.cell_id, e.book_id, e.seq, e.balances from ledger.entry e "
        "join customer.account a on a.cell_id = e.cell_id and a.account_id = e.book_id where a.code = 'A03'");
    owner(
        "update ledger.entry e set balances = array_fill(-9223372036854775807, array[cardinality(s.balances)]) "
        "from public.saved s where " +
        head);
    RebillCommand command;
    command.command_id = sample.january().command_id;
    command.bill = {1, BillKind::bill, sample.bills("A03").at(0).number};
    command.issued_on = date_of("2026-03-08");
    command.reason = "misread";
    command.actor_id = sample.actor.actor_id;
    command.org_unit_id = 1;
    const auto before = std::pair(sample.count("billing.bill"), sample.count("ledger.entry"));
    const auto refused = rebill(sample.pool(), sample.clock(), command);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == RebillRefusal::out_of_range);
    CHECK(std::pair(sample.count("billing.bill"), sample.count("ledger.entry")) == before);
    owner("update ledger.entry e set balances = s.balances from public.saved s where " + head);
    owner("drop table public.saved");
    CHECK(rebill(sample.pool(), sample.clock(), command));
}
