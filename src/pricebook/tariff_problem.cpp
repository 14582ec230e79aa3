#include "pricebook/tariff_problem.hpp"

#include <fmt/ranges.h>

#include "base/ensure.hpp"

namespace mainspring::pricebook {

api::Problem problem_of(const TariffRefusal& refusal) {
    std::string text = fmt::format("{}", fmt::join(refusal.problems, "\n"));
    while (text.ends_with('\n')) text.pop_back();
    const auto problem = [&](int status, const char* type, const char* field = "") {
        return api::Problem(status, type, text, field);
    };
    switch (refusal.code) {
        case TariffRefusalCode::command_reused: return problem(409, "command_reused", "header.Idempotency-Key");
        case TariffRefusalCode::access: return problem(403, "not_allowed");
        case TariffRefusalCode::bad_text: return problem(422, "bad_text", "body.text");
        case TariffRefusalCode::no_examples: return problem(422, "no_examples", "body.text");
        case TariffRefusalCode::text_differs: return problem(409, "text_differs", "body.text");
        case TariffRefusalCode::day_taken: return problem(409, "day_taken", "body.text");
        case TariffRefusalCode::unknown_version: return problem(404, "unknown_version", "path.version");
        case TariffRefusalCode::examples_differ: return problem(422, "examples_differ");
        case TariffRefusalCode::own_import: return problem(409, "own_import");
    }
    ensure(false, "every refusal of a tariff has its problem");
    return problem(500, "fault");
}

}  // namespace mainspring::pricebook
