// The chart of accounts: numbers, keys as tariffs name them, and which accounts are sums of customers' balances.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mainspring::ledger {

enum class AccountKind : char { asset = 'A', liability = 'L', equity = 'E', revenue = 'R', expense = 'X' };

struct Account {
    std::int32_t number = 0;
    std::string key;   // "revenue.electricity"
    std::string name;  // English
    AccountKind kind = AccountKind::asset;
    bool control = false;  // its legs are open items of books
};

inline constexpr std::string_view kCash = "cash";
inline constexpr std::string_view kBank = "bank";
inline constexpr std::string_view kPaymentsInTransit = "payments_in_transit";
inline constexpr std::string_view kCustomerCredit = "customer_credit";

// Immutable; loaded once (ledger_service.hpp) and shared by threads.
class Chart {
public:
    Chart() = default;
    // REQUIRES: numbers and keys are unique, customer_credit is among them and is a control account.
    explicit Chart(std::vector<Account> accounts);

    std::span<const Account> accounts() const { return accounts_; }  // ascending by number
    const Account* find(std::int32_t number) const;                  // null: unknown
    std::optional<std::int32_t> number_of(std::string_view key) const;
    // REQUIRES: the key is in the chart.
    std::int32_t at(std::string_view key) const;
    bool is_control(std::int32_t number) const;
    std::int32_t customer_credit() const { return customer_credit_; }

private:
    std::vector<Account> accounts_;
    std::vector<std::int32_t> control_;  // ascending
    std::int32_t customer_credit_ = 0;
};

}  // namespace mainspring::ledger
