#include "pricebook/tariff_answer.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "tariff/describe.hpp"

namespace mainspring::pricebook {
namespace {

using exchange::BillChange;
using exchange::ClauseChange;
using exchange::TermChange;
using rating::ExampleDifference;
using rating::ExampleResult;

std::string problem_json(const tariff::TextProblem& problem) {
    return JsonObject()
        .number("line", problem.line)
        .number("column", problem.column)
        .text("path", problem.path)
        .text("reason", problem.reason)
        .done();
}

class ExampleWriter {
public:
    explicit ExampleWriter(const tariff::TariffFile& file) : file_(file) {}

    std::string json(const tariff::Example& example, const ExampleResult& result) const {
        JsonObject json;
        json.text("name", example.name)
            .number("line", example.line)
            .text("from", format_date(example.dates.from))
            .text("to", format_date(example.dates.to))
            .raw("passed", result.passed() ? "true" : "false");
        if (!result.problem.empty()) json.text("problem", result.problem);
        return json.raw("lines", lines_json(example, result)).raw("total", total_json(example, result)).done();
    }

private:
    std::string money(std::int64_t minor) const { return format_money({minor, file_.plan.currency}); }

    static const ExampleDifference* difference_of(const ExampleResult& result, std::string_view clause) {
        const auto at = std::ranges::find(result.differences, clause, &ExampleDifference::clause);
        return at != result.differences.end() ? &*at : nullptr;
    }

    std::string amounts(std::string_view clause, std::optional<std::int64_t> expected,
                        std::optional<std::int64_t> got) const {
        JsonObject json;
        if (!clause.empty()) json.text("clause", clause);
        if (expected) json.text("expected", money(*expected));
        if (got) json.text("got", money(*got));
        return json.done();
    }

    // What differs is told by the result; all else came out as it should.
    std::string lines_json(const tariff::Example& example, const ExampleResult& result) const {
        std::vector<std::string> lines;
        for (const auto& line : example.lines) {
            const auto* differs = difference_of(result, line.clause);
            const auto got = differs != nullptr ? differs->got_minor : std::optional(line.amount_minor);
            lines.push_back(amounts(line.clause, line.amount_minor, result.problem.empty() ? got : std::nullopt));
        }
        for (const auto& differs : result.differences)
            if (!differs.expected_minor) lines.push_back(amounts(differs.clause, std::nullopt, differs.got_minor));
        return json_list(lines, [](const std::string& line) { return line; });
    }

    std::string total_json(const tariff::Example& example, const ExampleResult& result) const {
        const auto* differs = difference_of(result, "total");
        const auto got = differs != nullptr ? differs->got_minor : std::optional(example.total_minor);
        return amounts("", example.total_minor, result.problem.empty() ? got : std::nullopt);
    }

    const tariff::TariffFile& file_;
};

ExampleResult run(const tariff::TariffFile& file, const tariff::Example& example,
                  const rating::ReadBeside& read_beside) {
    const auto earlier = rating::read_with(example, read_beside);
    if (earlier) return rating::run_example(file.plan, example, *earlier);
    return {.name = example.name, .line = example.line, .problem = earlier.error(), .differences = {}};
}

std::string terms_json(const std::vector<TermChange>& terms) {
    return json_list(terms, [](const TermChange& term) {
        return JsonObject().text("term", term.name).text("before", term.before).text("after", term.after).done();
    });
}

std::string clause_json(const ClauseChange& clause) {
    return JsonObject()
        .text("clause", clause.clause)
        .text("name", clause.printed)
        .text("change", text_of(clause.how))
        .raw("terms", terms_json(clause.terms))
        .done();
}

std::string bill_json(const BillChange& bill, const exchange::TariffDifference& difference) {
    const auto before = [&](std::int64_t minor) { return format_money({minor, difference.before_currency}); };
    const auto after = [&](std::int64_t minor) { return format_money({minor, difference.after_currency}); };
    JsonObject json;
    json.text("example", bill.example).text("of_version", bill.of_version);
    if (!bill.problem.empty()) return json.text("problem", bill.problem).done();
    return json.text("before", before(bill.before_minor))
        .text("after", after(bill.after_minor))
        .list("lines", bill.lines,
              [&](const BillChange::Line& line) {
                  return JsonObject()
                      .text("clause", line.clause)
                      .text("before", before(line.before_minor))
                      .text("after", after(line.after_minor))
                      .done();
              })
        .done();
}

}  // namespace

std::string plan_json(const tariff::Plan& plan) {
    return JsonObject()
        .text("tariff", plan.key)
        .text("version", plan.version)
        .text("effective", format_date(plan.effective))
        .text("name", plan.name_en)
        .text("commodity", mainspring::text_of(plan.commodity))
        .text("currency", plan.currency.text())
        .text("zone", plan.zone)
        .text("description", tariff::describe(plan))
        .list("charges", plan.clauses,
              [](const tariff::Clause& clause) {
                  return JsonObject().text("clause", clause.name).text("name", clause.name_en).done();
              })
        .done();
}

std::string check_json(const TariffText& file, const rating::ReadBeside& read_beside) {
    JsonObject json;
    const auto read = tariff::read_tariff(file.text, file.file_name);
    if (!read)
        return json.raw("passed", "false").list("problems", read.error(), problem_json).raw("examples", "[]").done();
    bool passed = !read->examples.empty();
    const ExampleWriter writer(*read);
    const std::string examples = json_list(read->examples, [&](const tariff::Example& example) {
        const ExampleResult result = run(*read, example, read_beside);
        passed = passed && result.passed();
        return writer.json(example, result);
    });
    std::vector<tariff::TextProblem> problems;
    if (read->examples.empty()) problems.push_back(tariff::no_examples(*read, file.file_name));
    return json.raw("passed", passed ? "true" : "false")
        .list("problems", problems, problem_json)
        .raw("plan", plan_json(read->plan))
        .raw("examples", examples)
        .done();
}

std::string difference_json(const exchange::TariffDifference& difference) {
    return JsonObject()
        .text("before", difference.before_name)
        .text("after", difference.after_name)
        .text("before_currency", difference.before_currency.text())
        .text("after_currency", difference.after_currency.text())
        .raw("head", terms_json(difference.head))
        .list("clauses", difference.clauses, clause_json)
        .list("bills", difference.bills, [&](const BillChange& bill) { return bill_json(bill, difference); })
        .done();
}

}  // namespace mainspring::pricebook
