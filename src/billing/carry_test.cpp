#include "billing/carry.hpp"

#include <rapidcheck.h>

#include "base/bytes.hpp"
#include "billing/billing_test_help.hpp"
#include "billing/derivation.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using namespace mainspring::billing::testing;

namespace {

std::vector<std::uint8_t> bytes_of(const Carry& carry) {
    std::vector<std::uint8_t> bytes;
    encode(carry, bytes);
    return bytes;
}

Carry sample() {
    Carry carry;
    carry.agreements = {carry_of({.history = "31 310; 28 280 e", .estimates = 2}), carry_of({.device = 0})};
    carry.agreements[0].agreement_id = -3;
    carry.agreements[1].registers.clear();
    return carry;
}

Date any_day() { return Date{std::chrono::days{*rc::gen::inRange(-100'000, 100'000)}}; }

AgreementCarry any_agreement() {
    AgreementCarry agreement;
    agreement.agreement_id = *rc::gen::arbitrary<std::int64_t>();
    agreement.billed_through = any_day();
    agreement.device_id = *rc::gen::arbitrary<std::int64_t>();
    agreement.estimated = *rc::gen::arbitrary<bool>();
    agreement.estimates_in_a_row = *rc::gen::inRange(0, 1'000'000);
    for (int n = *rc::gen::inRange(0, 4); n > 0; --n)
        agreement.registers.push_back({*rc::gen::arbitrary<std::int16_t>(), *rc::gen::arbitrary<std::int64_t>()});
    for (int n = *rc::gen::inRange(0, 13); n > 0; --n) {
        PeriodUse use{
            *rc::gen::inRange(0, 10'000), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<std::int64_t>(), {}};
        for (int r = *rc::gen::inRange(0, 4); r > 0; --r)
            use.by_register.emplace_back(*rc::gen::arbitrary<std::int16_t>(), *rc::gen::arbitrary<std::int64_t>());
        agreement.history.push_back(use);
    }
    for (int n = *rc::gen::inRange(0, 3); n > 0; --n)
        agreement.left.counters.push_back({*rc::gen::arbitrary<std::string>(), any_day(),
                                           *rc::gen::arbitrary<std::int64_t>(), *rc::gen::arbitrary<std::int64_t>()});
    for (int n = *rc::gen::inRange(0, 3); n > 0; --n) {
        const Date first = any_day();
        agreement.left.demands.push_back({*rc::gen::arbitrary<std::string>(),
                                          {first, first + std::chrono::days{*rc::gen::inRange(1, 400)}},
                                          *rc::gen::arbitrary<std::int64_t>()});
    }
    agreement.left.carried_minor = *rc::gen::inRange(-2, 3);
    if (agreement.left.carried_minor != 0) agreement.left.carried_in = Currency{{'G', 'B', 'P'}};
    return agreement;
}

}  // namespace

TEST_CASE("any carry comes back as it was, also into a used one") {
    Carry decoded = sample();
    CHECK(rc::check([&] {
        Carry carry;
        for (int n = *rc::gen::inRange(0, 4); n > 0; --n) carry.agreements.push_back(any_agreement());
        decode(bytes_of(carry), decoded);
        RC_ASSERT(decoded == carry);
    }));
    decode(bytes_of({}), decoded);
    CHECK(decoded == Carry{});
    CHECK(sample().find(-3)->history.size() == 2);
    CHECK(sample().find(4) == nullptr);
}

TEST_CASE("what charges have left costs bytes only where there is something") {
    Carry carry = sample();
    const auto without = bytes_of(carry);
    CHECK(without[0] == 1);
    carry.agreements[1].left.counters = {{"energy", day("2026-01-01"), 3, micro("2600")}};
    const auto with = bytes_of(carry);
    CHECK(with[0] == 2);
    // Two counts and an amount for each; a name of six letters with its length, day, version, quantity.
    CHECK(with.size() == without.size() + 3 + 3 + 7 + 3 + 1 + 5);
    Carry decoded;
    decode(with, decoded);
    CHECK(decoded == carry);
    for (std::size_t length = 0; length < with.size(); ++length)
        CHECK_THROWS_AS(decode(std::span(with).first(length), decoded), BytesError);
}

TEST_CASE("a carry that is cut off, too long or of another version is refused") {
    const auto bytes = bytes_of(sample());
    Carry carry;
    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_THROWS_AS(decode(std::span(bytes).first(length), carry), BytesError);
    auto longer = bytes;
    longer.push_back(0);
    CHECK_THROWS_AS(decode(longer, carry), BytesError);
    auto other = bytes;
    other[0] = 3;
    CHECK_THROWS_WITH_AS(decode(other, carry), "carry of an unknown version", BytesError);
}

TEST_CASE("no bytes crash the readers") {
    CHECK(rc::check([] {
        auto bytes = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
        bytes.insert(bytes.begin(), *rc::gen::element<std::uint8_t>(1, 2));  // the version of both
        try {
            Carry carry;
            decode(bytes, carry);
        } catch (const BytesError&) {
        }
        try {
            decode_derivation(bytes);
        } catch (const BytesError&) {
        }
    }));
}
