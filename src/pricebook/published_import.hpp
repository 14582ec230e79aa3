// Published prices and values that tariffs follow (docs/TARIFFS.md, "Indexed" and "Formulas"): in bulk from outside,
// and as runs know them. Facts in versions: a value that differs from the known one makes a newer version.
#pragma once
#include <string>

#include "metering/import_support.hpp"
#include "rating/published.hpp"

namespace mainspring::pricebook {

struct PriceImport {
    metering::ImportOrder order;
    std::string series;
    int minutes = 0;  // what a price lasts: 15, 30, 60 or 1440; 0: as the series has it
};

// CSV with date, position (missing or empty: 1), price. `date` is a local day of the zone of the utility, `position`
// counts the prices of the day in elapsed time from 1; an empty price: none is published. Prices of a day that the file
// does not name stay as they are. A text whose series has another length or zone, or whose name is none, is refused as
// a whole; other bad rows one by one. Needs Permission::change_tariffs.
std::expected<metering::ImportReport, metering::ImportRefusal> import_prices(Pool& pool, const Clock& clock,
                                                                             const PriceImport& import);

// CSV with name, month (2026-06), value. Needs Permission::change_tariffs.
std::expected<metering::ImportReport, metering::ImportRefusal> import_inputs(Pool& pool, const Clock& clock,
                                                                             const metering::ImportOrder& order);

// Everything as it was known then.
rating::Published load_published(Tx& tx, Instant known_at);
// Was anything of it recorded in (from, to]?
bool any_published(Tx& tx, Instant from, Instant to);

}  // namespace mainspring::pricebook
