#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "billing/explain.hpp"
#include "billing/print_service.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"

namespace mainspring::cli {

namespace {

struct PrintFlags {
    std::string utility, out = ".", name;
    std::int64_t run_id = 0, number = 0;
    std::int32_t bills_a_file = 500;
    bool credit_note = false;
};

std::int64_t run_or_last(Session& session, const PrintFlags& flags, const org::Utility& utility) {
    if (flags.run_id != 0) return flags.run_id;
    const auto runs = with_tx(session.database().app(), TxOptions(),
                              [&](Tx& tx) { return billing::store::recent_runs(tx, utility.legal_entity_id, 1); });
    if (runs.empty()) throw Failure(Exit::refused, "there is no bill run yet");
    return runs.front().run_id;
}

Exit print_bills(Session& session, const PrintFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    session.require(org::Permission::look, utility.root_unit_id);
    ProgressLine line("bills");
    billing::PrintOptions options;
    options.run_id = run_or_last(session, flags, utility);
    options.folder = flags.out;
    options.name = flags.name.empty() ? fmt::format("bills-run-{}", options.run_id) : flags.name;
    options.bills_a_file = flags.bills_a_file;
    options.progress = [&](std::int64_t done, std::int64_t total) { line.show("print", done, total); };
    const auto report = [&] {
        try {
            return billing::print_run(session.database().app(), utility, options);
        } catch (const billing::NotPrintable& refused) {
            throw Failure(Exit::refused, refused.what());
        }
    }();
    std::string files;
    for (const auto& file : report.files) {
        if (session.json())
            files += fmt::format(R"({}{{"name": {}, "first": {}, "last": {}, "bills": {}, "pages": {}}})",
                                 files.empty() ? "" : ", ", json_quoted(file.name), file.first_number, file.last_number,
                                 file.bills, file.pages.value_or(0));
        else
            files += fmt::format("  {}: bills {} to {}, {} bills, {} pages\n", file.name, file.first_number,
                                 file.last_number, file.bills, file.pages.value_or(0));
    }
    const std::string total = format_money({parse_decimal(report.total_minor, 0).value_or(0), utility.currency});
    print(session.json() ? fmt::format(R"({{"bills": {}, "written": {}, "total": "{}", "files": [{}]}})"
                                       "\n",
                                       report.bills, report.written_now, total, files)
                         : fmt::format("{} bills of {} {} in {} files, {} of them written now\n{}", report.bills, total,
                                       utility.currency.text(), report.files.size(), report.written_now, files));
    return Exit::ok;
}

Exit explain(Session& session, const PrintFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    session.require(org::Permission::look, utility.root_unit_id);
    const auto kind = flags.credit_note ? billing::BillKind::cancellation : billing::BillKind::bill;
    const std::string text = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
        const auto bill = billing::store::find_bill(tx, {utility.legal_entity_id, kind, flags.number});
        if (!bill)
            throw Failure(Exit::refused, fmt::format("utility {} has no {} {}", utility.code,
                                                     flags.credit_note ? "credit note" : "bill", flags.number));
        const auto derivation = billing::decode_derivation(bill->derivation);
        const auto names = billing::NameFinder(tx, utility).names_of(tx, *bill, derivation);
        billing::Sha256 hash{};
        std::ranges::copy(bill->sha256, hash.begin());
        return billing::explain_text(derivation, names, hash);
    });
    print(text);
    return Exit::ok;
}

}  // namespace

void add_print_commands(CLI::App& bill, Action& action) {
    const auto flags = std::make_shared<PrintFlags>();
    auto* print_command = bill.add_subcommand("print", "Print a run's bills as PDF; again writes only what is missing");
    print_command->add_option("run", flags->run_id, "Number of the run; default the last one");
    print_command->add_option("--utility", flags->utility, "Code of the utility");
    print_command->add_option("--out", flags->out, "Folder for the files");
    print_command->add_option("--name", flags->name, "Files are called NAME-1.pdf, NAME-2.pdf, …");
    print_command
        ->add_option("--bills-a-file", flags->bills_a_file, "At most so many bills in a file; fixed by the first call")
        ->check(CLI::Range(1, 100000));
    print_command->callback([&action, flags] { action = [flags](Session& s) { return print_bills(s, *flags); }; });
    auto* explain_command =
        bill.add_subcommand("explain", "The proof of a bill: reads, segments, every line's arithmetic");
    explain_command->add_option("number", flags->number, "Number of the bill")->required();
    explain_command->add_option("--utility", flags->utility, "Code of the utility");
    explain_command->add_flag("--credit-note", flags->credit_note, "The number is a credit note's");
    explain_command->callback([&action, flags] { action = [flags](Session& s) { return explain(s, *flags); }; });
}

}  // namespace mainspring::cli
