// Blocks one below the other, page after page: first placed, then drawn, so that every page knows how many there are.
#pragma once
#include <functional>
#include <vector>

#include "document/canvas.hpp"

namespace mainspring::document {

class Flow {
public:
    using Draw = std::function<void(Canvas&, double top)>;
    struct Span {
        double top = 0, bottom = 0;
    };
    struct Pages {
        Span first, others;
    };

    explicit Flow(Pages pages) : pages_(pages), y_(pages.first.top) {}

    // A block that is never broken. One taller than a page runs over its foot.
    void add(double height, Draw draw);
    void gap(double height);  // none at the top of a page
    // Begins a page unless `height` is left on this one.
    void need(double height);
    double left() const { return span().bottom - y_; }  // of this page
    void turn();                                        // to the next page, unless this one is empty
    // A block to be repeated at the top of every further page until end_repeat(); it is drawn at once, too.
    void begin_repeat(double height, Draw draw);
    void end_repeat() { repeated_ = {}; }

    int pages() const { return page_ + 1; }
    void draw(Canvas& canvas, int page) const;

private:
    struct Block {
        int page = 0;
        double top = 0;
        Draw draw;
    };
    struct Repeated {
        double height = 0;
        Draw draw;
    };
    const Span& span() const { return page_ == 0 ? pages_.first : pages_.others; }
    void place(double height, Draw draw);

    Pages pages_;
    int page_ = 0;
    double y_;
    std::vector<Block> blocks_;
    Repeated repeated_;
};

}  // namespace mainspring::document
