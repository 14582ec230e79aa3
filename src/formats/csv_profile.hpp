// Reads from any delimited text, described by a profile: a small YAML text that a utility writes once per source.
//
//   profile: handheld                 # its name
//   kind: register                    # register: readings of a counter | interval: values of periods
//   delimiter: ";"                    # one character or "tab"; default ","
//   decimal_mark: ","                 # "." or ","; default "."; thousands marks are refused
//   encoding: latin-1                 # utf-8 | latin-1 | gb18030; default utf-8
//   time:
//     format: "%d.%m.%Y %H:%M"        # %Y %y %m %d %H %M %S %z (Z, +10, +10:00, +1000), %%; the rest stands as it is
//     means: end                      # start | end of the interval; kind interval alone
//     zone: Europe/Berlin             # utc | +10:00 | a zone's name; left to the caller as text
//   columns:                          # field: column of the header
//     service_point: Zaehlpunkt
//     read_at: [Datum, Uhrzeit]       # several are joined by a blank
//     value: Stand
//   constants:                        # field: value for every row
//     register: 1.8.0
//     unit: kWh
//
// Fields: service_point, device, register, read_at, value, quality, unit, interval_minutes. read_at and value must be
// columns; one of service_point and device must be given; kind interval needs interval_minutes and time.means.
// Other columns of the file are ignored. Unknown or repeated keys are errors with line and column.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/decimal_text.hpp"
#include "formats/problem.hpp"
#include "formats/text_file.hpp"

namespace mainspring::formats {

enum class ReadKind { register_, interval };
enum class TimeMeaning { start, end };
enum class ReadField { service_point, device, register_, read_at, value, quality, unit, interval_minutes };
inline constexpr std::size_t kReadFields = 8;
std::string_view text_of(ReadField field);

struct FieldSource {
    std::vector<std::string> columns;     // empty: not from the file
    std::optional<std::string> constant;  // at most one of the two
    bool given() const { return !columns.empty() || constant.has_value(); }
};

struct CsvProfile {
    std::string name;
    ReadKind kind = ReadKind::register_;
    char delimiter = ',';
    char decimal_mark = '.';
    Encoding encoding = Encoding::utf8;  // for TextLimits, when the file is opened
    std::string time_format;
    TimeMeaning time_means = TimeMeaning::end;
    std::string zone;
    std::array<FieldSource, kReadFields> fields;
    const FieldSource& source(ReadField field) const { return fields[static_cast<std::size_t>(field)]; }
};

// Problem (Severity::file) with the line; the column within it stands in the reason.
std::expected<CsvProfile, Problem> parse_csv_profile(std::string_view yaml, std::string_view file);

// A civil time as the file has it; 24:00 is 0:00 of the next day.
struct StampedTime {
    std::chrono::local_seconds local;
    std::optional<std::chrono::minutes> offset;  // from %z
    friend bool operator==(const StampedTime&, const StampedTime&) = default;
};
// Error: the reason.
std::expected<StampedTime, std::string> parse_stamp(std::string_view text, std::string_view format);

// Views are valid during the call.
struct CsvRead {
    std::string_view service_point, device, register_id, quality, unit;
    StampedTime read_at;  // of an interval: its start or end, as the profile says
    ScaledDecimal value;
    std::string_view value_text;
    int interval_minutes = 0;  // 0 for a register
    int line = 0;
};

struct CsvReadSummary {
    std::int64_t rows = 0, reads = 0, refused = 0;
    bool header_ok = true;
};

struct CsvReadSink {
    std::function<void(const CsvRead&)> read;
    std::function<void(const Problem&)> problem;
};

CsvReadSummary read_csv_reads(const TextFile& file, const CsvProfile& profile, const CsvReadSink& sink);

}  // namespace mainspring::formats
