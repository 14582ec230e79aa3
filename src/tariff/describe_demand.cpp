// Demand charges and power factors in words.
#include <fmt/core.h>

#include "tariff/describe_parts.hpp"

namespace mainspring::tariff {

namespace {

constexpr std::uint16_t kAllMonths = 0x1ffe;

std::string percent(std::int64_t ratio_e8) { return format_decimal(ratio_e8, 6) + " %"; }

std::string names_of(const Streams& streams) {
    std::string text;
    for (const Stream stream : streams) text.append(text.empty() ? "" : ", ").append(name_of(stream));
    return text;
}

// ", in months 6, 7"; nothing when all are meant.
std::string months_text(std::uint16_t months) {
    if (months == kAllMonths) return "";
    std::string text;
    for (unsigned month = 1; month <= 12; ++month)
        if ((months >> month & 1) != 0) text += fmt::format("{}{}", text.empty() ? ", in months " : ", ", month);
    return text;
}

class DemandDescriber {
public:
    DemandDescriber(const Plan& plan, const Clause& clause) : plan_(plan), clause_(clause) {}

    std::vector<std::string> demand() {
        const std::string_view unit = text_of(demand_unit(plan_, clause_));
        const std::string price =
            clause_.tiers.empty() ? money(clause_.price_e8) + " for each" : std::string("tiers of");
        add(fmt::format("{} {} and month of {}{}", price, unit, names_of(clause_.of),
                        proration_text(clause_.proration)));
        tiers(unit);
        measured();
        for (const auto& item : clause_.demand.at_least) add("at least " + least(item, unit));
        const auto rounding = clause_.demand.round_demand;
        if (rounding.decimals != 6 || rounding.mode != RoundingMode::half_up)
            add(fmt::format("demand to {} decimals {}", rounding.decimals, text_of(rounding.mode)));
        return std::move(words_);
    }

    std::vector<std::string> power_factor() {
        const PowerFactorTable& table = clause_.power_factor;
        std::string clauses;
        for (const std::uint16_t of : clause_.of_clauses)
            clauses.append(clauses.empty() ? "" : ", ").append(plan_.clauses[of].name);
        add(fmt::format("a percent of {} by the power factor of {} and {}, to {} decimals", clauses,
                        names_of(table.active), names_of(table.reactive), table.decimals));
        auto top = power_of_ten(table.decimals);
        for (const auto& row : table.rows) {
            const std::string each = row.each_e8 == 0 ? ""
                                                      : fmt::format(", {} more for each unit of the last decimal below",
                                                                    percent(row.each_e8));
            add(fmt::format("from {} to {}: {}{}", factor(row.from), factor(top), percent(row.ratio_e8), each));
            top = row.from - 1;
        }
        return std::move(words_);
    }

private:
    void add(std::string words) { words_.push_back(std::move(words)); }
    std::string money(std::int64_t e8) const {
        return fmt::format("{} {}", format_decimal(e8, Price::kScale), plan_.currency.text());
    }
    std::string factor(Int128 units) const {
        const int decimals = clause_.power_factor.decimals;
        return format_fixed(units, decimals, decimals);
    }

    void tiers(std::string_view unit) {
        const std::string times =
            clause_.times == kNoFact ? std::string(unit) : fmt::format("times {}", name_of_fact(clause_.times));
        std::int64_t below = 0;
        for (std::size_t i = 0; i < clause_.tiers.size(); ++i) {
            const Tier& tier = clause_.tiers[i];
            const bool last = i + 1 == clause_.tiers.size();
            const std::string bound = fmt::format("{} {}", format_decimal(last ? below : tier.upto_micro, 6), times);
            const std::string range =
                last ? (i == 0 ? "all" : "above " + bound) : (i == 0 ? "up to " : "then up to ") + bound;
            add(fmt::format("{}: {} for each {}", range, money(tier.price_e8), unit));
            below = tier.upto_micro;
        }
    }

    void measured() {
        const DemandCharge& demand = clause_.demand;
        if (demand.each_month) add("each calendar month measured and billed by itself");
        if (clause_.agreed != kNoFact)
            add(fmt::format("the price is {} where it is agreed", name_of_fact(clause_.agreed)));
        if (demand.average_of > 1) add(fmt::format("the mean of the {} highest days", demand.average_of));
        if (demand.current_e8 != kWholeE8)
            add(fmt::format("{} of what was measured{}", percent(demand.current_e8),
                            months_text(demand.current_months)));
        if (demand.tolerance_fact != kNoFact)
            add(fmt::format("as {} when at most {} of it was measured", name_of_fact(demand.tolerance_fact),
                            percent(demand.tolerance_e8)));
    }

    static std::string least(const DemandCharge::AtLeast& item, std::string_view unit) {
        using By = DemandCharge::AtLeast::By;
        switch (item.by) {
            case By::amount: return fmt::format("{} {}", format_decimal(item.amount_micro, 6), unit);
            case By::fact: return fmt::format("{} of {}", percent(item.ratio_e8), name_of_fact(item.fact));
            case By::past: break;
        }
        return fmt::format("{} of the highest of the past {} months{}", percent(item.ratio_e8), item.past_months,
                           months_text(item.months));
    }

    const Plan& plan_;
    const Clause& clause_;
    std::vector<std::string> words_{};
};

}  // namespace

std::string demand_rule_words(const DemandRule& rule) {
    const std::string steps =
        rule.step_minutes == rule.window_minutes ? "" : fmt::format(", windows every {} minutes", rule.step_minutes);
    std::string words = fmt::format("Demand {}: {}, the highest mean of {} minutes{}", rule.name, text_of(rule.unit),
                                    rule.window_minutes, steps);
    for (const DemandRule::Event& event : rule.at)
        words += fmt::format("{} {} {:02}:{:02}-{:02}:{:02}", &event == rule.at.data() ? "; only on" : ",",
                             format_date(event.date), event.from_minute / 60, event.from_minute % 60,
                             event.to_minute / 60, event.to_minute % 60);
    return words;
}

std::vector<std::string> demand_words(const Plan& plan, const Clause& clause) {
    DemandDescriber words(plan, clause);
    return clause.kind == ClauseKind::demand ? words.demand() : words.power_factor();
}

}  // namespace mainspring::tariff
