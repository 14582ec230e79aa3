// Rebilling all that facts have touched: a transaction an account, and one answer for one command id.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "billing/rebill_service.hpp"
#include "billing/run_service.hpp"

namespace mainspring::billing {

struct RebillTouchedOrder {
    RebillCommand command;  // but the number of the bill
    std::function<void(const Progress&)> progress = {};  // "look", then "rebill"; accounts
};

struct RefusedAccount {
    std::string account_code;
    std::int64_t bill_number = 0;  // the first one touched
    std::string reason;
};
struct RebilledAccounts {
    std::vector<RebilledBill> bills;      // by account, then oldest first
    std::vector<RefusedAccount> refused;  // nothing was done for these; the others went on
};
// The bills that are touched when the command comes first are kept with its id. A repetition does what is left of them
// (refused before, or broken off), and its answer is of all of them; what is touched later needs a command of its own.
// Refused as a whole: access, command_reused.
std::expected<RebilledAccounts, RebillProblem> rebill_touched(Pool& pool, const Clock& clock,
                                                              const RebillTouchedOrder& order);

}  // namespace mainspring::billing
