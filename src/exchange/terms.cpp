#include "exchange/terms.hpp"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <limits>

namespace mainspring::exchange {

namespace {

using namespace tariff;

std::string_view words_of(Proration proration) {
    switch (proration) {
        case Proration::none: return "in full for every bill";
        case Proration::month_days: return "by the days of each month";
        case Proration::days_30: return "by days of a month of 30";
    }
    return "";
}

std::string_view words_of(TierBounds bounds) {
    switch (bounds) {
        case TierBounds::bill: return "a bill";
        case TierBounds::day: return "a day";
        case TierBounds::month_days: return "a month, by the days of each month";
        case TierBounds::days_30: return "a month of 30 days, by days";
        case TierBounds::month: return "a calendar month, over all bills";
        case TierBounds::year: return "a year, over all bills";
        case TierBounds::quarter: return "a calendar quarter, over all bills";
        case TierBounds::each_day: return "every single day";
    }
    return "";
}

template <class Range, class Words>
std::string joined(const Range& items, Words words) {
    std::string text;
    for (const auto& item : items) text.append(text.empty() ? "" : ", ").append(words(item));
    return text;
}

std::string streams(const Streams& of) {
    return joined(of, [](Stream stream) { return std::string(name_of(stream)); });
}

std::string rounding(const QuantityRounding& rule) {
    return fmt::format("{} decimals, {}", rule.decimals, text_of(rule.mode));
}

std::string months(std::uint16_t bits) {
    std::string text;
    for (unsigned month = 1; month <= 12; ++month)
        if ((bits >> month & 1U) != 0) text += fmt::format("{}{}", text.empty() ? "" : " ", month);
    return text;
}

std::string percent(std::int64_t ratio_e8) { return format_decimal(ratio_e8, 6) + " %"; }
std::string micro(std::int64_t value) { return format_decimal(value, 6); }

class ClauseTerms {
public:
    ClauseTerms(const Plan& plan, const Clause& clause) : plan_(plan), clause_(clause) {}

    std::vector<Term> run() {
        add("kind", std::string(text_of(clause_.kind)));
        add("name", printed_name(clause_.name_en, clause_.name_local));
        prices();
        quantities();
        shares();
        demand();
        power_factor();
        conditions();
        if (clause_.round != plan_.round_line)
            add("rounding", fmt::format("{} {}", money(clause_.round.step_minor), text_of(clause_.round.mode)));
        add("account", clause_.account);
        add("item", clause_.item);
        if (!clause_.source.empty()) add("source", clause_.source);
        return std::move(terms_);
    }

private:
    void add(std::string name, std::string value) { terms_.push_back({std::move(name), std::move(value)}); }
    std::string money(std::int64_t minor) const {
        return fmt::format("{} {}", format_money({minor, plan_.currency}), plan_.currency.text());
    }
    std::string price(std::int64_t e8) const {
        return fmt::format("{} {}{}", format_decimal(e8, Price::kScale), plan_.currency.text(), per());
    }

    bool of_energy() const {
        const LineForm form = form_of(clause_.kind);
        return form == LineForm::quantity || form == LineForm::indexed;
    }

    std::string per() const {
        switch (form_of(clause_.kind)) {
            case LineForm::days: return " a day";
            case LineForm::months: return " a month";
            case LineForm::quantity:
            case LineForm::indexed: {
                const bool reactive = !clause_.of.empty() && name_of(clause_.of[0]).starts_with("reactive");
                return fmt::format(" for each {}", reactive ? text_of(Unit::kvarh) : text_of(plan_.unit));
            }
            case LineForm::demand: return fmt::format(" for each {} and month", demand_unit());
            default: return "";
        }
    }

    std::string_view demand_unit() const {
        const std::string_view of = clause_.of.empty() ? std::string_view{} : name_of(clause_.of[0]);
        for (const DemandRule& demand : plan_.demands)
            if (of.substr(0, of.find('.')) == demand.name) return text_of(demand.unit);
        return "kW";
    }

    void prices() {
        const LineForm form = form_of(clause_.kind);
        const bool priced = form == LineForm::days || form == LineForm::months || form == LineForm::quantity ||
                            form == LineForm::demand;
        if (!clause_.formula.steps.empty())
            formula();
        else if (priced && clause_.tiers.empty() && clause_.period_prices.empty())
            add("price", price(clause_.price_e8));
        for (const PeriodPrice& period : clause_.period_prices)
            add(fmt::format("price {}", name_of(period.stream)), price(period.price_e8));
        for (std::size_t i = 0; i < clause_.tiers.size(); ++i) tier(i);
        if (clause_.kind == ClauseKind::energy_indexed)
            add("price",
                fmt::format("{} x {} + {}", clause_.indexed.series, format_decimal(clause_.indexed.factor_e8, 8),
                            format_decimal(clause_.indexed.adder_e8, 8)));
        if (form == LineForm::limit) add("amount", money(clause_.limit_minor) + " a month");
        if (clause_.agreed != kNoFact) add("price where agreed", std::string(name_of_fact(clause_.agreed)));
        if (clause_.times != kNoFact) add("times", std::string(name_of_fact(clause_.times)));
        const bool prorated = form == LineForm::months || form == LineForm::limit || form == LineForm::demand;
        if (prorated) add("proration", std::string(words_of(clause_.proration)));
    }

    void formula() {
        const Formula& formula = clause_.formula;
        add("formula", formula.text);
        add("formula rounding", rounding({formula.decimals, formula.mode}));
        if (formula.lag_months != 0) add("formula lag", fmt::format("{} months", formula.lag_months));
    }

    void tier(std::size_t index) {
        const Tier& tier = clause_.tiers[index];
        const std::string name = fmt::format("tier {}", index + 1);
        const bool last = index + 1 == clause_.tiers.size();
        add(name + " up to", last ? "no bound" : micro(tier.upto_micro));
        if (tier.period_prices_e8.empty()) return add(name + " price", price(tier.price_e8));
        for (std::size_t p = 0; p < tier.period_prices_e8.size() && p < clause_.tiering.periods.size(); ++p)
            add(fmt::format("{} price {}", name, name_of(clause_.tiering.periods[p])), price(tier.period_prices_e8[p]));
    }

    void quantities() {
        if (!clause_.tiers.empty()) {
            const Tiering& tiering = clause_.tiering;
            if (form_of(clause_.kind) != LineForm::demand) add("bounds for", std::string(words_of(tiering.bounds)));
            add("bounds rounded", rounding(tiering.round_bounds));
            if (tiering.bounds == TierBounds::year)
                add("year from", fmt::format("{:02}-{:02}", tiering.year_from.month, tiering.year_from.day));
            if (tiering.on_version == Tiering::OnVersion::restarts) add("on a new version", "counts from zero");
        }
        if (clause_.bands.by == Bands::By::fact) add("bands by", std::string(name_of_fact(clause_.bands.fact)));
        if (clause_.bands.by == Bands::By::use) add("bands by", streams(clause_.bands.of));
        const bool of = of_energy() || form_of(clause_.kind) == LineForm::demand;
        if (of && clause_.of != Streams{kTotal}) add("of", streams(clause_.of));
        const QuantityKeys& keys = clause_.quantity;
        if (keys.share_e8 != tariff::kWholeE8) add("share", percent(keys.share_e8));
        if (!keys.less.empty()) add("less", fmt::format("{} of {}", percent(keys.less_e8), streams(keys.less)));
        if (keys.carries) add("credit until", fmt::format("{:02}-{:02}", keys.credit_ends.month, keys.credit_ends.day));
        if (clause_.hours_of) add("bounds for each unit of", plan_.clauses[*clause_.hours_of].name);
        if (!keys.has_limits) return;
        add("quantity limits for", std::string(words_of(keys.limits)));
        if (keys.at_least_micro != 0) add("quantity at least", micro(keys.at_least_micro));
        if (keys.at_most_micro != std::numeric_limits<std::int64_t>::max())
            add("quantity at most", micro(keys.at_most_micro));
    }

    void shares() {
        if (!clause_.of_clauses.empty())
            add("of", joined(clause_.of_clauses, [&](std::uint16_t index) { return plan_.clauses[index].name; }));
        if (form_of(clause_.kind) == LineForm::share && clause_.kind != ClauseKind::power_factor)
            add("percent", percent(clause_.ratio_e8));
        if (clause_.tax_above_micro != 0)
            add("only above",
                fmt::format("{} for {}", micro(clause_.tax_above_micro), words_of(clause_.tiering.bounds)));
    }

    void demand() {
        if (clause_.kind != ClauseKind::demand) return;
        const DemandCharge& demand = clause_.demand;
        if (demand.each_month) add("measured", "each calendar month by itself");
        if (demand.average_of != 1) add("average of", fmt::format("the {} highest days", demand.average_of));
        for (std::size_t i = 0; i < demand.at_least.size(); ++i)
            add(fmt::format("at least {}", i + 1), at_least(demand.at_least[i]));
        if (demand.current_e8 != tariff::kWholeE8)
            add("of the current demand",
                fmt::format("{} in months {}", percent(demand.current_e8), months(demand.current_months)));
        if (demand.tolerance_fact != kNoFact)
            add("tolerance",
                fmt::format("{} of {}", percent(demand.tolerance_e8), name_of_fact(demand.tolerance_fact)));
        add("demand rounded", rounding(demand.round_demand));
    }

    static std::string at_least(const DemandCharge::AtLeast& item) {
        switch (item.by) {
            case DemandCharge::AtLeast::By::amount: return micro(item.amount_micro);
            case DemandCharge::AtLeast::By::fact:
                return fmt::format("{} of {}", percent(item.ratio_e8), name_of_fact(item.fact));
            case DemandCharge::AtLeast::By::past:
                return fmt::format("{} of the highest of {} months before, of months {}", percent(item.ratio_e8),
                                   item.past_months, months(item.months));
        }
        return "";
    }

    void power_factor() {
        if (clause_.kind != ClauseKind::power_factor) return;
        const PowerFactorTable& table = clause_.power_factor;
        add("active", streams(table.active));
        add("reactive", streams(table.reactive));
        for (const auto& row : table.rows)
            add(fmt::format("factor from {}", format_decimal(row.from, table.decimals)),
                fmt::format("{}, {} for each unit below", percent(row.ratio_e8), percent(row.each_e8)));
    }

    void conditions() {
        const auto& seasons = plan_.calendar.season_names();
        std::string in;
        std::size_t count = 0;
        for (std::size_t s = 0; s < seasons.size(); ++s) {
            if ((clause_.seasons >> s & 1U) == 0) continue;
            in.append(in.empty() ? "" : ", ").append(seasons[s]);
            ++count;
        }
        if (count < seasons.size()) add("only in", in);
        if (clause_.dates.from != Date{}) add("only from", format_date(clause_.dates.from));
        if (clause_.dates.to != kForever) add("only before", format_date(clause_.dates.to));
        if ((clause_.classes & plan_.classes) != plan_.classes) add("only for", class_words(clause_.classes));
        if (clause_.entitlement != 0)
            add("only with", joined(entitlement_names(clause_.entitlement), [](const std::string& n) { return n; }));
        for (const FactCondition& fact : clause_.fact_conditions)
            add(fmt::format("only where {}", name_of_fact(fact.fact)), range(fact.from_micro, fact.below_micro));
        if (clause_.when.of.empty()) return;
        std::string when = "the quantity of " + streams(clause_.when.of);
        if (clause_.when.above_micro != std::numeric_limits<std::int64_t>::min())
            when += " is above " + micro(clause_.when.above_micro);
        if (clause_.when.upto_micro != std::numeric_limits<std::int64_t>::max())
            when += " is at most " + micro(clause_.when.upto_micro);
        add("only when", fmt::format("{}, for {}", when, words_of(clause_.when.bounds)));
    }

    // Bounds that the text wrote as "above" and "upto" stand a millionth further.
    static std::string range(std::int64_t from, std::int64_t below) {
        std::string text = fmt::format("from {}", micro(from));
        if (below != std::numeric_limits<std::int64_t>::max()) text += fmt::format(" to below {}", micro(below));
        return text;
    }

    const Plan& plan_;
    const Clause& clause_;
    std::vector<Term> terms_;
};

constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
// A common year in which nobody has dated a holiday yet.
constexpr Date kFirst{std::chrono::year{2197} / 1 / 1}, kLast{std::chrono::year{2197} / 12 / 31};

std::string season_dates(const TimeOfUse& calendar, int season) {
    std::string text;
    for (Date from = kFirst; from <= kLast;) {
        const Date end = std::min(calendar.next_season_start(from), kLast + std::chrono::days{1});
        if (calendar.season_of(from) == season)
            text += fmt::format("{}{} to {}", text.empty() ? "" : ", ", format_date(from).substr(5),
                                format_date(end - std::chrono::days{1}).substr(5));
        from = end;
    }
    return text;
}

std::string period_hours(const TimeOfUse& calendar, Date day) {
    const auto& minutes = calendar.minutes_of(day);
    std::string text;
    for (std::size_t from = 0; from < minutes.size();) {
        std::size_t to = from;
        while (to < minutes.size() && minutes[to] == minutes[from]) ++to;
        text += fmt::format("{}{:02}:{:02} {}", text.empty() ? "" : ", ", from / 60, from % 60,
                            calendar.period_names()[minutes[from]]);
        from = to;
    }
    return text;
}

void add_calendar(const TimeOfUse& calendar, std::vector<Term>& terms) {
    const auto& seasons = calendar.season_names();
    for (std::size_t s = 0; s < seasons.size(); ++s) {
        const int season = static_cast<int>(s);
        if (seasons.size() > 1) terms.push_back({"season " + seasons[s], season_dates(calendar, season)});
        if (calendar.period_names().empty()) continue;
        for (std::size_t weekday = 0; weekday < kWeekdays.size(); ++weekday)
            for (Date day = kFirst; day <= kLast; day += std::chrono::days{1}) {
                const std::size_t own = std::chrono::weekday{day}.iso_encoding() - 1;
                if (own != weekday || calendar.season_of(day) != season) continue;
                terms.push_back(
                    {fmt::format("hours {}{}", seasons.size() > 1 ? seasons[s] + " " : "", kWeekdays[weekday]),
                     period_hours(calendar, day)});
                break;
            }
    }
}

}  // namespace

std::string printed_name(const std::string& en, const std::string& local) {
    return local.empty() ? en : fmt::format("{} ({})", en, local);
}

std::string class_words(std::uint8_t classes) {
    std::string text;
    for (const auto one : {CustomerClass::residential, CustomerClass::commercial, CustomerClass::industrial,
                           CustomerClass::public_service})
        if ((classes >> static_cast<unsigned>(one) & 1) != 0)
            text.append(text.empty() ? "" : ", ").append(text_of(one));
    return text;
}

std::vector<Term> head_terms(const Plan& plan) {
    std::string source = plan.source;
    for (std::size_t at = 0; (at = source.find('\n', at)) != std::string::npos;) source.replace(at, 1, "; ");
    const auto rule = [&](RoundingRule round) {
        return fmt::format("{} {} {}", format_money({round.step_minor, plan.currency}), plan.currency.text(),
                           text_of(round.mode));
    };
    std::vector<Term> terms{{"name", printed_name(plan.name_en, plan.name_local)},
                            {"commodity", std::string(text_of(plan.commodity))},
                            {"unit", std::string(text_of(plan.unit))},
                            {"currency", std::string(plan.currency.text())},
                            {"zone", plan.zone},
                            {"customers", class_words(plan.classes)},
                            {"source", source},
                            {"rounding of quantities", rounding(plan.round_quantity)},
                            {"rounding of lines", rule(plan.round_line)},
                            {"rounding of bills", rule(plan.round_bill)}};
    add_calendar(plan.calendar, terms);
    for (const FactRule& fact : plan.facts)
        terms.push_back({fmt::format("fact {}", name_of_fact(fact.fact)),
                         fmt::format("{}{}", fact.unit == Unit::none ? "a number" : text_of(fact.unit),
                                     fact.otherwise_micro ? ", otherwise " + micro(*fact.otherwise_micro) : "")});
    for (const DemandRule& demand : plan.demands)
        terms.push_back(
            {"demand " + demand.name, fmt::format("{}, mean of {} minutes, every {} minutes", text_of(demand.unit),
                                                  demand.window_minutes, demand.step_minutes)});
    return terms;
}

std::vector<Term> clause_terms(const Plan& plan, const Clause& clause) { return ClauseTerms(plan, clause).run(); }

}  // namespace mainspring::exchange
