#include "document/bill_layout.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mainspring::document {

namespace {

constexpr Font kFooterFont{6};
constexpr double kFooterLeading = 7.6;

std::string footer_text(const Style& style, const BillPage& bill) {
    std::string text;
    const auto append = [&text](std::string_view part) {
        if (part.empty()) return;
        if (!text.empty()) text += "  ·  ";
        text += part;
    };
    for (const auto& tariff : bill.tariffs) append(tariff);
    if (!text.empty()) text.insert(0, style.label(Label::tariffs_used) + ": ");
    for (const auto& words : bill.legal) append(style.words(words));
    return text;
}

Text shape_footer(const Style& style, const BillPage& bill) {
    return style.text(footer_text(style, bill), kFooterFont,
                      {kWidth - (bill.language == Language::en_zh ? 112 : 75), 4});
}

double footer_top_of(const Text& footer, bool has_slip) {
    const double bottom = has_slip ? kSlipTop - 11 : kPageHeight - 9 * kMillimetre;
    return bottom - std::max(1, footer->lines()) * kFooterLeading;
}

Flow::Pages pages_of(const Text& footer, const BillPage& bill) {
    constexpr double kFirstTop = 90.5 * kMillimetre, kTop = 27 * kMillimetre, kAboveFooter = 5;
    return {{kFirstTop, footer_top_of(footer, bill.slip.has_value()) - kAboveFooter},
            {kTop, footer_top_of(footer, false) - kAboveFooter}};
}

// "Page 1 of 2", both languages when asked.
std::string page_words(std::string_view pattern, int page, int pages) {
    return fmt::format(fmt::runtime(pattern), page, pages);
}

}  // namespace

Colour readable(Colour colour) {
    const auto luma = [](Colour c) { return 299 * c.red + 587 * c.green + 114 * c.blue; };
    constexpr int kDarkEnough = 105'000;
    while (luma(colour) > kDarkEnough) {
        for (auto* part : {&colour.red, &colour.green, &colour.blue}) *part = static_cast<std::uint8_t>(*part * 9 / 10);
    }
    return colour;
}

Label label_of(CommodityName commodity) {
    switch (commodity) {
        case CommodityName::electricity: return Label::electricity;
        case CommodityName::gas: return Label::gas;
        case CommodityName::water: return Label::water;
    }
    return Label::electricity;
}

Due due_of(const BillPage& bill) {
    if (bill.kind == PageKind::bill) return {Label::amount_due, bill.amount_due.empty() ? bill.total : bill.amount_due};
    if (bill.total.starts_with('-')) return {Label::credit_amount, bill.total.substr(1)};
    const bool is_nothing = bill.total.find_first_of("123456789") == std::string::npos;
    return {is_nothing ? Label::credit_amount : Label::debit_amount, bill.total};
}

std::vector<std::string> Style::words_apart(const Words& words) const {
    if (words.zh.empty() || language == Language::en) return {words.en.empty() ? words.zh : words.en};
    if (words.en.empty() || language == Language::zh || words.en == words.zh) return {words.zh};
    return {words.en, words.zh};
}

std::string Style::words(const Words& words) const {
    const auto apart = words_apart(words);
    return apart.size() == 1 ? apart[0] : apart[0] + " " + apart[1];
}

Text Style::number(std::string_view text, Font font) const {
    if (text.size() < 2 || text[0] != '-') return shaper.shape(text, font);
    return shaper.shape("−" + std::string(text.substr(1)), font);
}

BillLayout::BillLayout(const BillPage& bill, Shaper& shaper, const QrCode* qr)
    : bill_(bill),
      qr_(qr),
      style_{shaper, bill.language, bill.decimal_mark, readable(bill.utility.logo.colour)},
      footer_(shape_footer(style_, bill)),
      flow_(pages_of(footer_, bill)) {
    add_title(flow_, style_, bill_);
    for (const BillSection& section : bill_.sections) {
        add_meters(flow_, style_, section);
        add_charges(flow_, style_, section);
    }
    add_totals(flow_, style_, bill_);
    add_charts(flow_, style_, bill_);
}

double BillLayout::footer_top(int page) const { return footer_top_of(footer_, page == 0 && bill_.slip.has_value()); }

void BillLayout::draw_footer(Canvas& canvas, int page) const {
    const double top = footer_top(page);
    canvas.colour(kHairline);
    canvas.line({kLeft, top - 3}, {kRight, top - 3}, 0.4);
    canvas.colour(kMuted);
    canvas.text(*footer_, {{kLeft, top + 5.5}, Align::left, kFooterLeading});
    const LabelWords& pattern = words_of(Label::page_of);
    const bool has_both = style_.language == Language::en_zh;
    const std::string first =
        page_words(style_.language == Language::zh ? pattern.zh : pattern.en, page + 1, flow_.pages());
    const std::string second = has_both ? " · " + page_words(pattern.zh, page + 1, flow_.pages()) : "";
    canvas.text(*style_.text(first + second, kFooterFont), {{kRight, top + 5.5}, Align::right});
}

void BillLayout::draw(Canvas& canvas, int page) const {
    if (page == 0) {
        draw_letterhead(canvas, style_, bill_);
        if (bill_.slip) draw_slip(canvas, style_, {bill_, qr_});
    } else {
        draw_short_head(canvas, style_, bill_);
    }
    flow_.draw(canvas, page);
    draw_footer(canvas, page);
}

}  // namespace mainspring::document
