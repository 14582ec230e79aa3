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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto file = mainspring::tariff::read_tariff(text, "fuzz");
    if (file) {
        must(!mainspring::tariff::describe(file->plan).empty(), "a plan can be told in words");
        must(!file->plan.clauses.empty(), "a tariff has charges");
        return 0;
    }
    must(!file.error().empty() && file.error().size() <= 201, "a refusal says why, and not too often");
    for (const auto& problem : file.error())
        must(problem.line >= 1 && problem.column >= 1 && !problem.reason.empty(), "a problem has a place and a reason");
    return 0;
}
