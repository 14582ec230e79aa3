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
#include "pricebook/published_import.hpp"

namespace mainspring::cli {

namespace {

using customer::ImportReport;

struct ImportFlags {
    std::vector<std::string> files;
    std::string series;
    std::int32_t minutes = 0;
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

Exit import_prices(Session& session, const ImportFlags& flags) {
    if (flags.minutes != 0 && flags.minutes != 15 && flags.minutes != 30 && flags.minutes != 60 &&
        flags.minutes != 1440)
        throw Failure(Exit::usage, "--minutes is 15, 30, 60 or 1440");
    return import_files(session, flags, [&](const std::string& file, const customer::ProgressFunction& on_progress) {
        pricebook::PriceImport import{metering_order(session, flags, file), flags.series, flags.minutes};
        import.order.on_progress = on_progress;
        auto report = pricebook::import_prices(session.database().app(), session.clock(), import);
        return report ? FileOutcome(std::move(*report)) : FileOutcome(std::unexpected(report.error().text));
    });
}

using ImportCommand = std::function<Exit(Session&, const ImportFlags&)>;

std::shared_ptr<ImportFlags> add_import(Command command, const ImportCommand& run) {
    auto flags = std::make_shared<ImportFlags>();
    command.option("FILE", flags->files, "Files, or .zip files of them").required();
    command.utility(flags->utility);
    command.flag("--dry-run", flags->dry_run, "Check and count everything, write nothing");
    command.option("--report", flags->report, "Write every rejected line and warning to this file");
    command.command_id(flags->command_id);
    command.runs([flags, run](Session& session) { return run(session, *flags); });
    return flags;
}

constexpr auto kAccountsColumns =
    "A row is one agreement. Columns: party_code, party_name, language*, party_address*, email*,\n"
    "phone*, tax_number*, account_code, opened_on, cycle*, premise_code, premise_address, service_point_code,\n"
    "commodity, gas_zone*, tariff, class*, entitlements*, dwellings*, facts*, valid_from, valid_to*   (* may be\n"
    "missing or empty). Lines of an address are separated by '|', entitlements and facts (contract_kw=200) by ';'.";
constexpr auto kMetersColumns =
    "A row is one register. Columns: service_point_code, installed_on, removed_on*, serial, maker*,\n"
    "model*, register_code, stream*, unit*, dials*, decimals*, multiplier*, interval_minutes*, volume_factor*,\n"
    "line_loss_percent*, transformer_kva*, transformer_iron_kw*, transformer_copper_kw*, "
    "transformer_no_load_percent*,\n"
    "transformer_impedance_percent*, load_shape*, gas_kpa*, gas_kelvin*, gas_compressibility* (* may be missing or\n"
    "empty; no stream: not billed). The same meter again from a later day changes what differs, with a read of that "
    "day.";
constexpr auto kReadsColumns =
    "csv: service_point, serial*, register, read_at, value, quality*, reason* (* may be\n"
    "missing or empty; read_at in the utility's time, 2026-07-01 or 2026-07-01 08:30; quality A, C, E or S; reason\n"
    "billing, install, remove, move, check or multiplier). profile: any delimited text, described by --profile FILE.\n"
    "nem12, nem13: files of the Australian market.";
constexpr auto kRelationsColumns =
    "Columns: parent, child (service points), kind (sub_meter, check_meter), valid_from, ended* (yes or no),\n"
    "taken_by* (how a sub-meter is taken off: meter, quantity, ratio), amount* (quantity: units a month; ratio: 0.25;\n"
    "* may be missing or empty). No point may stand above itself.";
constexpr auto kCalorificColumns = "Columns: gas_zone, valid_from, value (MJ/m3).";
constexpr auto kPricesColumns =
    "Prices per unit that charges of the kind energy_indexed follow. Columns: date (a local day of the utility's\n"
    "zone), position* (of the price in the day, from 1; a day of 23 hours has 23 hourly prices), price (at most 8\n"
    "decimals; empty: none is published; * may be missing or empty: 1). What the file does not name stays as it is.";
constexpr auto kInputsColumns =
    "Values that prices by formula are made of. Columns: name, month (2026-06), value (at most 8 decimals).";

}  // namespace

void add_import_commands(Command app) {
    Command import = app.add_group("import", "Bring files in: customers, meters, reads");
    import.footer(
        "Good lines are kept, bad ones named with file, line and field (exit status 3). The same file again\n"
        "changes nothing; an import that was cut off is simply run again.");
    const auto add_metering = [&](Command command, MeteringImport what) {
        add_import(command, [what](Session& session, const ImportFlags& flags) {
            return import_metering(session, flags, what);
        });
    };
    Command accounts_command =
        import.add("accounts", "Customers, premises and agreements from CSV").footer(kAccountsColumns);
    auto accounts = add_import(accounts_command, import_accounts);
    accounts_command.option("--org-unit", accounts->org_unit,
                            "Unit that the accounts belong to; without it the utility's root");
    add_metering(import.add("meters", "Meters and their registers from CSV").footer(kMetersColumns),
                 metering::import_meters);
    Command reads_command = import.add("reads", "Reads and interval values").footer(kReadsColumns);
    auto reads = add_import(reads_command, import_reads);
    reads_command.option("--format", reads->format, "Form of the files").one_of({"csv", "profile", "nem12", "nem13"});
    reads_command.option("--profile", reads->profile, "YAML that describes the file, for --format profile");
    add_metering(import.add("calorific", "Calorific values of gas from CSV").footer(kCalorificColumns),
                 metering::import_calorific);
    Command prices_command = import.add("prices", "Published prices, hour by hour or day by day, from CSV");
    prices_command.footer(kPricesColumns);
    auto prices = add_import(prices_command, import_prices);
    prices_command.option("--series", prices->series, "Name of the series, as tariffs call it").required();
    prices_command.option("--minutes", prices->minutes,
                          "How long a price lasts: 15, 30, 60 or 1440; needed for a new series");
    add_metering(import.add("inputs", "Published values of months from CSV").footer(kInputsColumns),
                 pricebook::import_inputs);
    add_metering(import.add("relations", "Sub-meters and check meters from CSV").footer(kRelationsColumns),
                 metering::import_relations);
    add_read_commands(app);
    add_generate_command(app);
}

}  // namespace mainspring::cli
