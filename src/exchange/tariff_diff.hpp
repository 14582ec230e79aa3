// How two tariff versions differ: in words, term by term, and in bills: the worked examples of both, rated under both.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rating/example_runner.hpp"
#include "tariff/tariff_text.hpp"

namespace mainspring::exchange {

struct TermChange {
    std::string name;
    std::string before, after;  // empty: there is no such term
};

struct ClauseChange {
    enum class How : std::uint8_t { added, removed, changed } how{};
    std::string clause, printed;
    std::vector<TermChange> terms;
};
std::string_view text_of(ClauseChange::How how);

struct BillChange {
    struct Line {
        std::string clause;
        std::int64_t before_minor = 0, after_minor = 0;
    };
    std::string example, of_version;
    std::string problem;  // why it cannot be rated under both; then nothing below counts
    std::int64_t before_minor = 0, after_minor = 0;
    std::vector<Line> lines;  // of either, in the order of the first
};

struct TariffDifference {
    std::string before_name, after_name;  // "key version (from 2026-01-01)"
    Currency before_currency, after_currency;
    std::vector<TermChange> head;
    std::vector<ClauseChange> clauses;  // in the order of the second, those that it lacks after them
    std::vector<BillChange> bills;
    bool same_words() const { return head.empty() && clauses.empty(); }
};

struct DiffSide {
    const tariff::TariffFile& file;
    rating::ReadBeside read_beside;  // for examples `with` other files
};
TariffDifference compare_tariffs(const DiffSide& before, const DiffSide& after);

std::string text_of(const TariffDifference& difference);

}  // namespace mainspring::exchange
