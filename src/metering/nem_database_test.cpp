// Every NEM12/NEM13 file of the shared data set through the database and back: the sums that two independent readers
// computed. One utility a file, because the files name the same NMIs.
#include <boost/json.hpp>
#include <cstdio>
#include <iterator>
#include <map>
#include <set>

#include "customer/customer_service.hpp"
#include "formats/decimal_text.hpp"
#include "metering/import_world.hpp"
#include "metering/read_feed.hpp"

namespace mainspring::metering {
namespace {

namespace json = boost::json;

const std::filesystem::path kNem = std::filesystem::path(MAINSPRING_SOURCE_DIR) / ".." / "shared" / "data" / "nem";

std::string str(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

std::string dashed(std::string_view date) {
    return fmt::format("{}-{}-{}", date.substr(0, 4), date.substr(4, 2), date.substr(6, 2));
}

struct Channel {
    std::string nmi, suffix, uom, meter, first, sum;
    std::int64_t minutes = 0, days = 0, distinct_days = 0;
    bool nem13 = false;
    const json::object* source = nullptr;
    // No day, or one whose quality "V" no 400 resolves: the reader refuses it.
    bool has_good() const { return nem13 || (days > 0 && !source->at("by_quality").as_object().contains("V")); }
    bool installed = true;  // a service point holds one device: a second meter of an NMI is not
};

std::vector<Channel> channels_of(const json::object& file) {
    std::vector<Channel> out;
    std::map<std::string, std::string> meters;
    for (const auto& value : file.at("channels").as_array()) {
        const auto& object = value.as_object();
        Channel channel{.nmi = str(object, "nmi"),
                        .suffix = str(object, "suffix"),
                        .uom = str(object, "uom"),
                        .meter = str(object, "meter"),
                        .first = str(object, "first"),
                        .sum = str(object, "sum"),
                        .minutes = number(object, "minutes"),
                        .days = number(object, "days"),
                        .distinct_days = number(object, "distinct_days"),
                        .nem13 = str(object, "format") == "NEM13",
                        .source = &object};
        channel.installed = meters.try_emplace(channel.nmi, channel.meter).first->second == channel.meter;
        out.push_back(std::move(channel));
    }
    return out;
}

// A channel that comes back with another interval length is a new installation of the same meter from that day on.
std::string meter_rows(const std::vector<Channel>& channels, std::string_view name) {
    std::map<std::string, std::set<std::string>> suffixes;
    std::set<std::string> changing;
    for (const Channel& channel : channels)
        if (channel.installed && !suffixes[channel.nmi].insert(channel.suffix).second) changing.insert(channel.nmi);
    std::map<std::pair<std::string, std::int64_t>, std::string> from;
    for (const Channel& channel : channels) {
        auto& first = from[{channel.nmi, channel.minutes}];
        if (first.empty() || channel.first < first) first = channel.first;
    }
    std::map<std::string, std::string> earliest;
    for (const auto& [key, first] : from) {
        auto& date = earliest[key.first];
        if (date.empty() || first < date) date = first;
    }
    std::string rows;
    for (const Channel& channel : channels) {
        if (!channel.installed) continue;
        const auto& first = from[{channel.nmi, channel.minutes}];
        const bool later = changing.contains(channel.nmi) && first > earliest[channel.nmi];
        const auto unit = read_unit(channel.uom);
        REQUIRE(unit);
        rows += fmt::format("{},{},,{},{},{},{},{},{},\n", channel.nmi, later ? dashed(first) : "2000-01-01",
                            channel.meter.empty() ? fmt::format("{}-{}", name, channel.nmi) : channel.meter,
                            channel.suffix, unit->unit == Unit::none ? "" : "total", text_of(unit->unit),
                            channel.nem13 ? "12" : "", channel.minutes);
    }
    return rows;
}

// At 10^-12 of our unit.
Int128 wanted_sum(const Channel& channel) {
    const auto value = formats::parse_scaled(channel.sum);
    REQUIRE(value);
    const auto unit = read_unit(channel.uom);
    return Int128(value->value) * power_of_ten(12 - value->scale - unit->more_decimals);
}

struct Stored {
    std::map<std::string, Int128> sums;  // "nmi suffix"
    std::map<std::string, std::int64_t> days;
    std::map<std::string, std::int64_t> reads;  // "nmi suffix instant" -> micro
};

Stored read_back(ImportWorld& world, const std::vector<Channel>& channels) {
    Stored stored;
    with_tx(world.database.app(), {}, [&](Tx& tx) {
        const auto utility = org::find_utility(tx, world.utility);
        for (const CellId cell : org::cells_of(tx, utility->legal_entity_id)) {
            std::vector<std::string> codes;
            for (const Channel& channel : channels) codes.push_back(channel.nmi);
            std::map<std::int64_t, std::string> names;
            std::vector<std::int64_t> ids;
            for (const auto& ref : customer::find_service_points(tx, std::array{cell}, codes))
                names[ref.service_point_id] = ref.code;
            for (const auto& [id, name] : names) ids.push_back(id);
            std::map<std::pair<std::int64_t, std::int16_t>, std::string> codes_of;
            for (const auto& point : select_installations(tx, cell, ids))
                for (const auto& row : point.rows)
                    for (const auto& each : row.registers)
                        codes_of[{point.service_point_id, each.register_no}] = each.code;
            const auto name = [&](std::int64_t point, std::int16_t number) {
                return names.at(point) + " " + codes_of.at({point, number});
            };
            IntervalBatch days;
            const auto at = [](std::string_view date) { return Instant(*parse_date(date)); };
            interval_days(tx, {cell, ids}, {at("1990-01-01"), at("2030-01-01")}, days);
            for (const auto& row : days.rows) {
                CHECK(row.version == 1);
                ++stored.days[name(row.service_point_id, row.register_no)];
                for (const std::int64_t value : days.values_of(row))
                    stored.sums[name(row.service_point_id, row.register_no)] += value * power_of_ten(12 - row.scale);
            }
            ReadBatch reads;
            register_reads(tx, {cell, ids}, {*parse_date("1990-01-01"), *parse_date("2030-01-01")}, reads);
            for (const auto& row : reads.rows)
                for (std::size_t i = 0; i < row.values; ++i)
                    stored.reads[fmt::format("{} {}", name(row.service_point_id, reads.registers_of(row)[i]),
                                             row.read_at.time_since_epoch().count())] = reads.values_of(row)[i];
        }
    });
    return stored;
}

std::int64_t market_milliseconds(std::string_view stamp) {
    const auto wall = parse_wall_time(fmt::format("{} {}:{}", dashed(stamp), stamp.substr(8, 2), stamp.substr(10, 2)));
    REQUIRE(wall);
    const std::int64_t seconds = std::stoi(std::string(stamp.substr(12, 2)));
    return (Instant(wall->date) + std::chrono::minutes(wall->minute_of_day - 600)).time_since_epoch().count() +
           seconds * 1000;
}

// How many channels were compared.
int compare(const std::vector<Channel>& channels, const Stored& stored) {
    int compared = 0;
    std::map<std::string, Int128> wanted;
    std::map<std::string, std::int64_t> days;
    std::set<std::string> doubled;
    for (const Channel& channel : channels) {
        if (!channel.installed) continue;
        const std::string name = channel.nmi + " " + channel.suffix;
        if (channel.nem13) {
            for (const auto& each : channel.source->at("reads").as_array()) {
                const auto& read = each.as_object();
                const std::string key = fmt::format("{} {}", name, market_milliseconds(str(read, "cur_dt")));
                REQUIRE_MESSAGE(stored.reads.contains(key), key);
                const auto value = formats::parse_scaled(str(read, "cur"));
                CHECK(Int128(stored.reads.at(key)) == value->value * power_of_ten(6 - value->scale));
                ++compared;
            }
            continue;
        }
        if (!channel.has_good()) continue;
        wanted[name] += wanted_sum(channel);
        days[name] += channel.distinct_days;
        if (channel.days != channel.distinct_days) doubled.insert(name);
    }
    for (const auto& [name, sum] : wanted) {
        CHECK(stored.days.at(name) == days.at(name));
        // Of a day that stands in the file twice, one copy is kept.
        if (!doubled.contains(name)) CHECK_MESSAGE(stored.sums.at(name) == sum, name);
        ++compared;
    }
    return compared;
}

}  // namespace

TEST_CASE("every NEM file comes back from the database with the sums of other readers") {
    if (!std::filesystem::exists(kNem)) {
        std::printf("SKIPPED: NEM files through the database: shared data absent\n");
        return;
    }
    std::ifstream in(kNem / "EXPECTED_NEM.json");
    const json::value expected = json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
    ImportWorld world("Australia/Brisbane");
    int files = 0, compared = 0, second_meters = 0;
    for (const auto& [name, value] : expected.as_object()) {
        CAPTURE(std::string(name));
        const auto channels = channels_of(value.as_object());
        if (channels.empty()) continue;
        world.add_utility(fmt::format("u{}", ++files), "Australia/Brisbane");
        std::set<std::string> codes;
        for (const Channel& channel : channels) codes.insert(channel.nmi);
        world.points({codes.begin(), codes.end()});
        const ImportReport meters = world.meters(meter_rows(channels, world.utility));
        CHECK_MESSAGE(meters.rejected == 0, (meters.problems.empty() ? "" : formats::text_of(meters.problems[0])));
        const auto path = kNem / std::string(name);
        const ImportReport first = world.import(ReadFormat::nem, path);
        CHECK((first.added > 0) == std::ranges::any_of(channels, &Channel::has_good));
        compared += compare(channels, read_back(world, channels));
        for (const Channel& channel : channels)
            if (!channel.installed) ++second_meters;
        const ImportReport again = world.import(ReadFormat::nem, path);
        CHECK(again.added + again.changed == 0);
        CHECK(again.rejected == first.rejected);
    }
    CHECK(files > 100);
    CHECK(compared > 370);
    CHECK(second_meters == 3);
    MESSAGE(files, " files, ", compared, " channels and reads compared");
}

}  // namespace mainspring::metering
