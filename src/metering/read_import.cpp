#include "metering/read_import.hpp"

#include <fmt/format.h>

#include "metering/read_chunk.hpp"
#include "metering/read_feed.hpp"

namespace mainspring::metering {
namespace {

struct Setting {
    Zone zone;  // of the utility
    std::optional<formats::CsvProfile> profile;
    std::optional<Zone> file_zone;
};

std::string_view text_of(ReadFormat format) {
    switch (format) {
        case ReadFormat::csv: return "csv";
        case ReadFormat::profile: return "profile";
        case ReadFormat::nem: return "nem";
    }
    return "";
}

std::expected<Setting, ImportRefusal> load_setting(const ReadImport& import, const org::Utility& utility) {
    Setting setting{utility.zone_rules(), std::nullopt, std::nullopt};
    if (import.format != ReadFormat::profile) return setting;
    const auto refuse = [](std::string text) {
        return std::unexpected(ImportRefusal{ImportRefusalCode::profile, std::move(text)});
    };
    const auto text = formats::read_text_file(import.profile);
    if (!text) return refuse(formats::text_of(text.error()));
    auto profile = formats::parse_csv_profile(text->text(), text->name());
    if (!profile) return refuse(formats::text_of(profile.error()));
    auto zone = profile_zone(*profile, setting.zone);
    if (!zone) return refuse(fmt::format("{}: zone: {}", text->name(), zone.error()));
    setting.profile = *std::move(profile);
    setting.file_zone = *std::move(zone);
    return setting;
}

class ReadImporter {
public:
    ReadImporter(ImportFrame& frame, const ReadImport& import, const Setting& setting)
        : frame_(frame), import_(import), setting_(setting) {}

    template <class InTx>
    ImportReport run(const formats::TextFile& text, InTx in_tx) {
        ImportReport report;
        const ReadContext context{.legal_entity_id = frame_.utility().legal_entity_id,
                                  .zone = setting_.zone,
                                  .today = frame_.today(),
                                  .file = text.name(),
                                  .source = {.kind = text_of(import_.format),
                                             .name = text.name(),
                                             .sha256 = org::sha256_of(text.text()),
                                             .actor_id = import_.order.actor.actor_id,
                                             .at = {}}};
        Expectation expectation = Expectation::all_new;
        const auto take = [&](StatedBatch& batch, std::int64_t done) {
            report.merge(in_tx([&](Tx& tx, Instant at) {
                ReadContext here = context;
                here.source.at = at;
                return ReadChunk(tx, here, batch).run(expectation);
            }));
            const customer::ImportProgress progress{done, static_cast<std::int64_t>(text.text().size())};
            if (import_.order.on_progress) import_.order.on_progress(progress);
        };
        const FeedSink sink{.batch = take,
                            .problem = [&](formats::Problem problem) { report.add(std::move(problem)); },
                            .reads_of_batch = import_.rows_of_transaction,
                            .days_of_batch = std::max<std::size_t>(import_.rows_of_transaction / 10, 1)};
        switch (import_.format) {
            case ReadFormat::csv: feed_csv(text, setting_.zone, sink); break;
            case ReadFormat::nem: feed_nem(text, setting_.zone, sink); break;
            case ReadFormat::profile:
                feed_profile(text, {*setting_.profile, *setting_.file_zone, setting_.zone}, sink);
                break;
        }
        return report;
    }

private:
    ImportFrame& frame_;
    const ReadImport& import_;
    const Setting& setting_;
};

}  // namespace

std::expected<ImportReport, ImportRefusal> import_reads(Pool& pool, const Clock& clock, const ReadImport& import) {
    ImportFrame frame(pool, clock, import.order, {"metering.import_reads"});
    const auto begun = frame.begin();
    if (!begun) return std::unexpected(begun.error());
    if (*begun) return **begun;
    const auto setting = load_setting(import, frame.utility());
    if (!setting) return std::unexpected(setting.error());
    formats::TextLimits limits;
    if (setting->profile) limits.encoding = setting->profile->encoding;
    auto input = formats::open_input(import.order.file, limits);
    if (!input) return std::unexpected(ImportRefusal{ImportRefusalCode::file, formats::text_of(input.error())});
    ImportReport report;
    ReadImporter importer(frame, import, *setting);
    while (auto text = input->next()) {
        if (*text)
            report.merge(frame.run([&](auto in_tx) { return importer.run(**text, in_tx); }));
        else
            report.add(text->error());
    }
    frame.end(report);
    return report;
}

}  // namespace mainspring::metering
