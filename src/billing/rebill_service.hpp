// Taking bills back: cancel, or cancel and bill again from today's facts (cap 81). Nothing is edited: a credit note, a
// reversing entry, a new bill, and the difference. docs/BILLING.md, "Cancel and rebill".
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "billing/billing_store.hpp"
#include "billing/resources.hpp"

namespace mainspring::billing {

enum class RebillRefusal {
    access,             // the actor may not bill in the utility
    unknown_bill,
    not_a_bill,         // a credit note
    already_cancelled,
    unfinished_run,     // a run of the utility is under way
    held_back,          // the new bill has exceptions; nothing was cancelled
    period_closed,
    command_reused,
    chart_incomplete,
    out_of_range,       // an amount or the account's balance would be too large; nothing was cancelled
};
struct RebillProblem {
    RebillRefusal code{};
    std::string text;
};

struct RebillCommand {
    Uuid command_id;
    store::BillNumber bill;  // the first wrong one; later bills of the account go with it
    enum class Mode : std::uint8_t { cancel_only, rebill } mode = Mode::rebill;
    std::optional<Date> issued_on = {};  // none: the day that it is at the utility
    std::int32_t due_days = 21;           // from the issue on
    std::string reason;
    std::int32_t actor_id = 0, org_unit_id = 0;
};

// One old bill and what came in its place.
struct RebilledBill {
    std::int64_t old_number = 0, credit_note_number = 0;
    std::int64_t new_number = 0;  // 0: none
    DateRange period;
    std::int64_t old_minor = 0, new_minor = 0;
    Currency currency;
};
// Oldest first. A repeat of the command gives the same answer.
std::expected<std::vector<RebilledBill>, RebillProblem> rebill(Pool& pool, const Clock& clock,
                                                               const RebillCommand& command);
// The same for one of many: what all of them share is read once.
std::expected<std::vector<RebilledBill>, RebillProblem> rebill(Pool& pool, const Clock& clock,
                                                               const RebillCommand& command,
                                                               LatestResources& resources);
// The first question of every rebilling.
std::expected<void, RebillProblem> may_rebill(Tx& tx, const RebillCommand& command);
// How a command says its issue date and days to pay in its request: a day left open stays open.
std::string request_text(const RebillCommand& command);

}  // namespace mainspring::billing
