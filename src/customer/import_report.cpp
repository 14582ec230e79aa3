#include "customer/import_report.hpp"

#include <fmt/format.h>

#include "base/json.hpp"

namespace mainspring::customer {

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

ImportReport ImportReport::from_json(std::string_view text) {
    const Json json = stored_json(text);
    ImportReport report;
    report.lines = json.at("lines").integer();
    report.added = json.at("added").integer();
    report.changed = json.at("changed").integer();
    report.unchanged = json.at("unchanged").integer();
    report.rejected = json.at("rejected").integer();
    report.warnings = json.at("warnings").integer();
    report.done_before = true;
    return report;
}

}  // namespace mainspring::customer
