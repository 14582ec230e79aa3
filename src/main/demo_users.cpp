#include "main/demo_users.hpp"

#include <array>
#include <fmt/format.h>

#include "identity/identity_service.hpp"

namespace mainspring::cli {

namespace {

// No secret: the demo's data is invented, and `serve` listens on this machine alone unless told otherwise.
constexpr std::string_view kPassword = "try the mainspring demo";

struct DemoUser {
    std::string_view code, name;
    const org::Role& role;
};
const std::array kUsers{DemoUser{"ada", "Ada Administrator", org::Role::administrator},
                        DemoUser{"ben", "Ben Billing", org::Role::billing},
                        DemoUser{"sue", "Sue Supervisor", org::Role::supervisor},
                        DemoUser{"cas", "Cas Cashier", org::Role::cashier},
                        DemoUser{"mia", "Mia Meterdata", org::Role::meter_data},
                        DemoUser{"tom", "Tom Tariffs", org::Role::tariff_analyst},
                        DemoUser{"lea", "Lea Ledger", org::Role::accountant}};

}  // namespace

std::string make_demo_users(Session& session) {
    Pool& pool = session.database().app();
    identity::Identity identity(pool, session.clock(), {});
    std::string told = fmt::format("Who can sign in (password \"{}\"):\n", kPassword);
    for (const DemoUser& user : kUsers) {
        const auto actor =
            org::ensure_actor(pool, session.clock(),
                              {.code = std::string(user.code), .name = std::string(user.name), .roles = {user.role}});
        if (!actor) throw Failure(Exit::refused, actor.error().text);
        if (!identity.has_password(actor->code)) {
            const auto done = identity.set_password(actor->code, std::string(kPassword), session.actor().actor_id);
            if (!done) throw Failure(Exit::refused, done.error().text);
        }
        told += fmt::format("  {}  {}\n", user.code, user.role.code);
    }
    return told;
}

}  // namespace mainspring::cli
