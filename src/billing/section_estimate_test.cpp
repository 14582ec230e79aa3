// docs/BILLING.md, "Estimated register read", and the checks of use: worked by hand.
#include "billing/billing_test_help.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

namespace {

std::string piece(std::string_view use) { return fmt::format("total 2026-01-01 2026-02-01 {}", use); }

// Nobody read the meter: January of a supply with this carry.
std::string estimate(const Carried& carried, const Register& r = dial()) {
    Supply supply;
    supply.supplied("2020-01-01").meter({.registers = {r}});
    const std::string text = supply.bill(carried);
    const std::string head = "2026-01-01 2026-02-01 estimated: ";
    return text.starts_with(head) ? text.substr(head.size()) : text;
}

// A read closes January, with this use.
std::string use(std::string_view used, const std::string& history, std::optional<Cause> accepted = {}) {
    Supply supply;
    supply.supplied("2020-01-01").meter({}).read("2026-02-01 " + format_decimal(micro("1000") + micro(used), 6));
    if (accepted) supply.accept(*accepted);
    const std::string text = supply.bill({.history = history});
    return text.starts_with("held: ") ? text.substr(6) : "fine";
}

}  // namespace

TEST_CASE("an estimate goes on from the history") {
    Register forty = dial(), tenths = dial();
    forty.multiplier_e6 = 40'000'000;
    tenths.decimals = 1;
    const struct {
        const char* rule;
        Carried carried;
        Register dials;
        std::string expected;
    } rows[] = {
        {"(310 + 300 + 280) / 89 = 10 a day; an estimate does not count",
         {.history = "31 310; 30 300; 28 280; 31 620 e"},
         dial(),
         piece("310")},
        {"three periods at most, the last ones", {.history = "31 3100; 31 310; 30 300; 28 280"}, dial(), piece("310")},
        {"fewer will do", {.history = "1 7"}, dial(), piece("217")},
        {"wraps at the dials: 9900 + 310 = 210", {.value = "9900"}, dial(), piece("310")},
        {"620 / 31 = 20 a day, 0.5 on the dials: 15.5 is 16, times 40", {.history = "31 620"}, forty, piece("640")},
        {"100 / 30 x 31 = 103.33", {.history = "30 100"}, dial(), piece("103")},
        {"on a dial with tenths", {.history = "30 100"}, tenths, piece("103.3")},
        {"the value is rounded, not the advance: 1000.4 + 103.33 = 1103.73",
         {.value = "1000.4", .history = "30 100"},
         dial(),
         piece("103.6")},
        {"nothing to go by", {.history = ""}, dial(), "held: no_history"},
        {"only estimates", {.history = "31 310 e; 31 310 e"}, dial(), "held: no_history"},
        {"no such register", {}, dial(2), "held: opening_read_missing"},
        {"a second estimate in a row", {.history = "31 310; 31 310 e", .estimates = 1}, dial(), piece("310")},
        {"a third one", {.history = "31 310; 31 310 e; 31 310 e", .estimates = 2}, dial(), "held: estimated_too_long"},
    };
    for (const auto& row : rows) {
        INFO(row.rule);
        CHECK(estimate(row.carried, row.dials) == row.expected);
    }
    CHECK(Supply().supplied("2026-01-01").meter({}).read("2026-01-01 1000").bill() == "held: no_history");
}

TEST_CASE("an estimate starts from the last read inside") {
    Supply supply;
    supply.supplied("2020-01-01").meter({}).read("2026-01-11 1500");
    CHECK(supply.bill(Carried{}) ==
          "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-01-11 500, total 2026-01-11 2026-02-01 210");
}

TEST_CASE("an estimate per register number needs a history of each") {
    Supply supply;
    supply.supplied("2026-01-01").meter({.registers = {dial(1), dial(2, tariff::stream_of("peak"))}});
    AgreementCarry carry = carry_of({});
    carry.registers.push_back({2, micro("500")});
    CHECK(supply.bill(&carry) == "held: no_history");
    carry.history.back().by_register.emplace_back(std::int16_t{2}, micro("31"));
    CHECK(supply.bill(&carry) ==
          "2026-01-01 2026-02-01 estimated: total 2026-01-01 2026-02-01 310, peak 2026-01-01 2026-02-01 31");
}

TEST_CASE("a third estimate can be accepted, and counts on") {
    Supply supply;
    supply.supplied("2020-01-01").meter({}).accept(Cause::estimated_too_long);
    CHECK(supply.bill({.estimates = 2}).starts_with("2026-01-01 2026-02-01 estimated"));
    CHECK(supply.section.carry_out.estimates_in_a_row == 3);
    CHECK(supply.section.carry_out.estimated);
    CHECK(supply.section.carry_out.registers == std::vector<CarriedRegister>{{1, micro("1310")}});
}

TEST_CASE("the next read corrects an estimate") {
    const auto after = [](const char* carried, const char* read) {
        Supply supply;
        supply.supplied("2020-01-01").meter({}).read(std::string("2026-02-01 ") + read);
        const std::string text = supply.bill({.value = carried, .estimates = 1});
        if (!text.starts_with("held")) CHECK(supply.section.carry_out.estimates_in_a_row == 0);
        return text;
    };
    CHECK(after("1310", "1500") == "2026-01-01 2026-02-01: " + piece("190"));
    CHECK(after("1310", "1300") == "held: below_estimate");
    CHECK(after("9900", "50") == "2026-01-01 2026-02-01: " + piece("150"));  // a rollover
    // The estimate went past the end of the dials and the meter did not; or both did not, and it was too high.
    CHECK(after("20", "9950") == "held: below_estimate");
    CHECK(after("9950", "9900") == "held: below_estimate");
    // Half the dials is the limit, either way.
    CHECK(after("1310", "6310") == "held: use_high");
    CHECK(after("1310", "6310.000001") == "held: below_estimate");
    CHECK(after("9310", "4310") == "held: use_high");
    CHECK(after("9310", "4310.000001") == "held: below_estimate");
}

TEST_CASE("the carry holds what the next bill needs") {
    Supply supply;
    supply.supplied("2020-01-01").meter({}).read("2026-02-01 1300");
    std::string history = "31 999";
    for (std::size_t i = 1; i < kHistoryPeriods; ++i) history += "; 31 310";
    supply.bill({.history = history});
    const AgreementCarry& next = supply.section.carry_out;
    CHECK(next.agreement_id == 5);
    CHECK(next.billed_through == day("2026-02-01"));
    CHECK(next.device_id == 1);
    REQUIRE(next.history.size() == kHistoryPeriods);
    CHECK(next.history.front().total_micro == micro("310"));  // the oldest has gone
    CHECK(next.history.back() == PeriodUse{31, false, micro("300"), {{std::int16_t{1}, micro("300")}}});
}

TEST_CASE("use that looks wrong") {
    const struct {
        const char *rule, *used, *history, *expected;
    } rows[] = {
        {"3 x 10 a day x 31", "930", "30 300", "fine"},
        {"above it, and 621 more than expected", "931", "30 300", "use_high"},
        {"11 times, but 300 more at most", "331", "30 30", "fine"},
        {"one more", "331.000001", "30 30", "use_high"},
        {"no history", "5000", "", "fine"},
        {"10 % of 10 a day", "31", "30 300", "fine"},
        {"below it", "30.999999", "30 300", "use_low"},
        {"a mean below 2 a day is left alone", "1", "30 59.999999", "fine"},
        {"nothing, after 2 a day", "0", "30 60", "use_zero"},
        {"nothing, after less", "0", "30 59.999999", "fine"},
        {"an estimated period counts here", "0", "30 60 e", "use_zero"},
        {"twelve periods, not thirteen", "0",
         "30 9999; 30 1; 30 1; 30 1; 30 1; 30 1; 30 1; 30 1; 30 1; 30 1; 30 1; 30 1; 30 1", "fine"},
    };
    for (const auto& row : rows) {
        INFO(row.rule);
        CHECK(use(row.used, row.history) == row.expected);
        if (const auto cause = cause_of(row.expected)) CHECK(use(row.used, row.history, cause) == "fine");
    }
}
