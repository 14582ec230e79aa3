#include "rating/rating_test_help.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;

namespace {

constexpr const char* kNightAndDay =
    "calendar:\n  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}\n"
    "  periods: [{period: peak, day_types: [weekday], hours: ['08:00-20:00']}, {period: night, hours: ['00:00-03:00']},"
    " {period: flat}]\n";

std::string classify(const VersionText& version, std::string_view zone, std::string_view date,
                     std::span<const std::int64_t> values, int minutes) {
    std::vector<Piece> pieces;
    classify_day(*plan_of(version), Zone::named(zone).value(), minutes, {day(date), values}, pieces);
    std::string text;
    for (const Piece& piece : pieces) {
        CHECK(piece.dates == DateRange{day(date), day(date) + std::chrono::days{1}});
        text += std::string(tariff::name_of(piece.stream)) + " " + format_decimal(piece.micro, 6) + "; ";
    }
    return text;
}

std::vector<std::int64_t> ones(std::size_t count) { return std::vector<std::int64_t>(count, 1'000'000); }

const VersionText kTariff{.head = kNightAndDay, .charges = "energy energy_flat price: '1'"};

}  // namespace

TEST_CASE("an everyday day, by the start of each interval") {
    CHECK(classify(kTariff, "Asia/Shanghai", "2026-01-05", ones(48), 30) == "peak 24; night 6; flat 18; ");
    CHECK(classify(kTariff, "Asia/Shanghai", "2026-01-05", ones(24), 60) == "peak 12; night 3; flat 9; ");
    CHECK(classify(kTariff, "Asia/Shanghai", "2026-01-05", ones(96), 15) == "peak 48; night 12; flat 36; ");
    std::vector<std::int64_t> one(48);
    one[15] = 5;   // 07:30 is flat until 08:00
    one[16] = 7;   // 08:00 is peak
    one[47] = -2;  // 23:30
    CHECK(classify(kTariff, "Asia/Shanghai", "2026-01-05", one, 30) == "peak 0.000007; night 0; flat 0.000003; ");
}

TEST_CASE("a period that does not occur on the day has no piece") {
    CHECK(classify(kTariff, "Asia/Shanghai", "2026-01-04", ones(48), 30) == "night 6; flat 42; ");
}

TEST_CASE("the missing hour of spring never counts, the doubled hour of autumn twice") {
    // Berlin, 2026-03-29: 02:00 to 03:00 does not exist; 2026-10-25: it exists twice. Both are Sundays.
    CHECK(classify(kTariff, "Europe/Berlin", "2026-03-29", ones(46), 30) == "night 4; flat 42; ");
    CHECK(classify(kTariff, "Europe/Berlin", "2026-10-25", ones(50), 30) == "night 8; flat 42; ");
    CHECK(classify(kTariff, "Europe/Berlin", "2026-10-26", ones(48), 30) == "peak 24; night 6; flat 18; ");
    CHECK(classify(kTariff, "Europe/Berlin", "2026-03-28", ones(48), 30) == "night 6; flat 42; ");
    // Lord Howe moves by half an hour: 2026-10-04, 02:00 to 02:30 does not exist.
    CHECK(classify(kTariff, "Australia/Lord_Howe", "2026-10-04", ones(47), 30) == "night 5; flat 42; ");
}

TEST_CASE("every day of a year, whatever was asked before") {
    const auto plan = plan_of(kTariff);
    const Zone zone = Zone::named("America/New_York").value();
    std::vector<Piece> pieces;
    std::int64_t hours = 0;
    for (Date date = day("2026-01-01"); date < day("2027-01-01"); date += std::chrono::days{1}) {
        const auto values = ones(static_cast<std::size_t>(zone.minutes_in(date) / 60));
        classify_day(*plan, zone, 60, {date, values}, pieces);
        hours += static_cast<std::int64_t>(values.size());
    }
    std::int64_t sum = 0;
    for (const Piece& piece : pieces) sum += piece.micro;
    CHECK(hours == 8760);
    CHECK(sum == hours * 1'000'000);
}

TEST_CASE("a version without periods gives the total") {
    const VersionText flat{.charges = "energy energy_flat price: '1'"};
    CHECK(classify(flat, "Asia/Shanghai", "2026-01-05", ones(48), 30) == "total 48; ");
    CHECK(classify(flat, "Europe/Berlin", "2026-03-29", ones(46), 30) == "total 46; ");
}

TEST_CASE("too few values or too large ones are bugs of the caller") {
    const auto plan = plan_of(kTariff);
    const Zone zone = Zone::named("Europe/Berlin").value();
    std::vector<Piece> pieces;
    const auto short_day = ones(47);
    CHECK_THROWS_AS(classify_day(*plan, zone, 30, {day("2026-01-05"), short_day}, pieces), BugError);
    const auto plain_day = ones(48);
    CHECK_THROWS_AS(classify_day(*plan, zone, 30, {day("2026-03-29"), plain_day}, pieces), BugError);
    const std::vector<std::int64_t> huge(48, std::int64_t{1} << 62);
    CHECK_THROWS_AS(classify_day(*plan, zone, 30, {day("2026-01-05"), huge}, pieces), BugError);
    CHECK(pieces.empty());
}
