// Columns of numbers that stand point below point.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "document/bill_layout.hpp"

namespace mainspring::document {

// A number whose decimal point is `point_x` from its left end.
struct AlignedNumber {
    Text text;
    double point_x = 0;
    double behind() const { return text->width() - point_x; }
};
AlignedNumber align(const Style& style, std::string_view number, Font font = {});

// Where the point of a column stands so that its widest fraction ends at `right`.
class PointColumn {
public:
    explicit PointColumn(double right) : right_(right) {}
    void widen(const AlignedNumber& number) { behind_ = std::max(behind_, number.behind()); }
    Point place(const AlignedNumber& number, double baseline) const {
        return {right_ - behind_ - number.point_x, baseline};
    }

private:
    double right_;
    double behind_ = 0;
};

struct HeadCell {
    Label label;
    double x;
    Align align;
};
// A table's head: the words, in two lines where two languages are asked for, and a rule below.
void begin_table(Flow& flow, const Style& style, std::span<const HeadCell> cells);

}  // namespace mainspring::document
