// What a comparison of two price lists came to: money by class and by clause, who wins and who loses, and by how much.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/decimal.hpp"
#include "base/id.hpp"
#include "billing/facts.hpp"
#include "billing/posting.hpp"
#include "money/currency.hpp"
#include "tariff/plan.hpp"

namespace mainspring::whatif {

// Both bills of one account over the whole period, in minor units.
struct Customer {
    CellId cell;
    std::int64_t account_id = 0;
    tariff::CustomerClass customer_class{};
    Currency currency;
    std::int64_t now_minor = 0, then_minor = 0;
};

// Changes in percent of the bill of now, in steps of both directions around "no change". A bill of zero that changes
// is in the outermost step.
inline constexpr std::array<int, 7> kSteps{0, 1, 2, 5, 10, 20, 50};
inline constexpr std::size_t kBuckets = 2 * kSteps.size() + 1;
inline constexpr std::size_t kNoChange = kSteps.size();
std::size_t bucket_of(std::int64_t now_minor, std::int64_t then_minor);
std::string bucket_text(std::size_t bucket);  // "less by more than 50 %", "less by 20 to 50 %", …, "no change", …

struct Group {
    std::int64_t accounts = 0, sections = 0, winners = 0, losers = 0;
    Int128 now_minor = 0, then_minor = 0;
    std::array<std::int64_t, kBuckets> buckets{};
    void add(const Customer& customer, std::int64_t sections_rated);
    void add(const Group& other);
};

struct ClauseMoney {
    std::int64_t lines = 0;
    Int128 quantity_micro = 0, amount_minor = 0;
};

// A clause of a tariff, in the order of the bill.
struct ClauseKey {
    std::string currency, tariff;
    std::size_t place = 0;
    std::string clause;
    auto operator<=>(const ClauseKey&) const = default;
};

using GroupKey = std::pair<std::string, tariff::CustomerClass>;  // currency

class Outcome {
public:
    // `listed`: how many of the customers with the largest change are kept.
    explicit Outcome(std::size_t listed) : listed_(listed) {}

    void add(const Customer& customer, std::int64_t sections);
    void add_now(const billing::ClauseTotals& totals) { add(totals, now_); }
    void add_then(const billing::ClauseTotals& totals) { add(totals, then_); }
    // A section that could not be rated; `then`: under the scenario alone.
    void add_unrated_now(std::string_view cause) { ++unrated_now_[std::string(cause)]; }
    void add_unrated_then(std::string_view refusal) { ++unrated_then_[std::string(refusal)]; }
    void add(const Outcome& other);

    const std::map<GroupKey, Group>& groups() const { return groups_; }
    const std::map<ClauseKey, ClauseMoney>& now() const { return now_; }
    const std::map<ClauseKey, ClauseMoney>& then() const { return then_; }
    const std::map<std::string, std::int64_t>& unrated_now() const { return unrated_now_; }
    const std::map<std::string, std::int64_t>& unrated_then() const { return unrated_then_; }
    // Largest change first; of equal ones the lower account.
    std::vector<Customer> largest() const;

private:
    using Clauses = std::map<ClauseKey, ClauseMoney>;
    static void add(const billing::ClauseTotals& totals, Clauses& clauses);
    static void add(const Clauses& from, Clauses& to);
    void keep(const Customer& customer);

    std::size_t listed_;
    std::map<GroupKey, Group> groups_;
    Clauses now_, then_;
    std::map<std::string, std::int64_t> unrated_now_, unrated_then_;
    std::vector<Customer> largest_;  // a heap, the smallest change in front
};

}  // namespace mainspring::whatif
