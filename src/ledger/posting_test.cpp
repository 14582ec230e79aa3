#include "ledger/posting.hpp"

#include <doctest/doctest.h>
#include <limits>
#include <set>

#include "base/ensure.hpp"
#include "ledger/sample_book.hpp"
#include "ledger/trial_balance.hpp"
#include "money/money.hpp"

using namespace mainspring;
using namespace mainspring::ledger;

namespace {

std::vector<std::int64_t> open_amounts(const SampleBook& book) {
    std::vector<std::int64_t> amounts;
    for (const Item& item : book.items()) amounts.push_back(item.open);
    return amounts;
}

PostingRefusal refusal_of(SampleBook& book, std::vector<Leg> legs) {
    const auto posted = book.post(book.draft(EntryKind::adjustment, std::move(legs)));
    REQUIRE_FALSE(posted.has_value());
    return posted.error();
}

}  // namespace

TEST_CASE("a bill opens items, a payment settles the oldest first, the rest is credit") {
    SampleBook book;
    book.bill(1000, 130, 30);
    book.bill(500, 65, 10);  // due earlier than the first
    CHECK(book.head().balances == std::vector<Balance>{{1110, 1500}, {1150, 195}});
    CHECK(book.head().open_from == 1);

    book.pay(600);
    CHECK(open_amounts(book) == std::vector<std::int64_t>{965, 130, 0, 0});
    CHECK(book.at(3).legs ==
          std::vector<Leg>{{1010, 600, {}}, {1110, -500, {2, 1}}, {1150, -65, {2, 2}}, {1110, -35, {1, 1}}});

    book.pay(2000);
    CHECK(book.open() == std::vector<Item>{{.key = {4, 4},
                                            .account_no = 2110,
                                            .kind = EntryKind::payment,
                                            .business_date = book.at(4).business_date,
                                            .due_on = book.at(4).business_date,
                                            .original = -905,
                                            .open = -905}});
    CHECK(book.head().open_from == 4);
    CHECK(book.head().balances == std::vector<Balance>{{1110, 0}, {1150, 0}, {2110, -905}});
}

TEST_CASE("undo of a payment opens what it settled, and what lay before open_from") {
    SampleBook book;
    book.bill(1000, 130, 30);
    const auto before = open_amounts(book);
    const auto paid = book.pay(1130);
    CHECK(book.head().open_from == 3);
    REQUIRE(book.undo(paid).has_value());
    CHECK(open_amounts(book) == before);
    CHECK(book.head().open_from == 1);
    CHECK(book.undo(paid).error() == PostingRefusal::already_reversed);
}

TEST_CASE("undo takes back the matches that used the payment's credit") {
    SampleBook book;
    const auto paid = book.pay(400);
    book.bill(1000, 130, 30);
    REQUIRE(book.match() == 3);
    CHECK(open_amounts(book) == std::vector<std::int64_t>{0, 600, 130});
    CHECK(book.reverse(paid, EntryKind::payment_reversal).error() == PostingRefusal::item_in_use);
    REQUIRE(book.undo(paid) == 5);
    CHECK(open_amounts(book) == std::vector<std::int64_t>{0, 1000, 130});
    CHECK(book.head().balances == std::vector<Balance>{{1110, 1000}, {1150, 130}, {2110, 0}});
}

TEST_CASE("cancellation settles what is open and turns what was paid into credit") {
    SampleBook book;
    book.bill(1000, 130, 30);
    book.pay(1050);
    const auto cancelled = book.cancel(1);
    CHECK(book.at(cancelled).legs ==
          std::vector<Leg>{{1150, -80, {1, 2}}, {4110, 1000, {}}, {2210, 130, {}}, {2110, -1050, {}}});
    CHECK(open_amounts(book) == std::vector<std::int64_t>{0, 0, -1050});

    book.bill(900, 117, 30);
    book.match();
    CHECK(open_amounts(book) == std::vector<std::int64_t>{0, 0, -33, 0, 0});
    CHECK(book.match() == 0);
}

TEST_CASE("every refusal of append has a case") {
    SampleBook book;
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    CHECK(refusal_of(book, {{1010, 1, {}}}) == PostingRefusal::too_few_legs);
    CHECK(refusal_of(book, std::vector<Leg>(40'000, {1010, 1, {}})) == PostingRefusal::too_many_legs);
    CHECK(refusal_of(book, {{1010, 1, {}}, {1020, 0, {}}, {4110, -1, {}}}) == PostingRefusal::zero_leg);
    CHECK(refusal_of(book, {{1010, 1, {}}, {9999, -1, {}}}) == PostingRefusal::unknown_account);
    CHECK(refusal_of(book, {{1010, most, {}}, {1020, 1, {}}, {4110, -1, {}}}) == PostingRefusal::out_of_range);
    CHECK(refusal_of(book, {{1010, 2, {}}, {4110, -1, {}}}) == PostingRefusal::unbalanced);
    book.bill(100, 13, 10);
    CHECK(refusal_of(book, {{1010, 5, {}}, {1110, -5, {9, 1}}}) == PostingRefusal::no_such_item);
    CHECK(refusal_of(book, {{1010, 5, {}}, {1110, -5, {1, 3}}}) == PostingRefusal::no_such_item);
    CHECK(refusal_of(book, {{1010, 5, {}}, {1150, -5, {1, 1}}}) == PostingRefusal::wrong_account);
    CHECK(refusal_of(book, {{1010, 101, {}}, {1110, -101, {1, 1}}}) == PostingRefusal::over_settled);
    CHECK(refusal_of(book, {{1010, 102, {}}, {1110, -51, {1, 1}}, {1110, -51, {1, 1}}}) ==
          PostingRefusal::over_settled);
    CHECK(refusal_of(book, {{1010, -1, {}}, {1110, 1, {1, 1}}}) == PostingRefusal::over_settled);
    Draft foreign = book.draft(EntryKind::adjustment, {{1010, 1, {}}, {4110, -1, {}}});
    foreign.currency = Currency{{'E', 'U', 'R'}};
    CHECK(book.post(foreign).error() == PostingRefusal::currency_differs);
    book.post(book.draft(EntryKind::adjustment, {{1110, most - 100, {}}, {4110, -(most - 100), {}}})).value();
    CHECK(refusal_of(book, {{1110, 1, {}}, {4110, -1, {}}}) == PostingRefusal::out_of_range);
    CHECK(book.entries.size() == 2);
}

TEST_CASE("a chart refuses doubled numbers and a missing customer_credit") {
    CHECK_THROWS_AS(Chart({{2110, "customer_credit", "", AccountKind::liability, true},
                           {2110, "other", "", AccountKind::asset, false}}),
                    BugError);
    CHECK_THROWS_AS(Chart({{1010, "cash", "", AccountKind::asset, false}}), BugError);
    CHECK_FALSE(sample_chart().number_of("nothing").has_value());
    CHECK(sample_chart().find(1011) == nullptr);
}

TEST_CASE("derived command ids are stable, versioned and different") {
    Uuid command = *Uuid::parse("0190a7e2-1c2b-7d3e-8f4a-5b6c7d8e9f00");
    CHECK(derived_command(command, 1) == derived_command(command, 1));
    std::set<Uuid> seen{command};
    for (std::uint8_t last = 0; last < 100; ++last) {
        command.bytes[15] = last;
        for (std::uint32_t n = 1; n <= 20; ++n) seen.insert(derived_command(command, n));
    }
    CHECK(seen.size() == 2001);
    CHECK((derived_command(command, 1).bytes[6] >> 4) == 8);
}

TEST_CASE("a trial balance sums both sides and knows when it balances") {
    SampleBook book;
    book.bill(1000, 130, 30);
    book.pay(1200);
    TrialBalance balance;
    for (const Entry& entry : book.entries) balance.add(entry);
    CHECK(balance.is_balanced());
    const Currency currency = book.head().currency;
    CHECK(balance.rows().at({1, currency, 1110}) == Turnover{1000, 1000});
    CHECK(balance.rows().at({1, currency, 2110}).balance() == -70);
    balance.add({1, currency, 1010}, {.debits = 1, .credits = 0});
    CHECK_FALSE(balance.is_balanced());
    // More than 64 bits hold is a sum like any other.
    const TrialBalanceKey large{1, currency, 1020};
    for (int i = 0; i < 3; ++i) balance.add(large, {.debits = std::numeric_limits<std::int64_t>::max(), .credits = 2});
    CHECK(format_sum(balance.rows().at(large).balance(), currency) == "276701161105643274.15");
}
