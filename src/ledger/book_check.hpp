// An auditor of the journal that shares no arithmetic with posting.cpp: entries go in one by one, in order, and what is
// wrong comes out. Pure.
#pragma once
#include <string>
#include <vector>

#include "base/decimal.hpp"
#include "ledger/chart.hpp"
#include "ledger/entry.hpp"

namespace mainspring::ledger {

enum class Check {
    entry_unbalanced,
    seq_gap,
    unknown_account,
    currency_changed,
    balances_wrong,
    settles_nothing_known,  // the item named does not exist, lies later, or is on another account
    over_settled,
    open_from_wrong,
    reversal_wrong,  // does not negate the entry that it names
    read_model_differs,
    series_gap,
    period_violated,  // posted into a period after it was closed
    reference_missing,  // a bill, read or entry without its account, entry, service point or bill
};
std::string_view text_of(Check check);

struct Finding {
    Check check{};
    std::string where;  // "1/4711/3": cell, book, seq
    std::string detail;  // what is, what should be
};

class BookCheck {
public:
    explicit BookCheck(const Chart& chart) : chart_(chart) {}
    // REQUIRES: in order of (cell, book, seq).
    void add(const Entry& entry, std::vector<Finding>& findings);

private:
    struct OpenLeg {
        ItemKey key;
        std::int32_t account_no = 0;
        std::int64_t original = 0;
        Int128 open = 0;
    };
    struct Past {
        std::int32_t seq = 0;
        std::vector<Leg> legs;
    };

    void start_book(const Entry& entry);
    void check_legs(const Entry& entry, std::vector<Finding>& findings);
    void check_settlements(const Entry& entry, std::vector<Finding>& findings);
    void check_balances(const Entry& entry, std::vector<Finding>& findings) const;
    void check_open_from(const Entry& entry, std::vector<Finding>& findings);
    void check_reversal(const Entry& entry, std::vector<Finding>& findings) const;

    const Chart& chart_;
    BookKey book_;
    bool started_ = false;
    std::int32_t seq_ = 0;
    Currency currency_;
    std::vector<std::pair<std::int32_t, Int128>> balances_;  // ascending by account
    std::vector<OpenLeg> items_;  // ascending by key
    std::size_t first_open_ = 0;  // no item before it is open
    std::vector<Past> past_;
};

}  // namespace mainspring::ledger
