#include "whatif/outcome.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mainspring::whatif {

namespace {

Int128 size_of_change(const Customer& customer) {
    const Int128 change = Int128{customer.then_minor} - customer.now_minor;
    return change < 0 ? -change : change;
}

bool changes_more(const Customer& a, const Customer& b) {
    const Int128 mine = size_of_change(a), other = size_of_change(b);
    if (mine != other) return mine > other;
    return std::pair(a.cell.value, a.account_id) < std::pair(b.cell.value, b.account_id);
}

}  // namespace

std::size_t bucket_of(std::int64_t now_minor, std::int64_t then_minor) {
    const Int128 change = Int128{then_minor} - now_minor;
    if (change == 0) return kNoChange;
    const Int128 base = now_minor < 0 ? -Int128{now_minor} : Int128{now_minor};
    const Int128 size = change < 0 ? -change : change;
    std::size_t steps = base == 0 ? kSteps.size() : 0;
    while (steps < kSteps.size() && size * 100 > base * kSteps[steps]) ++steps;
    return change < 0 ? kNoChange - steps : kNoChange + steps;
}

std::string bucket_text(std::size_t bucket) {
    if (bucket == kNoChange) return "no change";
    const std::size_t step = bucket < kNoChange ? kNoChange - bucket : bucket - kNoChange;
    const std::string_view way = bucket < kNoChange ? "less" : "more";
    if (step == kSteps.size()) return fmt::format("{} by more than {} %", way, kSteps.back());
    return fmt::format("{} by {} to {} %", way, kSteps[step - 1], kSteps[step]);
}

void Group::add(const Customer& customer, std::int64_t sections_rated) {
    ++accounts;
    sections += sections_rated;
    winners += customer.then_minor < customer.now_minor ? 1 : 0;
    losers += customer.then_minor > customer.now_minor ? 1 : 0;
    now_minor += customer.now_minor;
    then_minor += customer.then_minor;
    ++buckets[bucket_of(customer.now_minor, customer.then_minor)];
}

void Group::add(const Group& other) {
    accounts += other.accounts;
    sections += other.sections;
    winners += other.winners;
    losers += other.losers;
    now_minor += other.now_minor;
    then_minor += other.then_minor;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) buckets[bucket] += other.buckets[bucket];
}

void Outcome::keep(const Customer& customer) {
    if (listed_ == 0 || customer.now_minor == customer.then_minor) return;
    if (largest_.size() == listed_) {
        if (!changes_more(customer, largest_.front())) return;
        std::ranges::pop_heap(largest_, changes_more);
        largest_.pop_back();
    }
    largest_.push_back(customer);
    std::ranges::push_heap(largest_, changes_more);
}

void Outcome::add(const Customer& customer, std::int64_t sections) {
    groups_[{std::string(customer.currency.text()), customer.customer_class}].add(customer, sections);
    keep(customer);
}

void Outcome::add(const billing::ClauseTotals& totals, Clauses& clauses) {
    for (const auto& [plan, sums] : totals.by_plan())
        for (std::size_t place = 0; place < sums.size(); ++place) {
            if (sums[place].lines == 0) continue;
            const std::string name = place < plan->clauses.size() ? plan->clauses[place].name : "rounding";
            ClauseMoney& money = clauses[{std::string(plan->currency.text()), plan->key, place, name}];
            money.lines += sums[place].lines;
            money.quantity_micro += sums[place].quantity_micro;
            money.amount_minor += sums[place].amount_minor;
        }
}

void Outcome::add(const Clauses& from, Clauses& to) {
    for (const auto& [key, money] : from) {
        ClauseMoney& sum = to[key];
        sum.lines += money.lines;
        sum.quantity_micro += money.quantity_micro;
        sum.amount_minor += money.amount_minor;
    }
}

void Outcome::add(const Outcome& other) {
    for (const auto& [key, group] : other.groups_) groups_[key].add(group);
    add(other.now_, now_);
    add(other.then_, then_);
    for (const auto& [cause, count] : other.unrated_now_) unrated_now_[cause] += count;
    for (const auto& [cause, count] : other.unrated_then_) unrated_then_[cause] += count;
    for (const Customer& customer : other.largest_) keep(customer);
}

std::vector<Customer> Outcome::largest() const {
    std::vector<Customer> sorted = largest_;
    std::ranges::sort(sorted, changes_more);
    return sorted;
}

}  // namespace mainspring::whatif
