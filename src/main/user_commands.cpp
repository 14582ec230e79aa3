#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <termios.h>
#include <unistd.h>

#include "customer/account_list_service.hpp"
#include "customer/customer_service.hpp"
#include "identity/identity_service.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "org/user_service.hpp"

namespace mainspring::cli {

namespace {

struct UserFlags {
    std::string user, name, role, unit, from, to, utility, account, command_id;
    FlagGiven enable = false;
};

org::Order order_of(Session& session, const UserFlags& flags) {
    return {session.actor().actor_id, session.command_id(flags.command_id)};
}

Exit tell(const Session& session, const org::AdminResult& result, const std::string& sentence) {
    if (!result) throw Failure(Exit::refused, result.error().text);
    print(session.json() ? *result + "\n" : sentence + "\n");
    return Exit::ok;
}

std::string text_of(const org::AssignmentView& each) {
    std::string text = each.role;
    if (!each.unit.empty()) text += " in " + each.unit;
    if (each.to) text += " until " + format_date(*each.to);
    return text;
}

std::string text_of(const std::vector<org::AssignmentView>& assignments) {
    std::string text;
    for (const auto& each : assignments) text.append(text.empty() ? "" : ", ").append(text_of(each));
    return text;
}

std::vector<org::UserView> all_users(Session& session) {
    return with_tx(session.database().app(), TxOptions(), [](Tx& tx) {
        constexpr std::int32_t kPage = 200;
        std::vector<org::UserView> users;
        for (;;) {
            const auto page = org::list_users(tx, {users.empty() ? "" : users.back().code, kPage});
            users.insert(users.end(), page.begin(), page.end());
            if (page.size() < static_cast<std::size_t>(kPage)) return users;
        }
    });
}

Exit list(Session& session) {
    session.require(org::Permission::look, 0);
    Table table({{"USER", "user"}, {"NAME", "name"}, {"KIND", "kind"}, {"STATE", "state"}, {"ROLES", "roles"}});
    for (const org::UserView& user : all_users(session))
        table.add({user.code, user.name, user.kind, user.disabled ? "disabled" : "enabled", text_of(user.assignments)});
    print(session.json() ? table.json() + "\n" : table.text());
    return Exit::ok;
}

Exit add(Session& session, const UserFlags& flags) {
    org::NewUser user{.code = flags.user, .name = flags.name.empty() ? flags.user : flags.name};
    if (!flags.account.empty()) {
        const org::Utility utility = session.utility(flags.utility);
        user.party = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
            const auto account = customer::find_account(tx, utility.legal_entity_id, flags.account);
            return account ? customer::party_of_account(tx, account->cell, account->account_id) : std::nullopt;
        });
        if (!user.party)
            throw Failure(Exit::refused, fmt::format("utility '{}' has no account '{}'", utility.code, flags.account));
    }
    const auto added = org::add_user(session.database().app(), session.clock(), order_of(session, flags), user);
    return tell(session, added,
                fmt::format("Added {}. Give a role with: mainspring user assign {} --role …", flags.user, flags.user));
}

Exit assign(Session& session, const UserFlags& flags) {
    const Date today{std::chrono::floor<std::chrono::days>(session.clock().now())};
    org::NewAssignment wanted{.user = flags.user,
                              .role = flags.role,
                              .unit = flags.unit,
                              .from = flags.from.empty() ? today : date_argument("--from", flags.from),
                              .to = std::nullopt};
    if (!flags.to.empty()) wanted.to = date_argument("--to", flags.to);
    const auto given = org::assign(session.database().app(), session.clock(), order_of(session, flags), wanted);
    return tell(session, given,
                fmt::format("{} is {} {}.", flags.user, flags.role,
                            flags.unit.empty() ? "everywhere" : fmt::format("in {} and below", flags.unit)));
}

Exit disable(Session& session, const UserFlags& flags) {
    const auto presence = flags.enable ? org::Presence::enabled : org::Presence::disabled;
    const auto done =
        org::set_presence(session.database().app(), session.clock(), order_of(session, flags), flags.user, presence);
    return tell(session, done, fmt::format("{} is {}.", flags.user, flags.enable ? "enabled" : "disabled"));
}

// From the terminal without showing it, or the first line of standard input.
std::string read_password() {
    termios before{};
    const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        complain("New password:");
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string password;
    std::getline(std::cin, password);
    if (terminal) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    return password;
}

Exit set_password(Session& session, const UserFlags& flags) {
    identity::Identity identity(session.database().app(), session.clock(), {});
    const auto done = identity.set_password(flags.user, read_password(), session.actor().actor_id);
    if (!done) throw Failure(Exit::refused, done.error().text);
    print(session.json() ? JsonObject().text("user", flags.user).done() + "\n"
                         : fmt::format("{} signs in with the new password; sessions so far have ended.\n", flags.user));
    return Exit::ok;
}

Exit link(Session& session, const UserFlags& flags) {
    identity::Identity identity(session.database().app(), session.clock(), {});
    const auto token = identity.password_link(flags.user, session.actor().actor_id);
    if (!token) throw Failure(Exit::refused, token.error().text);
    print(session.json() ? JsonObject().text("token", *token).done() + "\n"
                         : fmt::format("For 24 hours {} can choose a password at /setup#{}\n", flags.user, *token));
    return Exit::ok;
}

}  // namespace

void add_user_commands(Command app) {
    auto flags = std::make_shared<UserFlags>();
    Command user = app.add_group("user", "People who sign in, and what they may");
    user.add("list", "All users with their roles").runs(list);

    Command add_command = user.add("add", "A new user, who may nothing yet");
    add_command.option("USER", flags->user, "The name to sign in with").required();
    add_command.option("--name", flags->name, "As others see it");
    add_command.option("--account", flags->account, "A customer: sees the accounts of the party of this one");
    add_command.utility(flags->utility);
    add_command.command_id(flags->command_id);
    add_command.runs([flags](Session& session) { return add(session, *flags); });

    Command assign_command = user.add("assign", "Give a role, in an organisation unit and below or everywhere");
    assign_command.option("USER", flags->user, "Who").required();
    assign_command.option("--role", flags->role, "administrator, supervisor, billing, cashier, auditor, …").required();
    assign_command.option("--unit", flags->unit, "Code of the unit; default: everywhere");
    assign_command.option("--from", flags->from, "First day; default: today");
    assign_command.option("--to", flags->to, "The first day without it");
    assign_command.command_id(flags->command_id);
    assign_command.runs([flags](Session& session) { return assign(session, *flags); });

    Command password = user.add("password", "Set a password, read from standard input");
    password.option("USER", flags->user, "Whose").required();
    password.runs([flags](Session& session) { return set_password(session, *flags); });

    Command link_command = user.add("link", "A one-time link by which a user chooses a password");
    link_command.option("USER", flags->user, "Whose").required();
    link_command.runs([flags](Session& session) { return link(session, *flags); });

    Command disable_command = user.add("disable", "Let a user in no more; what they did stays");
    disable_command.option("USER", flags->user, "Whom").required();
    disable_command.flag("--undo", flags->enable, "Let them in again");
    disable_command.command_id(flags->command_id);
    disable_command.runs([flags](Session& session) { return disable(session, *flags); });
}

}  // namespace mainspring::cli
