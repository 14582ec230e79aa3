// The commands below `tariff` that have files of their own.
#pragma once
#include "main/command_tree.hpp"

namespace mainspring::cli {

void add_tariff_convert_command(Command tariff);   // tariff convert
void add_tariff_compare_commands(Command tariff);  // tariff diff|publish

}  // namespace mainspring::cli
