#include "billing/bill_list_service.hpp"

#include <fmt/format.h>

#include "base/ensure.hpp"

namespace mainspring::billing {
namespace {

constexpr std::int32_t kEstimatedBit = 1;

const Statement kLastBills{"billing.last_bills", R"(
    select b.number, b.bill_seq, b.kind = 2, exists (select from billing.bill c where c.cell_id = b.cell_id
           and c.account_id = b.account_id and c.cancels_seq = b.bill_seq), b.flags, b.period_from, b.period_to,
                  b.issued_on,
           b.due_on, b.currency::text, b.total_minor
    from billing.bill b where b.cell_id = $1 and b.account_id = $2 and ($4 = 0 or b.bill_seq < $4)
    order by b.bill_seq desc limit $3)"};

const Statement kExceptionsOfAccount{"billing.exceptions_of_account", R"(
    select e.run_id, e.cause, e.detail from billing.exception e
    where e.cell_id = $1 and e.account_id = $2
      and e.run_id = (select max(r.run_id) from billing.run r join billing.run_range g using (run_id)
                      where r.legal_entity_id = $3 and r.state <> 'cancelled' and g.cell_id = $1
                        and $2 between g.account_from and g.account_to)
    order by e.agreement_id, e.cause)"};

}  // namespace

std::vector<BillSummary> last_bills(Tx& tx, const BillListQuery& query) {
    std::vector<BillSummary> bills;
    for (const Row row : tx.exec(kLastBills, query.cell, query.account_id, std::int64_t{query.most}, query.before)) {
        const auto currency = currency_of(row.get<std::string>(9));
        ensure(currency.has_value(), "a stored currency is known");
        const auto number = row.get<std::int64_t>(0);
        const BillKind kind = row.get<bool>(2) ? BillKind::cancellation : BillKind::bill;
        bills.push_back({.number = number,
                         .display = bill_display(query.prefix, kind, number),
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

std::vector<AccountExceptionView> exceptions_of_account(Tx& tx, CellId cell, std::int64_t account_id,
                                                        std::int32_t legal_entity_id) {
    std::vector<AccountExceptionView> exceptions;
    for (const Row row : tx.exec(kExceptionsOfAccount, cell, account_id, legal_entity_id))
        exceptions.push_back({row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::string>(2)});
    return exceptions;
}

std::string bill_display(std::string_view prefix, BillKind kind, std::int64_t number) {
    return fmt::format("{}{}{:08}", kind == BillKind::cancellation ? "CN-" : "", prefix, number);
}

}  // namespace mainspring::billing
