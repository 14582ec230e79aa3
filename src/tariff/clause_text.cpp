#include <algorithm>
#include <fmt/core.h>

#include "tariff/tariff_parts.hpp"

namespace mainspring::tariff {

namespace {

using Sign = DecimalLimits::Sign;

// Every key that some kind of clause has.
const std::vector<std::string_view> kKindKeys{"price",  "times",        "proration", "of",  "prices", "tiers",
                                              "bounds", "round_bounds", "percent",   "per", "amount"};

template <class T, std::size_t N>
std::optional<T> one_of(Reading& reading, const Value& value,
                        const std::array<std::pair<std::string_view, T>, N>& choices) {
    const auto word = reading.in.text(value);
    if (!word) return std::nullopt;
    std::string names;
    for (const auto& [name, choice] : choices) {
        if (name == *word) return choice;
        names.append(names.empty() ? "" : " or ").append(name);
    }
    reading.in.problem(value, fmt::format("must be {}, not '{}'", names, shown(*word)));
    return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, Proration>, 3> kProrations{
    {{"none", Proration::none}, {"month_days", Proration::month_days}, {"days_30", Proration::days_30}}};
constexpr std::array<std::pair<std::string_view, TierBounds>, 4> kBounds{{{"bill", TierBounds::bill},
                                                                          {"day", TierBounds::day},
                                                                          {"month_days", TierBounds::month_days},
                                                                          {"days_30", TierBounds::days_30}}};
constexpr std::array<std::pair<std::string_view, Clause::Times>, 1> kTimes{{{"dwellings", Clause::Times::dwellings}}};
constexpr std::array<std::pair<std::string_view, ClauseKind>, 2> kPer{
    {{"day", ClauseKind::discount_per_day}, {"period", ClauseKind::discount_per_period}}};

// `discount` stands for three kinds; which one, its other keys say.
constexpr std::array<std::pair<std::string_view, ClauseKind>, 9> kKinds{
    {{"fixed_per_day", ClauseKind::fixed_per_day},
     {"fixed_per_period", ClauseKind::fixed_per_period},
     {"energy_flat", ClauseKind::energy_flat},
     {"energy_time_of_use", ClauseKind::energy_time_of_use},
     {"energy_tiered", ClauseKind::energy_tiered},
     {"percentage", ClauseKind::percentage},
     {"tax", ClauseKind::tax},
     {"discount", ClauseKind::discount_percent},
     {"minimum", ClauseKind::minimum}}};

class ClauseReader {
public:
    ClauseReader(Reading& reading, const Value& value) : reading_(reading), in_(reading.in), map_(reading.in, value) {}

    Clause run() {
        if (!map_.is_map()) return {};
        read_names();
        read_when();
        clause_.round = read_money_rounding(reading_, map_.optional("round"), reading_.plan.round_line);
        clause_.source = in_.text(map_.optional("source")).value_or("");
        const Value kind = map_.required("kind");
        if (const auto known = one_of(reading_, kind, kKinds)) {
            clause_.kind = *known;
            read_kind();
            map_.finish({kKindKeys, fmt::format("is no key of the kind {}", kind.node->text)});
        } else {
            map_.finish({kKindKeys, ""});
        }
        return std::move(clause_);
    }

private:
    void read_names() {
        const Value name = map_.required("clause");
        clause_.name = in_.code(name).value_or("");
        if (clause_.name == "rounding" || clause_.name == "all")
            in_.problem(name, fmt::format("'{}' cannot be the name of a clause", clause_.name));
        for (const Clause& other : reading_.plan.clauses)
            if (!clause_.name.empty() && other.name == clause_.name) in_.problem(name, "is the name of a clause above");
        PrintedName printed = read_name(reading_, map_.required("name"));
        clause_.name_en = std::move(printed.en);
        clause_.name_local = std::move(printed.local);
        clause_.local_language = std::move(printed.language);
        clause_.account = in_.account(map_.required("account")).value_or("");
        clause_.item = in_.code(map_.optional("item")).value_or(std::string(text_of(reading_.plan.commodity)));
    }

    void read_when() {
        const Value one = map_.optional("season"), several = map_.optional("seasons");
        if (one && several) in_.problem(several, "stands beside season (use one of them)");
        if (one) clause_.seasons = season_bit(one);
        if (several) {
            clause_.seasons = 0;
            for (const Value& item : in_.list(several)) {
                const std::uint64_t bit = season_bit(item);
                if ((clause_.seasons & bit) != 0) in_.problem(item, "stands here twice");
                clause_.seasons |= bit;
            }
        }
        const Value until = map_.optional("until");
        clause_.dates.from = in_.date(map_.optional("from")).value_or(Date{});
        clause_.dates.to = in_.date(until).value_or(kForever);
        if (clause_.dates.from >= clause_.dates.to && until) in_.problem(until, "must be later than from");
        read_for(map_.optional("for"));
    }

    void read_for(const Value& value) {
        if (!value) return;
        MapReader condition(in_, value);
        const Value classes = condition.optional("classes"), entitlement = condition.optional("entitlement");
        if (condition.is_map() && !classes && !entitlement) in_.problem(value, "must name classes or an entitlement");
        if (classes) clause_.classes = read_classes(reading_, classes, reading_.plan.classes);
        if (const auto name = in_.code(entitlement)) clause_.entitlement = reading_.entitlement(*name);
        condition.finish();
    }

    std::uint64_t season_bit(const Value& value) {
        const auto name = in_.text(value);
        if (!name) return 0;
        const auto found = std::ranges::find(reading_.seasons, *name);
        if (found == reading_.seasons.end()) {
            in_.problem(value, fmt::format("'{}' is no season of the calendar{}", shown(*name),
                                           suggestion(*name, views_of(reading_.seasons))));
            return 0;
        }
        return std::uint64_t{1} << (found - reading_.seasons.begin());
    }

    void read_kind() {
        switch (clause_.kind) {
            case ClauseKind::fixed_per_day:
                read_fixed_price();
                read_times();
                break;
            case ClauseKind::fixed_per_period:
                read_fixed_price();
                read_proration();
                read_times();
                break;
            case ClauseKind::energy_flat:
                clause_.price_e8 = in_.decimal(map_.required("price"), {Price::kScale, Sign::any}).value_or(0);
                read_of_stream();
                break;
            case ClauseKind::energy_time_of_use: read_period_prices(map_.required("prices")); break;
            case ClauseKind::energy_tiered: read_tiered(); break;
            case ClauseKind::percentage:
            case ClauseKind::tax: read_percent(); break;
            case ClauseKind::minimum: read_minimum(); break;
            default: read_discount();
        }
    }

    void read_fixed_price() {
        clause_.price_e8 = in_.decimal(map_.required("price"), {Price::kScale, Sign::not_negative}).value_or(0);
    }

    void read_times() { clause_.times = one_of(reading_, map_.optional("times"), kTimes).value_or(Clause::Times::one); }

    void read_proration() {
        clause_.proration = one_of(reading_, map_.optional("proration"), kProrations).value_or(Proration::none);
    }

    void read_of_stream() {
        const Value of = map_.optional("of");
        const auto name = in_.text(of);
        if (!name || *name == "total") return;
        if (const auto stream = known_period(of, *name)) clause_.of_stream = *stream;
    }

    std::optional<Stream> known_period(const Value& value, const std::string& name) {
        if (std::ranges::find(reading_.periods, name) != reading_.periods.end()) return reading_.stream(name);
        in_.problem(value, reading_.periods.empty() ? std::string("the calendar has no periods")
                                                    : fmt::format("'{}' is no period of the calendar{}", shown(name),
                                                                  suggestion(name, views_of(reading_.periods))));
        return std::nullopt;
    }

    void read_period_prices(const Value& value) {
        if (!value) return;
        MapReader prices(in_, value);
        std::vector<std::string> names;
        const std::vector<Value> values = prices.values(names);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto stream = known_period(values[i], names[i]);
            const auto price = in_.decimal(values[i], {Price::kScale, Sign::any});
            clause_.period_prices.push_back({stream.value_or(kTotal), price.value_or(0)});
        }
        if (!names.empty() && reading_.calendar_right) check_complete(value, names);
    }

    // A period without a price would be energy for nothing.
    void check_complete(const Value& value, const std::vector<std::string>& names) {
        const auto& calendar = reading_.plan.calendar;
        for (std::size_t p = 0; p < calendar.period_names().size(); ++p) {
            const std::string& period = calendar.period_names()[p];
            if (std::ranges::find(names, period) != names.end()) continue;
            for (std::size_t s = 0; s < calendar.season_names().size(); ++s) {
                if ((clause_.seasons >> s & 1) == 0 || !calendar.occurs(static_cast<int>(s), static_cast<int>(p)))
                    continue;
                in_.problem(value, fmt::format("has no price for the period '{}'", period));
                break;
            }
        }
    }

    void read_tiered() {
        read_of_stream();
        read_times();
        clause_.bounds = one_of(reading_, map_.optional("bounds"), kBounds).value_or(TierBounds::bill);
        clause_.round_bounds = read_quantity_rounding(reading_, map_.optional("round_bounds"));
        const std::vector<Value> tiers = in_.list(map_.required("tiers"));
        std::int64_t below = 0;
        for (std::size_t i = 0; i < tiers.size(); ++i) {
            const bool last = i + 1 == tiers.size();
            const Tier tier = read_tier(tiers[i], last ? Place::last : Place::inner, below);
            below = std::max(below, tier.upto_micro);
            clause_.tiers.push_back(tier);
        }
    }

    enum class Place { inner, last };

    Tier read_tier(const Value& value, Place place, std::int64_t below) {
        MapReader map(in_, value);
        Tier tier;
        tier.price_e8 = in_.decimal(map.required("price"), {Price::kScale, Sign::any}).value_or(0);
        if (place == Place::last) {
            if (const Value upto = map.optional("upto")) in_.problem(upto, "the last tier must have no bound");
        } else {
            const Value upto = map.required("upto");
            const auto bound = in_.decimal(upto, {Quantity::kScale, Sign::positive});
            tier.upto_micro = bound.value_or(0);
            if (bound && *bound <= below) in_.problem(upto, "must be above the bound of the tier before");
        }
        map.finish();
        return tier;
    }

    void read_percent() {
        clause_.ratio_e8 = in_.decimal(map_.required("percent"), {6, Sign::not_negative}).value_or(0);
        read_of_clauses();
    }

    void read_of_clauses() {
        const Value value = map_.required("of");
        const auto& above = reading_.plan.clauses;
        for (const Value& item : in_.list(value)) {
            const auto name = in_.text(item);
            if (!name) continue;
            if (*name == "all") {
                if (value.node->items.size() > 1) in_.problem(item, "must stand alone");
                if (above.empty()) in_.problem(item, "no clause stands above");
                for (std::size_t i = 0; i < above.size(); ++i)
                    clause_.of_clauses.push_back(static_cast<std::uint16_t>(i));
                continue;
            }
            const auto found = std::ranges::find(above, *name, &Clause::name);
            if (found == above.end()) {
                std::vector<std::string_view> names;
                for (const Clause& clause : above) names.push_back(clause.name);
                in_.problem(item, fmt::format("'{}' is no clause above{}", shown(*name), suggestion(*name, names)));
                continue;
            }
            const auto index = static_cast<std::uint16_t>(found - above.begin());
            if (std::ranges::find(clause_.of_clauses, index) != clause_.of_clauses.end())
                in_.problem(item, "stands here twice");
            clause_.of_clauses.push_back(index);
        }
    }

    void read_discount() {
        const Value percent = map_.optional("percent"), price = map_.optional("price");
        if (percent && price) return in_.problem(price, "stands beside percent (use one of them)");
        if (!percent && !price) {
            for (const auto* key : {"per", "of", "times", "proration"}) map_.optional(key);
            return in_.problem(map_.value(), "a discount must have percent or price");
        }
        if (percent) {
            read_percent();
            if (clause_.ratio_e8 > 100'000'000) in_.problem(percent, "takes off more than 100 %");
            return;
        }
        read_fixed_price();
        clause_.kind = one_of(reading_, map_.required("per"), kPer).value_or(ClauseKind::discount_per_period);
        if (clause_.kind == ClauseKind::discount_per_period) read_proration();
        read_times();
    }

    void read_minimum() {
        clause_.minimum_minor =
            in_.decimal(map_.required("amount"), {reading_.minor_digits(), Sign::not_negative}).value_or(0);
        read_proration();
        read_of_clauses();
    }

    Reading& reading_;
    TextReader& in_;
    MapReader map_;
    Clause clause_;
};

}  // namespace

void read_charges(Reading& reading, const Value& value) {
    for (const Value& item : reading.in.list(value)) {
        Clause clause = ClauseReader(reading, item).run();
        std::ranges::sort(clause.of_clauses);
        reading.plan.clauses.push_back(std::move(clause));
    }
}

}  // namespace mainspring::tariff
