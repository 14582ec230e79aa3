#include "pricebook/published_store.hpp"

namespace mainspring::pricebook::store {

namespace {

const Statement kKeepPriceImportsOut{"tariff.keep_price_imports_out", "select pg_advisory_xact_lock(19544, 0)"};
const Statement kShape{"tariff.series_shape", "select minutes, zone from tariff.price_series where name = $1 limit 1"};
const Statement kLatestDays{"tariff.latest_price_days", R"(
    select distinct on (on_date) name, on_date, version, minutes, zone, prices_e8 from tariff.price_series
    where name = $1 and on_date >= $2 and on_date < $3 order by on_date, version desc)"};
const Statement kInsertDay{"tariff.insert_price_day", R"(
    insert into tariff.price_series (name, on_date, version, minutes, zone, prices_e8, recorded_at, recorded_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8))"};
const Statement kKnownDays{"tariff.known_price_days", R"(
    select distinct on (name, on_date) name, on_date, version, minutes, zone, prices_e8 from tariff.price_series
    where recorded_at <= $1 order by name, on_date, version desc)"};
const Statement kKnownInputs{"tariff.known_inputs", R"(
    select distinct on (name, month) name, month, value_e8, version from tariff.input
    where recorded_at <= $1 order by name, month, version desc)"};
const Statement kInsertInput{"tariff.insert_input", R"(
    insert into tariff.input (name, month, version, value_e8, recorded_at, recorded_by)
    values ($1, $2, $3, $4, $5, $6))"};
const Statement kAnyPublished{
    "tariff.any_published",
    "select exists (select from tariff.price_series where recorded_at > $1 and recorded_at <= $2) "
    "or exists (select from tariff.input where recorded_at > $1 and recorded_at <= $2)"};

std::vector<PriceDay> days_from(const Result& result) {
    std::vector<PriceDay> days;
    for (const Row row : result)
        days.push_back({row.get<std::string>(0),
                        row.get<Date>(1),
                        row.get<std::int16_t>(2),
                        {row.get<std::int16_t>(3), row.get<std::string>(4)},
                        row.get<std::vector<std::optional<std::int64_t>>>(5)});
    return days;
}

}  // namespace

void keep_price_imports_out(Tx& tx) { tx.exec(kKeepPriceImportsOut); }

std::optional<SeriesShape> shape_of(Tx& tx, std::string_view series) {
    for (const Row row : tx.exec(kShape, series)) return SeriesShape{row.get<std::int16_t>(0), row.get<std::string>(1)};
    return std::nullopt;
}

std::vector<PriceDay> latest_days(Tx& tx, std::string_view series, DateRange days) {
    return days_from(tx.exec(kLatestDays, series, days.from, days.to));
}

void insert_day(Tx& tx, const PriceDay& day, const Recorded& by) {
    tx.exec(kInsertDay, day.series, day.on, day.version, day.shape.minutes, day.shape.zone, day.e8, by.at, by.actor_id);
}

std::vector<PriceDay> known_days(Tx& tx, Instant known_at) { return days_from(tx.exec(kKnownDays, known_at)); }

std::vector<rating::PublishedInput> known_inputs(Tx& tx, Instant known_at) {
    std::vector<rating::PublishedInput> inputs;
    for (const Row row : tx.exec(kKnownInputs, known_at))
        inputs.push_back(
            {row.get<std::string>(0), row.get<Date>(1), row.get<std::int64_t>(2), row.get<std::int16_t>(3)});
    return inputs;
}

void insert_input(Tx& tx, const rating::PublishedInput& input, const Recorded& by) {
    tx.exec(kInsertInput, input.name, input.month, input.version, input.e8, by.at, by.actor_id);
}

bool any_published(Tx& tx, Instant from, Instant to) { return tx.exec(kAnyPublished, from, to).one().get<bool>(0); }

}  // namespace mainspring::pricebook::store
