// The command line's groups. Each adds its commands to the tree.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "main/command_tree.hpp"

namespace mainspring::cli {

void add_setup_commands(Command app);     // init, utility, backup, restore, cluster distribute
void add_import_commands(Command app);    // import accounts|meters|reads|calorific|…, read, generate
void add_tariff_commands(Command app);    // tariff import|test|explain|activate|list|show
void add_what_if_command(Command tariff);  // tariff what-if
void add_bill_commands(Command app);  // bill run|status|resume|stop|touched|rebill|print|…
void add_print_commands(Command bill);  // bill explain|print|show, below `bill`
void add_account_commands(Command app);  // pay, account show|statement
void add_move_commands(Command account);  // account move-in|move-out
void add_ledger_commands(Command app);  // ledger trial-balance|export|verify
void add_user_commands(Command app);    // user add|list|assign|password|link|disable
void add_export_commands(Command app);  // export facts
void add_serve_command(Command app);    // serve

// Does one command line (without the program's name) with the same global flags.
using CommandRunner = std::function<Exit(const std::vector<std::string>& words)>;
// demo; `flags` are those in front of it, once the line is parsed.
void add_demo_command(Command app, const CommandRunner& runner, const GlobalFlags& flags);

}  // namespace mainspring::cli
