// Bills and their corrections on paper: every document in exactly one file.
#include <doctest/doctest.h>
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
    // The run's own files are as they were.
    CHECK(print_run(sample.pool(), sample.utility(), sample.options()).bills == sample.status(sample.run_id).bills);
    CHECK(sample.count("core.audit where action = 'billing.print_file_written' and actor_id = 7") == 4);
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
        CHECK(!find_explained(tx, sample.utility(), {BillKind::bill, 999}));
        CHECK(last_run(tx, 1) == sample.run_id + 1);
        CHECK(!last_run(tx, 2));
    });
}
