// Small cuts of header texts.
#pragma once
#include <algorithm>
#include <string_view>

namespace mainspring::http {

inline std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

// Cuts the part before the next separator, or all, off the front of `rest`.
inline std::string_view cut_item(std::string_view& rest, char separator) {
    const auto found = std::ranges::find(rest, separator);
    const auto length = static_cast<std::size_t>(found - rest.begin());
    const std::string_view item(rest.data(), length);
    rest.remove_prefix(found == rest.end() ? length : length + 1);
    return item;
}

inline char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Names of headers and codings: case of ASCII letters does not count.
inline bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower_case(x) == lower_case(y); });
}

}  // namespace mainspring::http
