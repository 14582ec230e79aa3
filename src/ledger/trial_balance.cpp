#include "ledger/trial_balance.hpp"

#include <algorithm>

#include "base/decimal.hpp"

namespace mainspring::ledger {

std::int64_t Turnover::balance() const { return narrow(Int128{debits} - credits); }

void TrialBalance::add(const TrialBalanceKey& key, Turnover turnover) {
    Turnover& row = rows_[key];
    row.debits = narrow(Int128{row.debits} + turnover.debits);
    row.credits = narrow(Int128{row.credits} + turnover.credits);
}

void TrialBalance::add(const Entry& entry) {
    for (const Leg& leg : entry.legs) {
        const TrialBalanceKey key{entry.legal_entity_id, entry.currency, leg.account_no};
        add(key, leg.amount > 0 ? Turnover{.debits = leg.amount, .credits = 0}
                                : Turnover{.debits = 0, .credits = narrow(-Int128{leg.amount})});
    }
}

bool TrialBalance::is_balanced() const {
    std::map<std::pair<std::int32_t, Currency>, Int128> sums;
    for (const auto& [key, turnover] : rows_)
        sums[{key.legal_entity_id, key.currency}] += Int128{turnover.debits} - turnover.credits;
    return std::ranges::all_of(sums, [](const auto& sum) { return sum.second == 0; });
}

}  // namespace mainspring::ledger
