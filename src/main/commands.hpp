// The command line's groups. Each adds its commands to the parser and leaves the chosen one in `action`.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "main/session.hpp"

namespace CLI {
class App;
}

namespace mainspring::cli {

void add_setup_commands(CLI::App& app, Action& action);     // init, utility, backup, restore, cluster distribute
void add_import_commands(CLI::App& app,
                         Action& action);    // import accounts|meters|reads|calorific|relations, read, generate
void add_tariff_commands(CLI::App& app, Action& action);    // tariff import|test|explain|activate|list|show
void add_bill_commands(CLI::App& app, Action& action);  // bill run|status|resume|stop|cancel|rebill|explain|print|…
void add_print_commands(CLI::App& bill, Action& action);  // bill explain|print|show, below `bill`
void add_account_commands(CLI::App& app, Action& action);  // pay, account show|statement
void add_ledger_commands(CLI::App& app, Action& action);  // ledger trial-balance|export|verify
void add_export_commands(CLI::App& app, Action& action);  // export facts

// Does one command line (without the program's name) with the same global flags.
using CommandRunner = std::function<Exit(const std::vector<std::string>& words)>;
void add_demo_command(CLI::App& app, Action& action, const CommandRunner& runner);  // demo

}  // namespace mainspring::cli
