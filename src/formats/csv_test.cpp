#include "formats/csv.hpp"

#include <chrono>
#include <doctest/doctest.h>

#include "formats/decimal_text.hpp"

using namespace mainspring;
using namespace mainspring::formats;

namespace {

// "line[cell|cell]" and "!problem" for each row.
std::string rows(std::string_view text, CsvOptions options = {.file = "f", .required = {"a", "b"}}) {
    auto reader = CsvReader::open(text, std::move(options));
    if (!reader) return "!" + text_of(reader.error());
    std::string out;
    while (auto row = reader->next()) {
        if (!*row) {
            out += "!" + text_of(row->error()) + ";";
            continue;
        }
        out += std::to_string((**row)->line()) + "[";
        for (std::string_view cell : (**row)->cells()) out += std::string(cell) + "|";
        out.back() = ']';
    }
    return out;
}

}  // namespace

TEST_CASE("plain rows") {
    CHECK(rows("a,b\n1,2\n3,4\n") == "2[1|2]3[3|4]");
    CHECK(rows("a,b\r\n1,2\r\n3,4") == "2[1|2]3[3|4]");
    CHECK(rows("a,b\n\n , \n1,\n,2\n\n") == "4[1|]5[|2]");
    CHECK(rows("\n a , b ,,\n1,2,,\n") == "3[1|2]");
    CHECK(rows("a;b\n1,5;2\n", {.file = "f", .delimiter = ';', .required = {"a", "b"}}) == "2[1,5|2]");
    CHECK(rows("a\n1\n\n2\n", {.file = "f", .required = {"a"}}) == "2[1]4[2]");
    const std::string wide(100, 'x');
    CHECK(rows("a,b\n" + wide + "," + wide + "\n") == "2[" + wide + "|" + wide + "]");
}

TEST_CASE("quotes") {
    CHECK(rows("a,b\n\"1,5\",\"say \"\"x\"\"\"\n") == "2[1,5|say \"x\"]");
    CHECK(rows("\"a\",\"b\"\r\n\"1\r\n2\",3\r\n4,5\r\n") == "2[1\r\n2|3]4[4|5]");
    CHECK(rows("a,b\n\"\",\"\"\"\"\n") == "2[|\"]");
    CHECK(rows("a,b\n5\" pipe,x\n") == "2[5\" pipe|x]");
    CHECK(rows("a,b\n\"1\"x,2\n3,4\n") == "!f:2: text follows a closing quote;3[3|4]");
    CHECK(rows("a,b\n1,\"2\"") == "2[1|2]");
    CHECK(rows("a,b\n1,\"2\"\r") == "2[1|2]");
}

TEST_CASE("a quote that never closes costs its row alone") {
    CHECK(rows("a,b\n1,\"2\n3,4\n5,6\n") == "!f:2: a quote is not closed;3[3|4]4[5|6]");
    // Two strays that close each other over a distance.
    CHECK(rows("a,b\n\"1,2\n3,4\n5\",6,7\n8,9\n") ==
          "!f:2: 3 fields, the header has 2;3[3|4]!f:4: 3 fields, the header has 2;5[8|9]");
    CHECK(rows("a,b\n\"1,2\n\"3,4\n\"5,6\n7,8\n") ==
          "!f:2: text follows a closing quote;!f:3: a quote is not closed;!f:4: a quote is not closed;5[7|8]");
    CHECK(rows("\"a,b\n1,2\n") == "!f:1: header: a quote is not closed");
}

TEST_CASE("wrong numbers of fields") {
    CHECK(rows("a,b\n1\n1,2,3\n1,2\n") == "!f:2: 1 fields, the header has 2;!f:3: 3 fields, the header has 2;4[1|2]");
}

TEST_CASE("headers") {
    CHECK(rows("") == "!f: is empty: no header line");
    CHECK(rows("\n\n") == "!f: is empty: no header line");
    CHECK(rows("a,a,b\n") == "!f:1: column 'a' is there twice");
    CHECK(rows("a,b,c\n") == "!f:1: column 'c' is unknown");
    CHECK(rows("\na\n") == "!f:2: column 'b' is missing");
    CHECK(rows("a,,b\n") == "!f:1: a column has no name");
    CHECK(rows("a,x,x,,b\n1,2,3,4,5\n", {.file = "f", .required = {"a", "b"}, .unknown = UnknownColumns::ignore}) ==
          "2[1|2|3|4|5]");
    auto reader = CsvReader::open("b,a\n1,2\n", {.file = "f", .required = {"a"}, .optional = {"b", "c"}});
    REQUIRE(reader);
    const auto row = reader->next();
    REQUIRE(row);
    const CsvRow& cells = ***row;
    CHECK(cells["a"] == "2");
    CHECK(cells["b"] == "1");
    CHECK(cells["c"].empty());
    CHECK_THROWS(cells["d"]);
    CHECK(reader->header().find("a") == 1);
}

TEST_CASE("one line by the same rules") {
    CHECK(*split_csv_line("a,\"b,\"\"c\"\"\",", ',') == std::vector<std::string>{"a", "b,\"c\"", ""});
    CHECK(*split_csv_line("", ',') == std::vector<std::string>{""});
    CHECK(split_csv_line("a,\"b", ',').error() == "a quote is not closed");
    CHECK(split_csv_line("\"a\"b", ',').error() == "text follows a closing quote");
}

TEST_CASE("a text of quotes alone stays linear") {
    std::string text = "a,b\n";
    for (int i = 0; i < 200'000; ++i) text += "\"x,\n";
    auto reader = CsvReader::open(text, {.file = "f", .required = {"a", "b"}});
    REQUIRE(reader);
    int refused = 0;
    while (auto row = reader->next()) refused += *row ? 0 : 1;
    CHECK(refused == 200'000);
}

TEST_CASE("decimals at their own scale") {
    const auto parsed = [](std::string_view text, DecimalStyle style = {}) -> std::string {
        const auto value = parse_scaled(text, style);
        if (!value) return std::string(text_of(value.error()));
        return std::to_string(value->value) + "/" + std::to_string(value->scale);
    };
    CHECK(parsed("12.50") == "125/1");
    CHECK(parsed("-0012,5", {','}) == "-125/1");
    CHECK(parsed("1.234,5", {','}) == "is not a decimal number");
    CHECK(parsed("1,5") == "is not a decimal number");
    CHECK(parsed("100") == "100/0");
    CHECK(parsed("0.000") == "0/0");
    CHECK(parsed("-0") == "0/0");
    CHECK(parsed("") == "is empty");
    CHECK(parsed(".") == "is not a decimal number");
    CHECK(parsed("+") == "is not a decimal number");
    CHECK(parsed("1.5.2") == "is not a decimal number");
    CHECK(parsed("0.000000001") == "1/9");
    CHECK(parsed("0.0000000001") == "has too many decimal places");
    CHECK(parsed("0.00000000010", {'.'}) == "has too many decimal places");
    CHECK(parsed("9223372036854775807") == "9223372036854775807/0");
    CHECK(parsed("9223372036854775808") == "is out of range");
    CHECK(parsed("1" + std::string(60, '0')) == "is out of range");
    CHECK(parsed("1" + std::string(60, '0') + ".0") == "is out of range");
    CHECK(parsed("1.5E3") == "is not a decimal number");
    CHECK(parsed("1.5E3", {'.', Exponent::accept}) == "1500/0");
    CHECK(parsed("15e-1", {'.', Exponent::accept}) == "15/1");
    CHECK(parsed("1500e-3", {'.', Exponent::accept}) == "15/1");
    CHECK(parsed("1E", {'.', Exponent::accept}) == "is not a decimal number");
    CHECK(parsed("1E999999999999", {'.', Exponent::accept}) == "is out of range");
    CHECK(parsed("1E-20", {'.', Exponent::accept}) == "has too many decimal places");
}
