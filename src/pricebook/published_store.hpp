// Tables tariff.price_series and tariff.input.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"
#include "rating/published.hpp"
#include "storage/pool.hpp"

namespace mainspring::pricebook::store {

// Who recorded a fact, and when.
struct Recorded {
    std::int32_t actor_id = 0;
    Instant at;
};

struct SeriesShape {
    int minutes = 0;
    std::string zone;
};
// Other imports of prices wait until the end of the transaction.
void keep_price_imports_out(Tx& tx);
std::optional<SeriesShape> shape_of(Tx& tx, std::string_view series);

struct PriceDay {
    std::string series;
    Date on;
    std::int16_t version = 0;
    SeriesShape shape;
    std::vector<std::optional<std::int64_t>> e8;
};
// The latest version of each day of the series on these days; in order.
std::vector<PriceDay> latest_days(Tx& tx, std::string_view series, DateRange days);
void insert_day(Tx& tx, const PriceDay& day, const Recorded& by);
// The latest version known then of each day of every series; by name and day.
std::vector<PriceDay> known_days(Tx& tx, Instant known_at);

// The latest version known then of each month of every input; by name and month.
std::vector<rating::PublishedInput> known_inputs(Tx& tx, Instant known_at);
void insert_input(Tx& tx, const rating::PublishedInput& input, const Recorded& by);

bool any_published(Tx& tx, Instant from, Instant to);

}  // namespace mainspring::pricebook::store
