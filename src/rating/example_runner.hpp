// Runs the worked examples of a tariff version: a version that misses one to the last digit may not be activated.
// docs/TARIFFS.md, "Examples". Pure: texts of other files come through a function of the caller.
#pragma once
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rating/rating.hpp"
#include "tariff/tariff_text.hpp"

namespace mainspring::rating {

// A clause (or "total", or "rounding") that came out otherwise.
struct ExampleDifference {
    std::string clause;
    std::optional<std::int64_t> expected_minor, got_minor;  // empty: the text does not list it; no such line
};

struct ExampleResult {
    std::string name;
    int line = 0;          // of the example in its file, from 1
    std::string problem;   // why it could not be rated at all
    std::vector<ExampleDifference> differences;
    bool passed() const { return problem.empty() && differences.empty(); }
};

// `earlier`: the versions of the files in example.with. Without any the plan is rated alone, even before its first day.
ExampleResult run_example(const tariff::Plan& plan, const tariff::Example& example,
                          std::span<const std::shared_ptr<const tariff::Plan>> earlier = {});

struct ExampleReport {
    std::string file;
    Currency currency;
    std::vector<tariff::TextProblem> problems;  // the text could not be read, or has no example; nothing ran
    std::vector<ExampleResult> results;
    bool passed() const;
};

// Gives the text of a file that stands beside the tested one, or says why it cannot.
using ReadBeside = std::function<std::expected<std::string, std::string>(const std::string& name)>;

// The versions of the files that an example is rated with.
std::expected<std::vector<std::shared_ptr<const tariff::Plan>>, std::string> read_with(const tariff::Example& example,
                                                                                       const ReadBeside& read_beside);

ExampleReport test_tariff(std::string_view yaml, std::string_view file_name, const ReadBeside& read_beside);

// For people, one line each: "file:12: example 'x': energy: expected 1.00, got 1.01".
std::string text_of(const ExampleReport& report);

}  // namespace mainspring::rating
