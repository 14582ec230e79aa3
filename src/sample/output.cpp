#include "sample/output.hpp"

#include <array>
#include <fmt/format.h>

namespace mainspring::sample {

OutputFile::OutputFile(const std::filesystem::path& path, std::string_view header)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {
    if (!file_) throw OutputError(fmt::format("{}: cannot be written", path_.string()));
    text_.reserve(kPiece + 4096);
    text_ += header;
}

void OutputFile::flush() {
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    if (!file_) throw OutputError(fmt::format("{}: could not be written to the end", path_.string()));
    bytes_ += static_cast<std::int64_t>(text_.size());
    text_.clear();
}

void OutputFile::close() {
    flush();
    file_.close();
    if (!file_) throw OutputError(fmt::format("{}: could not be closed", path_.string()));
}

void append_whole(std::string& out, std::int64_t value, int least_digits) {
    std::array<char, 24> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value > 0 || static_cast<int>(digits.size() - at) < least_digits);
    out.append(digits.data() + at, digits.size() - at);
}

void append_date(std::string& out, Date day) {
    const std::chrono::year_month_day date{day};
    append_whole(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_whole(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_whole(out, static_cast<unsigned>(date.day()), 2);
}

void append_fixed(std::string& out, std::int64_t value, int decimals) {
    std::int64_t power = 1;
    for (int i = 0; i < decimals; ++i) power *= 10;
    append_whole(out, value / power);
    if (decimals == 0) return;
    out += '.';
    append_whole(out, value % power, decimals);
}

}  // namespace mainspring::sample
