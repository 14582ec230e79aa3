#include "ledger/book_check.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <map>

namespace mainspring::ledger {
namespace {

std::string place_of(const Entry& entry) {
    return fmt::format("{}/{}/{}", entry.book.cell.value, entry.book.book_id, entry.seq);
}

std::map<std::int32_t, Int128> sums_of(const std::vector<Leg>& legs) {
    std::map<std::int32_t, Int128> sums;
    for (const Leg& leg : legs) sums[leg.account_no] += leg.amount;
    return sums;
}

}  // namespace

std::string_view text_of(Check check) {
    switch (check) {
        case Check::entry_unbalanced: return "entry_unbalanced";
        case Check::seq_gap: return "seq_gap";
        case Check::unknown_account: return "unknown_account";
        case Check::currency_changed: return "currency_changed";
        case Check::balances_wrong: return "balances_wrong";
        case Check::settles_nothing_known: return "settles_nothing_known";
        case Check::over_settled: return "over_settled";
        case Check::open_from_wrong: return "open_from_wrong";
        case Check::reversal_wrong: return "reversal_wrong";
        case Check::read_model_differs: return "read_model_differs";
        case Check::series_gap: return "series_gap";
        case Check::period_violated: return "period_violated";
        case Check::reference_missing: return "reference_missing";
    }
    return "unknown";
}

void BookCheck::start_book(const Entry& entry) {
    started_ = true;
    book_ = entry.book;
    seq_ = 0;
    currency_ = entry.currency;
    balances_.clear();
    items_.clear();
    past_.clear();
    first_open_ = 0;
}

void BookCheck::add(const Entry& entry, std::vector<Finding>& findings) {
    if (!started_ || entry.book != book_) start_book(entry);
    if (entry.seq != seq_ + 1) findings.push_back({Check::seq_gap, place_of(entry), fmt::format("follows {}", seq_)});
    seq_ = entry.seq;
    if (entry.currency != currency_)
        findings.push_back({Check::currency_changed, place_of(entry), std::string(entry.currency.text())});
    check_legs(entry, findings);
    check_settlements(entry, findings);
    check_balances(entry, findings);
    check_open_from(entry, findings);
    check_reversal(entry, findings);
    past_.push_back({entry.seq, entry.legs});
}

void BookCheck::check_legs(const Entry& entry, std::vector<Finding>& findings) {
    Int128 sum = 0;
    for (const Leg& leg : entry.legs) {
        sum += leg.amount;
        if (chart_.find(leg.account_no) == nullptr)
            findings.push_back({Check::unknown_account, place_of(entry), fmt::format("{}", leg.account_no)});
        if (leg.amount == 0) findings.push_back({Check::entry_unbalanced, place_of(entry), "a leg moves nothing"});
        if (!chart_.is_control(leg.account_no)) continue;
        auto at = std::ranges::lower_bound(balances_, leg.account_no, {}, &std::pair<std::int32_t, Int128>::first);
        if (at == balances_.end() || at->first != leg.account_no) at = balances_.insert(at, {leg.account_no, 0});
        at->second += leg.amount;
    }
    if (sum != 0 || entry.legs.size() < 2)
        findings.push_back({Check::entry_unbalanced, place_of(entry),
                            fmt::format("{} legs, off by {}", entry.legs.size(), format_decimal(sum, 0))});
}

void BookCheck::check_settlements(const Entry& entry, std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < entry.legs.size(); ++i) {
        const Leg& leg = entry.legs[i];
        if (leg.settles.seq == 0) continue;
        const auto item = std::ranges::lower_bound(items_, leg.settles, {}, &OpenLeg::key);
        if (item == items_.end() || item->key != leg.settles || item->account_no != leg.account_no) {
            findings.push_back({Check::settles_nothing_known, place_of(entry),
                                fmt::format("leg {} names ({}, {})", i + 1, leg.settles.seq, leg.settles.leg)});
            continue;
        }
        item->open += leg.amount;
        first_open_ = std::min(first_open_, static_cast<std::size_t>(item - items_.begin()));
    }
    // A whole entry counts: two of its legs may move one item.
    for (const Leg& leg : entry.legs) {
        const auto item = std::ranges::lower_bound(items_, leg.settles, {}, &OpenLeg::key);
        if (leg.settles.seq == 0 || item == items_.end() || item->key != leg.settles) continue;
        const bool good = item->original > 0 ? item->open >= 0 && item->open <= item->original
                                             : item->open <= 0 && item->open >= item->original;
        if (!good)
            findings.push_back({Check::over_settled, place_of(entry),
                                fmt::format("item ({}, {}) of {} is left with {}", item->key.seq, item->key.leg,
                                            item->original, format_decimal(item->open, 0))});
    }
    for (std::size_t i = 0; i < entry.legs.size(); ++i) {
        const Leg& leg = entry.legs[i];
        if (leg.settles.seq == 0 && chart_.is_control(leg.account_no))
            items_.push_back({.key = {entry.seq, static_cast<std::int16_t>(i + 1)},
                              .account_no = leg.account_no,
                              .original = leg.amount,
                              .open = leg.amount});
    }
}

void BookCheck::check_balances(const Entry& entry, std::vector<Finding>& findings) const {
    const bool same = std::ranges::equal(entry.balances, balances_, [](const Balance& stored, const auto& counted) {
        return stored.account_no == counted.first && stored.amount == counted.second;
    });
    if (same) return;
    std::string counted;
    for (const auto& [account, amount] : balances_)
        counted += fmt::format(" {}={}", account, format_decimal(amount, 0));
    findings.push_back({Check::balances_wrong, place_of(entry), "should be" + counted});
}

void BookCheck::check_open_from(const Entry& entry, std::vector<Finding>& findings) {
    while (first_open_ < items_.size() && items_[first_open_].open == 0) ++first_open_;
    const std::int32_t counted = first_open_ < items_.size() ? items_[first_open_].key.seq : entry.seq + 1;
    if (entry.open_from != counted)
        findings.push_back(
            {Check::open_from_wrong, place_of(entry), fmt::format("is {}, should be {}", entry.open_from, counted)});
}

void BookCheck::check_reversal(const Entry& entry, std::vector<Finding>& findings) const {
    const bool must = entry.kind == EntryKind::cancellation || entry.kind == EntryKind::payment_reversal ||
                      entry.kind == EntryKind::match_reversal;
    if (!entry.reverses_seq) {
        if (must) findings.push_back({Check::reversal_wrong, place_of(entry), "names no entry"});
        return;
    }
    const auto past = std::ranges::lower_bound(past_, *entry.reverses_seq, {}, &Past::seq);
    if (past == past_.end() || past->seq != *entry.reverses_seq) {
        findings.push_back(
            {Check::reversal_wrong, place_of(entry), fmt::format("{} is not there", *entry.reverses_seq)});
        return;
    }
    auto sums = sums_of(past->legs);
    for (const auto& [account, amount] : sums_of(entry.legs)) sums[account] += amount;
    // A cancellation turns what was paid into credit: its control accounts move as a whole.
    Int128 control = 0;
    for (auto& [account, amount] : sums) {
        if (entry.kind != EntryKind::cancellation || !chart_.is_control(account)) continue;
        control += amount;
        amount = 0;
    }
    if (control != 0 || std::ranges::any_of(sums, [](const auto& sum) { return sum.second != 0; }))
        findings.push_back(
            {Check::reversal_wrong, place_of(entry), fmt::format("does not negate entry {}", *entry.reverses_seq)});
}

}  // namespace mainspring::ledger
