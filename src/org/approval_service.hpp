// Four eyes: what one person asks for and another must agree to before it is done. An action's service
//   1. offers ask_approval to whoever may ask,
//   2. calls require_approval in the transaction that does it, with the whole request as text.
// The approval is for exactly that request: another request, another maker or a second use is refused.
#pragma once
#include "org/administration.hpp"

namespace mainspring::org {

struct ApprovalSubject {
    std::string action;  // "bill.release": a use case, closed by who may agree to it
    std::string object;  // "run:7"
    std::string request_json;
    std::int32_t org_unit_id = 0;  // 0: it concerns all units
};
// Who may agree to an action: Permission of the checker, in the unit of the thing. Nothing: no such action.
std::optional<Permission> permission_to_approve(std::string_view action);

struct ApprovalView {
    std::int64_t approval_id = 0;
    ApprovalSubject subject;
    std::string state, maker, checker, note;  // codes of actors; checker empty: none yet
    Instant asked_at, expires_at;
    std::optional<Instant> decided_at;
};
struct ApprovalQuery {
    std::string state = {};  // empty: any
    std::int64_t after = 0;  // goes down from the newest; 0: from there
    std::int32_t limit = 50;
};
// Those of units where the actor may look.
std::vector<ApprovalView> list_approvals(Tx& tx, std::int32_t actor_id, const ApprovalQuery& query);

inline constexpr std::chrono::hours kApprovalHolds{7 * 24};

// In the caller's transaction, which has asked whether the maker may. What was asked for the same object before and is
// still open is withdrawn. Gives the approval's id.
std::int64_t ask_approval(Tx& tx, const Order& order, Instant at, const ApprovalSubject& subject);

struct Verdict {
    enum class Kind : std::uint8_t { approved, rejected } kind{};
    std::int64_t approval_id = 0;
    std::string note;
};
// By another person than the maker who may agree to the action in its unit.
AdminResult decide(Pool& pool, const Clock& clock, const Order& order, const Verdict& verdict);

// Uses up the approval of exactly this request by this maker, or says why there is none: not_approved, expired.
std::expected<void, AdminRefusal> require_approval(Tx& tx, const Order& order, Instant at,
                                                   const ApprovalSubject& subject);

}  // namespace mainspring::org
