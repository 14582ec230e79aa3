// The pages of one bill: what stands where. DIN 5008 form B for the window, DIN 676 margins, A4.
#pragma once
#include <string>

#include "document/bill_page.hpp"
#include "document/canvas.hpp"
#include "document/flow.hpp"
#include "document/qr_code.hpp"

namespace mainspring::document {

inline constexpr double kLeft = 25 * kMillimetre, kRight = 195 * kMillimetre, kWidth = kRight - kLeft;

inline constexpr Colour kInk{0x1d, 0x23, 0x29}, kMuted{0x5c, 0x65, 0x6e}, kHairline{0xb9, 0xc1, 0xc8},
    kPanel{0xf0, 0xf3, 0xf5}, kPastBar{0xa9, 0xb4, 0xbd}, kWhite{0xff, 0xff, 0xff};

// Dark enough for white letters on it, and for itself on white.
Colour readable(Colour colour);

// What all parts of a bill need to set their words.
struct Style {
    Shaper& shaper;
    Language language;
    char decimal_mark;
    Colour accent;

    std::string words(const Words& words) const;
    std::vector<std::string> words_apart(const Words& words) const;  // one or two texts
    std::string label(Label label, std::string_view between = " ") const { return text_of(label, language, between); }
    Text text(std::string_view text, Font font = {}, Fit fit = {}) const { return shaper.shape(text, font, fit); }
    // A hyphen before a digit becomes a minus sign.
    Text number(std::string_view text, Font font = {}) const;
};

class BillLayout {
public:
    // Both must outlive the layout. `qr` is null when the bill has none.
    BillLayout(const BillPage& bill, Shaper& shaper, const QrCode* qr);

    int pages() const { return flow_.pages(); }
    void draw(Canvas& canvas, int page) const;

private:
    void draw_footer(Canvas& canvas, int page) const;
    double footer_top(int page) const;

    const BillPage& bill_;
    const QrCode* qr_;
    Style style_;
    Text footer_;
    Flow flow_;
};

Label label_of(CommodityName commodity);

// What a bill asks for, or what a credit note gives: words that say which way the money goes, so it has no sign there.
struct Due {
    Label label{};
    std::string amount;
};
Due due_of(const BillPage& bill);

// The parts, each in a file of its own.
void draw_letterhead(Canvas& canvas, const Style& style, const BillPage& bill);
void draw_short_head(Canvas& canvas, const Style& style, const BillPage& bill);
inline constexpr double kSlipTop = 244 * kMillimetre;
struct SlipParts {
    const BillPage& bill;
    const QrCode* qr;
};
void draw_slip(Canvas& canvas, const Style& style, const SlipParts& parts);
void add_title(Flow& flow, const Style& style, const BillPage& bill);
void add_meters(Flow& flow, const Style& style, const BillSection& section);
void add_charges(Flow& flow, const Style& style, const BillSection& section);
void add_totals(Flow& flow, const Style& style, const BillPage& bill);
void add_charts(Flow& flow, const Style& style, const BillPage& bill);

}  // namespace mainspring::document
