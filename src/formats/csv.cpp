#include "formats/csv.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <set>

#include "base/ensure.hpp"

namespace mainspring::formats {

namespace {

constexpr std::string_view kUnclosed = "a quote is not closed";

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::optional<std::size_t> CsvHeader::find(std::string_view column) const {
    const auto found = std::ranges::find(names_, column);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
}

std::string_view CsvRow::operator[](std::string_view column) const {
    if (const auto position = header_->find(column)) return cells_[*position];
    ensure(contains(options_->optional, column), "a column is asked for that the options do not name");
    return {};
}

CsvReader::CsvReader(std::string_view text, CsvOptions options)
    : text_(text),
      options_(std::make_unique<CsvOptions>(std::move(options))),
      header_(std::make_unique<CsvHeader>()),
      row_(std::make_unique<CsvRow>()) {
    row_->header_ = header_.get();
    row_->options_ = options_.get();
}

void CsvReader::split_plain(std::string_view line) {
    constexpr std::uint64_t kLow = 0x0101010101010101ULL, kHigh = 0x8080808080808080ULL;
    const std::uint64_t pattern = kLow * static_cast<unsigned char>(options_->delimiter);
    const char* const begin = line.data();
    std::size_t start = 0, at = 0;
    for (; at + 8 <= line.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, begin + at, 8);
        word ^= pattern;
        // Exact for every byte: no borrow runs from one byte into the next.
        std::uint64_t hits = ~((((word & ~kHigh) + ~kHigh) | word) | ~kHigh);
        for (; hits != 0; hits &= hits - 1) {
            const std::size_t end = at + static_cast<std::size_t>(__builtin_ctzll(hits) / 8);
            row_->cells_.emplace_back(begin + start, end - start);
            start = end + 1;
        }
    }
    for (; at < line.size(); ++at) {
        if (begin[at] != options_->delimiter) continue;
        row_->cells_.emplace_back(begin + start, at - start);
        start = at + 1;
    }
    row_->cells_.emplace_back(begin + start, line.size() - start);
}

// `at` stands on the opening quote; afterwards behind the closing one.
bool CsvReader::quoted_cell(std::size_t& at) {
    const std::size_t start = at + 1;
    bool doubled = false;
    for (at = start;; ++at) {
        const std::size_t quote = text_.find('"', at);
        const std::size_t end = quote == std::string_view::npos ? text_.size() : quote;
        const std::string_view part = text_.substr(at, end - at);
        const auto breaks = std::ranges::count(part, '\n');
        if (quote == std::string_view::npos || (breaks > 0 && quotes_ == Quotes::within_a_line)) {
            failure_ = kUnclosed;
            return false;
        }
        line_ += static_cast<int>(breaks);
        at = quote + 1;
        if (at >= text_.size() || text_[at] != '"') break;
        doubled = true;
    }
    std::string_view cell = text_.substr(start, at - 1 - start);
    if (doubled) {
        std::string plain;
        for (std::size_t i = 0; i < cell.size(); ++i) {
            plain += cell[i];
            if (cell[i] == '"') ++i;
        }
        cell = unquoted_.emplace_back(std::move(plain));
    }
    row_->cells_.push_back(cell);
    return true;
}

bool CsvReader::split_quoted() {
    while (true) {
        if (at_ < text_.size() && text_[at_] == '"') {
            if (!quoted_cell(at_)) return false;
        } else {
            const char stops[3] = {options_->delimiter, '\n', '\0'};
            const std::size_t end = std::min(text_.find_first_of(stops, at_), text_.size());
            std::string_view cell = text_.substr(at_, end - at_);
            if (cell.ends_with('\r') && (end == text_.size() || text_[end] == '\n')) cell.remove_suffix(1);
            row_->cells_.push_back(cell);
            at_ = end;
        }
        if (at_ < text_.size() && text_[at_] == options_->delimiter) {
            ++at_;
            continue;
        }
        if (text_.substr(at_).starts_with("\r\n") || text_.substr(at_) == "\r") ++at_;
        if (at_ < text_.size() && text_[at_] != '\n') {
            failure_ = "text follows a closing quote";
            return false;
        }
        if (at_ < text_.size()) ++at_;
        ++line_;
        return true;
    }
}

// After a malformed row: on to the line after its first.
void CsvReader::recover() {
    if (line_ != row_->line_ || failure_ == kUnclosed) quotes_ = Quotes::within_a_line;
    const std::size_t end = text_.find('\n', row_start_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    line_ = row_->line_ + 1;
}

bool CsvReader::read_cells() {
    if (at_ >= text_.size()) return false;
    row_->cells_.clear();
    unquoted_.clear();
    row_->line_ = line_;
    row_start_ = at_;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, end - at_);
    if (line.find('"') != std::string_view::npos) {
        if (!split_quoted()) recover();
        return true;
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    split_plain(line);
    at_ = std::min(end + 1, text_.size());
    ++line_;
    return true;
}

bool CsvReader::is_blank() const {
    return std::ranges::all_of(row_->cells_, [](std::string_view cell) { return trim(cell).empty(); });
}

std::optional<std::string> CsvReader::header_problem() {
    std::set<std::string_view> seen;
    for (const std::string& name : header_->names_) {
        const bool known = contains(options_->required, name) || contains(options_->optional, name);
        if (!known && options_->unknown == UnknownColumns::ignore) continue;
        if (name.empty()) return "a column has no name";
        if (!seen.insert(name).second) return fmt::format("column '{}' is there twice", shown(name));
        if (!known) return fmt::format("column '{}' is unknown", shown(name));
    }
    for (const std::string& name : options_->required)
        if (!seen.contains(name)) return fmt::format("column '{}' is missing", name);
    return std::nullopt;
}

std::expected<CsvReader, Problem> CsvReader::open(std::string_view text, CsvOptions options) {
    CsvReader reader(text, std::move(options));
    const auto refuse = [&](int line, std::string reason) {
        return std::unexpected(Problem{reader.options_->file, line, "", std::move(reason), Severity::file});
    };
    do {
        if (!reader.read_cells()) return refuse(0, "is empty: no header line");
        if (!reader.failure_.empty()) return refuse(reader.row_->line_, "header: " + reader.failure_);
    } while (reader.is_blank());
    for (std::string_view cell : reader.row_->cells_) reader.header_->names_.emplace_back(trim(cell));
    while (!reader.header_->names_.empty() && reader.header_->names_.back().empty()) reader.header_->names_.pop_back();
    if (auto reason = reader.header_problem()) return refuse(reader.row_->line_, std::move(*reason));
    return reader;
}

void CsvReader::check_count() {
    const std::size_t wanted = header_->names_.size();
    auto& cells = row_->cells_;
    const std::size_t found = cells.size();
    while (cells.size() > wanted && trim(cells.back()).empty()) cells.pop_back();
    if (cells.size() == wanted) return;
    failure_ = fmt::format("{} fields, the header has {}", found, wanted);
    if (line_ > row_->line_ + 1) recover();
}

std::optional<std::expected<const CsvRow*, Problem>> CsvReader::next() {
    do {
        failure_.clear();
        if (!read_cells()) return std::nullopt;
    } while (failure_.empty() && is_blank());
    if (failure_.empty()) check_count();
    if (!failure_.empty()) return std::unexpected(Problem{options_->file, row_->line_, "", failure_, Severity::record});
    return row_.get();
}

std::expected<std::vector<std::string>, std::string> split_csv_line(std::string_view line, char delimiter) {
    std::vector<std::string> cells;
    std::size_t at = 0;
    while (true) {
        std::string cell;
        if (at < line.size() && line[at] == '"') {
            for (++at;; at += 2) {
                const std::size_t quote = line.find('"', at);
                if (quote == std::string_view::npos) return std::unexpected(std::string(kUnclosed));
                cell += line.substr(at, quote - at);
                at = quote;
                if (at + 1 >= line.size() || line[at + 1] != '"') break;
                cell += '"';
            }
            ++at;
        } else {
            const std::size_t end = std::min(line.find(delimiter, at), line.size());
            cell = line.substr(at, end - at);
            at = end;
        }
        cells.push_back(std::move(cell));
        if (at >= line.size()) return cells;
        if (line[at] != delimiter) return std::unexpected("text follows a closing quote");
        ++at;
    }
}

}  // namespace mainspring::formats
