// The upper third of the first page, and the head of the others.
#include <fmt/format.h>
#include <string>

#include "document/bill_layout.hpp"

namespace mainspring::document {

namespace {

constexpr double kInfoLeft = 122 * kMillimetre;

// Whole characters from the front of the text.
std::string first_letters(std::string_view text, int count) {
    std::size_t end = 0;
    while (end < text.size() && count-- > 0) {
        ++end;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    }
    return std::string(text.substr(0, end));
}

void draw_logo(Canvas& canvas, const Style& style, const BillPage& bill, const Box& box) {
    const Logo& logo = bill.utility.logo;
    const std::string name = style.words(bill.utility.name);
    const std::string initials = logo.initials.empty() ? first_letters(name, 1) : first_letters(logo.initials, 3);
    canvas.colour(style.accent);
    canvas.fill_rounded(box, box.width * 0.24);
    const Text text = style.text(initials, {box.width * 0.44, Weight::bold}, {box.width * 0.9, 1});
    canvas.colour(kWhite);
    canvas.text(*text, {{box.x + box.width / 2, box.y + box.height * 0.60}, Align::centre});
    canvas.fill({box.x + box.width * 0.24, box.y + box.height * 0.74, box.width * 0.52, box.height * 0.05});
}

void draw_contact(Canvas& canvas, const Style& style, const Utility& utility) {
    constexpr double kLeading = 8.4;
    double y = 16 * kMillimetre;
    const auto line = [&](std::string_view text) {
        canvas.text(*style.text(text, {6.5}, {kRight - kInfoLeft, 1}), {{kInfoLeft, y}});
        y += kLeading;
    };
    canvas.colour(kMuted);
    for (const auto& text : utility.address) line(text);
    for (const auto& text : utility.contact) line(text);
    if (!utility.tax_number.empty()) line(style.label(Label::tax_number) + " " + utility.tax_number);
    if (!utility.bank.empty()) line(utility.bank);
}

// The window of the envelope: 20..105 mm from the left, 45..90 mm from the top; text from 25 mm on.
void draw_address(Canvas& canvas, const Style& style, const BillPage& bill) {
    constexpr double kAddressWidth = 76 * kMillimetre, kLeading = 13;
    std::string sender = style.words_apart(bill.utility.name).back();
    for (const auto& part : bill.utility.address) sender += " · " + part;
    const Text back = style.text(sender, {5.5}, {kAddressWidth, 1});
    canvas.colour(kMuted);
    canvas.text(*back, {{kLeft, 49 * kMillimetre}});
    canvas.line({kLeft, 50.2 * kMillimetre}, {kLeft + back->width(), 50.2 * kMillimetre}, 0.3);
    canvas.colour(kInk);
    double y = 57 * kMillimetre;
    const double bottom = 88 * kMillimetre;
    const auto block = [&](std::string_view text, int lines) {
        const Text shaped = style.text(text, {9.5}, {kAddressWidth, lines});
        if (y + (shaped->lines() - 1) * kLeading > bottom) return;
        canvas.text(*shaped, {{kLeft, y}, Align::left, kLeading});
        y += shaped->lines() * kLeading;
    };
    block(bill.customer_name, 2);
    for (const auto& text : bill.postal_address) block(text, 2);
}

Label number_label(const BillPage& bill) {
    return bill.kind == PageKind::credit_note ? Label::credit_note_number : Label::bill_number;
}

struct Fact {
    Label label;
    std::string value;
};

void draw_facts(Canvas& canvas, const Style& style, const BillPage& bill) {
    const Fact facts[] = {{Label::account_number, bill.account_number},
                          {number_label(bill), bill.bill_number},
                          {Label::issued_on, bill.issued_on},
                          {Label::period, bill.period_from + " – " + bill.period_to}};
    double y = 49 * kMillimetre;
    for (const Fact& fact : facts) {
        const Text label = style.text(style.label(fact.label), {7});
        canvas.colour(kMuted);
        canvas.text(*label, {{kInfoLeft, y}});
        canvas.colour(kInk);
        const double room = kRight - kInfoLeft - label->width() - 6;
        canvas.text(*style.text(fact.value, {7.5}, {room, 1}), {{kRight, y}, Align::right});
        canvas.colour(kHairline);
        canvas.line({kInfoLeft, y + 4}, {kRight, y + 4}, 0.3);
        y += 13.2;
    }
}

void draw_amount_panel(Canvas& canvas, const Style& style, const BillPage& bill) {
    const Box box{kInfoLeft, 68 * kMillimetre, kRight - kInfoLeft, 19.5 * kMillimetre};
    canvas.colour(kPanel);
    canvas.fill(box);
    canvas.colour(style.accent);
    canvas.fill({box.x, box.y, 2.5, box.height});
    const Due due = due_of(bill);
    canvas.colour(kMuted);
    canvas.text(*style.text(style.label(due.label), {7.5}), {{box.x + 10, box.y + 13}});
    if (!bill.due_on.empty()) {
        canvas.text(*style.text(style.label(Label::due_on), {7.5}), {{box.x + 10, box.y + 46}});
        canvas.colour(kInk);
        canvas.text(*style.text(bill.due_on, {8.5, Weight::bold}), {{kRight - 8, box.y + 46}, Align::right});
    }
    canvas.colour(kInk);
    const Text amount = style.number(due.amount, {17, Weight::bold});
    canvas.text(*amount, {{kRight - 8, box.y + 32}, Align::right});
    canvas.colour(kMuted);
    canvas.text(*style.text(bill.currency, {9}), {{kRight - 13 - amount->width(), box.y + 32}, Align::right});
}

}  // namespace

void draw_letterhead(Canvas& canvas, const Style& style, const BillPage& bill) {
    draw_logo(canvas, style, bill, {kLeft, 12.5 * kMillimetre, 13 * kMillimetre, 13 * kMillimetre});
    const bool has_both = style.language == Language::en_zh && !bill.utility.name.zh.empty();
    const double name_left = kLeft + 16.5 * kMillimetre, name_width = kInfoLeft - name_left - 10;
    canvas.colour(kInk);
    const std::string name = has_both ? bill.utility.name.en : style.words(bill.utility.name);
    const Text shaped = style.text(name, {12, Weight::bold}, {name_width, 2});
    double y = (shaped->lines() > 1 || has_both ? 18 : 20.5) * kMillimetre;
    canvas.text(*shaped, {{name_left, y}, Align::left, 14});
    if (has_both) {
        y += shaped->lines() * 14.0;
        canvas.text(*style.text(bill.utility.name.zh, {10}, {name_width, 1}), {{name_left, y}});
    }
    draw_contact(canvas, style, bill.utility);
    draw_address(canvas, style, bill);
    draw_facts(canvas, style, bill);
    draw_amount_panel(canvas, style, bill);
    // Where the sheet is folded for the window.
    canvas.colour(kHairline);
    canvas.line({5 * kMillimetre, 105 * kMillimetre}, {9 * kMillimetre, 105 * kMillimetre}, 0.3);
}

void draw_short_head(Canvas& canvas, const Style& style, const BillPage& bill) {
    draw_logo(canvas, style, bill, {kLeft, 11 * kMillimetre, 8 * kMillimetre, 8 * kMillimetre});
    canvas.colour(kInk);
    canvas.text(*style.text(style.words(bill.utility.name), {9, Weight::bold}, {kWidth * 0.45, 1}),
                {{kLeft + 11 * kMillimetre, 16.3 * kMillimetre}});
    const std::string facts = fmt::format("{} {}   {} {}", style.label(Label::account_number), bill.account_number,
                                          style.label(number_label(bill)), bill.bill_number);
    canvas.colour(kMuted);
    canvas.text(*style.text(facts, {7}, {kWidth * 0.45, 1}), {{kRight, 16.3 * kMillimetre}, Align::right});
    canvas.colour(kHairline);
    canvas.line({kLeft, 21.5 * kMillimetre}, {kRight, 21.5 * kMillimetre}, 0.4);
}

}  // namespace mainspring::document
