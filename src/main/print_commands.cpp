#include <CLI/CLI.hpp>

#include "main/commands.hpp"

namespace mainspring::cli {

void add_print_commands(CLI::App& /*bill*/, Action& /*action*/) {}

}  // namespace mainspring::cli
