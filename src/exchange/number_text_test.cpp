#include "exchange/number_text.hpp"

#include <doctest/doctest.h>

using namespace mainspring::exchange;

namespace {

// "value", or "value rounded", or why not.
std::string scaled(std::string_view text, int scale = 8) {
    const auto number = scaled_number(text, scale);
    if (!number) return number.error();
    return std::to_string(number->value) + (number->rounded ? " rounded" : "");
}

}  // namespace

TEST_CASE("numbers of any form become scaled integers, exactly or rounded half up") {
    CHECK(scaled("0.07076899707317352") == "7076900 rounded");
    CHECK(scaled("0.000000005") == "1 rounded");
    CHECK(scaled("-0.000000005") == "-1 rounded");
    CHECK(scaled("0.0000000049") == "0 rounded");
    CHECK(scaled("0.125") == "12500000");
    CHECK(scaled("1.20e-3") == "120000");
    CHECK(scaled("12E+2", 0) == "1200");
    CHECK(scaled("00012.500", 6) == "12500000");
    CHECK(scaled("0") == "0");
    CHECK(scaled("0e99999999", 6) == "0");
    CHECK(scaled("1e-400") == "0 rounded");
    CHECK(scaled("9999999999.99999999") == "999999999999999999");
}

TEST_CASE("what is no number of ours says so") {
    CHECK(scaled("10000000000") == "10000000000 is out of range");
    CHECK(scaled("1e38") == "1e38 is out of range");
    for (const auto* bad : {"", "-", ".", "1.2.3", "e5", "1e", "1e+-2", "0x10", "1,5", "nan", " 1"})
        CHECK_MESSAGE(scaled(bad).ends_with("is no number"), bad);
}
