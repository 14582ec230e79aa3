// Drawing on a page: shaped text, lines, boxes. Facade over cairo and pango. Lengths are points (1/72 inch), y goes
// down.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/bill_page.hpp"
#include "document/qr_code.hpp"

// NOLINTBEGIN: cairo's own names
struct _cairo;
struct _PangoLayout;
// NOLINTEND

namespace mainspring::document {

inline constexpr double kMillimetre = 72.0 / 25.4;
inline constexpr double kPageWidth = 210 * kMillimetre, kPageHeight = 297 * kMillimetre;  // A4

struct Point {
    double x = 0, y = 0;
};
struct Box {
    double x = 0, y = 0, width = 0, height = 0;
};

enum class Weight : std::uint8_t { regular, bold };
enum class Align : std::uint8_t { left, right, centre };

struct Font {
    double size = 7.5;
    Weight weight = Weight::regular;
};

// How wide a text may run and into how many lines it may break; the rest is cut with an ellipsis. Width 0: one line
// of any length.
struct Fit {
    double width = 0;
    int lines = 1;
};

// A text with its glyphs chosen and its lines broken.
class Shaped {
public:
    explicit Shaped(_PangoLayout* layout);
    Shaped(const Shaped&) = delete;
    Shaped& operator=(const Shaped&) = delete;
    ~Shaped();

    int lines() const { return static_cast<int>(widths_.size()); }
    double width() const;  // of the longest line
    // Where the byte at `index` of the first line begins.
    double x_of(std::size_t index) const;
    const std::vector<double>& widths() const { return widths_; }
    _PangoLayout* layout() const { return layout_; }

private:
    _PangoLayout* layout_;
    std::vector<double> widths_;
};
using Text = std::shared_ptr<const Shaped>;

// Shapes texts and remembers them: bills of a batch have most of their words in common. Of one thread.
class Shaper {
public:
    Shaper();
    ~Shaper();
    Shaper(const Shaper&) = delete;
    Shaper& operator=(const Shaper&) = delete;

    Text shape(std::string_view text, Font font, Fit fit = {});

private:
    struct Fonts;
    std::unique_ptr<Fonts> fonts_;
};

struct TextPlace {
    Point baseline;  // of the first line; its left end, right end or middle
    Align align = Align::left;
    double leading = 10;
};

// One page being drawn. Does not own the context.
class Canvas {
public:
    explicit Canvas(_cairo* context) : context_(context) {}

    void colour(Colour colour);
    void text(const Shaped& text, const TextPlace& place);
    void line(Point from, Point to, double width);
    void dashed_line(Point from, Point to, double width);
    void fill(const Box& box);
    void fill_rounded(const Box& box, double radius);
    void frame(const Box& box, double width);
    void hatch(const Box& box, double distance);  // 45 degrees, within the box
    void circle_segment(Point centre, double radius);  // the lower half of a disc
    void qr(const QrCode& code, const Box& box);

private:
    _cairo* context_;
};

}  // namespace mainspring::document
