// Any bytes as a tariff: read it, or say where it is wrong.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tariff/describe.hpp"
#include "tariff/tariff_text.hpp"

namespace {

void must(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

// The steps take no more than there is and leave one value, on a stack of the size that rating has.
void check_formula(const mainspring::tariff::Formula& formula) {
    using Op = mainspring::tariff::Formula::Step::Op;
    int values = 0;
    for (const auto& step : formula.steps) {
        const bool is_value = step.op == Op::number || step.op == Op::input;
        must(is_value || values >= (step.op == Op::negate ? 1 : 2), "a formula's step has its values");
        must(step.op != Op::input || step.input < formula.inputs.size(), "a formula's input is one of its inputs");
        values += is_value ? 1 : step.op == Op::negate ? 0 : -1;
        must(values <= 128, "a formula is not deep");
    }
    must(formula.steps.empty() || values == 1, "a formula leaves one value");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto file = mainspring::tariff::read_tariff(text, "fuzz");
    if (file) {
        must(!mainspring::tariff::describe(file->plan).empty(), "a plan can be told in words");
        for (const auto& clause : file->plan.clauses) check_formula(clause.formula);
        must(!file->plan.clauses.empty(), "a tariff has charges");
        return 0;
    }
    must(!file.error().empty() && file.error().size() <= 201, "a refusal says why, and not too often");
    for (const auto& problem : file.error())
        must(problem.line >= 1 && problem.column >= 1 && !problem.reason.empty(), "a problem has a place and a reason");
    return 0;
}
