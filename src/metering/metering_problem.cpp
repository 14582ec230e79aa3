#include "metering/metering_problem.hpp"

#include <fmt/format.h>

#include "base/ensure.hpp"

namespace mainspring::metering {

api::Problem problem_of(const ReadRefusal& refusal) {
    const auto problem = [&](int status, const char* type, const char* field = "") {
        return api::Problem(status, type, refusal.text, field);
    };
    switch (refusal.code) {
        case ReadRefusalCode::command_reused: return problem(409, "command_reused", "header.Idempotency-Key");
        case ReadRefusalCode::access: return problem(403, "not_allowed");
        case ReadRefusalCode::unknown_read: return problem(404, "unknown_read", "path.read");
        case ReadRefusalCode::changed_since: return problem(409, "changed_since", "path.read");
        case ReadRefusalCode::already_so: return problem(409, "already_so", "body.decision");
        case ReadRefusalCode::unknown_register: return problem(422, "unknown_register", "body.values");
        case ReadRefusalCode::bad_value: return problem(422, "bad_value", "body.values");
    }
    ensure(false, "every refusal of a decision about a read has its problem");
    return problem(500, "fault");
}

api::Problem problem_of(const EntryRefusal& refusal) {
    const auto problem = [&](int status, const char* type, const std::string& field = "") {
        return api::Problem(status, type, refusal.text, field);
    };
    const std::string value = fmt::format("body.values[{}]", refusal.value);
    switch (refusal.code) {
        case EntryRefusalCode::command_reused: return problem(409, "command_reused", "header.Idempotency-Key");
        case EntryRefusalCode::access: return problem(403, "not_allowed");
        case EntryRefusalCode::in_future: return problem(422, "in_future", "body.on");
        case EntryRefusalCode::no_meter: return problem(422, "no_meter", "body.serial");
        case EntryRefusalCode::unknown_register: return problem(422, "unknown_register", value + ".register");
        case EntryRefusalCode::bad_value: return problem(422, "bad_value", value + ".value");
        case EntryRefusalCode::already_read: return problem(409, "already_read", value + ".register");
        case EntryRefusalCode::implausible: return problem(422, "implausible", value + ".value");
    }
    ensure(false, "every refusal of a typed read has its problem");
    return problem(500, "fault");
}

}  // namespace mainspring::metering
