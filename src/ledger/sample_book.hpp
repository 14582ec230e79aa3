// For tests: a chart like the migrated one, and a book kept in memory by the pure code alone.
#pragma once
#include <algorithm>
#include <expected>
#include <vector>

#include "ledger/allocation.hpp"
#include "ledger/posting.hpp"

namespace mainspring::ledger {

inline const Chart& sample_chart() {
    static const Chart chart{{
        {1010, "cash", "Cash", AccountKind::asset, false},
        {1020, "bank", "Bank", AccountKind::asset, false},
        {1110, "receivable.electricity", "Electricity", AccountKind::asset, true},
        {1150, "receivable.tax", "Taxes", AccountKind::asset, true},
        {2110, "customer_credit", "Credit", AccountKind::liability, true},
        {2210, "tax.vat", "VAT", AccountKind::liability, false},
        {4110, "revenue.electricity", "Sales", AccountKind::revenue, false},
    }};
    return chart;
}

class SampleBook {
public:
    static inline const BookKey kKey{.cell = CellId{1}, .book_id = 7};

    Draft draft(EntryKind kind, std::vector<Leg> legs) const {
        Draft draft;
        draft.book = kKey;
        draft.kind = kind;
        draft.legal_entity_id = 1;
        draft.business_date = Date{std::chrono::days{20'000 + static_cast<int>(entries.size())}};
        draft.currency = Currency{{'C', 'N', 'Y'}};
        draft.legs = std::move(legs);
        return draft;
    }
    std::expected<std::int32_t, PostingRefusal> post(Draft next) {
        const auto entry = append(sample_chart(), head(), items(), std::move(next));
        if (!entry) return std::unexpected(entry.error());
        entries.push_back(*entry);
        return entry->seq;
    }
    std::int32_t bill(std::int64_t energy, std::int64_t tax, int due_in_days) {
        Draft next = draft(EntryKind::bill, {{.account_no = 1110, .amount = energy},
                                             {.account_no = 1150, .amount = tax},
                                             {.account_no = 4110, .amount = -energy},
                                             {.account_no = 2210, .amount = -tax}});
        next.due_on = next.business_date + std::chrono::days{due_in_days};
        return post(std::move(next)).value();
    }
    std::int32_t pay(std::int64_t amount) {
        return post(draft(EntryKind::payment, payment_legs(sample_chart(), items(), 1010, amount))).value();
    }
    std::expected<std::int32_t, PostingRefusal> reverse(std::int32_t seq, EntryKind kind) {
        if (is_reversed(entries, seq)) return std::unexpected(PostingRefusal::already_reversed);
        auto legs = reversal_legs(sample_chart(), at(seq), items());
        if (!legs) return std::unexpected(legs.error());
        Draft next = draft(kind, *std::move(legs));
        next.reverses_seq = seq;
        return post(std::move(next));
    }
    // The payment, after the matches that use its credit.
    std::expected<std::int32_t, PostingRefusal> undo(std::int32_t seq) {
        const std::span<const Entry> all = entries;
        for (const std::int32_t match : matches_using(all.subspan(static_cast<std::size_t>(seq - 1)), seq))
            if (const auto reversed = reverse(match, EntryKind::match_reversal); !reversed) return reversed;
        return reverse(seq, EntryKind::payment_reversal);
    }
    std::int32_t cancel(std::int32_t seq) {
        Draft next = draft(EntryKind::cancellation, cancellation_legs(sample_chart(), at(seq), items()));
        next.reverses_seq = seq;
        return post(std::move(next)).value();
    }
    // 0 when there is nothing to match.
    std::int32_t match() {
        auto legs = match_legs(items());
        return legs.empty() ? 0 : post(draft(EntryKind::match, std::move(legs))).value();
    }

    const Entry& at(std::int32_t seq) const { return entries.at(static_cast<std::size_t>(seq - 1)); }
    Head head() const {
        if (!entries.empty()) return head_of(entries.back());
        Head head;
        head.book = kKey;
        return head;
    }
    std::vector<Item> items() const { return items_of(sample_chart(), entries); }
    std::vector<Item> open() const { return open_items(sample_chart(), entries); }

    std::vector<Entry> entries;
};

}  // namespace mainspring::ledger
