#include "billing/billing_problem.hpp"

#include "base/ensure.hpp"

namespace mainspring::billing {

api::Problem problem_of(const RunProblem& refusal) {
    const auto problem = [&](int status, const char* type, const char* field = "") {
        return api::Problem(status, type, refusal.text, field);
    };
    switch (refusal.code) {
        case RunRefusal::unknown_run: return problem(404, "unknown_run", "path.run");
        case RunRefusal::unknown_utility: return problem(404, "unknown_utility", "path.utility");
        case RunRefusal::access: return problem(403, "not_allowed");
        case RunRefusal::bad_period: return problem(422, "bad_period", "body.to");
        case RunRefusal::unfinished_run: return problem(409, "unfinished_run");
        case RunRefusal::not_cancellable: return problem(409, "not_cancellable");
        case RunRefusal::already_cancelled: return problem(409, "already_cancelled");
        case RunRefusal::chart_incomplete: return problem(409, "chart_incomplete");
        case RunRefusal::nobody_to_bill: return problem(422, "nobody_to_bill");
        case RunRefusal::period_closed: return problem(409, "period_closed", "body.issued_on");
        case RunRefusal::command_reused: return problem(409, "command_reused", "header.Idempotency-Key");
        case RunRefusal::facts_changed: return problem(409, "facts_changed");
    }
    ensure(false, "every refusal of a run has its problem");
    return problem(500, "fault");
}

api::Problem problem_of(const RebillProblem& refusal) {
    const auto problem = [&](int status, const char* type, const char* field = "") {
        return api::Problem(status, type, refusal.text, field);
    };
    switch (refusal.code) {
        case RebillRefusal::access: return problem(403, "not_allowed");
        case RebillRefusal::unknown_bill: return problem(404, "unknown_bill", "path.bill");
        case RebillRefusal::not_a_bill: return problem(422, "not_a_bill", "path.bill");
        case RebillRefusal::already_cancelled: return problem(409, "already_cancelled");
        case RebillRefusal::unfinished_run: return problem(409, "unfinished_run");
        case RebillRefusal::held_back: return problem(409, "held_back");
        case RebillRefusal::period_closed: return problem(409, "period_closed", "body.issued_on");
        case RebillRefusal::command_reused: return problem(409, "command_reused", "header.Idempotency-Key");
        case RebillRefusal::chart_incomplete: return problem(409, "chart_incomplete");
        case RebillRefusal::out_of_range: return problem(422, "out_of_range");
    }
    ensure(false, "every refusal of a rebilling has its problem");
    return problem(500, "fault");
}

}  // namespace mainspring::billing
