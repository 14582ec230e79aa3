// Bills taken back and made again, and the bills that a fact touched.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "billing/rebill_service.hpp"
#include "billing/touched.hpp"
#include "ledger/book_service.hpp"
#include "ledger/ledger_service.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

// January and February are billed.
struct Billed : BillingSample {
    Billed() {
        bill(january());
        bill(february());
    }
    RebillCommand command(std::string_view account_code, std::size_t bill = 0) {
        RebillCommand command;
        command.command_id = january().command_id;
        command.bill = {1, BillKind::bill, bills(account_code).at(bill).number};
        command.issued_on = date_of("2026-03-08");
        command.due_on = date_of("2026-03-28");
        command.reason = "misread";
        command.actor_id = actor.actor_id;
        command.org_unit_id = 1;
        return command;
    }
    auto again(const RebillCommand& command) { return rebill(pool(), clock(), command); }
    RebillRefusal refusal(const RebillCommand& command) {
        const auto before = std::pair(count("billing.bill"), count("ledger.entry"));
        const auto answer = again(command);
        REQUIRE_FALSE(answer);
        CHECK(std::pair(count("billing.bill"), count("ledger.entry")) == before);
        return answer.error().code;
    }
    // "A03 1": account and place of its bill.
    template <class Find>
    std::vector<std::string> touched(const Find& find) {
        std::vector<std::string> texts;
        for (const auto& bill : with_tx(pool(), TxOptions(), find))
            for (int i = 1; i <= 12; ++i) {
                const auto code = fmt::format("A{:02}", i);
                if (const auto ref = account(code); ref.cell == bill.cell && ref.account_id == bill.account_id)
                    texts.push_back(fmt::format("{} {}", code, bill.bill_seq));
            }
        return texts;
    }
    std::vector<std::string> touched_by_read(const std::string& point_code, std::string_view on) {
        const auto at = point(point_code);
        return touched([&](Tx& tx) { return bills_touched_by_read(tx, {at.cell, at.service_point_id, date_of(on)}); });
    }
};

}  // namespace

TEST_CASE("a corrected read: credit notes, new bills, the difference, and everything kept") {
    Billed sample;
    // 300 kWh each: 150 + standing 3.10 and 2.80, 13 % on both: 173.00 and 172.66
    CHECK(sample.bills("A03").at(0).total_minor == 173'00);
    CHECK(sample.bills("A03").at(1).total_minor == 172'66);
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    CHECK(sample.touched_by_read("S03", "2026-02-01") == std::vector<std::string>{"A03 1", "A03 2"});

    const auto command = sample.command("A03");
    const auto result = sample.again(command);
    REQUIRE(result);
    REQUIRE(result->size() == 2);
    // 250 and 350 kWh: 125 + 3.10 + 16.65 and 175 + 2.80 + 23.11
    CHECK(result->at(0).old_minor == 173'00);
    CHECK(result->at(0).new_minor == 144'75);
    CHECK(result->at(1).old_minor == 172'66);
    CHECK(result->at(1).new_minor == 200'91);
    CHECK(result->at(0).period == DateRange{date_of("2026-01-01"), date_of("2026-02-01")});
    CHECK(result->at(0).old_number == command.bill.number);

    const auto bills = sample.bills("A03");
    REQUIRE(bills.size() == 6);
    CHECK(bills[0].total_minor == 173'00);
    CHECK(bills[2].kind == BillKind::cancellation);
    CHECK(bills[2].cancels_seq == 2);  // from the last one back
    CHECK(bills[3].cancels_seq == 1);
    CHECK(bills[2].total_minor == -172'66);
    CHECK(bills[4].replaces_seq == 1);
    CHECK(bills[5].replaces_seq == 2);
    CHECK(bills[4].number == result->at(0).new_number);
    CHECK(bills[3].number == result->at(0).credit_note_number);
    CHECK((bills[4].flags & kCorrected) != 0);
    CHECK(sample.owed("A03") == 144'75 + 200'91);
    CHECK(sample.touched_by_read("S03", "2026-02-01") == std::vector<std::string>{"A03 5", "A03 6"});

    const auto repeated = sample.again(command);
    REQUIRE(repeated);
    REQUIRE(repeated->size() == 2);
    CHECK(repeated->at(1).new_number == result->at(1).new_number);
    CHECK(repeated->at(1).new_minor == 200'91);
    CHECK(repeated->at(0).period == result->at(0).period);
    CHECK(sample.bills("A03").size() == 6);
    auto other = sample.command("A04");
    other.command_id = command.command_id;
    CHECK(sample.refusal(other) == RebillRefusal::command_reused);
    CHECK(sample.refusal(sample.command("A03", 0)) == RebillRefusal::already_cancelled);

    // The next run goes on from the new bills.
    sample.pass_time(std::chrono::days{30});
    sample.add_reads({"S03,M03,2026-04-01,1900"});
    sample.pass_time();
    auto march = sample.february();
    march.rules.period = {date_of("2026-03-01"), date_of("2026-04-01")};
    sample.bill(march);
    CHECK(sample.bills("A03").at(6).period == march.rules.period);
    CHECK(sample.bills("A03").at(6).total_minor == 173'00);
}

TEST_CASE("only the later bill was wrong") {
    Billed sample;
    sample.correct_read({.point = "S03", .on = "2026-03-01", .value = "1500"});
    const auto result = sample.again(sample.command("A03", 1));
    REQUIRE(result);
    CHECK(result->size() == 1);
    CHECK(result->at(0).new_minor == 116'16);  // 200 kWh: 100 + 2.80 + 13.36
    CHECK(sample.owed("A03") == 173'00 + 116'16);
}

TEST_CASE("what was paid is matched to the new bill") {
    Billed sample;
    sample.pay("A03", 173'00 + 172'66);
    sample.correct_read({.point = "S03", .on = "2026-03-01", .value = "1500"});
    REQUIRE(sample.again(sample.command("A03", 1)));
    CHECK(sample.owed("A03") == 116'16 - 172'66);
    const auto ref = sample.account("A03");
    std::int64_t debits = 0, credits = 0;
    for (const auto& item :
         ledger::open_items(sample.pool(), ledger::load_chart(sample.pool()), {ref.cell, ref.account_id}))
        (item.open > 0 ? debits : credits) += item.open;
    CHECK(debits == 0);  // the new bill is paid
    CHECK(credits == 116'16 - 172'66);
}

TEST_CASE("a bill is taken back without a new one, and billed by the next run") {
    Billed sample;
    auto command = sample.command("A03", 1);
    command.mode = RebillCommand::Mode::cancel_only;
    const auto result = sample.again(command);
    REQUIRE(result);
    CHECK(result->at(0).new_number == 0);
    CHECK(sample.owed("A03") == 173'00);
    CHECK(sample.touched_by_read("S03", "2026-03-01").empty());
    sample.pass_time();
    const auto run = sample.bill(sample.february());
    CHECK(sample.status(run).bills == 1);
    CHECK(sample.bills("A03").at(3).total_minor == 172'66);

    // Zero bills have no entry, and neither has their credit note.
    const auto zero = sample.again(sample.command("A07"));
    REQUIRE(zero);
    CHECK(zero->size() == 2);
    CHECK(sample.bills("A07").size() == 6);
    CHECK_FALSE(sample.bills("A07").at(2).entry_seq.has_value());
}

TEST_CASE("a rebilling that is refused changes nothing") {
    Billed sample;
    auto command = sample.command("A03");
    command.bill.number = 999;
    CHECK(sample.refusal(command) == RebillRefusal::unknown_bill);

    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "900"});
    command = sample.command("A03");
    CHECK(sample.refusal(command) == RebillRefusal::held_back);
    CHECK(sample.owed("A03") == 173'00 + 172'66);
    // The id of a refused command is free.
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1200"});
    CHECK(sample.again(command));

    auto credit_note = sample.command("A03");
    credit_note.bill = {1, BillKind::cancellation, 1};
    CHECK(sample.refusal(credit_note) == RebillRefusal::not_a_bill);

    const auto run = sample.start(sample.february());
    CHECK(sample.refusal(sample.command("A04")) == RebillRefusal::unfinished_run);
    CHECK(cancel_run(sample.pool(), sample.clock(), run));
    ledger::set_period(sample.pool(), sample.clock(),
                       {.command_id = sample.january().command_id, .legal_entity_id = 1, .period = 202603});
    CHECK(sample.refusal(sample.command("A04")) == RebillRefusal::period_closed);
}

TEST_CASE("a chart that lacks an account of a new tariff holds the rebilling") {
    Billed sample;
    sample.add_tariff({.key = "odd",
                       .charges = "\n  - {clause: power, kind: energy_flat, name: {en: P}, account: revenue.nowhere, "
                                  "price: \"1\"}",
                       .lines = "power: '0'"});
    sample.pass_time();
    CHECK(sample.refusal(sample.command("A04")) == RebillRefusal::chart_incomplete);
}

TEST_CASE("bills touched by a read") {
    Billed sample;
    using Bills = std::vector<std::string>;
    CHECK(sample.touched_by_read("S03", "2026-01-01") == Bills{"A03 1"});
    CHECK(sample.touched_by_read("S03", "2026-01-20") == Bills{"A03 1"});
    CHECK(sample.touched_by_read("S03", "2026-02-02") == Bills{"A03 2"});
    CHECK(sample.touched_by_read("S03", "2026-03-01") == Bills{"A03 2"});
    CHECK(sample.touched_by_read("S03", "2026-03-02").empty());
    CHECK(sample.touched_by_read("S13", "2026-02-10") == Bills{"A12 2"});
    CHECK(sample.touched_by_read("S08", "2026-02-10").empty());
}

TEST_CASE("bills touched by a tariff version") {
    Billed sample;
    using Bills = std::vector<std::string>;
    const std::int64_t first = with_tx(sample.pool(), TxOptions(), [](Tx& tx) {
        return tx.exec_once("select version_id from tariff.version where key = 'flat'").one().get<std::int64_t>(0);
    });
    const auto touched = [&](const VersionFact& fact) {
        return sample.touched([&](Tx& tx) { return bills_touched_by_tariff(tx, fact); });
    };
    const Bills february{"A01 2", "A02 2", "A03 2", "A04 2", "A05 2", "A06 2", "A12 2"};
    constexpr std::int64_t kNew = 1'000'000;
    CHECK(touched({kNew, {first}, date_of("2026-02-15")}) == february);
    CHECK(touched({kNew, {first}, date_of("2026-02-01")}) == february);
    CHECK(touched({kNew, {first}, date_of("2026-01-31")}).size() == 14);
    CHECK(touched({kNew, {first}, date_of("2026-03-01")}).empty());
    CHECK(touched({first, {}, date_of("2020-01-01")}).size() == 14);
    CHECK(touched({kNew, {}, date_of("2026-01-01")}).empty());
}
