// A bill run as it is stored: what it bills, how far it is.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/uuid.hpp"
#include "billing/derivation.hpp"
#include "billing/section.hpp"

namespace mainspring::billing {

enum class RunState : std::uint8_t { rating, checked, issuing, issued, cancelled };
std::string_view text_of(RunState state);
std::optional<RunState> run_state_of(std::string_view text);

struct Run {
    std::int64_t run_id = 0;
    Uuid command_id;
    std::int32_t legal_entity_id = 0;
    std::string cycle;
    RunRules rules;
    Instant clock;  // the run's fixed "now"
    Date issued_on, due_on;
    RunState state = RunState::rating;
    bool stop_asked = false;
    std::int32_t actor_id = 0, org_unit_id = 0;
    std::optional<std::int64_t> first_number;
};

enum class RangeState : std::uint8_t { open, rated, issued };

struct RunRange {
    CellId cell;
    std::int32_t range_no = 0;
    std::int64_t account_from = 0, account_to = 0;  // both included
    RangeState state = RangeState::open;
    std::int32_t accounts = 0, bills = 0, exceptions = 0;
    std::optional<Sha256> digest;
    std::optional<std::int64_t> first_number;
};

// The rules as kept in billing.run.parameters, and back. Unknown keys are a BugError: we wrote them.
std::string rules_json(const RunRules& rules);
void read_rules_json(std::string_view json, RunRules& rules);

}  // namespace mainspring::billing
