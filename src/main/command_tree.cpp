#include "main/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

namespace mainspring::cli {

Option& Option::required() {
    option_->required();
    return *this;
}

Option& Option::range(std::int64_t from, std::int64_t to) {
    option_->check(CLI::Range(from, to).description(std::to_string(from) + ".." + std::to_string(to)));
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

namespace {

// The help tells what an option is without being given; nothing and zero mean that it is not there.
template <class Value>
Option with_default(CLI::App& app, const std::string& name, Value& value, const std::string& help) {
    CLI::Option* option = app.add_option(name, value, help);
    if (value != Value()) option->capture_default_str();
    return Option(option);
}

}  // namespace

Option Command::option(const std::string& name, std::string& value, const std::string& help) {
    return with_default(*app_, name, value, help);
}

Option Command::option(const std::string& name, std::int32_t& value, const std::string& help) {
    return with_default(*app_, name, value, help);
}

Option Command::option(const std::string& name, std::int64_t& value, const std::string& help) {
    return with_default(*app_, name, value, help);
}

Option Command::option(const std::string& name, std::uint64_t& value, const std::string& help) {
    return with_default(*app_, name, value, help);
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

CommandTree::CommandTree(const Program& program) : app_(std::make_unique<CLI::App>(program.about, program.name)) {
    app_->set_version_flag("--version", program.name + " " + program.version, "Print the version and exit");
    app_->require_subcommand(1);
    app_->fallthrough();
}

CommandTree::~CommandTree() = default;

Command CommandTree::root() { return {app_.get(), &chosen_}; }

namespace {

bool is_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

// The option of this name, of the command or of one above it.
CLI::Option* find_option(CLI::App* command, const std::string& name) {
    for (CLI::App* at = command; at != nullptr; at = at->get_parent())
        if (CLI::Option* option = at->get_option_no_throw(name)) return option;
    return nullptr;
}

CLI::App* find_command(CLI::App* above, const std::string& name) {
    const auto below = above->get_subcommands([&](const CLI::App* each) { return each->get_name() == name; });
    return below.empty() ? nullptr : below.front();
}

std::string full_name(CLI::App* command) {
    CLI::App* above = command->get_parent();
    return above == nullptr ? command->get_name() : full_name(above) + " " + command->get_name();
}

// The first word of the line that is no command and no option, as a sentence; empty when there is none. The parser
// itself rather complains of what is missing.
std::string unknown_word(CLI::App* command, const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (is_option(word)) {
            const std::string name = word.substr(0, word.find('='));
            const CLI::Option* option = find_option(command, name);
            if (option == nullptr) return "there is no option " + name + " of '" + full_name(command) + "'";
            if (option->get_expected_max() == 0 || word.find('=') != std::string::npos) continue;
            do ++i;
            while (option->get_expected_max() > 1 && i + 1 < words.size() && !is_option(words[i + 1]));
        } else if (CLI::App* below = find_command(command, word)) {
            command = below;
        } else if (command->get_options([](const CLI::Option* o) { return o->get_positional(); }).empty()) {
            return "there is no command '" + word + "' in '" + full_name(command) + "'";
        }
    }
    return "";
}

}  // namespace

std::expected<Action, Exit> CommandTree::parse(std::vector<std::string> words) {
    const std::vector<std::string> line = words;
    std::ranges::reverse(words);  // what the parser asks for
    try {
        app_->parse(words);
    } catch (const CLI::ParseError& error) {
        const std::string unknown = error.get_exit_code() == 0 ? "" : unknown_word(app_.get(), line);
        if (unknown.empty()) return std::unexpected(app_->exit(error) == 0 ? Exit::ok : Exit::usage);
        std::cerr << unknown << "\nRun with --help for more information.\n";
        return std::unexpected(Exit::usage);
    }
    return chosen_;
}

}  // namespace mainspring::cli
