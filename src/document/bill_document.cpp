#include "document/bill_document.hpp"

#include <cairo-pdf.h>
#include <exception>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>

#include "base/ensure.hpp"
#include "document/bill_layout.hpp"
#include "document/clean_text.hpp"
#include "document/file_sink.hpp"

namespace mainspring::document {

namespace {

struct SurfaceEnd {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct ContextEnd {
    void operator()(cairo_t* context) const { cairo_destroy(context); }
};

}  // namespace

std::string_view text_of(BillRefusal refusal) {
    switch (refusal) {
        case BillRefusal::qr_payload_too_long: return "the payment code's text is longer than a QR code holds";
    }
    return "";
}

// Cairo writes through a C callback: an exception of the sink waits in `failure` until cairo is left.
struct BillDocument::Pdf {
    FileSink sink;
    std::exception_ptr failure;
    std::unique_ptr<cairo_surface_t, SurfaceEnd> surface;
    std::unique_ptr<cairo_t, ContextEnd> context;
    Shaper shaper;
    DocumentSize size;

    explicit Pdf(std::filesystem::path file) : sink(std::move(file)) {
        surface.reset(cairo_pdf_surface_create_for_stream(&Pdf::write, this, kPageWidth, kPageHeight));
        context.reset(cairo_create(surface.get()));
        check();
    }

    static cairo_status_t write(void* closure, const unsigned char* data, unsigned int length) noexcept {
        Pdf& pdf = *static_cast<Pdf*>(closure);
        if (pdf.failure) return CAIRO_STATUS_WRITE_ERROR;
        try {
            pdf.sink.write({data, length});
            return CAIRO_STATUS_SUCCESS;
        } catch (...) {
            pdf.failure = std::current_exception();
            return CAIRO_STATUS_WRITE_ERROR;
        }
    }

    void check() const {
        if (failure) std::rethrow_exception(failure);
        for (const cairo_status_t status : {cairo_surface_status(surface.get()), cairo_status(context.get())}) {
            if (status != CAIRO_STATUS_SUCCESS) {
                throw std::runtime_error(fmt::format("cannot draw the bill: {}", cairo_status_to_string(status)));
            }
        }
    }

    void bookmark(const BillPage& bill) {
        const std::string name = clean_text(bill.bill_number + "  " + bill.account_number + "  " + bill.customer_name);
        const std::string link = fmt::format("page={}", size.pages + 1);
        cairo_pdf_surface_add_outline(surface.get(), CAIRO_PDF_OUTLINE_ROOT, name.c_str(), link.c_str(),
                                      static_cast<cairo_pdf_outline_flags_t>(0));
    }
};

BillDocument::BillDocument(std::filesystem::path file, const DocumentInfo& info)
    : pdf_(std::make_unique<Pdf>(std::move(file))) {
    cairo_surface_t* surface = pdf_->surface.get();
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, clean_text(info.title).c_str());
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, clean_text(info.author).c_str());
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Mainspring");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, (info.created_on + "T00:00:00Z").c_str());
    pdf_->check();
}

BillDocument::~BillDocument() = default;

std::expected<int, BillRefusal> BillDocument::add(const BillPage& bill) {
    std::optional<QrCode> qr;
    if (bill.slip && !bill.slip->qr_payload.empty()) {
        qr = make_qr_code(bill.slip->qr_payload);
        if (!qr) return std::unexpected(BillRefusal::qr_payload_too_long);
    }
    const BillLayout layout(bill, pdf_->shaper, qr ? &*qr : nullptr);
    pdf_->bookmark(bill);
    Canvas canvas(pdf_->context.get());
    for (int page = 0; page < layout.pages(); ++page) {
        layout.draw(canvas, page);
        cairo_show_page(pdf_->context.get());
    }
    pdf_->check();
    ++pdf_->size.bills;
    pdf_->size.pages += layout.pages();
    return layout.pages();
}

DocumentSize BillDocument::finish() {
    ensure(pdf_->size.pages > 0, "a print file without bills");
    pdf_->context.reset();
    cairo_surface_finish(pdf_->surface.get());
    if (pdf_->failure) std::rethrow_exception(pdf_->failure);
    const cairo_status_t status = cairo_surface_status(pdf_->surface.get());
    if (status != CAIRO_STATUS_SUCCESS) {
        throw std::runtime_error(fmt::format("cannot end the print file: {}", cairo_status_to_string(status)));
    }
    pdf_->sink.commit();
    pdf_->size.bytes = pdf_->sink.bytes();
    return pdf_->size;
}

}  // namespace mainspring::document
