// Bills on paper: a run's bills in one or several PDF files, each bill in exactly one (cap 88, 89); the credit notes
// and replacement bills of a utility likewise; one document alone. A phase of its own: it reads what was issued and can
// be stopped and begun again at any time.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "billing/bill_page_of.hpp"
#include "billing/print_file.hpp"
#include "org/command_log.hpp"
#include "org/org_service.hpp"
#include "storage/pool.hpp"

namespace mainspring::billing {

struct PrintOptions {
    std::int64_t run_id = 0;  // of print_run
    std::filesystem::path folder;
    std::string name = "bills";
    std::int32_t bills_a_file = 500;
    CorrectionFiles corrections = CorrectionFiles::unwritten;  // of print_corrections
    org::Doer doer = {};  // who prints, and since when
    std::function<void(std::int64_t done, std::int64_t total)> progress;  // bills
};
// The doer may not bill in the utility; the run is another utility's, or not issued to its end: its last bills would be
// in no file.
class NotPrintable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct PrintReport {
    std::vector<PrintFile> files;
    std::int64_t bills = 0, written_now = 0;
    std::string total_minor;
};
// Files that are there already are left alone. Throws NotPrintable, and std::system_error when a file cannot be
// written; what was finished stays.
PrintReport print_run(Pool& pool, const org::Utility& utility, const PrintOptions& options);

// All credit notes and replacement bills of the utility that were not printed before, in order of (account, bill). What
// is in no file yet is put into files of at most `bills_a_file` first; then every file that was never finished is
// written, and, when all are asked for, every one that is not in the folder. Reports those that were asked for.
PrintReport print_corrections(Pool& pool, const org::Utility& utility, const PrintOptions& options);

// One bill or credit note.
struct BillWanted {
    BillKind kind = BillKind::bill;
    std::int64_t number = 0;
};
struct PrintedBill {
    std::filesystem::path file;
    std::int64_t pages = 0;
};
// Into the file, or, when `to` is a folder, into a file there that is named by the number; an older file is replaced.
// Nothing when the utility has no such bill.
std::optional<PrintedBill> print_bill(Pool& pool, const org::Utility& utility, const BillWanted& wanted,
                                      const std::filesystem::path& to);

// A bill with what is needed to explain it.
struct ExplainedBill {
    Derivation derivation;
    BillNames names;
    Sha256 hash{};
};
std::optional<ExplainedBill> find_explained(Tx& tx, const org::Utility& utility, const BillWanted& wanted);

}  // namespace mainspring::billing
