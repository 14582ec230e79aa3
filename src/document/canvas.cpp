#include "document/canvas.hpp"

#include <algorithm>
#include <numbers>
#include <pango/pangocairo.h>
#include <unordered_map>

#include "document/clean_text.hpp"

namespace mainspring::document {

namespace {

constexpr std::size_t kTextsKept = 8192;

// Noto Sans CJK has no Latin Extended; a name of such letters is set in DejaVu as a whole, not letter by letter.
constexpr const char* kUsualFamilies = "Noto Sans CJK SC, DejaVu Sans";
constexpr const char* kOtherFamilies = "DejaVu Sans, Noto Sans CJK SC";

// Whether a letter of U+0100 … U+1FFF occurs: lead bytes C4 … E1.
bool has_other_letters(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0xC4 && byte <= 0xE1;
    });
}

double points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

}  // namespace

Shaped::Shaped(PangoLayout* layout) : layout_(layout) {
    const int count = pango_layout_get_line_count(layout_);
    for (int i = 0; i < count; ++i) {
        PangoRectangle logical;
        pango_layout_line_get_extents(pango_layout_get_line_readonly(layout_, i), nullptr, &logical);
        widths_.push_back(points(logical.width));
    }
}

Shaped::~Shaped() { g_object_unref(layout_); }

double Shaped::width() const { return widths_.empty() ? 0 : *std::ranges::max_element(widths_); }

double Shaped::x_of(std::size_t index) const {
    int x = 0;
    pango_layout_line_index_to_x(pango_layout_get_line_readonly(layout_, 0), static_cast<int>(index), 0, &x);
    return points(x);
}

struct Shaper::Fonts {
    PangoFontMap* map = pango_cairo_font_map_new();
    PangoContext* context = pango_font_map_create_context(map);
    std::unordered_map<std::string, Text> kept;
    std::string key;

    Fonts() {
        pango_cairo_context_set_resolution(context, 72);
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        pango_cairo_context_set_font_options(context, options);
        cairo_font_options_destroy(options);
        pango_context_set_language(context, pango_language_from_string("zh-cn"));
        pango_context_set_round_glyph_positions(context, FALSE);
    }
    Fonts(const Fonts&) = delete;
    Fonts& operator=(const Fonts&) = delete;
    ~Fonts() {
        kept.clear();
        g_object_unref(context);
        g_object_unref(map);
    }

    PangoLayout* lay_out(std::string_view clean, Font font, Fit fit) const {
        PangoLayout* layout = pango_layout_new(context);
        PangoFontDescription* description = pango_font_description_new();
        pango_font_description_set_family_static(description,
                                                 has_other_letters(clean) ? kOtherFamilies : kUsualFamilies);
        pango_font_description_set_size(description, static_cast<int>(font.size * PANGO_SCALE));
        if (font.weight == Weight::bold) pango_font_description_set_weight(description, PANGO_WEIGHT_BOLD);
        pango_layout_set_font_description(layout, description);
        pango_font_description_free(description);
        if (fit.width > 0) {
            pango_layout_set_width(layout, static_cast<int>(fit.width * PANGO_SCALE));
            pango_layout_set_height(layout, -fit.lines);
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        }
        pango_layout_set_text(layout, clean.data(), static_cast<int>(clean.size()));
        return layout;
    }
};

Shaper::Shaper() : fonts_(std::make_unique<Fonts>()) {}
Shaper::~Shaper() = default;

Text Shaper::shape(std::string_view text, Font font, Fit fit) {
    auto& [map, context, kept, key] = *fonts_;
    key.assign(text);
    for (const double part : {font.size, fit.width}) {
        key.append(reinterpret_cast<const char*>(&part), sizeof part);
    }
    key += static_cast<char>(fit.lines);
    key += static_cast<char>(font.weight);
    if (const auto found = kept.find(key); found != kept.end()) return found->second;
    if (kept.size() >= kTextsKept) kept.clear();
    return kept.emplace(key, std::make_shared<Shaped>(fonts_->lay_out(clean_text(text), font, fit))).first->second;
}

void Canvas::colour(Colour colour) {
    cairo_set_source_rgb(context_, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0);
}

void Canvas::text(const Shaped& text, const TextPlace& place) {
    double y = place.baseline.y;
    for (int i = 0; i < text.lines(); ++i) {
        const double width = text.widths()[static_cast<std::size_t>(i)];
        const double back = place.align == Align::right ? width : place.align == Align::centre ? width / 2 : 0;
        cairo_move_to(context_, place.baseline.x - back, y);
        pango_cairo_show_layout_line(context_, pango_layout_get_line_readonly(text.layout(), i));
        y += place.leading;
    }
}

void Canvas::line(Point from, Point to, double width) {
    cairo_set_line_width(context_, width);
    cairo_move_to(context_, from.x, from.y);
    cairo_line_to(context_, to.x, to.y);
    cairo_stroke(context_);
}

void Canvas::dashed_line(Point from, Point to, double width) {
    constexpr double kDash[] = {3, 2.5};
    cairo_set_dash(context_, kDash, 2, 0);
    line(from, to, width);
    cairo_set_dash(context_, nullptr, 0, 0);
}

void Canvas::fill(const Box& box) {
    cairo_rectangle(context_, box.x, box.y, box.width, box.height);
    cairo_fill(context_);
}

void Canvas::fill_rounded(const Box& box, double radius) {
    constexpr double kQuarter = std::numbers::pi / 2;
    cairo_new_sub_path(context_);
    cairo_arc(context_, box.x + box.width - radius, box.y + radius, radius, -kQuarter, 0);
    cairo_arc(context_, box.x + box.width - radius, box.y + box.height - radius, radius, 0, kQuarter);
    cairo_arc(context_, box.x + radius, box.y + box.height - radius, radius, kQuarter, 2 * kQuarter);
    cairo_arc(context_, box.x + radius, box.y + radius, radius, 2 * kQuarter, 3 * kQuarter);
    cairo_close_path(context_);
    cairo_fill(context_);
}

void Canvas::frame(const Box& box, double width) {
    cairo_set_line_width(context_, width);
    cairo_rectangle(context_, box.x, box.y, box.width, box.height);
    cairo_stroke(context_);
}

void Canvas::hatch(const Box& box, double distance) {
    cairo_set_line_width(context_, 0.5);
    // Lines x + y = c, cut at the box.
    for (double c = distance; c < box.width + box.height; c += distance) {
        const double right = std::min(c, box.width), left = std::max(0.0, c - box.height);
        cairo_move_to(context_, box.x + left, box.y + (c - left));
        cairo_line_to(context_, box.x + right, box.y + (c - right));
    }
    cairo_stroke(context_);
}

void Canvas::circle_segment(Point centre, double radius) {
    cairo_new_sub_path(context_);
    cairo_arc(context_, centre.x, centre.y, radius, 0, std::numbers::pi);
    cairo_close_path(context_);
    cairo_fill(context_);
}

void Canvas::qr(const QrCode& code, const Box& box) {
    const double module = box.width / code.size;
    for (int row = 0; row < code.size; ++row) {
        for (int column = 0; column < code.size; ++column) {
            if (!code.is_dark(row, column)) continue;
            const int first = column;
            while (column + 1 < code.size && code.is_dark(row, column + 1)) ++column;
            cairo_rectangle(context_, box.x + first * module, box.y + row * module, (column - first + 1) * module,
                            module);
        }
    }
    cairo_fill(context_);
}

}  // namespace mainspring::document
