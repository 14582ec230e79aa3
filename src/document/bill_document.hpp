// Many bills into one PDF file, to be printed as a batch. Equal bills give equal bytes. Memory holds one page.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "document/bill_page.hpp"

namespace mainspring::document {

enum class BillRefusal : std::uint8_t { qr_payload_too_long };
std::string_view text_of(BillRefusal refusal);

struct DocumentInfo {
    std::string title, author;
    std::string created_on;  // "2026-07-01": the issue date, never the time of printing
};

struct DocumentSize {
    std::int64_t bills = 0, pages = 0, bytes = 0;
};

// The file appears under its name when finish() has brought it to the disk, whole; until then it is "<name>.part" and a
// number, which the destructor removes. Throws std::system_error when the disk refuses. Of one thread.
class BillDocument {
public:
    BillDocument(std::filesystem::path file, const DocumentInfo& info);
    ~BillDocument();
    BillDocument(const BillDocument&) = delete;
    BillDocument& operator=(const BillDocument&) = delete;

    // The number of pages. A refused bill leaves no page.
    std::expected<int, BillRefusal> add(const BillPage& bill);
    DocumentSize finish();

private:
    struct Pdf;
    std::unique_ptr<Pdf> pdf_;
};

}  // namespace mainspring::document
