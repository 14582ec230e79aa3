#include "ledger/hledger_service.hpp"

#include <fmt/core.h>
#include <map>
#include <ostream>

#include "base/decimal.hpp"
#include "base/ensure.hpp"
#include "ledger/entry_row.hpp"
#include "ledger/ledger_store.hpp"
#include "money/money.hpp"

namespace mainspring::ledger {
namespace {

const Statement kEntriesToExport{
    "ledger.entries_to_export", "select " MAINSPRING_ENTRY_COLUMNS " from ledger.entry order by cell_id, book_id, seq"};

std::string_view top_of(AccountKind kind) {
    switch (kind) {
        case AccountKind::asset: return "assets";
        case AccountKind::liability: return "liabilities";
        case AccountKind::equity: return "equity";
        case AccountKind::revenue: return "revenues";
        case AccountKind::expense: return "expenses";
    }
    return "assets";
}

std::string_view text_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::bill: return "bill";
        case EntryKind::cancellation: return "cancellation";
        case EntryKind::payment: return "payment";
        case EntryKind::payment_reversal: return "payment reversal";
        case EntryKind::match: return "match";
        case EntryKind::match_reversal: return "match reversal";
        case EntryKind::adjustment: return "adjustment";
    }
    return "entry";
}

class Export {
public:
    Export(const Chart& chart, std::ostream& out) : chart_(chart), out_(out) {}

    void begin() {
        out_ << "decimal-mark .\n";
        for (const Account& account : chart_.accounts()) out_ << fmt::format("account {}\n", name_of(account));
    }
    void add(const Entry& entry) {
        if (count_ == 0 || entry.book != last_.book) assert_book();
        out_ << fmt::format("\n{} * ({}/{}/{}) {}\n", format_date(entry.business_date), entry.book.cell.value,
                            entry.book.book_id, entry.seq, text_of(entry.kind));
        for (const Leg& leg : entry.legs) {
            const Account* account = chart_.find(leg.account_no);
            ensure(account != nullptr, "an entry's accounts are in the chart");
            out_ << fmt::format("    {}  {} {}\n", name_of(*account, entry.book),
                                format_money({leg.amount, entry.currency}), entry.currency.text());
            if (!account->control) totals_[{leg.account_no, entry.currency}] += leg.amount;
        }
        latest_ = count_ == 0 ? entry.business_date : std::max(latest_, entry.business_date);
        book_latest_ = entry.seq == 1 ? entry.business_date : std::max(book_latest_, entry.business_date);
        last_ = head_like(entry);
        ++count_;
    }
    std::int64_t end() {
        assert_book();
        if (totals_.empty()) return count_;
        out_ << fmt::format("\n{} * balances of the accounts\n", format_date(latest_));
        for (const auto& [key, total] : totals_) assert_balance(name_of(*chart_.find(key.first)), total, key.second);
        return count_;
    }

private:
    static Head head_like(const Entry& entry) {
        Head head;
        head.book = entry.book;
        head.seq = entry.seq;
        head.currency = entry.currency;
        head.balances = entry.balances;
        return head;
    }
    static std::string name_of(const Account& account) {
        return fmt::format("{}:{} {}", top_of(account.kind), account.number, account.key);
    }
    static std::string name_of(const Account& account, const BookKey& book) {
        return account.control ? fmt::format("{}:{}/{}", name_of(account), book.cell.value, book.book_id)
                               : name_of(account);
    }
    void assert_balance(const std::string& account, Int128 minor, Currency currency) {
        out_ << fmt::format("    {}  0 {} = {} {}\n", account, currency.text(), format_sum(minor, currency),
                            currency.text());
    }
    // hledger checks assertions by date, then by place in the file: dated like the book's latest entry, it comes last.
    void assert_book() {
        if (count_ == 0 || last_.balances.empty()) return;
        out_ << fmt::format("\n{} * balances of {}/{}\n", format_date(book_latest_), last_.book.cell.value,
                            last_.book.book_id);
        for (const Balance& balance : last_.balances)
            assert_balance(name_of(*chart_.find(balance.account_no), last_.book), balance.amount, last_.currency);
    }

    const Chart& chart_;
    std::ostream& out_;
    Head last_;
    Date latest_, book_latest_;
    std::map<std::pair<std::int32_t, Currency>, Int128> totals_;
    std::int64_t count_ = 0;
};

}  // namespace

std::int64_t export_hledger(Pool& pool, std::ostream& out, const JournalProgress& on_progress) {
    return with_tx(pool, {Isolation::repeatable_read, {}, Access::read_only}, [&](Tx& tx) {
        const Chart chart = load_chart(tx);
        Export text(chart, out);
        text.begin();
        const std::int64_t total = on_progress ? about_entries(tx) : 0;
        std::int64_t done = 0;
        Entry entry;
        CopyOut rows = tx.copy_out(kEntriesToExport);
        while (rows.next()) {
            read_entry(rows, entry);
            text.add(entry);
            tell_progress(on_progress, {++done, total});
        }
        return text.end();
    });
}

}  // namespace mainspring::ledger
