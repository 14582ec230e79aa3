// Maximum demands that charges use. docs/TARIFFS.md, "Demands".
#include <algorithm>

#include "tariff/clause_reader.hpp"

namespace mainspring::tariff {

namespace {

constexpr std::array<std::pair<std::string_view, Unit>, 2> kDemandUnits{{{"kW", Unit::kw}, {"kVA", Unit::kva}}};
constexpr std::array kWindows{5, 10, 15, 30, 60};

void check_name(Reading& reading, const Value& value, const std::string& name) {
    if (!is_code(name)) return reading.in.problem(value, "its name must be [a-z] first, then [a-z0-9_]");
    if (name == "total" || name == "all" || is_measure(name))
        reading.in.problem(value, fmt::format("'{}' cannot be the name of a demand", name));
    if (std::ranges::find(reading.periods, name) != reading.periods.end())
        reading.in.problem(value, "is the name of a period of the calendar");
}

// {date: 2026-07-15, hours: ["16:00-17:00"]}
void read_event(Reading& reading, const Value& value, DemandRule& rule) {
    MapReader map(reading.in, value);
    const auto date = reading.in.date(map.required("date"));
    for (const Value& item : reading.in.list(map.required("hours"))) {
        for (const auto& [from, to] : read_hours(reading, item))
            if (date) rule.at.push_back({*date, from, to});
    }
    map.finish();
}

DemandRule read_demand_rule(Reading& reading, const Value& value, const std::string& name) {
    TextReader& in = reading.in;
    DemandRule rule;
    rule.name = name;
    check_name(reading, value, name);
    MapReader map(in, value);
    rule.unit = one_of(in, map.required("unit"), kDemandUnits).value_or(Unit::kw);
    const Value window = map.required("window"), step = map.optional("step");
    rule.window_minutes = in.whole(window, {1, 60}).value_or(60);
    if (window && std::ranges::find(kWindows, rule.window_minutes) == kWindows.end())
        in.problem(window, "must be 5, 10, 15, 30 or 60 minutes");
    rule.step_minutes = in.whole(step, {1, 60}).value_or(rule.window_minutes);
    if (step && rule.window_minutes % rule.step_minutes != 0) in.problem(step, "must divide the window");
    for (const Value& event : in.list(map.optional("at"))) read_event(reading, event, rule);
    map.finish();
    return rule;
}

void number_streams(Reading& reading, DemandRule& rule) {
    rule.stream = reading.stream(rule.name);
    for (const std::string& period : reading.plan.calendar.period_names())
        rule.periods.push_back(reading.stream(fmt::format("{}.{}", rule.name, period)));
}

// A demand, or <demand>.<period>.
std::optional<Stream> read_demand_stream(ClauseReading& c, const Value& value) {
    const auto text = c.in.text(value);
    if (!text) return std::nullopt;
    const std::size_t point = text->find('.');
    const std::string name = text->substr(0, point);
    const auto& known = c.reading.demands;
    if (std::ranges::find(known, name) == known.end()) {
        c.in.problem(
            value, fmt::format("'{}' is no demand of this version{}", shown(name), suggestion(name, views_of(known))));
        return std::nullopt;
    }
    if (point != std::string::npos && !known_period(c, value, text->substr(point + 1))) return std::nullopt;
    return c.reading.stream(*text);
}

Unit unit_of_demand(const Plan& plan, std::string_view stream) {
    const auto rule = std::ranges::find(plan.demands, stream.substr(0, stream.find('.')), &DemandRule::name);
    return rule == plan.demands.end() ? Unit::none : rule->unit;
}

}  // namespace

void read_demands(Reading& reading, const Value& value) {
    if (!value) return;
    MapReader map(reading.in, value);
    std::vector<std::string> names;
    const std::vector<Value> values = map.values(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        DemandRule rule = read_demand_rule(reading, values[i], names[i]);
        number_streams(reading, rule);
        reading.demands.push_back(names[i]);
        reading.plan.demands.push_back(std::move(rule));
    }
}

Streams read_demand_streams(ClauseReading& c, const Value& value) {
    if (!value) return {};
    std::vector<Value> items{value};
    if (value.node->kind == YamlNode::Kind::list) items = c.in.list(value);
    Streams streams;
    std::vector<std::string> names;
    for (const Value& item : items) {
        const auto stream = read_demand_stream(c, item);
        if (!stream) continue;
        const std::string& name = item.node->text;
        if (std::ranges::find(names, name) != names.end()) c.in.problem(item, "stands here twice");
        if (!names.empty() && unit_of_demand(c.reading.plan, name) != unit_of_demand(c.reading.plan, names.front()))
            c.in.problem(item, fmt::format("is no demand in {}, as the first is",
                                           text_of(unit_of_demand(c.reading.plan, names.front()))));
        names.push_back(name);
        streams.push_back(*stream);
    }
    return streams;
}

}  // namespace mainspring::tariff
