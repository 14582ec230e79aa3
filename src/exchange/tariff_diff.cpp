#include "exchange/tariff_diff.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <memory>

#include "exchange/terms.hpp"

namespace mainspring::exchange {

namespace {

using tariff::Clause;
using tariff::Example;
using tariff::Plan;
using tariff::TariffFile;

std::vector<TermChange> changes(const std::vector<Term>& before, const std::vector<Term>& after) {
    std::vector<TermChange> made;
    for (const Term& term : after) {
        const auto old = std::ranges::find(before, term.name, &Term::name);
        if (old == before.end())
            made.push_back({term.name, "", term.value});
        else if (old->value != term.value)
            made.push_back({term.name, old->value, term.value});
    }
    for (const Term& term : before)
        if (std::ranges::find(after, term.name, &Term::name) == after.end())
            made.push_back({term.name, term.value, ""});
    return made;
}

std::string order_of(const Plan& plan, const Plan& other) {
    std::string names;
    for (const Clause& clause : plan.clauses)
        if (std::ranges::find(other.clauses, clause.name, &Clause::name) != other.clauses.end())
            names.append(names.empty() ? "" : ", ").append(clause.name);
    return names;
}

void compare_words(const Plan& before, const Plan& after, TariffDifference& out) {
    out.head = changes(head_terms(before), head_terms(after));
    const std::string old_order = order_of(before, after), new_order = order_of(after, before);
    if (old_order != new_order) out.head.push_back({"order of charges", old_order, new_order});
    using How = ClauseChange::How;
    for (const Clause& clause : after.clauses) {
        const auto old = std::ranges::find(before.clauses, clause.name, &Clause::name);
        const bool known = old != before.clauses.end();
        auto terms = changes(known ? clause_terms(before, *old) : std::vector<Term>{}, clause_terms(after, clause));
        if (!terms.empty())
            out.clauses.push_back({known ? How::changed : How::added, clause.name,
                                   printed_name(clause.name_en, clause.name_local), std::move(terms)});
    }
    for (const Clause& clause : before.clauses)
        if (std::ranges::find(after.clauses, clause.name, &Clause::name) == after.clauses.end())
            out.clauses.push_back({How::removed, clause.name, printed_name(clause.name_en, clause.name_local),
                                   changes(clause_terms(before, clause), {})});
}

struct Bill {
    std::vector<Example::Line> lines;
    std::int64_t total_minor = 0;
};

// The runner says only what differs from the example's own figures, so the bill is these, mended.
std::expected<Bill, std::string> bill_of(const Plan& plan, const Example& example,
                                         const std::vector<std::shared_ptr<const Plan>>& earlier) {
    const auto result = rating::run_example(plan, example, earlier);
    if (!result.problem.empty())
        return std::unexpected(fmt::format("{} {}: {}", plan.key, plan.version, result.problem));
    Bill bill{example.lines, example.total_minor};
    for (const auto& difference : result.differences) {
        if (difference.clause == "total") {
            bill.total_minor = difference.got_minor.value_or(0);
            continue;
        }
        const auto line = std::ranges::find(bill.lines, difference.clause, &Example::Line::clause);
        if (line == bill.lines.end())
            bill.lines.push_back({difference.clause, difference.got_minor.value_or(0)});
        else if (difference.got_minor)
            line->amount_minor = *difference.got_minor;
        else
            bill.lines.erase(line);
    }
    return bill;
}

// The versions that the example is rated with, but for the two that are compared: each stands in for itself.
std::expected<std::vector<std::shared_ptr<const Plan>>, std::string> earlier_of(const Example& example,
                                                                                const rating::ReadBeside& read_beside,
                                                                                const Plan& before, const Plan& after) {
    const auto is_compared = [&](const Plan& plan) {
        return plan.key == before.key && (plan.version == before.version || plan.version == after.version);
    };
    auto plans = rating::read_with(example, read_beside);
    if (plans) std::erase_if(*plans, [&](const auto& plan) { return is_compared(*plan); });
    return plans;
}

BillChange compare_bill(const Example& example, const DiffSide& own, const Plan& before, const Plan& after) {
    BillChange made{example.name, own.file.plan.version, "", 0, 0, {}};
    const auto earlier = earlier_of(example, own.read_beside, before, after);
    if (!earlier) {
        made.problem = earlier.error();
        return made;
    }
    const auto old_bill = bill_of(before, example, *earlier), new_bill = bill_of(after, example, *earlier);
    if (!old_bill || !new_bill) {
        made.problem = old_bill ? new_bill.error() : old_bill.error();
        return made;
    }
    made.before_minor = old_bill->total_minor;
    made.after_minor = new_bill->total_minor;
    for (const auto& line : old_bill->lines) made.lines.push_back({line.clause, line.amount_minor, 0});
    for (const auto& line : new_bill->lines) {
        auto same = std::ranges::find(made.lines, line.clause, &BillChange::Line::clause);
        if (same == made.lines.end()) same = made.lines.insert(made.lines.end(), {line.clause, 0, 0});
        same->after_minor = line.amount_minor;
    }
    return made;
}

// Both versions may work the same example.
bool same_use(const Example& a, const Example& b) {
    const auto same_piece = [](const Example::Piece& x, const Example::Piece& y) {
        return x.stream == y.stream && x.dates == y.dates && x.micro == y.micro;
    };
    return a.name == b.name && a.dates == b.dates && std::ranges::equal(a.pieces, b.pieces, same_piece);
}

std::string name_of(const Plan& plan) {
    return fmt::format("{} {} (from {})", plan.key, plan.version, format_date(plan.effective));
}

std::string shown(const std::string& value) { return value.empty() ? "nothing" : value; }

std::string money(std::int64_t minor, Currency currency) {
    return fmt::format("{} {}", format_money({minor, currency}), currency.text());
}

std::string bill_text(const BillChange& bill, const TariffDifference& all) {
    if (!bill.problem.empty())
        return fmt::format("  {} (of {}): cannot be rated under both: {}\n", bill.example, bill.of_version,
                           bill.problem);
    std::string text =
        fmt::format("  {} (of {}): {} -> {}", bill.example, bill.of_version,
                    money(bill.before_minor, all.before_currency), money(bill.after_minor, all.after_currency));
    const bool comparable = all.before_currency == all.after_currency;
    if (comparable)
        text += fmt::format(", difference {}", money(bill.after_minor - bill.before_minor, all.after_currency));
    text += "\n";
    for (const auto& line : bill.lines)
        if (line.before_minor != line.after_minor || !comparable)
            text += fmt::format("    {}: {} -> {}\n", line.clause, money(line.before_minor, all.before_currency),
                                money(line.after_minor, all.after_currency));
    return text;
}

}  // namespace

std::string_view text_of(ClauseChange::How how) {
    switch (how) {
        case ClauseChange::How::added: return "added";
        case ClauseChange::How::removed: return "removed";
        case ClauseChange::How::changed: return "changed";
    }
    return "";
}

TariffDifference compare_tariffs(const DiffSide& before, const DiffSide& after) {
    const Plan &old_plan = before.file.plan, &new_plan = after.file.plan;
    TariffDifference made{name_of(old_plan), name_of(new_plan), old_plan.currency, new_plan.currency, {}, {}, {}};
    compare_words(old_plan, new_plan, made);
    for (const Example& example : before.file.examples)
        made.bills.push_back(compare_bill(example, before, old_plan, new_plan));
    for (const Example& example : after.file.examples)
        if (std::ranges::none_of(before.file.examples, [&](const Example& old) { return same_use(old, example); }))
            made.bills.push_back(compare_bill(example, after, old_plan, new_plan));
    return made;
}

std::string text_of(const TariffDifference& difference) {
    std::string text = fmt::format("From {}\nto   {}\n", difference.before_name, difference.after_name);
    if (difference.same_words()) text += "No term differs.\n";
    for (const auto& term : difference.head)
        text += fmt::format("{}: {} -> {}\n", term.name, shown(term.before), shown(term.after));
    for (const auto& clause : difference.clauses) {
        text += fmt::format("{}: {}, {}\n", text_of(clause.how), clause.clause, clause.printed);
        for (const auto& term : clause.terms) {
            if (clause.how == ClauseChange::How::changed)
                text += fmt::format("  {}: {} -> {}\n", term.name, shown(term.before), shown(term.after));
            else
                text += fmt::format("  {}: {}\n", term.name,
                                    clause.how == ClauseChange::How::added ? term.after : term.before);
        }
    }
    text += difference.bills.empty() ? "No examples to compare bills of.\n" : "Bills:\n";
    for (const auto& bill : difference.bills) text += bill_text(bill, difference);
    return text;
}

}  // namespace mainspring::exchange
