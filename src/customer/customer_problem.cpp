#include "customer/customer_problem.hpp"

#include "base/ensure.hpp"

namespace mainspring::customer {

api::Problem problem_of(const Refusal& refusal) {
    const auto problem = [&](int status, const char* type, const char* field = "") {
        return api::Problem(status, type, refusal.text, field);
    };
    switch (refusal.code) {
        case RefusalCode::command_reused: return problem(409, "command_reused", "header.Idempotency-Key");
        case RefusalCode::unknown_account: return problem(404, "unknown_account", "path.account");
        case RefusalCode::unknown_service_point: return problem(422, "unknown_service_point", "body.service_point");
        case RefusalCode::access: return problem(403, "not_allowed");
        case RefusalCode::other_cell: return problem(422, "other_cell", "body.service_point");
        case RefusalCode::before_opening: return problem(422, "before_opening", "body.on");
        case RefusalCode::supplied: return problem(409, "supplied", "body.service_point");
        case RefusalCode::not_supplied: return problem(409, "not_supplied", "body.service_point");
        case RefusalCode::already_ended: return problem(409, "already_ended", "body.on");
    }
    ensure(false, "every refusal of the customer room has its problem");
    return problem(500, "fault");
}

}  // namespace mainspring::customer
