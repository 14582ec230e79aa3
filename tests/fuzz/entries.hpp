// What the fuzz programs do with arbitrary bytes; the unit tests run their corpus through the same functions.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "formats/csv.hpp"
#include "formats/csv_profile.hpp"
#include "formats/nem.hpp"
#include "formats/nem_advance.hpp"
#include "formats/nem_writer.hpp"
#include "formats/text_file.hpp"

namespace mainspring::fuzz {

// An invariant of the reader does not hold: stop where the fuzzer (or the test) sees it.
inline void must(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

// Counts, and writes what it heard as NEM12 again where it can.
class NemEcho : public formats::NemVisitor {
public:
    std::string text;
    std::int64_t days = 0, problems = 0;
    bool writable = true;  // commas in quoted fields cannot be written

    void header(const formats::NemHeader& header) override {
        echo({header.created, header.from, header.to}, [&] { writer_.header(header); });
    }
    void channel(const formats::NemChannel& channel) override {
        echo({channel.nmi, channel.configuration, channel.register_id, channel.suffix, channel.stream, channel.meter},
             [&] { writer_.channel(channel); });
    }
    void interval_day(const formats::NemChannel& channel, const formats::NemDay& day) override {
        ++days;
        must(day.values.size() == static_cast<std::size_t>(channel.intervals()), "a day has its values");
        must(day.scale >= 0 && day.scale <= formats::ScaledDecimal::kMaxScale, "a day has a scale");
        int next = 1;
        for (const auto& range : day.qualities) {
            must(range.first == next && range.last >= range.first && range.quality.flag != 'V', "no gap in qualities");
            next = range.last + 1;
        }
        must(next == channel.intervals() + 1, "qualities reach the end");
        for (const std::int64_t value : day.values) must(value >= 0, "no negative value");
        for (const auto& event : day.events) clean(event.reason.description);
        echo({day.reason.description, day.updated_at, day.loaded_at}, [&] { writer_.interval_day(channel, day); });
    }
    void accumulation(const formats::NemAccumulation& record) override {
        static_cast<void>(formats::judge_advance(
            {record.previous.reading, record.current.reading, record.quantity_text, record.direction}));
        static_cast<void>(formats::is_valid_nmi(record.nmi));
    }
    void b2b(const formats::NemChannel*, const formats::NemB2b&) override {}
    void end() override { writer_.end(); }
    void problem(const formats::Problem& problem) override {
        ++problems;
        must(!formats::text_of(problem).empty(), "a problem has a text");
    }

private:
    void clean(std::string_view value) {
        if (value.find_first_of(",\"\r\n") != std::string_view::npos) writable = false;
    }
    template <class Write>
    void echo(std::initializer_list<std::string_view> values, Write write) {
        for (std::string_view value : values) clean(value);
        if (writable) write();
    }
    formats::Nem12Writer writer_{text};
};

inline void nem(std::string_view bytes) {
    NemEcho first;
    formats::read_nem(bytes, "fuzz", first);
    if (!first.writable) return;
    NemEcho second;
    formats::read_nem(first.text, "again", second);
    must(second.days == first.days, "what was read and written reads back");
    must(!second.writable || second.text == first.text, "and is the same text");
}

inline void csv(std::string_view bytes) {
    for (const char delimiter : {',', ';'}) {
        auto reader = formats::CsvReader::open(
            bytes, {.file = "fuzz", .delimiter = delimiter, .unknown = formats::UnknownColumns::ignore});
        if (!reader) continue;
        int line = 0;
        while (auto row = reader->next()) {
            const int at = *row ? (**row)->line() : row->error().line;
            must(at > line, "rows advance");
            line = at;
            if (*row) must((**row)->cells().size() == reader->header().names().size(), "a row has its cells");
        }
    }
    static_cast<void>(formats::split_csv_line(bytes, ','));
    static_cast<void>(formats::parse_scaled(bytes, {',', formats::Exponent::accept}));
}

// The profile, a line "---", the table.
inline void csv_profile(std::string_view bytes) {
    const std::size_t split = bytes.find("\n---\n");
    const auto profile = formats::parse_csv_profile(bytes.substr(0, split), "fuzz");
    if (!profile || split == std::string_view::npos) return;
    const auto file = formats::TextFile::from_bytes("fuzz", std::string(bytes.substr(split + 5)), profile->encoding);
    if (!file) return;
    const auto summary = formats::read_csv_reads(
        *file, *profile,
        {[](const formats::CsvRead&) {},
         [](const formats::Problem& problem) { must(!formats::text_of(problem).empty(), "a problem has a text"); }});
    must(summary.reads + summary.refused == summary.rows, "every row is read or refused");
}

inline void zip(std::string_view bytes) {
    constexpr std::uint64_t kRoom = 1 << 20;
    auto input = formats::open_input_bytes("fuzz", std::string(bytes),
                                           {.max_file_bytes = kRoom, .max_unpacked_bytes = kRoom, .max_members = 100});
    if (!input) return;
    std::uint64_t unpacked = 0;
    while (auto text = input->next()) {
        if (!*text) continue;
        unpacked += (*text)->text().size();
        must(formats::find_bad_utf8((*text)->text()) == std::string_view::npos, "a text is UTF-8");
        formats::LineReader lines((*text)->text());
        while (lines.next()) {
        }
    }
    must(unpacked <= kRoom, "the limit holds");
}

}  // namespace mainspring::fuzz
