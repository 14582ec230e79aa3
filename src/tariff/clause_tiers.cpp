// Tiers and slabs. docs/TARIFFS.md, "Tiers", "Slabs".
#include <algorithm>
#include <functional>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;
using OnVersion = Tiering::OnVersion;

constexpr std::array<std::pair<std::string_view, TierBounds>, 8> kBounds{{{"bill", TierBounds::bill},
                                                                          {"day", TierBounds::day},
                                                                          {"month_days", TierBounds::month_days},
                                                                          {"days_30", TierBounds::days_30},
                                                                          {"month", TierBounds::month},
                                                                          {"quarter", TierBounds::quarter},
                                                                          {"each_day", TierBounds::each_day},
                                                                          {"year", TierBounds::year}}};
constexpr std::array<std::pair<std::string_view, OnVersion>, 2> kOnVersion{
    {{"continue", OnVersion::keeps}, {"restart", OnVersion::restarts}}};
constexpr std::array<std::pair<std::string_view, bool>, 1> kSplit{{{"proportional", true}}};

// Reads what a tier costs.
using ReadPrice = std::function<void(MapReader& map, Tier& tier)>;

enum class Place { inner, last };

Tier read_tier(ClauseReading& c, const Value& value, Place place, const ReadPrice& read_price_of) {
    MapReader map(c.in, value);
    Tier tier;
    read_price_of(map, tier);
    if (place == Place::last) {
        if (const Value upto = map.optional("upto")) c.in.problem(upto, "the last tier must have no bound");
    } else {
        tier.upto_micro = c.in.decimal(map.required("upto"), {Quantity::kScale, Sign::positive}).value_or(0);
    }
    map.finish();
    return tier;
}

std::vector<Tier> read_tiers_with(ClauseReading& c, const Value& value, const ReadPrice& read_price_of) {
    const std::vector<Value> items = c.in.list(value);
    std::vector<Tier> tiers;
    std::int64_t below = 0;
    for (const Value& item : items) {
        const bool last = tiers.size() + 1 == items.size();
        Tier tier = read_tier(c, item, last ? Place::last : Place::inner, read_price_of);
        if (!last && tier.upto_micro != 0 && tier.upto_micro <= below)
            c.in.problem(MapReader(c.in, item).optional("upto"), "must be above the bound of the tier before");
        below = std::max(below, tier.upto_micro);
        tiers.push_back(std::move(tier));
    }
    return tiers;
}

bool has_key(const Value& map, std::string_view key) {
    return std::ranges::any_of(map.node->entries, [&](const YamlEntry& entry) { return entry.key.text == key; });
}

bool is_by_period(const Value& tiers) {
    if (!tiers || tiers.node->kind != YamlNode::Kind::list) return false;
    for (const YamlNode& item : tiers.node->items)
        if (item.kind == YamlNode::Kind::map && has_key({&item, ""}, "prices")) return true;
    return false;
}

// The prices of a tier for each period, in the order of the first tier's.
class TierPrices {
public:
    explicit TierPrices(ClauseReading& c) : c_(c) {}

    void read(MapReader& map, Tier& tier) {
        const Value prices = map.optional("prices"), price = map.optional("price");
        if (price) c_.in.problem(price, "must be prices, as in the other tiers");
        if (!prices && !price && map.is_map()) c_.in.problem(map.value(), "must have prices, as the other tiers have");
        if (!prices) return;
        const std::size_t before = c_.in.count();
        const std::vector<PeriodPrice> found = read_period_prices(c_, prices);
        if (c_.in.count() != before) return;
        std::vector<std::string_view> names;
        for (const YamlEntry& entry : prices.node->entries) names.emplace_back(entry.key.text);
        if (periods_.empty()) {
            periods_ = names;
            for (const PeriodPrice& one : found) c_.clause.tiering.periods.push_back(one.stream);
        }
        if (names.size() != periods_.size()) return c_.in.problem(prices, "must be for the periods of the first tier");
        for (const std::string_view period : periods_) {
            const auto at = std::ranges::find(names, period);
            if (at == names.end()) return c_.in.problem(prices, "must be for the periods of the first tier");
            tier.period_prices_e8.push_back(found[static_cast<std::size_t>(at - names.begin())].price_e8);
        }
    }

private:
    ClauseReading& c_;
    std::vector<std::string_view> periods_;
};

void read_tiers_by_period(ClauseReading& c, const Value& tiers) {
    TierPrices prices(c);
    c.clause.tiers = read_tiers_with(c, tiers, [&](MapReader& map, Tier& tier) { prices.read(map, tier); });
    constexpr std::size_t kMost = 255;  // what a line can say
    if (c.clause.tiers.size() > kMost) c.in.problem(tiers, "has more than 255 tiers with prices");
    if (c.clause.tiering.periods.size() >= kMost) c.in.problem(tiers, "has more than 254 periods");
    if (const Value of = c.map.optional("of"); of && of.node->text != "total")
        c.in.problem(of, "must be total: the tiers have prices for periods");
}

void read_bounds(ClauseReading& c, const Value& bounds) {
    Tiering& tiering = c.clause.tiering;
    tiering.bounds = one_of(c.in, bounds, kBounds).value_or(TierBounds::bill);
    tiering.round_bounds = read_quantity_rounding(c.reading, c.map.optional("round_bounds"));
}

void read_counting(ClauseReading& c) {
    Tiering& tiering = c.clause.tiering;
    const Value year_from = c.map.optional("year_from"), on_version = c.map.optional("on_version");
    const bool year = tiering.bounds == TierBounds::year;
    if (year_from && !year) c.in.problem(year_from, "needs bounds: year");
    if (on_version && !counts_over_bills(tiering.bounds))
        c.in.problem(on_version, "needs bounds: month, quarter or year");
    tiering.on_version = one_of(c.in, on_version, kOnVersion).value_or(OnVersion::keeps);
    if (const auto from = read_year_from(c, year_from)) tiering.year_from = *from;
}

// Bounds for each kW or kVA that a demand above bills: hours of use.
void read_hours_of(ClauseReading& c) {
    const Value value = c.map.optional("hours_of");
    const auto name = c.in.text(value);
    if (!name) return;
    const auto& above = c.reading.plan.clauses;
    const auto found = std::ranges::find(above, *name, &Clause::name);
    if (found == above.end() || found->kind != ClauseKind::demand)
        return c.in.problem(value, fmt::format("'{}' is no demand clause above", shown(*name)));
    if (found->demand.each_month) c.in.problem(value, "bills each month by itself: bounds need one demand of the bill");
    if (c.clause.tiering.bounds != TierBounds::bill) c.in.problem(value, "needs bounds: bill");
    c.clause.hours_of = static_cast<std::uint16_t>(found - above.begin());
}

}  // namespace

std::vector<Tier> read_tiers(ClauseReading& c, const Value& value, Sign price_sign) {
    return read_tiers_with(c, value, [&](MapReader& map, Tier& tier) {
        tier.price_e8 = read_price(c, map.required("price"), price_sign);
    });
}

std::optional<MonthDay> read_year_from(ClauseReading& c, const Value& value) {
    const auto from = value ? read_month_day(c.reading, value) : std::nullopt;
    if (!from) return std::nullopt;
    using namespace std::chrono;
    const month_day day{month(static_cast<unsigned>(from->month)), std::chrono::day(static_cast<unsigned>(from->day))};
    if (!day.ok() || *from == MonthDay{2, 29}) c.in.problem(value, "is no day of every year");
    return from;
}

void read_energy_tiered(ClauseReading& c) {
    read_of(c);
    read_times(c);
    read_quantity_keys(c);
    const Value bounds = c.map.optional("bounds");
    read_bounds(c, bounds);
    read_counting(c);
    read_hours_of(c);
    if (c.clause.quantity.carries && counts_over_bills(c.clause.tiering.bounds))
        c.in.problem(bounds, "count over bills: less with credit_until cannot stand beside them");
    const Value tiers = c.map.required("tiers"), split = c.map.optional("split");
    one_of(c.in, split, kSplit);
    const bool by_period = is_by_period(tiers);
    if (split && !by_period) c.in.problem(split, "needs tiers with prices for periods");
    if (c.clause.tiering.bounds == TierBounds::each_day && (by_period || c.clause.quantity.any))
        c.in.problem(bounds, "of each day have neither prices for periods nor share, less and limits beside them");
    if (by_period && !split) c.in.problem(tiers, "has prices for periods: split: proportional must stand beside it");
    if (by_period)
        read_tiers_by_period(c, tiers);
    else
        c.clause.tiers = read_tiers(c, tiers, Sign::any);
}

void read_energy_slab(ClauseReading& c) {
    read_of(c);
    read_times(c);
    read_quantity_keys(c);
    const Value bounds = c.map.optional("bounds");
    read_bounds(c, bounds);
    if (c.clause.tiering.bounds > TierBounds::days_30)
        c.in.problem(bounds, "of a slab must be bill, day, month_days or days_30");
    read_hours_of(c);
    c.clause.tiers = read_tiers(c, c.map.required("tiers"), Sign::any);
}

}  // namespace mainspring::tariff
