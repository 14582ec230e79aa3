// Which ledger account each clause of a plan posts to, looked up once per run.
#pragma once
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger/chart.hpp"
#include "rating/rating.hpp"
#include "tariff/plan.hpp"

namespace mainspring::billing {

struct PlanPosting {
    // One a clause, and a last one for the rounding line.
    std::vector<std::int32_t> credit_account, receivable_account;
    // One a clause, where the line that takes a contained tax out of the revenue goes; empty without such a tax.
    std::vector<std::int32_t> contained_in;
};

class PostingMap {
public:
    // Names the plan, clause and key of the first one that the chart does not know.
    static std::expected<PostingMap, std::string> make(const std::vector<const tariff::Plan*>& plans,
                                                       const ledger::Chart& chart);
    const PlanPosting& of(const tariff::Plan& plan) const { return by_plan_.at(&plan); }

private:
    std::unordered_map<const tariff::Plan*, PlanPosting> by_plan_;
};

struct Leg {
    std::int32_t account_no = 0;
    std::int64_t amount_minor = 0;  // + debit, - credit
    friend bool operator==(const Leg&, const Leg&) = default;
};

// Sums lines into legs: receivables first, then the rest, each ascending, zeros left out (docs/BILLING.md, "entry").
class LegSummer {
public:
    void clear();
    void add(const rating::RatedSection& section, const PostingMap& map);
    // Valid until the next clear().
    const std::vector<Leg>& legs();

private:
    static void add_to(std::vector<Leg>& sums, std::int32_t account_no, std::int64_t amount_minor);
    std::vector<Leg> receivables_, credits_, legs_;
};

// What a range billed, by clause; and what its sections used, which is not the sum over clauses: several of them charge
// the same energy.
struct ClauseTotal {
    std::int64_t lines = 0;
    Int128 quantity_micro = 0;
    Int128 amount_minor = 0;
};
struct UseTotal {
    std::int64_t sections = 0;
    Int128 quantity_micro = 0;
};
struct SectionUse {
    Commodity commodity{};
    Unit unit{};
    std::int64_t quantity_micro = 0;
};
class ClauseTotals {
public:
    void add(const rating::RatedSection& section, const SectionUse& use);
    const std::map<std::pair<Commodity, Unit>, UseTotal>& use() const { return use_; }
    const std::unordered_map<const tariff::Plan*, std::vector<ClauseTotal>>& by_plan() const { return by_plan_; }

private:
    std::unordered_map<const tariff::Plan*, std::vector<ClauseTotal>> by_plan_;
    std::map<std::pair<Commodity, Unit>, UseTotal> use_;
};

}  // namespace mainspring::billing
