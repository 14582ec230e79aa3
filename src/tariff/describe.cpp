#include "tariff/describe.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <limits>
#include <optional>

#include "tariff/describe_parts.hpp"

namespace mainspring::tariff {

std::string_view proration_text(Proration proration) {
    switch (proration) {
        case Proration::none: return ", in full for every bill";
        case Proration::month_days: return ", by the days of each month";
        case Proration::days_30: return ", by days of a month of 30";
    }
    return "";
}

namespace {

template <class Range, class Text>
std::string joined(const Range& items, Text text) {
    std::string result;
    for (const auto& item : items) result.append(result.empty() ? "" : ", ").append(text(item));
    return result;
}

std::string classes_text(std::uint8_t classes) {
    std::vector<CustomerClass> named;
    for (const auto one : {CustomerClass::residential, CustomerClass::commercial, CustomerClass::industrial,
                           CustomerClass::public_service})
        if ((classes >> static_cast<unsigned>(one) & 1) != 0) named.push_back(one);
    return joined(named, [](CustomerClass one) { return std::string(text_of(one)); });
}

constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::string_view bounds_text(TierBounds bounds) {
    switch (bounds) {
        case TierBounds::bill: return "for the whole bill";
        case TierBounds::day: return "for each day";
        case TierBounds::month_days: return "for a month, by the days of each month";
        case TierBounds::days_30: return "for a month of 30 days, by days";
        case TierBounds::month: return "for each calendar month, over all bills";
        case TierBounds::year: return "for each year, over all bills";
        case TierBounds::quarter: return "for each calendar quarter, over all bills";
        case TierBounds::each_day: return "for every single day";
    }
    return "";
}

class Describer {
public:
    explicit Describer(const Plan& plan) : plan_(plan) {}

    std::string run() {
        head();
        for (std::size_t i = 0; i < plan_.clauses.size(); ++i) clause(i + 1, plan_.clauses[i]);
        return std::move(text_);
    }

private:
    void line(std::string_view words) { text_.append(words).append("\n"); }
    void detail(std::string_view words) { text_.append("   ").append(words).append("\n"); }

    void head() {
        line(fmt::format("{}, version {}: {}", plan_.key, plan_.version, printed(plan_.name_en, plan_.name_local)));
        line(fmt::format("{} by {}, in {}, from {} (days of {})", text_of(plan_.commodity), unit(),
                         plan_.currency.text(), format_date(plan_.effective), plan_.zone));
        line("Customers: " + classes_text(plan_.classes));
        std::string source = plan_.source;
        for (std::size_t at = 0; (at = source.find('\n', at)) != std::string::npos;) source.replace(at, 1, "; ");
        line("Source: " + source);
        for (std::size_t s = 0; s < plan_.calendar.season_names().size(); ++s) season(static_cast<int>(s));
        for (const FactRule& rule : plan_.facts) fact(rule);
        for (const DemandRule& rule : plan_.demands) line(demand_rule_words(rule));
        line(fmt::format("Rounding: quantities to {} decimals {}; lines to {}; bills to {}{}",
                         plan_.round_quantity.decimals, text_of(plan_.round_quantity.mode), rule(plan_.round_line),
                         rule(plan_.round_bill), plan_.carries_rounding ? ", the difference carried to the next" : ""));
    }

    void fact(const FactRule& rule) {
        if (rule.fact == kDwellings) return;
        line(fmt::format("Fact {}{}{}", name_of_fact(rule.fact),
                         rule.unit == Unit::none ? "" : fmt::format(" in {}", text_of(rule.unit)),
                         rule.otherwise_micro
                             ? fmt::format(", otherwise {}", format_decimal(*rule.otherwise_micro, Quantity::kScale))
                             : ", stated by the agreement"));
    }

    // A common year in which nobody has dated a holiday yet.
    static constexpr Date kFirst{std::chrono::year{2197} / 1 / 1}, kLast{std::chrono::year{2197} / 12 / 31};

    void season(int season) {
        const std::string& name = plan_.calendar.season_names()[static_cast<std::size_t>(season)];
        if (plan_.has_seasons) line(fmt::format("Season {}: {}", name, season_dates(season)));
        if (plan_.calendar.period_names().empty()) return;
        if (!plan_.has_seasons) line("Periods:");
        std::array<std::optional<Date>, 7> first;  // day of the season, by weekday
        for (Date day = kFirst; day <= kLast; day += std::chrono::days{1}) {
            auto& slot = first[std::chrono::weekday{day}.iso_encoding() - 1];
            if (!slot && plan_.calendar.season_of(day) == season) slot = day;
        }
        std::vector<std::pair<std::string, std::string>> groups;  // hours, weekdays that have them
        for (std::size_t weekday = 0; weekday < first.size(); ++weekday) {
            if (!first[weekday]) continue;
            const std::string hours = period_hours(*first[weekday]);
            auto group = std::ranges::find(groups, hours, &std::pair<std::string, std::string>::first);
            if (group == groups.end()) group = groups.insert(group, {hours, ""});
            group->second.append(group->second.empty() ? "" : " ").append(kWeekdays[weekday]);
        }
        for (const auto& [hours, days] : groups) line(fmt::format("   {} from {}", days, hours));
    }

    std::string season_dates(int season) const {
        std::string text;
        for (Date from = kFirst; from <= kLast;) {
            const Date end = std::min(plan_.calendar.next_season_start(from), kLast + std::chrono::days{1});
            if (plan_.calendar.season_of(from) == season)
                text += fmt::format("{}{} to {}", text.empty() ? "" : ", ", format_date(from).substr(5),
                                    format_date(end - std::chrono::days{1}).substr(5));
            from = end;
        }
        return text;
    }

    std::string period_hours(Date day) const {
        const auto& minutes = plan_.calendar.minutes_of(day);
        std::string text;
        for (std::size_t from = 0; from < minutes.size();) {
            std::size_t to = from;
            while (to < minutes.size() && minutes[to] == minutes[from]) ++to;
            text += fmt::format("{}{:02}:{:02} {}", text.empty() ? "" : ", ", from / 60, from % 60,
                                plan_.calendar.period_names()[minutes[from]]);
            from = to;
        }
        return text;
    }

    static std::string printed(const std::string& en, const std::string& local) {
        return local.empty() ? en : fmt::format("{} ({})", en, local);
    }
    std::string unit() const { return std::string(text_of(plan_.unit)); }
    std::string money(std::int64_t minor) const {
        return fmt::format("{} {}", format_money({minor, plan_.currency}), plan_.currency.text());
    }
    std::string price(std::int64_t e8) const {
        return fmt::format("{} {}", format_decimal(e8, Price::kScale), plan_.currency.text());
    }
    std::string rule(RoundingRule rounding) const {
        return fmt::format("{} {}", money(rounding.step_minor), text_of(rounding.mode));
    }
    static std::string percent(std::int64_t ratio_e8) { return format_decimal(ratio_e8, 6) + " %"; }
    std::string quantity(std::int64_t micro, const Streams& of) const {
        return format_quantity({micro, unit_of_stream(of.front(), plan_.unit)});
    }
    Unit unit_of(const Clause& clause) const { return unit_of_stream(clause.of.front(), plan_.unit); }
    static std::string times(const Clause& clause) {
        if (clause.times == kNoFact) return "";
        return clause.times == kDwellings ? " for each dwelling" : fmt::format(" times {}", name_of_fact(clause.times));
    }
    std::string clauses(const Clause& clause) const {
        return joined(clause.of_clauses, [&](std::uint16_t index) { return plan_.clauses[index].name; });
    }

    void clause(std::size_t number, const Clause& clause) {
        line(fmt::format("{}. {}: {}", number, clause.name, printed(clause.name_en, clause.name_local)));
        amount(clause);
        conditions(clause);
        if (clause.round != plan_.round_line) detail("rounded to " + rule(clause.round));
        detail(fmt::format("account {}, item {}", clause.account, clause.item));
        if (!clause.source.empty()) detail("source: " + clause.source);
    }

    void amount(const Clause& clause) {
        switch (clause.kind) {
            case ClauseKind::fixed_per_day:
                detail(fixed_price(clause) + " a day" + times(clause));
                return bands(clause);
            case ClauseKind::fixed_per_period: detail(per_month(clause)); return bands(clause);
            case ClauseKind::energy_flat: flat(clause); return quantity_keys(clause);
            case ClauseKind::energy_time_of_use:
                for (const PeriodPrice& period : clause.period_prices)
                    detail(fmt::format("{}: {} for each {}", name_of(period.stream), price(period.price_e8), unit()));
                return;
            case ClauseKind::energy_tiered:
                detail(fmt::format("in tiers{}; bounds {}", over(clause), bounds(clause)));
                return tiers(clause);
            case ClauseKind::energy_slab:
                detail(fmt::format("all{} at the price of the tier that it reaches; bounds {}", over(clause),
                                   bounds(clause)));
                return tiers(clause);
            case ClauseKind::energy_indexed: return detail(indexed(clause));
            case ClauseKind::percentage: return detail(percent(clause.ratio_e8) + " of " + clauses(clause));
            case ClauseKind::tax:
                return detail(fmt::format("tax of {} {} {}{}{}", percent(clause.ratio_e8),
                                          clause.contained_in.empty() ? "on" : "contained in", clauses(clause),
                                          clause.contained_in.empty() ? "" : ", taken out of " + clause.contained_in,
                                          above(clause)));
            case ClauseKind::discount_percent: return detail(percent(clause.ratio_e8) + " off " + clauses(clause));
            case ClauseKind::discount_per_day: return detail(price(clause.price_e8) + " off a day" + times(clause));
            case ClauseKind::discount_per_period: return detail("off: " + per_month(clause));
            case ClauseKind::minimum:
            case ClauseKind::maximum:
                return detail(
                    fmt::format("at {} {} a month for {}{}", clause.kind == ClauseKind::minimum ? "least" : "most",
                                money(clause.limit_minor), clauses(clause), proration_text(clause.proration)));
            case ClauseKind::demand:
            case ClauseKind::power_factor:
                for (const auto& words : demand_words(plan_, clause)) detail(words);
                return;
            default: return;
        }
    }

    std::string above(const Clause& clause) const {
        if (clause.tax_above_micro == 0) return "";
        const std::string above = quantity(clause.tax_above_micro, {kTotal});
        if (clause.tiering.bounds == TierBounds::bill) return ", for the share of the use above " + above;
        return fmt::format(", for the share of the use above {} {}", above, bounds_text(clause.tiering.bounds));
    }

    std::string fixed_price(const Clause& clause) const {
        return clause.bands.by == Bands::By::nothing ? price(clause.price_e8) + agreed(clause) : "a price in bands";
    }

    void bands(const Clause& clause) {
        if (clause.bands.by == Bands::By::nothing) return;
        const bool by_fact = clause.bands.by == Bands::By::fact;
        detail(by_fact ? fmt::format("bands by {}", name_of_fact(clause.bands.fact))
                       : fmt::format("bands by the use{}; bounds {}", of_streams(clause.bands.of),
                                     bounds_text(clause.tiering.bounds)));
        for (std::size_t i = 0; i < clause.tiers.size(); ++i) {
            const auto bound = [&](const Tier& tier) {
                return by_fact ? format_decimal(tier.upto_micro, Quantity::kScale)
                               : quantity(tier.upto_micro, clause.bands.of);
            };
            const bool last = i + 1 == clause.tiers.size();
            const std::string range = !last    ? "up to " + bound(clause.tiers[i])
                                      : i == 0 ? std::string("all")
                                               : "above " + bound(clause.tiers[i - 1]);
            detail(fmt::format("{}: {}", range, price(clause.tiers[i].price_e8)));
        }
    }

    void flat(const Clause& clause) {
        const Formula& formula = clause.formula;
        if (formula.steps.empty())
            return detail(fmt::format("{}{} for each {}{}", price(clause.price_e8), agreed(clause),
                                      text_of(unit_of(clause)), over(clause)));
        std::string month = "of the month";
        if (formula.lag_months > 0)
            month = fmt::format("of {} month{} before", formula.lag_months, formula.lag_months == 1 ? "" : "s");
        std::string text = formula.text;
        std::ranges::replace(text, '\n', ' ');
        detail(fmt::format("{} {} for each {}{}, rounded to {} decimals {}", text, plan_.currency.text(), unit(),
                           over(clause), formula.decimals, text_of(formula.mode)));
        detail(fmt::format("with {} {}", joined(formula.inputs, [](const std::string& name) { return name; }), month));
    }

    static std::string agreed(const Clause& clause) {
        return clause.agreed == kNoFact ? "" : fmt::format(", or {} where it is agreed,", name_of_fact(clause.agreed));
    }

    std::string per_month(const Clause& clause) const {
        return fmt::format("{} a month{}{}", fixed_price(clause), times(clause), proration_text(clause.proration));
    }

    static std::string names_of(const Streams& streams) {
        return joined(streams, [](Stream stream) { return std::string(name_of(stream)); });
    }
    static std::string over(const Clause& clause) { return of_streams(clause.of); }
    static std::string of_streams(const Streams& streams) {
        return streams == Streams{kTotal} ? "" : " of " + names_of(streams);
    }

    std::string bounds(const Clause& clause) const {
        const Tiering& tiering = clause.tiering;
        std::string text = std::string(bounds_text(tiering.bounds)) + times(clause);
        if (clause.hours_of) text += fmt::format(", for each unit billed by {}", plan_.clauses[*clause.hours_of].name);
        if (tiering.bounds == TierBounds::year)
            text += fmt::format(", years from {:02}-{:02}", tiering.year_from.month, tiering.year_from.day);
        if (tiering.on_version == Tiering::OnVersion::restarts) text += ", anew with each version";
        return fmt::format("{}, rounded to {} decimals {}", text, tiering.round_bounds.decimals,
                           text_of(tiering.round_bounds.mode));
    }

    void quantity_keys(const Clause& clause) {
        const QuantityKeys& keys = clause.quantity;
        if (keys.share_e8 != kWholeE8) detail(fmt::format("of the quantity {}", percent(keys.share_e8)));
        if (!keys.less.empty())
            detail(fmt::format("of the quantity what is beyond {}{}",
                               keys.less_e8 == kWholeE8 ? "" : percent(keys.less_e8) + " of ", names_of(keys.less)));
        if (keys.carries)
            detail(fmt::format("what that leaves over is credit for later bills, until {:02}-{:02}",
                               keys.credit_ends.month, keys.credit_ends.day));
        const bool with_times = clause.kind == ClauseKind::energy_tiered || clause.kind == ClauseKind::energy_slab;
        const auto limit = [&](std::string_view word, std::int64_t micro) {
            detail(fmt::format("{} {} {}{}", word, format_quantity({micro, unit_of(clause)}), bounds_text(keys.limits),
                               with_times ? times(clause) : ""));
        };
        if (keys.at_least_micro != std::numeric_limits<std::int64_t>::min()) limit("at least", keys.at_least_micro);
        if (keys.at_most_micro != std::numeric_limits<std::int64_t>::max()) limit("at most", keys.at_most_micro);
    }

    std::string indexed(const Clause& clause) const {
        std::string text = fmt::format("price of the series {}", clause.indexed.series);
        if (clause.indexed.factor_e8 != kWholeE8)
            text += fmt::format(" times {}", format_decimal(clause.indexed.factor_e8, Price::kScale));
        if (clause.indexed.adder_e8 != 0) text += fmt::format(" plus {}", price(clause.indexed.adder_e8));
        return text + fmt::format(" for each {}{}, interval by interval", text_of(unit_of(clause)), over(clause));
    }

    void tiers(const Clause& clause) {
        quantity_keys(clause);
        std::int64_t below = 0;
        for (std::size_t i = 0; i < clause.tiers.size(); ++i) {
            const Tier& tier = clause.tiers[i];
            const bool last = i + 1 == clause.tiers.size();
            const std::string range = last ? (i == 0 ? std::string("all") : "above " + quantity(below, clause.of))
                                           : (i == 0 ? "up to " : "then up to ") + quantity(tier.upto_micro, clause.of);
            detail(fmt::format("{}: {} for each {}", range, tier_price(clause, tier), text_of(unit_of(clause))));
            below = tier.upto_micro;
        }
        if (!clause.tiering.periods.empty()) detail("a tier is shared over the periods as their quantities are");
    }

    std::string tier_price(const Clause& clause, const Tier& tier) const {
        if (clause.tiering.periods.empty()) return price(tier.price_e8);
        std::string text;
        for (std::size_t i = 0; i < clause.tiering.periods.size(); ++i)
            text += fmt::format("{}{} {}", i == 0 ? "" : ", ", name_of(clause.tiering.periods[i]),
                                price(tier.period_prices_e8[i]));
        return text;
    }

    void conditions(const Clause& clause) {
        std::vector<std::string> seasons;
        for (std::size_t s = 0; s < plan_.calendar.season_names().size(); ++s)
            if ((clause.seasons >> s & 1) != 0) seasons.push_back(plan_.calendar.season_names()[s]);
        if (seasons.size() < plan_.calendar.season_names().size())
            detail("only in " + joined(seasons, [](const std::string& name) { return name; }));
        if (clause.dates.from != Date{}) detail("only from " + format_date(clause.dates.from));
        if (clause.dates.to != kForever) detail("only before " + format_date(clause.dates.to));
        if ((clause.classes & plan_.classes) != plan_.classes) detail("only for " + classes_text(clause.classes));
        if (clause.entitlement != 0)
            detail("only with the entitlement " +
                   joined(entitlement_names(clause.entitlement), [](const std::string& name) { return name; }));
        for (const FactCondition& condition : clause.fact_conditions) detail("only with " + fact_range(condition));
        if (!clause.when.of.empty()) detail("only with " + use_range(clause.when));
    }

    // As whole bounds read better than a millionth more, "above" and "up to" are found again.
    static std::string fact_range(const FactCondition& condition) {
        std::string text(name_of_fact(condition.fact));
        const auto bound = [](std::int64_t micro, std::string_view at, std::string_view next) {
            const bool is_next = micro % 10 == 1;
            return fmt::format(" {} {}", is_next ? next : at,
                               format_decimal(micro - (is_next ? 1 : 0), Quantity::kScale));
        };
        if (condition.from_micro != 0) text += bound(condition.from_micro, "from", "above");
        if (condition.below_micro != std::numeric_limits<std::int64_t>::max())
            text += bound(condition.below_micro, "below", "up to");
        return text;
    }

    std::string use_range(const UseCondition& when) const {
        std::string text = "a use" + of_streams(when.of);
        if (when.above_micro != UseCondition{}.above_micro) text += " above " + quantity(when.above_micro, when.of);
        if (when.upto_micro != UseCondition{}.upto_micro) text += " up to " + quantity(when.upto_micro, when.of);
        return fmt::format("{}; bounds {}", text, bounds_text(when.bounds));
    }

    const Plan& plan_;
    std::string text_;
};

}  // namespace

std::string describe(const Plan& plan) { return Describer(plan).run(); }

}  // namespace mainspring::tariff
