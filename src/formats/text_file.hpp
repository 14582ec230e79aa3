// Text files from outside: opened, size-checked, decoded to UTF-8, unpacked from a .zip where they come in one.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "formats/problem.hpp"

namespace mainspring::formats {

// Names the file and says in words why it cannot be read (Severity::file).
using FileProblem = Problem;

enum class Encoding { utf8, latin1, gb18030 };
std::string_view text_of(Encoding encoding);  // "utf-8", "latin-1", "gb18030"
std::expected<Encoding, std::string> encoding_of(std::string_view text);

struct TextLimits {
    Encoding encoding = Encoding::utf8;
    std::uint64_t max_file_bytes = 2'147'483'647;     // as stored
    std::uint64_t max_unpacked_bytes = 1'073'741'824;  // all members of a .zip together
    std::uint64_t max_ratio = 1000;                    // unpacked : packed, for members above 1 MB
    int max_members = 10'000;
};

// A whole text in memory, UTF-8 without byte order mark, without NUL bytes. Small files are copied; large ones are
// mapped, so that they cost address space and no memory (they must not be shortened while they are read).
class TextFile {
public:
    // Takes bytes that are already in memory (an upload, a test). Decodes and checks like the other makers.
    static std::expected<TextFile, FileProblem> from_bytes(std::string name, std::string bytes,
                                                           Encoding encoding = Encoding::utf8);

    // How messages name it: the path, or "a.zip:inner.csv".
    const std::string& name() const { return name_; }
    std::string_view text() const { return text_; }

private:
    friend std::expected<TextFile, FileProblem> read_text_file(const std::filesystem::path&, const TextLimits&);
    TextFile(std::string name, std::shared_ptr<const void> owner, std::string_view text)
        : name_(std::move(name)), owner_(std::move(owner)), text_(text) {}

    std::string name_;
    std::shared_ptr<const void> owner_;
    std::string_view text_;
};

// Refused: missing, a directory, unreadable, too large, UTF-16, NUL bytes, text not valid in the stated encoding
// (with the line).
std::expected<TextFile, FileProblem> read_text_file(const std::filesystem::path& path, const TextLimits& limits = {});

// The texts in a file: the members of a .zip (told by its first bytes, not by its name), in the order of the
// archive, or else the plain file itself. Members are unpacked one at a time.
class Input {
public:
    // The next text, or why this member cannot be read (the ones after it still can); empty at the end.
    std::optional<std::expected<TextFile, FileProblem>> next();

    Input(Input&&) noexcept;
    Input& operator=(Input&&) noexcept;
    ~Input();

private:
    friend std::expected<Input, FileProblem> open_input(const std::filesystem::path&, const TextLimits&);
    friend std::expected<Input, FileProblem> open_input_bytes(std::string, std::string, const TextLimits&);
    struct State;
    explicit Input(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};
std::expected<Input, FileProblem> open_input(const std::filesystem::path& path, const TextLimits& limits = {});
// The same for bytes in memory, named `name` in messages.
std::expected<Input, FileProblem> open_input_bytes(std::string name, std::string bytes, const TextLimits& limits = {});

// Lines of a text, ended by LF or CRLF; the last one may lack its end.
struct Line {
    std::string_view text;  // without its end
    int number = 0;         // from 1
};

class LineReader {
public:
    explicit LineReader(std::string_view text) : rest_(text) {}
    std::optional<Line> next();

private:
    std::string_view rest_;
    int number_ = 0;
};

// Where the text stops being UTF-8 or holds a NUL: the offset of the first bad byte, or npos.
std::size_t find_bad_utf8(std::string_view text);

}  // namespace mainspring::formats
