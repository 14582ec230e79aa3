#include "identity/identity_problem.hpp"

namespace mainspring::identity {
namespace {

int status_of(RefusalCode code) {
    switch (code) {
        case RefusalCode::wrong:
        case RefusalCode::code_wanted: return 401;
        case RefusalCode::wait: return 429;
        case RefusalCode::busy: return 503;
        case RefusalCode::not_allowed: return 403;
        case RefusalCode::unknown_user:
        case RefusalCode::unknown_session:
        case RefusalCode::unknown_token: return 404;
        case RefusalCode::has_second_factor:
        case RefusalCode::no_second_factor: return 409;
        case RefusalCode::weak_password:
        case RefusalCode::link_expired:
        case RefusalCode::bad_scopes:
        case RefusalCode::bad_expiry: return 422;
    }
    return 500;
}

std::string field_of(RefusalCode code) {
    switch (code) {
        case RefusalCode::weak_password: return "body.password";
        case RefusalCode::link_expired: return "body.token";
        case RefusalCode::bad_scopes: return "body.scopes";
        case RefusalCode::bad_expiry: return "body.expires_on";
        default: return "";
    }
}

// tidy: flat-list
int status_of(org::AdminRefusalCode code) {
    using enum org::AdminRefusalCode;
    switch (code) {
        case access:
        case own_rights:
        case same_person: return 403;
        case unknown_utility:
        case unknown_unit:
        case unknown_user:
        case unknown_role:
        case unknown_assignment:
        case unknown_approval: return 404;
        case command_reused:
        case code_taken:
        case already_decided:
        case expired:
        case not_approved: return 409;
        case other_utility:
        case root_stays:
        case below_itself:
        case in_the_past:
        case dates_reversed:
        case not_for_customers:
        case administrator_stays:
        case roles_apart:
        case duties_apart: return 422;
    }
    return 500;
}

}  // namespace

api::Problem problem_of(const Refusal& refusal) {
    return {status_of(refusal.code), std::string(name_of(refusal.code)), refusal.text, field_of(refusal.code)};
}

api::Problem problem_of(const org::AdminRefusal& refusal) {
    const bool reused = refusal.code == org::AdminRefusalCode::command_reused;
    return {status_of(refusal.code), std::string(org::name_of(refusal.code)), refusal.text,
            reused ? "header.Idempotency-Key" : ""};
}

}  // namespace mainspring::identity
