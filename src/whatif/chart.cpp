// Charts as SVG: text stays text, one drawing a file, readable on light and on dark.
#include <algorithm>
#include <fmt/format.h>

#include "money/money.hpp"
#include "whatif/report.hpp"

namespace mainspring::whatif {

namespace {

constexpr int kWidth = 760, kLabels = 190, kBar = 20, kGap = 6, kTop = 56;
constexpr const char* kNowColour = "#5b7fa6";
constexpr const char* kThenColour = "#d08a3c";

struct Bar {
    std::string label, value;
    Int128 size = 0;
    const char* colour = kNowColour;
};

struct Drawing {
    std::string title, note;
    std::vector<Bar> bars;
};

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else
            out += c;
    }
    return out;
}

std::string svg(const Drawing& drawing) {
    Int128 most = 1;
    for (const Bar& bar : drawing.bars) most = std::max(most, bar.size < 0 ? -bar.size : bar.size);
    const int height = kTop + static_cast<int>(drawing.bars.size()) * (kBar + kGap) + 16;
    constexpr int kRoom = kWidth - kLabels - 150;
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        "font-family=\"sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"{2}\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        "<text x=\"12\" y=\"24\" font-size=\"16\" fill=\"#1c1c1c\">{2}</text>\n"
        "<text x=\"12\" y=\"44\" fill=\"#5c5c5c\">{3}</text>\n",
        kWidth, height, escaped(drawing.title), escaped(drawing.note));
    int y = kTop;
    for (const Bar& bar : drawing.bars) {
        const auto length = static_cast<int>((bar.size < 0 ? -bar.size : bar.size) * kRoom / most);
        text += fmt::format(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#1c1c1c\">{}</text>"
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>"
            "<text x=\"{}\" y=\"{}\" fill=\"#1c1c1c\">{}</text>\n",
            kLabels - 8, y + kBar - 5, escaped(bar.label), kLabels, y, length, kBar, bar.colour, kLabels + length + 6,
            y + kBar - 5, escaped(bar.value));
        y += kBar + kGap;
    }
    return text + "</svg>\n";
}

}  // namespace

std::string revenue_chart(const Outcome& outcome, const std::string& currency) {
    const int digits = minor_digits(currency_of(currency).value());
    Drawing drawing{"Revenue by class, " + currency, "Upper bar: as it was. Lower bar: as it would have been.", {}};
    for (const auto& [key, group] : outcome.groups()) {
        if (key.first != currency) continue;
        const std::string name(tariff::text_of(key.second));
        drawing.bars.push_back(
            {name + ", now", format_fixed(group.now_minor, digits, digits), group.now_minor, kNowColour});
        drawing.bars.push_back({"then", format_fixed(group.then_minor, digits, digits), group.then_minor, kThenColour});
    }
    return svg(drawing);
}

std::string distribution_chart(const Outcome& outcome, const std::string& currency) {
    Drawing drawing{"Customers by change of their bill, " + currency,
                    "Change over the whole period, in percent of what it was.",
                    {}};
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        std::int64_t accounts = 0;
        for (const auto& [key, group] : outcome.groups())
            if (key.first == currency) accounts += group.buckets[bucket];
        drawing.bars.push_back(
            {bucket_text(bucket), fmt::to_string(accounts), accounts, bucket > kNoChange ? kThenColour : kNowColour});
    }
    return svg(drawing);
}

}  // namespace mainspring::whatif
