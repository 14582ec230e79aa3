// The chart of usage: grey for the past, the utility's colour for this bill, hatched where estimated.
#include <algorithm>

#include "document/bill_layout.hpp"

namespace mainspring::document {

namespace {

constexpr double kTitleHeight = 13, kBarsHeight = 37, kValueHeight = 8, kLabelHeight = 10;
constexpr double kChartHeight = kTitleHeight + kValueHeight + kBarsHeight + kLabelHeight + 2;

bool is_estimated(BarKind kind) { return kind == BarKind::past_estimated || kind == BarKind::current_estimated; }
bool is_current(BarKind kind) { return kind == BarKind::current || kind == BarKind::current_estimated; }

struct Bar {
    Text label, value;
    BarKind kind{};
    double share = 0;  // of the chart's height, at least 0
};

Text fitted(const Style& style, std::string_view words, const Font& font, double width) {
    const Text text = style.text(words, font);
    if (text->width() <= width) return text;
    return style.text(words, {font.size * 0.76, font.weight}, {width, 1});
}

std::vector<Bar> bars_of(const Style& style, const UsageChart& chart, double slot) {
    std::int64_t most = 0;
    for (const UsageBar& bar : chart.bars) most = std::max(most, bar.micro);
    std::vector<Bar> bars;
    for (const UsageBar& bar : chart.bars) {
        const double share = most > 0 && bar.micro > 0 ? static_cast<double>(bar.micro) / static_cast<double>(most) : 0;
        const Font font{6.2, is_current(bar.kind) ? Weight::bold : Weight::regular};
        bars.push_back(
            {fitted(style, bar.label, font, slot - 3), fitted(style, bar.value, font, slot - 1), bar.kind, share});
    }
    return bars;
}

void draw_bar(Canvas& canvas, const Bar& bar, const Box& slot, Colour accent) {
    const double height = bar.share * slot.height, bottom = slot.y + slot.height,
                 width = std::min(19.0, slot.width * 0.6);
    const Box box{slot.x + (slot.width - width) / 2, bottom - height, width, height};
    const Colour colour = is_current(bar.kind) ? accent : kPastBar;
    if (height > 0 && is_estimated(bar.kind)) {
        canvas.colour(is_current(bar.kind) ? accent : kMuted);
        canvas.hatch(box, 3);
        canvas.frame(box, 0.6);
    } else if (height > 0) {
        canvas.colour(colour);
        canvas.fill(box);
    }
    const double middle = slot.x + slot.width / 2;
    canvas.colour(kInk);
    canvas.text(*bar.value, {{middle, bottom - height - 2.5}, Align::centre});
    canvas.colour(is_current(bar.kind) ? kInk : kMuted);
    canvas.text(*bar.label, {{middle, bottom + 8.4}, Align::centre});
}

struct Legend {
    Text words;
    bool shown = false;
};

void draw_legend(Canvas& canvas, const Text& words, double top) {
    const double left = kRight - words->width();
    canvas.colour(kMuted);
    canvas.text(*words, {{left, top + 9}});
    const Box key{left - 13, top + 3, 9, 6.5};
    canvas.hatch(key, 3);
    canvas.frame(key, 0.5);
}

}  // namespace

void add_chart(Flow& flow, const Style& style, const UsageChart& chart) {
    if (chart.bars.empty()) return;
    const double slot = kWidth / static_cast<double>(std::max<std::size_t>(chart.bars.size(), 8));
    auto bars = bars_of(style, chart, slot);
    const Text title = style.text(style.label(Label::usage_history) + " (" + chart.unit + ")", {7.5, Weight::bold});
    const bool has_estimates = std::ranges::any_of(bars, is_estimated, &Bar::kind);
    const Text legend = has_estimates ? style.text(style.label(Label::estimated_bar), {6.5}) : nullptr;
    flow.gap(3);
    flow.add(kChartHeight,
             [bars = std::move(bars), title, legend, slot, accent = style.accent](Canvas& canvas, double top) {
                 canvas.colour(kInk);
                 canvas.text(*title, {{kLeft, top + 9}});
                 if (legend) draw_legend(canvas, legend, top);
                 const double bars_top = top + kTitleHeight + kValueHeight;
                 double x = kLeft;
                 for (const Bar& bar : bars) {
                     draw_bar(canvas, bar, {x, bars_top, slot, kBarsHeight}, accent);
                     x += slot;
                 }
                 canvas.colour(kMuted);
                 canvas.line({kLeft, bars_top + kBarsHeight}, {x, bars_top + kBarsHeight}, 0.5);
             });
}

}  // namespace mainspring::document
