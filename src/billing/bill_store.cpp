#include <algorithm>

#include "billing/billing_store.hpp"

namespace mainspring::billing::store {

namespace {

// One probe of the primary key an account; the join's outer side is the range's accounts in order.
const Statement kChains{"billing.chains", R"(
    select a.account_id, b.bill_seq, b.carry
    from unnest($4::int8[]) as a (account_id)
    cross join lateral (select bill_seq, carry from billing.bill
                        where cell_id = $1 and account_id = a.account_id order by bill_seq desc limit 1) b
    where a.account_id between $2 and $3)"};
const Statement kAcceptances{"billing.acceptances", R"(
    select account_id, agreement_id, cause, upto from billing.acceptance
    where cell_id = $1 and account_id between $2 and $3 and recorded_at <= $4)"};
const Statement kInsertAcceptance{"billing.insert_acceptance", R"(
    insert into billing.acceptance (cell_id, account_id, agreement_id, cause, upto, reason, actor_id, recorded_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing)"};
const Statement kBillsOfAccount{"billing.bills_of_account", R"(
    select cell_id, account_id, bill_seq, kind, run_id, legal_entity_id, number, cancels_seq, replaces_seq, entry_seq,
           period_from, period_to, issued_on, due_on, currency, total_minor, flags, derivation, sha256, carry
    from billing.bill where cell_id = $1 and account_id = $2 order by bill_seq)"};
const Statement kFindBill{"billing.find_bill", R"(
    select cell_id, account_id, bill_seq, kind, run_id, legal_entity_id, number, cancels_seq, replaces_seq, entry_seq,
           period_from, period_to, issued_on, due_on, currency, total_minor, flags, derivation, sha256, carry
    from billing.bill where number = $1 and legal_entity_id = $2 and kind = $3)"};
const Statement kBillAt{"billing.bill_at", R"(
    select cell_id, account_id, bill_seq, kind, run_id, legal_entity_id, number, cancels_seq, replaces_seq, entry_seq,
           period_from, period_to, issued_on, due_on, currency, total_minor, flags, derivation, sha256, carry
    from billing.bill where cell_id = $1 and account_id = $2 and bill_seq = $3)"};

std::span<const std::uint8_t> octets(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

std::unordered_map<std::int64_t, BillChain> chains_in_range(Tx& tx, CellId cell, std::int64_t account_from,
                                                            std::int64_t account_to,
                                                            std::span<const std::int64_t> account_ids) {
    std::unordered_map<std::int64_t, BillChain> chains;
    CopyOut rows = tx.copy_out(kChains, cell, account_from, account_to, account_ids);
    while (rows.next()) {
        BillChain& chain = chains[rows.get<std::int64_t>(0)];
        chain.last_seq = rows.get<std::int32_t>(1);
        decode(octets(rows.get<std::span<const std::byte>>(2)), chain.carry);
    }
    return chains;
}

std::map<std::int64_t, std::vector<Acceptance>> acceptances_in_range(Tx& tx, CellId cell, std::int64_t account_from,
                                                                     std::int64_t account_to, Instant known_at) {
    std::map<std::int64_t, std::vector<Acceptance>> by_account;
    const Result result = tx.exec(kAcceptances, cell, account_from, account_to, known_at);
    for (const Row row : result)
        if (const auto cause = cause_of(row.get<std::string_view>(2)))
            by_account[row.get<std::int64_t>(0)].push_back({row.get<std::int64_t>(1), *cause, row.get<Date>(3)});
    return by_account;
}

StoredBill bill_of(const Row& row) {
    const auto bytes = [&](std::size_t column) {
        const auto value = row.get<std::vector<std::byte>>(column);
        const auto view = octets(value);
        return std::vector<std::uint8_t>(view.begin(), view.end());
    };
    StoredBill bill;
    bill.cell = row.get<CellId>(0);
    bill.account_id = row.get<std::int64_t>(1);
    bill.bill_seq = row.get<std::int32_t>(2);
    bill.kind = static_cast<BillKind>(row.get<std::int16_t>(3));
    bill.run_id = row.get<std::int64_t>(4);
    bill.legal_entity_id = row.get<std::int32_t>(5);
    bill.number = row.get<std::int64_t>(6);
    bill.cancels_seq = row.get<std::optional<std::int32_t>>(7);
    bill.replaces_seq = row.get<std::optional<std::int32_t>>(8);
    bill.entry_seq = row.get<std::optional<std::int32_t>>(9);
    bill.period = {row.get<Date>(10), row.get<Date>(11)};
    bill.issued_on = row.get<Date>(12);
    bill.due_on = row.get<Date>(13);
    bill.currency = currency_of(row.get<std::string_view>(14)).value();
    bill.total_minor = row.get<std::int64_t>(15);
    bill.flags = row.get<std::int32_t>(16);
    bill.derivation = bytes(17);
    bill.sha256 = bytes(18);
    bill.carry = bytes(19);
    return bill;
}

bool insert_acceptance(Tx& tx, const NewAcceptance& accepted) {
    const Result inserted = tx.exec(kInsertAcceptance, accepted.cell, accepted.account_id,
                                    accepted.acceptance.agreement_id, text_of(accepted.acceptance.cause),
                                    accepted.acceptance.upto, accepted.reason, accepted.actor_id, accepted.at);
    return inserted.affected() == 1;
}

CopyTarget BillCopy::target() {
    return {"billing.bill",
            "cell_id, account_id, bill_seq, kind, run_id, legal_entity_id, number, cancels_seq, replaces_seq, "
            "period_from, period_to, issued_on, due_on, currency, total_minor, entry_seq, flags, derivation, sha256, "
            "carry, recorded_at"};
}

void BillCopy::put(CopyBuffer& rows, CellId cell, const SpilledBill& bill, const Issue& issue) {
    const BillKind kind = issue.cancels_seq ? BillKind::cancellation : BillKind::bill;
    std::optional<std::int32_t> replaces;
    if (bill.replaces_seq != 0) replaces = bill.replaces_seq;
    rows.row(cell, bill.account_id, bill.bill_seq, static_cast<std::int16_t>(kind), issue.run_id, issue.legal_entity_id,
             issue.number, issue.cancels_seq, replaces, bill.period.from, bill.period.to, issue.issued_on, issue.due_on,
             bill.currency.text(), bill.total_minor, issue.entry_seq, bill.flags, std::as_bytes(bill.derivation),
             std::as_bytes(bill.sha256), std::as_bytes(bill.carry), issue.recorded_at);
}

std::vector<StoredBill> bills_of_account(Tx& tx, CellId cell, std::int64_t account_id) {
    std::vector<StoredBill> bills;
    const Result result = tx.exec(kBillsOfAccount, cell, account_id);
    for (const Row row : result) bills.push_back(bill_of(row));
    return bills;
}

std::optional<StoredBill> find_bill(Tx& tx, const BillNumber& number) {
    const Result result =
        tx.exec(kFindBill, number.number, number.legal_entity_id, static_cast<std::int16_t>(number.kind));
    if (result.empty()) return std::nullopt;
    return bill_of(result.one());
}

std::optional<StoredBill> bill_at(Tx& tx, const BillPlace& place) {
    const Result result = tx.exec(kBillAt, place.cell, place.account_id, place.bill_seq);
    if (result.empty()) return std::nullopt;
    return bill_of(result.one());
}

}  // namespace mainspring::billing::store
