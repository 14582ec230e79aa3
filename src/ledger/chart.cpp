#include "ledger/chart.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace mainspring::ledger {

Chart::Chart(std::vector<Account> accounts) : accounts_(std::move(accounts)) {
    std::ranges::sort(accounts_, {}, &Account::number);
    const auto twice = std::ranges::adjacent_find(accounts_, {}, &Account::number);
    ensure(twice == accounts_.end(), "an account number appears once in the chart");
    for (const Account& account : accounts_)
        if (account.control) control_.push_back(account.number);
    customer_credit_ = at(kCustomerCredit);
    ensure(is_control(customer_credit_), "customer_credit is a control account");
}

const Account* Chart::find(std::int32_t number) const {
    const auto at = std::ranges::lower_bound(accounts_, number, {}, &Account::number);
    return at != accounts_.end() && at->number == number ? &*at : nullptr;
}

std::optional<std::int32_t> Chart::number_of(std::string_view key) const {
    const auto at = std::ranges::find(accounts_, key, &Account::key);
    if (at == accounts_.end()) return std::nullopt;
    return at->number;
}

std::int32_t Chart::at(std::string_view key) const {
    const auto number = number_of(key);
    ensure(number.has_value(), "the chart of accounts has the key");
    return *number;
}

bool Chart::is_control(std::int32_t number) const { return std::ranges::binary_search(control_, number); }

}  // namespace mainspring::ledger
