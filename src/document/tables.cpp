#include "document/tables.hpp"

#include <algorithm>

namespace mainspring::document {

namespace {

// A minus sign has two bytes more than the hyphen it is given as.
std::size_t minus_bytes(std::string_view number) { return number.size() > 1 && number[0] == '-' ? 2 : 0; }

}  // namespace

AlignedNumber align(const Style& style, std::string_view number, Font font) {
    const Text text = style.number(number, font);
    const std::size_t mark = number.rfind(style.decimal_mark);
    if (mark == std::string_view::npos) {
        // "5 %": what follows the last digit counts as a fraction.
        const std::size_t digit = number.find_last_of("0123456789");
        if (digit == std::string_view::npos || digit + 1 == number.size()) return {text, text->width()};
        return {text, text->x_of(digit + 1 + minus_bytes(number))};
    }
    return {text, text->x_of(mark + minus_bytes(number))};
}

void begin_table(Flow& flow, const Style& style, std::span<const HeadCell> cells) {
    constexpr Font kFont{6.2};
    constexpr double kLeading = 7.8;
    struct Cell {
        Text first, second;
        double x;
        Align align;
    };
    std::vector<Cell> words;
    const bool has_both = style.language == Language::en_zh;
    for (const HeadCell& cell : cells) {
        const LabelWords& label = words_of(cell.label);
        const auto first = style.language == Language::zh ? label.zh : label.en;
        words.push_back(
            {style.text(first, kFont), has_both ? style.text(label.zh, kFont) : nullptr, cell.x, cell.align});
    }
    const double height = has_both ? 2 * kLeading + 5 : kLeading + 5;
    flow.begin_repeat(height, [words = std::move(words), height](Canvas& canvas, double top) {
        canvas.colour(kMuted);
        for (const Cell& word : words) {
            canvas.text(*word.first, {{kLeft + word.x, top + 7}, word.align});
            if (word.second) canvas.text(*word.second, {{kLeft + word.x, top + 7 + kLeading}, word.align});
        }
        canvas.colour(kHairline);
        canvas.line({kLeft, top + height - 1.5}, {kRight, top + height - 1.5}, 0.4);
    });
}

}  // namespace mainspring::document
