#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <thread>

#include "main/output.hpp"
#include "main/read_commands.hpp"
#include "sample/generator.hpp"
#include "sample/mix.hpp"

namespace mainspring::cli {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct GenerateFlags {
    std::string mix, out, months;
    std::uint64_t seed = 1;
    std::int64_t accounts = 0;
};

std::int64_t bytes_in(const fs::path& folder) {
    std::int64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (at->is_regular_file(error)) bytes += static_cast<std::int64_t>(at->file_size(error));
    return bytes;
}

// Shows how the files in a folder grow while this lives.
class GrowthWatch {
public:
    explicit GrowthWatch(fs::path folder)
        : folder_(std::move(folder)), watcher_([this](std::stop_token stop) { watch(stop); }) {}

private:
    void watch(const std::stop_token& stop) {
        ProgressLine line("bytes");
        std::mutex mutex;
        std::condition_variable_any ended;
        std::unique_lock lock(mutex);
        while (!ended.wait_for(lock, stop, 200ms, [&] { return stop.stop_requested(); }) && !stop.stop_requested())
            line.show("generate", bytes_in(folder_), 0);
    }

    fs::path folder_;
    std::jthread watcher_;  // last: it uses the folder
};

Date month_argument(std::string_view text) {
    const auto month = sample::parse_month(text);
    if (!month) throw Failure(Exit::usage, fmt::format("--months: {}", month.error()));
    return *month;
}

sample::GenerateOptions options_of(const GenerateFlags& flags) {
    sample::GenerateOptions options{.mix = flags.mix, .out = flags.out, .seed = flags.seed};
    if (flags.accounts > 0) options.accounts = flags.accounts;
    if (flags.months.empty()) return options;
    const auto at = flags.months.find("..");
    options.from = month_argument(flags.months.substr(0, at));
    options.to = at == std::string::npos ? options.from : month_argument(flags.months.substr(at + 2));
    return options;
}

Exit generate(const Session& session, const GenerateFlags& flags) {
    const auto options = options_of(flags);
    const auto report = [&] {
        const GrowthWatch watch(options.out);
        return sample::generate(options);
    }();
    if (!report) throw Failure(Exit::refused, report.error());
    Table table({{"WHAT", "what"}, {"NUMBER", "number", Table::Kind::number}});
    JsonObject object;
    for (const auto& [name, number] :
         std::initializer_list<std::pair<const char*, std::int64_t>>{{"accounts", report->accounts},
                                                                     {"service_points", report->service_points},
                                                                     {"meters", report->meters},
                                                                     {"registers", report->registers},
                                                                     {"reads", report->reads},
                                                                     {"interval_days", report->interval_days},
                                                                     {"interval_values", report->interval_values},
                                                                     {"exchanges", report->exchanges},
                                                                     {"moves", report->moves},
                                                                     {"missing_reads", report->missing_reads},
                                                                     {"odd_reads", report->odd_reads},
                                                                     {"gaps", report->gaps},
                                                                     {"tariff_files", report->tariff_files},
                                                                     {"bytes", report->bytes}}) {
        table.add({name, fmt::to_string(number)});
        object.number(name, number);
    }
    print(session.json() ? object.done() + "\n" : table.text());
    return Exit::ok;
}

}  // namespace

void add_generate_command(Command app) {
    auto flags = std::make_shared<GenerateFlags>();
    Command command =
        app.add("generate",
                "Write the customers, meters and reads of an invented utility as files for import. Needs no database");
    command.footer("The same mix, seed, months and number of accounts give the same bytes.");
    command.option("--mix", flags->mix, "YAML that says what the customers are like").required();
    command.option("--out", flags->out, "Folder for the files, made where missing").required();
    command.option("--accounts", flags->accounts, "How many; without it as the mix says").range(1, 1'000'000'000);
    command.option("--seed", flags->seed, "Of the drawing");
    command.option("--months", flags->months, "2026-01..2026-12, months with reads; without it as the mix says");
    command.runs([flags](const Session& session) { return generate(session, *flags); });
}

}  // namespace mainspring::cli
