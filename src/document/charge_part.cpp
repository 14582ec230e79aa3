// The table of charges, and the totals.
#include <algorithm>
#include <array>

#include "document/tables.hpp"

namespace mainspring::document {

namespace {

constexpr Font kCell{7.2}, kBold{7.2, Weight::bold};
constexpr double kLeading = 9.2, kPeriodX = 186, kUnitX = 348, kTimesX = 382;

struct Columns {
    PointColumn quantity{kLeft + 345}, price{kLeft + 424}, amount{kRight};
};

struct LineCells {
    Text text, period, unit;
    AlignedNumber quantity, price, amount;
    bool is_product = false;
};

LineCells cells_of(const Style& style, const ChargeLine& line) {
    const std::string period = line.from.empty() ? "" : line.from + " – " + line.to;
    return {style.text(style.words(line.text), kCell, {kPeriodX - 8, 3}),
            style.text(period, {6.8}),
            style.text(line.unit, kCell, {28, 1}),
            align(style, line.quantity, kCell),
            align(style, line.price, kCell),
            align(style, line.amount, kCell),
            !line.quantity.empty() && !line.price.empty()};
}

void add_line(Flow& flow, const Style& style, const LineCells& cells, const Columns& columns) {
    const double height = 11.2 + (cells.text->lines() - 1) * kLeading;
    const Text times = cells.is_product ? style.text("×", kCell) : nullptr;
    flow.add(height, [cells, columns, times](Canvas& canvas, double top) {
        const double y = top + 8.2;
        canvas.colour(kInk);
        canvas.text(*cells.text, {{kLeft, y}, Align::left, kLeading});
        canvas.text(*cells.quantity.text, {columns.quantity.place(cells.quantity, y)});
        canvas.text(*cells.price.text, {columns.price.place(cells.price, y)});
        canvas.text(*cells.amount.text, {columns.amount.place(cells.amount, y)});
        canvas.colour(kMuted);
        canvas.text(*cells.period, {{kLeft + kPeriodX, y}});
        canvas.text(*cells.unit, {{kLeft + kUnitX, y}});
        if (times) canvas.text(*times, {{kLeft + kTimesX, y}});
    });
}

// One tax says all of itself in its line.
bool is_single_tax(const ChargeGroup& group) { return group.kind == GroupKind::taxes && group.lines.size() == 1; }

void add_group_title(Flow& flow, const Style& style, const ChargeGroup& group) {
    std::string words = style.words(group.title);
    if (words.empty() && is_single_tax(group)) return;
    if (words.empty() && group.kind == GroupKind::taxes) words = style.label(Label::taxes);
    if (words.empty()) return;
    const Text title = style.text(words, kBold, {kWidth, 2});
    flow.need(28);
    flow.add(12.5 + (title->lines() - 1) * kLeading, [title](Canvas& canvas, double top) {
        canvas.colour(kInk);
        canvas.text(*title, {{kLeft, top + 9.6}, Align::left, kLeading});
    });
}

void add_subtotal(Flow& flow, const Style& style, const std::string& amount, const Columns& columns) {
    const Text label = style.text(style.label(Label::subtotal), kCell);
    const AlignedNumber number = align(style, amount, kBold);
    flow.add(13.5, [=](Canvas& canvas, double top) {
        canvas.colour(kHairline);
        canvas.line({kLeft + kUnitX, top + 1.2}, {kRight, top + 1.2}, 0.4);
        canvas.colour(kMuted);
        canvas.text(*label, {{kLeft + kUnitX, top + 9.8}});
        canvas.colour(kInk);
        canvas.text(*number.text, {columns.amount.place(number, top + 9.8)});
    });
}

struct TotalRow {
    std::string label, amount;
    Font font{8.5, Weight::bold};
};

void add_total(Flow& flow, const Style& style, const TotalRow& row) {
    const Text amount = style.number(row.amount, row.font);
    const Text label = style.text(row.label, row.font, {kWidth - amount->width() - 60, 1});
    flow.add(row.font.size + 6.5, [=](Canvas& canvas, double top) {
        canvas.colour(kInk);
        const double y = top + row.font.size + 2;
        canvas.text(*label, {{kLeft, y}});
        canvas.text(*amount, {{kRight, y}, Align::right});
    });
}

void add_due(Flow& flow, const Style& style, const BillPage& bill) {
    const Due due = due_of(bill);
    const Text label = style.text(style.label(due.label), {9.5, Weight::bold});
    const Text amount = style.number(due.amount, {11.5, Weight::bold});
    const Text currency = style.text(bill.currency, {8.5});
    flow.add(23, [=, accent = style.accent](Canvas& canvas, double top) {
        canvas.colour(accent);
        canvas.fill({kLeft - 6, top + 2, kWidth + 12, 18.5});
        canvas.colour(kWhite);
        canvas.text(*label, {{kLeft, top + 14.8}});
        canvas.text(*amount, {{kRight, top + 15.3}, Align::right});
        canvas.text(*currency, {{kRight - amount->width() - 5, top + 15.3}, Align::right});
    });
}

}  // namespace

void add_charges(Flow& flow, const Style& style, const BillSection& section) {
    Columns columns;
    std::vector<std::vector<LineCells>> groups;
    for (const ChargeGroup& group : section.groups) {
        auto& lines = groups.emplace_back();
        for (const ChargeLine& line : group.lines) {
            const LineCells& cells = lines.emplace_back(cells_of(style, line));
            columns.quantity.widen(cells.quantity);
            columns.price.widen(cells.price);
            columns.amount.widen(cells.amount);
        }
    }
    flow.gap(6);
    if (!groups.empty()) {
        static constexpr std::array kHead{
            HeadCell{Label::charges, 0, Align::left}, HeadCell{Label::charge_period, kPeriodX, Align::left},
            HeadCell{Label::quantity, 345, Align::right}, HeadCell{Label::price, 424, Align::right},
            HeadCell{Label::amount, kWidth, Align::right}};
        flow.need(50);
        begin_table(flow, style, kHead);
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const ChargeGroup& group = section.groups[i];
        add_group_title(flow, style, group);
        for (std::size_t j = 0; j < groups[i].size(); ++j) {
            // The last line stays with its subtotal.
            if (j + 1 == groups[i].size()) flow.need(25);
            add_line(flow, style, groups[i][j], columns);
        }
        if (!group.subtotal.empty() && !is_single_tax(group)) add_subtotal(flow, style, group.subtotal, columns);
    }
    flow.end_repeat();
}

void add_totals(Flow& flow, const Style& style, const BillPage& bill) {
    flow.gap(4);
    const bool has_rows = bill.sections.size() > 1 || !bill.balances.empty();
    if (has_rows) {
        flow.need(60);
        flow.add(3, [](Canvas& canvas, double top) {
            canvas.colour(kInk);
            canvas.line({kLeft, top + 1}, {kRight, top + 1}, 0.6);
        });
    }
    if (bill.sections.size() > 1) {
        for (const BillSection& section : bill.sections) {
            const std::string point = section.service_point.empty() ? "" : "  " + section.service_point;
            add_total(flow, style,
                      {style.label(Label::section_total) + ": " + style.label(label_of(section.commodity)) + point,
                       section.total,
                       {7.5}});
        }
    }
    const Label total = bill.kind == PageKind::bill ? Label::bill_total : Label::credit_note_total;
    const Due due = due_of(bill);
    const bool is_said_below = bill.balances.empty() && due.amount == bill.total;
    if (has_rows && !is_said_below) add_total(flow, style, {style.label(total), bill.total, {8, Weight::bold}});
    for (const BalanceLine& balance : bill.balances) {
        add_total(flow, style, {style.words(balance.text), balance.amount, {7.5}});
    }
    add_due(flow, style, bill);
}

}  // namespace mainspring::document
