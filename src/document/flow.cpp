#include "document/flow.hpp"

namespace mainspring::document {

void Flow::place(double height, Draw draw) {
    blocks_.push_back({page_, y_, std::move(draw)});
    y_ += height;
}

void Flow::need(double height) {
    const double top = span().top + (repeated_.draw ? repeated_.height : 0);
    if (y_ + height <= span().bottom || y_ <= top) return;
    turn();
    if (repeated_.draw) place(repeated_.height, repeated_.draw);
}

void Flow::turn() {
    if (y_ <= span().top) return;
    ++page_;
    y_ = span().top;
}

void Flow::add(double height, Draw draw) {
    need(height);
    place(height, std::move(draw));
}

void Flow::gap(double height) {
    if (y_ > span().top) y_ += height;
}

void Flow::begin_repeat(double height, Draw draw) {
    add(height, draw);
    repeated_ = {height, std::move(draw)};
}

void Flow::draw(Canvas& canvas, int page) const {
    for (const Block& block : blocks_) {
        if (block.page == page) block.draw(canvas, block.top);
    }
}

}  // namespace mainspring::document
