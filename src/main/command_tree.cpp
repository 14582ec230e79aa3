#include "main/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace mainspring::cli {

Option& Option::required() {
    option_->required();
    return *this;
}

Option& Option::range(std::int64_t from, std::int64_t to) {
    option_->check(CLI::Range(from, to));
    return *this;
}

Option& Option::one_of(const std::vector<std::string>& words) {
    option_->check(CLI::IsMember(words));
    return *this;
}

Option& Option::environment(const std::string& variable) {
    option_->envname(variable);
    return *this;
}

Option& Option::shown_as(const std::string& type) {
    option_->type_name(type);
    return *this;
}

Command Command::add(const std::string& name, const std::string& about) {
    return {app_->add_subcommand(name, about), chosen_};
}

Command Command::add_group(const std::string& name, const std::string& about) {
    auto* group = app_->add_subcommand(name, about);
    group->require_subcommand(1);
    return {group, chosen_};
}

Command& Command::footer(const std::string& text) {
    app_->footer(text);
    return *this;
}

Option Command::option(const std::string& name, std::string& value, const std::string& help) {
    return Option(app_->add_option(name, value, help));
}

Option Command::option(const std::string& name, std::int32_t& value, const std::string& help) {
    return Option(app_->add_option(name, value, help));
}

Option Command::option(const std::string& name, std::int64_t& value, const std::string& help) {
    return Option(app_->add_option(name, value, help));
}

Option Command::option(const std::string& name, std::uint64_t& value, const std::string& help) {
    return Option(app_->add_option(name, value, help));
}

Option Command::option(const std::string& name, std::vector<std::string>& values, const std::string& help) {
    return Option(app_->add_option(name, values, help));
}

void Command::flag(const std::string& name, FlagGiven& value, const std::string& help) {
    app_->add_flag(name, value, help);
}

void Command::utility(std::string& code) { option("--utility", code, "Code; may be left out where there is only one"); }

void Command::command_id(std::string& uuid) {
    option("--command-id", uuid, "UUID: repeating the command with it gives the same answer and changes nothing");
}

void Command::runs(Action action, std::function<std::string()> missing) {
    app_->callback([app = app_, chosen = chosen_, action = std::move(action), missing = std::move(missing)] {
        if (!app->get_subcommands().empty()) return;
        if (const std::string what = missing ? missing() : ""; !what.empty()) throw CLI::RequiredError(what);
        *chosen = action;
    });
}

CommandTree::CommandTree(const std::string& about, const std::string& name)
    : app_(std::make_unique<CLI::App>(about, name)) {
    app_->require_subcommand(1);
    app_->fallthrough();
}

CommandTree::~CommandTree() = default;

Command CommandTree::root() { return {app_.get(), &chosen_}; }

std::expected<Action, Exit> CommandTree::parse(std::vector<std::string> words) {
    std::ranges::reverse(words);  // what the parser asks for
    try {
        app_->parse(words);
    } catch (const CLI::ParseError& error) {
        return std::unexpected(app_->exit(error) == 0 ? Exit::ok : Exit::usage);
    }
    return chosen_;
}

}  // namespace mainspring::cli
