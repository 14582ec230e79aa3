#include "billing/bill_list_service.hpp"

#include "base/ensure.hpp"

namespace mainspring::billing {
namespace {

constexpr std::int32_t kEstimatedBit = 1;

const Statement kLastBills{"billing.last_bills", R"(
    select b.number, b.bill_seq, b.kind = 2, exists (select from billing.bill c where c.cell_id = b.cell_id
           and c.account_id = b.account_id and c.cancels_seq = b.bill_seq), b.flags, b.period_from, b.period_to,
                  b.issued_on,
           b.due_on, b.currency::text, b.total_minor
    from billing.bill b where b.cell_id = $1 and b.account_id = $2 order by b.bill_seq desc limit $3)"};

}  // namespace

std::vector<BillSummary> last_bills(Tx& tx, const BillListQuery& query) {
    std::vector<BillSummary> bills;
    for (const Row row : tx.exec(kLastBills, query.cell, query.account_id, std::int64_t{query.most})) {
        const auto currency = currency_of(row.get<std::string>(9));
        ensure(currency.has_value(), "a stored currency is known");
        bills.push_back({.number = row.get<std::int64_t>(0),
                         .bill_seq = row.get<std::int32_t>(1),
                         .credit_note = row.get<bool>(2),
                         .cancelled = row.get<bool>(3),
                         .estimated = (row.get<std::int32_t>(4) & kEstimatedBit) != 0,
                         .period = {row.get<Date>(5), row.get<Date>(6)},
                         .issued_on = row.get<Date>(7),
                         .due_on = row.get<Date>(8),
                         .total = {row.get<std::int64_t>(10), *currency}});
    }
    return bills;
}

}  // namespace mainspring::billing
