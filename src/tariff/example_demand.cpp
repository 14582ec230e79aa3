// What an example measured as demands, and what earlier sections left of them.
#include <algorithm>
#include <fmt/core.h>

#include "tariff/tariff_parts.hpp"

namespace mainspring::tariff {

namespace {

class PeakReader {
public:
    PeakReader(Reading& reading, Example& example) : reading_(reading), example_(example) {
        for (const std::string& demand : reading.demands) {
            names_.push_back(demand);
            for (const std::string& period : reading.periods) names_.push_back(fmt::format("{}.{}", demand, period));
        }
    }

    void read(MapReader& map, DateRange dates) {
        const std::size_t before = example_.peaks.size();
        for (const std::string& name : names_) read_one(map.optional(name), name, dates);
        if (example_.peaks.size() == before)
            reading_.in.problem(map.value(), "has no peak (a demand of this version, or <demand>.<period>)");
        map.finish();
    }

private:
    void read_one(const Value& value, const std::string& name, DateRange dates) {
        if (!value) return;
        const auto micro = reading_.in.decimal(value, {Quantity::kScale, DecimalLimits::Sign::any});
        for (const auto& [other, range] : seen_)
            if (other == name && intersect(range, dates).days() > 0) {
                reading_.in.problem(value, "stands for days that a peak above has");
                break;
            }
        example_.peaks.push_back({reading_.stream(name), dates, micro.value_or(0)});
        seen_.emplace_back(name, dates);
    }

    Reading& reading_;
    Example& example_;
    std::vector<std::string> names_{};  // of all peaks that there may be
    std::vector<std::pair<std::string, DateRange>> seen_{};
};

std::string read_demand_clause(Reading& reading, const Example& example, const Value& value) {
    const auto name = reading.in.text(value);
    if (!name) return {};
    std::vector<std::string_view> names;
    for (const Clause& clause : reading.plan.clauses)
        if (clause.kind == ClauseKind::demand) names.push_back(clause.name);
    if (example.with.empty() && std::ranges::find(names, *name) == names.end())
        reading.in.problem(
            value, fmt::format("'{}' is no demand clause of this version{}", shown(*name), suggestion(*name, names)));
    return *name;
}

}  // namespace

DateRange read_date_range(Reading& reading, MapReader& map) {
    const auto from = reading.in.date(map.required("from"));
    const Value to_value = map.required("to");
    const auto to = reading.in.date(to_value);
    if (!from || !to) return {};
    if (*to <= *from) reading.in.problem(to_value, "must be later than from");
    return {*from, *to};
}

void read_example_peaks(Reading& reading, Example& example, const Value& value) {
    if (!value) return;
    PeakReader peaks(reading, example);
    if (value.node->kind == YamlNode::Kind::list) {
        for (const Value& item : reading.in.list(value)) {
            MapReader map(reading.in, item);
            if (map.is_map()) peaks.read(map, read_date_range(reading, map));
        }
        return;
    }
    MapReader map(reading.in, value);
    if (map.is_map()) peaks.read(map, example.dates);
}

void read_demands_before(Reading& reading, Example& example, const Value& value) {
    for (const Value& item : reading.in.list(value)) {
        MapReader map(reading.in, item);
        if (!map.is_map()) continue;
        Example::DemandBefore before;
        before.clause = read_demand_clause(reading, example, map.required("clause"));
        before.dates = read_date_range(reading, map);
        if (before.dates.to > example.dates.from)
            reading.in.problem(map.optional("to"), "must not be later than the first day of the example");
        before.micro =
            reading.in.decimal(map.required("value"), {Quantity::kScale, DecimalLimits::Sign::any}).value_or(0);
        map.finish();
        example.demands_before.push_back(std::move(before));
    }
}

}  // namespace mainspring::tariff
