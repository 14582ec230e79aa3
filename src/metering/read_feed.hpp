// Turns the three kinds of read files into statements, batch by batch.
#pragma once
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "calendar/zone.hpp"
#include "formats/csv_profile.hpp"
#include "formats/text_file.hpp"
#include "metering/read_batch.hpp"

namespace mainspring::metering {

struct FeedSink {
    // Takes what the batch holds; it is emptied after that. `done`: bytes of the text read so far.
    std::function<void(StatedBatch& batch, std::int64_t done)> batch;
    std::function<void(formats::Problem problem)> problem;
    std::size_t reads_of_batch = 50'000, days_of_batch = 5'000;
};

void feed_csv(const formats::TextFile& text, const Zone& zone, const FeedSink& sink);
void feed_nem(const formats::TextFile& text, const Zone& zone, const FeedSink& sink);

struct ProfileFeed {
    const formats::CsvProfile& profile;
    Zone file_zone;  // of the times in the file
    Zone zone;       // of the utility
};
void feed_profile(const formats::TextFile& text, const ProfileFeed& feed, const FeedSink& sink);
// "utc", "+10:00" or a name; empty: the utility's own.
std::expected<Zone, std::string> profile_zone(const formats::CsvProfile& profile, const Zone& utility);

// "2026-07-01", "2026-07-01 08:30", "2026-07-01T08:30:15"; seconds are cut.
std::expected<WallTime, std::string> parse_wall_time(std::string_view text);

// What a unit in a file means for a register counted in ours: Wh becomes kWh with three more decimals.
struct UnitReading {
    UnitStatement statement = UnitStatement::unstated;
    Unit unit = Unit::none;
    int more_decimals = 0;
};
std::expected<UnitReading, std::string> read_unit(std::string_view text);

}  // namespace mainspring::metering
