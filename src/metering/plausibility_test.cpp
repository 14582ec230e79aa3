#include "metering/plausibility.hpp"

#include <doctest/doctest.h>

namespace mainspring::metering {
namespace {

Date on(std::string_view text) { return *parse_date(text); }

// Ten units a day, twice.
const std::vector<Mark> kTenADay{
    {on("2026-01-01"), 1'000'000'000}, {on("2026-01-11"), 1'100'000'000}, {on("2026-01-21"), 1'200'000'000}};

struct Case {
    std::string_view value;
    std::string doubt;
};

InstalledRegister kwh() { return {.register_no = 1, .code = "E1", .stream = "total", .dials = 5, .decimals = 1}; }

Plausibility ask(std::string_view value, const std::vector<Mark>& before, std::optional<Mark> after = std::nullopt,
                 const InstalledRegister& installed = kwh()) {
    return judge({installed, {on("2026-01-31"), *parse_decimal(value, 6)}, before, after});
}

std::string doubt_of(const Plausibility& found) { return found.doubt ? std::string(text_of(*found.doubt)) : ""; }

}  // namespace

TEST_CASE("each doubt by the first value that raises it") {
    const Case cases[] = {
        {"1300", ""},
        {"1300.1", ""},
        {"1300.12", "digits"},
        {"1199.9", "backward"},
        {"1200", "use_zero"},
        {"1209.9", "use_low"},
        {"1210", ""},
        {"1600", ""},  // 400 in ten days: more than three times, but not by
                                              // more than 300
        {"1600.1", "use_high"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.value);
        CHECK(doubt_of(ask(each.value, kTenADay)) == each.doubt);
    }
    CHECK(doubt_of(ask("1300", kTenADay, Mark{on("2026-02-05"), 1'299'900'000})) == "ahead");
    CHECK(doubt_of(ask("1300", kTenADay, Mark{on("2026-02-05"), 1'300'000'000})).empty());
}

TEST_CASE("a sentence says what was expected, and the range is the one that is checked") {
    const Plausibility high = ask("1600.1", kTenADay);
    CHECK(high.sentence == "Register E1 would have used 400.1 kWh in 10 days; 10 to 400 kWh are usual.");
    CHECK(high.usual->from_micro == 10'000'000);
    CHECK(high.usual->to_micro == 400'000'000);
    CHECK(*high.use_micro == 400'100'000);
    CHECK(high.previous->on == on("2026-01-21"));
    const Plausibility back = ask("1199.9", kTenADay);
    CHECK(back.sentence == "Register E1 showed 1200 on 2026-01-21: 1199.9 is lower.");
    CHECK_FALSE(back.use_micro);
}

TEST_CASE("a register that passes its last digit did not go backward") {
    const std::vector<Mark> before{{on("2026-01-01"), 99'700'000'000}, {on("2026-01-16"), 99'850'000'000}};
    const Plausibility found = ask("10", before);
    CHECK_FALSE(found.doubt);
    CHECK(*found.use_micro == 160'000'000);
    CHECK_FALSE(advance_of(kwh(), {90'000'000'000, 0}));
    CHECK(*advance_of(kwh(), {90'000'000'001, 0}) == 9'999'999'999);
}

TEST_CASE("nothing is said of use without history, and of a maximum") {
    CHECK_FALSE(ask("5000", {}).previous);
    const Plausibility second = ask("5000", {{on("2026-01-01"), 0}});
    CHECK_FALSE(second.doubt);
    CHECK(*second.use_micro == 5'000'000'000);
    CHECK_FALSE(second.usual);
    InstalledRegister maximum = kwh();
    maximum.unit = Unit::kw;
    CHECK_FALSE(ask("3", kTenADay, std::nullopt, maximum).doubt);
    CHECK_FALSE(ask("3", kTenADay, std::nullopt, maximum).use_micro);
}

TEST_CASE("use is multiplied, and who hardly uses anything may use nothing") {
    InstalledRegister transformer = kwh();
    transformer.multiplier_e6 = 40'000'000;
    CHECK(*ask("1300", kTenADay, std::nullopt, transformer).use_micro == 4'000'000'000);
    const std::vector<Mark> hardly{{on("2026-01-01"), 0}, {on("2026-01-11"), 19'900'000}};
    CHECK_FALSE(ask("19.9", hardly).doubt);
    CHECK(ask("19.9", hardly).usual->from_micro == 0);
}

}  // namespace mainspring::metering
