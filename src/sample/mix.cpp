#include "sample/mix.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <yaml-cpp/yaml.h>

namespace mainspring::sample {
namespace {

struct Bad {
    std::string text;
};

using Shares = std::vector<std::pair<std::string, int>>;

struct Limits {
    std::int64_t low, high;
};
constexpr Limits kPerMille{0, 1000};

// One map of the file: every key must be asked for, or it is unknown.
class MapReader {
public:
    MapReader(const YAML::Node& map, std::string_view file, std::initializer_list<std::string_view> keys)
        : map_(map), file_(file) {
        if (!map.IsMap()) fail(map, "", "is not a map of keys");
        for (const auto& member : map) {
            const auto key = member.first.as<std::string>();
            if (std::ranges::find(keys, key) == keys.end()) fail(member.first, key, "unknown key");
        }
    }

    bool has(const char* key) const { return map_[key].IsDefined(); }
    YAML::Node node(const char* key) const {
        if (!has(key)) fail(map_, key, "is missing");
        return map_[key];
    }
    std::string text(const char* key) const { return scalar(node(key), key); }
    std::string text_or(const char* key, std::string_view otherwise) const {
        return has(key) ? text(key) : std::string(otherwise);
    }
    std::int64_t whole(const char* key, Limits limits) const { return whole_of(node(key), key, limits); }
    int whole_or(const char* key, int otherwise, Limits limits) const {
        return has(key) ? static_cast<int>(whole(key, limits)) : otherwise;
    }
    std::int64_t decimal(const char* key, int scale) const { return decimal_of(node(key), key, scale); }
    std::vector<YAML::Node> list(const char* key) const {
        const YAML::Node list = node(key);
        if (!list.IsSequence() || list.size() == 0) fail(list, key, "must be a list that is not empty");
        return {list.begin(), list.end()};
    }
    Shares shares(const char* key) const {
        Shares out;
        if (!has(key)) return out;
        if (!node(key).IsMap()) fail(node(key), key, "must be a map");
        for (const auto& member : node(key))
            out.emplace_back(member.first.as<std::string>(), static_cast<int>(whole_of(member.second, key, kPerMille)));
        return out;
    }
    // The position of the text among the words.
    std::size_t one_of(const char* key, std::initializer_list<std::string_view> words) const {
        const std::string found = text(key);
        const auto at = std::ranges::find(words, found);
        if (at == words.end()) fail(node(key), key, fmt::format("'{}' is none of {}", found, fmt::join(words, ", ")));
        return static_cast<std::size_t>(at - words.begin());
    }

    std::string scalar(const YAML::Node& node, std::string_view field) const {
        if (!node.IsScalar()) fail(node, field, "must be a text");
        return node.as<std::string>();
    }
    std::int64_t whole_of(const YAML::Node& node, std::string_view field, Limits limits) const {
        const std::string text = scalar(node, field);
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < limits.low || value > limits.high)
            fail(node, field, fmt::format("'{}' is no whole number from {} to {}", text, limits.low, limits.high));
        return value;
    }
    std::int64_t decimal_of(const YAML::Node& node, std::string_view field, int scale) const {
        const std::string text = scalar(node, field);
        const auto value = parse_decimal(text, scale);
        if (!value || *value < 0) fail(node, field, fmt::format("'{}' is no decimal from 0 on", text));
        return *value;
    }
    [[noreturn]] void fail(const YAML::Node& node, std::string_view field, std::string_view reason) const {
        std::string text = fmt::format("{}:{}: ", file_, node.IsDefined() ? node.Mark().line + 1 : 1);
        if (!field.empty()) text += fmt::format("{}: ", field);
        throw Bad{text.append(reason)};
    }

private:
    const YAML::Node map_;
    std::string_view file_;
};

// A word for files without quotes.
std::string word(const MapReader& map, const char* key) {
    std::string text = map.text(key);
    const bool fits = !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!fits) map.fail(map.node(key), key, fmt::format("'{}' must be letters, digits, '-' and '_'", text));
    return text;
}

void read_meter(const MapReader& map, Supply& supply) {
    supply.meter = static_cast<MeterKind>(map.one_of("meter", {"registers", "interval", "none"}));
    supply.streams = map.shares("streams");
    if (supply.streams.empty()) supply.streams = {{"total", 1000}};
    const int sum = std::accumulate(supply.streams.begin(), supply.streams.end(), 0,
                                    [](int before, const auto& each) { return before + each.second; });
    if (sum != 1000) map.fail(map.node("streams"), "streams", fmt::format("the shares add up to {}, not to 1000", sum));
    if (supply.meter == MeterKind::none) return;
    supply.minutes = map.whole_or("minutes", 30, {5, 60});
    constexpr std::array<int, 4> kMinutes{5, 15, 30, 60};
    if (std::ranges::find(kMinutes, supply.minutes) == kMinutes.end())
        map.fail(map.node("minutes"), "minutes", "is none of 5, 15, 30, 60");
    supply.daily_micro = map.decimal("daily", Quantity::kScale);
    supply.spread_percent = map.whole_or("spread", 0, {0, 95});
    supply.dials = map.whole_or("dials", 6, {3, 9});
    supply.decimals = map.whole_or("decimals", 1, {0, 3});
    supply.volume_factor = map.text_or("volume_factor", "1");
    if (const auto factor = parse_decimal(supply.volume_factor, 8); !factor || *factor <= 0)
        map.fail(map.node("volume_factor"), "volume_factor", "is no decimal above zero");
    if (!map.has("multipliers")) {
        supply.multipliers_e6 = {1'000'000};
        return;
    }
    for (const YAML::Node& each : map.list("multipliers")) {
        supply.multipliers_e6.push_back(map.decimal_of(each, "multipliers", 6));
        if (supply.multipliers_e6.back() == 0) map.fail(each, "multipliers", "must be above zero");
    }
}

Supply read_supply(const YAML::Node& node, std::string_view file) {
    const MapReader map(node, file,
                        {"commodity", "tariff", "class", "per_mille", "meter", "streams", "minutes", "daily", "spread",
                         "unit", "dials", "decimals", "multipliers", "volume_factor"});
    Supply supply;
    const auto commodity = commodity_of(map.text("commodity"));
    if (!commodity) map.fail(map.node("commodity"), "commodity", commodity.error());
    supply.commodity = *commodity;
    supply.tariff = word(map, "tariff");
    supply.customer_class = map.text("class");
    map.one_of("class", {"residential", "commercial", "industrial", "public"});
    supply.per_mille = map.whole_or("per_mille", 1000, kPerMille);
    supply.unit = supply.commodity == Commodity::electricity ? Unit::kwh : Unit::cubic_metre;
    if (map.has("unit")) {
        const auto unit = unit_of(map.text("unit"));
        if (!unit) map.fail(map.node("unit"), "unit", unit.error());
        supply.unit = *unit;
    }
    read_meter(map, supply);
    return supply;
}

Segment read_segment(const YAML::Node& node, std::string_view file) {
    const MapReader map(node, file, {"name", "share", "party", "entitlements", "dwellings", "supplies"});
    Segment segment;
    segment.name = word(map, "name");
    segment.share = static_cast<int>(map.whole("share", {1, 1'000'000}));
    if (map.has("party")) segment.party = static_cast<PartyKind>(map.one_of("party", {"person", "company"}));
    segment.entitlements = map.shares("entitlements");
    if (map.has("dwellings")) {
        const MapReader dwellings(map.node("dwellings"), file, {"per_mille", "most"});
        segment.dwellings_per_mille = static_cast<int>(dwellings.whole("per_mille", kPerMille));
        segment.most_dwellings = static_cast<int>(dwellings.whole("most", {2, 1000}));
    }
    for (const YAML::Node& supply : map.list("supplies")) segment.supplies.push_back(read_supply(supply, file));
    if (segment.supplies.front().per_mille != 1000)
        map.fail(map.list("supplies").front(), "per_mille", "the first supply must be every account's");
    return segment;
}

MixRates read_rates(const MapReader& root, std::string_view file) {
    MixRates rates;
    if (!root.has("per_mille")) return rates;
    const MapReader map(root.node("per_mille"), file,
                        {"exchanges", "missing_reads", "moves", "zero_use", "rollovers", "odd_reads", "gaps"});
    rates.exchanges = map.whole_or("exchanges", 0, kPerMille);
    rates.missing_reads = map.whole_or("missing_reads", 0, kPerMille);
    rates.moves = map.whole_or("moves", 0, kPerMille);
    rates.zero_use = map.whole_or("zero_use", 0, kPerMille);
    rates.rollovers = map.whole_or("rollovers", 0, kPerMille);
    rates.odd_reads = map.whole_or("odd_reads", 0, kPerMille);
    rates.gaps = map.whole_or("gaps", 0, kPerMille);
    return rates;
}

Date month_of(const MapReader& map, const YAML::Node& node) {
    const auto month = parse_month(map.scalar(node, "months"));
    if (!month) map.fail(node, "months", month.error());
    return *month;
}

Zone zone_of(const MapReader& map) {
    auto zone = Zone::named(map.text("zone"));
    if (!zone) map.fail(map.node("zone"), "zone", zone.error());
    return *std::move(zone);
}

void check_gas(const MapReader& map, const Mix& mix) {
    if (!mix.calorific_e4.empty()) return;
    for (const Segment& segment : mix.segments)
        for (const Supply& supply : segment.supplies)
            if (supply.commodity == Commodity::gas)
                map.fail(map.node("segments"), "calorific", "is missing; gas needs a zone");
}

Mix read_mix(const YAML::Node& root, std::string_view file) {
    const MapReader map(root, file,
                        {"prefix", "country", "zone", "accounts", "months", "read_jitter_days", "interval_format",
                         "bench_tariffs", "calorific", "per_mille", "segments"});
    Mix mix{.prefix = word(map, "prefix"),
            .country = static_cast<Country>(map.one_of("country", {"cn", "gb", "au", "us", "za"})),
            .zone = zone_of(map),
            .accounts = map.whole("accounts", {1, 100'000'000}),
            .first_month = {},
            .last_month = {},
            .calorific_e4 = {},
            .rates = read_rates(map, file),
            .segments = {}};
    const auto months = map.list("months");
    mix.first_month = month_of(map, months.front());
    mix.last_month = month_of(map, months.back());
    if (mix.last_month < mix.first_month) map.fail(map.node("months"), "months", "the last one is before the first");
    mix.read_jitter_days = map.whole_or("read_jitter_days", 0, {0, 4});
    if (map.has("interval_format"))
        mix.interval_format = static_cast<IntervalFormat>(map.one_of("interval_format", {"profile", "nem12"}));
    if (map.has("bench_tariffs"))
        mix.bench_tariffs = static_cast<BenchTariffs>(map.one_of("bench_tariffs", {"false", "true"}));
    if (map.has("calorific"))
        for (const auto& member : map.node("calorific"))
            mix.calorific_e4.emplace_back(member.first.as<std::string>(),
                                          map.decimal_of(member.second, "calorific", 4));
    for (const YAML::Node& segment : map.list("segments")) mix.segments.push_back(read_segment(segment, file));
    check_gas(map, mix);
    return mix;
}

}  // namespace

std::expected<Date, std::string> parse_month(std::string_view text) {
    if (text.size() != 7) return std::unexpected(fmt::format("'{}' is no month like 2026-06", text));
    auto day = parse_date(fmt::format("{}-01", text));
    if (!day) return std::unexpected(fmt::format("'{}' is no month like 2026-06", text));
    return *day;
}

std::expected<Mix, std::string> parse_mix(std::string_view text, std::string_view file) {
    try {
        return read_mix(YAML::Load(std::string(text)), file);
    } catch (const Bad& bad) {
        return std::unexpected(bad.text);
    } catch (const YAML::Exception& error) {
        return std::unexpected(fmt::format("{}:{}: {}", file, error.mark.line + 1, error.msg));
    }
}

}  // namespace mainspring::sample
