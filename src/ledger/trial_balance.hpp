// Turnover and balance by account. A leg is 64 bits; sums of any number of them that a journal can hold fit 128.
// Pure arithmetic; where the sums come from is trial_balance_service.hpp.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "base/decimal.hpp"
#include "ledger/entry.hpp"

namespace mainspring::ledger {

struct TrialBalanceKey {
    std::int32_t legal_entity_id = 0;
    Currency currency;
    std::int32_t account_no = 0;
    friend auto operator<=>(const TrialBalanceKey&, const TrialBalanceKey&) = default;
};

struct Turnover {
    Int128 debits = 0;   // sum of debit legs, >= 0
    Int128 credits = 0;  // sum of credit legs as a positive number
    Int128 balance() const { return debits - credits; }  // + debit balance
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
