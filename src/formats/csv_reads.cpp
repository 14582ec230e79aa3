// The rows of a profiled file: parse_stamp and read_csv_reads of csv_profile.hpp.
#include <algorithm>
#include <fmt/format.h>

#include "formats/csv.hpp"
#include "formats/csv_profile.hpp"

namespace mainspring::formats {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// One to `most` digits from the front of `text`; -1 when there are none.
int take_number(std::string_view& text, std::size_t most) {
    int value = -1;
    for (std::size_t i = 0; i < most && !text.empty() && is_digit(text.front()); ++i, text.remove_prefix(1))
        value = std::max(value, 0) * 10 + (text.front() - '0');
    return value;
}

// Z, +10, +1000, +10:00
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (text.starts_with('Z')) {
        text.remove_prefix(1);
        return std::chrono::minutes{0};
    }
    if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const int hours = take_number(text, 2);
    if (text.starts_with(':')) text.remove_prefix(1);
    const int minutes = std::max(take_number(text, 2), 0);
    if (hours < 0 || hours > 15 || minutes > 59) return std::nullopt;
    return std::chrono::minutes{sign * (hours * 60 + minutes)};
}

struct Parts {
    int year = -1, month = -1, day = -1, hour = 0, minute = 0, second = 0;
    std::optional<std::chrono::minutes> offset;
};

bool take_part(char code, std::string_view& text, Parts& parts) {
    switch (code) {
        case 'Y': return (parts.year = take_number(text, 4)) >= 0;
        case 'y': {
            const int year = take_number(text, 2);
            parts.year = 2000 + year;
            return year >= 0;
        }
        case 'm': return (parts.month = take_number(text, 2)) >= 0;
        case 'd': return (parts.day = take_number(text, 2)) >= 0;
        case 'H': return (parts.hour = take_number(text, 2)) >= 0;
        case 'M': return (parts.minute = take_number(text, 2)) >= 0;
        case 'S': return (parts.second = take_number(text, 2)) >= 0;
        case 'z': return (parts.offset = take_offset(text)).has_value();
        case '%': {
            const bool there = text.starts_with('%');
            if (there) text.remove_prefix(1);
            return there;
        }
        default: return false;
    }
}

std::optional<StampedTime> stamp_of(const Parts& parts) {
    using namespace std::chrono;
    if (parts.month < 1 || parts.day < 1) return std::nullopt;
    const year_month_day date{year(parts.year), month(static_cast<unsigned>(parts.month)),
                              day(static_cast<unsigned>(parts.day))};
    if (!date.ok() || parts.year < 1900 || parts.year >= 2200) return std::nullopt;
    const bool midnight = parts.hour == 24 && parts.minute == 0 && parts.second == 0;
    if ((parts.hour > 23 && !midnight) || parts.minute > 59 || parts.second > 59) return std::nullopt;
    return StampedTime{
        local_seconds{local_days{date}} + hours(parts.hour) + minutes(parts.minute) + seconds(parts.second),
        parts.offset};
}

class RowReader {
public:
    RowReader(const CsvProfile& profile, const CsvHeader& header) : profile_(profile) {
        for (std::size_t i = 0; i < kReadFields; ++i)
            for (const std::string& column : profile.fields[i].columns) positions_[i].push_back(*header.find(column));
    }

    // Error: the field and the reason.
    std::expected<CsvRead, std::pair<ReadField, std::string>> read(const CsvRow& row) {
        CsvRead read;
        read.line = row.line();
        read.service_point = text(row, ReadField::service_point);
        read.device = text(row, ReadField::device);
        if (read.service_point.empty() && read.device.empty())
            return fail(
                profile_.source(ReadField::service_point).given() ? ReadField::service_point : ReadField::device,
                "is empty");
        read.register_id = text(row, ReadField::register_);
        read.quality = text(row, ReadField::quality);
        read.unit = text(row, ReadField::unit);
        const auto stamp = parse_stamp(text(row, ReadField::read_at), profile_.time_format);
        if (!stamp) return fail(ReadField::read_at, stamp.error());
        read.read_at = *stamp;
        read.value_text = text(row, ReadField::value);
        const auto value = parse_scaled(read.value_text, {profile_.decimal_mark});
        if (!value)
            return fail(ReadField::value, fmt::format("'{}' {}", shown(read.value_text), text_of(value.error())));
        read.value = *value;
        if (profile_.kind == ReadKind::register_) return read;
        const std::string_view minutes = text(row, ReadField::interval_minutes);
        const auto length = parse_decimal(minutes, 0);
        if (!length || *length < 1 || *length > 31 * 24 * 60)
            return fail(ReadField::interval_minutes, fmt::format("'{}' is no number of minutes", shown(minutes)));
        read.interval_minutes = static_cast<int>(*length);
        return read;
    }

private:
    static std::unexpected<std::pair<ReadField, std::string>> fail(ReadField field, std::string reason) {
        return std::unexpected(std::pair{field, std::move(reason)});
    }

    std::string_view text(const CsvRow& row, ReadField field) {
        const auto& positions = positions_[static_cast<std::size_t>(field)];
        const FieldSource& source = profile_.source(field);
        if (positions.empty()) return source.constant ? std::string_view(*source.constant) : std::string_view{};
        if (positions.size() == 1) return trim(row[positions.front()]);
        joined_.clear();
        for (const std::size_t position : positions) {
            if (!joined_.empty()) joined_ += ' ';
            joined_ += trim(row[position]);
        }
        return joined_;
    }

    const CsvProfile& profile_;
    std::array<std::vector<std::size_t>, kReadFields> positions_;
    std::string joined_;  // read_at alone may have several columns
};

}  // namespace

std::expected<StampedTime, std::string> parse_stamp(std::string_view text, std::string_view format) {
    const auto refuse = [text, format] {
        return std::unexpected(fmt::format("'{}' is no time of the form {}", shown(text), format));
    };
    std::string_view rest = text;
    Parts parts;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '%' && i + 1 < format.size()) {
            if (!take_part(format[++i], rest, parts)) return refuse();
        } else {
            if (rest.empty() || rest.front() != format[i]) return refuse();
            rest.remove_prefix(1);
        }
    }
    if (!rest.empty()) return refuse();
    const auto stamp = stamp_of(parts);
    if (!stamp) return refuse();
    return *stamp;
}

CsvReadSummary read_csv_reads(const TextFile& file, const CsvProfile& profile, const CsvReadSink& sink) {
    CsvReadSummary summary;
    CsvOptions options{.file = file.name(), .delimiter = profile.delimiter, .unknown = UnknownColumns::ignore};
    for (const FieldSource& source : profile.fields)
        for (const std::string& column : source.columns) options.required.push_back(column);
    auto reader = CsvReader::open(file.text(), std::move(options));
    if (!reader) {
        summary.header_ok = false;
        sink.problem(reader.error());
        return summary;
    }
    RowReader rows(profile, reader->header());
    while (auto row = reader->next()) {
        ++summary.rows;
        if (!*row) {
            ++summary.refused;
            sink.problem(row->error());
            continue;
        }
        const auto read = rows.read(***row);
        if (read) {
            ++summary.reads;
            sink.read(*read);
            continue;
        }
        ++summary.refused;
        const auto& [field, reason] = read.error();
        const auto& columns = profile.source(field).columns;
        sink.problem({file.name(), (**row)->line(), columns.empty() ? std::string(text_of(field)) : columns.front(),
                      reason, Severity::record});
    }
    return summary;
}

}  // namespace mainspring::formats
