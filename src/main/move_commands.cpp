#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "customer/customer_service.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"

namespace mainspring::cli {

namespace {

struct MoveFlags {
    std::string account, utility, command_id, on, service_point, tariff, customer_class = "residential";
    std::vector<std::string> entitlements, facts;
    std::int32_t dwellings = 1;
};

std::vector<customer::StatedFact> facts_argument(const std::vector<std::string>& words) {
    auto facts = customer::parse_stated_facts(fmt::format("{}", fmt::join(words, ";")));
    if (!facts) throw Failure(Exit::usage, fmt::format("--fact: {}", facts.error()));
    return *std::move(facts);
}

Exit tell_move(const Session& session, const std::expected<customer::Moved, customer::Refusal>& moved,
               const Uuid& command_id) {
    if (!moved) throw Failure(Exit::refused, moved.error().text);
    if (session.json())
        print(JsonObject()
                  .text("command_id", format_uuid(command_id))
                  .number("agreement", moved->agreement_id)
                  .number("gap_days", moved->gap_days)
                  .done() +
              "\n");
    else
        print(fmt::format("Done: agreement {}.{}\n", moved->agreement_id,
                          moved->gap_days > 0
                              ? fmt::format(" The service point had no agreement for {} days before.", moved->gap_days)
                              : std::string()));
    return Exit::ok;
}

Exit move_in(Session& session, const MoveFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    customer::Terms terms{.tariff = flags.tariff,
                          .customer_class = *customer::customer_class_of(flags.customer_class),
                          .entitlements = flags.entitlements,
                          .dwellings = flags.dwellings,
                          .facts = facts_argument(flags.facts)};
    std::ranges::sort(terms.entitlements);
    terms.entitlements.erase(std::ranges::unique(terms.entitlements).begin(), terms.entitlements.end());
    const customer::MoveIn order{.utility = utility.code,
                                 .account = flags.account,
                                 .service_point = flags.service_point,
                                 .on = date_argument("--on", flags.on),
                                 .terms = std::move(terms),
                                 .actor = session.actor(),
                                 .command_id = session.command_id(flags.command_id)};
    return tell_move(session, customer::move_in(session.database().app(), session.clock(), order), order.command_id);
}

Exit move_out(Session& session, const MoveFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    const customer::MoveOut order{.utility = utility.code,
                                  .account = flags.account,
                                  .service_point = flags.service_point,
                                  .on = date_argument("--on", flags.on),
                                  .actor = session.actor(),
                                  .command_id = session.command_id(flags.command_id)};
    return tell_move(session, customer::move_out(session.database().app(), session.clock(), order), order.command_id);
}

using MoveCommand = Exit (*)(Session&, const MoveFlags&);

std::shared_ptr<MoveFlags> add(Command command, MoveCommand run) {
    auto flags = std::make_shared<MoveFlags>();
    command.utility(flags->utility);
    command.runs([flags, run](Session& session) { return run(session, *flags); });
    return flags;
}

}  // namespace

void add_move_commands(Command account) {
    Command in_command = account.add("move-in", "From this day on the account is supplied at a service point");
    auto in = add(in_command, move_in);
    Command out_command = account.add("move-out", "From this day on it is not supplied there any more");
    auto out = add(out_command, move_out);
    for (auto [command, flags] : {std::pair{in_command, in}, std::pair{out_command, out}}) {
        command.option("ACCOUNT", flags->account, "Code of the account").required();
        command.option("SERVICE_POINT", flags->service_point, "Code of the service point").required();
        command.command_id(flags->command_id);
    }
    in_command.option("--on", in->on, "First day of supply").required();
    in_command.option("--tariff", in->tariff, "Key of the tariff").required();
    in_command.option("--class", in->customer_class, "Of customers, as tariffs tell them apart")
        .one_of({"residential", "commercial", "industrial", "public"});
    in_command.option("--entitlement", in->entitlements, "Such as low_income; several may be given");
    in_command.option("--dwellings", in->dwellings, "Households that share the supply").range(1, 1'000'000);
    in_command.option("--fact", in->facts, "A number that charges use: contract_kw=200; several may be given");
    out_command.option("--on", out->on, "First day without supply").required();
}

}  // namespace mainspring::cli
