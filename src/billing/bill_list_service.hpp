// The bills of an account as a list.
#pragma once
#include <cstdint>
#include <vector>

#include "base/id.hpp"
#include "calendar/date.hpp"
#include "money/money.hpp"
#include "storage/pool.hpp"

namespace mainspring::billing {

struct BillSummary {
    std::int64_t number = 0;
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
};
// Latest first.
std::vector<BillSummary> last_bills(Tx& tx, const BillListQuery& query);

}  // namespace mainspring::billing
