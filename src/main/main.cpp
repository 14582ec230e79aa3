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
    } catch (const std::system_error& error) {  // files and folders: full, absent, not ours
        return say("", error.what(), Exit::refused);
    } catch (const std::exception& error) {
        return say("a fault of this program: ", error.what(), Exit::bug);
    }
}

// One command line. `inherited`: the global flags of the line that this one is a part of.
Exit parse_and_run(std::vector<std::string> words, const GlobalFlags& inherited) {
    CommandTree tree({.about = kAbout, .name = "mainspring", .version = MAINSPRING_VERSION});
    Command root = tree.root();
    GlobalFlags flags = inherited;
    root.option("--data", flags.data, "Folder of the private database").environment("MAINSPRING_DATA");
    root.option("--database", flags.database, "Use this server instead: postgresql://user@host/name")
        .environment("MAINSPRING_DATABASE");
    root.flag("--json", flags.json, "Print JSON");
    const CommandRunner again = [&flags](const std::vector<std::string>& line) { return parse_and_run(line, flags); };
    add_setup_commands(root);
    add_import_commands(root);
    add_tariff_commands(root);
    add_bill_commands(root);
    add_account_commands(root);
    add_ledger_commands(root);
    add_export_commands(root);
    add_user_commands(root);
    add_serve_command(root);
    add_demo_command(root, again, flags);
    const auto action = tree.parse(std::move(words));
    if (!action) return action.error();
    Session session(flags);
    return run(session, *action);
}

}  // namespace

}  // namespace mainspring::cli

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "supervise")
        return mainspring::supervise_main(std::span(arguments).subspan(1));
    return static_cast<int>(mainspring::cli::parse_and_run(arguments, {}));
}
