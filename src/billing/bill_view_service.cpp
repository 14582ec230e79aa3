#include "billing/bill_view_service.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>

#include "base/ensure.hpp"
#include "billing/bill_names.hpp"
#include "document/bill_document.hpp"

namespace mainspring::billing {
namespace {

// Later documents of the account that take a bill back or stand in its place.
const Statement kLater{"billing.later_documents",
                       "select coalesce(max(number) filter (where cancels_seq = $3), 0), "
                       "coalesce(max(number) filter (where replaces_seq = $3), 0) "
                       "from billing.bill where cell_id = $1 and account_id = $2 and bill_seq > $3"};

const Statement kNumbered{"billing.bills_numbered",
                          "select legal_entity_id, kind, cell_id, account_id from billing.bill where number = $1 "
                          "order by kind, legal_entity_id, cell_id limit $2"};

std::optional<store::StoredBill> find(Tx& tx, const org::Utility& utility, const BillWanted& wanted) {
    return store::find_bill(tx, {utility.legal_entity_id, wanted.kind, wanted.number});
}

// Earlier documents that the bill names.
void add_earlier(Tx& tx, const store::StoredBill& bill, BillView& view) {
    const auto number_at = [&](std::int32_t seq) {
        const auto earlier = store::bill_at(tx, {bill.cell, bill.account_id, seq});
        ensure(earlier.has_value(), "a bill names another that is there");
        if (bill.replaces_seq == seq) view.replaced_total = Money{earlier->total_minor, earlier->currency};
        return earlier->number;
    };
    if (bill.cancels_seq) view.cancels = number_at(*bill.cancels_seq);
    if (bill.replaces_seq) view.replaces = number_at(*bill.replaces_seq);
}

// A folder of its own that goes with everything in it.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mainspring-XXXXXX").native();
        if (mkdtemp(pattern.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), "a folder for a document");
        path_ = pattern;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

std::optional<BillView> bill_view(Tx& tx, const org::Utility& utility, const BillWanted& wanted) {
    const auto bill = find(tx, utility, wanted);
    if (!bill) return std::nullopt;
    BillView view;
    view.page = NameFinder(tx, utility).page_of(tx, *bill);
    view.account = view.page.account_number;
    view.number = bill->number;
    view.kind = bill->kind;
    view.period = bill->period;
    view.issued_on = bill->issued_on;
    view.due_on = bill->due_on;
    view.total = {bill->total_minor, bill->currency};
    view.flags = bill->flags;
    if (bill->entry_seq) view.entry = fmt::format("{}.{}.{}", bill->cell.value, bill->account_id, *bill->entry_seq);
    add_earlier(tx, *bill, view);
    const Result documents = tx.exec(kLater, bill->cell, bill->account_id, bill->bill_seq);
    const Row later = documents.one();
    view.cancelled_by = later.get<std::int64_t>(0);
    view.replaced_by = later.get<std::int64_t>(1);
    return view;
}

std::optional<std::string> bill_pdf(Tx& tx, const org::Utility& utility, const BillWanted& wanted) {
    const auto bill = find(tx, utility, wanted);
    if (!bill) return std::nullopt;
    const ScratchFolder folder;
    const auto file = folder.path() / "bill.pdf";
    document::BillDocument pdf(file, {"bill", "Mainspring", format_date(bill->issued_on)});
    const auto added = pdf.add(NameFinder(tx, utility).page_of(tx, *bill));
    ensure(added.has_value(), "a bill's payment code fits");
    pdf.finish();
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::optional<BillWanted> document_at(Tx& tx, CellId cell, std::int64_t account_id, std::int32_t bill_seq) {
    const auto bill = store::bill_at(tx, {cell, account_id, bill_seq});
    if (!bill) return std::nullopt;
    return BillWanted{bill->kind, bill->number};
}

std::vector<NumberedBill> bills_numbered(Tx& tx, std::int64_t number, std::int32_t limit) {
    std::vector<NumberedBill> bills;
    for (const Row row : tx.exec(kNumbered, number, std::int64_t{limit}))
        bills.push_back({row.get<std::int32_t>(0),
                         {static_cast<BillKind>(row.get<std::int16_t>(1)), number},
                         {row.get<CellId>(2), row.get<std::int64_t>(3)}});
    return bills;
}

std::optional<BillOwner> owner_of_bill(Tx& tx, const org::Utility& utility, const BillWanted& wanted) {
    const auto bill = find(tx, utility, wanted);
    if (!bill) return std::nullopt;
    return BillOwner{bill->cell, bill->account_id};
}

}  // namespace mainspring::billing
