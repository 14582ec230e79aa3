// NEM12 and NEM13: the Australian market's meter data files (AEMO Meter Data File Format, MDFF v2).
//
// A streaming reader: each channel, day and accumulation is handed to a visitor as soon as it is complete. Texts are
// views that stay valid until read_nem returns, spans only during the call: copy what you keep. Times are market time,
// UTC+10 all year; interval values are interval-ending: value 1 of a 30-minute day covers 00:00-00:30.
//
// A bad record costs itself alone: a 300 its day, a 200 its channel (reported once, at the 200), a 250 its reads.
// Broken framing (no 100, not exactly one 900) is Severity::file, reported and read on: whether to keep the rest is
// the caller's decision. The same day twice is not the reader's business, nor is whether an NMI exists.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "calendar/date.hpp"
#include "formats/decimal_text.hpp"
#include "formats/problem.hpp"

namespace mainspring::formats {

// The units of the format, whatever the case of their letters ("KWH"), with k and M taken apart.
enum class NemUnitBase { unstated, wh, varh, vah, w, var, va, volt, ampere, power_factor };
struct NemUnit {
    NemUnitBase base = NemUnitBase::unstated;
    int power_of_ten = 0;  // kWh: wh, 3
    friend bool operator==(const NemUnit&, const NemUnit&) = default;
};
std::optional<NemUnit> nem_unit_of(std::string_view text);  // "" is unstated
std::string text_of(NemUnit unit);                          // "kWh", "MVArh", "pf"

// "F14": flag F, method 14. Flags: A actual, E forward estimate, F final substitute, N null, S substitute,
// V variable (in a 300 alone: its 400s tell).
struct NemQuality {
    char flag = 'A';
    int method = 0;  // 0: none
    friend bool operator==(const NemQuality&, const NemQuality&) = default;
};
std::optional<NemQuality> nem_quality_of(std::string_view text);
std::string text_of(NemQuality quality);

struct NemReason {
    int code = -1;  // 0..99; -1: none
    std::string_view description;
    friend bool operator==(const NemReason&, const NemReason&) = default;
};

struct NemHeader {
    std::string_view version;  // "NEM12" or "NEM13"
    std::string_view created;  // yyyymmddHHMM
    std::string_view from, to;  // participants
    int line = 0;
};

// 200
struct NemChannel {
    std::string_view nmi, configuration, register_id, suffix, stream, meter;
    NemUnit unit;
    std::string_view unit_text;
    int interval_minutes = 30;  // 1, 5, 10, 15, 30 or 60
    std::string_view next_read;  // yyyymmdd
    int line = 0;
    int intervals() const { return 1440 / interval_minutes; }
};

// 400, and what the qualities of a day resolve to. Intervals are counted from 1, both ends included.
struct NemQualityRange {
    int first = 1, last = 1;
    NemQuality quality;
    NemReason reason;
    friend bool operator==(const NemQualityRange&, const NemQualityRange&) = default;
};

// 300 with its 400s. values[i] * 10^-scale, one an interval; `scale` is the smallest that holds them all exactly.
struct NemDay {
    Date date;
    int scale = 0;
    std::span<const std::int64_t> values;
    NemQuality quality;  // as the 300 says it
    NemReason reason;
    std::span<const NemQualityRange> events;     // the 400s as they stand
    std::span<const NemQualityRange> qualities;  // 1..N without gap, in order, never V
    std::string_view updated_at, loaded_at;      // yyyymmddHHMMSS or empty
    std::string_view raw_values;                 // the values' text, commas included, for disputes
    int line = 0;
};

// 500 (one transaction) or 550 (previous and current).
struct NemB2b {
    std::string_view transaction, service_order;                   // 550: of the current read
    std::string_view previous_transaction, previous_service_order;  // 550 alone
    std::string_view read_at;    // 500: yyyymmddHHMMSS, second 1 of the day when the time is unknown
    std::string_view index_read;  // 500
    int line = 0;
};

struct NemRegisterRead {
    std::string_view reading;  // the register as displayed, leading zeros and all
    std::string_view at;       // yyyymmddHHMMSS
    NemQuality quality;
    NemReason reason;
};

enum class NemDirection { import, export_ };  // I: into the grid, E: out of it, to the site

// 250
struct NemAccumulation {
    std::string_view nmi, configuration, register_id, suffix, stream, meter;
    NemDirection direction = NemDirection::export_;
    NemRegisterRead previous, current;
    ScaledDecimal quantity;  // may be negative; see judge_advance
    std::string_view quantity_text;
    NemUnit unit;
    std::string_view unit_text;
    std::string_view next_read, updated_at, loaded_at;
    int line = 0;
};

class NemVisitor {
public:
    virtual ~NemVisitor() = default;
    virtual void header(const NemHeader&) {}
    virtual void channel(const NemChannel&) {}
    virtual void interval_day(const NemChannel&, const NemDay&) {}
    virtual void accumulation(const NemAccumulation&) {}
    // The 500s of a day come after it; of a refused day they come alone. `channel` is null for a 550.
    virtual void b2b(const NemChannel* channel, const NemB2b&) { static_cast<void>(channel); }
    virtual void end() {}
    virtual void problem(const Problem&) = 0;
};

struct NemSummary {
    std::int64_t lines = 0, channels = 0, days = 0, intervals = 0, accumulations = 0;
    std::int64_t records_refused = 0;  // each reported, but for those under a refused 200
    bool framing_ok = true;            // one 100 at the start, one 900 at the end
};

// Reads a whole text. `file` names it in problems.
NemSummary read_nem(std::string_view text, std::string_view file, NemVisitor& visitor);

}  // namespace mainspring::formats
