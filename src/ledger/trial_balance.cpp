#include "ledger/trial_balance.hpp"

#include <algorithm>

namespace mainspring::ledger {

void TrialBalance::add(const TrialBalanceKey& key, Turnover turnover) {
    Turnover& row = rows_[key];
    row.debits += turnover.debits;
    row.credits += turnover.credits;
}

void TrialBalance::add(const Entry& entry) {
    for (const Leg& leg : entry.legs) {
        const TrialBalanceKey key{entry.legal_entity_id, entry.currency, leg.account_no};
        add(key, leg.amount > 0 ? Turnover{.debits = leg.amount, .credits = 0}
                                : Turnover{.debits = 0, .credits = -Int128{leg.amount}});
    }
}

bool TrialBalance::is_balanced() const {
    std::map<std::pair<std::int32_t, Currency>, Int128> sums;
    for (const auto& [key, turnover] : rows_) sums[{key.legal_entity_id, key.currency}] += turnover.balance();
    return std::ranges::all_of(sums, [](const auto& sum) { return sum.second == 0; });
}

}  // namespace mainspring::ledger
