// Bills on paper: a run's bills in one or several PDF files, each bill in exactly one (cap 88, 89); one bill explained.
// A phase of its own: it reads what was issued and can be stopped and begun again at any time.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "billing/bill_page_of.hpp"
#include "billing/billing_store.hpp"
#include "org/org_service.hpp"

namespace mainspring::billing {

using PlansById = std::map<std::int64_t, std::shared_ptr<const tariff::Plan>>;

// Everything that a bill's proof refers to, in words.
class NameFinder {
public:
    NameFinder(Tx& tx, const org::Utility& utility);
    BillNames names_of(Tx& tx, const store::StoredBill& bill, const Derivation& derivation) const;

private:
    void add_meters(Tx& tx, CellId cell, const Derivation& derivation, BillNames& names) const;
    document::PaymentSlip slip_of(const store::StoredBill& bill, const BillNames& names) const;

    org::Utility utility_;
    document::Utility printed_;
    document::Language language_{};
    PlansById plans_;
};

struct PrintOptions {
    std::int64_t run_id = 0;
    std::filesystem::path folder;
    std::string name = "bills";
    std::int32_t bills_a_file = 500;
    std::function<void(std::int64_t done, std::int64_t total)> progress;  // bills
};
// The run is another utility's, or not issued to its end: its last bills would be in no file.
class NotPrintable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct PrintReport {
    std::vector<store::PrintFile> files;
    std::int64_t bills = 0, written_now = 0;  // files that were there already are left alone
    std::string total_minor;
};
// Throws NotPrintable, and std::system_error when a file cannot be written; what was finished stays.
PrintReport print_run(Pool& pool, const org::Utility& utility, const PrintOptions& options);

}  // namespace mainspring::billing
