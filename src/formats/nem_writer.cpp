#include "formats/nem_writer.hpp"

#include <fmt/format.h>
#include <iterator>

#include "base/ensure.hpp"

namespace mainspring::formats {

void Nem12Writer::text(std::string_view value) {
    ensure(value.find_first_of(",\"\r\n") == std::string_view::npos,
           "a NEM12 field holds a comma, quote or line break");
    out_ += ',';
    out_ += value;
}

void Nem12Writer::header(const NemHeader& header) {
    out_ += "100,NEM12";
    text(header.created);
    text(header.from);
    text(header.to);
    out_ += '\n';
}

void Nem12Writer::channel(const NemChannel& channel) {
    out_ += "200";
    text(channel.nmi);
    text(channel.configuration);
    text(channel.register_id);
    text(channel.suffix);
    text(channel.stream);
    text(channel.meter);
    text(channel.unit_text.empty() ? text_of(channel.unit) : channel.unit_text);
    fmt::format_to(std::back_inserter(out_), ",{}", channel.interval_minutes);
    text(channel.next_read);
    out_ += '\n';
}

void Nem12Writer::interval_day(const NemChannel& channel, const NemDay& day) {
    ensure(day.values.size() == static_cast<std::size_t>(channel.intervals()),
           "a NEM12 day has too few or many values");
    const std::chrono::year_month_day date{day.date};
    const auto to = std::back_inserter(out_);
    fmt::format_to(to, "300,{:04}{:02}{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()));
    for (const std::int64_t value : day.values) {
        ensure(value >= 0, "a NEM12 interval value is negative");
        out_ += ',';
        out_ += format_decimal(value, day.scale);
    }
    const auto quality = [&](NemQuality flag, const NemReason& reason) {
        text(text_of(flag));
        text(reason.code < 0 ? std::string() : fmt::format("{}", reason.code));
        text(reason.description);
    };
    quality(day.quality, day.reason);
    text(day.updated_at);
    text(day.loaded_at);
    out_ += '\n';
    for (const NemQualityRange& event : day.events) {
        fmt::format_to(to, "400,{},{}", event.first, event.last);
        quality(event.quality, event.reason);
        out_ += '\n';
    }
}

void Nem12Writer::b2b(const NemB2b& record) {
    out_ += "500";
    text(record.transaction);
    text(record.service_order);
    text(record.read_at);
    text(record.index_read);
    out_ += '\n';
}

void Nem12Writer::end() { out_ += "900\n"; }

}  // namespace mainspring::formats
