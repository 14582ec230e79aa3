#include "whatif/what_if_routes.hpp"

#include <fmt/format.h>
#include <tuple>

#include "base/ensure.hpp"
#include "jobs/job_answer.hpp"
#include "org/org_service.hpp"
#include "tariff/tariff_text.hpp"
#include "whatif/what_if_job.hpp"

namespace mainspring::whatif {
namespace {

using api::Call;
using api::Problem;

// The utility of the path, once the caller may ask and the question can be asked.
org::Utility checked_utility(Tx& tx, const Call& call, const jobs::JobKind& kind) {
    const std::string& code = call.path_values.front();
    auto utility = org::find_utility(tx, code);
    if (!utility || !org::may_see_utility(tx, call.caller.actor_id, utility->legal_entity_id))
        throw Problem(404, "unknown_utility", fmt::format("There is no utility '{}'.", code), "path.utility");
    if (const auto allowed = jobs::may_handle(tx, call.caller.actor_id, kind, utility->legal_entity_id); !allowed)
        throw Problem(403, "not_allowed", allowed.error().text);
    std::ignore = api::date_in(call.body, "from");
    std::ignore = api::date_in(call.body, "to");
    if (const auto objection = objection_to(tx, call.body))
        throw Problem(422, "bad_request", objection->sentence, objection->field);
    return *std::move(utility);
}

}  // namespace

void add_what_if_routes(api::Routes& routes, const jobs::JobKinds& kinds, std::function<void()> on_queued) {
    const auto start = [&kinds, on_queued = std::move(on_queued)](Call& call) {
        const jobs::JobKind* kind = kinds.find(kWhatIfKind);
        ensure(kind != nullptr, "the program has the kind of the route");
        const org::Utility utility =
            with_tx(call.people, TxOptions(), [&](Tx& tx) { return checked_utility(tx, call, *kind); });
        const auto outcome =
            jobs::start_job(call.program, call.clock, *kind,
                            {.command_id = *call.command_id,
                             .legal_entity_id = utility.legal_entity_id,
                             .title = fmt::format("{} to {}", call.body.at("from").text(), call.body.at("to").text()),
                             .parameters_json = call.request.body,
                             .actor_id = call.caller.actor_id,
                             .actor_code = call.caller.code});
        if (on_queued) on_queued();
        return jobs::accepted(outcome);
    };
    constexpr std::size_t kMostBody = 10 * tariff::kLongestTariffText;
    routes.add({http::Method::post, "/utilities/{utility}/what-if", api::staff_who_may(org::Permission::look), start,
                kMostBody});
}

}  // namespace mainspring::whatif
