// A text file written in pieces: constant memory, whatever its size.
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "calendar/date.hpp"

namespace mainspring::sample {

// The disk refuses.
class OutputError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class OutputFile {
public:
    OutputFile(const std::filesystem::path& path, std::string_view header);
    OutputFile(OutputFile&&) = default;

    // Append here, then call `written`.
    std::string& text() { return text_; }
    void written(std::int64_t rows) {
        rows_ += rows;
        if (text_.size() >= kPiece) flush();
    }
    // Writes what is left. Without it, the rest is lost.
    void close();
    std::int64_t rows() const { return rows_; }
    std::int64_t bytes() const { return bytes_; }

private:
    static constexpr std::size_t kPiece = 1 << 18;
    void flush();

    std::filesystem::path path_;
    std::ofstream file_;
    std::string text_;
    std::int64_t rows_ = 0, bytes_ = 0;
};

// Fast forms of what fmt would write.
void append_whole(std::string& out, std::int64_t value, int least_digits = 1);
void append_date(std::string& out, Date day);
// 12345 with 3 decimals: "12.345", all decimals written. REQUIRES: value >= 0.
void append_fixed(std::string& out, std::int64_t value, int decimals);

}  // namespace mainspring::sample
