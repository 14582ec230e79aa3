// Bills taken back and made again, and the bills that a fact touched.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <ranges>

#include "billing/rebill_touched_service.hpp"
#include "billing/touched.hpp"
#include "ledger/book_service.hpp"
#include "ledger/ledger_service.hpp"
#include "ledger/verify_service.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {
// January and February are billed.
struct Billed : BillingSample {
    explicit Billed(const std::string& before = {}) {
        if (!before.empty()) owner(before);
        bill(january());
        bill(february());
    }
    RebillCommand command(std::string_view account_code, std::size_t bill = 0) {
        RebillCommand command;
        command.command_id = january().command_id;
        command.bill = {1, BillKind::bill, bills(account_code).at(bill).number};
        command.issued_on = date_of("2026-03-08");
        command.due_days = 20;
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
    std::vector<TouchedBill> touched_all() { return touched_bills(pool(), {.legal_entity_id = 1, .range_size = 3}); }
    // "A03 1: read S03 2026-02-01 1>2": account, place of its bill, and what touched it.
    std::vector<std::string> touched() {
        std::vector<std::string> texts;
        for (const auto& bill : touched_all()) {
            std::string text = fmt::format("{} {}:", bill.account_code, bill.bill_seq);
            for (const auto& fact : bill.facts)
                text += fmt::format(" {} {} {}>{}", text_of(fact.kind), fact.key, fact.old_version, fact.new_version);
            texts.push_back(text);
        }
        return texts;
    }
    // Rebills each account from its first touched bill on.
    void rebill_touched() {
        pass_time();
        std::string last;
        for (const auto& bill : touched_all()) {
            if (bill.account_code == last) continue;
            last = bill.account_code;
            auto order = command(last);
            order.bill.number = bill.number;
            const auto done = again(order);
            if (!done) FAIL_CHECK(last, ": ", done.error().text);
        }
    }
    // Facts written past the services, an hour after what is billed.
    void owner(const std::string& sql) {
        pass_time();
        std::string text = sql;
        const auto at = text.find("$now");
        if (at != std::string::npos)
            text.replace(at, 4, fmt::format("to_timestamp({})", clock().now().time_since_epoch().count() / 1000));
        with_tx(database.owner(), TxOptions(), [&](Tx& tx) { tx.exec_once(text); });
        pass_time();
    }
};

}  // namespace

TEST_CASE("a corrected read: credit notes, new bills, the difference, and everything kept") {
    Billed sample;
    // 300 kWh each: 150 + standing 3.10 and 2.80, 13 % on both: 173.00 and 172.66
    CHECK(sample.bills("A03").at(0).total_minor == 173'00);
    CHECK(sample.bills("A03").at(1).total_minor == 172'66);
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    CHECK(sample.touched() == std::vector<std::string>{"A03 1: read S03 2026-02-01 1>2"});

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
    CHECK(sample.touched().empty());

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

TEST_CASE("verify finds bills and entries that name each other no more, cancellations too") {
    Billed sample;
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    REQUIRE(sample.again(sample.command("A03")));
    for (const int kind : {1, 2}) {
        const auto shift = [&](int by) {
            with_tx(sample.database.owner(), TxOptions(), [&](Tx& tx) {
                tx.exec_once(
                    fmt::format("update ledger.entry e set source = source + {} from customer.account a "
                                "where e.kind = {} and e.cell_id = a.cell_id and e.book_id = a.account_id "
                                "and a.code = 'A03'",
                                by, kind));
            });
        };
        shift(100);
        std::size_t bills_found = 0, entries_found = 0;
        for (const auto& finding : ledger::verify(sample.pool()).findings) {
            CHECK(finding.check == ledger::Check::reference_missing);
            ++(finding.where.starts_with("bill ") ? bills_found : entries_found);
        }
        const std::size_t shifted = kind == 1 ? 4 : 2;
        CHECK(bills_found == shifted);
        CHECK(entries_found == shifted);
        shift(-100);
        CHECK(ledger::verify(sample.pool()).good());
    }
}

TEST_CASE("the same rebilling on another day, its date left open, is answered as the first time") {
    Billed sample;
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    auto command = sample.command("A03");
    command.issued_on.reset();
    const auto first = sample.again(command);
    REQUIRE(first);
    const auto issued = sample.bills("A03").back().issued_on;
    CHECK(issued ==
          with_tx(sample.pool(), TxOptions(), [&](Tx& tx) { return org::local_date(tx, 1, sample.clock().now()); }));
    CHECK(sample.bills("A03").back().due_on == issued + std::chrono::days{20});
    sample.pass_time(std::chrono::days{1});
    const auto repeated = sample.again(command);
    REQUIRE(repeated);
    CHECK(repeated->at(1).new_number == first->at(1).new_number);
    CHECK(sample.bills("A03").size() == 6);
    command.due_days = 21;
    CHECK(sample.refusal(command) == RebillRefusal::command_reused);
    command.due_days = 20;
    command.issued_on = issued;
    CHECK(sample.refusal(command) == RebillRefusal::command_reused);
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
    CHECK(cancel_run(sample.pool(), run, {7, 1, sample.clock().now()}));
    ledger::set_period(sample.pool(), sample.clock(),
                       {.command_id = sample.january().command_id,
                        .legal_entity_id = 1,
                        .period = 202603,
                        .actor_id = sample.actor.actor_id});
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

namespace {

using Touched = std::vector<std::string>;

// What touches bills must be settled by rebilling them.
void check_touched(Billed& sample, const Touched& expected) {
    CHECK(sample.touched() == expected);
    sample.rebill_touched();
    CHECK(sample.touched().empty());
}

constexpr const char* kLateSource =
    "insert into metering.source select nextval('metering.source_id'), 'csv', 'late', '\\x01', 1, $now";
std::string late_day(int version, std::string_view on, int value) {
    return fmt::format(
        "insert into metering.interval_day select cell_id, service_point_id, register_no, '{}'::timestamp at time zone "
        "'Asia/Shanghai', {}, false, device_id, interval_minutes, scale, width, decode(repeat('{:02}', 24), 'hex'), "
        "qualities, method, (select max(source_id) from metering.source) from metering.interval_day limit 1",
        on, version, value);
}

}  // namespace

TEST_CASE("nothing is touched by what was known") {
    Billed sample;
    CHECK(sample.touched().empty());
    sample.pass_time(std::chrono::days{30});
    sample.add_reads({"S03,M03,2026-04-01,1900"});  // belongs to bills to come
    CHECK(sample.touched().empty());
}

TEST_CASE("bills touched by reads") {
    Billed sample;
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    sample.correct_read({.point = "S13", .on = "2026-01-01", .value = "990"});
    sample.add_reads({"S05,M05,2026-02-10,1600", "S04,M04,2026-01-01,1001", "S06,M06,2026-02-01,1650"});
    sample.pass_time();
    // S04 and S06 were read again on their days: the same moment, a newer version.
    const auto some = [&](TouchedQuery query) { return touched_bills(sample.pool(), query).size(); };
    CHECK(some({.legal_entity_id = 1, .limit = 2}) == 2);
    CHECK(some({.legal_entity_id = 2}) == 0);
    CHECK(some({.legal_entity_id = 1, .ends_after = date_of("2026-02-01")}) == 1);
    check_touched(sample,
                  {"A03 1: read S03 2026-02-01 1>2", "A04 1: read S04 2026-01-01 1>2", "A05 2: read S05 2026-02-10 >1",
                   "A06 1: read S06 2026-02-01 1>2", "A12 1: read S13 2026-01-01 1>2"});
}

TEST_CASE("the look for touched bills says how far it is, and stops at the limit") {
    Billed sample;
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    std::vector<std::int64_t> done;
    std::int64_t total = 0;
    TouchedQuery query{.legal_entity_id = 1, .range_size = 2, .progress = [&](const Progress& step) {
                           CHECK(step.phase == "look");
                           done.push_back(step.done);
                           total = step.total;
                       }};
    CHECK(touched_bills(sample.pool(), query).size() == 1);
    CHECK(total == sample.count("customer.account"));
    CHECK(done.size() > 5);
    CHECK(std::ranges::is_sorted(done));
    CHECK(done.back() == total);
    const auto whole = done.size();
    done.clear();
    query.limit = 1;
    CHECK(touched_bills(sample.pool(), query).size() == 1);
    CHECK(done.size() < whole);
}

TEST_CASE("rebilling all that is touched: the same command does what was left, and answers for all of it") {
    Billed sample;
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    sample.correct_read({.point = "S04", .on = "2026-02-01", .value = "900"});  // below the opening one
    RebillTouchedOrder order{.command = sample.command("A03")};
    order.command.bill.number = 0;
    order.command.issued_on.reset();
    const auto rebill_all = [&] {
        auto answer = rebill_touched(sample.pool(), sample.clock(), order);
        REQUIRE(answer);
        return *std::move(answer);
    };
    const auto numbers = [](const RebilledAccounts& answer) {
        std::vector<std::int64_t> all;
        for (const auto& bill : answer.bills) all.push_back(bill.new_number);
        return all;
    };
    const auto first = rebill_all();
    CHECK(first.bills.size() == 2);
    REQUIRE(first.refused.size() == 1);
    CHECK(first.refused[0].account_code == "A04");
    CHECK(sample.count("core.audit where action = 'billing.rebill_touched' and actor_id = " +
                       std::to_string(sample.actor.actor_id)) == 1);
    CHECK(sample.count("core.outbox where topic = 'billing.rebill_touched'") == 1);

    // On another day; a bill touched since the first time is none of its business.
    sample.pass_time(std::chrono::days{1});
    sample.correct_read({.point = "S04", .on = "2026-02-01", .value = "1350"});
    sample.correct_read({.point = "S05", .on = "2026-02-01", .value = "1450"});
    const auto second = rebill_all();
    CHECK(second.refused.empty());
    REQUIRE(second.bills.size() == 4);
    CHECK(std::ranges::equal(numbers(first), numbers(second) | std::views::take(2)));
    CHECK(second.bills[0].old_minor == first.bills[0].old_minor);
    CHECK(sample.touched() == std::vector<std::string>{"A05 1: read S05 2026-02-01 1>2"});

    const auto bills = sample.count("billing.bill");
    CHECK(numbers(rebill_all()) == numbers(second));
    CHECK(sample.count("billing.bill") == bills);
    CHECK(sample.count("core.audit where action = 'billing.rebill_touched'") == 1);

    order.command.reason = "another";
    const auto reused = rebill_touched(sample.pool(), sample.clock(), order);
    REQUIRE_FALSE(reused);
    CHECK(reused.error().code == RebillRefusal::command_reused);
}

TEST_CASE("what rebillings share is read again only when it has changed") {
    Billed sample;
    LatestResources resources(sample.pool());
    const auto flat = [&] { return resources.as_of(sample.clock().now()).tariffs.at("flat").versions.front().get(); };
    const auto* first = flat();
    sample.pass_time();
    CHECK(flat() == first);
    sample.pass_time();
    sample.add_tariff({.key = "new",
                       .charges = "\n  - {clause: power, kind: energy_flat, name: {en: P}, account: "
                                  "revenue.electricity, price: \"1\"}",
                       .lines = "power: '0'"});
    sample.pass_time();
    CHECK(resources.as_of(sample.clock().now()).tariffs.contains("new"));
    first = flat();
    sample.owner("insert into metering.calorific_value values ('Z', '2025-01-01', 1, 394000, $now)");
    CHECK(resources.as_of(sample.clock().now()).calorific_values.contains("Z"));
}

TEST_CASE("bills touched by interval days, those of estimates too") {
    Billed sample;
    sample.owner(kLateSource);
    sample.owner(late_day(2, "2026-02-03", 2));
    check_touched(sample, {"A11 2: interval_day S11 2026-02-03 register 1 1>2"});
    // A day of February is gone and estimated from like days, of January among them.
    sample.owner(kLateSource);
    sample.owner(
        "insert into metering.interval_day select cell_id, service_point_id, register_no, start_at, 3, true, "
        "device_id, interval_minutes, scale, width, packed, qualities, method, (select max(source_id) from "
        "metering.source) from metering.interval_day where version = 2");
    check_touched(sample, {"A11 4: interval_day S11 2026-02-03 register 1 2>3"});
    sample.owner(kLateSource);
    sample.owner(late_day(2, "2026-01-27", 3));
    CHECK(sample.touched() == Touched{"A11 1: interval_day S11 2026-01-27 register 1 1>2",
                                      "A11 6: interval_day S11 2026-01-27 register 1 1>2"});
    sample.rebill_touched();
    CHECK(sample.touched().empty());
}

TEST_CASE("a day of intervals is of the day on which it begins in the utility's zone") {
    // The first of February, which begins on the 31st of January in UTC, was missing and estimated.
    Billed sample("delete from metering.interval_day where start_at = '2026-01-31T16:00:00Z'");
    CHECK(sample.bills("A11").size() == 2);
    sample.owner(kLateSource);
    sample.owner(late_day(1, "2026-03-01", 1));  // of a bill to come
    CHECK(sample.touched().empty());
    sample.owner(kLateSource);
    sample.owner(late_day(1, "2026-02-01", 2));
    check_touched(sample, {"A11 2: interval_day S11 2026-02-01 register 1 >1"});
}

TEST_CASE("bills touched by installations and agreements") {
    Billed sample;
    sample.owner(
        "insert into metering.installation select i.cell_id, i.service_point_id, i.valid_from, 2, voided, "
        "device_cell_id, device_id, serial, register_no, register_code, stream, unit, dials, decimals, "
        "'{2000000}', interval_minutes, volume_factor_e8, line_loss_e8, transformer, gas_state, actor_id, $now from "
        "metering.installation i join customer.service_point p using (cell_id, service_point_id) where p.code = 'S02'");
    CHECK(sample.touched() ==
          Touched{"A02 1: installation S02 2026-01-01 1>2", "A02 2: installation S02 2026-01-01 1>2"});
    sample.rebill_touched();
    CHECK(sample.touched().empty());
    CHECK(sample.bills("A02").back().total_minor > 200'00);
    sample.owner(
        "insert into customer.agreement select g.cell_id, account_id, agreement_id, '2026-02-10', 1, voided, "
        "ended, service_point_id, 'bare', customer_class, entitlements, dwellings, actor_id, $now "
        "from customer.agreement g join customer.account a using (cell_id, account_id) where a.code = 'A01'");
    const auto agreement = sample.touched();
    REQUIRE(agreement.size() == 1);
    CHECK(agreement[0].starts_with("A01 2: agreement "));
    CHECK(agreement[0].ends_with(" 2026-02-10 >1"));
    sample.rebill_touched();
    CHECK(sample.touched().empty());
}

TEST_CASE("bills touched by a calorific value") {
    Billed sample;
    // S01 turns into a gas supply whose tariff stays: what counts is that its bills pin the values of its zone.
    sample.owner("update customer.service_point set commodity = 2, gas_zone = 'Z' where code = 'S01'");
    sample.owner("insert into metering.calorific_value values ('Z', '2025-01-01', 1, 394000, $now)");
    CHECK(sample.touched().empty());  // nothing was converted
    sample.owner(
        "insert into metering.installation select i.cell_id, i.service_point_id, i.valid_from, 2, voided, "
        "device_cell_id, device_id, serial, register_no, register_code, stream, '{6}', dials, decimals, "
        "multiplier_e6, interval_minutes, volume_factor_e8, line_loss_e8, transformer, "
        "gas_state, actor_id, $now from metering.installation i "
        "join customer.service_point p using (cell_id, service_point_id) where p.code = 'S01'");
    sample.rebill_touched();
    CHECK(sample.touched().empty());
    sample.owner("insert into metering.calorific_value values ('Z', '2025-01-01', 2, 400000, $now)");
    CHECK(sample.touched() ==
          Touched{"A01 5: calorific_value Z 2025-01-01 1>2", "A01 6: calorific_value Z 2025-01-01 1>2"});
    sample.rebill_touched();
    CHECK(sample.touched().empty());
    sample.owner("insert into metering.calorific_value values ('Z', '2026-02-10', 1, 380000, $now)");
    check_touched(sample, {"A01 10: calorific_value Z 2026-02-10 >1"});
}

TEST_CASE("bills touched by a tariff version") {
    Billed sample;
    sample.pass_time();
    sample.add_tariff({.key = "bare",
                       .version = "2",
                       .effective = "2026-02-15",
                       .charges = "\n  - {clause: energy, kind: energy_flat, name: {en: Energy}, account: "
                                  "revenue.electricity, price: \"0.6\"}",
                       .lines = "energy: '0'"});
    check_touched(sample, {"A07 2: tariff_version bare 1>2"});
}
