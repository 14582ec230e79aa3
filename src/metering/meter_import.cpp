#include "metering/meter_import.hpp"

#include <fmt/format.h>

#include "formats/text_file.hpp"
#include "metering/meter_chunk.hpp"

namespace mainspring::metering {
namespace {

constexpr std::size_t kRowsOfTransaction = 20'000;

// Rows until the chunk is full and the installation at hand complete.
class MeterReader {
public:
    MeterReader(const formats::TextFile& text, ImportReport& report)
        : file_(text.name()), report_(report), csv_(formats::CsvReader::open(text.text(), meter_csv_options(file_))) {
        if (!csv_) report_.add(csv_.error());
    }
    bool next_chunk(std::vector<MeterRow>& rows) {
        rows.clear();
        if (!csv_) return false;
        if (kept_) rows.push_back(*std::move(kept_));
        kept_.reset();
        while (auto row = csv_->next()) {
            auto parsed = *row ? parse_meter_row(***row, file_) : std::unexpected(row->error());
            if (!parsed) {
                report_.add(parsed.error());
                continue;
            }
            const bool full =
                rows.size() >= kRowsOfTransaction && (rows.back().service_point != parsed->service_point ||
                                                      rows.back().installed_on != parsed->installed_on);
            if (full) {
                kept_ = *std::move(parsed);
                return true;
            }
            rows.push_back(*std::move(parsed));
        }
        return !rows.empty();
    }

private:
    std::string file_;
    ImportReport& report_;
    std::expected<formats::CsvReader, formats::Problem> csv_;
    std::optional<MeterRow> kept_;
};

struct CalorificRow {
    int line = 0;
    CalorificValue value;
};

std::expected<CalorificRow, formats::Problem> parse_calorific(const formats::CsvRow& row, const std::string& file) {
    const auto bad = [&](const char* field, std::string reason) {
        return std::unexpected(formats::Problem{.file = file,
                                                .line = row.line(),
                                                .field = field,
                                                .reason = std::move(reason),
                                                .severity = formats::Severity::record});
    };
    if (row["gas_zone"].empty()) return bad("gas_zone", "is empty");
    const auto day = parse_date(row["valid_from"]);
    if (!day) return bad("valid_from", day.error());
    const auto value = parse_decimal(row["value"], 4);
    if (!value) return bad("value", fmt::format("'{}': {}", formats::shown(row["value"]), text_of(value.error())));
    // Natural gas lies near 39, hydrogen at 12, pure propane near 94 MJ/m3.
    if (*value < 10'000 || *value > 2'000'000) return bad("value", "is not between 1 and 200 MJ/m3");
    return CalorificRow{row.line(), {std::string(row["gas_zone"]), *day, 1, *value}};
}

LineOutcome apply_calorific(Tx& tx, std::vector<CalorificValue>& known, CalorificValue value, Instant at) {
    const auto latest = std::ranges::find_if(known, [&](const CalorificValue& each) {
        return each.gas_zone == value.gas_zone && each.valid_from == value.valid_from;
    });
    if (latest != known.end()) {
        if (latest->value_e4 == value.value_e4) return LineOutcome::unchanged;
        value.version = static_cast<std::int16_t>(latest->version + 1);
        insert_calorific_value(tx, value, at);
        *latest = value;
        return LineOutcome::changed;
    }
    insert_calorific_value(tx, value, at);
    known.push_back(value);
    return LineOutcome::added;
}

ImportReport read_calorific(Tx& tx, const formats::TextFile& text, Instant at) {
    ImportReport report;
    auto csv =
        formats::CsvReader::open(text.text(), {.file = text.name(), .required = {"gas_zone", "valid_from", "value"}});
    if (!csv) {
        report.add(csv.error());
        return report;
    }
    std::vector<CalorificValue> known;
    for (CalorificValue& value : select_calorific_values(tx)) {
        const bool again =
            !known.empty() && known.back().gas_zone == value.gas_zone && known.back().valid_from == value.valid_from;
        if (again) known.pop_back();
        known.push_back(std::move(value));
    }
    while (auto row = csv->next()) {
        auto parsed = *row ? parse_calorific(***row, text.name()) : std::unexpected(row->error());
        if (parsed)
            report.count(apply_calorific(tx, known, parsed->value, at));
        else
            report.add(parsed.error());
    }
    return report;
}

}  // namespace

std::expected<ImportReport, ImportRefusal> import_meters(Pool& pool, const Clock& clock, const ImportOrder& order) {
    ImportFrame frame(pool, clock, order, {"metering.import_meters"});
    const auto begun = frame.begin();
    if (!begun) return std::unexpected(begun.error());
    if (*begun) return **begun;
    return each_text(frame, [&](const formats::TextFile& text) {
        return frame.run([&](auto in_tx) {
            ImportReport report;
            MeterReader reader(text, report);
            std::vector<MeterRow> rows;
            while (reader.next_chunk(rows))
                report.merge(in_tx([&](Tx& tx, Instant at) {
                    const MeterChunkContext context{.legal_entity_id = frame.utility().legal_entity_id,
                                                    .actor_id = order.actor.actor_id,
                                                    .at = at,
                                                    .file = text.name()};
                    return MeterChunk(tx, context).run(rows);
                }));
            return report;
        });
    });
}

std::expected<ImportReport, ImportRefusal> import_calorific(Pool& pool, const Clock& clock, const ImportOrder& order) {
    ImportFrame frame(pool, clock, order, {"metering.import_calorific"});
    const auto begun = frame.begin();
    if (!begun) return std::unexpected(begun.error());
    if (*begun) return **begun;
    return each_text(frame, [&](const formats::TextFile& text) {
        return frame.run(
            [&](auto in_tx) { return in_tx([&](Tx& tx, Instant at) { return read_calorific(tx, text, at); }); });
    });
}

}  // namespace mainspring::metering
