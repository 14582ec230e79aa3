#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>

#include "billing/resources.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "main/run_text.hpp"
#include "tariff/tariff_text.hpp"
#include "whatif/report.hpp"

namespace mainspring::cli {

namespace {

namespace fs = std::filesystem;

struct WhatIfFlags {
    std::string utility, from, to, out;
    std::vector<std::string> with;
    std::int32_t threshold = 10, listed = 20, workers = 2;
};

// "FILE" in place of its own key, "KEY=FILE", or "KEY=OTHER" for another tariff in force (its last version).
whatif::Replacement replacement_of(const std::string& word, const billing::RunResources& resources) {
    const auto equals = word.find('=');
    const std::string key = equals == std::string::npos ? "" : word.substr(0, equals);
    const std::string source = equals == std::string::npos ? word : word.substr(equals + 1);
    if (!key.empty() && !resources.tariffs.contains(key))
        throw Failure(Exit::refused, fmt::format("--with {}: no tariff '{}' is in force", word, key));
    if (const auto other = resources.tariffs.find(source); !key.empty() && other != resources.tariffs.end())
        return {key, other->second.versions.back()};
    if (!key.empty() && !fs::exists(source))
        throw Failure(Exit::refused,
                      fmt::format("--with {}: '{}' is neither a tariff in force nor a file", word, source));
    auto plan = tariff::compile_tariff(read_named_file(source), source);
    if (!plan) throw Failure(Exit::refused, tariff::text_of(plan.error()));
    const std::string own = plan->key;
    return {key.empty() ? own : key, std::make_shared<const tariff::Plan>(std::move(*plan))};
}

whatif::Scenario scenario_of(const WhatIfFlags& flags, const billing::RunResources& resources) {
    std::vector<whatif::Replacement> replacements;
    for (const std::string& word : flags.with) replacements.push_back(replacement_of(word, resources));
    return whatif::Scenario(replacements);
}

std::string title_of(std::string key) {
    std::ranges::transform(key, key.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return key;
}

Table table_of(const whatif::Sheet& sheet) {
    std::vector<Table::Column> columns;
    for (std::size_t i = 0; i < sheet.columns.size(); ++i)
        columns.push_back({title_of(sheet.columns[i]), sheet.columns[i],
                           sheet.is_number[i] ? Table::Kind::amount : Table::Kind::text});
    Table table(columns);
    for (const auto& row : sheet.rows) table.add(row);
    return table;
}

std::string text_of_answer(const whatif::WhatIfAnswer& answer, const WhatIfFlags& flags) {
    std::string text;
    for (const auto& sheet : whatif::sheets_of(answer)) {
        if (sheet.rows.empty()) continue;
        text += fmt::format("{}\n{}\n", title_of(sheet.name), table_of(sheet).text());
    }
    return text + fmt::format("{} customers change by more than {} %\n", answer.beyond, flags.threshold);
}

std::string json_of_answer(const whatif::WhatIfAnswer& answer) {
    JsonObject json;
    for (const auto& sheet : whatif::sheets_of(answer)) json.raw(sheet.name, table_of(sheet).json());
    return json.number("beyond_threshold", answer.beyond).done() + "\n";
}

void write_text(const fs::path& file, const std::string& text) {
    write_whole_file(file.native(), [&](std::ostream& out) { out << text; });
}

void write_files(const fs::path& folder, const whatif::WhatIfAnswer& answer) {
    const auto sheets = whatif::sheets_of(answer);
    for (const auto& sheet : sheets) write_text(folder / (sheet.name + ".csv"), whatif::csv_of(sheet));
    try {
        whatif::write_workbook(folder / "what-if.xlsx", sheets);
    } catch (const std::runtime_error& error) {
        throw Failure(Exit::database, fmt::format("cannot write {}", error.what()));
    }
    for (const std::string& currency : whatif::currencies_of(answer.outcome)) {
        write_text(folder / fmt::format("revenue-{}.svg", currency), revenue_chart(answer.outcome, currency));
        write_text(folder / fmt::format("distribution-{}.svg", currency), distribution_chart(answer.outcome, currency));
    }
}

std::atomic<bool> asked_to_stop = false;

void on_interrupt(int) { asked_to_stop = true; }

// Every customer beyond the threshold, as they come; nothing without --out.
class CustomerFile {
public:
    explicit CustomerFile(const std::string& folder) {
        if (folder.empty()) return;
        std::error_code failed;
        fs::create_directories(folder, failed);
        if (failed || !fs::is_directory(folder))
            throw Failure(Exit::database, fmt::format("cannot make the folder {}: {}", folder, failed.message()));
        file_ = fs::path(folder) / "customers.csv";
        out_.open(file_, std::ios::trunc);
        out_ << whatif::csv_row(whatif::customer_columns());
        check();
    }
    void add(std::span<const whatif::BeyondThreshold> customers) {
        if (file_.empty()) return;
        for (const auto& one : customers) out_ << whatif::csv_row(whatif::customer_row(one.customer, one.account));
        check();
    }
    void close() {
        if (file_.empty()) return;
        out_.close();
        check();
    }

private:
    void check() {
        if (!out_) throw Failure(Exit::database, fmt::format("cannot write {}", file_.native()));
    }
    fs::path file_;
    std::ofstream out_;
};

whatif::WhatIfQuestion question_of(Session& session, const WhatIfFlags& flags, const org::Utility& utility) {
    whatif::WhatIfQuestion question;
    question.legal_entity_id = utility.legal_entity_id;
    question.dates = {date_argument("--from", flags.from), date_argument("--to", flags.to)};
    question.known_at = session.clock().now();
    question.threshold_percent = flags.threshold;
    question.listed = static_cast<std::size_t>(flags.listed);
    return question;
}

Exit what_if(Session& session, const WhatIfFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    session.require(org::Permission::look, utility.root_unit_id);
    const whatif::WhatIfQuestion question = question_of(session, flags, utility);
    Pool& pool = session.database().app();
    const auto resources = billing::load_resources(pool, question.known_at);
    const auto scenario = scenario_of(flags, resources);
    CustomerFile customers(flags.out);
    ProgressLine line("accounts");
    std::signal(SIGINT, on_interrupt);
    const auto answer =
        whatif::ask_what_if(pool, resources, scenario, question,
                            {.workers = flags.workers,
                             .progress = [&](const billing::Progress& p) { line.show(p.phase, p.done, p.total); },
                             .beyond = [&](std::span<const whatif::BeyondThreshold> found) { customers.add(found); },
                             .stop = [] { return asked_to_stop.load(); }});
    std::signal(SIGINT, SIG_DFL);
    if (!answer) throw Failure(Exit::refused, answer.error());
    customers.close();
    if (answer->stopped) {
        complain("mainspring: stopped; nothing was written to the database");
        return Exit::stopped;
    }
    if (!flags.out.empty()) write_files(flags.out, *answer);
    print(session.json() ? json_of_answer(*answer) : text_of_answer(*answer, flags));
    return Exit::ok;
}

}  // namespace

void add_what_if_command(Command tariff) {
    Command command = tariff.add(
        "what-if",
        "Rate all customers over a past period under other prices and compare with what was in force; writes no bills");
    auto flags = std::make_shared<WhatIfFlags>();
    command.utility(flags->utility);
    command.option("--from", flags->from, "First day, like 2026-01-01").required();
    command.option("--to", flags->to, "First day after the period").required();
    command
        .option("--with", flags->with,
                "FILE in place of the tariff of its own key; KEY=FILE in place of KEY; KEY=OTHER for another tariff in "
                "force. May be given several times")
        .required();
    command.option("--threshold", flags->threshold, "Percent beyond which customers are counted and listed")
        .range(0, 100'000);
    command.option("--list", flags->listed, "How many of the largest changes to show").range(0, 10'000);
    command.option("--out", flags->out,
                   "Folder for CSV files (customers.csv: all beyond the threshold), a workbook and charts");
    command.option("--workers", flags->workers, "Threads").range(1, 256);
    command.runs([flags](Session& session) { return what_if(session, *flags); });
}

}  // namespace mainspring::cli
