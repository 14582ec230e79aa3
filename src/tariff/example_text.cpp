#include <algorithm>
#include <fmt/core.h>

#include "tariff/tariff_parts.hpp"

namespace mainspring::tariff {

namespace {

class ExampleReader {
public:
    ExampleReader(Reading& reading, const Value& value) : reading_(reading), in_(reading.in), map_(reading.in, value) {}

    Example run() {
        if (!map_.is_map()) return {};
        example_.line = map_.value().node->line;
        read_story();
        example_.dates = read_dates(map_);
        const Value intervals = map_.optional("intervals");
        read_usage(intervals ? map_.optional("usage") : map_.required("usage"));
        read_example_intervals(reading_, intervals, pieces_, example_);
        read_example_series(reading_, map_.optional("series"), example_);
        read_facts(map_.optional("facts"));
        read_inputs(map_.optional("inputs"));
        read_with(map_.optional("with"));
        read_example_peaks(reading_, example_, map_.optional("peaks"));
        read_before(map_.optional("before"));
        read_result();
        map_.finish();
        return std::move(example_);
    }

private:
    void read_story() {
        const Value name = map_.required("name"), origin = map_.required("origin");
        example_.name = in_.text(name).value_or("");
        for (const Example& other : reading_.examples)
            if (!example_.name.empty() && other.name == example_.name)
                in_.problem(name, "is the name of an example above");
        if (const auto word = in_.text(origin)) {
            example_.origin = *word == "publisher" ? Example::Origin::publisher : Example::Origin::hand;
            if (*word != "publisher" && *word != "hand")
                in_.problem(origin, fmt::format("must be publisher or hand, not '{}'", shown(*word)));
        }
        example_.working = in_.text(map_.required("working")).value_or("");
    }

    DateRange read_dates(MapReader& map) { return read_date_range(reading_, map); }

    void read_usage(const Value& value) {
        if (!value) return;
        if (value.node->kind == YamlNode::Kind::list) {
            for (const Value& item : in_.list(value)) {
                MapReader piece(in_, item);
                if (piece.is_map()) read_streams(piece, read_dates(piece));
            }
            return;
        }
        MapReader whole(in_, value);
        if (whole.is_map()) read_streams(whole, example_.dates);
    }

    void read_streams(MapReader& map, DateRange dates) {
        const std::vector<std::string> names = stream_names(reading_);  // the map keeps views of them
        const std::size_t before = example_.pieces.size();
        for (const std::string& name : names) read_stream(map.optional(name), name, dates);
        if (example_.pieces.size() == before)
            in_.problem(map.value(), "has no quantity (total, a period of the calendar or a measure)");
        map.finish();
    }

    void read_stream(const Value& value, const std::string& name, DateRange dates) {
        if (!value) return;
        const auto micro = in_.decimal(value, {Quantity::kScale, DecimalLimits::Sign::any});
        for (const auto& [other, range] : pieces_)
            if (other == name && intersect(range, dates).days() > 0) {
                in_.problem(value, "counts days that a piece above has counted");
                break;
            }
        example_.pieces.push_back({reading_.stream(name), dates, micro.value_or(0)});
        pieces_.emplace_back(name, dates);
    }

    void read_facts(const Value& value) {
        example_.customer_class = first_class();
        if (!value) return;
        MapReader facts(in_, value);
        const Value customer_class = facts.optional("class");
        if (const auto named = in_.parsed<CustomerClass>(customer_class, customer_class_of)) {
            example_.customer_class = *named;
            if ((reading_.plan.classes >> static_cast<unsigned>(*named) & 1) == 0)
                in_.problem(customer_class, "is none of the classes of this version");
        }
        for (const Value& item : in_.list_or_empty(facts.optional("entitlements")))
            if (const auto name = in_.code(item)) example_.entitlements |= reading_.entitlement(*name);
        example_.dwellings = in_.whole(facts.optional("dwellings"), {1, 100'000}).value_or(1);
        constexpr DecimalLimits kFact{Quantity::kScale, DecimalLimits::Sign::not_negative};
        for (const std::string& name : reading_.facts) {
            if (name == "dwellings") continue;
            if (const auto micro = in_.decimal(facts.optional(name), kFact))
                example_.facts.push_back({reading_.fact(name), *micro});
        }
        facts.finish();
    }

    // By name, then by month: {fuel: {2026-06: "61.20"}}.
    void read_inputs(const Value& value) {
        if (!value) return;
        MapReader inputs(in_, value);
        std::vector<std::string> names;
        const std::vector<Value> values = inputs.values(names);
        for (std::size_t i = 0; i < names.size(); ++i) {
            MapReader months(in_, values[i]);
            std::vector<std::string> keys;
            const std::vector<Value> prices = months.values(keys);
            for (std::size_t m = 0; m < keys.size(); ++m) {
                const auto month = parse_date(keys[m] + "-01");
                if (!month) in_.problem(prices[m], fmt::format("'{}' is no month like 2026-01", shown(keys[m])));
                const auto price = in_.decimal(prices[m], {Price::kScale, DecimalLimits::Sign::any});
                example_.inputs.push_back({names[i], month.value_or(Date{}), price.value_or(0)});
            }
        }
    }

    CustomerClass first_class() const {
        for (const auto one : {CustomerClass::residential, CustomerClass::commercial, CustomerClass::industrial})
            if ((reading_.plan.classes >> static_cast<unsigned>(one) & 1) != 0) return one;
        return CustomerClass::public_service;
    }

    void read_before(const Value& value) {
        if (!value) return;
        MapReader before(in_, value);
        read_counters(before.optional("counters"));
        read_demands_before(reading_, example_, before.optional("peaks"));
        const DecimalLimits money{reading_.minor_digits(), DecimalLimits::Sign::any};
        example_.carried_before_minor = in_.decimal(before.optional("carried"), money).value_or(0);
        before.finish();
    }

    // The clause may be one of an earlier version if other files stand beside the example.
    void read_counters(const Value& value) {
        if (!value) return;
        MapReader counters(in_, value);
        std::vector<std::string> names;
        const std::vector<Value> values = counters.values(names);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto& clauses = reading_.plan.clauses;
            const auto clause = std::ranges::find(clauses, names[i], &Clause::name);
            if (clause == clauses.end())
                check_clause(values[i], names[i]);
            else if (!clause->quantity.carries &&
                     (clause->kind != ClauseKind::energy_tiered || !counts_over_bills(clause->tiering.bounds)))
                in_.problem(values[i], fmt::format("'{}' does not count a month, quarter or year", names[i]));
            const auto micro = in_.decimal(values[i], {Quantity::kScale, DecimalLimits::Sign::any});
            example_.counters_before.push_back({names[i], micro.value_or(0)});
        }
    }

    void read_with(const Value& value) {
        for (const Value& item : in_.list(value)) {
            const auto name = in_.text(item);
            if (!name) continue;
            const bool plain =
                name->find_first_of("/\\\n") == std::string::npos && name->front() != '.' && name->ends_with(".yaml");
            if (!plain) in_.problem(item, fmt::format("'{}' is no name of a .yaml file beside this one", shown(*name)));
            example_.with.push_back(*name);
        }
    }

    void read_result() {
        const DecimalLimits money{reading_.minor_digits(), DecimalLimits::Sign::any};
        const Value lines_value = map_.required("lines"), total_value = map_.required("total");
        const std::size_t before = in_.count();
        const auto total = in_.decimal(total_value, money);
        Int128 sum = 0;
        if (lines_value) {
            MapReader lines(in_, lines_value);
            std::vector<std::string> names;
            const std::vector<Value> values = lines.values(names);
            for (std::size_t i = 0; i < names.size(); ++i) {
                check_clause(values[i], names[i]);
                const auto amount = in_.decimal(values[i], money);
                example_.lines.push_back({names[i], amount.value_or(0)});
                sum += amount.value_or(0);
            }
        }
        example_.total_minor = total.value_or(0);
        if (in_.count() == before && total && lines_value && sum != *total)
            in_.problem(total_value,
                        fmt::format("the lines add up to {}", format_fixed(sum, money.scale, money.scale)));
    }

    // With other files beside it, a line may belong to a clause of an earlier version.
    void check_clause(const Value& value, const std::string& name) {
        const auto& clauses = reading_.plan.clauses;
        if (name == "rounding" || !example_.with.empty() ||
            std::ranges::find(clauses, name, &Clause::name) != clauses.end())
            return;
        std::vector<std::string_view> names;
        for (const Clause& clause : clauses) names.push_back(clause.name);
        in_.problem(value, fmt::format("'{}' is no clause of this version{}", shown(name), suggestion(name, names)));
    }

    Reading& reading_;
    TextReader& in_;
    MapReader map_;
    Example example_;
    CountedDays pieces_;
};

}  // namespace

void read_examples(Reading& reading, const Value& value) {
    for (const Value& item : reading.in.list_or_empty(value))
        reading.examples.push_back(ExampleReader(reading, item).run());
}

}  // namespace mainspring::tariff
