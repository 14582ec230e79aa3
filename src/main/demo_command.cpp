#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "billing/run_list_service.hpp"
#include "main/commands.hpp"
#include "main/demo_users.hpp"
#include "org/sha256.hpp"

namespace mainspring::cli {

namespace {

namespace fs = std::filesystem;

struct DemoFlags {
    std::string samples, out = "mainspring-demo";
};

// Lines "bill 2026-03", "accounts 900": what the demo does with a sample utility.
struct DemoPlan {
    std::string code;
    fs::path folder;
    std::vector<std::string> months;
    std::string accounts;  // generated beside the hand-made cases; empty: none
};

DemoPlan read_plan(const fs::path& folder) {
    DemoPlan plan{folder.filename().string(), folder, {}, ""};
    std::ifstream file(folder / "demo.txt");
    if (!file) throw Failure(Exit::usage, fmt::format("{} is missing", (folder / "demo.txt").string()));
    std::string word, value;
    while (file >> word >> value) {
        if (word == "bill")
            plan.months.push_back(value);
        else if (word == "accounts")
            plan.accounts = value;
        else
            throw Failure(Exit::usage,
                          fmt::format("{}: '{}' is neither bill nor accounts", (folder / "demo.txt").string(), word));
    }
    return plan;
}

// The same utility and month always give the same id, so that a second demo finds the first one's runs.
std::string run_command_id(const std::string& code, const std::string& month) {
    const auto digest = org::sha256_of(fmt::format("demo {} {}", code, month));
    Uuid uuid;
    std::transform(digest.begin(), digest.begin() + 16, uuid.bytes.begin(),
                   [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x80);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return format_uuid(uuid);
}

class Demo {
public:
    Demo(Session& session, const CommandRunner& run, const DemoFlags& flags, std::string given)
        : session_(session), run_(run), flags_(flags), given_(std::move(given)) {}

    Exit show() {
        const auto folders = utilities();
        tariffs(folders);
        for (const auto& folder : folders) {
            codes_.push_back(folder.filename().string());
            utility(read_plan(folder));
        }
        line({"ledger", "trial-balance"});
        line({"ledger", "verify"});
        line({"bill", "summary"});
        look_next(make_demo_users(session_));
        return worst_;
    }

private:
    void look_next(const std::string& users) const {
        std::string text = fmt::format("\nBills as PDF: {}\nLook next at:\n", fs::absolute(flags_.out).string());
        const auto hint = [&](const std::string& words) {
            text += fmt::format("  ./mainspring{} {}\n", given_, words);
        };
        for (const char* words : {"bill status", "bill exceptions", "bill explain 1"})
            hint(fmt::format("{} --utility {}", words, codes_[codes_.size() / 2]));
        hint("--help");
        text += "In a browser, after\n";
        hint("serve");
        text += "at http://127.0.0.1:8080\n" + users;
        std::fputs(text.c_str(), stdout);
    }

    std::vector<fs::path> utilities() const {
        std::vector<fs::path> folders;
        std::error_code failed;
        for (const auto& entry : fs::directory_iterator(flags_.samples, failed))
            if (fs::exists(entry.path() / "utility.yaml")) folders.push_back(entry.path());
        if (folders.empty())
            throw Failure(Exit::usage,
                          fmt::format("no sample utilities in '{}': say where with --samples", flags_.samples));
        std::ranges::sort(folders);
        return folders;
    }

    // Prints the command as a person would type it, then does it.
    Exit line(std::vector<std::string> words) {
        std::string shown = "\n$ mainspring" + given_;
        for (const auto& word : words) shown += " " + word;
        std::fputs((shown + "\n").c_str(), stdout);
        std::fflush(stdout);
        const Exit done = run_(words);
        if (done != Exit::ok && done != Exit::partly) worst_ = done;
        return done;
    }

    void tariffs(const std::vector<fs::path>& folders) {
        std::vector<std::string> init{"init"};
        for (const auto& folder : folders) {
            init.push_back("--utility");
            init.push_back((folder / "utility.yaml").string());
        }
        line(init);
        std::vector<std::string> import{"tariff", "import"};
        for (const auto& entry : fs::directory_iterator(fs::path(flags_.samples) / "tariffs"))
            if (entry.path().extension() == ".yaml") import.push_back(entry.path().string());
        std::sort(import.begin() + 2, import.end());
        line(import);
        line({"tariff", "activate", "--all"});
    }

    void utility(const DemoPlan& plan) {
        import_folder(plan, plan.folder / "cases");
        if (!plan.accounts.empty()) {
            const fs::path made = fs::path(flags_.out) / plan.code / "data";
            line({"generate", "--mix", (plan.folder / "mix.yaml").string(), "--accounts", plan.accounts, "--seed", "1",
                  "--months", plan.months.front() + ".." + plan.months.back(), "--out", made.string()});
            import_folder(plan, made);
        }
        for (const auto& month : plan.months) bill(plan, month);
    }

    void import_folder(const DemoPlan& plan, const fs::path& folder) {
        const auto import = [&](const char* what, const fs::path& file, std::vector<std::string> more = {}) {
            if (!fs::exists(file)) return;
            std::vector<std::string> words{"import", what, file.string(), "--utility", plan.code};
            words.insert(words.end(), more.begin(), more.end());
            line(words);
        };
        import("accounts", folder / "accounts.csv");
        import("meters", folder / "meters.csv");
        import("calorific", folder / "calorific.csv");
        import("reads", folder / "reads.csv");
        import("reads", folder / "reads_interval.csv",
               {"--format", "profile", "--profile", (folder / "interval_profile.yaml").string()});
        import("reads", folder / "reads_nem12.csv", {"--format", "nem12"});
        import("reads", folder / "reads_nem13.csv", {"--format", "nem13"});
        if (!fs::exists(folder / "reads_nem12")) return;
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder / "reads_nem12")) files.push_back(entry.path());
        std::ranges::sort(files);
        for (const auto& file : files) import("reads", file, {"--format", "nem12"});
    }

    void bill(const DemoPlan& plan, const std::string& month) {
        const Date first = date_argument("demo.txt", month + "-01");
        const Date issued = first_of_next_month(first) + std::chrono::days{7};
        line({"bill", "run", "--utility", plan.code, "--period", month, "--issued-on", format_date(issued),
              "--command-id", run_command_id(plan.code, month)});
        const auto run = first_run(plan.code, {first, first_of_next_month(first)});
        if (!run) return;
        const fs::path folder = fs::path(flags_.out) / plan.code;
        line({"bill", "print", std::to_string(*run), "--utility", plan.code, "--out", folder.string(), "--name",
              plan.code + "-" + month});
    }

    // The demo's own run of a period: later ones are a person's, who tries things out.
    std::optional<std::int64_t> first_run(const std::string& code, DateRange period) {
        const org::Utility utility = session_.utility(code);
        std::optional<std::int64_t> found;
        billing::RunListQuery query{utility.legal_entity_id, 0, 50};
        while (true) {
            const auto runs =
                with_tx(session_.database().app(), TxOptions(), [&](Tx& tx) { return billing::list_runs(tx, query); });
            for (const auto& run : runs)
                if (run.period == period) found = run.run_id;
            if (runs.empty()) return found;
            query.before = runs.back().run_id;
        }
    }

    Session& session_;
    const CommandRunner& run_;
    const DemoFlags& flags_;
    std::string given_;  // the flags in front of the command, as they were typed
    std::vector<std::string> codes_;
    Exit worst_ = Exit::ok;
};

}  // namespace

void add_demo_command(Command app, const CommandRunner& runner, const GlobalFlags& global) {
    const auto flags = std::make_shared<DemoFlags>();
    const char* home = std::getenv("MAINSPRING_SAMPLES");
    flags->samples = home != nullptr ? home : "samples";
    Command demo = app.add("demo", "Load the sample utilities, bill them, print the bills; again changes nothing");
    demo.option("--samples", flags->samples, "Folder of the sample utilities");
    demo.option("--out", flags->out, "Folder for generated data and PDF files");
    demo.runs([flags, &runner, &global](Session& session) {
        std::string given = global.data.empty() ? "" : " --data " + global.data;
        if (!global.database.empty()) given += " --database " + global.database;
        return Demo(session, runner, *flags, given).show();
    });
}

}  // namespace mainspring::cli
