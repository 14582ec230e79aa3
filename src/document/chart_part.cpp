// The charts of usage, one a supply: grey for the past, the utility's colour for this bill, hatched where estimated.
// Two stand side by side. What is left of the first page decides how high they are; where not even low ones fit, they
// go to a page of their own, large.
#include <algorithm>

#include "document/bill_layout.hpp"

namespace mainspring::document {

namespace {

constexpr double kTitleHeight = 13, kValueHeight = 8, kLabelHeight = 10, kGap = 3, kBetween = 18;
constexpr double kAround = kTitleHeight + kValueHeight + kLabelHeight + 2;  // of the bars
constexpr double kLeastBars = 16, kUsualBars = 37, kLargeBars = 110;
constexpr double kNarrowSlot = 28;  // a month has no room of its own below a bar

bool is_estimated(BarKind kind) { return kind == BarKind::past_estimated || kind == BarKind::current_estimated; }
bool is_current(BarKind kind) { return kind == BarKind::current || kind == BarKind::current_estimated; }

struct Bar {
    Text label, value;  // label: null, it is another bar's
    BarKind kind{};
    double share = 0;  // of the chart's height, at least 0
};

struct Chart {
    Text title, legend;  // legend: null, nothing is estimated
    std::vector<Bar> bars;
    double width = 0, slot = 0, bars_height = 0;
};

Text fitted(const Style& style, std::string_view words, const Font& font, double width) {
    const Text text = style.text(words, font);
    if (text->width() <= width) return text;
    return style.text(words, {font.size * 0.76, font.weight}, {width, 1});
}

std::vector<Bar> bars_of(const Style& style, const UsageChart& chart, double slot) {
    std::int64_t most = 0;
    for (const UsageBar& bar : chart.bars) most = std::max(most, bar.micro);
    const std::size_t step = slot < kNarrowSlot ? 2 : 1;  // counted from the last bar: this bill's has its label
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        const UsageBar& bar = chart.bars[i];
        const double share = most > 0 && bar.micro > 0 ? static_cast<double>(bar.micro) / static_cast<double>(most) : 0;
        const Font font{6.2, is_current(bar.kind) ? Weight::bold : Weight::regular};
        const bool is_labelled = (chart.bars.size() - 1 - i) % step == 0;
        const double room = slot * static_cast<double>(step) - 3;
        bars.push_back({is_labelled ? fitted(style, bar.label, font, room) : nullptr,
                        fitted(style, bar.value, font, slot - 1), bar.kind, share});
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
    if (bar.label) canvas.text(*bar.label, {{middle, bottom + 8.4}, Align::centre});
}

void draw_legend(Canvas& canvas, const Text& words, Point right_top) {
    const double left = right_top.x - words->width();
    canvas.colour(kMuted);
    canvas.text(*words, {{left, right_top.y + 9}});
    const Box key{left - 13, right_top.y + 3, 9, 6.5};
    canvas.hatch(key, 3);
    canvas.frame(key, 0.5);
}

void draw_chart(Canvas& canvas, const Chart& chart, Point corner, Colour accent) {
    canvas.colour(kInk);
    canvas.text(*chart.title, {{corner.x, corner.y + 9}});
    const double bars_top = corner.y + kTitleHeight + kValueHeight;
    double x = corner.x;
    for (const Bar& bar : chart.bars) {
        draw_bar(canvas, bar, {x, bars_top, chart.slot, chart.bars_height}, accent);
        x += chart.slot;
    }
    canvas.colour(kMuted);
    canvas.line({corner.x, bars_top + chart.bars_height}, {x, bars_top + chart.bars_height}, 0.5);
    if (chart.legend) draw_legend(canvas, chart.legend, {corner.x + chart.width, corner.y});
}

struct Size {
    double width = 0, bars_height = 0;
};

Chart chart_of(const Style& style, const BillSection& section, Size size) {
    Chart chart;
    chart.width = size.width;
    chart.bars_height = size.bars_height;
    chart.slot = size.width / static_cast<double>(std::max<std::size_t>(section.chart.bars.size(), 8));
    chart.bars = bars_of(style, section.chart, chart.slot);
    if (std::ranges::any_of(chart.bars, is_estimated, &Bar::kind))
        chart.legend = style.text(style.label(Label::estimated_bar), {6.5});
    const double room = size.width - (chart.legend ? chart.legend->width() + 20 : 0);
    const std::string point = section.service_point.empty() ? "" : " " + section.service_point;
    chart.title = style.text(style.label(Label::usage_history) + ": " + style.label(label_of(section.commodity)) +
                                 point + " (" + section.chart.unit + ")",
                             {7.5, Weight::bold}, {room, 1});
    return chart;
}

using Row = std::vector<Chart>;

void add_row(Flow& flow, const Style& style, Row row) {
    flow.gap(kGap);
    const double height = kAround + row.front().bars_height;
    flow.add(height, [row = std::move(row), accent = style.accent](Canvas& canvas, double top) {
        double x = kLeft;
        for (const Chart& chart : row) {
            draw_chart(canvas, chart, {x, top}, accent);
            x += chart.width + kBetween;
        }
    });
}

}  // namespace

void add_charts(Flow& flow, const Style& style, const BillPage& bill) {
    std::vector<const BillSection*> supplies;
    for (const BillSection& section : bill.sections)
        if (section.chart.bars.size() > 1) supplies.push_back(&section);  // one bar compares with nothing
    if (supplies.empty()) return;
    std::size_t columns = supplies.size() > 1 ? 2 : 1;
    const auto rows = static_cast<double>((supplies.size() + columns - 1) / columns);
    double bars_height = std::min(kUsualBars, flow.left() / rows - kGap - kAround);
    if (bars_height < kLeastBars) {
        flow.turn();
        columns = 1;
        bars_height =
            std::clamp(flow.left() / static_cast<double>(supplies.size()) - 4 * kGap - kAround, kUsualBars, kLargeBars);
    }
    const double width = columns == 1 ? kWidth : (kWidth - kBetween) / 2;
    Row row;
    for (const BillSection* supply : supplies) {
        row.push_back(chart_of(style, *supply, {width, bars_height}));
        if (row.size() < columns && supply != supplies.back()) continue;
        add_row(flow, style, std::move(row));
        row.clear();
    }
}

}  // namespace mainspring::document
