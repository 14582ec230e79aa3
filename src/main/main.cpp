#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "main/commands.hpp"
#include "storage/cluster.hpp"
#include "storage/error.hpp"

namespace mainspring::cli {

namespace {

constexpr auto kAbout =
    "Mainspring: customers, meters, bills and ledger of an electricity, gas or water utility.\n"
    "Exit status: 0 done; 1 refused; 2 wrong usage; 3 done in part, rejected records are named; 4 stopped, to be\n"
    "resumed; 5 database not available; 70 a fault of this program.";

Exit say(const char* kind, const std::string& text, Exit status) {
    std::fputs(fmt::format("mainspring: {}{}\n", kind, text).c_str(), stderr);
    return status;
}

Exit run(Session& session, const Action& action) {
    try {
        return action(session);
    } catch (const Failure& failure) {
        return say("", failure.what(), failure.exit_status);
    } catch (const ClusterError& error) {
        return say("database: ", error.what(), Exit::database);
    } catch (const DbError& error) {
        return say("", error.what(), Exit::database);
    } catch (const std::exception& error) {
        return say("a fault of this program: ", error.what(), Exit::bug);
    }
}

// One command line. `inherited`: the global flags of the line that this one is a part of.
Exit parse_and_run(std::vector<std::string> words, const GlobalFlags& inherited) {
    CLI::App app{kAbout, "mainspring"};
    GlobalFlags flags = inherited;
    app.add_option("--data", flags.data, "Folder of the private database")->envname("MAINSPRING_DATA");
    app.add_option("--database", flags.database, "Use this server instead: postgresql://user@host/name")
        ->envname("MAINSPRING_DATABASE");
    app.add_flag("--json", flags.json, "Print JSON");
    app.require_subcommand(1);
    app.fallthrough();
    Action action;
    const CommandRunner again = [&flags](const std::vector<std::string>& line) { return parse_and_run(line, flags); };
    add_setup_commands(app, action);
    add_import_commands(app, action);
    add_tariff_commands(app, action);
    add_bill_commands(app, action);
    add_account_commands(app, action);
    add_ledger_commands(app, action);
    add_export_commands(app, action);
    add_demo_command(app, action, again);
    std::ranges::reverse(words);  // what the parser asks for
    try {
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? Exit::ok : Exit::usage;
    }
    Session session(flags);
    return run(session, action);
}

}  // namespace

}  // namespace mainspring::cli

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "supervise")
        return mainspring::supervise_main(std::span(arguments).subspan(1));
    return static_cast<int>(mainspring::cli::parse_and_run(arguments, {}));
}
