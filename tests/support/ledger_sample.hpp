// A legal entity, a cell and a few charges for tests of rooms that post.
#pragma once
#include <doctest/doctest.h>

#include "ledger/journal_service.hpp"
#include "ledger/ledger_service.hpp"
#include "ledger/posting.hpp"
#include "support/test_database.hpp"

namespace mainspring {

inline constexpr CellId kSampleCell{1};
inline constexpr Currency kSampleCurrency{{'C', 'N', 'Y'}};

inline Date day(int year, unsigned month, unsigned of_month) {
    return Date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{of_month}};
}

inline void set_up_entity(TestDatabase& database) {
    with_tx(database.owner(), TxOptions(), [](Tx& tx) {
        tx.exec_once(
            "insert into org.legal_entity (legal_entity_id, code, name, currency, zone) "
            "values (1, 'u1', '{\"en\": \"Utility\"}', 'CNY', 'Asia/Shanghai')");
        tx.exec_once("insert into org.org_unit values (1, 1, 'root', 'Root')");
        tx.exec_once("insert into org.cell values (1, 1, 1, 0)");
        tx.exec_once(
            "insert into org.actor (actor_id, code, name) values (1, 'all', 'All'), (5, 'cash', 'Cash'), "
            "(6, 'eye', 'Eye')");
        tx.exec_once(
            "insert into org.assignment select n, actor, role, unit, '0001-01-01', null, 1, '2026-01-01' from (values "
            "(1, 1, 'administrator', null), (2, 5, 'cashier', 1), (3, 6, 'auditor', null)) v(n, actor, role, unit)");
    });
}

// One more id each time, the same in every run.
inline Uuid next_command() {
    static std::uint32_t count = 0;
    ++count;
    Uuid id;
    id.bytes[6] = 0x70;
    id.bytes[8] = 0x80;
    for (std::size_t i = 0; i < 4; ++i) id.bytes[12 + i] = static_cast<std::uint8_t>(count >> (24 - 8 * i));
    return id;
}

struct SampleCharge {
    std::int64_t energy = 0, tax = 0;
    Date on;
};
// Posts what is owed from a day on, as a run does: into the head that is there. Gives its seq. An adjustment: the entry
// of a bill has a bill.
inline std::int32_t post_charge(Pool& pool, const ledger::Chart& chart, std::int64_t book_id,
                                const SampleCharge& charge) {
    return with_tx(pool, TxOptions(), [&](Tx& tx) {
        const std::int64_t ids[] = {book_id};
        const auto head = ledger::heads(tx, kSampleCell, ids).front();
        ledger::Draft draft;
        draft.book = {kSampleCell, book_id};
        draft.command_id = next_command();
        draft.kind = ledger::EntryKind::adjustment;
        draft.legal_entity_id = draft.org_unit_id = draft.actor_id = 1;
        draft.business_date = charge.on;
        draft.posted_at = Instant{charge.on} + std::chrono::hours{12};
        draft.currency = kSampleCurrency;
        draft.due_on = charge.on + std::chrono::days{20};
        draft.legs = {
            {1110, charge.energy, {}}, {1150, charge.tax, {}}, {4110, -charge.energy, {}}, {2210, -charge.tax, {}}};
        const auto entry = ledger::append(chart, head, {}, std::move(draft)).value();
        ledger::copy_entries(tx, {&entry, 1});
        return entry.seq;
    });
}

inline ledger::PostCommand adjustment(std::int64_t book_id, std::vector<ledger::Leg> legs) {
    ledger::PostCommand command;
    command.command_id = next_command();
    command.book = {kSampleCell, book_id};
    command.legal_entity_id = command.org_unit_id = command.actor_id = 1;
    command.business_date = day(2026, 3, 5);
    command.currency = kSampleCurrency;
    command.legs = std::move(legs);
    return command;
}

}  // namespace mainspring
