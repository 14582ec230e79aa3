#include "main/output.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <unistd.h>

#include "base/ensure.hpp"
#include "formats/text_file.hpp"
#include "main/session.hpp"

namespace mainspring::cli {

namespace {

namespace fs = std::filesystem;

std::string system_text(int error) { return std::generic_category().message(error); }

// Places that a terminal takes for UTF-8 text: East Asian wide characters two, all others one.
std::size_t shown_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) == 0x80U) continue;
        // Three bytes from E1 84 on, without E2: Hangul, CJK, kana, full width; four bytes F0 9F and F0 A0: pictures,
        // rare Han.
        const bool wide = byte == 0xF0U || (byte >= 0xE3U && byte <= 0xEDU) || byte == 0xEFU;
        width += wide ? 2 : 1;
    }
    return width;
}

std::string padded(std::string_view cell, std::size_t width, Table::Kind kind) {
    const std::size_t shown = shown_width(cell);
    const std::string space(width > shown ? width - shown : 0, ' ');
    const bool left = kind == Table::Kind::text || kind == Table::Kind::json;
    return left ? std::string(cell) + space : space + std::string(cell);
}

std::string stripped(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace

void print(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!written) throw Failure(Exit::database, "cannot write to standard output: " + system_text(errno));
}

void complain(std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fputc('\n', stderr);
}

void Table::add(std::vector<std::string> cells) {
    ensure(cells.size() == columns_.size(), "a row has a cell for each column");
    rows_.push_back(std::move(cells));
}

std::string Table::text(std::string_view indent) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        widths.push_back(shown_width(columns_[i].title));
        for (const auto& row : rows_) widths[i] = std::max(widths[i], shown_width(row[i]));
    }
    const auto line_of = [&](const auto& cell_of) {
        std::string line(indent);
        for (std::size_t i = 0; i < columns_.size(); ++i)
            line += (i == 0 ? "" : "  ") + padded(cell_of(i), widths[i], columns_[i].kind);
        return stripped(std::move(line));
    };
    std::string out = line_of([&](std::size_t i) -> std::string_view { return columns_[i].title; });
    for (const auto& row : rows_) out += line_of([&](std::size_t i) -> std::string_view { return row[i]; });
    return out;
}

std::string Table::json() const {
    std::string out;
    for (const auto& row : rows_) {
        JsonObject object;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].kind != Kind::number && columns_[i].kind != Kind::json)
                object.text(columns_[i].key, row[i]);
            else
                object.raw(columns_[i].key, row[i].empty() ? "null" : row[i]);
        }
        out += (out.empty() ? "" : ",\n ") + object.done();
    }
    return "[" + out + "]";
}

void write_whole_file(const std::string& file, const std::function<void(std::ostream&)>& write) {
    if (file == "-") {
        write(std::cout);
        if (!std::cout.flush()) throw Failure(Exit::database, "cannot write to standard output: " + system_text(errno));
        return;
    }
    const std::string part = fmt::format("{}.part-{}", file, getpid());
    struct Remover {
        const std::string& name;
        ~Remover() { unlink(name.c_str()); }
    } const remover{part};
    const auto fail = [&](const std::string& why) {
        throw Failure(Exit::database, fmt::format("cannot write {}: {}", file, why));
    };
    if (fs::is_directory(file)) fail("it is a folder");
    if (fs::exists(file) && !fs::is_regular_file(file)) fail("it is no file");
    errno = 0;
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (!out) fail(system_text(errno));
    write(out);
    out.close();
    if (!out) fail(errno != 0 ? system_text(errno) : "the disk may be full");
    const int handle = ::open(part.c_str(), O_RDONLY | O_CLOEXEC);
    const bool stored = handle >= 0 && fsync(handle) == 0;
    const int error = errno;
    if (handle >= 0) ::close(handle);
    if (!stored) fail(system_text(error));
    if (std::rename(part.c_str(), file.c_str()) != 0) fail(system_text(errno));
}

std::string read_named_file(const fs::path& file) {
    const auto text = formats::read_text_file(file);
    if (!text) throw Failure(Exit::refused, formats::text_of(text.error()));
    return std::string(text->text());
}

}  // namespace mainspring::cli
