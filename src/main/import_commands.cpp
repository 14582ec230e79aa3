#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <set>

#include "customer/account_import.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "main/read_commands.hpp"
#include "metering/meter_import.hpp"
#include "metering/read_import.hpp"
#include "metering/relation_import.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::cli {

namespace {

using customer::ImportReport;

struct ImportFlags {
    std::vector<std::string> files;
    std::string utility, org_unit, format = "csv", profile, command_id, report;
    bool dry_run = false;
};

// What came of one file: a report, or why it was not read at all.
using FileOutcome = std::expected<ImportReport, std::string>;
using ImportOneFile =
    std::function<FileOutcome(const std::string& file, const customer::ProgressFunction& on_progress)>;

// Problems to standard error, as many as a person can want, and to the report file.
class ProblemSink {
public:
    void take(const ImportReport& report) {
        for (const formats::Problem& problem : report.problems) {
            std::string line = formats::text_of(problem);
            if (problem.severity == formats::Severity::warning) line += " (warning)";
            if (++shown_ <= kMostShown) complain(line);
            lines_ += line + "\n";
        }
        const auto kept = static_cast<std::int64_t>(report.problems.size());
        beyond_ += report.done_before ? 0 : std::max<std::int64_t>(0, report.rejected + report.warnings - kept);
    }
    void finish(const std::string& file) {
        if (shown_ + beyond_ > kMostShown)
            complain(fmt::format("… and {} more", std::max<std::int64_t>(0, shown_ - kMostShown) + beyond_));
        if (beyond_ > 0) lines_ += fmt::format("… and {} more\n", beyond_);
        if (!file.empty()) write_whole_file(file, [&](std::ostream& out) { out << lines_; });
    }

private:
    static constexpr std::int64_t kMostShown = 1000;
    std::int64_t shown_ = 0, beyond_ = 0;
    std::string lines_;
};

std::string summary(const std::string& file, const ImportReport& report, const ImportFlags& flags) {
    std::string text =
        fmt::format("{}: {} lines: {} added, {} changed, {} unchanged, {} rejected, {} warnings", file, report.lines,
                    report.added, report.changed, report.unchanged, report.rejected, report.warnings);
    if (report.done_before) text += " (this command was carried out before; nothing was read)";
    if (flags.dry_run) text += " (dry run: nothing was written)";
    return text + "\n";
}

std::string summary_json(const std::string& file, const ImportReport& report, const ImportFlags& flags) {
    return JsonObject()
               .text("file", file)
               .number("lines", report.lines)
               .number("added", report.added)
               .number("changed", report.changed)
               .number("unchanged", report.unchanged)
               .number("rejected", report.rejected)
               .number("warnings", report.warnings)
               .raw("done_before", report.done_before ? "true" : "false")
               .raw("dry_run", flags.dry_run ? "true" : "false")
               .done() +
           "\n";
}

Exit import_files(Session& session, const ImportFlags& flags, const ImportOneFile& import_one) {
    if (!flags.command_id.empty() && flags.files.size() > 1)
        throw Failure(Exit::usage, "--command-id names the import of one file");
    ProblemSink problems;
    bool rejected = false, refused = false;
    for (const std::string& file : flags.files) {
        FileOutcome outcome = std::unexpected("");
        try {
            ProgressLine line("bytes");
            outcome = import_one(file, [&](const customer::ImportProgress& progress) {
                line.show(file, progress.done, progress.total);
            });
        } catch (const DbError&) {
            complain(fmt::format(
                "mainspring: {}: the database failed in the middle; what was read before is kept, nothing is "
                "there by half; run the same import again",
                file));
            throw;
        }
        if (!outcome) {
            complain("mainspring: " + outcome.error());
            refused = true;
            continue;
        }
        problems.take(*outcome);
        const bool unread = std::ranges::any_of(outcome->problems, [](const formats::Problem& problem) {
            return problem.severity == formats::Severity::file;
        });
        refused = refused || (unread && outcome->lines == outcome->rejected);
        rejected = rejected || outcome->rejected > 0;
        print(session.json() ? summary_json(file, *outcome, flags) : summary(file, *outcome, flags));
    }
    problems.finish(flags.report);
    if (refused) return Exit::refused;
    return rejected ? Exit::partly : Exit::ok;
}

Exit import_accounts(Session& session, const ImportFlags& flags) {
    const std::string utility = session.utility(flags.utility).code;
    std::set<std::string, std::less<>> tariffs;
    for (auto& version : with_tx(session.database().app(), TxOptions(), pricebook::list_versions))
        tariffs.insert(std::move(version.key));
    return import_files(session, flags, [&](const std::string& file, const customer::ProgressFunction& on_progress) {
        customer::AccountImport order{.file = file,
                                      .utility = utility,
                                      .org_unit = flags.org_unit,
                                      .actor = session.actor(),
                                      .command_id = session.command_id(flags.command_id)};
        order.dry_run = flags.dry_run ? customer::DryRun::yes : customer::DryRun::no;
        order.knows_tariff = [&](std::string_view tariff) { return tariffs.contains(tariff); };
        order.on_progress = on_progress;
        auto report = customer::import_accounts(session.database().app(), session.clock(), order);
        return report ? FileOutcome(std::move(*report)) : FileOutcome(std::unexpected(report.error().text));
    });
}

metering::ImportOrder metering_order(Session& session, const ImportFlags& flags, const std::string& file) {
    return {.file = file,
            .utility = session.utility(flags.utility).code,
            .actor = session.actor(),
            .command_id = session.command_id(flags.command_id),
            .dry_run = flags.dry_run ? customer::DryRun::yes : customer::DryRun::no};
}

using MeteringImport = decltype(&metering::import_meters);

Exit import_metering(Session& session, const ImportFlags& flags, MeteringImport import) {
    return import_files(session, flags, [&](const std::string& file, const customer::ProgressFunction& on_progress) {
        metering::ImportOrder order = metering_order(session, flags, file);
        order.on_progress = on_progress;
        auto report = import(session.database().app(), session.clock(), order);
        return report ? FileOutcome(std::move(*report)) : FileOutcome(std::unexpected(report.error().text));
    });
}

Exit import_reads(Session& session, const ImportFlags& flags) {
    if ((flags.format == "profile") != !flags.profile.empty())
        throw Failure(Exit::usage, "--format profile and --profile FILE go together");
    const auto format = flags.format == "csv"       ? metering::ReadFormat::csv
                        : flags.format == "profile" ? metering::ReadFormat::profile
                                                    : metering::ReadFormat::nem;
    return import_files(session, flags, [&](const std::string& file, const customer::ProgressFunction& on_progress) {
        metering::ReadImport order{
            .order = metering_order(session, flags, file), .format = format, .profile = flags.profile};
        order.order.on_progress = on_progress;
        auto report = metering::import_reads(session.database().app(), session.clock(), order);
        return report ? FileOutcome(std::move(*report)) : FileOutcome(std::unexpected(report.error().text));
    });
}

using ImportCommand = Exit (*)(Session&, const ImportFlags&);

std::shared_ptr<ImportFlags> add_import(CLI::App& command, Action& action, ImportCommand run) {
    auto flags = std::make_shared<ImportFlags>();
    command.add_option("FILE", flags->files, "Files, or .zip files of them")->required();
    command.add_option("--utility", flags->utility, "Code; may be left out where there is only one");
    command.add_flag("--dry-run", flags->dry_run, "Check and count everything, write nothing");
    command.add_option("--report", flags->report, "Write every rejected line and warning to this file");
    command.add_option("--command-id", flags->command_id, "UUID: repeating the command with it changes nothing");
    command.callback(
        [&action, flags, run] { action = [flags, run](Session& session) { return run(session, *flags); }; });
    return flags;
}

constexpr auto kAccountsColumns =
    "A row is one agreement. Columns: party_code, party_name, language*, party_address*, email*,\n"
    "phone*, tax_number*, account_code, opened_on, cycle*, premise_code, premise_address, service_point_code,\n"
    "commodity, gas_zone*, tariff, class*, entitlements*, dwellings*, valid_from, valid_to*   (* may be missing or\n"
    "empty). Lines of an address are separated by '|', entitlements by ';'.";
constexpr auto kMetersColumns =
    "A row is one register. Columns: service_point_code, installed_on, removed_on*, serial, maker*,\n"
    "model*, register_code, stream*, unit*, dials*, decimals*, multiplier*, interval_minutes*, volume_factor*\n"
    "(* may be missing or empty; no stream: not billed).";
constexpr auto kReadsColumns =
    "csv: service_point, serial*, register, read_at, value, quality*, reason* (* may be\n"
    "missing or empty; read_at in the utility's time, 2026-07-01 or 2026-07-01 08:30; quality A, C, E or S; reason\n"
    "billing, install, remove, move, check or multiplier). profile: any delimited text, described by --profile FILE.\n"
    "nem12, nem13: files of the Australian market.";
constexpr auto kRelationsColumns =
    "Columns: parent, child (service points), kind (sub_meter, check_meter), valid_from, ended* (yes or no;\n"
    "* may be missing or empty). No point may stand above itself.";
constexpr auto kCalorificColumns = "Columns: gas_zone, valid_from, value (MJ/m3).";

}  // namespace

void add_import_commands(CLI::App& app, Action& action) {
    auto* import = app.add_subcommand("import", "Bring files in: customers, meters, reads");
    import->footer(
        "Good lines are kept, bad ones named with file, line and field (exit status 3). The same file again\n"
        "changes nothing; an import that was cut off is simply run again.");
    import->require_subcommand(1);
    auto accounts = add_import(
        *import->add_subcommand("accounts", "Customers, premises and agreements from CSV")->footer(kAccountsColumns),
        action, import_accounts);
    import->get_subcommand("accounts")
        ->add_option("--org-unit", accounts->org_unit, "Unit that the accounts belong to; default: the utility's root");
    add_import(*import->add_subcommand("meters", "Meters and their registers from CSV")->footer(kMetersColumns), action,
               [](Session& session, const ImportFlags& flags) {
                   return import_metering(session, flags, metering::import_meters);
               });
    auto* reads_command = import->add_subcommand("reads", "Reads and interval values")->footer(kReadsColumns);
    auto reads = add_import(*reads_command, action, import_reads);
    reads_command->add_option("--format", reads->format, "csv, profile, nem12 or nem13; default csv")
        ->check(CLI::IsMember({"csv", "profile", "nem12", "nem13"}));
    reads_command->add_option("--profile", reads->profile, "YAML that describes the file, for --format profile");
    add_import(*import->add_subcommand("calorific", "Calorific values of gas from CSV")->footer(kCalorificColumns),
               action, [](Session& session, const ImportFlags& flags) {
                   return import_metering(session, flags, metering::import_calorific);
               });
    add_import(*import->add_subcommand("relations", "Sub-meters and check meters from CSV")->footer(kRelationsColumns),
               action, [](Session& session, const ImportFlags& flags) {
                   return import_metering(session, flags, metering::import_relations);
               });
    add_read_commands(app, action);
    add_generate_command(app, action);
}

}  // namespace mainspring::cli
