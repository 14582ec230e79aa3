// Part of the group of imports, in a file of its own.
#pragma once
#include "main/commands.hpp"

namespace mainspring::cli {

void add_read_commands(CLI::App& app, Action& action);  // read list|confirm|reject|correct

}  // namespace mainspring::cli
