// What the commands below `tariff` share, and those that have files of their own.
#pragma once
#include <filesystem>

#include "main/command_tree.hpp"
#include "rating/example_runner.hpp"

namespace mainspring::cli {

struct VersionFlags {
    std::string key, version;
    bool all = false;
};
// The text of a file, or of a stored version: the one named, else the one that takes effect last. `name` becomes what
// messages call it.
std::string tariff_document(Session& session, const VersionFlags& flags, std::string& name);
// Files that an example names stand in the folder of the tested one.
rating::ReadBeside files_beside(const std::filesystem::path& file);

void add_tariff_convert_command(Command tariff);   // tariff convert
void add_tariff_compare_commands(Command tariff);  // tariff diff|publish

}  // namespace mainspring::cli
