// Numbers of other forms as scaled integers: any count of decimals, and powers of ten. No floating point.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace mainspring::exchange {

struct ScaledNumber {
    std::int64_t value = 0;  // number * 10^scale
    bool rounded = false;    // the text had more decimals; it was rounded half up
};

// "0.07076899707317352" at scale 8 -> 7076900, rounded; "1.2e-3" -> 120000. Error: why it is no such number.
std::expected<ScaledNumber, std::string> scaled_number(std::string_view text, int scale);

}  // namespace mainspring::exchange
