// The columns of ledger.entry in one order, and the mapping of a row to an Entry: for rows of a Result and of a
// CopyOut.
#pragma once
#include "base/ensure.hpp"
#include "ledger/entry.hpp"
#include "storage/value.hpp"

namespace mainspring::ledger {

#define MAINSPRING_ENTRY_COLUMNS                                                                                  \
    "cell_id, book_id, seq, command_id, kind, legal_entity_id, org_unit_id, actor_id, business_date, posted_at, " \
    "currency, source, reverses_seq, due_on, accounts, amounts, settles_seq, settles_leg, balance_accounts, "     \
    "balances, open_from"
inline constexpr std::size_t kEntryColumns = 21;

inline Currency currency_from(std::string_view text) {
    ensure(text.size() == 3, "a currency has three letters");
    return Currency{{text[0], text[1], text[2]}};
}

template <class Row>
void read_legs(const Row& row, Entry& entry) {
    const auto accounts = row.template get<ArrayView<std::int32_t>>(14);
    const auto amounts = row.template get<ArrayView<std::int64_t>>(15);
    ensure(accounts.size() == amounts.size(), "an entry's arrays are equally long");
    entry.legs.resize(accounts.size());
    for (std::size_t i = 0; i < accounts.size(); ++i)
        entry.legs[i] = {.account_no = accounts[i], .amount = amounts[i], .settles = {}};
    const auto seqs = row.template get<std::optional<ArrayView<std::int32_t>>>(16);
    const auto legs = row.template get<std::optional<ArrayView<std::int16_t>>>(17);
    for (std::size_t i = 0; seqs && i < accounts.size(); ++i)
        entry.legs[i].settles = {.seq = (*seqs)[i], .leg = (*legs)[i]};
}

template <class Row>
void read_balances(const Row& row, std::size_t column, std::vector<Balance>& out) {
    const auto accounts = row.template get<ArrayView<std::int32_t>>(column);
    const auto amounts = row.template get<ArrayView<std::int64_t>>(column + 1);
    out.resize(accounts.size());
    for (std::size_t i = 0; i < accounts.size(); ++i) out[i] = {.account_no = accounts[i], .amount = amounts[i]};
}

// Overwrites all of `entry`, whose memory is used again.
template <class Row>
void read_entry(const Row& row, Entry& entry) {
    entry.book = {row.template get<CellId>(0), row.template get<std::int64_t>(1)};
    entry.seq = row.template get<std::int32_t>(2);
    entry.command_id = row.template get<Uuid>(3);
    entry.kind = static_cast<EntryKind>(row.template get<std::int16_t>(4));
    entry.legal_entity_id = row.template get<std::int32_t>(5);
    entry.org_unit_id = row.template get<std::int32_t>(6);
    entry.actor_id = row.template get<std::int32_t>(7);
    entry.business_date = row.template get<Date>(8);
    entry.posted_at = row.template get<Instant>(9);
    entry.currency = currency_from(row.template get<std::string_view>(10));
    entry.source = row.template get<std::int64_t>(11);
    entry.reverses_seq = row.template get<std::optional<std::int32_t>>(12);
    entry.due_on = row.template get<std::optional<Date>>(13);
    read_legs(row, entry);
    read_balances(row, 18, entry.balances);
    entry.open_from = row.template get<std::int32_t>(20);
}

// The array columns of an entry, taken apart; memory is used again.
struct EntryArrays {
    std::vector<std::int32_t> accounts, settles_seq, balance_accounts;
    std::vector<std::int64_t> amounts, balances;
    std::vector<std::int16_t> settles_leg;
    bool settles = false;  // else the two settles columns are NULL

    void take(const Entry& entry) {
        accounts.clear(), amounts.clear(), settles_seq.clear(), settles_leg.clear();
        balance_accounts.clear(), balances.clear();
        settles = false;
        for (const Leg& leg : entry.legs) {
            accounts.push_back(leg.account_no);
            amounts.push_back(leg.amount);
            settles_seq.push_back(leg.settles.seq);
            settles_leg.push_back(leg.settles.leg);
            settles = settles || leg.settles.seq != 0;
        }
        for (const Balance& balance : entry.balances) {
            balance_accounts.push_back(balance.account_no);
            balances.push_back(balance.amount);
        }
    }
};

}  // namespace mainspring::ledger
