// Charges for what meters count.
#include <algorithm>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

// A period without a price would be energy for nothing.
void check_complete(ClauseReading& c, const Value& value, const std::vector<std::string>& names) {
    const auto& calendar = c.reading.plan.calendar;
    for (std::size_t p = 0; p < calendar.period_names().size(); ++p) {
        const std::string& period = calendar.period_names()[p];
        if (std::ranges::find(names, period) != names.end()) continue;
        for (std::size_t s = 0; s < calendar.season_names().size(); ++s) {
            if ((c.clause.seasons >> s & 1) == 0 || !calendar.occurs(static_cast<int>(s), static_cast<int>(p)))
                continue;
            c.in.problem(value, fmt::format("has no price for the period '{}'", period));
            break;
        }
    }
}

constexpr std::array<std::pair<std::string_view, TierBounds>, 3> kLimits{
    {{"day", TierBounds::day}, {"month_days", TierBounds::month_days}, {"days_30", TierBounds::days_30}}};

std::optional<Stream> read_stream(ClauseReading& c, const Value& value) {
    const auto name = c.in.text(value);
    if (!name) return std::nullopt;
    const std::vector<std::string> names = stream_names(c.reading);
    if (std::ranges::find(names, *name) != names.end()) return c.reading.stream(*name);
    c.in.problem(value, fmt::format("'{}' is no measure and no period of the calendar{}", shown(*name),
                                    suggestion(*name, views_of(names))));
    return std::nullopt;
}

bool is_reactive(const Value& value) { return value.node->text.starts_with("reactive"); }

// Quantities that are added must be of one unit, and each counts once.
void check_sum(ClauseReading& c, const std::vector<Value>& items) {
    for (std::size_t i = 1; i < items.size(); ++i) {
        if (is_reactive(items[i]) != is_reactive(items[0]))
            c.in.problem(items[i], fmt::format("is not of the unit of '{}'", shown(items[0].node->text)));
        for (std::size_t j = 0; j < i; ++j)
            if (items[j].node->text == items[i].node->text) c.in.problem(items[i], "stands here twice");
    }
}

std::int64_t read_share(ClauseReading& c, const Value& value) {
    return c.in.decimal(value, {6, Sign::not_negative}).value_or(0);
}

// The day of each year on which credit of what was fed in ends.
void read_credit(ClauseReading& c, const Value& value) {
    if (!value) return;
    if (c.clause.kind != ClauseKind::energy_flat && c.clause.kind != ClauseKind::energy_tiered)
        c.in.problem(value, "is only of energy_flat and energy_tiered");
    c.clause.quantity.carries = true;
    c.clause.quantity.credit_ends = read_year_from(c, value).value_or(MonthDay{});
}

void read_less(ClauseReading& c, const Value& value) {
    if (!value) return;
    MapReader map(c.in, value);
    if (!map.is_map()) return;
    c.clause.quantity.less = read_streams(c, map.required("of"));
    if (const Value percent = map.optional("percent")) c.clause.quantity.less_e8 = read_share(c, percent);
    read_credit(c, map.optional("credit_until"));
    map.finish();
}

void read_limits(ClauseReading& c) {
    QuantityKeys& keys = c.clause.quantity;
    const Value least = c.map.optional("at_least"), most = c.map.optional("at_most"), limits = c.map.optional("limits");
    keys.has_limits = least || most;
    if (keys.has_limits && !limits)
        c.in.problem(least ? least : most, "needs limits beside it (day, month_days or days_30)");
    if (!keys.has_limits && limits) c.in.problem(limits, "needs at_least or at_most beside it");
    keys.limits = one_of(c.in, limits, kLimits).value_or(TierBounds::day);
    const DecimalLimits quantity{Quantity::kScale, Sign::not_negative};
    if (least) keys.at_least_micro = c.in.decimal(least, quantity).value_or(0);
    if (!most) return;
    keys.at_most_micro = c.in.decimal(most, quantity).value_or(keys.at_most_micro);
    if (keys.at_most_micro < keys.at_least_micro) c.in.problem(most, "must not be below at_least");
}

}  // namespace

std::vector<std::string> stream_names(const Reading& reading) {
    std::vector<std::string> names{"total"};
    names.insert(names.end(), reading.periods.begin(), reading.periods.end());
    for (const Stream measure : {kExport, kReactive, kReactiveExport}) {
        names.emplace_back(name_of(measure));
        for (const std::string& period : reading.periods)
            names.push_back(fmt::format("{}.{}", name_of(measure), period));
    }
    return names;
}

std::optional<Stream> known_period(ClauseReading& c, const Value& value, const std::string& name) {
    const auto& periods = c.reading.periods;
    if (std::ranges::find(periods, name) != periods.end()) return c.reading.stream(name);
    c.in.problem(value, periods.empty() ? std::string("the calendar has no periods")
                                        : fmt::format("'{}' is no period of the calendar{}", shown(name),
                                                      suggestion(name, views_of(periods))));
    return std::nullopt;
}

Streams read_streams(ClauseReading& c, const Value& value) {
    if (!value) return {};
    const bool several = value.node->kind == YamlNode::Kind::list;
    const std::vector<Value> items = several ? c.in.list(value) : std::vector<Value>{value};
    const std::size_t before = c.in.count();
    Streams streams;
    for (const Value& item : items)
        if (const auto stream = read_stream(c, item)) streams.push_back(*stream);
    if (c.in.count() == before) check_sum(c, items);
    return streams;
}

void read_of(ClauseReading& c) {
    Streams of = read_streams(c, c.map.optional("of"));
    if (!of.empty()) c.clause.of = std::move(of);
}

void read_quantity_keys(ClauseReading& c) {
    QuantityKeys& keys = c.clause.quantity;
    const Value share = c.map.optional("share"), less = c.map.optional("less");
    if (share) keys.share_e8 = read_share(c, share);
    read_less(c, less);
    read_limits(c);
    if (keys.carries && keys.has_limits)
        c.in.problem(less, "carries credit: at_least and at_most cannot stand beside it");
    keys.any = share || less || keys.has_limits;
}

std::vector<PeriodPrice> read_period_prices(ClauseReading& c, const Value& value) {
    std::vector<PeriodPrice> found;
    if (!value) return found;
    MapReader prices(c.in, value);
    std::vector<std::string> names;
    const std::vector<Value> values = prices.values(names);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto stream = known_period(c, values[i], names[i]);
        found.push_back({stream.value_or(kTotal), read_price(c, values[i], Sign::any)});
    }
    if (!names.empty() && c.reading.calendar_right) check_complete(c, value, names);
    return found;
}

void read_energy_flat(ClauseReading& c) {
    read_price_or_formula(c);
    read_agreed(c);
    read_of(c);
    read_quantity_keys(c);
}

void read_energy_time_of_use(ClauseReading& c) {
    c.clause.period_prices = read_period_prices(c, c.map.required("prices"));
}

}  // namespace mainspring::tariff
