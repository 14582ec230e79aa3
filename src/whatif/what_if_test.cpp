// Sums, steps and files of a comparison.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>

#include "whatif/report.hpp"

using namespace mainspring;
using namespace mainspring::whatif;

namespace {

Currency yuan() { return currency_of("CNY").value(); }

Customer customer(std::int64_t id, std::int64_t now, std::int64_t then) {
    return {CellId{1}, id, tariff::CustomerClass::residential, yuan(), now, then};
}

std::string step(std::int64_t now, std::int64_t then) { return bucket_text(bucket_of(now, then)); }

WhatIfAnswer three_customers() {
    WhatIfAnswer answer{Outcome(2), {}, 0, false};
    answer.outcome.add(customer(1, 10000, 9000), 12);
    Outcome other(2);
    other.add(customer(2, 10000, 12500), 12);
    other.add(customer(3, 5000, 5000), 11);
    other.add(customer(4, 100, 101), 1);
    other.add_unrated_now("no_history");
    other.add_unrated_then("register_missing");
    answer.outcome.add(other);
    answer.accounts = {"A2", "A1"};
    return answer;
}

}  // namespace

TEST_CASE("a change belongs to the step whose upper end it does not pass") {
    CHECK(step(100, 100) == "no change");
    CHECK(step(0, 0) == "no change");
    CHECK(step(10000, 10100) == "more by 0 to 1 %");
    CHECK(step(10000, 10101) == "more by 1 to 2 %");
    CHECK(step(10000, 9000) == "less by 5 to 10 %");
    CHECK(step(10000, 8999) == "less by 10 to 20 %");
    CHECK(step(10000, 15000) == "more by 20 to 50 %");
    CHECK(step(10000, 15001) == "more by more than 50 %");
    CHECK(step(0, 1) == "more by more than 50 %");
    CHECK(step(0, -1) == "less by more than 50 %");
    CHECK(step(-10000, -9900) == "more by 0 to 1 %");
}

TEST_CASE("outcomes of several workers add up") {
    const WhatIfAnswer answer = three_customers();
    const Group& group = answer.outcome.groups().at({"CNY", tariff::CustomerClass::residential});
    CHECK(group.accounts == 4);
    CHECK(group.sections == 36);
    CHECK(group.winners == 1);
    CHECK(group.losers == 2);
    CHECK(narrow(group.now_minor) == 25100);
    CHECK(narrow(group.then_minor) == 26601);
    CHECK(group.buckets[kNoChange] == 1);
    const auto largest = answer.outcome.largest();
    REQUIRE(largest.size() == 2);
    CHECK(largest[0].account_id == 2);
    CHECK(largest[1].account_id == 1);
    CHECK(answer.outcome.unrated_now().at("no_history") == 1);
    CHECK(answer.outcome.unrated_then().at("register_missing") == 1);
}

TEST_CASE("sheets say amounts as decimals") {
    const auto sheets = sheets_of(three_customers());
    CHECK(csv_of(sheets[0]) ==
          "currency,class,accounts,bills,now,then,difference,percent,winners,losers\n"
          "CNY,residential,4,36,251.00,266.01,15.01,5.98,1,2\n"
          "CNY,all,4,36,251.00,266.01,15.01,5.98,1,2\n");
    CHECK(csv_of(sheets[3]) ==
          "account,class,currency,now,then,difference,percent\n"
          "A2,residential,CNY,100.00,125.00,25.00,25.00\n"
          "A1,residential,CNY,100.00,90.00,-10.00,-10.00\n");
    CHECK(csv_row({"a,b", "say \"x\"", "plain"}) == "\"a,b\",\"say \"\"x\"\"\",plain\n");
}

TEST_CASE("a workbook and charts are written") {
    const WhatIfAnswer answer = three_customers();
    const auto file = std::filesystem::temp_directory_path() / "mainspring-what-if-test.xlsx";
    write_workbook(file, sheets_of(answer));
    std::ifstream in(file, std::ios::binary);
    std::string start(2, ' ');
    in.read(start.data(), 2);
    CHECK(start == "PK");
    std::filesystem::remove(file);
    CHECK_THROWS_AS(write_workbook("/nowhere/at/all.xlsx", sheets_of(answer)), std::runtime_error);
    const std::string chart = distribution_chart(answer.outcome, "CNY");
    CHECK(chart.starts_with("<svg "));
    CHECK(chart.find("less by 5 to 10 %") != std::string::npos);
    CHECK(revenue_chart(answer.outcome, "CNY").find(">251.00<") != std::string::npos);
}
