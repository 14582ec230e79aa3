// How results are printed: tables and fields for people, the same as JSON for scripts; files that appear whole.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.hpp"

namespace mainspring::cli {

// To standard output. Failure when it cannot be written (full disk, closed pipe).
void print(std::string_view text);
// A line to standard error.
void complain(std::string_view line);

// Columns that are aligned as a terminal shows them (wide characters take two places).
class Table {
public:
    enum class Kind : std::uint8_t {
        text,
        amount,  // to the right; a text in JSON
        number,  // to the right; a number in JSON
        json,    // JSON as it is
    };
    struct Column {
        std::string title, key;
        Kind kind = Kind::text;
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    // REQUIRES: one cell a column.
    void add(std::vector<std::string> cells);
    bool empty() const { return rows_.empty(); }
    std::string text(std::string_view indent = "") const;
    std::string json() const;  // an array of objects

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// Writes `file` under another name, brings it to the disk and renames it: whoever sees it sees all of it. "-" is
// standard output. Failure naming the file.
void write_whole_file(const std::string& file, const std::function<void(std::ostream&)>& write);

// The text of a file that a person named: UTF-8, as formats::read_text_file checks it. Failure naming it.
std::string read_named_file(const std::filesystem::path& file);

}  // namespace mainspring::cli
