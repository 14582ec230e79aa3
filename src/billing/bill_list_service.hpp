// The bills of an account as a list.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "billing/derivation.hpp"
#include "calendar/date.hpp"
#include "money/money.hpp"
#include "storage/pool.hpp"

namespace mainspring::billing {

struct BillSummary {
    std::int64_t number = 0;
    std::string display;  // as printed
    std::int32_t bill_seq = 0;
    bool credit_note = false;
    bool cancelled = false;  // a later credit note takes it back
    bool estimated = false;
    DateRange period;
    Date issued_on, due_on;
    Money total;
};
struct BillListQuery {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t most = 12;
    std::int32_t before = 0;  // bill_seq; 0: from the latest
    std::string prefix = {};  // of the utility's numbers
};
// Latest first.
std::vector<BillSummary> last_bills(Tx& tx, const BillListQuery& query);

// What the account's bills were held back by in the last run that looked at it.
struct AccountExceptionView {
    std::int64_t run_id = 0;
    std::string cause, detail;
};
std::vector<AccountExceptionView> exceptions_of_account(Tx& tx, CellId cell, std::int64_t account_id,
                                                        std::int32_t legal_entity_id);

// The number as it is printed.
std::string bill_display(std::string_view prefix, BillKind kind, std::int64_t number);

}  // namespace mainspring::billing
