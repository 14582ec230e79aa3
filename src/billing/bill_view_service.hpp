// One bill as a person looks at it: the page as it is printed, and its place among the others.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "billing/print_service.hpp"

namespace mainspring::billing {

struct BillView {
    document::BillPage page;
    std::string account;  // code
    std::int64_t number = 0;
    BillKind kind{};
    DateRange period;
    Date issued_on, due_on;
    Money total;
    std::int32_t flags = 0;
    std::string entry;  // "cell.book.seq"; empty: it posts nothing
    // Other documents of the account that this one stands beside; 0: none.
    std::int64_t cancels = 0, replaces = 0, cancelled_by = 0, replaced_by = 0;
    std::optional<Money> replaced_total;
};
// Nothing when the utility has no such bill.
std::optional<BillView> bill_view(Tx& tx, const org::Utility& utility, const BillWanted& wanted);

// As PDF.
std::optional<std::string> bill_pdf(Tx& tx, const org::Utility& utility, const BillWanted& wanted);

struct BillOwner {
    CellId cell;
    std::int64_t account_id = 0;
};
// The account that the bill is of; nothing when there is none.
std::optional<BillOwner> owner_of_bill(Tx& tx, const org::Utility& utility, const BillWanted& wanted);

// The document at a place of an account's chain.
std::optional<BillWanted> document_at(Tx& tx, CellId cell, std::int64_t account_id, std::int32_t bill_seq);
// Documents of any utility with this number, bills before credit notes.
struct NumberedBill {
    std::int32_t legal_entity_id = 0;
    BillWanted bill;
    BillOwner owner;
};
std::vector<NumberedBill> bills_numbered(Tx& tx, std::int64_t number, std::int32_t limit);

}  // namespace mainspring::billing
