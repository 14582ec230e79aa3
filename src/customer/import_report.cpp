#include "customer/import_report.hpp"

#include <charconv>
#include <fmt/format.h>

namespace mainspring::customer {
namespace {

std::int64_t number_of(std::string_view json, std::string_view key) {
    const std::size_t at = json.find(fmt::format("\"{}\": ", key));
    if (at == std::string_view::npos) return 0;
    const char* from = json.data() + at + key.size() + 4;
    std::int64_t value = 0;
    std::from_chars(from, json.data() + json.size(), value);
    return value;
}

}  // namespace

void ImportReport::count(LineOutcome outcome) {
    ++lines;
    switch (outcome) {
        case LineOutcome::unchanged: ++unchanged; break;
        case LineOutcome::changed: ++changed; break;
        case LineOutcome::added: ++added; break;
        case LineOutcome::rejected: ++rejected; break;
    }
}

void ImportReport::add(formats::Problem problem) {
    if (problem.severity == formats::Severity::warning)
        ++warnings;
    else
        count(LineOutcome::rejected);
    if (problems.size() < kKeptProblems) problems.push_back(std::move(problem));
}

void ImportReport::merge(ImportReport&& other) {
    lines += other.lines;
    added += other.added;
    changed += other.changed;
    unchanged += other.unchanged;
    rejected += other.rejected;
    warnings += other.warnings;
    for (auto& problem : other.problems)
        if (problems.size() < kKeptProblems) problems.push_back(std::move(problem));
}

std::string ImportReport::to_json() const {
    return fmt::format(
        R"({{"lines": {}, "added": {}, "changed": {}, "unchanged": {}, "rejected": {}, "warnings": {}}})", lines, added,
        changed, unchanged, rejected, warnings);
}

ImportReport ImportReport::from_json(std::string_view json) {
    ImportReport report;
    report.lines = number_of(json, "lines");
    report.added = number_of(json, "added");
    report.changed = number_of(json, "changed");
    report.unchanged = number_of(json, "unchanged");
    report.rejected = number_of(json, "rejected");
    report.warnings = number_of(json, "warnings");
    report.done_before = true;
    return report;
}

}  // namespace mainspring::customer
