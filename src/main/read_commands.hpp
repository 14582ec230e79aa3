// Parts of the group of imports, in files of their own.
#pragma once
#include "main/commands.hpp"

namespace mainspring::cli {

void add_read_commands(CLI::App& app, Action& action);  // read list|confirm|reject|correct
void add_generate_command(CLI::App& app, Action& action);

}  // namespace mainspring::cli
