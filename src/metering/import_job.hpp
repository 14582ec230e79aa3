// Imports as jobs: the uploaded file is read by the import of the command line, with progress; what was wrong with its
// lines is left as report.csv.
#pragma once
#include <expected>
#include <filesystem>
#include <functional>
#include <string>

#include "jobs/job_kind.hpp"
#include "metering/import_support.hpp"

namespace mainspring::metering {

struct ImportJobParts {
    Pool& pool;  // of the program
    const Clock& clock;
    std::filesystem::path uploads;  // folder of the files that wait
};

// One import by the parameters of its job.
using RunImport =
    std::function<std::expected<ImportReport, std::string>(const ImportOrder& order, const Json& parameters)>;

// The kind "import_…". `kind` brings name, permission, reach and objection.
jobs::JobKind import_kind(const ImportJobParts& parts, jobs::JobKind kind, RunImport run);

// Meters, reads, relations, calorific values.
void add_metering_jobs(jobs::JobKinds& kinds, const ImportJobParts& parts);

// file, line, field, severity, reason; no cell is a formula to a spreadsheet.
std::string report_csv(const ImportReport& report);

}  // namespace mainspring::metering
