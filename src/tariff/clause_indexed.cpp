// Charges at published prices. docs/TARIFFS.md, "Indexed".
#include <algorithm>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

IndexedPrice::Intervals intervals_of(const ClauseReading& c, Stream stream) {
    IndexedPrice::Intervals intervals{.measure = measure_of(stream)};
    const auto& periods = c.reading.plan.calendar.period_names();
    const auto found = std::ranges::find(periods, name_of(period_of(stream)));
    if (found != periods.end()) intervals.period = static_cast<int>(found - periods.begin());
    return intervals;
}

}  // namespace

void read_energy_indexed(ClauseReading& c) {
    IndexedPrice& indexed = c.clause.indexed;
    indexed.series = c.in.code(c.map.required("series")).value_or("");
    if (const Value factor = c.map.optional("factor")) indexed.factor_e8 = read_price(c, factor, Sign::not_negative);
    indexed.adder_e8 = read_price(c, c.map.optional("adder"), Sign::any);
    read_of(c);
    for (const Stream stream : c.clause.of) indexed.intervals.push_back(intervals_of(c, stream));
}

}  // namespace mainspring::tariff
