// read_nem of nem.hpp: records in, visitor calls out.
#include <algorithm>
#include <array>
#include <deque>
#include <fmt/format.h>
#include <vector>

#include "formats/csv.hpp"
#include "formats/nem.hpp"
#include "formats/nem_fields.hpp"
#include "formats/nem_values.hpp"
#include "formats/text_file.hpp"

namespace mainspring::formats {

namespace {

using namespace nem_text;

struct Refusal {
    std::string field, reason;
    Severity severity = Severity::record;
};

class NemParser {
public:
    NemParser(std::string_view file, NemVisitor& visitor) : file_(file), visitor_(visitor) {}

    NemSummary parse(std::string_view text) {
        LineReader lines(text);
        while (auto line = lines.next()) {
            line_ = line->number;
            ++summary_.lines;
            take_line(line->text);
        }
        close_day();
        finish();
        return summary_;
    }

private:
    enum class State { none, good, refused };
    enum class Kind { unknown, nem12, nem13 };

    void take_line(std::string_view text);
    void take_record(std::string_view indicator);
    void take_header();
    void take_channel();
    void take_day(std::string_view text);
    std::optional<Refusal> read_day(std::string_view text);
    std::optional<Refusal> read_values(std::string_view text, NemDay& day);
    void take_event();
    std::optional<Refusal> read_event(NemQualityRange& event);
    void take_b2b();
    void take_b2b13();
    void take_accumulation();
    std::optional<Refusal> read_accumulation(NemAccumulation& record);
    std::optional<Refusal> read_register(std::size_t from, std::string_view which, NemRegisterRead& read);
    std::optional<Refusal> read_reason(std::string_view code, std::string_view description, NemReason& reason);
    void close_day();
    bool resolve_qualities();
    void finish();
    void check_quality(NemQuality quality, const NemReason& reason);
    void check_time(std::string_view name, std::string_view& value);
    bool wants(Kind kind, std::string_view indicator);

    std::string_view field(std::size_t at) const { return at < fields_.size() ? fields_[at] : std::string_view{}; }
    void report(int line, Refusal refusal) {
        if (refusal.severity == Severity::file) summary_.framing_ok = false;
        if (refusal.severity == Severity::record || refusal.severity == Severity::series) ++summary_.records_refused;
        visitor_.problem(
            {std::string(file_), line, std::move(refusal.field), std::move(refusal.reason), refusal.severity});
    }
    void warn(std::string name, std::string reason) {
        report(line_, {std::move(name), std::move(reason), Severity::warning});
    }

    std::string_view file_;
    NemVisitor& visitor_;
    NemSummary summary_;
    int line_ = 0, blank_from_ = 0, blank_to_ = 0, ends_ = 0;
    bool any_record_ = false, any_header_ = false;
    Kind kind_ = Kind::unknown;
    NemFields fields_;
    std::deque<std::string> unquoted_;  // fields that stood in quotes: views of them must last as long as the text's

    State channel_state_ = State::none, day_state_ = State::none, accumulation_state_ = State::none;
    NemChannel channel_;
    NemDay day_;
    NemValues values_;
    std::vector<NemQualityRange> events_, qualities_;
    std::vector<NemB2b> b2b_;
};

void NemParser::take_line(std::string_view text) {
    if (text.find_first_not_of(", \t\r") == std::string_view::npos) {
        if (blank_from_ == 0) blank_from_ = line_;
        blank_to_ = line_;
        return;
    }
    for (; blank_from_ != 0 && blank_from_ <= blank_to_; ++blank_from_)
        report(blank_from_, {"", "blank line", Severity::warning});
    blank_from_ = 0;
    const std::string_view indicator = trim(text.substr(0, text.find(',')));
    if (!any_record_ && indicator != "100") report(line_, {"", "no 100 header", Severity::file});
    any_record_ = true;
    if (indicator == "300" && text.find('"') == std::string_view::npos) return take_day(text);
    if (text.find('"') == std::string_view::npos) {
        split(text, fields_);
    } else {
        auto cells = split_csv_line(text, ',');
        if (!cells) return report(line_, {"", cells.error()});
        fields_.clear();
        for (std::string& cell : *cells) fields_.push_back(trim(unquoted_.emplace_back(std::move(cell))));
    }
    take_record(fields_.front());
}

void NemParser::take_record(std::string_view indicator) {
    if (indicator == "400") return take_event();
    if (indicator == "500") return take_b2b();
    close_day();
    if (indicator == "550") return take_b2b13();
    accumulation_state_ = State::none;
    if (indicator == "100") return take_header();
    if (indicator == "200") return take_channel();
    if (indicator == "250") return take_accumulation();
    if (indicator == "900") {
        ++ends_;
        channel_state_ = State::none;
        return;
    }
    if (indicator == "300") {
        // In quotes: put together again without them, commas within a description lost to blanks.
        std::string& joined = unquoted_.emplace_back();
        for (std::string_view part : fields_) {
            if (!joined.empty()) joined += ',';
            for (char c : part) joined += c == ',' ? ' ' : c;
        }
        return take_day(joined);
    }
    report(line_, {"RecordIndicator", fmt::format("unknown record '{}'", shown(indicator))});
}

void NemParser::take_header() {
    channel_state_ = State::none;
    if (any_header_) report(line_, {"", "second 100 header", Severity::file});
    any_header_ = true;
    NemHeader header{field(1), field(2), field(3), field(4), line_};
    if (header.version == "NEM12")
        kind_ = Kind::nem12;
    else if (header.version == "NEM13")
        kind_ = Kind::nem13;
    else {
        kind_ = Kind::unknown;
        report(line_,
               {"VersionHeader", fmt::format("'{}' is not NEM12 or NEM13", shown(header.version)), Severity::file});
    }
    if (!is_time(header.created)) warn("DateTime", fmt::format("'{}' is no yyyymmddHHMM", shown(header.created)));
    visitor_.header(header);
}

bool NemParser::wants(Kind kind, std::string_view indicator) {
    if (kind_ == Kind::unknown || kind_ == kind) return true;
    report(line_,
           {"RecordIndicator", fmt::format("{} in a {} file", indicator, kind_ == Kind::nem12 ? "NEM12" : "NEM13")});
    return false;
}

void NemParser::take_channel() {
    channel_state_ = State::refused;
    if (!wants(Kind::nem12, "200")) return;
    channel_ = {field(1), field(2), field(3), field(4), field(5), field(6), {}, field(7), 0, field(9), line_};
    const auto refuse = [&](std::string name, std::string reason) {
        report(line_, {std::move(name), std::move(reason), Severity::series});
    };
    if (channel_.nmi.empty()) return refuse("NMI", "is empty");
    if (channel_.suffix.empty()) return refuse("NMISuffix", "is empty");
    const auto unit = nem_unit_of(channel_.unit_text);
    if (!unit) return refuse("UOM", fmt::format("'{}' is no unit of the format", shown(channel_.unit_text)));
    channel_.unit = *unit;
    constexpr std::array kLengths{1, 5, 10, 15, 30, 60};
    const std::string_view length = field(8);
    if (length.empty() || length.size() > 4 || !all_digits(length) ||
        std::ranges::find(kLengths, number(length)) == kLengths.end())
        return refuse("IntervalLength", fmt::format("'{}' is not 1, 5, 10, 15, 30 or 60 minutes", shown(length)));
    channel_.interval_minutes = number(length);
    for (std::size_t i = 10; i < fields_.size(); ++i)
        if (!fields_[i].empty()) return refuse("", fmt::format("{} fields, at most 10 are known", fields_.size()));
    if (channel_.unit_text.empty()) warn("UOM", "is empty");
    if (!channel_.next_read.empty() && !date_of(channel_.next_read)) {
        warn("NextScheduledReadDate", fmt::format("'{}' is no date", shown(channel_.next_read)));
        channel_.next_read = {};
    }
    channel_state_ = State::good;
    ++summary_.channels;
    visitor_.channel(channel_);
}

void NemParser::take_day(std::string_view text) {
    close_day();
    accumulation_state_ = State::none;
    if (channel_state_ == State::refused) {
        ++summary_.records_refused;
        return;
    }
    if (!wants(Kind::nem12, "300")) return;
    if (channel_state_ == State::none) return report(line_, {"", "300 with no valid 200"});
    day_state_ = State::refused;
    if (auto refusal = read_day(text)) return report(line_, std::move(*refusal));
    day_state_ = State::good;
}

std::optional<Refusal> NemParser::read_day(std::string_view text) {
    const std::size_t first = text.find(',');
    const std::string_view rest = first == std::string_view::npos ? std::string_view{} : text.substr(first + 1);
    const std::size_t second = rest.find(',');
    const std::string_view date_text = trim(rest.substr(0, second));
    const auto date = date_of(date_text);
    if (!date) return Refusal{"IntervalDate", fmt::format("'{}' is no date", shown(date_text))};
    day_ = {};
    day_.date = *date;
    day_.line = line_;
    return read_values(second == std::string_view::npos ? std::string_view{} : rest.substr(second + 1), day_);
}

std::optional<Refusal> NemParser::read_values(std::string_view text, NemDay& day) {
    const auto needed = static_cast<std::size_t>(channel_.intervals());
    if (auto parsed = parse_nem_values(text, needed, values_); !parsed) {
        const auto fields = static_cast<std::size_t>(std::ranges::count(text, ',')) + 1;
        if (fields < needed) return Refusal{"", fmt::format("300 has {} fields, needs {} values", fields, needed)};
        const NemValueError& error = parsed.error();
        return Refusal{fmt::format("IntervalValue{}", error.index + 1),
                       fmt::format("'{}' {}: non-numeric value in 300", shown(error.text), error.reason)};
    }
    day.values = values_.values;
    day.scale = values_.scale;
    day.raw_values = text.substr(0, values_.length);
    if (day.raw_values.ends_with(',')) day.raw_values.remove_suffix(1);
    split(text.substr(values_.length), fields_);
    const auto quality = nem_quality_of(field(0));
    if (!quality) return Refusal{"QualityMethod", fmt::format("bad QualityMethod '{}'", shown(field(0)))};
    day.quality = *quality;
    if (auto refusal = read_reason(field(1), field(2), day.reason)) return refusal;
    for (std::size_t i = 5; i < fields_.size(); ++i)
        if (!fields_[i].empty())
            return Refusal{"", fmt::format("300 has {} fields after its values, at most 5 are known", fields_.size())};
    day.updated_at = field(3);
    day.loaded_at = field(4);
    check_quality(day.quality, day.reason);
    check_time("UpdateDateTime", day.updated_at);
    check_time("MSATSLoadDateTime", day.loaded_at);
    return std::nullopt;
}

std::optional<Refusal> NemParser::read_reason(std::string_view code, std::string_view description, NemReason& reason) {
    reason = {-1, description};
    if (code.empty()) return std::nullopt;
    if (code.size() > 3 || !all_digits(code))
        return Refusal{"ReasonCode", fmt::format("'{}' is no reason code", shown(code))};
    reason.code = number(code);
    return std::nullopt;
}

void NemParser::check_quality(NemQuality quality, const NemReason& reason) {
    const bool estimated = quality.flag == 'E' || quality.flag == 'F' || quality.flag == 'S';
    if (estimated && quality.method == 0) warn("QualityMethod", fmt::format("{} without a method", quality.flag));
    if (!estimated && quality.method != 0) warn("QualityMethod", fmt::format("{} with a method", quality.flag));
    if ((quality.flag == 'F' || quality.flag == 'S') && reason.code < 0)
        warn("ReasonCode", fmt::format("{} without a reason", quality.flag));
    if (quality.flag == 'E' && reason.code >= 0) warn("ReasonCode", "E with a reason");
}

// A bad time stamp of the processing costs nothing of the data.
void NemParser::check_time(std::string_view name, std::string_view& value) {
    if (value.empty() || is_time(value)) return;
    warn(std::string(name), fmt::format("'{}' is no yyyymmddHHMMSS", shown(value)));
    value = {};
}

void NemParser::take_event() {
    accumulation_state_ = State::none;
    if (channel_state_ == State::refused) {
        ++summary_.records_refused;
        return;
    }
    NemQualityRange event;
    auto refusal = read_event(event);
    if (!refusal && day_state_ != State::good) refusal = Refusal{"", "400 with no valid 300"};
    if (refusal) return report(line_, std::move(*refusal));
    check_quality(event.quality, event.reason);
    events_.push_back(event);
}

std::optional<Refusal> NemParser::read_event(NemQualityRange& event) {
    if (channel_state_ != State::good) return Refusal{"", "400 with no valid 300"};
    const int most = channel_.intervals();
    for (const auto& [at, name] : {std::pair{1U, "StartInterval"}, std::pair{2U, "EndInterval"}}) {
        const std::string_view text = field(at);
        if (text.empty() || text.size() > 6 || !all_digits(text))
            return Refusal{name, fmt::format("400 with '{}' for an interval", shown(text))};
        (at == 1 ? event.first : event.last) = number(text);
    }
    if (event.first < 1 || event.last > most || event.first > event.last)
        return Refusal{"", fmt::format("400 range {}-{} outside 1-{}", event.first, event.last, most)};
    const auto quality = nem_quality_of(field(3));
    if (!quality || quality->flag == 'V')
        return Refusal{"QualityMethod", fmt::format("400 bad quality '{}'", shown(field(3)))};
    event.quality = *quality;
    if (auto refusal = read_reason(field(4), field(5), event.reason)) return refusal;
    for (const NemQualityRange& other : events_)
        if (event.first <= other.last && other.first <= event.last)
            return Refusal{
                "", fmt::format("400 range {}-{} overlaps {}-{}", event.first, event.last, other.first, other.last)};
    return std::nullopt;
}

void NemParser::take_b2b() {
    if (channel_state_ == State::refused) {
        ++summary_.records_refused;
        return;
    }
    if (channel_state_ != State::good) return report(line_, {"", "500 with no valid 200"});
    NemB2b record{field(1), field(2), {}, {}, field(3), field(4), line_};
    if (record.transaction.size() != 1 ||
        std::string_view("ACDEGNORS").find(record.transaction) == std::string_view::npos)
        warn("TransCode", fmt::format("'{}' is no transaction code", shown(record.transaction)));
    check_time("ReadDateTime", record.read_at);
    b2b_.push_back(record);
}

void NemParser::take_b2b13() {
    if (accumulation_state_ == State::refused) {
        ++summary_.records_refused;
        return;
    }
    if (accumulation_state_ == State::none) return report(line_, {"", "550 with no valid 250"});
    visitor_.b2b(nullptr, {field(3), field(4), field(1), field(2), {}, {}, line_});
}

bool NemParser::resolve_qualities() {
    qualities_.clear();
    int next = 1;
    const int most = channel_.intervals();
    const bool variable = day_.quality.flag == 'V';
    std::vector<NemQualityRange>& sorted = qualities_;
    sorted = events_;
    std::ranges::sort(sorted, {}, &NemQualityRange::first);
    const std::size_t count = sorted.size();
    for (std::size_t i = 0; i <= count; ++i) {
        const int until = i < count ? sorted[i].first - 1 : most;
        if (next <= until && variable) {
            report(day_.line, {"QualityMethod", fmt::format("V, but no 400 covers intervals {}-{}", next, until)});
            return false;
        }
        if (next <= until) sorted.push_back({next, until, day_.quality, day_.reason});
        if (i < count) next = sorted[i].last + 1;
    }
    std::ranges::sort(sorted, {}, &NemQualityRange::first);
    return true;
}

// A 300 is complete when a record other than 400 and 500 follows.
void NemParser::close_day() {
    if (day_state_ == State::good && resolve_qualities()) {
        constexpr std::array kPartOfDay{61, 79, 89};
        const bool partial = std::ranges::find(kPartOfDay, day_.reason.code) != kPartOfDay.end();
        if (day_.quality.flag == 'A' && partial && events_.empty())
            report(day_.line,
                   {"ReasonCode",
                    fmt::format("A with reason {} of part of the day, but no 400 says of which", day_.reason.code),
                    Severity::warning});
        day_.events = events_;
        day_.qualities = qualities_;
        ++summary_.days;
        summary_.intervals += channel_.intervals();
        visitor_.interval_day(channel_, day_);
    }
    for (const NemB2b& record : b2b_) visitor_.b2b(&channel_, record);
    b2b_.clear();
    events_.clear();
    day_state_ = State::none;
}

std::optional<Refusal> NemParser::read_register(std::size_t from, std::string_view which, NemRegisterRead& read) {
    read.reading = field(from);
    read.at = field(from + 1);
    const auto name = [&](std::string_view what) { return fmt::format("{}{}", which, what); };
    if (!parse_scaled(read.reading) || read.reading.size() > 15)
        return Refusal{name("RegisterRead"), fmt::format("'{}' is no register reading", shown(read.reading))};
    if (!is_time(read.at))
        return Refusal{name("RegisterReadDateTime"), fmt::format("'{}' is no yyyymmddHHMMSS", shown(read.at))};
    const auto quality = nem_quality_of(field(from + 2));
    if (!quality || quality->flag == 'V')
        return Refusal{name("QualityMethod"), fmt::format("bad QualityMethod '{}'", shown(field(from + 2)))};
    read.quality = *quality;
    return read_reason(field(from + 3), field(from + 4), read.reason);
}

std::optional<Refusal> NemParser::read_accumulation(NemAccumulation& record) {
    if (fields_.size() < 20) return Refusal{"", fmt::format("250 has {} fields, needs 20", fields_.size())};
    record.nmi = field(1);
    record.configuration = field(2);
    record.register_id = field(3);
    record.suffix = field(4);
    record.stream = field(5);
    record.meter = field(6);
    if (record.nmi.empty()) return Refusal{"NMI", "is empty"};
    if (field(7) != "I" && field(7) != "E")
        return Refusal{"DirectionIndicator", fmt::format("'{}' is neither I nor E", shown(field(7)))};
    record.direction = field(7) == "I" ? NemDirection::import : NemDirection::export_;
    if (auto refusal = read_register(8, "Previous", record.previous)) return refusal;
    if (auto refusal = read_register(13, "Current", record.current)) return refusal;
    record.quantity_text = field(18);
    const auto quantity = parse_scaled(record.quantity_text, {'.', Exponent::accept});
    if (!quantity)
        return Refusal{"Quantity", fmt::format("'{}' {}", shown(record.quantity_text), text_of(quantity.error()))};
    record.quantity = *quantity;
    record.unit_text = field(19);
    const auto unit = nem_unit_of(record.unit_text);
    if (!unit) return Refusal{"UOM", fmt::format("'{}' is no unit of the format", shown(record.unit_text))};
    record.unit = *unit;
    for (std::size_t i = 23; i < fields_.size(); ++i)
        if (!fields_[i].empty())
            return Refusal{"", fmt::format("250 has {} fields, at most 23 are known", fields_.size())};
    record.next_read = field(20);
    record.updated_at = field(21);
    record.loaded_at = field(22);
    check_time("UpdateDateTime", record.updated_at);
    check_time("MSATSLoadDateTime", record.loaded_at);
    return std::nullopt;
}

void NemParser::take_accumulation() {
    channel_state_ = State::none;
    accumulation_state_ = State::refused;
    if (!wants(Kind::nem13, "250")) return;
    NemAccumulation record;
    record.line = line_;
    if (auto refusal = read_accumulation(record)) return report(line_, std::move(*refusal));
    accumulation_state_ = State::good;
    ++summary_.accumulations;
    visitor_.accumulation(record);
}

void NemParser::finish() {
    if (!any_record_)
        report(0, {"", "is empty", Severity::file});
    else if (ends_ == 0)
        report(0, {"", "no end (900) record: the file is cut off", Severity::file});
    else if (ends_ > 1)
        report(0, {"", fmt::format("{} end (900) records", ends_), Severity::file});
    if (ends_ > 0) visitor_.end();
}

}  // namespace

NemSummary read_nem(std::string_view text, std::string_view file, NemVisitor& visitor) {
    return NemParser(file, visitor).parse(text);
}

}  // namespace mainspring::formats
