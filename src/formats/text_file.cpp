#include "formats/text_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <iconv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mainspring::formats {

namespace {

// Below this a copy is cheaper than a mapping, and safe when another program shortens the file meanwhile.
constexpr std::uint64_t kMapFrom = 64ULL * 1024 * 1024;

constexpr std::array<std::pair<Encoding, std::string_view>, 3> kEncodings{
    {{Encoding::utf8, "utf-8"}, {Encoding::latin1, "latin-1"}, {Encoding::gb18030, "gb18030"}}};

std::unexpected<FileProblem> refuse(const std::string& name, std::string reason, int line = 0) {
    return std::unexpected(FileProblem{name, line, "", std::move(reason), Severity::file});
}

int line_of(std::string_view text, std::size_t offset) {
    return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// Length of the UTF-8 character at `at` (which is not ASCII), or 0 when it is none: overlong forms, surrogates and
// values beyond U+10FFFF included.
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const unsigned lead = byte_at(text, at);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte_at(text, at + i) & 0xC0U) != 0x80U) return 0;
    const unsigned second = byte_at(text, at + 1);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    return overlong || outside ? 0 : length;
}

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }

private:
    int fd_;
};

struct Bytes {
    std::shared_ptr<const void> owner;
    std::string_view view;
};

Bytes owning(std::string bytes) {
    auto owner = std::make_shared<const std::string>(std::move(bytes));
    const std::string_view view = *owner;
    return {std::move(owner), view};
}

std::expected<Bytes, FileProblem> map_bytes(const std::string& name, int fd, std::size_t size) {
    void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) return refuse(name, fmt::format("cannot be mapped: {}", std::strerror(errno)));
    madvise(at, size, MADV_SEQUENTIAL);
    std::shared_ptr<const void> owner(at, [size](void* p) { munmap(p, size); });
    return Bytes{std::move(owner), {static_cast<const char*>(at), size}};
}

// Reads to the end; a pipe or a file of /proc says nothing of its size, so the limit is checked on the way.
std::expected<Bytes, FileProblem> read_bytes(const std::string& name, int fd, const TextLimits& limits) {
    std::string bytes;
    std::array<char, 65536> chunk;
    while (true) {
        const ssize_t got = read(fd, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refuse(name, fmt::format("cannot be read: {}", std::strerror(errno)));
        if (got == 0) return owning(std::move(bytes));
        bytes.append(chunk.data(), static_cast<std::size_t>(got));
        if (bytes.size() > limits.max_file_bytes)
            return refuse(name, fmt::format("is larger than {} bytes", limits.max_file_bytes));
    }
}

std::expected<Bytes, FileProblem> load(const std::filesystem::path& path, const TextLimits& limits) {
    const std::string name = path.string();
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        if (errno == ENOENT) return refuse(name, "no such file");
        return refuse(name, fmt::format("cannot be opened: {}", std::strerror(errno)));
    }
    struct stat status{};
    if (fstat(file.get(), &status) != 0) return refuse(name, std::strerror(errno));
    if (S_ISDIR(status.st_mode)) return refuse(name, "is a directory, not a file");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > limits.max_file_bytes)
        return refuse(name, fmt::format("has {} bytes, more than the {} allowed", size, limits.max_file_bytes));
    if (S_ISREG(status.st_mode) && size >= kMapFrom) return map_bytes(name, file.get(), size);
    return read_bytes(name, file.get(), limits);
}

std::expected<Bytes, FileProblem> convert(const std::string& name, std::string_view bytes, Encoding encoding) {
    const iconv_t converter = iconv_open("UTF-8", encoding == Encoding::latin1 ? "ISO-8859-1" : "GB18030");
    if (converter == iconv_t(-1)) return refuse(name, fmt::format("{} is not supported here", text_of(encoding)));
    const std::shared_ptr<void> closer(converter, iconv_close);
    std::string out;
    std::string copy(bytes);
    char* from = copy.data();
    std::size_t left = copy.size();
    std::array<char, 65536> chunk;
    while (left > 0) {
        char* to = chunk.data();
        std::size_t room = chunk.size();
        const std::size_t result = iconv(converter, &from, &left, &to, &room);
        out.append(chunk.data(), chunk.size() - room);
        if (result == static_cast<std::size_t>(-1) && errno != E2BIG)
            return refuse(name, fmt::format("is not valid {}", text_of(encoding)), line_of(bytes, bytes.size() - left));
    }
    return owning(std::move(out));
}

std::expected<Bytes, FileProblem> decode(const std::string& name, Bytes bytes, Encoding encoding) {
    if (bytes.view.starts_with("\xFF\xFE") || bytes.view.starts_with("\xFE\xFF"))
        return refuse(name, "is UTF-16 (byte order mark); save it as UTF-8", 1);
    if (bytes.view.starts_with("\xEF\xBB\xBF")) {
        bytes.view.remove_prefix(3);
    } else if (encoding != Encoding::utf8) {
        auto converted = convert(name, bytes.view, encoding);
        if (!converted) return converted;
        bytes = std::move(*converted);
    }
    const std::size_t bad = find_bad_utf8(bytes.view);
    if (bad == std::string_view::npos) return bytes;
    const unsigned byte = byte_at(bytes.view, bad);
    if (byte == 0) return refuse(name, "holds a NUL byte: no text, or UTF-16", line_of(bytes.view, bad));
    return refuse(name,
                  fmt::format("is not UTF-8: byte 0x{:02X} (Latin-1 or GB18030 must be named by a profile)", byte),
                  line_of(bytes.view, bad));
}

}  // namespace

std::string_view text_of(Encoding encoding) {
    for (const auto& [value, name] : kEncodings)
        if (value == encoding) return name;
    return "";
}

std::expected<Encoding, std::string> encoding_of(std::string_view text) {
    for (const auto& [value, name] : kEncodings)
        if (name == text) return value;
    return std::unexpected(fmt::format("'{}' is no encoding (utf-8, latin-1, gb18030)", shown(text)));
}

std::size_t find_bad_utf8(std::string_view text) {
    constexpr std::uint64_t kHigh = 0x8080808080808080ULL, kOnes = 0x0101010101010101ULL;
    std::size_t at = 0;
    while (at < text.size()) {
        if (at + 8 <= text.size()) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, 8);
            if (((word | (word - kOnes)) & kHigh) == 0) {
                at += 8;
                continue;
            }
        }
        const unsigned byte = byte_at(text, at);
        if (byte == 0) return at;
        if (byte < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = utf8_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return std::string_view::npos;
}

std::expected<TextFile, FileProblem> TextFile::from_bytes(std::string name, std::string bytes, Encoding encoding) {
    auto decoded = decode(name, owning(std::move(bytes)), encoding);
    if (!decoded) return std::unexpected(decoded.error());
    return TextFile(std::move(name), std::move(decoded->owner), decoded->view);
}

std::expected<TextFile, FileProblem> read_text_file(const std::filesystem::path& path, const TextLimits& limits) {
    auto bytes = load(path, limits);
    if (!bytes) return std::unexpected(bytes.error());
    auto decoded = decode(path.string(), std::move(*bytes), limits.encoding);
    if (!decoded) return std::unexpected(decoded.error());
    return TextFile(path.string(), std::move(decoded->owner), decoded->view);
}

std::optional<Line> LineReader::next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return Line{line, ++number_};
}

}  // namespace mainspring::formats
