#include "billing/touched.hpp"

#include <algorithm>

#include "customer/billing_stream.hpp"

namespace mainspring::billing {

namespace {

// Which cells and accounts a version's ranges held.
const Statement kRangesOfVersions{"billing.ranges_of_versions", R"(
    select distinct r.cell_id, r.account_from, r.account_to
    from billing.range_total t join billing.run_range r using (cell_id, run_id, range_no)
    where t.version_id = any($1) and r.state = 'issued')"};
const Statement kAccountsBilled{"billing.accounts_billed", R"(
    select distinct account_id from billing.bill where cell_id = $1 and account_id between $2 and $3
    order by account_id)"};

template <class IsMeant>
void add_touched(const std::vector<store::StoredBill>& bills, const IsMeant& is_meant, std::vector<TouchedBill>& out) {
    for (const auto& bill : bills) {
        const bool cancelled =
            std::ranges::any_of(bills, [&](const auto& b) { return b.cancels_seq == bill.bill_seq; });
        if (bill.kind != BillKind::bill || cancelled) continue;
        const Derivation derivation = decode_derivation(bill.derivation);
        if (std::ranges::any_of(derivation.sections, is_meant))
            out.push_back({bill.cell, bill.account_id, bill.bill_seq, bill.number});
    }
}

bool contains(const std::vector<std::int64_t>& ids, std::int64_t id) { return std::ranges::find(ids, id) != ids.end(); }

bool is_touched(const ProvenSection& section, const VersionFact& fact) {
    if (contains(section.plan_version_ids, fact.version_id)) return true;
    return std::ranges::any_of(section.segments, [&](const rating::Segment& segment) {
        return segment.dates.to > fact.effective &&
               contains(fact.earlier_version_ids, section.plan_version_ids[segment.version]);
    });
}

}  // namespace

std::vector<TouchedBill> bills_touched_by_read(Tx& tx, const ReadFact& fact) {
    std::vector<TouchedBill> touched;
    for (const auto account : customer::accounts_on(tx, fact.cell, fact.service_point_id))
        add_touched(
            store::bills_of_account(tx, fact.cell, account),
            [&](const ProvenSection& section) {
                return section.service_point_id == fact.service_point_id && section.dates.from <= fact.on &&
                       fact.on <= section.dates.to;
            },
            touched);
    return touched;
}

std::vector<TouchedBill> bills_touched_by_tariff(Tx& tx, const VersionFact& fact) {
    std::vector<TouchedBill> touched;
    std::vector<std::int64_t> versions = fact.earlier_version_ids;
    versions.push_back(fact.version_id);
    const Result ranges = tx.exec(kRangesOfVersions, versions);
    std::vector<std::pair<CellId, std::int64_t>> accounts;
    for (const Row range : ranges) {
        const auto cell = range.get<CellId>(0);
        const Result rows = tx.exec(kAccountsBilled, cell, range.get<std::int64_t>(1), range.get<std::int64_t>(2));
        for (const Row row : rows) accounts.emplace_back(cell, row.get<std::int64_t>(0));
    }
    std::ranges::sort(accounts);
    accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
    for (const auto& [cell, account] : accounts)
        add_touched(
            store::bills_of_account(tx, cell, account),
            [&](const ProvenSection& section) { return is_touched(section, fact); }, touched);
    return touched;
}

}  // namespace mainspring::billing
