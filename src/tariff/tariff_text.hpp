// Reads the text form of a tariff version. The language: docs/TARIFFS.md.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tariff/example.hpp"
#include "tariff/plan.hpp"

namespace mainspring::tariff {

// One thing wrong in a text. `line` and `column` count characters from 1; `path` is such as "charges[2].tiers[0].upto",
// empty when the file as a whole is meant.
struct TextProblem {
    std::string file;
    int line = 1, column = 1;
    std::string path, reason;
};

// "file:line:column: path: reason"
std::string text_of(const TextProblem& problem);
// One per line, each with its line end.
std::string text_of(const std::vector<TextProblem>& problems);

struct TariffFile {
    Plan plan;
    std::vector<Example> examples;  // none: a sketch, which can be told and compared, but neither kept nor put in force
    int examples_line = 1, examples_column = 1;  // where they stand
};
// What is to be said of a sketch: "file:line:column: examples: ...".
TextProblem no_examples(const TariffFile& file, std::string_view file_name);

// A name of ours: [a-z] first, then [a-z0-9_]; at most 60 characters.
bool is_code(std::string_view word);

// Texts above this size are refused unread.
inline constexpr std::size_t kLongestTariffText = 1'000'000;

// Reports every problem of the text, in the order of the lines (up to 200). A text that is no YAML has only one. Safe
// for any bytes.
std::expected<TariffFile, std::vector<TextProblem>> read_tariff(std::string_view yaml, std::string_view file_name);

// The plan alone.
std::expected<Plan, std::vector<TextProblem>> compile_tariff(std::string_view yaml, std::string_view file_name);

}  // namespace mainspring::tariff
