#include "billing/posting.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/decimal.hpp"

namespace mainspring::billing {

namespace {

std::expected<std::int32_t, std::string> number_of(const ledger::Chart& chart, const tariff::Plan& plan,
                                                   std::string_view clause, const std::string& key) {
    if (const auto number = chart.number_of(key)) return *number;
    return std::unexpected(
        fmt::format("tariff {} {}, clause {}: the chart of accounts has no '{}'", plan.key, plan.version, clause, key));
}

std::expected<PlanPosting, std::string> posting_of(const tariff::Plan& plan, const ledger::Chart& chart) {
    PlanPosting posting;
    const auto add = [&](std::string_view clause, const std::string& account,
                         const std::string& item) -> std::expected<void, std::string> {
        const auto credit = number_of(chart, plan, clause, account);
        if (!credit) return std::unexpected(credit.error());
        const auto receivable = number_of(chart, plan, clause, "receivable." + item);
        if (!receivable) return std::unexpected(receivable.error());
        posting.credit_account.push_back(*credit);
        posting.receivable_account.push_back(*receivable);
        return {};
    };
    for (std::size_t i = 0; i < plan.clauses.size(); ++i) {
        const auto& clause = plan.clauses[i];
        if (clause.contained_in.empty()) continue;
        const auto revenue = number_of(chart, plan, clause.name, clause.contained_in);
        if (!revenue) return std::unexpected(revenue.error());
        posting.contained_in.resize(plan.clauses.size() + 1);
        posting.contained_in[i] = *revenue;
    }
    for (const auto& clause : plan.clauses)
        if (const auto added = add(clause.name, clause.account, clause.item); !added)
            return std::unexpected(added.error());
    const std::string commodity(text_of(plan.commodity));
    if (const auto added = add("rounding", "rounding", commodity); !added) return std::unexpected(added.error());
    return posting;
}

}  // namespace

std::expected<PostingMap, std::string> PostingMap::make(const std::vector<const tariff::Plan*>& plans,
                                                        const ledger::Chart& chart) {
    PostingMap map;
    for (const auto* plan : plans) {
        auto posting = posting_of(*plan, chart);
        if (!posting) return std::unexpected(posting.error());
        map.by_plan_.emplace(plan, std::move(*posting));
    }
    return map;
}

void LegSummer::clear() {
    receivables_.clear();
    credits_.clear();
}

void LegSummer::add_to(std::vector<Leg>& sums, std::int32_t account_no, std::int64_t amount_minor) {
    for (auto& leg : sums)
        if (leg.account_no == account_no) {
            leg.amount_minor = narrow(Int128{leg.amount_minor} + amount_minor);
            return;
        }
    sums.push_back({account_no, amount_minor});
}

void LegSummer::add(const rating::RatedSection& section, const PostingMap& map) {
    for (const auto& line : section.lines) {
        const PlanPosting& posting = map.of(*section.plans[line.version]);
        add_to(receivables_, posting.receivable_account[line.clause], line.amount_minor);
        const bool taken_out =
            !posting.contained_in.empty() && line.part == rating::kTakenOut && posting.contained_in[line.clause] != 0;
        const auto& credits = taken_out ? posting.contained_in : posting.credit_account;
        add_to(credits_, credits[line.clause], narrow(-Int128{line.amount_minor}));
    }
}

const std::vector<Leg>& LegSummer::legs() {
    legs_.clear();
    for (auto* sums : {&receivables_, &credits_}) {
        std::ranges::sort(*sums, {}, &Leg::account_no);
        for (const auto& leg : *sums)
            if (leg.amount_minor != 0) legs_.push_back(leg);
    }
    return legs_;
}

void ClauseTotals::add(const rating::RatedSection& section, const SectionUse& use) {
    UseTotal& used = use_[{use.commodity, use.unit}];
    ++used.sections;
    used.quantity_micro += use.quantity_micro;
    for (const auto& line : section.lines) {
        const auto* plan = section.plans[line.version];
        auto& totals = by_plan_[plan];
        if (totals.empty()) totals.resize(plan->clauses.size() + 1);
        ClauseTotal& total = totals[line.clause];
        ++total.lines;
        total.quantity_micro += line.quantity_micro;
        total.amount_minor += line.amount_minor;
    }
}

}  // namespace mainspring::billing
