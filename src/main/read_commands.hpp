// Parts of the group of imports, in files of their own.
#pragma once
#include "main/commands.hpp"

namespace mainspring::cli {

void add_read_commands(Command app);  // read list|confirm|reject|correct
void add_generate_command(Command app);

}  // namespace mainspring::cli
