#include "document/qr_code.hpp"

#include <cerrno>
#include <memory>
#include <new>
#include <qrencode.h>

#include "base/ensure.hpp"

namespace mainspring::document {

std::optional<QrCode> make_qr_code(std::string_view payload) {
    ensure(!payload.empty(), "a QR code without payload");
    constexpr std::size_t kCapacity = 2331;  // version 40, level M, bytes
    if (payload.size() > kCapacity) return std::nullopt;
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeData(static_cast<int>(payload.size()), reinterpret_cast<const unsigned char*>(payload.data()), 0,
                          QR_ECLEVEL_M),
        &QRcode_free);
    if (code == nullptr) {
        if (errno == ERANGE) return std::nullopt;
        throw std::bad_alloc();
    }
    QrCode made{code->width, {}};
    const auto modules = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
    made.dark.reserve(modules);
    for (std::size_t i = 0; i < modules; ++i) made.dark.push_back(code->data[i] & 1U);
    return made;
}

}  // namespace mainspring::document
