// Use cases of the ledger: manual entries, matching of credits, periods. Each is one transaction and safe to repeat:
// the same command id gives the same answer.
#pragma once
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "ledger/chart.hpp"
#include "ledger/entry.hpp"
#include "ledger/posting.hpp"
#include "org/access.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

Chart load_chart(Pool& pool);

struct PostCommand {
    Uuid command_id;
    BookKey book;
    std::int32_t legal_entity_id = 0;
    std::int32_t org_unit_id = 0;
    std::int32_t actor_id = 0;
    Date business_date;
    Currency currency;
    std::optional<Date> due_on;
    std::vector<Leg> legs;
};
// An entry of kind adjustment.
std::expected<Entry, PostingRefusal> post(Pool& pool, const Clock& clock, const Chart& chart,
                                          const PostCommand& command);

// Settles open debits by open credits of the book, oldest first. Nothing to match: no entry, and the id is not used up.
// `legs` of the command is not looked at.
std::expected<std::optional<Entry>, PostingRefusal> match(Pool& pool, const Clock& clock, const Chart& chart,
                                                          const PostCommand& command);

enum class PeriodState { open, closed };
struct PeriodCommand {
    Uuid command_id;
    std::int32_t legal_entity_id = 0;
    std::int32_t period = 0;  // 202603
    PeriodState state = PeriodState::closed;
    std::int32_t actor_id = 0;
    std::int32_t org_unit_id = 0;
};
// Waits for postings under way; from the commit on none gets into a closed period. False: it was so already.
std::expected<bool, org::AccessRefusal> set_period(Pool& pool, const Clock& clock, const PeriodCommand& command);

}  // namespace mainspring::ledger
