#include "document/clean_text.hpp"

#include <algorithm>
#include <cstdint>

namespace mainspring::document {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Decoded {
    std::uint32_t code = 0;
    std::size_t bytes = 0;  // 0: not UTF-8
};

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

Decoded decode(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return {first, 1};
    const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return {};
    std::uint32_t code = first & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if (!is_continuation(text[i])) return {};
        code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < kSmallest[bytes] || code > 0x10FFFF || is_surrogate) return {};
    return {code, bytes};
}

bool is_space(std::uint32_t code) {
    return (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0x2028 || code == 0x2029;
}

bool is_left_out(std::uint32_t code) {
    const bool is_control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
    const bool turns_direction = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    const bool is_noncharacter = (code & 0xFFFEU) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
    return is_control || turns_direction || is_noncharacter || code == 0xFEFF;
}

bool is_plain_ascii(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

std::string clean_text(std::string_view text) {
    if (std::ranges::all_of(text, is_plain_ascii)) return std::string(text);
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const Decoded next = decode(text);
        if (next.bytes == 0) {
            clean += kReplacement;
        } else if (is_space(next.code)) {
            clean += ' ';
        } else if (!is_left_out(next.code)) {
            clean += text.substr(0, next.bytes);
        }
        text.remove_prefix(std::max<std::size_t>(next.bytes, 1));
    }
    return clean;
}

}  // namespace mainspring::document
