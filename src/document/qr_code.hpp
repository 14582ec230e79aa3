// QR codes as a square of dark and light modules.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mainspring::document {

struct QrCode {
    int size = 0;  // modules a side, without the quiet zone of 4
    std::vector<std::uint8_t> dark;  // row by row
    bool is_dark(int row, int column) const {
        return dark[static_cast<std::size_t>(row) * static_cast<std::size_t>(size) +
                    static_cast<std::size_t>(column)] != 0;
    }
};

// Bytes, error level M. Nothing when the payload is longer than a code holds (2,331 bytes).
std::optional<QrCode> make_qr_code(std::string_view payload);

}  // namespace mainspring::document
