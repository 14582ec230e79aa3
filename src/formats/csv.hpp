// RFC 4180 text tables over a text in memory: cells are views of it unless doubled quotes had to be undone.
//
// Leniency: LF and CRLF; empty lines and lines of delimiters alone are skipped; cells beyond the header are accepted
// when they are empty; a quote within an unquoted cell is a character; blanks around column names are not.
// A malformed row that ran over several lines (a quote that never closes) is refused at its first line; reading goes
// on at its second, and from there no quoted cell may hold a line break: no row after the accident is lost unseen,
// and the whole costs at most two passes.
#pragma once
#include <cstddef>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/problem.hpp"

namespace mainspring::formats {

enum class UnknownColumns { refuse, ignore };

struct CsvOptions {
    std::string file;  // how problems name it
    char delimiter = ',';
    std::vector<std::string> required = {};  // columns that the header must have
    std::vector<std::string> optional = {};  // columns that it may have
    UnknownColumns unknown = UnknownColumns::refuse;
};

// Column names to positions; names are compared exactly.
class CsvHeader {
public:
    std::optional<std::size_t> find(std::string_view column) const;
    const std::vector<std::string>& names() const { return names_; }

private:
    friend class CsvReader;
    std::vector<std::string> names_;
};

// Valid until the reader moves on.
class CsvRow {
public:
    // The cell; empty when the file lacks this optional column. REQUIRES: the column is required or optional in the
    // options, or in the header.
    std::string_view operator[](std::string_view column) const;
    // The cell at a position of the header, for loops that looked it up once.
    std::string_view operator[](std::size_t position) const { return cells_[position]; }
    const std::vector<std::string_view>& cells() const { return cells_; }
    int line() const { return line_; }

private:
    friend class CsvReader;
    const CsvHeader* header_ = nullptr;
    const CsvOptions* options_ = nullptr;
    std::vector<std::string_view> cells_;
    int line_ = 0;
};

class CsvReader {
public:
    // Reads the header. Refused: an empty text, a column missing, unknown, unnamed or there twice (Severity::file).
    static std::expected<CsvReader, Problem> open(std::string_view text, CsvOptions options);

    // The next row (valid until the next call), why it is refused, or empty at the end.
    std::optional<std::expected<const CsvRow*, Problem>> next();

    const CsvHeader& header() const { return *header_; }

private:
    enum class Quotes { may_span_lines, within_a_line };
    explicit CsvReader(std::string_view text, CsvOptions options);
    bool read_cells();  // false at the end of the text; a failure is left in failure_
    void split_plain(std::string_view line);
    bool split_quoted();
    bool quoted_cell(std::size_t& at);
    void recover();
    void check_count();
    bool is_blank() const;
    std::optional<std::string> header_problem();

    std::string_view text_;
    std::size_t at_ = 0, row_start_ = 0;
    int line_ = 1;  // of at_
    Quotes quotes_ = Quotes::may_span_lines;
    std::string failure_;
    // On the heap, so that rows may point at them when the reader moves.
    std::unique_ptr<CsvOptions> options_;
    std::unique_ptr<CsvHeader> header_;
    std::unique_ptr<CsvRow> row_;
    std::deque<std::string> unquoted_;  // cells of this row whose doubled quotes were undone
};

// The cells of one line, by the same rules; for formats that have their own idea of records.
// Error: the reason (a quote is not closed, text after a closing quote).
std::expected<std::vector<std::string>, std::string> split_csv_line(std::string_view line, char delimiter);

}  // namespace mainspring::formats
