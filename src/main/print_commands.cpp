#include <fmt/format.h>

#include "billing/explain.hpp"
#include "billing/print_service.hpp"
#include "billing/report.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"

namespace mainspring::cli {

namespace {

struct PrintFlags {
    std::string utility, out = ".", name;
    std::int64_t run_id = 0, number = 0;
    std::int32_t bills_a_file = 500;
    bool credit_note = false, corrections = false, again = false;
};

billing::BillWanted wanted_by(const PrintFlags& flags) {
    return {flags.credit_note ? billing::BillKind::cancellation : billing::BillKind::bill, flags.number};
}

Failure unknown_bill(const org::Utility& utility, const PrintFlags& flags) {
    return {Exit::refused, fmt::format("utility {} has no {} {}", utility.code,
                                       flags.credit_note ? "credit note" : "bill", flags.number)};
}

std::int64_t run_or_last(Session& session, const PrintFlags& flags, const org::Utility& utility) {
    if (flags.run_id != 0) return flags.run_id;
    const auto last = with_tx(session.database().app(), TxOptions(),
                              [&](Tx& tx) { return billing::last_run(tx, utility.legal_entity_id); });
    if (!last) throw Failure(Exit::refused, "there is no bill run yet");
    return *last;
}

std::string report_json(const billing::PrintReport& report, const std::string& total) {
    std::string files;
    for (const auto& file : report.files) {
        JsonObject object;
        object.text("name", file.name);
        if (file.first_number != 0) object.number("first", file.first_number).number("last", file.last_number);
        object.number("bills", file.bills).number("pages", file.pages.value_or(0));
        files += (files.empty() ? "" : ", ") + object.done();
    }
    return JsonObject()
               .number("bills", report.bills)
               .number("written", report.written_now)
               .text("total", total)
               .raw("files", "[" + files + "]")
               .done() +
           "\n";
}

std::string report_text(const billing::PrintReport& report, const std::string& total) {
    std::string text = fmt::format("{} bills of {} in {} files, {} of them written now\n", report.bills, total,
                                   report.files.size(), report.written_now);
    for (const auto& file : report.files) {
        const std::string numbers =
            file.first_number == 0 ? "" : fmt::format("bills {} to {}, ", file.first_number, file.last_number);
        text += fmt::format("  {}: {}{} bills, {} pages\n", file.name, numbers, file.bills, file.pages.value_or(0));
    }
    return text;
}

Exit print_one(Session& session, const PrintFlags& flags, const org::Utility& utility) {
    session.require(org::Permission::look, utility.root_unit_id);
    const auto printed = billing::print_bill(session.database().app(), utility, wanted_by(flags), flags.out);
    if (!printed) throw unknown_bill(utility, flags);
    print(session.json()
              ? JsonObject().text("file", printed->file.string()).number("pages", printed->pages).done() + "\n"
              : fmt::format("{}: {} pages\n", printed->file.string(), printed->pages));
    return Exit::ok;
}

Exit print_bills(Session& session, const PrintFlags& flags) {
    if ((flags.number != 0) + (flags.run_id != 0) + flags.corrections > 1)
        throw Failure(Exit::usage, "a run, --number and --corrections exclude each other");
    if (flags.credit_note && flags.number == 0) throw Failure(Exit::usage, "--credit-note goes with --number");
    if (flags.again && !flags.corrections) throw Failure(Exit::usage, "--again goes with --corrections");
    const org::Utility utility = session.utility(flags.utility);
    if (flags.number != 0) return print_one(session, flags, utility);
    ProgressLine line("bills");
    billing::PrintOptions options;
    if (!flags.corrections) options.run_id = run_or_last(session, flags, utility);
    options.folder = flags.out;
    options.name = !flags.name.empty() ? flags.name
                   : flags.corrections ? utility.code + "-corrections"
                                       : fmt::format("bills-run-{}", options.run_id);
    options.bills_a_file = flags.bills_a_file;
    if (flags.again) options.corrections = billing::CorrectionFiles::all;
    options.doer = {session.actor().actor_id, utility.root_unit_id, session.clock().now()};
    options.progress = [&](std::int64_t done, std::int64_t total) { line.show("print", done, total); };
    const auto report = [&] {
        try {
            Pool& pool = session.database().app();
            return flags.corrections ? billing::print_corrections(pool, utility, options)
                                     : billing::print_run(pool, utility, options);
        } catch (const billing::NotPrintable& refused) {
            throw Failure(Exit::refused, refused.what());
        }
    }();
    const std::string total = format_sum(report.total_minor, utility.currency);
    print(session.json() ? report_json(report, total)
                         : report_text(report, total + " " + std::string(utility.currency.text())));
    return Exit::ok;
}

Exit explain(Session& session, const PrintFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    session.require(org::Permission::look, utility.root_unit_id);
    const auto bill = with_tx(session.database().app(), TxOptions(),
                              [&](Tx& tx) { return billing::find_explained(tx, utility, wanted_by(flags)); });
    if (!bill) throw unknown_bill(utility, flags);
    print(session.json() ? billing::explain_json(bill->derivation, bill->names, bill->hash) + "\n"
                         : billing::explain_text(bill->derivation, bill->names, bill->hash));
    return Exit::ok;
}

}  // namespace

void add_print_commands(Command bill) {
    const auto flags = std::make_shared<PrintFlags>();
    Command print_command =
        bill.add("print", "Print bills as PDF: a run's, corrections, or one; again writes what was not written");
    print_command.option("RUN", flags->run_id, "Number of the run; without it the last one of the utility");
    print_command.utility(flags->utility);
    print_command.option("--number", flags->number, "Print this one bill").range(1, 999'999'999'999);
    print_command.flag("--credit-note", flags->credit_note, "The number is a credit note's");
    print_command.flag("--corrections", flags->corrections,
                       "Print all credit notes and replacement bills that were not printed before");
    print_command.flag("--again", flags->again,
                       "With --corrections: write files of earlier calls again that are not in the folder");
    print_command.option("--out", flags->out, "Folder for the files; with --number also the name of a file");
    print_command.option("--name", flags->name, "Files are called NAME-1.pdf, NAME-2.pdf, …");
    print_command
        .option("--bills-a-file", flags->bills_a_file, "At most so many bills in a file; fixed by the first call")
        .range(1, 100000);
    print_command.runs([flags](Session& s) { return print_bills(s, *flags); });
    Command explain_command = bill.add("explain", "The proof of a bill: reads, segments, every line's arithmetic");
    explain_command.option("NUMBER", flags->number, "Number of the bill").required();
    explain_command.utility(flags->utility);
    explain_command.flag("--credit-note", flags->credit_note, "The number is a credit note's");
    explain_command.runs([flags](Session& s) { return explain(s, *flags); });
}

}  // namespace mainspring::cli
