// The payment slip below the cut line.
#include "document/bill_layout.hpp"

namespace mainspring::document {

namespace {

struct Row {
    Label label;
    std::string value;
};

void draw_cut_line(Canvas& canvas, const Style& style) {
    canvas.colour(kMuted);
    canvas.dashed_line({0, kSlipTop}, {kPageWidth, kSlipTop}, 0.5);
    canvas.text(*style.text("✂", {9}), {{11 * kMillimetre, kSlipTop + 3.2}});
    canvas.text(*style.text(style.label(Label::cut_here), {5.5}), {{kRight, kSlipTop - 2.2}, Align::right});
}

void draw_rows(Canvas& canvas, const Style& style, const SlipParts& parts) {
    const BillPage& bill = parts.bill;
    const Row rows[] = {{Label::payee, style.words(bill.slip->payee)},
                        {Label::bank, bill.slip->bank},
                        {Label::account_number, bill.account_number},
                        {Label::bill_number, bill.bill_number},
                        {Label::reference, bill.slip->reference}};
    constexpr double kLabelWidth = 29 * kMillimetre, kValueWidth = 58 * kMillimetre, kLeading = 9.4;
    double y = kSlipTop + 14.5 * kMillimetre;
    for (const Row& row : rows) {
        if (row.value.empty()) continue;
        const Text value = style.text(row.value, {8}, {kValueWidth, 2});
        canvas.colour(kMuted);
        canvas.text(*style.text(style.label(row.label), {7}), {{kLeft, y}});
        canvas.colour(kInk);
        canvas.text(*value, {{kLeft + kLabelWidth, y}, Align::left, kLeading});
        y += value->lines() * kLeading + 5;
    }
}

void draw_amount(Canvas& canvas, const Style& style, const BillPage& bill) {
    const Box box{kLeft + 90 * kMillimetre, kSlipTop + 6 * kMillimetre, 42 * kMillimetre, 31 * kMillimetre};
    canvas.colour(kInk);
    canvas.frame(box, 0.6);
    canvas.colour(kMuted);
    canvas.text(*style.text(style.label(Label::amount_due), {7}), {{box.x + 7, box.y + 13}});
    canvas.text(*style.text(bill.currency, {8}), {{box.x + 7, box.y + 34}});
    canvas.text(*style.text(style.label(Label::due_on), {7}), {{box.x + 7, box.y + 58}});
    canvas.colour(kInk);
    const std::string& amount = bill.amount_due.empty() ? bill.total : bill.amount_due;
    const double size = amount.size() > 11 ? 10 : 14;
    canvas.text(*style.number(amount, {size, Weight::bold}), {{box.x + box.width - 7, box.y + 34}, Align::right});
    canvas.text(*style.text(bill.due_on, {9, Weight::bold}), {{box.x + 7, box.y + 72}});
}

void draw_qr(Canvas& canvas, const Style& style, const QrCode& qr) {
    constexpr double kSide = 33 * kMillimetre;  // with the quiet zone
    const double module = kSide / (qr.size + 8);
    const Box outer{kRight - kSide + 4 * module, kSlipTop + 5 * kMillimetre, kSide, kSide};
    canvas.colour({0, 0, 0});
    canvas.qr(qr, {outer.x + 4 * module, outer.y + 4 * module, module * qr.size, module * qr.size});
    canvas.colour(kMuted);
    canvas.text(*style.text(style.label(Label::scan_to_pay), {6.5}),
                {{outer.x + kSide / 2, outer.y + kSide + 6}, Align::centre});
}

}  // namespace

void draw_slip(Canvas& canvas, const Style& style, const SlipParts& parts) {
    draw_cut_line(canvas, style);
    canvas.colour(style.accent);
    canvas.text(*style.text(style.label(Label::payment_slip), {11, Weight::bold}),
                {{kLeft, kSlipTop + 8.2 * kMillimetre}});
    draw_rows(canvas, style, parts);
    draw_amount(canvas, style, parts.bill);
    if (parts.qr != nullptr) draw_qr(canvas, style, *parts.qr);
}

}  // namespace mainspring::document
