// Writes NEM12: what read_nem reads back to the same channels, days, qualities and exact values.
#pragma once
#include <string>

#include "formats/nem.hpp"

namespace mainspring::formats {

// Appends records to a text, LF ended, in the order of the calls: header, {channel, {interval_day, {b2b}}}, end.
// BugError when a text holds a comma, quote or line break, or a day has not channel.intervals() values.
class Nem12Writer {
public:
    explicit Nem12Writer(std::string& out) : out_(out) {}
    void header(const NemHeader& header);
    void channel(const NemChannel& channel);
    // Writes `quality`, `reason` and `events`; `qualities` and `raw_values` follow from them and are not looked at.
    void interval_day(const NemChannel& channel, const NemDay& day);
    void b2b(const NemB2b& record);
    void end();

private:
    void text(std::string_view value);
    std::string& out_;
};

}  // namespace mainspring::formats
