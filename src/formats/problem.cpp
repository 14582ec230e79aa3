#include "formats/problem.hpp"

#include <fmt/format.h>

namespace mainspring::formats {

std::string_view text_of(Severity severity) {
    switch (severity) {
        case Severity::warning: return "warning";
        case Severity::record: return "record";
        case Severity::series: return "series";
        case Severity::file: return "file";
    }
    return "";
}

std::string text_of(const Problem& problem) {
    std::string text = problem.file;
    if (problem.line > 0) text += fmt::format(":{}", problem.line);
    text += ": ";
    if (!problem.field.empty()) text += problem.field + ": ";
    return text + problem.reason;
}

std::string shown(std::string_view text, std::size_t limit) {
    const bool cut = text.size() > limit;
    if (cut) {
        text = text.substr(0, limit);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.remove_suffix(1);
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) text.remove_suffix(1);
    }
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20U || c == '\x7f') c = '?';
    return cut ? out + "…" : out;
}

}  // namespace mainspring::formats
