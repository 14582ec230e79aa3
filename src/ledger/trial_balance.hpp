// Turnover and balance by account. Pure arithmetic; where the sums come from is trial_balance_service.hpp.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "ledger/entry.hpp"

namespace mainspring::ledger {

struct TrialBalanceKey {
    std::int32_t legal_entity_id = 0;
    Currency currency;
    std::int32_t account_no = 0;
    friend auto operator<=>(const TrialBalanceKey&, const TrialBalanceKey&) = default;
};

struct Turnover {
    std::int64_t debits = 0;   // sum of debit legs, >= 0
    std::int64_t credits = 0;  // sum of credit legs as a positive number
    // + debit balance. Throws BugError when it leaves 64 bits, as do all sums here.
    std::int64_t balance() const;
    friend bool operator==(const Turnover&, const Turnover&) = default;
};

class TrialBalance {
public:
    void add(const TrialBalanceKey& key, Turnover turnover);
    void add(const Entry& entry);
    const std::map<TrialBalanceKey, Turnover>& rows() const { return rows_; }
    // Debits equal credits for every legal entity and currency.
    bool is_balanced() const;
    friend bool operator==(const TrialBalance&, const TrialBalance&) = default;

private:
    std::map<TrialBalanceKey, Turnover> rows_;
};

}  // namespace mainspring::ledger
