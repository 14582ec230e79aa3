// Title, section headings and the table of reads.
#include <array>

#include "document/tables.hpp"

namespace mainspring::document {

namespace {

Label title_of(const BillPage& bill) {
    if (bill.kind == PageKind::credit_note) return Label::credit_note;
    if (bill.sections.empty()) return Label::bill_many;
    const CommodityName first = bill.sections.front().commodity;
    for (const auto& section : bill.sections) {
        if (section.commodity != first) return Label::bill_many;
    }
    switch (first) {
        case CommodityName::electricity: return Label::bill_electricity;
        case CommodityName::gas: return Label::bill_gas;
        case CommodityName::water: return Label::bill_water;
    }
    return Label::bill_many;
}

std::string kind_text(const Style& style, ReadKind kind) {
    switch (kind) {
        case ReadKind::none: return "";
        case ReadKind::actual: return style.label(Label::read_actual);
        case ReadKind::estimated: return style.label(Label::read_estimated);
        case ReadKind::customer: return style.label(Label::read_customer);
    }
    return "";
}

void add_message(Flow& flow, const Style& style, const Words& message) {
    constexpr double kLeading = 10.4, kPadding = 5;
    std::vector<Text> texts;
    int lines = 0;
    for (const std::string& words : style.words_apart(message)) {
        texts.push_back(style.text(words, {7.8}, {kWidth - 22, 6}));
        lines += texts.back()->lines();
    }
    const double height = lines * kLeading + 2 * kPadding - 1.5;
    flow.add(height + 3, [texts = std::move(texts), height, accent = style.accent](Canvas& canvas, double top) {
        canvas.colour(kPanel);
        canvas.fill({kLeft, top, kWidth, height});
        canvas.colour(accent);
        canvas.fill({kLeft, top, 2.5, height});
        canvas.colour(kInk);
        double y = top + kPadding + 7.2;
        for (const Text& text : texts) {
            canvas.text(*text, {{kLeft + 11, y}, Align::left, kLeading});
            y += text->lines() * kLeading;
        }
    });
}

void add_section_heading(Flow& flow, const Style& style, const BillSection& section) {
    constexpr double kLeading = 9.6;
    const Text commodity = style.text(style.label(label_of(section.commodity)), {9.5, Weight::bold});
    const Text tariff = style.text(style.words(section.tariff), {7.5}, {kWidth - commodity->width() - 12, 1});
    std::string place;
    const auto append = [&](Label label, const std::string& value) {
        if (value.empty()) return;
        place += (place.empty() ? "" : "    ") + style.label(label) + ": " + value;
    };
    append(Label::supply_address, section.supply_address);
    append(Label::service_point, section.service_point);
    const Text where = style.text(place, {7}, {kWidth, 3});
    const double height = 15 + (place.empty() ? 0 : where->lines() * kLeading + 1);
    flow.need(height + 40);
    flow.add(height, [=, accent = style.accent](Canvas& canvas, double top) {
        canvas.colour(accent);
        canvas.text(*commodity, {{kLeft, top + 10}});
        canvas.colour(kInk);
        canvas.text(*tariff, {{kRight, top + 10}, Align::right});
        canvas.colour(kMuted);
        canvas.text(*where, {{kLeft, top + 20.5}, Align::left, kLeading});
    });
}

struct ReadCells {
    Text date, kind;
    AlignedNumber value;
};
struct MeterCells {
    Text serial, register_name, unit;
    ReadCells previous, current;
    AlignedNumber multiplier, usage;
};
struct ReadColumns {
    double date;
    PointColumn value;
    double kind;
};
struct MeterColumns {
    ReadColumns previous{120, PointColumn(kLeft + 212), 215};
    ReadColumns current{264, PointColumn(kLeft + 356), 359};
    PointColumn multiplier{kLeft + 428}, usage{kLeft + 463};
};
constexpr double kMeterLeading = 8.8;
constexpr Font kCell{7};

ReadCells cells_of(const Style& style, const ReadValue& read) {
    return {style.text(read.date, kCell), style.text(kind_text(style, read.kind), {6.2}, {46, 2}),
            align(style, read.value, kCell)};
}

MeterCells cells_of(const Style& style, const MeterRow& row) {
    return {style.text(row.serial, kCell, {68, 2}),
            style.text(style.words(row.register_name), kCell, {46, 2}),
            style.text(row.unit, kCell),
            cells_of(style, row.previous),
            cells_of(style, row.current),
            align(style, row.multiplier == "1" ? "" : row.multiplier, kCell),
            align(style, row.usage, {7, Weight::bold})};
}

void draw_read(Canvas& canvas, const ReadCells& cells, const ReadColumns& columns, double y) {
    canvas.colour(kInk);
    canvas.text(*cells.date, {{kLeft + columns.date, y}});
    canvas.text(*cells.value.text, {columns.value.place(cells.value, y)});
    canvas.colour(kMuted);
    canvas.text(*cells.kind, {{kLeft + columns.kind, y}, Align::left, 7.4});
}

double height_of(const MeterCells& cells) {
    int lines = 1;
    for (const Text& text : {cells.serial, cells.register_name, cells.previous.kind, cells.current.kind}) {
        lines = std::max(lines, text->lines());
    }
    return 11.2 + (lines - 1) * kMeterLeading;
}

void add_meter_row(Flow& flow, const MeterCells& cells, const MeterColumns& columns) {
    flow.add(height_of(cells), [cells, columns](Canvas& canvas, double top) {
        const double y = top + 8.2;
        canvas.colour(kInk);
        canvas.text(*cells.serial, {{kLeft, y}, Align::left, kMeterLeading});
        canvas.text(*cells.register_name, {{kLeft + 71, y}, Align::left, kMeterLeading});
        draw_read(canvas, cells.previous, columns.previous, y);
        draw_read(canvas, cells.current, columns.current, y);
        canvas.colour(kInk);
        canvas.text(*cells.multiplier.text, {columns.multiplier.place(cells.multiplier, y)});
        canvas.text(*cells.usage.text, {columns.usage.place(cells.usage, y)});
        canvas.colour(kMuted);
        canvas.text(*cells.unit, {{kLeft + 466, y}});
    });
}

void add_note(Flow& flow, const Style& style, const Words& note) {
    const Text text = style.text(style.words(note), {6.5}, {kWidth, 4});
    flow.add(text->lines() * 8.4 + 2, [text](Canvas& canvas, double top) {
        canvas.colour(kMuted);
        canvas.text(*text, {{kLeft, top + 7}, Align::left, 8.4});
    });
}

}  // namespace

void add_title(Flow& flow, const Style& style, const BillPage& bill) {
    const Text title = style.text(style.label(title_of(bill)), {15, Weight::bold});
    flow.add(20.5, [title](Canvas& canvas, double top) {
        canvas.colour(kInk);
        canvas.text(*title, {{kLeft, top + 13}});
    });
    for (const Words& message : bill.messages) add_message(flow, style, message);
}

void add_meters(Flow& flow, const Style& style, const BillSection& section) {
    flow.gap(4);
    add_section_heading(flow, style, section);
    if (!section.meters.empty()) {
        static constexpr std::array kHead{
            HeadCell{Label::meter, 0, Align::left},           HeadCell{Label::register_name, 71, Align::left},
            HeadCell{Label::previous_read, 120, Align::left}, HeadCell{Label::current_read, 264, Align::left},
            HeadCell{Label::multiplier, 428, Align::right},   HeadCell{Label::usage, 463, Align::right}};
        flow.need(35);
        begin_table(flow, style, kHead);
        MeterColumns columns;
        std::vector<MeterCells> rows;
        for (const MeterRow& meter : section.meters) {
            const MeterCells& cells = rows.emplace_back(cells_of(style, meter));
            columns.previous.value.widen(cells.previous.value);
            columns.current.value.widen(cells.current.value);
            columns.multiplier.widen(cells.multiplier);
            columns.usage.widen(cells.usage);
        }
        for (const MeterCells& cells : rows) add_meter_row(flow, cells, columns);
        flow.end_repeat();
    }
    for (const Words& note : section.meter_notes) add_note(flow, style, note);
}

}  // namespace mainspring::document
