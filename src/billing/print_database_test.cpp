// Bills and their corrections on paper: every document in exactly one file.
#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fstream>

#include "billing/print_service.hpp"
#include "billing/rebill_service.hpp"
#include "billing/report.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

struct Printed : BillingSample {
    Printed() {
        run_id = bill(january());
        bill(february());
    }
    org::Utility utility() {
        return with_tx(pool(), TxOptions(), [](Tx& tx) { return *org::find_utility(tx, 1); });
    }
    std::vector<RebilledBill> rebilled(std::string_view account_code) {
        RebillCommand command;
        command.command_id = january().command_id;
        command.bill = {1, BillKind::bill, bills(account_code).at(0).number};
        command.issued_on = date_of("2026-03-08");
        command.due_days = 20;
        command.reason = "misread";
        command.actor_id = actor.actor_id;
        command.org_unit_id = 1;
        return rebill(pool(), clock(), command).value();
    }
    PrintOptions options(std::int32_t bills_a_file = 500) const {
        PrintOptions options;
        options.run_id = run_id;
        options.folder = folder / "print";
        options.bills_a_file = bills_a_file;
        options.doer = {7, 1, clock().now()};
        return options;
    }
    std::int64_t run_id = 0;
};

}  // namespace

TEST_CASE("corrections are printed once, in files whose counts reconcile") {
    Printed sample;
    const auto print = [&](std::int32_t bills_a_file) {
        return print_corrections(sample.pool(), sample.utility(), sample.options(bills_a_file));
    };
    CHECK(print(3).bills == 0);
    sample.correct_read({.point = "S03", .on = "2026-02-01", .value = "1250"});
    sample.pass_time();
    CHECK(sample.rebilled("A03").size() == 2);
    const auto first = print(3);
    CHECK(first.bills == 4);  // two credit notes, two bills
    CHECK(first.written_now == 2);
    REQUIRE(first.files.size() == 2);
    CHECK(first.files[0].bills == 3);
    CHECK(first.files[1].bills == 1);
    // -173.00 - 172.66 + 144.75 + 200.91
    CHECK(first.total_minor == "0");
    for (const auto& file : first.files) CHECK(std::filesystem::exists(sample.folder / "print" / file.name));
    CHECK(print(3).bills == 0);

    sample.correct_read({.point = "S04", .on = "2026-02-01", .value = "1300"});
    sample.pass_time();
    CHECK(sample.rebilled("A04").size() == 2);
    // A file that was planned and never finished is written by the next call.
    std::filesystem::create_directories(sample.folder / "print" / "bills-3.pdf" / "in the way");
    CHECK_THROWS(print(500));
    std::filesystem::remove_all(sample.folder / "print" / "bills-3.pdf");
    const auto second = print(500);
    CHECK(second.bills == 4);
    REQUIRE(second.files.size() == 1);
    CHECK(second.files[0].file_no == 3);
    CHECK(sample.count("billing.correction_print") == 8);
    CHECK(sample.count("billing.correction_file where sha256 is null") == 0);
    // A file that was lost comes again, the same; the others are left alone.
    const auto lost = sample.folder / "print" / first.files[1].name;
    const auto text_of_lost = [&] {
        std::ifstream in(lost, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const std::string before = text_of_lost();
    std::filesystem::remove(lost);
    CHECK(print(500).files.empty());
    auto options = sample.options(500);
    options.corrections = CorrectionFiles::all;
    const auto again = print_corrections(sample.pool(), sample.utility(), options);
    CHECK(again.files.size() == 3);
    CHECK(again.bills == 8);
    CHECK(again.written_now == 1);
    CHECK(again.files[0].pages == first.files[0].pages);
    CHECK(text_of_lost() == before);
    // The run's own files are as they were.
    CHECK(print_run(sample.pool(), sample.utility(), sample.options()).bills == sample.status(sample.run_id).bills);
    CHECK(sample.count("core.audit where action = 'billing.print_file_written' and actor_id = 7") ==
          5);  // one of them twice
    CHECK(sample.count("core.outbox where topic = 'billing.print_file_written' and key = 'run 1'") == 1);
}

TEST_CASE("one document is printed and explained by its number") {
    Printed sample;
    sample.rebilled("A03");
    const auto number = sample.bills("A03").at(3).number;
    const auto print = [&](BillKind kind, std::int64_t of, const std::filesystem::path& to) {
        return print_bill(sample.pool(), sample.utility(), {kind, of}, to);
    };
    CHECK(print(BillKind::cancellation, number, sample.folder / "note.pdf")->pages == 1);
    CHECK(print(BillKind::bill, sample.bills("A03").at(0).number, sample.folder)->file.parent_path() == sample.folder);
    CHECK(!print(BillKind::cancellation, 999, sample.folder / "no.pdf"));
    CHECK(!std::filesystem::exists(sample.folder / "no.pdf"));
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        const auto explained = find_explained(tx, sample.utility(), {BillKind::cancellation, number});
        REQUIRE(explained);
        CHECK(explained->derivation.head.total_minor == -173'00);
        CHECK(explained->names.bill_number.starts_with("CN-"));
        CHECK_FALSE(explained->names.cancels_number.starts_with("CN-"));
        CHECK(!find_explained(tx, sample.utility(), {BillKind::bill, 999}));
        CHECK(last_run(tx, 1) == sample.run_id + 1);
        CHECK(!last_run(tx, 2));
    });
}

TEST_CASE("the bills of a run are found by its numbers, without looking at the bills of others") {
    Printed sample;
    constexpr std::array<std::string_view, 4> kNames{"billing.plan_print_files", "billing.bills_of_run",
                                                     "billing.money_of_run", "billing.digest_rows"};
    std::size_t found = 0;
    for (const Statement* statement : all_statements()) {
        if (std::ranges::find(kNames, statement->name()) == kNames.end()) continue;
        ++found;
        std::string values = "null";
        for (int i = 2; statement->sql().contains(fmt::format("${}", i)); ++i) values += ", null";
        std::string plan;
        with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
            // The table is small: only a plan that cannot do without would read all of it.
            tx.exec_once(
                "select set_config('enable_seqscan', 'off', true), "
                "set_config('plan_cache_mode', 'force_generic_plan', true)");
            tx.exec_once(fmt::format("prepare asked as {}", statement->sql()));
            for (const Row row : tx.exec_once(fmt::format("explain execute asked({})", values)))
                plan += row.get<std::string>(0) + "\n";
            tx.exec_once("deallocate asked");
        });
        CAPTURE(plan);
        CHECK_FALSE(plan.contains("Seq Scan on bill"));
        const auto condition = plan.find("Index Cond: ((number >= ");
        REQUIRE(condition != std::string::npos);
        CHECK(plan.substr(condition, plan.find('\n', condition) - condition).contains("(number <"));
    }
    CHECK(found == kNames.size());

    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        const auto money = money_of_run(tx, sample.run_id);
        REQUIRE(money.size() == 1);
        CHECK(money[0].bills == sample.count(fmt::format("billing.bill where run_id = {}", sample.run_id)));
    });
}
