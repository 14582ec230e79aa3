#include "metering/import_job.hpp"

#include <fmt/format.h>
#include <fstream>

#include "formats/csv_profile.hpp"
#include "jobs/upload.hpp"
#include "metering/meter_import.hpp"
#include "metering/read_import.hpp"
#include "metering/relation_import.hpp"

namespace mainspring::metering {
namespace {

namespace fs = std::filesystem;

std::string text_at(const Json& parameters, std::string_view name) {
    const Json* found = parameters.find(name);
    return found != nullptr ? found->text() : "";
}

ImportOrder order_of(const ImportJobParts& parts, jobs::JobWork& work, const Json& parameters) {
    ImportOrder order{.file = parts.uploads / parameters.at("folder").text() / parameters.at("file_name").text(),
                      .utility = parameters.at("utility").text(),
                      .actor = {},
                      .command_id = work.job().command_id,
                      .dry_run = text_at(parameters, "dry_run") == "true" ? DryRun::yes : DryRun::no,
                      .on_progress = [&work](const customer::ImportProgress& progress) {
                          work.progress({"reading", progress.done, progress.total});
                          if (work.must_stop()) throw jobs::Stopped();
                      }};
    order.actor = with_tx(parts.pool, TxOptions(), [&](Tx& tx) { return org::stored_actor(tx, work.job().actor_id); });
    return order;
}

// Where the server keeps uploads is nobody's business: "…/reads.csv:12: …" -> "reads.csv:12: …".
std::string without_folder(std::string text, const fs::path& file) {
    const std::string folder = file.parent_path().native() + "/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder, at))
        text.erase(at, folder.size());
    return text;
}

std::string message_of(const ImportReport& report, DryRun dry_run) {
    return fmt::format("{} lines: {} added, {} changed, {} unchanged, {} rejected, {} warnings{}", report.lines,
                       report.added, report.changed, report.unchanged, report.rejected, report.warnings,
                       dry_run == DryRun::yes ? " (nothing was written)" : "");
}

jobs::JobEnd end_of(const ImportReport& report, DryRun dry_run) {
    const bool unread = std::ranges::any_of(
        report.problems, [](const formats::Problem& problem) { return problem.severity == formats::Severity::file; });
    // Nothing of the file could be read: there is nothing that it brought.
    if (unread && report.lines == report.rejected)
        return {.failed = true, .message = formats::text_of(report.problems.front()), .result_json = report.to_json()};
    return {.message = message_of(report, dry_run), .result_json = report.to_json()};
}

void append_cell(std::string& out, std::string_view text) {
    out += '"';
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    out += '"';
}

// The kinds -----------------------------------------------------------------------------------------------------------

using PlainImport = std::expected<ImportReport, ImportRefusal> (*)(Pool&, const Clock&, const ImportOrder&);

RunImport run_plain(const ImportJobParts& parts, PlainImport import) {
    return [&pool = parts.pool, &clock = parts.clock, import](const ImportOrder& order,
                                                              const Json&) -> std::expected<ImportReport, std::string> {
        auto report = import(pool, clock, order);
        if (!report) return std::unexpected(report.error().text);
        return *std::move(report);
    };
}

ReadFormat format_of(const Json& parameters) {
    const std::string text = text_at(parameters, "format");
    if (text == "profile") return ReadFormat::profile;
    return text == "nem" ? ReadFormat::nem : ReadFormat::csv;
}

std::string objection_to_reads(const Json& parameters) {
    const std::string profile = text_at(parameters, "profile");
    if ((format_of(parameters) == ReadFormat::profile) == profile.empty())
        return "The format profile, and only that, brings the text of a profile.";
    if (profile.empty()) return "";
    const auto parsed = formats::parse_csv_profile(profile, "profile");
    return parsed ? "" : formats::text_of(parsed.error());
}

std::expected<ImportReport, std::string> run_reads(const ImportJobParts& parts, const ImportOrder& order,
                                                   const Json& parameters) {
    ReadImport import{.order = order, .format = format_of(parameters), .profile = {}};
    if (import.format == ReadFormat::profile) {
        // Beside the file, not the file: names of uploads do not begin with a point.
        import.profile = order.file.parent_path() / ".profile.yaml";
        std::ofstream(import.profile, std::ios::binary | std::ios::trunc) << text_at(parameters, "profile");
    }
    auto report = import_reads(parts.pool, parts.clock, import);
    if (!report) return std::unexpected(report.error().text);
    return *std::move(report);
}

}  // namespace

std::string report_csv(const ImportReport& report) {
    std::string text = "file,line,field,severity,reason\r\n";
    for (const formats::Problem& problem : report.problems) {
        append_cell(text, problem.file);
        text += fmt::format(",{},", problem.line);
        append_cell(text, problem.field);
        text += fmt::format(",{},", formats::text_of(problem.severity));
        append_cell(text, problem.reason);
        text += "\r\n";
    }
    const auto kept = static_cast<std::int64_t>(report.problems.size());
    if (const std::int64_t more = report.rejected + report.warnings - kept; more > 0)
        text += fmt::format(",,,,{} more\r\n", more);
    return text;
}

jobs::JobKind import_kind(const ImportJobParts& parts, jobs::JobKind kind, RunImport run) {
    kind.run = [parts, run = std::move(run)](jobs::JobWork& work) -> jobs::JobEnd {
        const Json parameters = stored_json(work.job().parameters_json);
        work.progress({"reading", 0, 0});
        const ImportOrder order = order_of(parts, work, parameters);
        auto report = run(order, parameters);
        if (!report) return {.failed = true, .message = without_folder(report.error(), order.file)};
        for (formats::Problem& problem : report->problems)
            problem.file = without_folder(std::move(problem.file), order.file);
        // What was carried out before has told its lines already.
        if (!report->done_before) work.keep({"report.csv", "text/csv", report_csv(*report)});
        return end_of(*report, order.dry_run);
    };
    kind.clean_up = [uploads = parts.uploads](const jobs::Job& job) {
        jobs::remove_upload(uploads, stored_json(job.parameters_json).at("folder").text());
    };
    return kind;
}

void add_metering_jobs(jobs::JobKinds& kinds, const ImportJobParts& parts) {
    const auto named = [](std::string name) {
        return jobs::JobKind{.name = std::move(name), .permission = org::Permission::change_meters};
    };
    kinds.add(import_kind(parts, named("import_meters"), run_plain(parts, import_meters)));
    kinds.add(import_kind(parts, named("import_relations"), run_plain(parts, import_relations)));
    kinds.add(import_kind(parts, named("import_calorific"), run_plain(parts, import_calorific)));
    jobs::JobKind reads = named("import_reads");
    reads.objection = objection_to_reads;
    kinds.add(import_kind(parts, std::move(reads), [parts](const ImportOrder& order, const Json& parameters) {
        return run_reads(parts, order, parameters);
    }));
}

}  // namespace mainspring::metering
