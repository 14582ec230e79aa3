// What is wrong with a file from outside, and where: the one report that every import shares.
#pragma once
#include <string>
#include <string_view>

namespace mainspring::formats {

// Up to where the damage reaches; what lies outside it has been read and is good.
enum class Severity {
    warning,  // nothing is lost, but someone should know
    record,   // this record was refused
    series,   // this channel, meter or column was refused, with all its records
    file,     // the framing is broken (no header, no end, not readable): trust nothing unchecked
};
std::string_view text_of(Severity severity);

struct Problem {
    std::string file;  // "reads.csv", or "a.zip:inner.csv" for a member
    int line = 0;      // from 1; 0 is the file as a whole
    std::string field;  // name of the field or column, may be empty
    std::string reason;
    Severity severity = Severity::record;
    friend bool operator==(const Problem&, const Problem&) = default;
};

// "file:line: field: reason"; the line and the field are left out where there are none.
std::string text_of(const Problem& problem);

// Text from outside as it may stand in a message: control characters as '?', cut after `limit` bytes.
std::string shown(std::string_view text, std::size_t limit = 40);

}  // namespace mainspring::formats
