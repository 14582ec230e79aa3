// The commands of the program as a tree: names, options, help; and the parser behind it, whose header only
// command_tree.cpp includes.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "main/session.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace mainspring::cli {

// A handle; the tree owns what it stands for.
class Option {
public:
    explicit Option(CLI::Option* option) : option_(option) {}
    Option& required();
    Option& range(std::int64_t from, std::int64_t to);  // both included
    Option& one_of(const std::vector<std::string>& words);
    Option& environment(const std::string& variable);  // where its default comes from
    Option& shown_as(const std::string& type);         // in the help, instead of TEXT

private:
    CLI::Option* option_;
};

using FlagGiven = bool;  // what a flag writes to

// A handle too. Variables that options are bound to must outlive the parsing: commands keep them in shared structs.
class Command {
public:
    Command(CLI::App* app, Action* chosen) : app_(app), chosen_(chosen) {}

    Command add(const std::string& name, const std::string& about);
    // The same for a command that only gathers others: one of them must be given.
    Command add_group(const std::string& name, const std::string& about);
    Command& footer(const std::string& text);

    // "--name", or "NAME" for one that is given by its place.
    Option option(const std::string& name, std::string& value, const std::string& help);
    Option option(const std::string& name, std::int32_t& value, const std::string& help);
    Option option(const std::string& name, std::int64_t& value, const std::string& help);
    Option option(const std::string& name, std::uint64_t& value, const std::string& help);
    Option option(const std::string& name, std::vector<std::string>& values, const std::string& help);
    void flag(const std::string& name, FlagGiven& value, const std::string& help);
    // What many commands share.
    void utility(std::string& code);
    void command_id(std::string& uuid);

    // What the command does, unless a command below it was given. `missing` names what the line lacks, empty: nothing.
    void runs(Action action, std::function<std::string()> missing = {});

private:
    CLI::App* app_;
    Action* chosen_;
};

struct Program {
    std::string about, name, version;
};

class CommandTree {
public:
    explicit CommandTree(const Program& program);
    ~CommandTree();
    CommandTree(const CommandTree&) = delete;
    CommandTree& operator=(const CommandTree&) = delete;

    Command root();
    // What the line asks for; when that was help or wrong, it is printed here and what is left is the exit status.
    std::expected<Action, Exit> parse(std::vector<std::string> words);

private:
    std::unique_ptr<CLI::App> app_;
    Action chosen_;
};

}  // namespace mainspring::cli
