// Turnover by account from the journal, or from the read model (ledger.account_day) and the entries that came after it.
#pragma once
#include <optional>

#include "ledger/trial_balance.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

// What is not named is not restricted.
struct TrialBalanceQuery {
    std::optional<Date> upto;  // business date, included
    std::optional<Instant> posted_upto;  // included: what was known then. The read model cannot tell: journal only
    std::optional<std::int32_t> legal_entity_id;
    std::optional<std::int32_t> org_unit_id;
};
enum class TrialBalanceSource { journal, read_model };
// REQUIRES: no posted_upto with read_model.
TrialBalance trial_balance(Pool& pool, const TrialBalanceQuery& query, TrialBalanceSource source);

struct RollupStep {
    std::int32_t rollup_no = 0;
    std::int64_t from_tx = 0, upto_tx = 0;  // entries with from_tx <= tx < upto_tx went in
    std::int64_t rows = 0;
};
// Adds the entries of finished transactions to the read model of one cell. The horizon is the oldest transaction still
// running, so no entry is missed however late it commits, and none counted twice.
RollupStep rollup(Pool& pool, const Clock& clock, CellId cell);

}  // namespace mainspring::ledger
