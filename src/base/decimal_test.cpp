#include "base/decimal.hpp"

#include <doctest/doctest.h>

using namespace mainspring;

TEST_CASE("a whole number beyond 64 bits is read and written exactly, and refused when it is none") {
    const std::string large = "123456789012345678901234567890";
    CHECK(format_decimal(parse_whole(large).value(), 0) == large);
    CHECK(format_decimal(parse_whole("-" + large).value(), 0) == "-" + large);
    CHECK(parse_whole("0").value() == 0);
    CHECK(parse_whole("").error() == DecimalError::empty);
    CHECK(parse_whole("12a").error() == DecimalError::not_a_number);
    CHECK(parse_whole("1.5").error() == DecimalError::too_many_decimals);
    CHECK(parse_whole("9999999999999999999999999999999999999").has_value());
    CHECK(parse_whole("10000000000000000000000000000000000000").error() == DecimalError::out_of_range);
}
