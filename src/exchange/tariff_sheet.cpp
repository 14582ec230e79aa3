#include "exchange/tariff_sheet.hpp"

#include <fmt/core.h>
#include <iterator>

#include "base/decimal.hpp"

namespace mainspring::exchange {

namespace {

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The marks U+2028 to U+202E and U+2066 to U+2069, the byte order mark and the control characters from U+0080 on: what
// a tariff may not hold.
std::size_t invisible_at(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2;
    if (byte(0) == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) return 3;
    if (byte(0) != 0xe2) return 0;
    const bool separator = byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae;
    return separator || (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9) ? 3 : 0;
}

void put_list(std::string& text, std::string_view key, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    text.append(key).append(":\n");
    for (const auto& line : lines) text.append("  ").append(line).append("\n");
}

}  // namespace

std::string quote(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made + "\"";
}

std::string quoted_decimal(std::int64_t value, int scale) { return quote(format_decimal(value, scale)); }

std::string bracketed(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text.append(text.empty() ? "[" : ", ").append(word);
    return text.empty() ? "[]" : text + "]";
}

std::string listed(const std::vector<std::string>& words) { return words.size() == 1 ? words[0] : bracketed(words); }

std::string one_line(std::string_view text, std::size_t longest) {
    std::string made;
    bool gap = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        const std::size_t skipped = c <= 0x20 || c == 0x7f ? 1 : invisible_at(text.substr(at));
        if (skipped > 0) {
            gap = true;
            at += skipped;
            continue;
        }
        if (gap && !made.empty()) made += ' ';
        gap = false;
        made += text[at++];
    }
    if (made.size() > longest) {
        made.resize(longest);
        while (!made.empty() && (static_cast<unsigned char>(made.back()) & 0xc0U) == 0x80) made.pop_back();
        if (!made.empty() && static_cast<unsigned char>(made.back()) >= 0xc0) made.pop_back();
        while (made.ends_with(' ')) made.pop_back();
    }
    return made.empty() ? "-" : made;
}

std::string slug(std::string_view text, SlugStyle style) {
    std::string made;
    for (const char c : text) {
        if (made.size() >= style.longest) break;
        if (is_plain(lower(c)))
            made += lower(c);
        else if (!made.empty() && made.back() != style.joint)
            made += style.joint;
    }
    while (made.ends_with(style.joint)) made.pop_back();
    return made;
}

std::string code_of(std::string_view text, std::string_view otherwise) {
    std::string made = slug(text, {'_', 50});
    if (made.empty()) return std::string(otherwise);
    return made.front() >= 'a' ? made : "n" + made;
}

std::string yaml_of(const TariffSheet& sheet) {
    std::string text = fmt::format(
        "tariff: {}\nversion: {}\nname: {{en: {}}}\ncommodity: {}\nunit: {}\ncurrency: {}\nzone: {}\neffective: {}\n"
        "classes: [{}]\nsource:\n  document: {}\n",
        quote(sheet.key), quote(sheet.version), quote(sheet.name), sheet.commodity, sheet.unit, sheet.currency,
        quote(sheet.zone), sheet.effective, sheet.customer_class, quote(sheet.document));
    if (!sheet.place.empty()) text += fmt::format("  place: {}\n", quote(sheet.place));
    if (!sheet.note.empty()) text += fmt::format("  note: {}\n", quote(sheet.note));
    if (!sheet.calendar.empty()) text += "calendar:\n" + sheet.calendar;
    put_list(text, "facts", sheet.facts);
    put_list(text, "demands", sheet.demands);
    text += "charges:\n";
    for (const SheetCharge& charge : sheet.charges) {
        fmt::format_to(std::back_inserter(text),
                       "  - clause: {}\n    kind: {}\n    name: {{en: {}}}\n    account: {}\n", charge.clause,
                       charge.kind, quote(charge.name), charge.account);
        for (const auto& [key, value] : charge.keys) text += fmt::format("    {}: {}\n", key, value);
    }
    return text +
           "# Give at least one worked example whose figures do not come from this program (docs/TARIFFS.md,\n"
           "# Examples). Until then the version cannot be put into the price book.\n"
           "examples: []\n";
}

}  // namespace mainspring::exchange
