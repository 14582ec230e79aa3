#include "pricebook/published_import.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>

#include "base/decimal.hpp"
#include "base/ensure.hpp"
#include "formats/csv.hpp"
#include "pricebook/published_store.hpp"
#include "tariff/tariff_text.hpp"

namespace mainspring::pricebook {

namespace {

using metering::ImportFrame;
using metering::ImportRefusal;
using metering::ImportReport;
using metering::LineOutcome;
using store::PriceDay;
using store::SeriesShape;

constexpr int kDay = 1440;  // minutes
constexpr int kScale = 8;
constexpr std::int64_t kMost = 1'000'000'000;  // units of a price or a value, either sign

formats::Problem problem_of(const formats::CsvRow& row, const std::string& file, const char* field,
                            std::string reason) {
    return {.file = file,
            .line = row.line(),
            .field = field,
            .reason = std::move(reason),
            .severity = formats::Severity::record};
}

std::expected<std::int64_t, std::string> parse_value(std::string_view text) {
    const auto value = parse_decimal(text, kScale);
    if (!value) return std::unexpected(fmt::format("'{}': {}", formats::shown(text), text_of(value.error())));
    constexpr std::int64_t kMostE8 = kMost * 100'000'000;
    if (*value < -kMostE8 || *value > kMostE8) return std::unexpected(fmt::format("is beyond {}", kMost));
    return *value;
}

std::expected<Date, std::string> parse_day(std::string_view text) {
    const auto day = parse_date(text);
    if (!day) return day;
    const int year = static_cast<int>(std::chrono::year_month_day{*day}.year());
    if (year < 2000 || year > 2199) return std::unexpected(fmt::format("'{}' is not between 2000 and 2199", text));
    return day;
}

// One price of a file.
struct PriceRow {
    Date on;
    std::size_t position = 0;  // from 0
    std::optional<std::int64_t> e8;
};

// How many prices the local day has; 0 where it has no whole number of them.
std::size_t prices_in(const Zone& zone, Date day, int minutes) {
    if (minutes == kDay) return 1;
    const int length = zone.minutes_in(day);
    return length % minutes == 0 ? static_cast<std::size_t>(length / minutes) : 0;
}

class PriceReader {
public:
    PriceReader(const Zone& zone, int minutes, std::string file)
        : zone_(zone), minutes_(minutes), file_(std::move(file)) {}

    std::expected<PriceRow, formats::Problem> parse(const formats::CsvRow& row) {
        PriceRow price;
        const auto bad = [&](const char* field, std::string reason) {
            return std::unexpected(problem_of(row, file_, field, std::move(reason)));
        };
        const auto day = parse_day(row["date"]);
        if (!day) return bad("date", day.error());
        price.on = *day;
        const std::string_view text = row["position"];
        int position = 1;
        if (!text.empty()) {
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
            if (error != std::errc{} || end != text.data() + text.size()) position = 0;
        }
        const std::size_t count = prices_in(zone_, price.on, minutes_);
        if (count == 0) return bad("date", fmt::format("has no whole number of prices of {} minutes", minutes_));
        if (position < 1 || static_cast<std::size_t>(position) > count)
            return bad("position", fmt::format("'{}' is none of the day: it has 1 to {}", formats::shown(text), count));
        price.position = static_cast<std::size_t>(position - 1);
        if (!row["price"].empty()) {
            const auto value = parse_value(row["price"]);
            if (!value) return bad("price", value.error());
            price.e8 = *value;
        }
        const auto [first, is_new] = lines_.try_emplace({price.on, position}, row.line());
        if (!is_new)
            return bad("position", fmt::format("stands at line {} already; only that one is read", first->second));
        return price;
    }

private:
    const Zone& zone_;
    int minutes_;
    std::string file_;
    std::map<std::pair<Date, int>, int> lines_;  // of each price: where it stands
};

// Merges the prices of a file into the days that are known.
class PriceMerger {
public:
    PriceMerger(std::string series, SeriesShape shape, const Zone& zone)
        : series_(std::move(series)), shape_(std::move(shape)), zone_(zone) {}

    void know(std::vector<PriceDay> days) {
        for (auto& day : days) days_.emplace(day.on, Entry{std::move(day), false});
    }
    LineOutcome take(const PriceRow& row) {
        Entry& entry = days_[row.on];
        PriceDay& day = entry.day;
        if (day.e8.empty()) {
            day = {series_, row.on, 0, shape_, {}};
            day.e8.resize(prices_in(zone_, row.on, shape_.minutes));
        }
        auto& known = day.e8.at(row.position);
        if (known == row.e8) return LineOutcome::unchanged;
        const auto outcome = known ? LineOutcome::changed : LineOutcome::added;
        known = row.e8;
        entry.is_new = true;
        return outcome;
    }
    void write(Tx& tx, const store::Recorded& by) {
        for (auto& [on, entry] : days_) {
            if (!entry.is_new) continue;
            ++entry.day.version;
            store::insert_day(tx, entry.day, by);
        }
    }

private:
    struct Entry {
        PriceDay day;
        bool is_new = false;
    };
    std::string series_;
    SeriesShape shape_;
    const Zone& zone_;
    std::map<Date, Entry> days_;
};

// What the series is made of; otherwise why the text cannot be one of it.
std::expected<SeriesShape, std::string> shape_for(Tx& tx, const PriceImport& import, const std::string& zone) {
    const auto known = store::shape_of(tx, import.series);
    if (!known && import.minutes == 0)
        return std::unexpected(
            fmt::format("'{}' is a new series: --minutes says how long a price lasts", import.series));
    if (!known) return SeriesShape{import.minutes, zone};
    if (known->zone != zone)
        return std::unexpected(
            fmt::format("series '{}' is of zone {}, the utility of {}", import.series, known->zone, zone));
    if (import.minutes != 0 && import.minutes != known->minutes)
        return std::unexpected(fmt::format("a price of series '{}' lasts {} minutes, not {}", import.series,
                                           known->minutes, import.minutes));
    return *known;
}

ImportReport refused(formats::Problem problem) {
    ImportReport report;
    report.add(std::move(problem));
    return report;
}

struct PriceText {
    const formats::TextFile& text;
    const PriceImport& import;
    const Zone& zone;
};

ImportReport read_prices(Tx& tx, const PriceText& of, Instant at) {
    const std::string& file = of.text.name();
    store::keep_price_imports_out(tx);
    const auto shape = shape_for(tx, of.import, of.zone.name());
    if (!shape) return refused({file, 0, "", shape.error(), formats::Severity::file});
    auto csv = formats::CsvReader::open(of.text.text(),
                                        {.file = file, .required = {"date", "price"}, .optional = {"position"}});
    if (!csv) return refused(csv.error());
    ImportReport report;
    PriceReader reader(of.zone, shape->minutes, file);
    std::vector<PriceRow> prices;
    while (auto row = csv->next()) {
        auto parsed = *row ? reader.parse(***row) : std::unexpected(row->error());
        if (parsed)
            prices.push_back(*parsed);
        else
            report.add(parsed.error());
    }
    if (prices.empty()) return report;
    const auto [first, last] = std::ranges::minmax(prices, {}, &PriceRow::on);
    PriceMerger merger(of.import.series, *shape, of.zone);
    merger.know(store::latest_days(tx, of.import.series, {first.on, last.on + std::chrono::days{1}}));
    for (const PriceRow& price : prices) report.count(merger.take(price));
    merger.write(tx, {of.import.order.actor.actor_id, at});
    return report;
}

std::expected<rating::PublishedInput, formats::Problem> parse_input(const formats::CsvRow& row,
                                                                    const std::string& file) {
    const auto bad = [&](const char* field, std::string reason) {
        return std::unexpected(problem_of(row, file, field, std::move(reason)));
    };
    const std::string_view name = row["name"], month = row["month"];
    if (!tariff::is_code(name))
        return bad("name",
                   fmt::format("'{}' is no name of an input: a-z first, then a-z, 0-9 and _", formats::shown(name)));
    const auto first = parse_day(fmt::format("{}-01", month));
    if (!first || month.size() != 7)
        return bad("month", fmt::format("'{}' is no month such as 2026-06", formats::shown(month)));
    const auto value = parse_value(row["value"]);
    if (!value) return bad("value", value.error());
    return rating::PublishedInput{std::string(name), *first, *value, 1};
}

using KnownInputs = std::map<std::pair<std::string, Date>, rating::PublishedInput>;

LineOutcome apply_input(Tx& tx, KnownInputs& known, rating::PublishedInput input, const store::Recorded& by) {
    const auto [at, is_new] = known.try_emplace({input.name, input.month}, input);
    if (!is_new && at->second.e8 == input.e8) return LineOutcome::unchanged;
    if (!is_new) input.version = static_cast<std::int16_t>(at->second.version + 1);
    store::insert_input(tx, input, by);
    at->second = std::move(input);
    return is_new ? LineOutcome::added : LineOutcome::changed;
}

ImportReport read_inputs(Tx& tx, const formats::TextFile& text, const store::Recorded& by) {
    auto csv = formats::CsvReader::open(text.text(), {.file = text.name(), .required = {"name", "month", "value"}});
    if (!csv) return refused(csv.error());
    ImportReport report;
    KnownInputs known;
    for (auto& input : store::known_inputs(tx, kEndOfTime)) known.emplace(std::pair{input.name, input.month}, input);
    while (auto row = csv->next()) {
        auto parsed = *row ? parse_input(***row, text.name()) : std::unexpected(row->error());
        if (parsed)
            report.count(apply_input(tx, known, *std::move(parsed), by));
        else
            report.add(parsed.error());
    }
    return report;
}

// Appends a day of a series; days of which nothing is known before it become holes.
void append(rating::PublishedSeries& series, const PriceDay& day, const Zone& zone) {
    const auto next = [&] { return series.first + std::chrono::days{std::ssize(series.versions)}; };
    while (next() < day.on) {
        const std::size_t count = prices_in(zone, next(), series.minutes);
        if (count == 0) {  // what follows has no place after it
            series.first = day.on;
            series.e8.clear();
            series.versions.clear();
            break;
        }
        series.e8.insert(series.e8.end(), count, rating::kNoPrice);
        series.versions.push_back(0);
    }
    for (const auto& price : day.e8) series.e8.push_back(price.value_or(rating::kNoPrice));
    series.versions.push_back(day.version);
}

}  // namespace

std::expected<ImportReport, ImportRefusal> import_prices(Pool& pool, const Clock& clock, const PriceImport& import) {
    if (!tariff::is_code(import.series))
        return std::unexpected(
            ImportRefusal{metering::ImportRefusalCode::profile,
                          fmt::format("'{}' is no name of a series: a-z first, then a-z, 0-9 and _", import.series)});
    ImportFrame frame(pool, clock, import.order,
                      {"tariff.import_prices", org::Permission::change_tariffs, "series " + import.series});
    const auto begun = frame.begin();
    if (!begun) return std::unexpected(begun.error());
    if (*begun) return **begun;
    const Zone& zone = frame.utility().zone_rules();
    return metering::each_text(frame, [&](const formats::TextFile& text) {
        return frame.run([&](auto in_tx) {
            return in_tx([&](Tx& tx, Instant at) { return read_prices(tx, {text, import, zone}, at); });
        });
    });
}

std::expected<ImportReport, ImportRefusal> import_inputs(Pool& pool, const Clock& clock,
                                                         const metering::ImportOrder& order) {
    ImportFrame frame(pool, clock, order, {"tariff.import_inputs", org::Permission::change_tariffs});
    const auto begun = frame.begin();
    if (!begun) return std::unexpected(begun.error());
    if (*begun) return **begun;
    return metering::each_text(frame, [&](const formats::TextFile& text) {
        return frame.run([&](auto in_tx) {
            return in_tx([&](Tx& tx, Instant at) { return read_inputs(tx, text, {order.actor.actor_id, at}); });
        });
    });
}

rating::Published load_published(Tx& tx, Instant known_at) {
    rating::Published published;
    std::optional<Zone> zone;
    for (const PriceDay& day : store::known_days(tx, known_at)) {
        if (published.series.empty() || published.series.back().name != day.series) {
            published.series.push_back({day.series, day.shape.zone, day.shape.minutes, day.on, {}, {}});
            auto found = Zone::named(day.shape.zone);
            ensure(found.has_value(), "a price series has an unknown zone");
            zone = *std::move(found);
        }
        append(published.series.back(), day, *zone);
    }
    published.inputs = store::known_inputs(tx, known_at);
    return published;
}

bool any_published(Tx& tx, Instant from, Instant to) { return store::any_published(tx, from, to); }

}  // namespace mainspring::pricebook
